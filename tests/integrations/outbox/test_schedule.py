"""When the next attempt is made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.outbox.policy import DEFAULT_POLICY, RETRY_DELAYS, DeliveryPolicy
from digiskills_integrations.outbox.schedule import next_attempt_at

MAX_ATTEMPTS = DEFAULT_POLICY.max_attempts
MAX_RETRY_AFTER = DEFAULT_POLICY.max_retry_after

NOW = datetime(2026, 11, 22, tzinfo=UTC)
JITTERS = st.floats(0, 1, exclude_max=True)


@pytest.mark.property
@given(st.integers(1, MAX_ATTEMPTS - 1), JITTERS)
def test_full_jitter_stays_within_the_delay(attempts: int, jitter: float) -> None:
    due = next_attempt_at(attempts, now=NOW, jitter=lambda: jitter)
    assert due is not None
    assert NOW <= due <= NOW + RETRY_DELAYS[attempts - 1]


@pytest.mark.property
@given(st.integers(1, MAX_ATTEMPTS - 1), JITTERS, st.floats(0, 1e9))
def test_a_registry_is_never_asked_earlier_than_it_wished(attempts: int, jitter: float, wish: float) -> None:
    due = next_attempt_at(attempts, now=NOW, jitter=lambda: jitter, retry_after=wish)
    assert due is not None
    assert due >= NOW + min(timedelta(seconds=wish), MAX_RETRY_AFTER)
    assert due <= NOW + max(MAX_RETRY_AFTER, RETRY_DELAYS[attempts - 1])


@pytest.mark.property
@given(st.integers(MAX_ATTEMPTS, 1000), JITTERS)
def test_the_schedule_ends(attempts: int, jitter: float) -> None:
    assert next_attempt_at(attempts, now=NOW, jitter=lambda: jitter, retry_after=5) is None


@pytest.mark.property
@given(st.integers(max_value=0))
def test_a_retry_needs_an_attempt(attempts: int) -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        next_attempt_at(attempts, now=NOW, jitter=lambda: 0.5)


def test_the_schedule_outlasts_a_week_end_and_grows() -> None:
    assert timedelta(days=3) < sum(RETRY_DELAYS, timedelta()) < timedelta(days=4)
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)


@pytest.mark.property
@given(st.integers(0, 10_000))
def test_the_breaker_pauses_longer_each_time_up_to_a_limit(failures: int) -> None:
    pause, longer = DEFAULT_POLICY.breaker_pause_after(failures), DEFAULT_POLICY.breaker_pause_after(failures + 1)
    assert (pause is None) == (failures < DEFAULT_POLICY.breaker_failures)
    if pause is not None and longer is not None:
        assert DEFAULT_POLICY.breaker_pause <= pause <= longer <= DEFAULT_POLICY.breaker_max_pause


def test_a_policy_may_be_another_one() -> None:
    policy = DeliveryPolicy(retry_delays=(timedelta(seconds=1),), max_retry_after=timedelta(seconds=3))
    assert next_attempt_at(1, now=NOW, jitter=lambda: 0.5, policy=policy) == NOW + timedelta(milliseconds=500)
    assert next_attempt_at(1, now=NOW, jitter=lambda: 0.5, retry_after=60, policy=policy) == NOW + timedelta(seconds=3)
    assert next_attempt_at(2, now=NOW, jitter=lambda: 0.5, policy=policy) is None
