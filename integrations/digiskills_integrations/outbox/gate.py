"""Whether a registry may be spoken to now: circuit breaker, Retry-After and rate limit, shared by all workers through the registry's row.

The state is in the database, because workers are many and are killed: each change is one conditional UPDATE on what was seen.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
from django.db.models import F, Q

from digiskills_integrations.locking import in_own_transaction
from digiskills_integrations.outbox.models import Destination
from digiskills_integrations.outbox.policy import DeliveryPolicy
from digiskills_integrations.outbox.schedule import believed

_MAX_TRIES = 10
_MINUTE = timedelta(minutes=1)
_MICROSECOND = timedelta(microseconds=1)


@attrs.frozen
class GateState:
    """What a registry's row says. ``rate_per_minute`` None: no limit."""

    enabled: bool
    failures: int
    paused_until: datetime | None
    rate_per_minute: int | None
    rate_free_at: datetime | None

    def room(self, *, now: datetime, policy: DeliveryPolicy) -> int:
        """How many events may be sent now, at most a batch; one, when it is to be seen whether the registry has recovered."""
        if not self.enabled or (self.paused_until is not None and self.paused_until > now):
            return 0
        room = 1 if self.is_probe(policy) else policy.batch
        if self.rate_per_minute is not None:
            room = min(room, available(self.rate_per_minute, self.rate_free_at, now=now))
        return room

    def is_probe(self, policy: DeliveryPolicy) -> bool:
        """Whether the next event is a probe: the breaker had opened and its pause is over."""
        return self.failures >= policy.breaker_failures


@attrs.frozen
class Booking:
    """Leave to send ``count`` events. ``probe_until``: while this one probes, the others wait until then; None when it does not."""

    count: int
    probe_until: datetime | None = None


def state_of(destination_id: int) -> GateState:
    """The state that workers share about a registry."""
    names = [field.name for field in attrs.fields(GateState)]
    return GateState(**Destination.objects.values(*names).get(pk=destination_id))


def book(destination_id: int, wanted: int, *, seen: GateState, now: datetime, policy: DeliveryPolicy) -> Booking:
    """Leave to send up to ``wanted`` events now; what is granted counts against the rate, used or not.

    Args:
        seen: the state a moment ago. It is read again only if a booking must be written and somebody else has changed it meanwhile.
    """
    for _ in range(_MAX_TRIES):
        count = min(wanted, seen.room(now=now, policy=policy))
        if count == 0:
            break
        probe_until = now + policy.lease if seen.is_probe(policy) else None
        changes: dict[str, datetime] = {} if probe_until is None else {"paused_until": probe_until}
        if seen.rate_per_minute is not None:
            changes["rate_free_at"] = _used(seen.rate_per_minute, seen.rate_free_at, count, now=now)
        if not changes or _change(destination_id, seen, changes):
            return Booking(count, probe_until)
        seen = state_of(destination_id)
    return Booking(0)


def _change(destination_id: int, seen: GateState, changes: dict[str, datetime]) -> bool:
    unchanged = Destination.objects.filter(
        pk=destination_id, failures=seen.failures, paused_until=seen.paused_until, rate_free_at=seen.rate_free_at
    )
    return in_own_transaction(lambda: unchanged.update(**changes)) == 1


def answered(destination_id: int, booking: Booking) -> None:
    """The registry works. A successful probe opens the way for all; a pause that somebody else was asked for stays."""
    failing = Destination.objects.filter(pk=destination_id, failures__gt=0)
    if booking.probe_until is None:
        in_own_transaction(lambda: failing.update(failures=0))
    else:
        in_own_transaction(lambda: failing.filter(paused_until=booking.probe_until).update(failures=0, paused_until=None))


def unused(destination_id: int, booking: Booking) -> None:
    """Nothing was sent after all: if it was to be a probe, the next one is."""
    if booking.probe_until is not None:
        probing = Destination.objects.filter(pk=destination_id, paused_until=booking.probe_until)
        in_own_transaction(lambda: probing.update(paused_until=None))


def failed(destination_id: int, booking: Booking, *, now: datetime, retry_after: float | None, policy: DeliveryPolicy) -> bool:
    """Count a failure; returns whether the registry is to be left alone now.

    Args:
        retry_after: seconds that the registry asked for.
    """
    row = Destination.objects.filter(pk=destination_id)
    in_own_transaction(lambda: row.update(failures=F("failures") + 1))
    pauses = [policy.breaker_pause_after(state_of(destination_id).failures)]
    if retry_after is not None:
        pauses.append(believed(retry_after, policy))
    pause = max((pause for pause in pauses if pause is not None), default=None)
    if pause is None:
        return False
    until = now + pause
    # A longer pause that somebody else was asked for stays; our own probe's is replaced.
    replaceable = Q(paused_until=None) | Q(paused_until__lt=until) | Q(paused_until=booking.probe_until)
    in_own_transaction(lambda: row.filter(replaceable).update(paused_until=until))
    return True


def available(rate_per_minute: int, free_at: datetime | None, *, now: datetime) -> int:
    """How many events the rate admits at ``now`` (generic cell rate algorithm).

    A quarter of a minute's events may go at once, the rest evenly, so that in no minute there are more than ``rate_per_minute``.
    """
    burst, interval = _burst(rate_per_minute), _interval(rate_per_minute)
    behind = max(timedelta(0), free_at - now) if free_at is not None else timedelta(0)
    return max(0, (burst * interval - behind) // interval)


def _used(rate_per_minute: int, free_at: datetime | None, count: int, *, now: datetime) -> datetime:
    """The time from which nothing of the rate is used, after ``count`` more events."""
    start = now if free_at is None else max(free_at, now)
    return start + count * _interval(rate_per_minute)


def _burst(rate_per_minute: int) -> int:
    return max(1, rate_per_minute // 4)


def _interval(rate_per_minute: int) -> timedelta:
    # Rounded up: n + 1 events then take at least a minute.
    return -(-_MINUTE // ((rate_per_minute - _burst(rate_per_minute) + 1) * _MICROSECOND)) * _MICROSECOND
