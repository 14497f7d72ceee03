"""Events are sent after the commit or not at all, once for each change, and known to the platform before it asks for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from digiskills_grading import api
from digiskills_grading.signals import DECISION_MADE, MASTERY_CHANGED, PUBLIC_EVENTS, DecisionMadeData, MasteryChangedData
from tests.grading.helpers import account, attempt, block, later, observe


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """What a receiver of all our events was told."""
    events: list[Any] = []

    def receive(**told: Any) -> None:
        assert not transaction.get_connection().in_atomic_block
        events.extend(told[name] for name in ("decision", "mastery") if name in told)

    for event in PUBLIC_EVENTS:
        event.connect(receive)
    yield events
    for event in PUBLIC_EVENTS:
        event.disconnect(receive)


def decisions(heard: list[Any]) -> list[DecisionMadeData]:
    return [event for event in heard if isinstance(event, DecisionMadeData)]


def masteries(heard: list[Any]) -> list[MasteryChangedData]:
    return [event for event in heard if isinstance(event, MasteryChangedData)]


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_announced_once_and_nothing_where_nothing_changed(heard: list[Any]) -> None:
    learner = account("man")
    first = attempt(learner, block())
    attempt(learner, block("second"), now=later(1))
    assert [event.status for event in decisions(heard)] == ["not_yet"]
    assert first.decision is not None
    assert (heard[-1].learner_id, decisions(heard)[0].digest) == (api.ensure_learner(learner), first.decision.digest)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_state_is_announced_with_what_it_was_and_is(heard: list[Any]) -> None:
    learner, context = account("man"), block()
    attempt(learner, context)
    attempt(learner, block("second"), now=later(1))
    api.request_reset(learner, course_key=context.course_key, usage_key=context.usage_key, actor=None)
    api.request_reset(learner, course_key=context.course_key, usage_key=block("second").usage_key, actor=None)
    api.process_requests(now=later(2))
    told = [json.loads(event.changes) for event in masteries(heard)]
    assert told == [
        [{"skill": "S3", "before": "not_assessed", "after": "mastered", "value_milli": 1000}],
        [{"skill": "S3", "before": "mastered", "after": "not_assessed", "value_milli": None}],
    ]
    first, last = masteries(heard)
    assert (first.assessed_at, last.assessed_at) == (later(0), later(2))
    assert first.rev < last.rev


@pytest.mark.django_db(transaction=True)
def test_skills_that_change_together_are_one_event(heard: list[Any]) -> None:
    learner = account("man")
    observe(learner)
    assert masteries(heard) == []  # on no track yet
    api.ensure_track(learner, regulation="demo-s3-a1/1", audience="citizen")
    attempt(learner, block(), now=later(1))
    assert [len(json.loads(event.changes)) for event in masteries(heard)] == [1, 1]
    assert {event.audience for event in masteries(heard)} == {"citizen"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("event", [DECISION_MADE, MASTERY_CHANGED], ids=lambda event: event.event_type)
def test_a_receiver_that_fails_cannot_undo_what_was_decided(event: Any) -> None:
    def fail(**_: Any) -> None:
        raise ValueError("a receiver of another plugin")

    event.connect(fail)
    try:
        result = attempt(account("man"), block())
    finally:
        event.disconnect(fail)
    assert result.decision is not None
    assert not transaction.get_connection().in_atomic_block


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_of_what_was_rolled_back(heard: list[Any]) -> None:
    learner = account("man")
    started = api.start_attempt(learner, block(), run_kind="counted", now=later(0))
    with pytest.raises(RuntimeError), transaction.atomic():
        api.submit_attempt(learner, started.public_id, {"schema": "trace/1", "actions": []}, now=later(1))
    assert heard == []


def test_the_platform_can_be_told_to_send_our_events() -> None:
    """``openedx_events`` looks the configured types up when it is ready, before us in INSTALLED_APPS, and does not start without them."""
    program = """
import django
from django.conf import settings
from tests import settings as ours

sent = {"topic": {"event_key_field": "decision.learner_id", "enabled": True}}
known = {name: getattr(ours, name) for name in dir(ours) if name.isupper()}
apps = ["openedx_events", *known.pop("INSTALLED_APPS")]
settings.configure(**known, INSTALLED_APPS=apps, EVENT_BUS_PRODUCER_CONFIG={"org.digiskills.decision.made.v1": sent})
django.setup()
"""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
