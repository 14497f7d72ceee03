"""The numbers that rule delivery, in one place. Pure."""

from __future__ import annotations

from datetime import timedelta

import attrs

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


@attrs.frozen(kw_only=True)
class DeliveryPolicy:
    """How deliveries are claimed, repeated and held back.

    Attributes:
        batch: claims made at once.
        lease: how long a claim is held. A batch is sent within it even if every exchange takes its full time (25 s, see http.HttpLimits).
        retry_delays: longest wait after the first, second, … failed attempt; a failure after the last one makes a dead letter.
        max_retry_after: the longest wish of a registry that is believed.
        breaker_failures: failures in a row, counted over all workers, after which a registry is left alone.
        breaker_pause: for how long, the first time; doubled with each failed probe.
        breaker_max_pause: the longest such pause.
        read_back_delay: the shortest wait before a registry without idempotency is asked what became of a failed attempt, so that an
            attempt that is still at work there has come to its end.
        answer_poll: time between two questions for the answer to an event that was handed over.
        answer_patience: after this long without an answer it is a dead letter.
    """

    batch: int = 8
    lease: timedelta = timedelta(seconds=300)
    retry_delays: tuple[timedelta, ...] = RETRY_DELAYS
    max_retry_after: timedelta = timedelta(hours=24)
    breaker_failures: int = 3
    breaker_pause: timedelta = timedelta(seconds=30)
    breaker_max_pause: timedelta = timedelta(minutes=10)
    read_back_delay: timedelta = timedelta(seconds=60)
    answer_poll: timedelta = timedelta(minutes=10)
    answer_patience: timedelta = timedelta(days=14)

    @property
    def max_attempts(self) -> int:
        """Attempts before a delivery is a dead letter."""
        return len(self.retry_delays) + 1

    def breaker_pause_after(self, failures: int) -> timedelta | None:
        """How long a registry is left alone after so many failures in a row; None: not at all."""
        doublings = failures - self.breaker_failures
        if doublings < 0:
            return None
        factor: int = 2 ** min(doublings, 16)  # bounded, so that the product stays a timedelta
        return min(self.breaker_pause * factor, self.breaker_max_pause)


DEFAULT_POLICY = DeliveryPolicy()
