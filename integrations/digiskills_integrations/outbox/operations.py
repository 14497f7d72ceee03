"""What an operator does with destinations and dead letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import attrs
from django.db import transaction
from django.db.models import Q

from digiskills_integrations import conf
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.destinations.base import ReadBackTransport, Transport, endpoint_schemes, needs_secret
from digiskills_integrations.destinations.registry import transport_for
from digiskills_integrations.errors import ConfigurationError, DestinationNotFoundError
from digiskills_integrations.http import parse_networks
from digiskills_integrations.locking import in_own_transaction, lock_confirmation
from digiskills_integrations.outbox.claim import unblock_next
from digiskills_integrations.outbox.enqueue import UNSENT_STATES
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination, Environment, Idempotency
from digiskills_integrations.outbox.registry_settings import REGISTRY_FIELDS, registry_fields

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_REQUIRED = frozenset({"code", "kind", "endpoint", "environment"})
_OPTIONAL = frozenset({"enabled", "secret_ref", "allowed_networks", "share_name", "idempotency", "rate_per_minute"}) | REGISTRY_FIELDS
# The state that workers share about a registry (gate.py), as it is at the beginning.
_OPEN_GATE: Mapping[str, Any] = {"failures": 0, "paused_until": None}


@attrs.frozen
class SyncReport:
    """What a synchronisation did, by destination code."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    disabled: tuple[str, ...]


def sync_destinations(specs: Sequence[Any]) -> SyncReport:
    """Make the destinations equal to ``specs`` (the setting DIGISKILLS_DESTINATIONS). Those no longer named are switched off, not deleted.

    Raises:
        ConfigurationError: naming entry, field, value and remedy; nothing is written.
    """
    wanted = [_parse_spec(position, spec) for position, spec in enumerate(specs)]
    codes = [fields["code"] for fields in wanted]
    for code in codes:
        if codes.count(code) > 1:
            raise ConfigurationError(f"DIGISKILLS_DESTINATIONS names {code!r} twice; a code belongs to one registry")
    created: list[str] = []
    updated: list[str] = []
    with transaction.atomic():
        for fields in wanted:
            code = fields["code"]
            _, is_new = Destination.objects.update_or_create(code=code, defaults=fields)
            (created if is_new else updated).append(code)
        stale = Destination.objects.filter(enabled=True).exclude(code__in=codes).order_by("code")
        disabled = list(stale.values_list("code", flat=True))
        Destination.objects.filter(code__in=disabled).update(enabled=False)
    return SyncReport(created=tuple(created), updated=tuple(updated), disabled=tuple(disabled))


def redrive(destination: str, *, now: datetime) -> int:
    """Put the dead letters of a destination back on the schedule, from its beginning, and end its pause; returns how many.

    What was handed over and never answered is sent again.

    Raises:
        DestinationNotFoundError: no destination has this code.
    """
    row = _destination(destination)
    Destination.objects.filter(pk=row.pk).update(**_OPEN_GATE)
    dead = Delivery.objects.filter(destination=row, state=DeliveryState.DEAD)
    return dead.update(state=DeliveryState.READY, due_at=now, attempts=0, handed_over_at=None, handed_over_as="")


def cancel(destination: str, number: str, *, now: datetime) -> int:
    """Cancel what a registry has not been sent of a confirmation yet; returns how many events.

    Args:
        number: canonical form.

    Raises:
        DestinationNotFoundError: no destination has this code.
    """
    return _close(_destination(destination), number, Q(state__in=UNSENT_STATES, fence=0), now=now)


def give_up(destination: str, number: str, *, now: datetime) -> int:
    """Give up the dead letter of a confirmation, so that later events go on without it; returns how many. Its error stays to be read.

    Args:
        number: canonical form.

    Raises:
        DestinationNotFoundError: no destination has this code.
    """
    return _close(_destination(destination), number, Q(state=DeliveryState.DEAD), now=now)


