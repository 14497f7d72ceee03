"""Is this installation healthy, and if not, what is to be done? Reads only; see docs/how-to/operate.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import DatabaseError

from digiskills_grading import ports
from digiskills_grading.data import Finding, Level
from digiskills_grading.doctor import backlogs, installation, rules, surroundings, workers
from digiskills_grading.errors import DigiskillsError

Check = Callable[[datetime], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    installation.apps_loaded,
    installation.blocks_loaded,
    installation.migrations_applied,
    installation.static_files,
    installation.grade_sink,
    installation.personal_data_keys,
    surroundings.clock,
    surroundings.switches_on,
    rules.regulations_unchanged,
    rules.questions_alone,
    workers.broker,
    workers.runs,
    backlogs.waiting,
    surroundings.completion,
    surroundings.event_bus,
    surroundings.certificate_hold,
    surroundings.course_import,
)
EXIT_CODES: dict[Level, int] = {"ok": 0, "warn": 1, "fail": 2}


def examine(*, now: datetime) -> tuple[Finding, ...]:
    """All that our checks and those of the other apps find, in a fixed order.

    Args:
        now: aware.
    """
    found = [finding for check in CHECKS for finding in _made(check, now)]
    for port in ports.operations_ports():
        found.extend(port.findings(now=now))
    return tuple(found)


def verdict(findings: Iterable[Finding]) -> Level:
    """The worst level of all."""
    return max((finding.level for finding in findings), key=EXIT_CODES.__getitem__, default="ok")


def _made(check: Check, now: datetime) -> Iterator[Finding]:
    """What a check finds; that it cannot be made is a finding too, since the others say why."""
    try:
        yield from check(now)
    except (DatabaseError, DigiskillsError) as error:
        name = check.__name__
        yield Finding(
            check=name, level="fail", what=f"could not be checked: {type(error).__name__}: {error}", todo="see the other failures"
        )
