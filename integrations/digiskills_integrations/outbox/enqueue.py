"""An event becomes one delivery for each registry that should know it."""

from __future__ import annotations

from datetime import datetime

from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent
from digiskills_integrations.identity.waiting import is_lacking
from digiskills_integrations.outbox.models import RESOLVED_STATES, Delivery, DeliveryState, Destination, Environment
from digiskills_integrations.routing import profile_of, select

# Events that say nothing to a registry which was never told of the confirmation.
ENDINGS = frozenset({"withdrawn", "expired"})
UNSENT_STATES = (DeliveryState.BLOCKED, DeliveryState.NEEDS_IDENTITY, DeliveryState.READY)


def enqueue(event: ConfirmationEvent, *, now: datetime) -> int:
    """Make the deliveries of ``event`` inside the caller's transaction; returns how many.

    A delivery starts ``blocked`` while an earlier event of the confirmation is unresolved at the same registry, so that a withdrawal never
    overtakes an issue. A registry to which nothing was sent before the withdrawal is told neither: both stay as ``cancelled``. The caller
    holds the confirmation's lock, which orders this against the resolution of the earlier delivery. Which registries are told is a rule in
    data (routing.py); one that knows people by a number gets a delivery that waits until the learner's number is there.

    Raises:
        FrameworkDataError: the profile or routing of a destination cannot be used; nothing is issued until it can.
    """
    confirmation = event.confirmation
    if event.type in ENDINGS:
        _cancel_unsent(confirmation)
    environment = Environment.SANDBOX if confirmation.test_mark else Environment.LIVE
    destinations = Destination.objects.filter(enabled=True, environment=environment).order_by("code")
    earlier: dict[int, set[str]] = {}
    for destination_id, state in Delivery.objects.filter(confirmation=confirmation).values_list("destination_id", "state"):
        earlier.setdefault(destination_id, set()).add(state)
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            event=event,
            destination=destination,
            confirmation=confirmation,
            seq=event.seq,
            state=_first_state(event, destination, earlier.get(destination.pk, set())),
            due_at=now,
        )
        for destination in select(event, destinations)
    )
    return len(deliveries)


def _first_state(event: ConfirmationEvent, destination: Destination, earlier: set[str]) -> DeliveryState:
    if event.type in ENDINGS and earlier == {DeliveryState.CANCELLED}:
        return DeliveryState.CANCELLED
    if not earlier <= set(RESOLVED_STATES):
        return DeliveryState.BLOCKED
    profile = profile_of(destination)
    lacking = profile is not None and is_lacking(destination, profile, event.confirmation.learner_public_id)
    return DeliveryState.NEEDS_IDENTITY if lacking else DeliveryState.READY


def _cancel_unsent(confirmation: Confirmation) -> None:
    """Cancel what waits for registries to which nothing was ever sent. A worker that claims one meanwhile is the quicker one."""
    deliveries = Delivery.objects.filter(confirmation=confirmation)
    told = set(deliveries.filter(fence__gt=0).values_list("destination_id", flat=True))
    deliveries.filter(state__in=UNSENT_STATES, fence=0).exclude(destination_id__in=told).update(state=DeliveryState.CANCELLED)
