"""The wire format of our events is committed, and it can grow: old readers read new events, new readers old ones.

Two kinds of bus, two rules. Where the bus keeps the writer's schema (Kafka with a registry), both directions are Avro's own. The Redis bus
keeps none: a reader takes its own schema for the writer's (``deserialize_bytes_to_event_data``), so that only fields added at the end
of the last record are passed over, and a reader must not be newer than what it reads. Hence docs/how-to/operate.md: consumers last.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import fastavro
import pytest
from openedx_events.event_bus.avro.deserializer import AvroSignalDeserializer, deserialize_bytes_to_event_data
from openedx_events.event_bus.avro.schema import schema_from_signal
from openedx_events.event_bus.avro.serializer import AvroSignalSerializer, serialize_event_data_to_bytes
from openedx_events.tooling import OpenEdxPublicSignal

import digiskills_grading
from digiskills_grading.signals import DECISION_MADE, MASTERY_CHANGED, PUBLIC_EVENTS, DecisionMadeData, MasteryChangedData

SCHEMAS = Path(digiskills_grading.__file__).parent / "schemas"
GOLDEN = Path(__file__).parents[1] / "contract" / "events"
MOMENT = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
COMMON: dict[str, Any] = {"learner_id": "01M814BMK0DBYZ4PTCY0KQAASZ", "regulation": "demo-s3-a1/1", "audience": "citizen"}
EXAMPLES: dict[str, dict[str, Any]] = {
    DECISION_MADE.event_type: {
        "decision": DecisionMadeData(
            **COMMON,
            n=2,
            status="not_yet",
            reasons='[{"code":"not_assessed","params":{"skill":"A1"}}]',
            digest="0" * 64,
            decided_at=MOMENT,
        )
    },
    MASTERY_CHANGED.event_type: {
        "mastery": MasteryChangedData(
            **COMMON,
            rev=7,
            changes='[{"skill":"S3","before":"not_yet","after":"mastered","value_milli":850}]',
            assessed_at=MOMENT,
        )
    },
}
every_event = pytest.mark.parametrize("event", PUBLIC_EVENTS, ids=lambda event: event.event_type)


def grown(event: OpenEdxPublicSignal) -> OpenEdxPublicSignal:
    """The event as a later release may define it: one more optional field, at the end."""
    ((key, data_class),) = event.init_data.items()
    fields = {item.name: attrs.field(type=item.type) for item in attrs.fields(data_class)}
    later = attrs.make_class(data_class.__name__, {**fields, "added_later": attrs.field(type=str, default=None)}, frozen=True, kw_only=True)
    # Not registered: two events of one type cannot live in one process.
    signal = object.__new__(OpenEdxPublicSignal)
    signal.__dict__.update(event.__dict__ | {"init_data": {key: later}})
    return signal


def written(event: OpenEdxPublicSignal, data: dict[str, Any]) -> bytes:
    content: bytes = serialize_event_data_to_bytes(data, event)
    return content


def read_with_both_schemas(content: bytes, *, writer: OpenEdxPublicSignal, reader: OpenEdxPublicSignal) -> dict[str, Any]:
    """As a bus reads that keeps the writer's schema."""
    record = fastavro.schemaless_reader(io.BytesIO(content), schema_from_signal(writer), schema_from_signal(reader))
    data: dict[str, Any] = AvroSignalDeserializer(reader).from_dict(record)
    return data


def later_example(event: OpenEdxPublicSignal, later: OpenEdxPublicSignal) -> dict[str, Any]:
    ((key, value),) = EXAMPLES[event.event_type].items()
    return {key: later.init_data[key](**attrs.asdict(value), added_later="news")}


@every_event
def test_the_committed_schema_is_the_one_that_is_sent(event: OpenEdxPublicSignal) -> None:
    """A change of the data class must come with a reviewed change of the file; a field may only be added, at the end, with a default."""
    assert schema_from_signal(event) == json.loads((SCHEMAS / f"{event.event_type}.avsc").read_text(encoding="utf-8"))


def test_every_event_has_a_schema_and_every_schema_an_event() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.avsc")} == {event.event_type for event in PUBLIC_EVENTS}
    assert all(OpenEdxPublicSignal.get_signal_by_type(event.event_type) is event for event in PUBLIC_EVENTS)


@every_event
def test_an_event_survives_the_wire(event: OpenEdxPublicSignal) -> None:
    data = EXAMPLES[event.event_type]
    assert deserialize_bytes_to_event_data(written(event, data), event) == data
    assert AvroSignalDeserializer(event).from_dict(AvroSignalSerializer(event).to_dict(data)) == data


@every_event
def test_what_the_first_release_wrote_is_read_for_ever(event: OpenEdxPublicSignal) -> None:
    """The bytes and the schema they were written with are committed and never change."""
    golden = json.loads((GOLDEN / f"{event.event_type}.json").read_text(encoding="utf-8"))
    content = bytes.fromhex(golden["bytes"])
    record = fastavro.schemaless_reader(io.BytesIO(content), golden["schema"], schema_from_signal(event))
    assert AvroSignalDeserializer(event).from_dict(record) == EXAMPLES[event.event_type]


@every_event
def test_an_old_reader_reads_a_new_event_on_any_bus(event: OpenEdxPublicSignal) -> None:
    later = grown(event)
    content = written(later, later_example(event, later))
    assert read_with_both_schemas(content, writer=later, reader=event) == EXAMPLES[event.event_type]
    assert deserialize_bytes_to_event_data(content, event) == EXAMPLES[event.event_type]


@every_event
def test_a_new_reader_reads_an_old_event_where_the_bus_keeps_schemas_and_refuses_it_elsewhere(event: OpenEdxPublicSignal) -> None:
    later = grown(event)
    content = written(event, EXAMPLES[event.event_type])
    ((key, read),) = read_with_both_schemas(content, writer=event, reader=later).items()
    assert attrs.asdict(read) == attrs.asdict(EXAMPLES[event.event_type][key]) | {"added_later": None}
    with pytest.raises(EOFError):
        deserialize_bytes_to_event_data(content, later)


@every_event
def test_an_event_names_nobody(event: OpenEdxPublicSignal) -> None:
    ((_, data_class),) = event.init_data.items()
    assert {"name", "username", "email", "user_id"}.isdisjoint({item.name for item in attrs.fields(data_class)})
