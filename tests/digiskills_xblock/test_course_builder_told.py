"""What the course builder says of findings: in the language of the page, with the names that teachers know."""

from __future__ import annotations

import ast
from pathlib import Path

from digiskills_framework.api import FrameworkDataError
from digiskills_xblock.course import archive, lint, manifest, olx_check, plan, reading, request, rules, section, tags
from digiskills_xblock.course.lint import Problem
from digiskills_xblock.course.model import Block, Course
from digiskills_xblock.course.sentences import Sentence
from digiskills_xblock.i18n import gettext
from digiskills_xblock.pages import course_builder_told as told


def test_what_the_checks_say_is_said_in_the_language_of_the_page() -> None:
    page = Block("html", "h1", {"display_name": "Đọc"})
    course = Course("Truong", "TH01", Block("course", "2026", {}, (page,)), {}, {}, {})
    problems = (
        Problem("taught", "S3", Sentence.of("no page teaches this skill")),
        Problem("link", "html/h1", Sentence.of("points outside of the course: {target}", target="https://a.example"), "warning"),
        Problem("settings", "policy.json", Sentence.of("{setting} is not set", setting="start")),
        Problem("olx", "", Sentence.of("{name}: {description}", name="Name", description="Of another program")),
    )
    skills = {"S3": "S3. Thanh toán"}
    assert [told.problem_told(one, course, skills, "vi") for one in problems] == [
        "Lỗi ở S3. Thanh toán: không có trang nào dạy kỹ năng này",
        "Cảnh báo ở trang “Đọc”: trỏ ra ngoài khóa học: https://a.example",
        "Lỗi ở policy.json: chưa đặt start",
        "Lỗi: Name: Of another program",
    ]
    assert told.problem_told(problems[0], course, skills, "en") == "Error in S3. Thanh toán: no page teaches this skill"


def test_what_an_operators_file_is_wrong_about_stays_english_and_is_marked_so() -> None:
    error = FrameworkDataError.single(file="lessons/x.yaml", path="what", value="1", message="is no text", remedy="Write one")
    assert told.finding_told(error.findings[0], "vi") == told.Told("lessons/x.yaml at what: is no text (value: 1). Write one", "en")


def test_every_sentence_of_readers_and_checks_has_its_vietnamese() -> None:
    """Also of those that no page of a test shows."""
    patterns: set[str] = set()
    for module in (archive, lint, manifest, olx_check, plan, reading, request, rules, section, tags):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        marked = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "_"]
        patterns |= {node.value for node in marked if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert len(patterns) > 60
    assert {pattern for pattern in patterns if gettext(pattern, "vi") == pattern} == set()


def test_what_has_another_version_is_called_in_the_language_of_the_page() -> None:
    assert told.source_told("lesson digiskills-vn/S1: 1 → 2", "vi") == "bài học digiskills-vn/S1: 1 → 2"
    assert told.source_told("questions digiskills-vn/S1: 1 → 2", "en") == "questions digiskills-vn/S1: 1 → 2"
    assert told.source_told("", "vi") == ""
