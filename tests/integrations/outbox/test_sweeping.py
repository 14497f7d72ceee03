"""The sweeper: dead workers' claims, and turns that came unnoticed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from digiskills_integrations.outbox import claim
from digiskills_integrations.outbox.models import Delivery, DeliveryState
from digiskills_integrations.outbox.policy import DEFAULT_POLICY
from digiskills_integrations.outbox.selectors import backlogs, due_destinations
from digiskills_integrations.outbox.sweeping import SweepReport, sweep
from tests.integrations.conftest import NOW
from tests.integrations.outbox.conftest import Issue, later_event
from tests.integrations.records import registry

LEASE = DEFAULT_POLICY.lease


def take(delivery: Delivery) -> Delivery:
    [row] = claim.claim(delivery.destination_id, now=NOW, owner="dead", lease=LEASE, limit=1)
    return row


def test_the_claim_of_a_dead_worker_is_released_and_its_attempt_stays_counted(issue: Issue) -> None:
    [delivery] = issue()
    take(delivery)
    assert sweep(now=NOW + LEASE - timedelta(microseconds=1), limit=10) == SweepReport(released=0, unblocked=0)
    assert sweep(now=NOW + LEASE, limit=10) == SweepReport(released=1, unblocked=0)
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.owner, row.lease_until) == (DeliveryState.READY, 1, "", None)


def test_what_was_handed_over_goes_back_to_waiting(issue: Issue) -> None:
    [delivery] = issue()
    claim.hand_over(take(delivery), reference="R", now=NOW, ask_at=NOW)
    take(delivery)
    sweep(now=NOW + LEASE, limit=10)
    assert Delivery.objects.get().state == DeliveryState.AWAITING


def test_a_turn_that_came_unnoticed_is_given(issue: Issue) -> None:
    [first] = issue()
    later_event(first.confirmation)
    later_event(first.confirmation)
    assert sweep(now=NOW, limit=10).unblocked == 0
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.ACKNOWLEDGED)
    assert sweep(now=NOW, limit=10).unblocked == 1
    assert list(Delivery.objects.order_by("seq").values_list("state", flat=True)) == ["acknowledged", "ready", "blocked"]


def test_a_sweep_is_bounded_and_owns_its_transactions(issue: Issue) -> None:
    for delivery in issue(count=3):
        take(delivery)
    assert [sweep(now=NOW + LEASE, limit=2).released for _ in range(3)] == [2, 1, 0]
    with transaction.atomic(), pytest.raises(RuntimeError):
        sweep(now=NOW, limit=1)


def test_what_is_due_names_whom_to_serve(issue: Issue, platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/", code="idle", enabled=False)
    [delivery] = issue()
    assert due_destinations(now=NOW) == ["sandbox"]
    assert due_destinations(now=NOW - timedelta(seconds=1)) == []
    Delivery.objects.update(state=DeliveryState.NEEDS_IDENTITY)
    assert due_destinations(now=NOW) == ["sandbox"]
    Delivery.objects.update(state=DeliveryState.BLOCKED)
    assert due_destinations(now=NOW) == []
    Delivery.objects.update(state=DeliveryState.READY)
    [_, backlog] = backlogs(now=NOW + timedelta(hours=1))
    assert (backlog.states, backlog.oldest_due_at, backlog.paused_until) == ({"ready": 1}, NOW, None)
    type(delivery.destination).objects.update(paused_until=NOW + timedelta(hours=1))
    assert due_destinations(now=NOW) == []
    assert backlogs(now=NOW)[1].paused_until == NOW + timedelta(hours=1)
