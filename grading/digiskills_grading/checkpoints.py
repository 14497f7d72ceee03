"""The figures of all units at the end of a day, kept so that a report of any date reads one row and a few days of counters.

A year of a whole country is some twenty million lines; a report that summed them would take seconds. A checkpoint holds the sums over
all days up to its own as one compact body. It follows from the counters alone, and goes as soon as a day up to its own changes. One is
different: the running total over all days, which every folding brings along.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from digiskills_grading.figures import Figures, Subject, condensed, figures_of, from_bytes, joined, same, to_bytes
from digiskills_grading.models import Counter, CounterCheckpoint

# A report reads at most so many lines beyond a checkpoint, and those of one day.
LINES_BETWEEN = 20_000
# The day of the running total: later than all days.
ALL_DAYS = date.max
# At most so many are written in one transaction, since the counters are locked meanwhile.
CHECKPOINTS_AT_ONCE = 20


def figures_upto(subject: Subject, day: date | None) -> Figures:
    """What was folded for all days up to ``day`` (None: for all): the last checkpoint, and the counters of the days after it."""
    held, figures = _latest(subject, day or ALL_DAYS)
    if held == ALL_DAYS:
        return figures
    rows = _lines(subject).filter(day__lte=day or ALL_DAYS)
    if held is not None:
        rows = rows.filter(day__gt=held)
    return joined(figures, figures_of(summed(rows, "unit", subject)))


def summed(rows: QuerySet[Any, Any], unit: str, subject: Subject) -> QuerySet[Any, tuple[Any, ...]]:
    """Rows of a table of amounts as audience, unit and one sum for each fact of the subject, None where there is none.

    Args:
        unit: name of the column with the unit.
    """
    sums = {f"sum_{fact}": Sum("amount", filter=Q(fact=fact)) for fact in subject.facts}
    found: QuerySet[Any, tuple[Any, ...]] = rows.order_by().values_list("audience", unit).annotate(**sums)
    return found


def write_due(today: date) -> int:
    """Writes checkpoints of days that are over, where enough lines came together. Under the lock of the book.

    Returns:
        How many were written.
    """
    written = 0
    for regulation_id, key in subjects():
        subject = Subject(regulation_id, key)
        for day in _due(subject, today)[: CHECKPOINTS_AT_ONCE - written]:
            body = to_bytes(condensed(figures_upto(subject, day)))
            CounterCheckpoint.objects.create(regulation_id=regulation_id, subject=key, day=day, body=body)
            written += 1
    return written


def bring_along(subject: Subject, first_day: date, added: Figures) -> None:
    """Lets the checkpoints follow what was just added to the counters. Under the lock of the book.

    Args:
        first_day: the earliest day that changed; checkpoints of it and of later days go.
        added: what was added, whatever the day; the running total takes it.
    """
    rows = _rows(subject)
    rows.filter(day__gte=first_day, day__lt=ALL_DAYS).delete()
    running = rows.filter(day=ALL_DAYS).first()
    if running is None:
        body = to_bytes(condensed(figures_upto(subject, None)))
        CounterCheckpoint.objects.create(regulation_id=subject.regulation_id, subject=subject.key, day=ALL_DAYS, body=body)
    else:
        running.body = to_bytes(condensed(joined(from_bytes(bytes(running.body)), added)))
        running.save(update_fields=["body"])


def rewrite() -> None:
    """Throws all checkpoints away and adds the running totals up again; days are closed by later foldings. Under the lock of the book."""
    CounterCheckpoint.objects.all().delete()
    for regulation_id, key in subjects():
        bring_along(Subject(regulation_id, key), ALL_DAYS, {})


def subjects() -> list[tuple[int, str]]:
    """What is counted, or was: ids of regulations, with the keys of coverage rules."""
    counted = Counter.objects.order_by().values_list("regulation_id", "subject").distinct()
    return sorted({*counted, *CounterCheckpoint.objects.order_by().values_list("regulation_id", "subject").distinct()})


def wrong(subject: Subject) -> list[date]:
    """Days of checkpoints that are not the sum of the counters; each line of the counters is read once."""
    found: list[date] = []
    sums: Figures = {}
    after: date | None = None
    for row in _rows(subject).order_by("day"):
        rows = _lines(subject).filter(day__lte=row.day)
        if after is not None:
            rows = rows.filter(day__gt=after)
        sums = condensed(joined(sums, figures_of(summed(rows, "unit", subject))))
        if not same(sums, from_bytes(bytes(row.body))):
            found.append(row.day)
        after = row.day
    return found


def _due(subject: Subject, today: date) -> list[date]:
    """Past days after the last checkpoint, each as soon as `LINES_BETWEEN` lines came together since the one before."""
    held, _ = _latest(subject, today)
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


def _rows(subject: Subject) -> QuerySet[CounterCheckpoint, CounterCheckpoint]:
    return CounterCheckpoint.objects.filter(regulation_id=subject.regulation_id, subject=subject.key)


def _latest(subject: Subject, upto: date) -> tuple[date | None, Figures]:
    row = _rows(subject).filter(day__lte=upto).order_by("-day").first()
    return (None, {}) if row is None else (row.day, from_bytes(bytes(row.body)))
