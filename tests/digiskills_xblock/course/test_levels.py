"""What a course of pupils is made of: tasks that suit their level, and no question twice in the final."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from digiskills_framework.tasks import load_task, task_ids
from digiskills_xblock.course.building import build_course
from digiskills_xblock.course.final_assessment import SkillContent, choose_final
from digiskills_xblock.course.lint import lint_course
from digiskills_xblock.course.model import PRACTICE, Course
from digiskills_xblock.course.plan import plan_course
from digiskills_xblock.course.request import CourseRequest

LEVELS = ("CB1", "CB2", "TC1", "TC2", "NC1")
# A threat, a job that is none, one's own money or account: not for grades 1 to 5, whatever the lesson around it.
NOT_FOR_CHILDREN = {"A1-04", "A1-06", "A1-10", "C3-04", "S2-02"}


def tasks_of(level: str, framework: str = "digiskills-vn/1.0") -> set[str]:
    """Every task of a course for students, the teachers' chapter included."""
    built = build_course(CourseRequest(framework=framework, audience="student", school_level=level))
    return {block.settings["task_id"] for block in built.course.root.walk() if block.type == PRACTICE}


@pytest.mark.parametrize("level", ["CB1", "CB2"])
def test_children_get_nothing_that_threatens_or_costs(level: str) -> None:
    found = tasks_of(level)
    assert found
    assert found.isdisjoint(NOT_FOR_CHILDREN)


@pytest.mark.parametrize("level", LEVELS)
def test_a_course_for_students_has_only_tasks_of_their_level(level: str) -> None:
    for task_id in tasks_of(level):
        task = load_task(task_id)
        assert task.serves("student", level) or "student" not in task.audiences, task_id


def test_a_task_that_some_students_are_too_young_for_says_so() -> None:
    for task_id in NOT_FOR_CHILDREN:
        assert {"CB1", "CB2"}.isdisjoint(load_task(task_id).school_levels)
        assert load_task(task_id).school_levels


def test_levels_say_nothing_about_other_audiences() -> None:
    for task in map(load_task, task_ids()):
        for audience in task.audiences:
            assert task.serves(audience)
            assert audience == "student" or task.serves(audience, "CB1")
        assert task.school_levels == () or "student" in task.audiences


@pytest.mark.parametrize("framework, audience, level", [("tt02-vn/2025", "student", "TC1"), ("digiskills-vn/1.0", "citizen", None)])
def test_the_final_asks_nothing_twice(framework: str, audience: str, level: str | None) -> None:
    plan = build_course(CourseRequest(framework=framework, audience=audience, school_level=level)).plan
    asked = Counter(
        (one.question.framework, one.question.skill, one.question.id) for stratum in plan.final.strata for one in stratum.questions
    )
    assert set(asked.values()) == {1}


@pytest.mark.parametrize("framework", ["digiskills-vn/1.0", "tt02-vn/2025"])
@pytest.mark.parametrize("level, minutes", [("CB1", 35), ("CB2", 35), ("TC1", 45), ("TC2", 45), ("NC1", 45)])
def test_a_final_of_pupils_fits_into_one_lesson_and_covers_every_skill(framework: str, level: str, minutes: int) -> None:
    plan = plan_course(CourseRequest(framework=framework, audience="student", school_level=level))
    assert plan.final.minutes <= minutes
    assert plan.final.skills == set(plan.required)
    assert any(stratum.runs for stratum in plan.final.strata)
    assert [stratum.group for stratum in plan.final.strata] == [
        group.group.code for group in plan.groups if any(skill.required for skill in group.skills)
    ]


def test_a_final_takes_as_long_as_it_takes_where_nothing_says_how_long_a_lesson_is() -> None:
    pupils = CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="TC1")
    assert plan_course(replace(pupils, pack="xx")).final.minutes > 45
    assert plan_course(CourseRequest(framework="digiskills-vn/1.0")).final.minutes > 45


def test_what_is_too_long_loses_questions_first_and_then_its_longest_runs() -> None:
    plan = plan_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="TC1", pack="xx"))
    skills = [SkillContent(skill.code, skill.skill.group, skill.tasks, skill.finals) for skill in plan.skills if skill.required]
    sizes = {}
    for minutes in (plan.final.minutes, plan.final.minutes - 1, 45, 1):
        final = choose_final(skills, minutes)
        assert final.skills == set(plan.required)
        runs = sorted(run.task.minutes for stratum in final.strata for run in stratum.runs)
        sizes[minutes] = (runs, sum(len(stratum.questions) for stratum in final.strata))
    assert list(sizes.values()) == [([8, 8, 10], 45), ([8, 8, 10], 24), ([8, 8], 24), ([8], 24)]


def test_a_run_that_alone_covers_a_skill_stays_however_long_it_takes() -> None:
    plan = plan_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="TC1"))
    skills = [
        SkillContent(skill.code, skill.skill.group, skill.tasks, () if skill.tasks else skill.finals)
        for skill in plan.skills
        if skill.required
    ]
    assert choose_final(skills, 1).skills == set(plan.required)


def test_a_course_without_words_to_explain_has_no_page_for_them() -> None:
    pages = {}
    for only in (("C1",), ("A3",)):
        request = CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="CB1", only=only)
        course = build_course(request).course
        tabs = [tab for tab in course.policy["tabs"] if tab["type"] == "static_tab"]
        assert len(tabs) == len([name for name in course.files if name.startswith("tabs/")])
        assert [problem for problem in lint_course(course, "youngest").problems if problem.rule in ("link", "olx")] == []
        pages[only] = [course.files[f"tabs/{tab['url_slug']}.html"].decode() for tab in tabs]
    assert pages["C1",] == []
    (page,) = pages["A3",]
    assert "Biệt danh" in page
    assert "Dữ liệu" not in page


