"""A block offers guided runs, scored runs or both; the server holds it to that."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from digiskills_grading.models import Attempt, Evidence
from digiskills_xblock import settings_check
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("runs, offered", [("both", {"guided", "counted"}), ("guided", {"guided"}), ("counted", {"counted"})])
def test_only_what_the_block_offers_can_be_started(page: PageMaker, runs: str, offered: set[str]) -> None:
    tab = page(runs=runs)
    for kind in ("guided", "counted"):
        answer = tab.start(kind)
        assert (answer.status == 200) is (kind in offered)
        assert kind in offered or (answer.status, answer.code) == (403, "run_not_offered")
    assert Attempt.objects.count() == len(offered)


def test_a_passer_by_is_held_to_it_too(page: PageMaker, seen_by: Callable[..., Page]) -> None:
    stranger = seen_by(page(runs="guided"), None, refusal="not_signed_in")
    assert (stranger.start("counted").code, stranger.start("guided").status) == ("run_not_offered", 200)


@pytest.mark.parametrize("runs", ["both", "guided", "counted"])
def test_the_page_says_what_is_offered(page: PageMaker, runs: str) -> None:
    tab = page(runs=runs)
    assert tab.block.student_view().json_init_args["state"]["runs"] == runs
    assert tab.block.public_view().json_init_args["state"]["runs"] == runs


def test_a_block_that_says_nothing_offers_both(page: PageMaker) -> None:
    assert page().block.runs == "both"


def test_a_block_of_guided_runs_is_completed_by_one(page: PageMaker) -> None:
    """No score will ever complete it."""
    tab = page(runs="guided", weight="0.0")
    tab.play(run_kind="guided")
    assert ("completion", {"completion": 1.0}) in tab.runtime.published
    assert "grade" not in dict(tab.runtime.published)
    assert not Evidence.objects.exists()


def test_elsewhere_a_guided_run_completes_nothing(page: PageMaker) -> None:
    tab = page(runs="both")
    tab.play(run_kind="guided")
    assert "completion" not in dict(tab.runtime.published)


def test_a_run_that_was_open_when_the_teacher_changed_the_setting_can_be_handed_in(page: PageMaker, learner: User) -> None:
    tab = page()
    started = tab.start("counted")
    block = tab.block
    block.runs = "guided"
    block.save()
    assert tab.submit(started, tab.trace(started)).body["feedback"]["score_milli"] == 1000
    assert Evidence.objects.exists()


def test_an_author_cannot_choose_anything_else(page: PageMaker) -> None:
    block = page().block
    block.runs = "sometimes"
    assert any("sometimes" in problem and "guided" in problem for problem in settings_check.problems(block))
