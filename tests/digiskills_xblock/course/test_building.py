"""A course of the small framework: what is in it, for whom, under which rules."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from digiskills_framework.api import FrameworkDataError
from digiskills_xblock.course.archive import pack
from digiskills_xblock.course.building import Built, build_course
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import MANIFEST, PRACTICE, Block, Course
from digiskills_xblock.course.olx import course_files
from digiskills_xblock.course.plan import plan_course
from digiskills_xblock.course.request import CourseRequest
from tests.digiskills_xblock.course import garden

VN = CourseRequest(framework="digiskills-vn/1.0")


def chapter(course: Course, part: str) -> Block:
    return next(one for one in course.root.children if f"-{part}-chapter-" in one.name)


def sequence(course: Course, skill: str) -> Block:
    return next(block for block in course.root.walk() if block.name.startswith(f"ds-{skill.lower()}-sequence-"))


def kinds(unit: Block) -> tuple[str, ...]:
    return tuple(block.settings.get("runs", block.type) for block in unit.children)


def test_a_course_has_a_chapter_a_group_and_what_comes_before_and_after(course: Course) -> None:
    parts = [one.name.removeprefix("ds-garden-").rpartition("-")[0] for one in course.root.children]
    assert parts == ["start-chapter", "group-chapter-x", "group-chapter-y", "final-chapter", "teachers-chapter"]


def test_a_sequence_goes_from_reading_to_doing_to_questions(course: Course) -> None:
    units = [kinds(unit) for unit in sequence(course, "X1").children]
    assert units == [("html",)] * 3 + [("guided",), ("counted",)] * 2 + [("problem",) * 5]
    assert [kinds(unit) for unit in sequence(course, "X2").children] == [("html",)] * 3 + [("problem",) * 5]
    assert [kinds(unit) for unit in sequence(course, "Y1").children] == [("html",)] * 3


def test_tasks_come_in_the_order_of_their_steps(course: Course) -> None:
    tasks = [block.settings["task_id"] for block in sequence(course, "X1").walk() if block.settings.get("runs") == "guided"]
    assert tasks == ["S3-01", "S3-02"]


def test_only_required_skills_are_graded(course: Course) -> None:
    graded = {code: sequence(course, code).settings.get("graded") for code in ("X1", "X2", "Y1")}
    assert graded == {"X1": "true", "X2": "true", "Y1": None}


def test_guided_runs_give_no_points_and_versions_and_rules_are_pinned(course: Course) -> None:
    runs = [block for block in course.root.walk() if block.type == PRACTICE]
    assert {(block.settings["runs"], block.settings["weight"]) for block in runs} == {("guided", "0.0"), ("counted", "5.0")}
    assert all(int(block.settings["task_version"]) >= 1 for block in runs)
    assert {block.settings["regulation"] for block in runs} == {"garden-rules/1"}


def test_the_grade_says_what_the_regulation_says(course: Course) -> None:
    assert course.grading["GRADE_CUTOFFS"] == {"Pass": 0.65}
    lessons, final = course.grading["GRADER"]
    assert (lessons["min_count"], lessons["drop_count"], lessons["weight"] + final["weight"]) == (2, 0, 1.0)


def test_what_the_regulation_can_do_without_may_be_dropped(tmp_path: Path) -> None:
    def one_of_two(files: dict[str, garden.Raw]) -> None:
        requires = {"at_least": {"n": 1, "of": [{"skill": "X1"}, {"skill": "X2"}]}}
        files["regulations/garden-rules/1"]["audiences"]["citizen"]["requires"] = requires

    course = build_course(garden.REQUEST, garden.plant(tmp_path, one_of_two)).course
    assert course.grading["GRADER"][0]["drop_count"] == 1


def test_the_final_covers_every_required_skill_and_no_other(built: Built) -> None:
    assert built.plan.final.skills == {"X1", "X2"}
    final = chapter(built.course, "final").children[0]
    assert final.settings["graded"] == "true"
    assert [kinds(unit) for unit in final.children] == [("html",), ("counted",), ("problem",) * 3]


def test_teachers_papers_are_hidden_from_learners(course: Course) -> None:
    assert {block.settings.get("visible_to_staff_only") for block in chapter(course, "teachers").walk()} == {"true"}
    bodies = " ".join(block.body for block in chapter(course, "teachers").walk())
    for kind in ("handout", "lesson-plan", "facilitator"):
        assert f"/static/{kind}-garden-X1.html" in bodies
        assert f"static/{kind}-garden-X1.html" in course.files


def test_nobody_mistakes_the_framework_or_the_rules_for_official_ones(course: Course) -> None:
    about = course.files["about/overview.html"].decode()
    start, teachers = (next(block.body for block in course.root.walk() if f"-{part}-page-" in block.name) for part in ("start", "teachers"))
    for learners in (about, start):
        assert "chưa phải văn bản của cơ quan nhà nước" in learners
        assert "Garden rules" not in learners
    for notice in ("Garden rules tiếng Việt", "Made for tests tiếng Việt", "Rules for tests tiếng Việt"):
        assert notice in teachers


def test_a_question_says_what_it_is_evidence_for(course: Course) -> None:
    declared = {block.settings["digiskills_skills"] for block in course.root.walk() if block.type == "problem"}
    assert declared == {"X1", "X2", "X2/see"}


def test_every_name_is_there_once_and_no_longer_than_the_platform_takes(course: Course) -> None:
    names = [block.name for block in course.root.walk()]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 64


def test_the_same_bytes_on_every_build(garden_data: tuple[Path, ...], course: Course) -> None:
    again = build_course(garden.REQUEST, garden_data).course
    assert pack(course_files(again)) == pack(course_files(course))


def test_a_second_language_has_the_same_blocks(garden_data: tuple[Path, ...], course: Course) -> None:
    english = build_course(replace(garden.REQUEST, locale="en"), garden_data).course
    assert list(english.blocks())[1:] == list(course.blocks())[1:]
    assert english.policy["display_name"] == "Garden – Citizens"
    assert "tiếng Việt" not in json.dumps([block.body for block in english.root.walk()], ensure_ascii=False)


def test_the_manifest_holds_the_request(course: Course) -> None:
    raw = json.loads(course.files[MANIFEST])
    assert CourseRequest.from_json(raw["request"]) == replace(garden.REQUEST, course="garden.citizen")


@pytest.mark.parametrize(
    "changes, path",
    [
        ({"framework": "garden/9"}, ""),
        ({"audience": "student"}, "audience"),
        ({"school_level": "TC1"}, "school level"),
        ({"only": ("X1", "Z9")}, "only"),
        ({"skill_set": "five-basic"}, "set"),
        ({"regulation": "vn-default/9"}, ""),
        ({"org": "May Trắng"}, "key"),
        ({"course": "a+b"}, "key"),
        ({"start": "tomorrow"}, "start"),
        ({"end": "2020-01-01T00:00:00Z"}, "end"),
    ],
)
def test_what_cannot_be_built_is_refused_with_the_place(garden_data: tuple[Path, ...], changes: dict[str, object], path: str) -> None:
    with pytest.raises(FrameworkDataError) as caught:
        plan_course(replace(garden.REQUEST, **changes), garden_data)  # type: ignore[arg-type]  # each is wrong on purpose
    assert caught.value.path == path
    assert caught.value.remedy


def test_students_need_a_level() -> None:
    with pytest.raises(FrameworkDataError, match="TC1"):
        plan_course(replace(VN, audience="student"))


def test_only_and_set_make_what_they_name_required() -> None:
    plan = plan_course(replace(VN, only=("A4", "S1")))
    assert plan.required == ("S1", "A4")
    assert plan_course(replace(VN, skill_set="five-basic")).regulation.key == "vn-five-basic/1"


def test_the_newest_regulation_that_fits_is_taken() -> None:
    assert plan_course(VN).regulation.key == "vn-default/2"
    assert plan_course(replace(VN, regulation="demo-s3-a1/1")).regulation.key == "demo-s3-a1/1"


def test_the_youngest_are_asked_their_own_questions() -> None:
    plan = plan_course(replace(VN, audience="student", school_level="CB1"))
    assert all(question.levels for skill in plan.skills for question in (*skill.checks, *skill.finals))
    assert all(len(skill.checks) >= 3 and len(skill.finals) == 1 for skill in plan.skills)


def test_a_task_stands_once_in_a_course_of_the_whole_framework() -> None:
    for level in (None, "TC1"):
        plan = plan_course(replace(VN, audience="student" if level else "citizen", school_level=level))
        tasks = [task.id for skill in plan.skills for task in skill.tasks]
        assert len(tasks) == len(set(tasks))
        assert set(plan.required) <= plan.final.skills


def test_a_course_without_tasks_does_not_promise_any(garden_data: tuple[Path, ...]) -> None:
    course = build_course(replace(garden.REQUEST, only=("X2",), locale="en"), garden_data).course
    pages = [course.files["about/overview.html"].decode(), course.files["about/short_description.html"].decode()]
    pages += [block.body for block in course.root.walk() if "-start-page-" in block.name or "-final-page-" in block.name]
    assert len(pages) == 4
    assert not [page for page in pages if "practice phone" in page or "0 runs" in page]


def test_a_course_promises_practice_where_there_is_some(course: Course, garden_data: tuple[Path, ...]) -> None:
    everywhere = build_course(replace(garden.REQUEST, only=("X1",)), garden_data).course
    promises = {"Với 1 kỹ năng, bạn còn tự tay làm": course, "rồi tự tay làm": everywhere}
    for promise, one in promises.items():
        start = start_page(one)
        assert [said for said in promises if said in start] == [promise]
        assert "không có thật" in start
    assert "trong đó 1 kỹ năng" in course.files["about/short_description.html"].decode()
    assert "Ở 1 kỹ năng có thêm bài luyện thử" in start_page(course)
    assert "Một bài luyện thử" in start_page(everywhere)


def start_page(course: Course) -> str:
    return next(block.body for block in course.root.walk() if "-start-page-" in block.name)


def test_what_is_optional_is_explained_where_something_is(course: Course, garden_data: tuple[Path, ...]) -> None:
    assert "tự chọn" in start_page(course)
    assert "tự chọn" not in start_page(build_course(replace(garden.REQUEST, only=("X1",)), garden_data).course)


def test_the_final_tells_its_length_as_people_do(course: Course) -> None:
    final = next(block.body for block in course.root.walk() if "-final-page-" in block.name)
    assert "1 bài làm trên điện thoại thực hành và 3 câu hỏi, khoảng 11 phút" in final


def test_questions_are_told_apart_in_reports(course: Course) -> None:
    titles = [block.settings["display_name"] for block in course.root.walk() if block.type == "problem"]
    assert len(titles) == len(set(titles))
    assert {"X1 – Câu hỏi 1", "X2 – Câu hỏi 1", "X1 – Câu hỏi cuối khóa 1", "X2 – Câu hỏi cuối khóa 3"} <= set(titles)


@pytest.mark.parametrize("audience, named", [("citizen", False), ("public_sector", True)])
def test_a_course_for_helpers_is_not_one_for_citizens(audience: str, *, named: bool) -> None:
    course = build_course(CourseRequest(framework="community-helpers/1.0", audience=audience, only=("H3",), locale="en")).course
    assert (" – " in course.policy["display_name"]) == named
    assert ("For: " in course.files["about/short_description.html"].decode()) == named
    assert "whoever leads your group" in start_page(course)


def test_a_course_is_not_named_a_framework() -> None:
    assert build_course(replace(VN, only=("D1",))).course.policy["display_name"] == "Kiến thức, kỹ năng số cơ bản – Người dân"


def test_teachers_show_what_their_plan_names_and_learners_do_not_get() -> None:
    def runs(course: Course, part: str) -> list[tuple[str, ...]]:
        blocks = (block for block in chapter(course, part).walk() if block.type == PRACTICE)
        return [tuple(block.settings[name] for name in ("task_id", "audience", "runs", "weight")) for block in blocks]

    for_officials = build_course(replace(VN, audience="public_sector", only=("S3", "T2"))).course
    assert runs(for_officials, "teachers") == [("S3-01", "citizen", "guided", "0.0"), ("S3-02", "citizen", "guided", "0.0")]
    learners = [block for block in for_officials.root.walk() if block.settings.get("task_id") == "S3-01"]
    assert len(learners) == 1
    assert "S3-01" in for_officials.files["static/digiskills-manifest.json"].decode()
    assert [problem for problem in lint_course(for_officials, "officials").problems if problem.rule != "practised"] == []
    assert runs(build_course(replace(VN, only=("S3",))).course, "teachers") == []


def test_teachers_are_told_the_goal_as_one_for_learners() -> None:
    course = build_course(replace(VN, only=("D1",))).course
    papers = next(block.body for block in chapter(course, "teachers").walk() if block.name.startswith("ds-d1-papers-") and block.body)
    assert "<p>Mục tiêu, nói với người học:</p>\n<blockquote><p>Bạn" in papers


def test_the_youngest_are_spoken_to_in_their_words() -> None:
    course = build_course(replace(VN, audience="student", school_level="CB1", only=("D1", "A1"))).course
    start, final = (next(block.body for block in course.root.walk() if f"-{part}-page-" in block.name) for part in ("start", "final"))
    assert "Em sẽ học" in start
    assert "bạn" not in start.lower().replace("bạn bè", "")
    assert "em chỉ trả lời một lần" in final
    asked = [block for block in chapter(course, "final").walk() if block.type == "problem"]
    assert {(block.settings["max_attempts"], block.settings["showanswer"]) for block in asked} == {("1", "never")}