@pytest.mark.parametrize("level, minutes", [("CB1", 35), ("TC1", 45)])
def test_teachers_are_told_how_long_their_plans_are(level: str, minutes: int) -> None:
    course = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level=level, only=("D1",))).course
    first, papers = (
        next(block.body for block in course.root.walk() if name in block.name and block.body) for name in ("teachers-page", "d1-papers")
    )
    assert f"giáo án {minutes} phút" in first
    assert f"Giáo án {minutes} phút" in papers
    plan = course.files["static/lesson-plan-digiskills-vn-D1.html"].decode()
    assert sum(map(int, re.findall(r"<td>(\d+) phút</td>", plan))) == minutes


def test_pupils_are_told_the_minutes_of_their_final() -> None:
    pupils = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="TC1")).course
    assert all("khoảng 40 phút" in page for page in own_pages(pupils)[:2])


# Where the word is the reader; it also means a friend or classmate. What somebody says in quotes is theirs.
QUOTED = re.compile(r"“[^”]*”")
READER = re.compile(
    r"\bBạn (?:làm gì|có|vừa|muốn|cần|đang|được|nên|chọn|sẽ|đạt|so|viết|tự|giúp|cũng|mở)\b|\b(?:nếu|khi) bạn\b|\bthì bạn (?!sau|nào|bè)"
)


def own_pages(course: Course) -> list[str]:
    """What the course says by itself to those who learn."""
    pages = [f"{block.title} {block.body}" for block in course.root.walk() if re.search("-(start|final)-page-", block.name)]
    return [
        *pages,
        course.files["info/updates.items.json"].decode(),
        course.policy["certificates"]["certificates"][0]["description"],
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_a_course_itself_speaks_to_pupils_as_em(level: str) -> None:
    course = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level=level)).course
    pages = own_pages(course)
    assert len(pages) == 4
    for page in pages:
        assert re.search(r"\b[Ee]m\b", page)
        assert "bạn" not in page.lower().replace("bạn bè", "")


@pytest.mark.parametrize(
    "framework, level",
    [("digiskills-vn/1.0", "TC1"), ("digiskills-vn/1.0", "TC2"), ("digiskills-vn/1.0", "NC1"), ("community-helpers/1.0", "NC1")],
)
def test_lessons_and_questions_speak_to_pupils_as_em(framework: str, level: str) -> None:
    course = build_course(CourseRequest(framework=framework, audience="student", school_level=level)).course
    teachers = {block.ref for one in course.root.children if "-teachers-" in one.name for block in one.walk()}
    read = [f"{block.title} {block.body}" for block in course.root.walk() if block.ref not in teachers]
    read += [course.files[name].decode() for name in ("about/overview.html", "about/short_description.html")]
    read += [content.decode() for name, content in course.files.items() if "/handout-" in name or name.startswith("tabs/")]
    assert [found[0] for text in read for found in READER.finditer(QUOTED.sub("", text))] == []


def test_adults_are_spoken_to_as_ban() -> None:
    course = build_course(CourseRequest(framework="digiskills-vn/1.0", only=("D1",))).course
    assert "Khóa học này dành cho bạn" in [block.title for block in course.root.walk()]
    assert "Bạn sẽ làm được gì" in course.files["about/overview.html"].decode()
    assert "ghi nhận bạn đã hoàn thành" in course.policy["certificates"]["certificates"][0]["description"]
    assert "{" not in " ".join(block.body for block in course.root.walk() if block.type == "html")


def test_the_youngest_read_names_and_rules_in_their_own_words() -> None:
    course = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="CB1", locale="en")).course
    titles = {block.title for block in course.root.walk() if block.type == "sequential"}
    assert "A1. A real gift asks for no secret" in titles
    start = " ".join(block.body for block in course.root.walk() if block.type == "html")
    assert "about 7 parts of 10" in start
    assert "Call 111." in start
    assert "A real gift asks for no secret" in course.files["info/handouts.html"].decode()
    older = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="TC1", locale="en")).course
    assert not any("A real gift" in block.title for block in older.root.walk())
    assert "70%" in " ".join(block.body for block in older.root.walk() if block.type == "html")


def test_the_youngest_keep_the_numbers_that_are_for_children() -> None:
    course = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="student", school_level="CB1", locale="en")).course
    handout = course.files["static/handout-digiskills-vn-A1.html"].decode()
    assert re.findall(r"<strong>(1\d\d)</strong>", handout) == ["111", "113", "114", "115"]
    guide = course.files["static/facilitator-digiskills-vn-A1.html"].decode()
    assert "two phones" not in guide.lower()


def test_a_run_of_an_optional_skill_promises_no_score() -> None:
    built = build_course(CourseRequest(framework="digiskills-vn/1.0", audience="citizen", locale="en"))
    optional = {skill.code for skill in built.plan.skills if not skill.is_graded and skill.tasks}
    titles = {block.name.split("-")[1]: block.title for block in built.course.root.walk() if "-counted-unit-" in block.name}
    assert optional
    assert {code for code, title in titles.items() if title.startswith("Do it without hints")} == {code.lower() for code in optional}
