"""Reports for officials over a year of a whole country beside a full recount of the same counters, and the upkeep of the counters."""

from __future__ import annotations

import gc
import random
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Sum

from benchmarks.measuring import Work, measure, measure_once_each
from benchmarks.tables import SAMPLE_HEAD, Table, ratio, sample_cells
from digiskills_grading import api as grading
from digiskills_grading import dimensions
from digiskills_grading.data import UnitReport
from digiskills_grading.figures import LEARNER_FACTS
from digiskills_grading.models import AdminUnit, Counter, CounterDelta

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAYS = 365
AUDIENCES = ("citizen", "enterprise_worker", "public_sector", "student")
REGULATION = "demo-s3-a1/1"
# Each day so many in a hundred of all lines change; today all of them do.
CHANGING = 8
UNFOLDED = 2000
FOLDED = 20_000
ROUNDS = 5
GOAL_SECONDS = 0.1
GOAL_UPKEEP_SECONDS = 20e-6


def reporting_table() -> Table:
    """CPU time of one report: now, of a day half a year ago, with a comparison, of the whole tree, with small figures kept back."""
    lines = _fill()
    half_a_year = TODAY - timedelta(days=DAYS // 2)
    report = partial(grading.unit_report, REGULATION, now=NOW)
    works: dict[str, Work] = {
        "provinces, now": report,
        "provinces, half a year ago": partial(report, day=half_a_year),
        "provinces, now and half a year ago": partial(report, since=half_a_year),
        "provinces, now, small figures kept back": partial(report, protect=True),
        "one province and its communes, now": partial(report, under="01"),
        "every commune, now": partial(report, deep=True),
        "every commune, now, small figures kept back": partial(report, deep=True, protect=True),
        "full recount of the same lines": _recount,
    }
    _check(report(), None)
    _check(report(day=half_a_year), half_a_year)
    gc.disable()
    samples = measure(works, rounds=5, repetitions=1)
    gc.enable()
    recount = samples["full recount of the same lines"].median
    slowest = max(sample.median for name, sample in samples.items() if "recount" not in name)
    return Table(
        "Reports by admin unit",
        ("report", *SAMPLE_HEAD, "ours against a recount"),
        [[name, *sample_cells(sample), ratio(sample.median, recount)] for name, sample in samples.items()],
        [
            f"{AdminUnit.objects.count():,} units, {len(AUDIENCES)} audiences, {DAYS} days, {lines:,} lines of counters.",
            f"Each day {CHANGING} % of all lines change, today all of them do; {UNFOLDED:,} facts are not yet folded.",
            "Checked: the totals of now and of half a year ago equal the recount of all lines, fact by fact.",
            "Without Python's garbage collection, as timeit does: a full one takes 90 ms here and falls on whichever report is running.",
            f"Goal: any report ≤ {GOAL_SECONDS * 1000:.0f} ms. The slowest takes {slowest * 1000:.0f} ms.",
        ],
    )


def upkeep_table() -> Table:
    """CPU time of folding one fact: of a campaign in some communes, and spread over the whole country."""
    grading.fold_counters(now=NOW)
    regulation_id = dimensions.regulation_id(REGULATION)
    communes = list(AdminUnit.objects.exclude(parent=None).values_list("pk", flat=True))
    rows = []
    for name, places in (("in 100 communes", communes[:100]), ("in all communes", communes)):
        for seed in range(ROUNDS):
            _append(regulation_id, places, FOLDED, seed=seed)
        works = [partial(grading.fold_counters, now=NOW, limit=FOLDED)] * ROUNDS
        sample = measure_once_each({name: works})[name]
        rows.append((f"fold {FOLDED:,} facts {name}", sample.n, f"{sample.median / FOLDED * 1e6:.1f}"))
    return Table(
        "Upkeep of the counters",
        ("work", "n", "median µs a fact"),
        rows,
        [
            f"Goal: ≤ {GOAL_UPKEEP_SECONDS * 1e6:.0f} µs where several facts meet in a line, as in the first row.",
            "Writing the facts is not measured.",
        ],
    )


def _fill() -> int:
    """A year of counters; returns how many lines."""
    grading.load_units("vn")
    # What earlier benchmarks counted under the same regulation is not part of this year.
    CounterDelta.objects.all().delete()
    Counter.objects.all().delete()
    regulation_id = dimensions.regulation_id(REGULATION)
    communes = list(AdminUnit.objects.exclude(parent=None).values_list("pk", flat=True))
    statement = (
        "INSERT INTO digiskills_grading_counter (regulation_id, subject, day, unit, audience, level, fact, amount)"
        " VALUES (%s, '', %s, %s, %s, '', %s, %s)"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        for back in range(DAYS - 1, -1, -1):
            cursor.executemany(statement, list(_day(regulation_id, communes, back)))
    # One fact is folded, which brings the running total along; days are closed until none is due.
    _append(regulation_id, communes, 1, seed=0)
    while grading.fold_counters(now=NOW).checkpoints:
        pass
    _append(regulation_id, communes, UNFOLDED, seed=1)
    return Counter.objects.count()


def _day(regulation_id: int, communes: list[int], back: int) -> Iterator[tuple[int | str, ...]]:
    dice = random.Random(back)
    day = (TODAY - timedelta(days=back)).isoformat()
    for unit in communes:
        for audience in AUDIENCES:
            for fact in LEARNER_FACTS:
                if back == 0 or dice.randrange(100) < CHANGING:
                    yield regulation_id, day, unit, audience, fact, dice.randrange(1, 30)


def _append(regulation_id: int, communes: list[int], number: int, *, seed: int) -> None:
    dice = random.Random(seed)
    CounterDelta.objects.bulk_create(
        CounterDelta(
            admin_unit_id=dice.choice(communes),
            regulation_id=regulation_id,
            audience=dice.choice(AUDIENCES),
            fact=dice.choice(LEARNER_FACTS),
            amount=1,
            occurred_at=NOW,
        )
        for _ in range(number)
    )


def _recount(upto: date | None = None) -> Tally[tuple[str, str]]:
    """Figures by audience and fact from every line, as a report without checkpoints would have to."""
    counters = Counter.objects.filter(day__lte=upto) if upto else Counter.objects.all()
    deltas = CounterDelta.objects.filter(occurred_at__date__lte=upto) if upto else CounterDelta.objects.all()
    found: Tally[tuple[str, str]] = Tally()
    for rows in (counters, deltas):
        for audience, fact, amount in rows.order_by().values_list("audience", "fact").annotate(Sum("amount")):
            found[audience, fact] += amount
    return found


def _check(report: UnitReport, upto: date | None) -> None:
    expected = _recount(upto)
    for row in report.totals:
        figures = row.learners, row.tried, row.completed, row.confirmed
        assert figures == tuple(expected[row.audience, fact] for fact in LEARNER_FACTS), row
    provinces: Tally[str] = Tally()
    for row in report.rows:
        provinces[row.audience] += row.learners or 0
    assert all(provinces[row.audience] == row.learners for row in report.totals)
