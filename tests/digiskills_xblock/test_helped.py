"""Did somebody help? Asked after a scored run, answered with one tap, through the real handler."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from digiskills_grading.models import Attempt, Evidence
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Answer, Page

pytestmark = pytest.mark.django_db


def tell(tab: Page, *, helped: object = True) -> Answer:
    return tab.call("helped", {"attempt": Attempt.objects.latest("pk").public_id, "helped": helped})


def assurance() -> str:
    return Evidence.objects.exclude(kind="retraction").latest("pk").assurance


def test_help_is_noted_and_the_note_taken_back(page: PageMaker) -> None:
    tab = page()
    tab.play()
    assert tell(tab).body == {"helped": True}
    assert (assurance(), Attempt.objects.get().score_milli) == ("assisted", 1000)
    assert tell(tab).status == 200
    assert tell(tab, helped=False).body == {"helped": False}
    assert assurance() == "self"


def test_the_grade_stays_as_it_is(page: PageMaker) -> None:
    tab = page()
    tab.play()
    grades = [data for kind, data in tab.runtime.published if kind == "grade"]
    tell(tab)
    assert [data for kind, data in tab.runtime.published if kind == "grade"] == grades
    assert tab.block.get_score().raw_earned == 1.0


def test_nobody_answers_for_somebody_else(page: PageMaker, seen_by: Callable[..., Page], other: User) -> None:
    tab = page()
    tab.play()
    answer = tell(seen_by(tab, other))
    assert (answer.status, answer.code, assurance()) == (404, "attempt_not_found", "self")


def test_a_teacher_who_looks_through_a_learners_eyes_notes_nothing(page: PageMaker) -> None:
    tab = page()
    tab.play()
    tab.runtime.refusal = "masquerading"
    assert (tell(tab).code, assurance()) == ("attempt_not_found", "self")


@pytest.mark.parametrize("helped", [None, "yes", 1])
def test_anything_but_yes_or_no_is_refused(page: PageMaker, helped: object) -> None:
    tab = page()
    tab.play()
    assert tell(tab, helped=helped).code == "body_invalid"
    assert assurance() == "self"
