"""The frameworks beside the working profile: learners' competence after Circular 02/2025, and those who help others."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from digiskills_framework import api
from digiskills_framework.content import content_of
from digiskills_framework.content_types import Use
from digiskills_framework.lessons import load_lesson
from digiskills_framework.questions import load_questions, questions_for
from digiskills_framework.tasks import load_task

LEARNERS, HELPERS = "tt02-vn/2025", "community-helpers/1.0"
CIRCULAR = "TT-02-2025-BGDDT"
YOUNG = ("CB1", "CB2")
LACKING = {"3.4", "4.4", "5.3", "5.4"}  # what digiskills-vn has not, or only a little
SECOND = {"2.4", "2.5", "3.2"}  # where one skill of digiskills-vn holds two components: the second of them
OWN = LACKING | SECOND
VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)

CELLS = [(key, cell) for key in (LEARNERS, HELPERS) for cell in api.load_profile(key).present()]
IDS = [f"{key}-{cell.audience}-{cell.level}-{cell.skill}" for key, cell in CELLS]


def test_domains_and_components_are_those_of_the_circular_by_their_published_names() -> None:
    framework, document = api.load_framework(LEARNERS), api.load_document(CIRCULAR)
    assert [(group.code, group.name.vi) for group in framework.groups] == [(group.code, group.name_vi) for group in document.groups]
    assert [(skill.code, skill.name.vi) for skill in framework.skills] == [(row.code, row.official_name) for row in document.rows()]
    assert (len(framework.groups), len(framework.skills)) == (6, 24)
    assert all(skill.code.startswith(f"{skill.group}.") for skill in framework.skills)


@pytest.mark.parametrize("key", [LEARNERS, HELPERS])
def test_what_is_ours_is_said_to_be_ours(key: str) -> None:
    framework = api.load_framework(key)
    assert framework.status == "working"
    assert "dự án soạn" in framework.notice.vi
    assert "project" in framework.notice.en


def test_every_component_is_its_row_and_has_its_digcomp_competence_but_for_ai() -> None:
    for skill in api.load_framework(LEARNERS).skills:
        assert skill.refs[0] == f"{CIRCULAR}:{skill.code}"
        assert skill.digcomp == (() if skill.group == "6" else (skill.code,))


def test_higher_levels_demand_what_lower_ones_do() -> None:
    profile = api.load_profile(LEARNERS)
    demanded = [set(profile.skills("student", level)) for level in profile.levels]
    assert [len(skills) for skills in demanded] == [7, 15, 24, 24, 24]
    assert all(lower <= higher for lower, higher in pairwise(demanded))


def test_everybody_who_helps_needs_all_four() -> None:
    profile = api.load_profile(HELPERS)
    columns = [("citizen", None), ("public_sector", None), ("enterprise_worker", None), ("student", "NC1")]
    assert {profile.skills(*column) for column in columns} == {("H1", "H2", "H3", "H4")}
    assert len(profile.present()) == len(columns) * 4


@pytest.mark.parametrize("key", [LEARNERS, HELPERS])
def test_can_do_statements_are_specific_and_written_to_their_reader(key: str) -> None:
    statements = api.load_can_do(key)
    for language in ("vi", "en"):
        texts = [item.text.text(language) for item in statements]
        assert len(set(texts)) == len(texts), "two cells share a text"
        assert [text for text in texts if not (40 <= len(text) <= 220 and text.endswith("."))] == []
    for item in statements:
        assert VIETNAMESE.search(item.text.vi), item
        assert not VIETNAMESE.search(item.text.en), item
        young = item.level in {"CB1", "CB2", "TC1", "TC2"}
        assert re.search(r"\b[Ee]m\b" if young else r"\b[Bb]ạn\b", item.text.vi), item


@pytest.mark.parametrize(
    "key, framework, audiences",
    [("tt02-default/1", LEARNERS, {"student"}), ("helpers-default/1", HELPERS, {str(audience) for audience in api.Audience})],
)
def test_the_default_regulation_demands_what_the_profile_requires(key: str, framework: str, audiences: set[str]) -> None:
    regulation, profile = api.load_regulation(key), api.load_profile(framework)
    assert regulation.framework == framework
    assert set(regulation.audience_codes()) == audiences
    for audience in audiences:
        levels = profile.levels if key == "tt02-default/1" else (None if audience != "student" else "NC1",)
        for level in levels:
            demanded = tuple(leaf.skill for leaf in api.leaves(regulation.requires(audience, level)))
            assert demanded == profile.skills(audience, level)


@pytest.mark.parametrize("key, cell", CELLS, ids=IDS)
def test_every_cell_is_taught_and_asked_about(key: str, cell: object) -> None:
    found = next(item for item in api.load_profile(key).present() if item == cell)
    content = content_of(key, found.skill)
    lessons = [load_lesson(*where) for where in content.lessons]
    questions = [question for where in content.questions for question in load_questions(*where)]
    assert lessons
    fewest_of: dict[Use, int] = {"check": 4, "final": 2}
    for use, fewest in fewest_of.items():
        assert len(questions_for(questions, use=use, audience=found.audience, level=found.level)) >= fewest
    if found.level in YOUNG:
        assert all(lesson.young is not None for lesson in lessons), "grades 1 to 5 read in words of their own"
    else:
        assert all(found.audience in dict(lesson.examples) for lesson in lessons)


def test_the_learners_framework_has_lessons_of_its_own_for_what_the_working_profile_lacks_or_holds_together() -> None:
    own = {skill.code for skill in api.load_framework(LEARNERS).skills if content_of(LEARNERS, skill.code).lessons[0][0] == "tt02-vn"}
    assert own == OWN
    lacking = {row.row for row in api.load_crosswalk("digiskills-vn/1.0").for_document(CIRCULAR) if row.coverage is api.Coverage.NONE}
    assert lacking <= LACKING


def test_what_it_borrows_is_what_the_crosswalk_relates() -> None:
    related = {row.row: set(row.skills) for row in api.load_crosswalk("digiskills-vn/1.0").for_document(CIRCULAR)}
    for code in set(related) - OWN:
        borrowed = {skill for _framework, skill in content_of(LEARNERS, str(code)).lessons}
        # Dangers on line (A1) stand with well-being, where DigComp 2.2 has them; the circular has no row for them alone.
        assert borrowed - {"A1"} == related[code], code


@pytest.mark.parametrize("key", [LEARNERS, HELPERS])
def test_nobody_reads_a_lesson_twice_and_no_answer_counts_for_two_components(key: str) -> None:
    contents = [content_of(key, skill.code) for skill in api.load_framework(key).skills]
    for taught in ([content.lessons for content in contents], [content.questions for content in contents]):
        counted = Counter(where for content in taught for where in content)
        assert [where for where, times in counted.items() if times > 1] == []


def test_no_situation_is_asked_about_twice_in_one_framework() -> None:
    wheres = [where for skill in api.load_framework(LEARNERS).skills for where in content_of(LEARNERS, skill.code).questions]
    for language in ("vi", "en"):
        asked = Counter(question.ask.text(language) for where in wheres for question in load_questions(*where))
        assert [ask for ask, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("key", [LEARNERS, HELPERS])
def test_a_task_is_borrowed_for_an_audience_that_plays_it(key: str) -> None:
    audiences = {str(cell.audience) for cell in api.load_profile(key).present()}
    for task in api.load_borrowed(key):
        assert audiences & set(load_task(task).audiences), task
