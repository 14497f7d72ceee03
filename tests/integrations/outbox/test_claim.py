"""Leases, fences and order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from digiskills_integrations.destinations.base import RegistryAnswer
from digiskills_integrations.errors import StaleClaimError
from digiskills_integrations.outbox import claim as outbox
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Receipt
from tests.integrations.conftest import NOW
from tests.integrations.outbox.conftest import Issue, later_event

LEASE = timedelta(minutes=5)
YES = RegistryAnswer(status="acknowledged", reference="R-1", reason="", raw={})


def claim(owner: str, *, now: datetime = NOW, limit: int = 10) -> list[Delivery]:
    destination = Delivery.objects.values_list("destination_id", flat=True)[0]
    return outbox.claim(destination, now=now, owner=owner, lease=LEASE, limit=limit)


def resolve(delivery: Delivery, *, now: datetime = NOW) -> None:
    outbox.resolve(delivery, YES, digest="d" * 64, now=now)


def test_a_delivery_has_one_owner_at_a_time(issue: Issue) -> None:
    issue(count=3)
    first, second = claim("one", limit=2), claim("two")
    assert (len(first), len(second)) == (2, 1)
    assert not {row.pk for row in first} & {row.pk for row in second}
    assert {(row.owner, row.fence, row.attempts, row.state) for row in first} == {("one", 1, 1, "leased")}
    assert claim("three") == []


def test_the_lease_of_a_dead_worker_ends(issue: Issue) -> None:
    issue()
    claim("dead")
    assert claim("next", now=NOW + LEASE - timedelta(microseconds=1)) == []
    [row] = claim("next", now=NOW + LEASE)
    assert (row.owner, row.fence, row.attempts) == ("next", 2, 2)


@pytest.mark.parametrize(
    "write",
    [
        resolve,
        lambda row: outbox.postpone(row, due_at=NOW, error="x"),
        lambda row: outbox.bury(row, now=NOW, error="x"),
    ],
    ids=["resolve", "postpone", "bury"],
)
def test_a_worker_that_lost_its_lease_writes_nothing(issue: Issue, write: Callable[[Delivery], None]) -> None:
    issue()
    [late] = claim("late")
    [holder] = claim("next", now=NOW + LEASE)
    before = Delivery.objects.values().get()
    with pytest.raises(StaleClaimError):
        write(late)
    assert Delivery.objects.values().get() == before
    assert not Receipt.objects.exists()

    resolve(holder)
    with pytest.raises(StaleClaimError):
        resolve(late)
    assert list(Receipt.objects.values_list("fence", "reference")) == [(2, "R-1")]
    assert Delivery.objects.get().state == DeliveryState.ACKNOWLEDGED


def test_a_result_is_written_once(issue: Issue) -> None:
    issue()
    [row] = claim("one")
    resolve(row)
    with pytest.raises(StaleClaimError):
        resolve(row)
    assert claim("two", now=NOW + timedelta(days=30)) == []


def test_a_released_claim_is_due_at_once_and_not_counted(issue: Issue) -> None:
    issue()
    rows = claim("one")
    outbox.release(rows, now=NOW)
    [row] = claim("two")
    assert (row.attempts, row.fence) == (1, 2)
    outbox.release(rows, now=NOW)
    assert Delivery.objects.get().owner == "two"


def test_a_later_event_waits_for_the_earlier_one(issue: Issue) -> None:
    [first] = issue()
    event = later_event(first.confirmation)
    second = event.deliveries.get()
    assert second.state == DeliveryState.BLOCKED
    [row] = claim("one")
    assert row.pk == first.pk
    resolve(row)
    [row] = claim("one")
    assert row.pk == second.pk


def test_three_events_go_one_by_one(issue: Issue) -> None:
    [first] = issue()
    for _ in range(2):
        later_event(first.confirmation)
    seen = []
    while rows := claim("one"):
        assert len(rows) == 1
        seen.append(rows[0].seq)
        resolve(rows[0])
    assert seen == [1, 2, 3]


def test_a_dead_letter_holds_back_what_follows_it(issue: Issue) -> None:
    [first] = issue()
    [row] = claim("one")
    outbox.bury(row, now=NOW, error="x")
    assert later_event(first.confirmation).deliveries.get().state == DeliveryState.BLOCKED
    assert claim("one", now=NOW + timedelta(days=365)) == []


def test_after_the_earlier_one_is_resolved_a_later_event_is_ready(issue: Issue) -> None:
    [first] = issue()
    [row] = claim("one")
    resolve(row)
    assert later_event(first.confirmation).deliveries.get().state == DeliveryState.READY


def test_results_are_written_in_transactions_of_our_own(issue: Issue) -> None:
    issue()
    [row] = claim("one")
    with transaction.atomic(), pytest.raises(RuntimeError):
        resolve(row)


def test_a_worker_whose_candidates_were_all_taken_looks_again(issue: Issue) -> None:
    issue(count=5)
    wanted = list(Delivery.objects.order_by("due_at", "id").values_list("pk", flat=True))
    taken: list[int] = []

    def rival_first(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        """Another worker claims between our look and our claim, once."""
        if not taken and sql.startswith("UPDATE"):
            taken.extend(wanted[:2])
            Delivery.objects.filter(pk__in=taken).update(state=DeliveryState.LEASED, owner="rival", fence=1, due_at=NOW + LEASE)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rival_first):
        mine = claim("me", limit=2)
    assert [delivery.pk for delivery in mine] == wanted[2:4]
