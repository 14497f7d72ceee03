"""Folding: counter deltas become counters, a line for each unit and day.

Facts are appended by many writers at once, and a table that is only appended to can be summed but not for ever. Folding takes a batch
of deltas, adds them to the counters of their days, and deletes them, in one transaction that begins with the lock of the book. So every
delta is in exactly one of the two tables at any commit, whoever is killed and wherever, and several workers take turns. Which deltas
are taken is what is there and visible; there is no "up to id n", since an id that commits late would never be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F

from digiskills_grading import checkpoints
from digiskills_grading.data import FoldReport
from digiskills_grading.days import country_zone, day_of
from digiskills_grading.figures import Figures, Subject, figures_of
from digiskills_grading.models import Counter, CounterBook, CounterDelta
from digiskills_grading.transactions import require_aware, run_again

THE_BOOK = 1
BATCH = 20_000
KEY_COLUMNS = ("regulation_id", "subject", "day", "unit", "audience", "level", "fact")


class CounterKey(NamedTuple):
    """What one line of the counters is about, in the order of `KEY_COLUMNS`; ``unit`` is 0 where it is not known."""

    regulation_id: int
    subject: str
    day: date
    unit: int
    audience: str
    level: str
    fact: str


Amounts = Mapping[CounterKey, int]


def fold(*, now: datetime, limit: int = 100_000) -> FoldReport:
    """Folds deltas until none is left or ``limit`` were folded, then closes days that are over.

    Several workers may do so at once; each delta is counted once, on the day on which it occurred, however late it is folded.

    Args:
        now: aware; today's figures are not closed.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    CounterBook.objects.get_or_create(pk=THE_BOOK)
    zone = country_zone()
    folded = 0
    while folded < limit:
        size = min(BATCH, limit - folded)
        done = run_again(lambda size=size: _fold_batch(zone, size), about="counters")  # type: ignore[misc]  # binds size now
        folded += done
        if done < size:
            break
    closed = run_again(lambda: _close(day_of(now)), about="counters")
    return FoldReport(deltas=folded, left=CounterDelta.objects.count(), checkpoints=closed)


@contextmanager
def book_transaction() -> Iterator[None]:
    """Opens the outermost transaction and takes the lock of the counters; the book must exist.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    with transaction.atomic(durable=True):
        lock_book()
        yield


def lock_book() -> None:
    """Takes the lock of the counters; the first statement of a transaction, as the learner lock is."""
    CounterBook.objects.filter(pk=THE_BOOK).update(rev=F("rev") + 1)


def add(amounts: Amounts) -> None:
    """Adds to the counters of their days, and brings the checkpoints along. Under the lock of the book."""
    amounts = {key: amount for key, amount in amounts.items() if amount}
    if not amounts:
        return
    held = _held(amounts)
    rows = [Counter(**key._asdict(), amount=held.get(key, 0) + amount) for key, amount in amounts.items()]
    # MySQL and MariaDB take whatever unique key is violated and refuse to be told which.
    unique = KEY_COLUMNS if connection.features.supports_update_conflicts_with_target else None
    Counter.objects.bulk_create(rows, batch_size=1000, update_conflicts=True, update_fields=["amount"], unique_fields=unique)
    for subject, (first_day, added) in _by_subject(amounts).items():
        checkpoints.bring_along(subject, first_day, added)


def _fold_batch(zone: ZoneInfo, size: int) -> int:
    with book_transaction():
        columns = ("pk", "regulation_id", "subject", "occurred_at", "admin_unit_id", "audience", "level", "fact", "amount")
        deltas = list(CounterDelta.objects.order_by("id").values_list(*columns)[:size])
        sums: dict[CounterKey, int] = defaultdict(int)
        for _, regulation_id, subject, at, unit, audience, level, fact, amount in deltas:
            sums[CounterKey(regulation_id, subject, at.astimezone(zone).date(), unit or 0, audience, level, fact)] += amount
        add(sums)
        CounterDelta.objects.filter(pk__in=[delta[0] for delta in deltas]).delete()
    return len(deltas)


def _close(today: date) -> int:
    """Only when no delta is left: one of an earlier day would throw the checkpoints away again."""
    with book_transaction():
        return 0 if CounterDelta.objects.exists() else checkpoints.write_due(today)


def _held(amounts: Amounts) -> dict[CounterKey, int]:
    """What the lines hold now, and perhaps some that were not asked for."""
    rows = Counter.objects.filter(
        regulation_id__in={key.regulation_id for key in amounts},
        subject__in={key.subject for key in amounts},
        day__in={key.day for key in amounts},
        unit__in={key.unit for key in amounts},
    )
    return {CounterKey._make(row[:-1]): row[-1] for row in rows.values_list(*KEY_COLUMNS, "amount")}


def _by_subject(amounts: Amounts) -> dict[Subject, tuple[date, Figures]]:
    """The first day that changes, and what is added, for each subject."""
    first: dict[Subject, date] = {}
    added: dict[Subject, dict[tuple[str, int], list[int]]] = defaultdict(dict)
    for key, amount in amounts.items():
        subject = Subject(key.regulation_id, key.subject)
        first[subject] = min(key.day, first.get(subject, key.day))
        line = added[subject].setdefault((key.audience, key.unit), [0] * len(subject.facts))
        line[subject.facts.index(key.fact)] += amount
    rows = {subject: [(*place, *line) for place, line in lines.items()] for subject, lines in added.items()}
    return {subject: (first[subject], figures_of(found)) for subject, found in rows.items()}
