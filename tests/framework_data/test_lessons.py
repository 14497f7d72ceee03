"""Lessons are read strictly, with the names of the fictional world and the help numbers filled in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from digiskills_framework.content_types import Sketch, TaskPicture
from digiskills_framework.errors import FrameworkDataError, InconsistentDataError, InvalidShapeError, UnknownDataError
from digiskills_framework.lessons import build_lesson, content_skills, load_lesson
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.strict_yaml import Source
from tests.framework_data.builders import text, write
from tests.framework_data.lesson_builders import Raw, lesson, sketch, step

SHIPPED_SKILLS = [(name, skill) for name in ("digiskills-vn", "community-helpers") for skill in content_skills("lessons", name)]


def built(raw: Raw, *, pupil: bool = False) -> Any:
    return build_lesson(Source("lessons/digiskills-vn/S1.yaml", raw), "digiskills-vn", "S1", load_pack("vn"), pupil=pupil)


def test_a_lesson_becomes_frozen_types() -> None:
    made = built(lesson(young=True))
    assert made.id == "digiskills-vn/S1"
    assert made.example("citizen").en == "A story for citizen in English"
    assert made.example("nobody") is None
    assert isinstance(made.steps[0].picture, TaskPicture)
    assert isinstance(made.steps[1].picture, Sketch)
    assert made.steps[1].picture.rows[1].mark
    assert [entry.code for entry in made.real_life] == ["scam_calls"]
    assert sum(part.minutes for part in made.lesson_plan.parts) == 45
    assert hash(made) == hash(built(lesson(young=True)))


def test_the_youngest_read_their_own_words() -> None:
    made = built(lesson(young=True))
    assert made.young.levels == ("CB1", "CB2")
    assert made.young_for("CB2") is made.young
    assert made.steps_for("student", "CB1") == made.young.steps
    assert made.summary_for("CB1") == made.young.summary
    assert (made.title_for("CB1"), made.title_for("TC1")) == (made.young.title, made.title)
    assert sum(part.minutes for part in made.plan_for("CB1").parts) == 35
    assert (made.plan_for("TC1"), made.notes_for("TC1")) == (made.lesson_plan, made.facilitator)
    assert made.notes_for("CB2") == made.young.facilitator
    for level in ("TC1", None):
        assert made.young_for(level) is None
        assert made.steps_for("student", level) == made.steps
        assert made.summary_for(level) == made.summary


def test_steps_mistakes_and_closing_lines_may_be_for_some_alone() -> None:
    raw = lesson(young=True)
    raw["steps"][1]["audiences"] = ["public_sector"]
    raw["mistakes"][0]["audiences"] = ["citizen", "student"]
    raw["real_life"] = ["scam_calls", "secret_papers"]
    made = built(raw)
    assert [step.place for step in made.steps_for("citizen")] == [1, 3]
    assert made.steps_for("public_sector") == made.steps
    assert made.steps_for("student", "CB1") == made.young.steps
    assert [mistake.wrong.en for mistake in made.mistakes_for("public_sector")] == ["Wrong 1 in English", "Wrong 2 in English"]
    assert made.mistakes_for("citizen") == made.mistakes
    assert [line.code for line in made.real_life_for("citizen")] == ["scam_calls"]
    assert [line.code for line in made.real_life_for("public_sector")] == ["scam_calls", "secret_papers"]


def test_names_and_numbers_are_filled_in() -> None:
    raw = lesson()
    raw["what"] = [
        {
            "vi": "{@people.man} mở {@bank}. {@people.man}, {@people.man.description}, gọi {#police}.",
            "en": "{@people.man} opens {@bank}. Call {#police}, says {@people.man}, {@people.man.description}.",
        }
    ]
    assert built(raw).what[0].vi == "Bà Mận mở Ngân hàng Hạt Lúa. Bà Mận, 68 tuổi, mượn điện thoại của con, gọi 113."
    assert built(raw).what[0].en == "Bà Mận opens Ngân hàng Hạt Lúa. Call 113, says bà Mận, 68, uses a borrowed phone."


def test_english_calls_pupils_and_teachers_as_english_does() -> None:
    said = "{@people.buoi} asks {@people.luu} about {@people.man}."
    made = built({**lesson(), "what": [text_of(said)]})
    assert made.what[0].vi == "Em Bưởi asks cô Lựu about bà Mận."
    assert made.what[0].en == "Bưởi asks Ms Lựu about bà Mận."


def test_what_is_filled_in_is_part_of_the_digest() -> None:
    raw = lesson()
    raw["what"] = [{"vi": "{@bank}", "en": "{@bank}"}]
    assert built(raw).digest == built({**lesson(), "what": [text_of("Ngân hàng Hạt Lúa")]}).digest != built(lesson()).digest


def text_of(same: str) -> dict[str, str]:
    return {"vi": same, "en": same}


def test_vietnamese_says_em_to_pupils_and_ban_to_everybody_else() -> None:
    said = {"vi": "{You} mở máy: bà đưa {you} tờ giấy, bạn bè chờ.", "en": "You open it."}
    raw = {**lesson(), "what": [said]}
    assert built(raw).what[0].vi == "Bạn mở máy: bà đưa bạn tờ giấy, bạn bè chờ."
    assert built(raw, pupil=True).what[0].vi == "Em mở máy: bà đưa em tờ giấy, bạn bè chờ."


def test_english_has_no_other_word_for_pupils() -> None:
    with pytest.raises(InconsistentDataError, match="Vietnamese texts alone"):
        built({**lesson(), "why": [{"vi": "{You} mở", "en": "{You} open"}]})


@pytest.mark.parametrize(
    "said, part",
    [
        ("{@banks}", "no name of the fictional world"),
        ("{#firemen}", "no help number"),
        ("{amount}", "no place that is filled"),
        ("brace {", "no place that is filled"),
        ("brace }", "no place that is filled"),
        ("{@people.man.age}", "no name of the fictional world"),
    ],
)
def test_other_places_are_refused_with_what_there_is(said: str, part: str) -> None:
    with pytest.raises(InconsistentDataError) as caught:
        built({**lesson(), "why": [text_of(said)]})
    assert caught.value.path == "why[0].vi"
    assert part in caught.value.message
    assert len(caught.value.findings) == 2


def test_a_place_outside_of_a_text_in_two_languages_is_refused() -> None:
    raw = lesson()
    raw["claims"][0]["source"] = "{@bank}"
    with pytest.raises(InconsistentDataError, match="outside of a text"):
        built(raw)


def _change(*path: str | int, value: object) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        target: Any = raw
        for part in path[:-1]:
            target = target[part]
        target[path[-1]] = value

    return change


def _longer_class() -> Raw:
    """A class of 45 minutes where children have 35."""
    young: Raw = lesson(young=True)["young"]
    return {**young, "lesson_plan": lesson()["lesson_plan"]}


@pytest.mark.parametrize(
    "change, path",
    [
        (_change("skill", value="S2"), "skill"),
        (_change("minutes", value=4), "minutes"),
        (_change("minutes", value=21), "minutes"),
        (_change("steps", value=[]), "steps"),
        (_change("steps", 0, "picture", "rows", value=[]), "steps[0].picture.rows"),
        (_change("steps", 0, "picture", "task", value="S1"), "steps[0].picture.task"),
        (_change("steps", 1, "picture", "app", "kind", value="phone"), "steps[1].picture.app.kind"),
        (_change("steps", 1, "picture", "rows", 0, "type", value="table"), "steps[1].picture.rows[0].type"),
        (_change("steps", 1, "picture", "rows", 0, "note", value=text("Note")), "steps[1].picture.rows[0].note"),
        (_change("real_life", value=["unheard_of"]), "real_life[0]"),
        (_change("steps", 0, "audiences", value=["pensioner"]), "steps[0].audiences[0]"),
        (_change("mistakes", 0, "audiences", value=[]), "mistakes[0].audiences"),
        (
            _change("young", value={**lesson(young=True)["young"], "steps": [{**step(), "audiences": ["student"]}] * 3}),
            "young.steps[0].audiences",
        ),
        (_change("examples", "pensioner", value=text("Story")), "examples"),
        (_change("lesson_plan", "parts", 0, "minutes", value=6), "lesson_plan.parts"),
        (_change("young", value=_longer_class()), "young.lesson_plan.parts"),
        (_change("young", value={**lesson(young=True)["young"], "title": text("")}), "young.title.vi"),
        (_change("glossary", 1, "term", value=text("Term 0")), "glossary[1].term"),
        (_change("reviewed_on", value="2026-02-30"), "reviewed_on"),
        (_change("claims", 0, "seen_on", value="last year"), "claims[0].seen_on"),
        (_change("title", "vi", value=""), "title.vi"),
        (_change("extra", value=1), "extra"),
    ],
)
def test_every_deviation_is_named(change: Callable[[Raw], None], path: str) -> None:
    raw = lesson()
    change(raw)
    with pytest.raises((InvalidShapeError, InconsistentDataError)) as caught:
        built(raw)
    assert path in [finding.path for finding in caught.value.findings]
    assert all(finding.file == "lessons/digiskills-vn/S1.yaml" and finding.remedy for finding in caught.value.findings)


@pytest.mark.parametrize(
    "row",
    [
        {"type": "text", "text": text("T")},
        {"type": "item", "text": text("T"), "note": text("N")},
        {"type": "field", "label": text("L"), "value": text("V")},
        {"type": "toggle", "label": text("T"), "on": True},
        {"type": "message", "from": text("F"), "text": text("T"), "mine": True},
        {"type": "choice", "text": text("T"), "chosen": True},
        {"type": "image", "name": "photo", "alt": text("A")},
    ],
)
def test_every_kind_of_row_is_read(row: Raw) -> None:
    raw = lesson()
    raw["steps"][1] = {**raw["steps"][1], "picture": sketch(row, {**row, "mark": True})}
    first, second = built(raw).steps[1].picture.rows
    assert first.type == row["type"]
    assert first.on == bool({"on", "mine", "chosen"} & row.keys())
    assert (first.mark, second.mark) == (False, True)
    assert dict(first.texts).keys() == row.keys() - {"type", "name", "on", "mine", "chosen"}


def test_an_operator_adds_lessons_and_redefines_none(tmp_path: Path) -> None:
    write(tmp_path, "lessons/sample/X1", lesson("X1"))
    assert load_lesson("sample", "X1", extra=(tmp_path,)).file == "lessons/sample/X1.yaml"
    with pytest.raises(UnknownDataError) as caught:
        load_lesson("sample", "X2", extra=(tmp_path,))
    assert "X1" in caught.value.remedy
    taken = content_skills("lessons", "digiskills-vn")[0]
    write(tmp_path, f"lessons/digiskills-vn/{taken}", lesson(taken))
    with pytest.raises(InconsistentDataError, match="exists in"):
        load_lesson("digiskills-vn", taken, extra=(tmp_path,))


@pytest.mark.parametrize("skill", ["../S1", "", "S1\n", "/etc/passwd"])
def test_a_skill_is_no_path(skill: str) -> None:
    with pytest.raises(FrameworkDataError):
        load_lesson("digiskills-vn", skill)


@pytest.mark.parametrize("name, skill", SHIPPED_SKILLS)
def test_every_shipped_lesson_is_read(name: str, skill: str) -> None:
    assert load_lesson(name, skill).skill == skill
