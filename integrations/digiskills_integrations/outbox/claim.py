"""Claiming deliveries and writing their results: conditional UPDATEs with a lease and a fence, no row locks held while sending.

A worker that dies leaves a lease that ends; a worker that is late finds a newer fence and cannot write. See docs/decisions/0004.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import F

from digiskills_integrations.destinations.base import RegistryAnswer
from digiskills_integrations.errors import StaleClaimError
from digiskills_integrations.locking import in_own_transaction, lock_confirmation
from digiskills_integrations.outbox.models import CLAIMABLE_STATES, RESOLVED_STATES, Delivery, DeliveryState, Receipt


def claim(destination_id: int, *, now: datetime, owner: str, lease: timedelta, limit: int) -> list[Delivery]:
    """Up to ``limit`` due deliveries of one destination, oldest first, leased to ``owner`` until ``now + lease``.

    Args:
        owner: unique among living workers; two that share a name would read back each other's claims.
    """
    due = Delivery.objects.filter(destination_id=destination_id, state__in=CLAIMABLE_STATES, due_at__lte=now)
    lease_until = now + lease

    def update(candidates: list[int]) -> int:
        # That a row is still due is part of the condition: of two workers that saw the same candidate, one changes it.
        unclaimed = due.filter(pk__in=candidates)
        return unclaimed.update(
            state=DeliveryState.LEASED,
            owner=owner,
            fence=F("fence") + 1,
            attempts=F("attempts") + 1,
            lease_until=lease_until,
            due_at=lease_until,
        )

    while candidates := list(due.order_by("due_at", "id").values_list("id", flat=True)[:limit]):
        if in_own_transaction(partial(update, candidates)):
            break
        # Another worker was faster with all of them, so that they are no longer due: look again, there may be more.
    if not candidates:
        return []
    mine = Delivery.objects.filter(pk__in=candidates, owner=owner, state=DeliveryState.LEASED, lease_until=lease_until)
    rows = {row.pk: row for row in mine.select_related("event__version", "confirmation")}
    return [rows[pk] for pk in candidates if pk in rows]


def resolve(delivery: Delivery, answer: RegistryAnswer, *, digest: str, now: datetime) -> None:
    """The registry has answered: keep its receipt and let the confirmation's next event for it go.

    Args:
        digest: SHA-256 of the answer, in hexadecimal.

    Raises:
        StaleClaimError: the lease was lost; nothing is written.
    """

    def work() -> None:
        lock_confirmation(delivery.confirmation_id)
        _finish(delivery, state=DeliveryState(answer.status), due_at=now)
        Receipt.objects.create(
            delivery=delivery,
            fence=delivery.fence,
            status=answer.status,
            reference=answer.reference,
            reason=answer.reason,
            digest=digest,
            received_at=now,
        )
        unblock_next(delivery.confirmation_id, delivery.destination_id, now=now)

    in_own_transaction(work)


def postpone(delivery: Delivery, *, due_at: datetime, error: str) -> None:
    """Try again at ``due_at``.

    Raises:
        StaleClaimError: the lease was lost.
    """
    in_own_transaction(lambda: _finish(delivery, state=DeliveryState.READY, due_at=due_at, last_error=error))


def hand_over(delivery: Delivery, *, reference: str, now: datetime, ask_at: datetime) -> None:
    """The registry has got the event under ``reference`` and is asked for its answer at ``ask_at``.

    Raises:
        StaleClaimError: the lease was lost.
    """
    in_own_transaction(lambda: _finish(delivery, state=DeliveryState.AWAITING, due_at=ask_at, handed_over_at=now, handed_over_as=reference))


def keep_waiting(delivery: Delivery, *, ask_at: datetime, error: str = "") -> None:
    """The registry has not answered yet; asking is no attempt.

    Raises:
        StaleClaimError: the lease was lost.
    """
    in_own_transaction(lambda: _finish(delivery, state=DeliveryState.AWAITING, due_at=ask_at, last_error=error, attempts=F("attempts") - 1))


def await_identity(delivery: Delivery, *, now: datetime) -> None:
    """Nothing can be sent before the learner has a verified identity; that it was tried is no attempt.

    Raises:
        StaleClaimError: the lease was lost.
    """
    error, attempts = DeliveryState.NEEDS_IDENTITY.value, F("attempts") - 1
    in_own_transaction(lambda: _finish(delivery, state=DeliveryState.NEEDS_IDENTITY, due_at=now, last_error=error, attempts=attempts))


def bury(delivery: Delivery, *, now: datetime, error: str) -> None:
    """Move to the dead letters, where it waits for an operator.

    Raises:
        StaleClaimError: the lease was lost.
    """
    in_own_transaction(lambda: _finish(delivery, state=DeliveryState.DEAD, due_at=now, last_error=error))


def release(deliveries: Iterable[Delivery], *, now: datetime) -> None:
    """Give back claims that were not tried: they are due at once and the attempt is not counted. Lost leases are passed over."""
    for delivery in deliveries:
        held = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, state=DeliveryState.LEASED)
        state = DeliveryState.READY if delivery.handed_over_at is None else DeliveryState.AWAITING
        held.update(state=state, due_at=now, lease_until=None, owner="", attempts=F("attempts") - 1)


def unblock_next(confirmation_id: int, destination_id: int, *, now: datetime) -> bool:
    """Let the first unresolved event go, if it is only waiting for its turn. The caller holds the confirmation's lock."""
    of_both = Delivery.objects.filter(confirmation_id=confirmation_id, destination_id=destination_id)
    first = of_both.exclude(state__in=RESOLVED_STATES).order_by("seq").values_list("pk", "state").first()
    if first is None or first[1] != DeliveryState.BLOCKED:
        return False
    return of_both.filter(pk=first[0], state=DeliveryState.BLOCKED).update(state=DeliveryState.READY, due_at=now) == 1


def _finish(delivery: Delivery, *, state: DeliveryState, due_at: datetime, last_error: str = "", **changes: Any) -> None:
    held = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, state=DeliveryState.LEASED)
    if held.update(state=state, due_at=due_at, lease_until=None, owner="", last_error=last_error, **changes) != 1:
        raise StaleClaimError(delivery.pk, delivery.fence)
