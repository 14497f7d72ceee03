"""The decision event: its wire format is a committed file, and it is sent after the commit or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict
from django.db import transaction
from openedx_events.event_bus.avro.deserializer import AvroSignalDeserializer
from openedx_events.event_bus.avro.schema import schema_from_signal
from openedx_events.event_bus.avro.serializer import AvroSignalSerializer

import digiskills_grading
from digiskills_grading import api
from digiskills_grading.signals import DECISION_MADE, DecisionMadeData
from tests.grading.helpers import AUDIENCE, REGULATION, account, attempt, block, later

SCHEMA = Path(digiskills_grading.__file__).parent / "schemas" / f"{DECISION_MADE.event_type}.avsc"
EXAMPLE = DecisionMadeData(
    learner_id="01M814BMK0DBYZ4PTCY0KQAASZ",
    regulation=REGULATION,
    audience=AUDIENCE,
    n=2,
    status="not_yet",
    reasons='[{"code":"not_assessed","params":{"skill":"A1"}}]',
    digest="0" * 64,
    decided_at=datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC),
)


@pytest.fixture
def heard() -> Any:
    """What a receiver was told."""
    events: list[DecisionMadeData] = []

    def receive(decision: DecisionMadeData, **_: Any) -> None:
        events.append(decision)

    DECISION_MADE.connect(receive)
    yield events
    DECISION_MADE.disconnect(receive)


def test_the_committed_schema_is_the_one_that_is_sent() -> None:
    """A change of the data class must come with a reviewed change of the file; a field may only be added, with a default."""
    assert schema_from_signal(DECISION_MADE) == json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_an_event_survives_the_wire() -> None:
    sent = AvroSignalSerializer(DECISION_MADE).to_dict({"decision": EXAMPLE})
    assert AvroSignalDeserializer(DECISION_MADE).from_dict(sent) == {"decision": EXAMPLE}


@pytest.mark.django_db(transaction=True)
def test_a_decision_is_announced_once_and_nothing_where_nothing_changed(heard: list[DecisionMadeData]) -> None:
    learner = account("man")
    first = attempt(learner, block())
    attempt(learner, block("second"), now=later(1))
    assert [asdict(event)["status"] for event in heard] == ["not_yet"]
    assert first.decision is not None
    assert (heard[0].learner_id, heard[0].digest) == (api.ensure_learner(learner), first.decision.digest)


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_fails_cannot_undo_a_decision() -> None:
    def fail(**_: Any) -> None:
        raise ValueError("a receiver of another plugin")

    DECISION_MADE.connect(fail)
    try:
        result = attempt(account("man"), block())
    finally:
        DECISION_MADE.disconnect(fail)
    assert result.decision is not None
    assert not transaction.get_connection().in_atomic_block


def test_the_event_names_nobody() -> None:
    assert {"name", "username", "email", "user_id"}.isdisjoint(asdict(EXAMPLE))
