"""A record's events, deliveries and receipts as lines of its story."""

from __future__ import annotations

from collections.abc import Iterator

from digiskills_grading.data import StoryLine, StorySubject
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent
from digiskills_integrations.confirmations.numbers import format_number, parse_number
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Receipt


def subject(identifier: str) -> StorySubject | None:
    """Whose story the number of a record, a delivery or a receipt belongs to."""
    kind, _, key = identifier.partition(":")
    if kind in ("delivery", "receipt") and key.isascii() and key.isdigit():
        return _of_row(kind, int(key))
    number = parse_number(identifier)
    found = None if number is None else Confirmation.objects.filter(number=number).first()
    return None if found is None else _subject(found, format_number(found.number))


def lines(subject: StorySubject) -> Iterator[StoryLine]:
    """Of every record of the learner on the subject's track, results included."""
    for record in Confirmation.objects.filter(learner_public_id=subject.learner_public_id).order_by("id"):
        if subject.covers(record.regulation, record.audience):
            yield from _of_record(record)


def _of_row(kind: str, key: int) -> StorySubject | None:
    deliveries = Delivery.objects.select_related("confirmation")
    delivery = deliveries.filter(**({"pk": key} if kind == "delivery" else {"receipts__pk": key})).first()
    return None if delivery is None else _subject(delivery.confirmation, f"{kind}:{key}")


def _subject(record: Confirmation, about: str) -> StorySubject:
    return StorySubject(learner_public_id=record.learner_public_id, about=about, regulation=record.regulation, audience=record.audience)


def _of_record(record: Confirmation) -> Iterator[StoryLine]:
    number = format_number(record.number)
    for event in record.events.select_related("version").order_by("seq"):
        yield _event(event, record, number)
        for delivery in event.deliveries.select_related("destination").order_by("destination__code"):
            yield _delivery(delivery, event, number)
            for receipt in delivery.receipts.order_by("id"):
                yield _receipt(receipt, delivery, number)


def _event(event: ConfirmationEvent, record: Confirmation, number: str) -> StoryLine:
    facts: dict[str, str | int] = {"type": record.record_type, "version": event.version.version, "seq": event.seq, "reason": event.reason}
    facts["by"] = "a person" if event.actor.startswith("user:") else event.actor or "system"
    if record.test_mark:
        facts["mark"] = "TEST"
    return StoryLine(at=event.occurred_at, kind=f"record.{event.type}", about=number, facts=facts)


def _delivery(delivery: Delivery, event: ConfirmationEvent, number: str) -> StoryLine:
    """Placed at its event; what it says is how it stands today."""
    facts: dict[str, str | int] = {"record": number, "seq": delivery.seq, "to": delivery.destination.code, "attempts": delivery.attempts}
    if delivery.state in (DeliveryState.READY, DeliveryState.AWAITING, DeliveryState.LEASED):
        facts["due"] = delivery.due_at.isoformat(timespec="seconds")
    facts["error"] = delivery.last_error
    return StoryLine(at=event.occurred_at, kind=f"delivery.{delivery.state}", about=f"delivery:{delivery.pk}", facts=facts)


def _receipt(receipt: Receipt, delivery: Delivery, number: str) -> StoryLine:
    """Without the registry's own words for a refusal, which may repeat a name."""
    facts: dict[str, str | int] = {"record": number, "from": delivery.destination.code, "reference": receipt.reference}
    return StoryLine(at=receipt.received_at, kind=f"receipt.{receipt.status}", about=f"receipt:{receipt.pk}", facts=facts)
