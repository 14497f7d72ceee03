"""When to try again. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

# Standard Webhooks' example schedule, about 75 hours in all: a registry may be down over a week-end.
RETRY_DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MAX_ATTEMPTS = len(RETRY_DELAYS) + 1
MAX_RETRY_AFTER = timedelta(hours=24)


def next_attempt_at(attempts: int, *, now: datetime, jitter: Callable[[], float], retry_after: float | None = None) -> datetime | None:
    """The time of the next attempt, or None when the schedule is exhausted.

    Full jitter: uniform in ``[now, now + delay]``, so that a registry that comes back is not met by everybody at once.

    Args:
        attempts: attempts made so far, at least 1.
        now: aware time of the failed attempt.
        jitter: uniform numbers in ``[0, 1)``.
        retry_after: seconds that the registry asked for; never answered earlier, but at most 24 hours are believed.

    Raises:
        ValueError: ``attempts`` is less than 1.
    """
    if attempts < 1:
        raise ValueError(f"at least one attempt precedes a retry, not {attempts}")
    if attempts > len(RETRY_DELAYS):
        return None
    delay = RETRY_DELAYS[attempts - 1] * jitter()
    if retry_after is not None:
        delay = max(delay, min(timedelta(seconds=retry_after), MAX_RETRY_AFTER))
    return now + delay
