"""The lint finds what would hurt a learner or a teacher, and says where; a course as it is built has nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from digiskills_xblock.course import olx_check
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.lint import Report, lint_course
from digiskills_xblock.course.model import PRACTICE, Course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.olx_check import cleaner_problems
from digiskills_xblock.course.reading import read_course
from tests.digiskills_xblock.course import garden, studio
from tests.digiskills_xblock.course.test_updating import edited, find, only

Change = Callable[[Course], Course]


def rules(report: Report) -> set[tuple[str, str]]:
    return {(problem.rule, problem.level) for problem in report.problems}


def with_settings(part: str, **settings: str | None) -> Change:
    """The first practice block whose name holds this part, with other settings; None takes one away."""

    def change(course: Course) -> Course:
        block = find(course, PRACTICE, part)
        kept = {name: value for name, value in {**block.settings, **settings}.items() if value is not None}
        return edited(course, only(block.ref, lambda one: replace(one, settings=kept)))

    return change


def with_body(body: str) -> Change:
    def change(course: Course) -> Course:
        page = find(course, "html", "ds-x1-lesson")
        return edited(course, only(page.ref, lambda one: replace(one, body=body)))

    return change


def without(kind: str, part: str) -> Change:
    return lambda course: edited(course, lambda block: None if block.type == kind and part in block.name else block)


def with_grading(**changes: object) -> Change:
    return lambda course: replace(course, grading={**course.grading, **changes})


def with_graders(number: int, **changes: object) -> Change:
    def change(course: Course) -> Course:
        graders = list(course.grading["GRADER"])
        graders[number] = {**graders[number], **changes}
        return replace(course, grading={**course.grading, "GRADER": graders})

    return change


def named_twice(course: Course) -> Course:
    block = find(course, "vertical", "ds-x1-check-unit")
    return edited(course, only(block.ref, lambda one: replace(one, name=find(course, "problem", "ds-x1-question").name)))


def with_name(course: Course) -> Course:
    block = find(course, "vertical", "ds-x1-check-unit")
    return edited(course, only(block.ref, lambda one: replace(one, name="đơn vị")))


def test_a_course_as_it_is_built_has_nothing_but_the_task_that_is_not_written(course: Course, garden_data: tuple[Path, ...]) -> None:
    report = lint_course(course, "course", garden_data)
    assert [(problem.rule, problem.where) for problem in report.problems] == [
        ("practised", "X2"),
        ("assessed", "Y1"),
        ("practised", "Y1"),
    ]
    assert {problem.level for problem in report.problems} == {"warning"}
    assert report.ok
    assert report.skills["X1"] == {"pages": 3, "guided": 2, "counted": 2, "questions": 5, "final runs": 1, "final questions": 1}


@pytest.mark.parametrize(
    "change, rule",
    [
        (named_twice, "key"),
        (with_name, "key"),
        (with_settings("x1-guided", task_id="S9-99"), "practice"),
        (with_settings("x1-guided", task_version="99"), "practice"),
        (with_settings("x1-guided", task_version=None), "practice"),
        (with_settings("x1-guided", regulation="mine/1"), "practice"),
        (with_settings("x1-guided", audience="student"), "practice"),
        (with_settings("x1-guided", weight="1.0"), "practice"),
        (with_graders(0, weight=0.4), "grading"),
        (with_graders(0, min_count=7), "grading"),
        (with_graders(0, drop_count=2), "grading"),
        (with_graders(1, type="Exam"), "grading"),
        (with_grading(GRADE_CUTOFFS={}), "grading"),
        (with_grading(GRADE_CUTOFFS={"Pass": 1.2}), "grading"),
        (without("html", "x1-lesson"), "taught"),
        (without("problem", "x1-question"), "assessed"),
        (without(PRACTICE, "x1-guided"), "practised"),
        (without("chapter", "final-chapter"), "final"),
        (with_body('<a href="https://example.com">more</a>'), "outside"),
        (with_body('<img src="//example.com/a.png" alt="">'), "outside"),
        (with_body("<img src='../secret.png'>"), "outside"),
        (with_body("<script>alert(1)</script>"), "outside"),
        (with_body('<p onclick="go()">x</p>'), "outside"),
        (with_body('<iframe src="/static/digiskills-cover.svg"></iframe>'), "outside"),
        (with_body('<img src="/static/nowhere.svg" alt="">'), "link"),
        (with_body('<a href="/jump_to_id/nowhere">next</a>'), "link"),
        (lambda course: replace(course, policy={**course.policy, "course_image": "lost.svg"}), "link"),
        (lambda course: replace(course, policy={**course.policy, "start": ""}), "settings"),
    ],
)
def test_what_is_wrong_is_found(course: Course, garden_data: tuple[Path, ...], change: Change, rule: str) -> None:
    assert (rule, "error") in rules(lint_course(change(course), "course", garden_data))


@pytest.mark.parametrize(
    "change, rule",
    [
        (with_grading(GRADE_CUTOFFS={"Pass": 0.5}), "grading"),
        (lambda course: replace(course, policy={**course.policy, "advanced_modules": []}), "settings"),
    ],
)
def test_what_a_teacher_may_want_is_a_warning(course: Course, garden_data: tuple[Path, ...], change: Change, rule: str) -> None:
    report = lint_course(change(course), "course", garden_data)
    assert (rule, "warning") in rules(report)
    assert report.ok


@pytest.mark.parametrize("body", ['<a href="#top">up</a>', '<a href="/static/digiskills-cover.svg">x</a>', '<a href="tel:111">111</a>'])
def test_what_stays_inside_is_fine(course: Course, garden_data: tuple[Path, ...], body: str) -> None:
    assert lint_course(with_body(body)(course), "course", garden_data).ok


@pytest.mark.usefixtures("olxcleaner")
def test_olxcleaner_finds_nothing_in_what_we_build(course: Course) -> None:
    assert cleaner_problems(course_files(course)) == ()


@pytest.mark.usefixtures("olxcleaner")
def test_olxcleaner_finds_what_is_broken(course: Course) -> None:
    files: Mapping[str, bytes] = {path: content for path, content in course_files(course).items() if not path.startswith("html/")}
    found = cleaner_problems(files)
    assert {problem.level for problem in found} == {"error"}
    assert all(problem.rule == "olx" for problem in found)


@pytest.mark.usefixtures("olxcleaner")
def test_what_studio_gives_back_is_no_error_to_olxcleaner(course: Course) -> None:
    assert {problem.level for problem in cleaner_problems(studio.exported(course_files(course)))} <= {"warning"}


def test_without_olxcleaner_the_lint_says_what_it_did_not_check(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "olxcleaner", None)
    assert [problem.message for problem in cleaner_problems(course_files(course))] == [olx_check.MISSING]


def test_a_course_for_which_nothing_is_written_is_told_so(tmp_path: Path) -> None:
    def empty(files: dict[str, garden.Raw]) -> None:
        del files[f"frameworks/{garden.KEY}/content"]
        for name in [name for name in files if name.startswith(("lessons/", "questions/"))]:
            del files[name]

    extra = garden.plant(tmp_path, empty)
    course = build_course(garden.REQUEST, extra).course
    report = lint_course(read_course(course_files(course), "course"), "course", extra)
    assert {(problem.rule, problem.where) for problem in report.problems if problem.level == "error"} >= {
        ("taught", "X1"),
        ("assessed", "X2"),
        ("final", "X1"),
        ("grading", "grading_policy.json"),
    }
    assert not [block for block in course.root.walk() if block.settings.get("graded")]
