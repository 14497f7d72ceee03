"""Whoever comes by may play; native apps may ask how far a learner is. Neither records anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from webob import Request

from digiskills_grading.models import Attempt, Learner
from digiskills_xblock import stateless
from digiskills_xblock.messages import CODES
from tests.digiskills_xblock.conftest import PageMaker
from tests.digiskills_xblock.support import Page, trace_of
from tests.digiskills_xblock.test_overlays import NOW

pytestmark = pytest.mark.django_db


def user_state(tab: Page, method: str = "GET") -> Any:
    response = tab.block.handle("student_view_user_state", Request.blank("/", method=method))
    return response.status_int, json.loads(response.body)


@pytest.fixture
def passer_by(page: PageMaker, seen_by: Callable[..., Page]) -> Page:
    return seen_by(page(), None, refusal="not_signed_in")


def test_the_public_page_is_the_player_without_a_record(page: PageMaker) -> None:
    """Even for somebody who is signed in: their attempts are not told, nothing is kept on the device."""
    tab = page()
    tab.play()
    given = tab.block.public_view().json_init_args
    assert given["public"] is True
    assert given["user"] == ""
    assert (given["state"]["stored"], given["state"]["counted_used"]) == (False, 0)
    assert tab.block.student_view().json_init_args["public"] is False


def test_a_passer_by_plays_and_is_scored_and_nothing_is_stored(passer_by: Page) -> None:
    started = passer_by.start()
    assert (started.body["attempt"], started.body["stored"]) == (None, False)
    user = str(passer_by.block.scope_ids.user_id)
    kept = stateless.redeem(started.body["token"], user=user, usage=passer_by.usage_id, now=NOW)
    answer = passer_by.submit(started, trace_of("S3-01", kept.seed))
    assert answer.body["feedback"]["score_milli"] == 1000
    assert answer.body["feedback"]["stored"] is False
    assert (Attempt.objects.count(), Learner.objects.count()) == (0, 0)


def test_an_app_is_told_how_far_the_learner_is(page: PageMaker) -> None:
    tab = page(max_attempts="3")
    tab.play()
    status, body = user_state(tab)
    assert status == 200
    assert (body["state"]["counted_used"], body["state"]["max_attempts"], body["state"]["best_score_milli"]) == (1, 3, 1000)


def test_an_app_learns_nothing_of_what_is_hidden(page: PageMaker) -> None:
    tab = page(show_correctness="never")
    tab.play()
    assert user_state(tab)[1]["state"]["best_score_milli"] is None


def test_an_app_that_asks_for_a_block_without_a_task_is_refused_kindly(page: PageMaker) -> None:
    status, body = user_state(page("S9-99"))
    assert status == 409
    assert body["error"]["code"] in CODES
