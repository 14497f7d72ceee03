"""What lessons and questions promise is kept, or named with place and remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digiskills_framework.api import list_frameworks
from digiskills_xblock.course.content_promises import ContentOptions
from digiskills_xblock.course.lesson_cli import lesson as command
from tests.digiskills_xblock.course.lessons import TODAY, lesson_problems, question_problems, rules
from tests.framework_data.builders import text, write, write_framework
from tests.framework_data.lesson_builders import Raw, lesson, question, questions, sketch, task_picture


def test_what_keeps_every_promise_has_no_problem() -> None:
    assert lesson_problems(lesson()) == []
    assert lesson_problems({**lesson("D1", young=True), "review_by": "2027-11-20"}) == []
    assert question_problems(questions()) == []
    assert question_problems(questions("D1", young=True)) == []


def words(count: int) -> dict[str, str]:
    return {"vi": "từ. " * (count - 1) + "từ", "en": "word. " * (count - 1) + "word"}


def _put(*path: str | int, value: Any) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        target: Any = raw
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change, rule, where",
    [
        (_put("what", 0, value=words(61)), "length", "what[0].vi"),
        (_put("steps", 2, "do", value=words(16)), "length", "steps[2].do.en"),
        (_put("examples", "student", value=words(71)), "length", "examples.student.vi"),
        (_put("summary", 1, value=words(21)), "length", "summary[1].vi"),
        (_put("lesson_plan", "parts", 0, "do", value=words(71)), "length", "lesson_plan.parts[0].do.vi"),
        (_put("what", 0, value={"vi": "từ " * 40 + "từ", "en": "A word."}), "sentence", "what[0].vi"),
        (_put("why", 0, value={"vi": "Mở {@bank}.", "en": "Open it."}), "languages", "why[0]"),
        (_put("why", 0, value=text("Call 0912 345 678")), "real-number", ""),
        (_put("why", 0, value=text("Open facebook")), "real-name", ""),
        (_put("why", 0, value=text("Open www.anything.com")), "real-address", ""),
        (_put("why", 0, value=text("Ask Ngân hàng Hạt Lúa")), "world-name", ""),
        (_put("examples", value={"citizen": text("Story")}), "example", "examples"),
        (_put("young", value=lesson(young=True)["young"]), "young", "young"),
        (_put("steps", 0, value={"do": text("Do"), "how": text("How")}), "picture", "steps"),
        (_put("steps", 0, "picture", value=task_picture(task="S1-99")), "picture", "steps[0].picture"),
        (_put("steps", 0, "picture", value=task_picture(screen="nowhere")), "picture", "steps[0].picture"),
        (_put("steps", 0, "picture", value=task_picture(mark="nothing")), "picture", "steps[0].picture"),
        (_put("steps", 0, "picture", value=task_picture(screen="i_card", mark=None)), "picture", "steps[0].picture"),
        (
            _put("steps", 0, "picture", value=sketch(*[{"type": "text", "text": text("T"), "mark": True}] * 2)),
            "picture",
            "steps[0].picture",
        ),
        (_put("review_by", value="2027-11-20"), "review", "review_by"),
        (_put("review_by", value="2026-11-22"), "review", "review_by"),
    ],
)
def test_a_broken_promise_of_a_lesson_is_named(change: Callable[[Raw], None], rule: str, where: str) -> None:
    raw = lesson()
    change(raw)
    if raw["steps"][0].get("picture", {}).get("mark", "") is None:
        del raw["steps"][0]["picture"]["mark"]
    found = [problem for problem in lesson_problems(raw) if (problem.rule, problem.where, problem.severity) == (rule, where, "error")]
    assert found
    assert all(problem.message and problem.remedy for problem in found)


def test_each_audience_reads_enough_of_the_lesson() -> None:
    raw = lesson()
    raw["steps"][1]["audiences"] = raw["mistakes"][2]["audiences"] = ["citizen", "student", "enterprise_worker"]
    found = {(problem.rule, problem.where, problem.message) for problem in lesson_problems(raw)}
    assert found == {
        ("enough", "steps", "public_sector reads 2 steps"),
        ("picture", "steps", "2 steps for public_sector have a picture"),
        ("enough", "mistakes", "public_sector reads 2 mistakes"),
    }
    raw["steps"] += [{**raw["steps"][1], "audiences": ["public_sector"]}]
    raw["mistakes"] += [{**raw["mistakes"][2], "audiences": ["public_sector"]}]
    assert lesson_problems(raw) == []


def test_nothing_is_written_for_people_who_never_read_it() -> None:
    raw = {**lesson("W1"), "review_by": "2027-11-20"}
    del raw["examples"]["student"]
    for part in (raw["steps"], raw["mistakes"]):
        part.append({**part[0], "audiences": ["student"]})
    assert [(problem.rule, problem.where) for problem in lesson_problems(raw)] == [
        ("audiences", "steps[3].audiences"),
        ("audiences", "mistakes[3].audiences"),
    ]


def test_a_picture_is_met_by_those_who_see_it() -> None:
    raw = lesson()
    raw["steps"] += [{**raw["steps"][0], "picture": task_picture(screen="nowhere"), "audiences": ["citizen"]}]
    (problem,) = lesson_problems(raw)
    assert problem.where == "steps[3].picture"


def test_amounts_of_money_are_nobodys_number() -> None:
    raw = lesson()
    raw["why"] = [{"vi": "Bạn giữ được 12.500.000 đ.", "en": "You keep 12,500,000 dong, or 12.500.000 đ."}]
    assert lesson_problems(raw) == []


def test_a_screen_that_the_shown_way_never_meets_is_answered_with_those_it_meets() -> None:
    raw = lesson()
    raw["steps"][0]["picture"] = {"task": "S1-01", "screen": "i_card", "alt": text("Card")}
    (problem,) = lesson_problems(raw)
    assert "never meets" in problem.message
    assert "p_home" in problem.message


def test_the_youngest_have_words_and_pictures_of_their_own_where_they_learn_the_skill() -> None:
    raw = {**lesson("D1"), "review_by": "2027-11-20"}
    assert rules(lesson_problems(raw)) == {"young"}
    raw = {**lesson("D1", young=True), "review_by": "2027-11-20"}
    raw["young"]["steps"][1] = {"do": text("Do"), "how": text("How")}
    (problem,) = lesson_problems(raw)
    assert problem.where == "young.steps[1]"


@pytest.mark.parametrize("title, served", [("Quà tặng trong trò chơi", True), ("Không giữ bí mật một mình", False)])
def test_a_plan_for_the_youngest_names_only_tasks_that_they_get(title: str, served: bool) -> None:
    raw = lesson("A1", young=True)
    raw["young"]["lesson_plan"]["parts"][1]["do"] = {"vi": f"Cả lớp xem “{title}”.", "en": "The class looks at the task."}
    found = [(problem.rule, problem.where) for problem in lesson_problems(raw)]
    assert found == ([] if served else [("young", "young.lesson_plan.parts[1]")])


@pytest.mark.parametrize(
    "part, value, where",
    [
        (("title",), words(11), "young.title.vi"),
        (("lesson_plan", "parts", 0, "do"), words(71), "young.lesson_plan.parts[0].do.en"),
        (("facilitator", 0), words(71), "young.facilitator[0].vi"),
    ],
)
def test_what_children_and_their_teacher_read_is_short(part: tuple[str | int, ...], value: Any, where: str) -> None:
    raw = lesson("A1", young=True)
    _put("young", *part, value=value)(raw)
    assert ("length", where) in [(problem.rule, problem.where) for problem in lesson_problems(raw)]


@pytest.mark.parametrize(
    "today, release, severity",
    [
        (date(2027, 5, 21), False, "warning"),
        (date(2027, 5, 21), True, "error"),
        (date(2027, 5, 1), True, "warning"),
    ],
)
def test_a_review_that_is_due_warns_and_stops_a_release(today: date, release: bool, severity: str) -> None:
    (problem,) = lesson_problems(lesson(), options=ContentOptions(today, release=release))
    assert (problem.rule, problem.severity) == ("review", severity)


def _asked(*asked: Raw) -> Raw:
    return {**questions(), "questions": list(asked)}


GOOD = questions()["questions"]
LONG = {"vi": "Câu trả lời đúng dài hơn hẳn mọi câu khác", "en": "A right answer much longer than every other one"}


LAZY = {"text": text("All of the above"), "right": False, "because": text("Because")}


def _longest(item: Raw) -> Raw:
    return {**item, "choices": [{**choice, "text": LONG} if choice["right"] else choice for choice in item["choices"]]}


def _at(place: int) -> list[Raw]:
    return [question(number, right=place, use="final" if number > 4 else "check") for number in range(7)]


@pytest.mark.parametrize(
    "raw, rule",
    [
        (_asked(*GOOD[1:3], GOOD[4], *GOOD[5:]), "enough"),
        (_asked(*GOOD[:6]), "enough"),
        (_asked(*GOOD[:4], {**GOOD[4], "audiences": ["citizen"]}, *GOOD[5:]), "several"),
        (_asked(*({**item, "about": "knowledge"} for item in GOOD)), "judgement"),
        (_asked(*_at(1), GOOD[4] | {"id": "q9"}), "place"),
        (_asked(*(item if item["kind"] == "several" else _longest(item) for item in GOOD)), "longest"),
        (_asked(*GOOD, {**question(9, right=1), "facet": "recognise"}), "facet"),
        (_asked(*GOOD, question(9, right=1, levels=["TC1"])), "levels"),
        (_asked(*GOOD, {**question(9, right=1), "ask": words(61)}), "length"),
        (
            _asked(
                *GOOD,
                {**question(9), "choices": [*question(9)["choices"], LAZY]},
            ),
            "fair",
        ),
        (questions("D1"), "enough"),
    ],
)
def test_a_broken_promise_of_questions_is_named(raw: Raw, rule: str) -> None:
    assert rule in rules(question_problems(raw))


def test_a_facet_of_the_skill_may_be_asked_about() -> None:
    raw = questions("A1", young=True)
    raw["questions"][0]["facet"] = "recognise"
    assert question_problems(raw) == []


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["lint", "--today", TODAY.isoformat(), *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize("framework", sorted({key.partition("/")[0] for key in list_frameworks()}))
def test_the_shipped_lessons_and_questions_keep_their_promises(framework: str) -> None:
    code, output = run("--framework", framework)
    assert code == 0, output


def test_a_skill_that_borrows_needs_no_file_of_its_own(tmp_path: Path) -> None:
    write_framework(tmp_path)
    borrowed = {"lessons": ["digiskills-vn/S3"], "questions": ["digiskills-vn/S3"]}
    content = {"schema": "content/1", "framework": "sample/1.0", "skills": {"X1": borrowed}}
    write(tmp_path, "frameworks/sample/1.0/content", content)
    code, output = run("--framework", "sample", "--data", str(tmp_path), "--release")
    assert code == 1
    assert "X1" not in output
    assert "lessons/sample/X2.yaml: error: missing" in output


def test_what_a_framework_borrows_must_be_there(tmp_path: Path) -> None:
    write_framework(tmp_path)
    content = {"schema": "content/1", "framework": "sample/1.0", "skills": {"X1": {"lessons": ["digiskills-vn/S9"]}}}
    write(tmp_path, "frameworks/sample/1.0/content", content)
    code, output = run("--framework", "sample", "--data", str(tmp_path))
    assert code == 1
    assert "skills.X1.lessons[0]: is not a file of lessons known here (value: digiskills-vn/S9)" in output


@pytest.mark.parametrize("arguments", [("--framework", "sample"), ("--framework", "sample", "--release"), ()])
def test_two_skills_of_a_framework_that_ask_the_same_questions_are_told(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    write_framework(tmp_path)
    borrowed = {"lessons": ["digiskills-vn/S3"], "questions": ["digiskills-vn/S3"]}
    other = {"lessons": ["digiskills-vn/S3"], "questions": ["digiskills-vn/S1", "digiskills-vn/S3"]}
    content = {"schema": "content/1", "framework": "sample/1.0", "skills": {"X1": borrowed, "X2": other}}
    write(tmp_path, "frameworks/sample/1.0/content", content)
    code, output = run("--data", str(tmp_path), *arguments)
    assert code == 0, output
    (line,) = [line for line in output.splitlines() if line.startswith("frameworks/sample/")]
    assert re.match(r"frameworks/sample/1\.0/content\.yaml:[0-9]+: warning: twice: skills\.X2\.questions: ", line)
    assert "X1 and X2 ask the questions digiskills-vn/S3" in line


def test_a_skill_may_not_quietly_borrow_what_another_has_of_its_own(tmp_path: Path) -> None:
    write_framework(tmp_path)
    write(tmp_path, "lessons/sample/X1", {**lesson("X1"), "review_by": "2027-11-20"})
    write(tmp_path, "questions/sample/X1", questions("X1"))
    borrowed = {"lessons": ["digiskills-vn/S3"], "questions": ["sample/X1"]}
    content = {"schema": "content/1", "framework": "sample/1.0", "skills": {"X2": borrowed}}
    write(tmp_path, "frameworks/sample/1.0/content", content)
    _code, output = run("--framework", "sample", "--data", str(tmp_path))
    assert "warning: twice: skills.X2.questions: X1 and X2 ask the questions sample/X1" in output
    _code, output = run("X1", "--framework", "sample", "--data", str(tmp_path))
    assert "twice" not in output


def test_the_command_names_file_line_place_and_remedy(tmp_path: Path) -> None:
    write_framework(tmp_path)
    raw = {**lesson("X1", young=True), "what": [words(61)], "examples": {"citizen": text("A"), "student": text("B")}}
    write(tmp_path, "lessons/sample/X1", {**raw, "review_by": "2027-11-20"})
    code, output = run("X1", "--framework", "sample", "--data", str(tmp_path))
    assert code == 1
    assert "lessons/sample/X1.yaml:" in output
    assert "error: length: what[0].vi: 61 words. At most 60 here." in output
    assert "questions/sample/X1.yaml: warning: missing" in output
    code, output = run("X1", "--framework", "sample", "--data", str(tmp_path), "--json", "--release")
    answer = json.loads(output)
    assert (code, answer["files"], answer["errors"]) == (1, 1, 3)
    assert {"file", "line", "rule", "where", "message", "remedy", "severity"} <= answer["problems"][0].keys()


def test_a_file_that_cannot_be_read_is_a_problem_like_others(tmp_path: Path) -> None:
    write_framework(tmp_path)
    write(tmp_path, "lessons/sample/X1", {**lesson("X1"), "minutes": 99})
    write(tmp_path, "questions/sample/X9", questions("X9"))
    write(tmp_path, "questions/nowhere/X1", questions("X1"))
    code, output = run("--data", str(tmp_path))
    assert code == 1
    assert "error: form: minutes: is out of range" in output
    assert "X9" in output
    assert "is no skill of sample/1.0" in output
    assert "nowhere" in output


def test_a_skill_that_nobody_wrote_about_is_a_wrong_usage() -> None:
    assert run("Z9")[0] == 2
