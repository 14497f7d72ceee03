"""What a registry is told: built from the stored event for every attempt, the same until a name is deleted."""

from __future__ import annotations

import hashlib

from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.confirmations import vault
from digiskills_integrations.confirmations.models import Confirmation, Holder
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.credentials.vc_jwt import vc_time
from digiskills_integrations.destinations.base import OutgoingEvent
from digiskills_integrations.outbox.models import Delivery, Destination


def outgoing_event(delivery: Delivery, destination: Destination) -> OutgoingEvent:
    """The event of ``delivery`` for ``destination``; the name is in it only if the destination is to be told names."""
    event, confirmation = delivery.event, delivery.confirmation
    data: JsonObject = {
        "operation": event.type,
        "seq": event.seq,
        "confirmation": _summary(confirmation, event.version.version),
        "credential": event.version.jwt,
    }
    if destination.share_name:
        data["holder"] = _holder(confirmation)
    return OutgoingEvent(
        idempotency_key=idempotency_key(destination.code, confirmation.number, event.version.version, event.type, event.seq),
        event_type=f"org.digiskills.confirmation.{event.type}.v1",
        occurred_at=event.occurred_at,
        data=data,
    )


def idempotency_key(destination: str, number: str, version: int, operation: str, seq: int) -> str:
    """SHA-256 (hexadecimal) of what makes one effect at one registry; no attempt, date or worker is part of it.

    ``seq`` is, because one version may be withdrawn, reinstated and withdrawn again.
    """
    return hashlib.sha256(canonical_json([destination, number, version, operation, seq])).hexdigest()


def _summary(confirmation: Confirmation, version: int) -> JsonObject:
    return {
        "number": confirmation.number,
        "printedNumber": format_number(confirmation.number),
        "version": version,
        "learner": confirmation.learner_public_id,
        "regulation": confirmation.regulation,
        "audience": confirmation.audience,
        "issuedAt": vc_time(confirmation.issued_at),
        "testMark": confirmation.test_mark,
    }


def _holder(confirmation: Confirmation) -> JsonObject | None:
    holder = Holder.objects.filter(confirmation=confirmation).first()
    if holder is None:
        return None
    disclosure = vault.unseal(holder.disclosure)
    return {"name": disclosure.name, "salt": disclosure.salt}
