"""When to try again. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from digiskills_integrations.outbox.policy import DEFAULT_POLICY, DeliveryPolicy


def next_attempt_at(
    attempts: int,
    *,
    now: datetime,
    jitter: Callable[[], float],
    retry_after: float | None = None,
    policy: DeliveryPolicy = DEFAULT_POLICY,
) -> datetime | None:
    """The time of the next attempt, or None when the schedule is exhausted.

    Full jitter: uniform in ``[now, now + delay]``, so that a registry that comes back is not met by everybody at once.

    Args:
        attempts: attempts made so far, at least 1.
        now: aware time of the failed attempt.
        jitter: uniform numbers in ``[0, 1)``.
        retry_after: seconds that the registry asked for; never answered earlier, but no more than the policy's ``max_retry_after``.

    Raises:
        ValueError: ``attempts`` is less than 1.
    """
    if attempts < 1:
        raise ValueError(f"at least one attempt precedes a retry, not {attempts}")
    if attempts > len(policy.retry_delays):
        return None
    delay = policy.retry_delays[attempts - 1] * jitter()
    if retry_after is not None:
        delay = max(delay, believed(retry_after, policy))
    return now + delay


def believed(retry_after: float, policy: DeliveryPolicy) -> timedelta:
    """A registry's wish for time, in seconds, bounded by the policy."""
    return min(timedelta(seconds=retry_after), policy.max_retry_after)
