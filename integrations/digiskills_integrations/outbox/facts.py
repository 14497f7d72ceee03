"""The facts of one event from which a registry profile makes its record; the paths are those of ``digiskills_framework.registry.FACTS``."""

from __future__ import annotations

from digiskills_framework.api import RegistryProfile
from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.identity.waiting import number_for
from digiskills_integrations.outbox.models import Delivery, Destination
from digiskills_integrations.routing import units_of


def registry_facts(delivery: Delivery, destination: Destination, profile: RegistryProfile, *, key: str, data: JsonObject) -> JsonObject:
    """What may be told about an event. The number of the learner is in it only if the profile needs one.

    Args:
        key: the idempotency key.
        data: what every destination is told, see messages.py.

    Raises:
        ConfigurationError: no key opens the number.
        FrameworkDataError: the country has no identity scheme.
    """
    event, confirmation = delivery.event, delivery.confirmation
    facts: JsonObject = {
        "event": {"key": key, "type": event.type, "seq": event.seq, "occurredAt": vc_time(event.occurred_at)},
        "confirmation": {**data["confirmation"], "recordType": confirmation.record_type},
        "record": {"credential": event.version.jwt, **_record(parse_object(event.version.payload))},
        "holder": {"name": (data.get("holder") or {}).get("name")},
        "unit": {unit.level: {"code": unit.code, "name": unit.name} for unit in units_of(confirmation)},
    }
    if "identity" in profile.needs:
        facts["identity"] = {"number": number_for(destination, profile, confirmation.learner_public_id)}
    return facts


def _record(payload: JsonObject) -> JsonObject:
    """What the signed record itself says."""
    subject: JsonObject = payload.get("credentialSubject", {})
    return {
        "validFrom": payload.get("validFrom"),
        "validUntil": payload.get("validUntil"),
        "issuer": payload.get("issuer"),
        "framework": subject.get("framework"),
        "regulationLabel": subject.get("regulationLabel"),
        "decidedAt": (subject.get("decision") or {}).get("decidedAt"),
        "skills": subject.get("skills"),
    }
