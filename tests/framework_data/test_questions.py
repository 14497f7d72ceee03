"""Questions are read strictly; who is asked which follows from what each says of itself."""

from __future__ import annotations

from typing import Any

import pytest

from digiskills_framework.errors import InconsistentDataError, InvalidShapeError
from digiskills_framework.lessons import content_skills
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.questions import build_questions, load_questions, questions_for
from digiskills_framework.strict_yaml import Source
from tests.framework_data.builders import text
from tests.framework_data.lesson_builders import Raw, question, questions


def built(raw: Raw) -> Any:
    return build_questions(Source("questions/digiskills-vn/S1.yaml", raw), "digiskills-vn", "S1", load_pack("vn"))


def of(*asked: Raw) -> Raw:
    return {**questions(), "questions": list(asked)}


def test_questions_become_frozen_types() -> None:
    made = built(questions(young=True))
    assert [item.id for item in made] == ["q0", "q1", "q2", "q3", "q4", "q5", "q6", "q10", "q11", "q12", "q13"]
    assert [item.several for item in made].count(True) == 1
    assert made[1].choices[1].right
    assert made[0].digest != made[1].digest
    assert hash(made)


@pytest.mark.parametrize(
    "raw, path",
    [
        (of({**question(1), "choices": [{**choice, "right": False} for choice in question(1)["choices"]]}), "questions[0].choices"),
        (of({**question(1), "choices": [{**choice, "right": True} for choice in question(1)["choices"]]}), "questions[0].choices"),
        (of({**question(1, kind="several"), "choices": question(1)["choices"]}), "questions[0].choices"),
        (of({**question(1, kind="several"), "choices": [{**c, "right": True} for c in question(1)["choices"]]}), "questions[0].choices"),
        (of({**question(1), "choices": question(1)["choices"][:2]}), "questions[0].choices"),
        (
            of({**question(1), "choices": [{**choice, "text": text("Same")} for choice in question(1)["choices"]]}),
            "questions[0].choices[1]",
        ),
        (of(question(1), question(1)), "questions[1].id"),
        (of(question(1, levels=["CB9"])), "questions[0].levels[0]"),
        (of(question(1, use="exam")), "questions[0].use"),
        (of(question(1, ask={"vi": "Gì?", "en": "{@unheard_of}?"})), "questions[0].ask.en"),
        ({**questions(), "skill": "S2"}, "skill"),
    ],
)
def test_every_deviation_is_named(raw: Raw, path: str) -> None:
    with pytest.raises((InvalidShapeError, InconsistentDataError)) as caught:
        built(raw)
    assert path in [finding.path for finding in caught.value.findings]


def test_the_youngest_are_asked_their_own_questions_and_nobody_else_is() -> None:
    made = built(questions(young=True))
    young = [item.id for item in questions_for(made, use="check", audience="student", level="CB1")]
    assert young == ["q10", "q11", "q12", "q13"]
    for audience, level in (("student", "TC1"), ("citizen", None)):
        assert [item.id for item in questions_for(made, use="check", audience=audience, level=level)] == ["q0", "q1", "q2", "q3", "q4"]


def test_where_a_level_has_no_questions_of_its_own_it_is_asked_everybodys() -> None:
    made = built(questions(young=True))
    assert [item.id for item in questions_for(made, use="final", audience="student", level="CB1")] == ["q5", "q6"]


def test_a_question_for_one_audience_is_asked_of_it_alone() -> None:
    made = built(of(question(1, audiences=["public_sector"]), question(2)))
    assert [item.id for item in questions_for(made, use="check", audience="public_sector")] == ["q1", "q2"]
    assert [item.id for item in questions_for(made, use="check", audience="citizen")] == ["q2"]


@pytest.mark.parametrize("skill", content_skills("questions", "digiskills-vn"))
def test_every_shipped_question_can_be_answered(skill: str) -> None:
    for item in load_questions("digiskills-vn", skill):
        assert {choice.right for choice in item.choices} == {True, False}
