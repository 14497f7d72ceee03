"""What happens to a confirmation, in order, and who is to be told."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, EventType
from digiskills_integrations.locking import lock_confirmation
from digiskills_integrations.outbox.enqueue import enqueue


def append_event(confirmation: Confirmation, *, kind: EventType, version: ConfirmationVersion, now: datetime) -> ConfirmationEvent:
    """Append the next event of a confirmation and queue its deliveries, inside the caller's transaction.

    The confirmation's lock comes before the insert: the event's foreign key takes a shared lock on the confirmation, and two that went
    from shared to exclusive would deadlock.
    """
    lock_confirmation(confirmation.pk)
    last = confirmation.events.aggregate(last=Max("seq"))["last"] or 0
    event = ConfirmationEvent.objects.create(confirmation=confirmation, seq=last + 1, type=kind, version=version, occurred_at=now)
    enqueue(event, now=now)
    return event
