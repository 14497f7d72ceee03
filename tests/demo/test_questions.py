"""The demo's stand-in for the platform's problems: every question of the course can be asked, and is graded as the platform grades it."""

from __future__ import annotations

from pathlib import Path

import pytest

import digiskills_framework
from demo.questions import Choice, Question, question_of
from digiskills_framework.questions import load_questions
from digiskills_xblock.course.model import Block
from digiskills_xblock.course.normal import inner_xml, settings_of
from digiskills_xblock.course.problems import problem_xml

QUESTIONS = Path(digiskills_framework.__file__).parent / "data" / "questions" / "digiskills-vn"
SKILLS = sorted(path.stem for path in QUESTIONS.glob("*.yaml"))


def asked(*, several: bool = False) -> Question:
    choices = (Choice("a", several, "A"), Choice("b", True, "B"), Choice("c", False, "C"))
    return Question("q", "Q", "?", "", several, choices, 2, ())


def test_there_are_questions_to_read() -> None:
    assert len(SKILLS) >= 26


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_question_is_read_as_it_was_written(skill: str, locale: str) -> None:
    for written in load_questions("digiskills-vn", skill, pack="vn"):
        element = problem_xml(written, skill, locale)
        settings = settings_of({str(key): str(value) for key, value in element.attrib.items()})
        read = question_of(Block("problem", written.id, settings, body=inner_xml(element)))
        assert (read.ask, read.several) == (written.ask.text(locale), written.several)
        assert [choice.text for choice in read.choices] == [choice.text.text(locale) for choice in written.choices]
        assert [choice.right for choice in read.choices] == [choice.right for choice in written.choices]
        assert [choice.because for choice in read.choices] == [choice.because.text(locale) for choice in written.choices]
        assert bool(read.why) == (written.use == "check")


def test_of_several_answers_all_right_ones_and_no_others_are_right() -> None:
    question = asked(several=True)
    assert question.is_right([0, 1])
    assert not any(question.is_right(picked) for picked in ([], [0], [1], [0, 1, 2], [2]))


def test_of_one_answer_the_right_one_is_right() -> None:
    assert [asked().is_right([number]) for number in range(3)] == [False, True, False]


def test_a_form_may_send_anything() -> None:
    assert asked().cleaned(["1", "0", "9", "-1", "x", "", "²"]) == (0,)
    assert asked(several=True).cleaned(["1", "0", "1"]) == (0, 1)


def test_a_response_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="shows no stringresponse"):
        question_of(Block("problem", "typed", {"max_attempts": "1"}, body="<stringresponse answer='x'><label>?</label></stringresponse>"))
