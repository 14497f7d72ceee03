"""What happens to a confirmation, in order, and who is to be told."""

from __future__ import annotations

from datetime import datetime

import attrs
from django.db.models import Max

from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, EventReason, EventType
from digiskills_integrations.locking import lock_confirmation
from digiskills_integrations.outbox.enqueue import enqueue


@attrs.frozen(kw_only=True)
class Grounds:
    """Why a record is changed, and by whom.

    Attributes:
        actor: ``user:<account id>``, or a word for a program such as ``system``; ASCII, at most 64 characters.
        note: for the registrar's file, at most 500 characters; it is sent nowhere.
    """

    reason: EventReason
    actor: str
    note: str = attrs.field(default="", repr=False)


def append_event(
    confirmation: Confirmation, *, kind: EventType, version: ConfirmationVersion, now: datetime, grounds: Grounds | None = None
) -> ConfirmationEvent:
    """Append the next event of a confirmation and queue its deliveries, inside the caller's transaction.

    The confirmation's lock comes before the insert: the event's foreign key takes a shared lock on the confirmation, and two that went
    from shared to exclusive would deadlock.
    """
    lock_confirmation(confirmation.pk)
    last = confirmation.events.aggregate(last=Max("seq"))["last"] or 0
    why = {} if grounds is None else {"reason": grounds.reason, "actor": grounds.actor, "note": grounds.note}
    event = ConfirmationEvent.objects.create(confirmation=confirmation, seq=last + 1, type=kind, version=version, occurred_at=now, **why)
    enqueue(event, now=now)
    return event
