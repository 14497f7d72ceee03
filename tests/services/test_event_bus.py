"""Our events on the Redis bus, with the real package edx-event-bus-redis and a real Redis.

Sent when the transaction has committed, and what a consumer reads is what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from openedx_events.apps import general_signal_handler
from openedx_events.event_bus import get_producer
from pytest_django import Settings
from redis import Redis

from digiskills_grading import api
from digiskills_grading.signals import DECISION_MADE, MASTERY_CHANGED, DecisionMadeData, MasteryChangedData
from tests.grading.helpers import account, attempt, block, later, observe

TOPIC = "digital-skills"
STREAM = f"tests-{TOPIC}"
GROUP = "readers"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_client: Redis) -> Iterator[Redis]:
    """The platform's event bus, switched on for both events as an operator does it."""
    settings.EVENT_BUS_PRODUCER = "edx_event_bus_redis.create_producer"
    settings.EVENT_BUS_REDIS_CONNECTION_URL = redis_url
    settings.EVENT_BUS_TOPIC_PREFIX = "tests"
    settings.EVENT_BUS_PRODUCER_CONFIG = {
        event.event_type: {TOPIC: {"event_key_field": key, "enabled": True}}
        for event, key in ((DECISION_MADE, "decision.learner_id"), (MASTERY_CHANGED, "mastery.learner_id"))
    }
    get_producer.cache_clear()
    for event in (DECISION_MADE, MASTERY_CHANGED):
        event.connect(general_signal_handler)
    yield redis_client
    for event in (DECISION_MADE, MASTERY_CHANGED):
        event.disconnect(general_signal_handler)
    get_producer.cache_clear()


def consumed(count: int) -> list[Any]:
    """What a consumer group that reads from the beginning is given: the first ``count`` events."""
    from edx_event_bus_redis import RedisEventConsumer

    consumer = RedisEventConsumer(TOPIC, GROUP, "reader", check_backlog=True, last_read_msg_id="0")
    read: list[Any] = []

    def receive(**told: Any) -> None:
        assert told["from_event_bus"] is True
        read.extend(told[name] for name in ("decision", "mastery") if name in told)
        if len(read) == count:
            consumer._shut_down()

    for event in (DECISION_MADE, MASTERY_CHANGED):
        event.connect(receive)
    try:
        consumer.consume_indefinitely()
    finally:
        for event in (DECISION_MADE, MASTERY_CHANGED):
            event.disconnect(receive)
    return read


def test_what_was_decided_is_read_as_it_was_sent(bus: Redis) -> None:
    learner = account("man")
    sent: list[Any] = []

    def remember(**told: Any) -> None:
        if not told.get("from_event_bus"):
            sent.extend(told[name] for name in ("decision", "mastery") if name in told)

    for event in (DECISION_MADE, MASTERY_CHANGED):
        event.connect(remember)
    try:
        attempt(learner, block())
        observe(learner, now=later(1))
    finally:
        for event in (DECISION_MADE, MASTERY_CHANGED):
            event.disconnect(remember)
    assert {type(event) for event in sent} == {DecisionMadeData, MasteryChangedData}
    assert bus.xlen(STREAM) == len(sent)
    assert consumed(len(sent)) == sent
    assert bus.xlen(STREAM) == len(sent), "what was read from the bus is not sent to it again"


def test_nothing_is_sent_before_the_commit_or_without_it(bus: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = account("man")
    started = api.start_attempt(learner, block(), run_kind="counted", now=later(0))
    seen: list[int] = []
    real = DECISION_MADE.send_event

    def look(**told: Any) -> Any:
        assert not transaction.get_connection().in_atomic_block
        seen.append(bus.xlen(STREAM))
        return real(**told)

    monkeypatch.setattr(DECISION_MADE, "send_event", look)
    with pytest.raises(RuntimeError), transaction.atomic():
        api.submit_attempt(learner, started.public_id, {"schema": "trace/1", "actions": []}, now=later(1))
    assert (seen, bus.xlen(STREAM)) == ([], 0)
    attempt(learner, block(), now=later(2))
    assert len(seen) == 1


def test_a_bus_that_is_down_costs_no_decision(bus: Redis, settings: Settings) -> None:
    settings.EVENT_BUS_REDIS_CONNECTION_URL = "redis://127.0.0.1:1/0"
    get_producer.cache_clear()
    assert attempt(account("man"), block()).decision is not None
