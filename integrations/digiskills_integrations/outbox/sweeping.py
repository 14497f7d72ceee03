"""What time alone brings about, and what must never be needed: leases of the dead, and events that wait for a turn that has come."""

from __future__ import annotations

from datetime import datetime

import attrs
from django.db.models import Exists, OuterRef

from digiskills_integrations.locking import in_own_transaction, lock_confirmation, require_outermost
from digiskills_integrations.outbox.claim import unblock_next
from digiskills_integrations.outbox.models import RESOLVED_STATES, Delivery, DeliveryState


@attrs.frozen
class SweepReport:
    """What one sweep did.

    Attributes:
        released: claims whose worker has died; they are shown as due again, also where no worker will come for them.
        unblocked: events whose predecessor was resolved and which nobody had let go. Above 0 means that somebody wrote past the lock.
    """

    released: int
    unblocked: int


def sweep(*, now: datetime, limit: int) -> SweepReport:
    """Put right at most ``limit`` deliveries of each sort. Safe at any time, also while workers work.

    Raises:
        RuntimeError: called inside a transaction.
    """
    require_outermost()
    ended = Delivery.objects.filter(state=DeliveryState.LEASED, lease_until__lte=now).order_by("id")
    released = sum(_release(row, now) for row in ended[:limit])
    earlier = Delivery.objects.filter(
        confirmation=OuterRef("confirmation"), destination=OuterRef("destination"), seq__lt=OuterRef("seq")
    ).exclude(state__in=RESOLVED_STATES)
    free = Delivery.objects.filter(state=DeliveryState.BLOCKED).exclude(Exists(earlier)).order_by("id")
    unblocked = sum(_unblock(row, now) for row in free[:limit])
    return SweepReport(released=released, unblocked=unblocked)


def _release(row: Delivery, now: datetime) -> int:
    # The attempt stays counted: it may have reached the registry.
    state = DeliveryState.READY if row.handed_over_at is None else DeliveryState.AWAITING
    held = Delivery.objects.filter(pk=row.pk, fence=row.fence, state=DeliveryState.LEASED)
    return in_own_transaction(lambda: held.update(state=state, due_at=now, lease_until=None, owner=""))


def _unblock(row: Delivery, now: datetime) -> bool:
    def work() -> bool:
        lock_confirmation(row.confirmation_id)
        return unblock_next(row.confirmation_id, row.destination_id, now=now)

    return in_own_transaction(work)