def _close(destination: Destination, number: str, which: Q, *, now: datetime) -> int:
    confirmation_id = Confirmation.objects.filter(number=number).values_list("pk", flat=True).first()
    if confirmation_id is None:
        return 0

    def work() -> int:
        lock_confirmation(confirmation_id)
        deliveries = Delivery.objects.filter(which, confirmation_id=confirmation_id, destination=destination)
        closed = deliveries.update(state=DeliveryState.CANCELLED)
        unblock_next(confirmation_id, destination.pk, now=now)
        return closed

    return in_own_transaction(work)


def _destination(code: str) -> Destination:
    row = Destination.objects.filter(code=code).first()
    if row is None:
        raise DestinationNotFoundError(code)
    return row


def _parse_spec(position: int, spec: object) -> dict[str, Any]:
    where = f"DIGISKILLS_DESTINATIONS[{position}]"
    if not isinstance(spec, Mapping):
        raise ConfigurationError(f"{where}: expected a dict, found {type(spec).__name__}")
    missing, unknown = _REQUIRED - spec.keys(), spec.keys() - _REQUIRED - _OPTIONAL
    if missing or unknown:
        problem = f"{min(missing)} is missing" if missing else f"{min(map(str, unknown))} is not a field"
        raise ConfigurationError(f"{where}: {problem}; fields: {', '.join(sorted(_REQUIRED))}; optional: {', '.join(sorted(_OPTIONAL))}")
    code = str(spec["code"])
    if not _CODE.fullmatch(code):
        raise ConfigurationError(f"{where}.code: {code!r}; use 1 to 32 lower-case letters, digits and hyphens")
    if spec["environment"] not in Environment.values:
        raise ConfigurationError(f"{where}.environment: {spec['environment']!r}; use one of {', '.join(Environment.values)}")
    transport = transport_for(str(spec["kind"]))
    fields = {
        "code": code,
        "kind": str(spec["kind"]),
        "environment": spec["environment"],
        "endpoint": _endpoint(where, spec["endpoint"], endpoint_schemes(transport)),
        "secret_ref": str(spec.get("secret_ref", code)),
        "allowed_networks": ",".join(str(network) for network in parse_networks(list(spec.get("allowed_networks", ())))),
        "enabled": _flag(where, spec, "enabled", default=True),
        "share_name": _flag(where, spec, "share_name", default=False),
        "idempotency": _idempotency(where, spec, transport),
        "rate_per_minute": _rate(where, spec.get("rate_per_minute")),
        **registry_fields(where, spec),
        **_OPEN_GATE,
    }
    if needs_secret(spec.get("auth") or {}):
        conf.destination_secret(fields["secret_ref"])
    return fields


def _idempotency(where: str, spec: Mapping[str, Any], transport: Transport) -> str:
    value = spec.get("idempotency", Idempotency.KEY)
    if value not in Idempotency.values:
        raise ConfigurationError(f"{where}.idempotency: {value!r}; use one of {', '.join(Idempotency.values)}")
    if value == Idempotency.NONE and not isinstance(transport, ReadBackTransport):
        raise ConfigurationError(f"{where}.idempotency: the kind {spec['kind']!r} cannot ask what became of an event; 'none' needs that")
    return str(value)


def _rate(where: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:
        raise ConfigurationError(f"{where}.rate_per_minute: {value!r}; use a whole number from 1 to 1000000, or leave it out")
    return value


def _flag(where: str, spec: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = spec.get(name, default)
    if not isinstance(value, bool):
        raise ConfigurationError(f"{where}.{name}: {value!r}; use True or False")
    return value


def _endpoint(where: str, value: object, schemes: tuple[str, ...]) -> str:
    text = str(value)
    parts = urlsplit(text)
    has_place = bool(parts.hostname) if "https" in schemes else parts.path.startswith("/") and not parts.netloc
    if parts.scheme not in schemes or not has_place or parts.username or parts.fragment or len(text) > 500:
        form = "an absolute http(s) URL" if "https" in schemes else f"{schemes[0]}:// and an absolute path"
        raise ConfigurationError(f"{where}.endpoint: not {form} without user and fragment")
    return text
