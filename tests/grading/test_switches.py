"""Kill switches: what stops, what goes on, and how soon other processes know."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from digiskills_grading import api, switches
from digiskills_grading.errors import PastDue, RecordingStopped, SwitchRefused
from digiskills_grading.models import AttemptRequest, Evidence, SwitchChange
from tests.grading.helpers import NOW, account, attempt, block, later, trace_of


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    switches.forget()
    yield
    switches.forget()


def turn(name: str = switches.RECORDING, *, on: bool, minutes: float = 0) -> None:
    switches.turn(name, on=on, reason="a test", actor_id=None, now=later(minutes))


@pytest.mark.django_db(transaction=True)
def test_a_counted_attempt_can_be_neither_started_nor_submitted_and_a_guided_one_goes_on() -> None:
    learner = account("man")
    started = api.start_attempt(learner, block(), run_kind="counted", now=NOW)
    turn(on=False)
    with pytest.raises(RecordingStopped):
        api.submit_attempt(learner, started.public_id, trace_of(started), now=later(1))
    with pytest.raises(RecordingStopped):
        api.start_attempt(learner, block("other"), run_kind="counted", now=later(1))
    assert attempt(learner, block("other"), run_kind="guided", now=later(1)).score_milli == 1000
    assert not Evidence.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_kept_trace_is_taken_when_recording_goes_on() -> None:
    learner = account("man")
    started = api.start_attempt(learner, block(), run_kind="counted", now=NOW)
    turn(on=False)
    trace = trace_of(started)
    with pytest.raises(RecordingStopped):
        api.submit_attempt(learner, started.public_id, trace, now=later(1))
    turn(on=True)
    assert api.submit_attempt(learner, started.public_id, trace, now=later(2)).score_milli == 1000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "resumed, submitted, taken",
    [
        pytest.param(30, 60, True, id="the stop lay over the due date"),
        pytest.param(30, 30 + 24 * 60 + 1, False, id="a day after the stop it is too late"),
        pytest.param(-15, 1, False, id="the stop was over before the due date"),
    ],
)
def test_a_stop_over_the_due_date_costs_nobody_the_attempt(resumed: float, submitted: float, taken: bool) -> None:
    learner = account("man")
    started = api.start_attempt(learner, block(due=NOW), run_kind="counted", now=NOW - timedelta(hours=1))
    turn(on=False, minutes=-20)
    turn(on=True, minutes=resumed)
    if taken:
        assert api.submit_attempt(learner, started.public_id, trace_of(started), now=later(submitted)).score_milli == 1000
    else:
        with pytest.raises(PastDue):
            api.submit_attempt(learner, started.public_id, trace_of(started), now=later(submitted))


@pytest.mark.django_db(transaction=True)
def test_staffs_requests_wait_and_results_can_be_read() -> None:
    learner, context = account("man"), block()
    result = attempt(learner, context)
    turn(on=False)
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=None)
    assert api.process_requests(now=later(1)) == 0
    assert AttemptRequest.objects.count() == 1
    assert api.submit_attempt(learner, result.public_id, None, now=later(1)).repeated
    turn(on=True)
    assert api.process_requests(now=later(2)) == 1


@pytest.mark.django_db(transaction=True)
def test_another_process_knows_within_five_seconds_and_asks_nothing_meanwhile() -> None:
    """What this process remembers stands for the memory of another one: the row is written past `switches.turn`."""
    clock = 100.0
    assert switches.is_on("recording", monotonic=lambda: clock)
    SwitchChange.objects.create(name="recording", is_on=False, reason="elsewhere", changed_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        assert switches.is_on("recording", monotonic=lambda: clock + 4.99)
        assert switches.is_on("issuing", monotonic=lambda: clock + 4.99)
    assert not queries.captured_queries
    assert not switches.is_on("recording", monotonic=lambda: clock + 5)
    assert switches.is_on("issuing", monotonic=lambda: clock + 5)


@pytest.mark.django_db
def test_what_was_read_inside_a_transaction_is_not_remembered() -> None:
    assert switches.is_on("recording")
    SwitchChange.objects.create(name="recording", is_on=False, reason="in this very transaction", changed_at=NOW)
    assert not switches.is_on("recording")


@pytest.mark.django_db
def test_the_newest_turn_counts_and_all_are_kept() -> None:
    turn(on=False)
    turn("issuing", on=False)
    turn(on=True)
    assert {state.name: state.is_on for state in switches.states()} == {"recording": True, "issuing": False}
    assert [state.is_on for state in switches.history("recording")] == [True, False]


@pytest.mark.django_db
@pytest.mark.parametrize("name, reason", [("recordin", "typo"), ("recording", "  "), ("recording", "x" * 301), ("destination:none", "x")])
def test_an_unknown_switch_or_no_reason_is_refused(name: str, reason: str) -> None:
    with pytest.raises(SwitchRefused):
        switches.turn(name, on=False, reason=reason, actor_id=None, now=NOW)
    assert not SwitchChange.objects.exists()


@pytest.mark.django_db
def test_the_command_turns_shows_and_tells_the_history() -> None:
    out = io.StringIO()
    call_command("digiskills_switch", "recording", "off", reason="the disk is full", stdout=out)
    call_command("digiskills_switch", stdout=out)
    call_command("digiskills_switch", "recording", json=True, stdout=out)
    turned, shown, other, history = out.getvalue().splitlines()
    assert turned == shown
    assert turned.startswith("recording  off  since ")
    assert turned.endswith(" by the command line: the disk is full")
    assert other == "issuing  on"
    assert [row["reason"] for row in json.loads(history)] == ["the disk is full"]
    with pytest.raises(CommandError, match="a reason is needed"):
        call_command("digiskills_switch", "recording", "on")


@pytest.mark.django_db
def test_the_admin_adds_turns_with_their_author_and_changes_none() -> None:
    boss = get_user_model().objects.create_superuser("boss", password="x")
    client = Client()
    client.force_login(boss)
    url = "/admin/digiskills_grading/switchchange/"
    assert client.post(f"{url}add/", {"name": "issuing", "reason": ""}).status_code == 200
    assert not SwitchChange.objects.exists()
    assert client.post(f"{url}add/", {"name": "issuing", "reason": "a key was stolen"}).status_code == 302
    row = SwitchChange.objects.get()
    assert (row.name, row.is_on, row.actor_id) == ("issuing", False, boss.pk)
    assert not switches.is_on("issuing")
    assert client.post(f"{url}{row.pk}/change/", {"name": "issuing", "is_on": "on", "reason": "never mind"}).status_code == 403
    assert client.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
