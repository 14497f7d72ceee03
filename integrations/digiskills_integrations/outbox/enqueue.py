"""An event becomes one delivery for each registry that should know it."""

from __future__ import annotations

from datetime import datetime

from digiskills_integrations.confirmations.models import ConfirmationEvent
from digiskills_integrations.outbox.models import RESOLVED_STATES, Delivery, DeliveryState, Destination, Environment


def enqueue(event: ConfirmationEvent, *, now: datetime) -> int:
    """Make the deliveries of ``event`` inside the caller's transaction; returns how many.

    A delivery starts ``blocked`` while an earlier event of the confirmation is unresolved at the same registry, so that a withdrawal never
    overtakes an issue. The caller holds the confirmation's lock, which orders this against the resolution of the earlier delivery.
    """
    confirmation = event.confirmation
    environment = Environment.SANDBOX if confirmation.test_mark else Environment.LIVE
    waiting = set(
        Delivery.objects.filter(confirmation=confirmation).exclude(state__in=RESOLVED_STATES).values_list("destination_id", flat=True)
    )
    destinations = Destination.objects.filter(enabled=True, environment=environment).order_by("code")
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            event=event,
            destination=destination,
            confirmation=confirmation,
            seq=event.seq,
            state=DeliveryState.BLOCKED if destination.pk in waiting else DeliveryState.READY,
            due_at=now,
        )
        for destination in destinations
    )
    return len(deliveries)
