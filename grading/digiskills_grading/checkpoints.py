"""The figures of all units at the end of a day, kept so that a report of any date reads one row and a few days of counters.

A year of a whole country is some twenty million lines; a report that summed them would take seconds. A checkpoint holds the sums over
all days up to its own as one compact body. It follows from the counters alone, and goes as soon as a day up to its own changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from digiskills_grading.figures import Figures, Subject, condensed, figures_of, from_bytes, joined, to_bytes
from digiskills_grading.models import Counter, CounterCheckpoint

# A report reads at most so many lines beyond a checkpoint, and those of one day.
LINES_BETWEEN = 20_000
# At most so many are written in one transaction, since the counters are locked meanwhile.
CHECKPOINTS_AT_ONCE = 20


def figures_upto(subject: Subject, day: date | None) -> Figures:
    """What was folded for all days up to ``day`` (None: for all): the last checkpoint, and the counters of the days after it."""
    held, figures = _latest(subject, day)
    rows = _lines(subject) if day is None else _lines(subject).filter(day__lte=day)
    if held is not None:
        rows = rows.filter(day__gt=held)
    return joined(figures, figures_of(summed(rows, "unit", subject)))


def summed(rows: QuerySet[Any, Any], unit: str, subject: Subject) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of a table of amounts as audience, unit and one sum for each fact of the subject.

    Args:
        unit: name of the column with the unit.
    """
    sums = {f"sum_{fact}": Coalesce(Sum("amount", filter=Q(fact=fact)), 0) for fact in subject.facts}
    found: QuerySet[Any, tuple[Any, ...]] = rows.order_by().values_list("audience", unit).annotate(**sums)
    return found


def write_due(today: date) -> int:
    """Writes checkpoints of days that are over, where enough lines came together. Under the lock of the book.

    Returns:
        How many were written.
    """
    written = 0
    for regulation_id, key in Counter.objects.order_by().values_list("regulation_id", "subject").distinct():
        subject = Subject(regulation_id, key)
        for day in _due(subject, today)[: CHECKPOINTS_AT_ONCE - written]:
            body = to_bytes(condensed(figures_upto(subject, day)))
            CounterCheckpoint.objects.create(regulation_id=regulation_id, subject=key, day=day, body=body)
            written += 1
    return written


def forget(since: Mapping[tuple[int, str], date]) -> None:
    """Deletes the checkpoints of a regulation and subject from a day on. Under the lock of the book."""
    for (regulation_id, key), day in since.items():
        CounterCheckpoint.objects.filter(regulation_id=regulation_id, subject=key, day__gte=day).delete()


def _due(subject: Subject, today: date) -> list[date]:
    """Past days after the last checkpoint, each as soon as `LINES_BETWEEN` lines came together since the one before."""
    held, _ = _latest(subject, None)
    rows = _lines(subject).filter(day__lt=today)
    if held is not None:
        rows = rows.filter(day__gt=held)
    due, lines = [], 0
    for day, count in rows.order_by("day").values_list("day").annotate(Count("id")):
        lines += count
        if lines >= LINES_BETWEEN:
            due.append(day)
            lines = 0
    return due


def _lines(subject: Subject) -> QuerySet[Counter, Counter]:
    return Counter.objects.filter(regulation_id=subject.regulation_id, subject=subject.key)


def _latest(subject: Subject, upto: date | None) -> tuple[date | None, Figures]:
    rows = CounterCheckpoint.objects.filter(regulation_id=subject.regulation_id, subject=subject.key)
    row = (rows if upto is None else rows.filter(day__lte=upto)).order_by("-day").first()
    return (None, {}) if row is None else (row.day, from_bytes(bytes(row.body)))
