"""What an operator does with destinations and dead letters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import attrs
from django.db import transaction

from digiskills_integrations import conf
from digiskills_integrations.destinations.registry import transport_for
from digiskills_integrations.errors import ConfigurationError, DestinationNotFoundError
from digiskills_integrations.http import parse_networks
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination, Environment

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_REQUIRED = frozenset({"code", "kind", "endpoint", "environment"})
_OPTIONAL = frozenset({"enabled", "secret_ref", "allowed_networks", "share_name"})


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
    """Put the dead letters of a destination back on the schedule, from its beginning; returns how many.

    Raises:
        DestinationNotFoundError: no destination has this code.
    """
    if not Destination.objects.filter(code=destination).exists():
        raise DestinationNotFoundError(destination)
    dead = Delivery.objects.filter(destination__code=destination, state=DeliveryState.DEAD)
    return dead.update(state=DeliveryState.READY, due_at=now, attempts=0)


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
    fields = {
        "code": code,
        "kind": str(spec["kind"]),
        "environment": spec["environment"],
        "endpoint": _endpoint(where, spec["endpoint"]),
        "secret_ref": str(spec.get("secret_ref", code)),
        "allowed_networks": ",".join(str(network) for network in parse_networks(list(spec.get("allowed_networks", ())))),
        "enabled": _flag(where, spec, "enabled", default=True),
        "share_name": _flag(where, spec, "share_name", default=False),
    }
    transport_for(fields["kind"])
    conf.destination_secret(fields["secret_ref"])
    return fields


def _flag(where: str, spec: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = spec.get(name, default)
    if not isinstance(value, bool):
        raise ConfigurationError(f"{where}.{name}: {value!r}; use True or False")
    return value


def _endpoint(where: str, value: object) -> str:
    text = str(value)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment or len(text) > 500:
        raise ConfigurationError(f"{where}.endpoint: not an absolute http(s) URL without user and fragment")
    return text
