"""Breaker, Retry-After and rate limit in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from digiskills_integrations.outbox import gate
from digiskills_integrations.outbox.gate import Booking, GateState
from digiskills_integrations.outbox.models import Destination
from digiskills_integrations.outbox.policy import DEFAULT_POLICY as POLICY
from tests.integrations.conftest import NOW
from tests.integrations.records import registry

SECOND = timedelta(seconds=1)
OPEN = Booking(POLICY.batch)


@pytest.fixture
def destination(platform: Settings) -> int:
    return registry(platform, "http://127.0.0.1:9/events").pk


def room(destination: int, now: datetime = NOW) -> int:
    return gate.state_of(destination).room(now=now, policy=POLICY)


def book(destination: int, wanted: int = 100, now: datetime = NOW) -> Booking:
    return gate.book(destination, wanted, seen=gate.state_of(destination), now=now, policy=POLICY)


def fail(destination: int, now: datetime = NOW, *, booking: Booking = OPEN, retry_after: float | None = None) -> bool:
    return gate.failed(destination, booking, now=now, retry_after=retry_after, policy=POLICY)


def test_an_open_gate_costs_no_write(destination: int) -> None:
    before = Destination.objects.values().get()
    assert book(destination) == Booking(POLICY.batch)
    gate.answered(destination, OPEN)
    assert Destination.objects.values().get() == before


def test_failures_in_a_row_open_the_breaker_for_all_workers(destination: int) -> None:
    assert [fail(destination) for _ in range(POLICY.breaker_failures)] == [False] * (POLICY.breaker_failures - 1) + [True]
    assert room(destination) == 0
    assert book(destination) == Booking(0)
    assert room(destination, NOW + POLICY.breaker_pause) == 1


def test_an_answer_in_between_ends_the_row(destination: int) -> None:
    for _ in range(POLICY.breaker_failures * 2):
        assert not fail(destination)
        gate.answered(destination, OPEN)
    assert room(destination) == POLICY.batch


def open_breaker(destination: int) -> datetime:
    """Opens the breaker; returns when a probe is due."""
    for _ in range(POLICY.breaker_failures):
        fail(destination)
    return NOW + POLICY.breaker_pause


def test_one_worker_probes_and_its_success_opens_the_way(destination: int) -> None:
    later = open_breaker(destination)
    probe = book(destination, now=later)
    assert probe == Booking(1, later + POLICY.lease)
    assert book(destination, now=later) == Booking(0)
    gate.answered(destination, probe)
    assert book(destination, now=later) == Booking(POLICY.batch)


def test_a_failed_probe_pauses_twice_as_long(destination: int) -> None:
    later = open_breaker(destination)
    assert fail(destination, later, booking=book(destination, now=later))
    assert room(destination, later + 2 * POLICY.breaker_pause - SECOND) == 0
    assert room(destination, later + 2 * POLICY.breaker_pause) == 1


def test_a_probe_whose_worker_died_is_made_again(destination: int) -> None:
    later = open_breaker(destination)
    book(destination, now=later)
    assert book(destination, now=later + POLICY.lease).count == 1


def test_a_probe_that_was_not_sent_is_left_to_the_next(destination: int) -> None:
    later = open_breaker(destination)
    gate.unused(destination, book(destination, now=later))
    gate.unused(destination, OPEN)
    assert book(destination, now=later) == Booking(1, later + POLICY.lease)


def test_a_wish_for_time_holds_for_all_and_a_late_answer_does_not_end_it(destination: int) -> None:
    assert fail(destination, retry_after=3600)
    gate.answered(destination, OPEN)
    fail(destination, retry_after=1)
    assert room(destination, NOW + timedelta(seconds=3599)) == 0
    assert room(destination, NOW + timedelta(seconds=3600)) == POLICY.batch


def test_a_wish_is_believed_for_a_day_at_most(destination: int) -> None:
    fail(destination, retry_after=1e9)
    assert gate.state_of(destination).paused_until == NOW + timedelta(days=1)


def test_a_switched_off_registry_has_no_room(destination: int) -> None:
    Destination.objects.update(enabled=False)
    assert (room(destination), book(destination)) == (0, Booking(0))


def test_the_rate_is_shared_and_what_is_booked_counts(destination: int) -> None:
    Destination.objects.update(rate_per_minute=8)
    assert book(destination) == Booking(2)
    assert book(destination) == Booking(0)
    assert book(destination, now=NOW + timedelta(minutes=1)).count == 2


def test_of_two_workers_that_saw_the_same_one_gets_what_is_left(destination: int) -> None:
    Destination.objects.update(rate_per_minute=8)
    seen = gate.state_of(destination)
    assert [gate.book(destination, 1, seen=seen, now=NOW, policy=POLICY).count for _ in range(3)] == [1, 1, 0]


def state(rate: int, free_at: datetime | None) -> GateState:
    return GateState(enabled=True, failures=0, paused_until=None, rate_per_minute=rate, rate_free_at=free_at)


@pytest.mark.property
@given(st.integers(1, 600), st.lists(st.integers(0, 20_000_000), max_size=80))
def test_no_minute_has_more_than_its_rate(rate: int, pauses: list[int]) -> None:
    """Whoever asks again and again for as much as there is gets no more than the rate in any minute."""
    now, free_at, sent = datetime(2026, 1, 1, tzinfo=UTC), None, []
    for pause in pauses:
        now += timedelta(microseconds=pause)
        count = state(rate, free_at).room(now=now, policy=POLICY)
        if count:
            free_at = gate._used(rate, free_at, count, now=now)
            sent += [now] * count
    for first, later in zip(sent, sent[rate:], strict=False):
        assert later - first >= timedelta(minutes=1)


@pytest.mark.property
@given(st.integers(1, 1_000_000), st.integers(0, 10**9))
def test_a_rate_never_stops_for_good(rate: int, microseconds: int) -> None:
    free_at = NOW + timedelta(microseconds=microseconds)
    assert gate.available(rate, free_at, now=free_at) >= 1
