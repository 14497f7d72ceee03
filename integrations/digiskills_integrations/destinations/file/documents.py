"""What stands in the files: events as NDJSON and CSV, the manifest that seals them, the acknowledgement that comes back. Pure."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from digiskills_integrations.canonical import JsonObject, canonical_json, parse_object
from digiskills_integrations.destinations.base import OutgoingEvent, ReceiptStatus, RegistryAnswer

SCHEMA = "org.digiskills.file-exchange/1"
COLUMNS = (
    "id",
    "type",
    "time",
    "number",
    "version",
    "seq",
    "operation",
    "learner",
    "regulation",
    "audience",
    "issuedAt",
    "testMark",
    "holderName",
)
_STATUS: Mapping[object, ReceiptStatus] = {"accepted": "acknowledged", "rejected": "rejected"}
_REFERENCE_LENGTH = 128
_REASON_LENGTH = 200
# A spreadsheet would run a cell that begins with one of these.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def ndjson(events: Sequence[OutgoingEvent]) -> bytes:
    """One line of canonical JSON for each event, UTF-8."""
    lines = (
        canonical_json({"id": event.idempotency_key, "type": event.event_type, "time": _time(event.occurred_at), "data": event.data})
        for event in events
    )
    return b"".join(line + b"\n" for line in lines)


def table(events: Sequence[OutgoingEvent]) -> bytes:
    """The same events as CSV (RFC 4180) for people with a spreadsheet, without the signed records; UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for event in events:
        writer.writerow([_cell(value) for value in _row(event)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def manifest(name: str, files: Mapping[str, bytes], events: Sequence[OutgoingEvent], *, now: datetime) -> bytes:
    """What belongs to a batch: the SHA-256 of each file and the ids of the events in their order."""
    content = {
        "schema": SCHEMA,
        "batch": name,
        "createdAt": _time(now),
        "files": {file: hashlib.sha256(body).hexdigest() for file, body in files.items()},
        "events": [event.idempotency_key for event in events],
    }
    return canonical_json(content) + b"\n"


def manifest_events(content: bytes) -> list[str]:
    """The ids in a manifest of ours.

    Raises:
        ValueError: it is none.
    """
    events = parse_object(content).get("events")
    if not isinstance(events, list):
        raise ValueError("the manifest has no list of events")  # noqa: TRY004 - one error type for one question
    return events


def read_answers(content: bytes) -> dict[str, RegistryAnswer]:
    """Answers by event id, from an acknowledgement: NDJSON lines with ``id``, ``status``, ``receipt`` and ``reason``.

    Raises:
        ValueError: a line is no answer, or an event is answered twice.
    """
    answers: dict[str, RegistryAnswer] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        answer = parse_object(line)
        key, status = answer.get("id"), answer.get("status")
        if not isinstance(key, str) or not isinstance(status, str) or status not in _STATUS or key in answers:
            raise ValueError(f"line {number}: an answer has an id of its own and the status accepted or rejected")
        answers[key] = RegistryAnswer(
            status=_STATUS[status],
            reference=_text(answer, "receipt")[:_REFERENCE_LENGTH],
            reason=_text(answer, "reason")[:_REASON_LENGTH],
            raw=answer,
        )
    return answers


def _row(event: OutgoingEvent) -> list[object]:
    data = event.data
    summary, holder = data.get("confirmation", {}), data.get("holder") or {}
    known: JsonObject = {
        **summary,
        "id": event.idempotency_key,
        "type": event.event_type,
        "time": _time(event.occurred_at),
        "seq": data.get("seq"),
        "operation": data.get("operation"),
        "holderName": holder.get("name"),
    }
    return [known.get(column) for column in COLUMNS]


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _text(answer: JsonObject, name: str) -> str:
    value = answer.get(name)
    return value if isinstance(value, str) else ""


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
