"""While the operator has stopped recording: scored attempts wait in the browser, practice goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from digiskills_grading import switches
from tests.digiskills_xblock.conftest import PageMaker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    switches.forget()
    yield
    switches.forget()


def turn(*, on: bool) -> None:
    switches.turn("recording", on=on, reason="a test", actor_id=None, now=timezone.now())


def test_a_scored_run_is_answered_so_that_the_browser_keeps_it_and_taken_afterwards(page: PageMaker) -> None:
    """Every status from 500 on is "not final" to the player: it shows the message, keeps the trace and sends it again."""
    tab = page()
    started = tab.start()
    trace = tab.trace(started)
    turn(on=False)
    refused = tab.submit(started, trace)
    assert (refused.status, refused.code) == (503, "recording_stopped")
    assert "kept on this device" in refused.body["error"]["message"]
    turn(on=True)
    assert tab.submit(started, trace).body["feedback"]["score_milli"] == 1000


def test_a_scored_run_cannot_be_started_and_practice_can_be_played(page: PageMaker) -> None:
    turn(on=False)
    tab = page()
    assert (tab.start().status, tab.start().code) == (503, "recording_stopped")
    assert tab.play(run_kind="guided").body["feedback"]["score_milli"] == 1000
    assert tab.call("state", {}).status == 200
