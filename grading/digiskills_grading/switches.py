"""Kill switches: what an operator can stop at once, for all processes, without a deployment.

``recording`` stops scored attempts and everything that turns evidence into decisions, ``issuing`` stops that records are made, and
``destination:<code>`` stops deliveries to one registry. What waits stays where it is and goes on when the switch is turned on again.

A process remembers for `MEMORY_SECONDS` how the switches stand, so that a submission costs no query for them; that long after a turn
another process may still go by the old state.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from attrs import define
from django.db import connection
from django.db.models import Max, QuerySet

from digiskills_grading import ports
from digiskills_grading.data import SwitchState
from digiskills_grading.errors import RecordingStopped, SwitchRefused
from digiskills_grading.models import SwitchChange

RECORDING = "recording"
ISSUING = "issuing"
MEMORY_SECONDS = 5.0
MAX_REASON = 300


@define
class _Memory:
    """The names of the switches that are off, as they were read at ``read_at`` (seconds of the monotonic clock)."""

    off: frozenset[str] | None = None
    read_at: float = 0.0


_memory = _Memory()


def is_on(name: str, *, monotonic: Callable[[], float] = time.monotonic) -> bool:
    """Whether a switch is on; one that was never turned is.

    Args:
        monotonic: seconds, for the age of what is remembered.
    """
    now = monotonic()
    off = _memory.off
    if off is None or not 0 <= now - _memory.read_at < MEMORY_SECONDS:
        off = frozenset(_newest().filter(is_on=False).values_list("name", flat=True))
        # What is read inside a transaction may yet be rolled back: nothing of it is remembered.
        if not connection.in_atomic_block:
            _memory.off, _memory.read_at = off, now
    return name not in off


def require_recording() -> None:
    """For whatever becomes evidence. Asked outside of a transaction, so that the answer is remembered.

    Raises:
        RecordingStopped: the operator has stopped recording.
    """
    if not is_on(RECORDING):
        raise RecordingStopped


def turn(name: str, *, on: bool, reason: str, actor_id: int | None, now: datetime) -> SwitchState:
    """Turns a switch, with one INSERT. This process goes by it at once, others within `MEMORY_SECONDS`.

    Args:
        reason: why; shown to operators, kept for ever.
        actor_id: platform account; None on the command line.
        now: aware.

    Raises:
        SwitchRefused: there is no such switch, or the reason is empty or longer than `MAX_REASON`.
    """
    reason = reason.strip()
    if name not in names():
        raise SwitchRefused(f"there is no switch {name!r}; use one of {', '.join(names())}")
    if not 0 < len(reason) <= MAX_REASON:
        raise SwitchRefused(f"a reason is needed, of at most {MAX_REASON} characters: it is what the next operator reads")
    row = SwitchChange.objects.create(name=name, is_on=on, reason=reason, actor_id=actor_id, changed_at=now)
    forget()
    return _state(row)


def names() -> tuple[str, ...]:
    """Every switch there is: ours, then those of the other apps."""
    return (RECORDING, ISSUING, *(name for port in ports.operations_ports() for name in port.switch_names()))


def states() -> tuple[SwitchState, ...]:
    """How every switch stands, in the order of `names`; one that was turned stays listed when its registry is gone."""
    turned = {row.name: _state(row) for row in _newest().order_by("name")}
    return tuple(turned.get(name, SwitchState(name=name, is_on=True)) for name in dict.fromkeys([*names(), *turned]))


def history(name: str) -> tuple[SwitchState, ...]:
    """Every turn of a switch, newest first."""
    return tuple(_state(row) for row in SwitchChange.objects.filter(name=name).order_by("-id"))


def resumed_at(name: str, *, after: datetime) -> datetime | None:
    """When a switch that was off at the moment ``after`` was turned on again; None if it was on then, or still is off."""
    turns = SwitchChange.objects.filter(name=name)
    before = turns.filter(changed_at__lte=after).order_by("-id").first()
    if before is None or before.is_on:
        return None
    return turns.filter(pk__gt=before.pk, is_on=True).order_by("id").values_list("changed_at", flat=True).first()


def forget() -> None:
    """Forgets what is remembered: the next question asks the database."""
    _memory.off = None


def _newest() -> QuerySet[SwitchChange]:
    last = SwitchChange.objects.order_by().values("name").annotate(last=Max("id")).values("last")
    return SwitchChange.objects.filter(pk__in=last)


def _state(row: SwitchChange) -> SwitchState:
    return SwitchState(name=row.name, is_on=row.is_on, reason=row.reason, actor_id=row.actor_id, changed_at=row.changed_at)
