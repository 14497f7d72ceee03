"""Reads: how each registry's deliveries stand."""

from __future__ import annotations

from datetime import datetime

import attrs
from django.db.models import Count, Min, Q

from digiskills_grading.api import is_switched_on
from digiskills_integrations.outbox.models import CLAIMABLE_STATES, Delivery, DeliveryState, Destination


@attrs.frozen(kw_only=True)
class Backlog:
    """How the deliveries of one destination stand.

    Attributes:
        states: number of deliveries in each state that occurs.
        oldest_due_at: when the delivery was due that has waited longest; None: none waits.
        waiting_identity_since: when the delivery was first due that has waited longest for an identity; None: none waits.
        paused_until: until then nobody speaks to it (breaker or Retry-After).
    """

    code: str
    kind: str
    environment: str
    enabled: bool
    failures: int
    paused_until: datetime | None
    oldest_due_at: datetime | None
    waiting_identity_since: datetime | None
    states: dict[str, int]


def backlogs(*, now: datetime) -> list[Backlog]:
    """Every destination in order of its code; dead letters are among its ``states``."""
    return [_backlog(row, now) for row in Destination.objects.order_by("code")]


def due_destinations(*, now: datetime) -> list[str]:
    """Codes of the enabled destinations that a worker should look at and that nobody has to leave alone.

    Something is due there, or waits for an identity: a worker's run is what finds that it has come.
    """
    due = Delivery.objects.filter(Q(state__in=CLAIMABLE_STATES, due_at__lte=now) | Q(state=DeliveryState.NEEDS_IDENTITY))
    rows = Destination.objects.filter(enabled=True).exclude(paused_until__gt=now).order_by("code")
    return [row.code for row in rows if may_send(row.code) and due.filter(destination=row).exists()]


def switch_of(code: str) -> str:
    """The kill switch of a destination."""
    return f"destination:{code}"


def may_send(code: str) -> bool:
    """Whether the operator has not stopped deliveries to this destination."""
    return is_switched_on(switch_of(code))


def _backlog(row: Destination, now: datetime) -> Backlog:
    deliveries = Delivery.objects.filter(destination=row)
    return Backlog(
        code=row.code,
        kind=row.kind,
        environment=row.environment,
        enabled=row.enabled,
        failures=row.failures,
        paused_until=row.paused_until if row.paused_until is not None and row.paused_until > now else None,
        oldest_due_at=deliveries.filter(state__in=CLAIMABLE_STATES, due_at__lte=now).aggregate(oldest=Min("due_at"))["oldest"],
        waiting_identity_since=deliveries.filter(state=DeliveryState.NEEDS_IDENTITY).aggregate(oldest=Min("event__occurred_at"))["oldest"],
        states=dict(deliveries.order_by().values_list("state").annotate(count=Count("pk"))),
    )
