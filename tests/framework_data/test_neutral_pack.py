"""A country is its pack: what tasks, lessons and questions name, every pack has, and with another pack nothing Vietnamese is left."""

from __future__ import annotations

import pytest

from digiskills_framework import api
from digiskills_framework.lessons import content_skills, load_lesson
from digiskills_framework.pack import CountryPack
from digiskills_framework.questions import load_questions
from digiskills_framework.strict_yaml import walk_texts
from digiskills_framework.tasks import DEFAULT_PACK, load_task, task_ids
from digiskills_simulator.api import compile_task
from digiskills_simulator.witness import check_witnesses

NEUTRAL = "xx"
OTHERS = [code for code in api.list_packs() if code != DEFAULT_PACK]
FRAMEWORKS = [key.partition("/")[0] for key in api.list_frameworks()]
LESSONS = [(framework, skill) for framework in FRAMEWORKS for skill in content_skills("lessons", framework)]
QUESTIONS = [(framework, skill) for framework in FRAMEWORKS for skill in content_skills("questions", framework)]


def _keys(pack: CountryPack) -> dict[str, set[str]]:
    world = pack.world
    return {
        "places": {code for code, _name in world.places},
        "organisations": {code for code, _name in world.organisations},
        "people": {person.code for person in world.people},
        "help_numbers": {number.code for number in pack.help_numbers},
        "real_life": {entry.code for entry in pack.real_life},
        "school_levels": {level.code for level in pack.school_levels},
    }


def _vietnamese_names() -> tuple[str, ...]:
    world = api.load_pack(DEFAULT_PACK).world
    hamlet = dict(world.places)["hamlet"]  # "hamlet 3" is how anybody counts hamlets
    return tuple(name for _code, name in (*world.places, *world.organisations) if name != hamlet) + tuple(p.name for p in world.people)


@pytest.mark.parametrize("code", OTHERS)
def test_a_pack_has_every_key_that_the_default_pack_has(code: str) -> None:
    found = _keys(api.load_pack(code))
    missing = {kind: sorted(keys - found[kind]) for kind, keys in _keys(api.load_pack(DEFAULT_PACK)).items()}
    assert {kind: keys for kind, keys in missing.items() if keys} == {}


def test_the_two_worlds_share_no_name() -> None:
    def names(pack: CountryPack) -> set[str]:
        return {name for _code, name in (*pack.world.places, *pack.world.organisations)} | {person.name for person in pack.world.people}

    assert not names(api.load_pack(DEFAULT_PACK)) & names(api.load_pack(NEUTRAL))


def test_the_neutral_packs_numbers_are_marked_and_answer_nowhere() -> None:
    real = {number.number for number in api.load_pack(DEFAULT_PACK).help_numbers}
    for number in api.load_pack(NEUTRAL).help_numbers:
        assert number.number.startswith("000")
        assert number.number not in real
        assert "not a real number" in number.purpose.en
        assert "fictional" in number.source


def test_the_neutral_packs_closing_lines_name_no_other_countrys_law_or_service() -> None:
    for entry in api.load_pack(NEUTRAL).real_life:
        assert "fictional" in entry.source
        for word in ("VNeID", "VssID", "Decree", "Circular", "Resolution", "NĐ-CP", "Việt Nam", "http"):
            assert word not in entry.text.vi + entry.text.en + entry.source, entry.code


@pytest.mark.parametrize("task_id", task_ids())
def test_every_task_is_whole_in_the_neutral_country(task_id: str) -> None:
    task = load_task(task_id, pack=NEUTRAL)
    assert check_witnesses(compile_task(task), range(2)) == []
    own = _vietnamese_names()
    for path, text in walk_texts(dict(task.raw)):
        assert "{@" not in text, path
        assert [name for name in own if name in text] == [], (path, text)


@pytest.mark.parametrize("framework, skill", LESSONS)
def test_every_lesson_reads_in_the_neutral_country(framework: str, skill: str) -> None:
    lesson = load_lesson(framework, skill, NEUTRAL)
    _check_texts(repr(lesson))


@pytest.mark.parametrize("framework, skill", QUESTIONS)
def test_every_question_reads_in_the_neutral_country(framework: str, skill: str) -> None:
    _check_texts(repr(load_questions(framework, skill, NEUTRAL)))


def _check_texts(shown: str) -> None:
    assert "{@" not in shown
    assert "{#" not in shown
    assert [name for name in _vietnamese_names() if name in shown] == []
