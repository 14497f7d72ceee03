"""What a registry is told: built from the stored event for every attempt, the same until a name is deleted."""

from __future__ import annotations

import hashlib

from digiskills_integrations.canonical import JsonObject, canonical_json
from digiskills_integrations.confirmations import holders
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.destinations.base import OutgoingEvent
from digiskills_integrations.outbox.facts import registry_facts
from digiskills_integrations.outbox.models import Delivery, Destination
from digiskills_integrations.routing import profile_of


def outgoing_event(delivery: Delivery, destination: Destination) -> OutgoingEvent:
    """The event of ``delivery`` for ``destination``; the name is in it only if the destination is to be told names.

    Raises:
        ConfigurationError: no key opens a name or a number.
        FrameworkDataError: the destination's registry profile cannot be used.
    """
    event, confirmation = delivery.event, delivery.confirmation
    data: JsonObject = {
        "operation": event.type,
        "seq": event.seq,
        "confirmation": _summary(confirmation, event.version.version),
        "credential": event.version.jwt,
    }
    if event.reason:
        data["reason"] = event.reason
    if destination.share_name:
        data["holder"] = _holder(confirmation, event.version.version)
    key = idempotency_key(destination.code, confirmation.number, event.version.version, event.type, event.seq)
    profile = profile_of(destination)
    return OutgoingEvent(
        idempotency_key=key,
        event_type=f"org.digiskills.confirmation.{event.type}.v1",
        occurred_at=event.occurred_at,
        data=data,
        facts={} if profile is None else registry_facts(delivery, destination, profile, key=key, data=data),
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
        "recordType": confirmation.record_type,
        "learner": confirmation.learner_public_id,
        "regulation": confirmation.regulation,
        "audience": confirmation.audience,
        "issuedAt": vc_time(confirmation.issued_at),
        "testMark": confirmation.test_mark,
    }


def _holder(confirmation: Confirmation, version: int) -> JsonObject | None:
    """The name to which this version commits: a later correction of it belongs to later events."""
    disclosure = holders.disclosure_of(confirmation, version)
    return None if disclosure is None else {"name": disclosure.name, "salt": disclosure.salt}
