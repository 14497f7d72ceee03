"""Tables for officials: figures by admin unit, of any day, with what changed since an earlier one.

What is counted is the sum of folded counters and of deltas that are not folded yet, read at one moment. Units are summed up the tree
here, since the tree changes (units are merged) and what was counted does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import numpy as np
from attrs import frozen
from django.conf import settings
from numpy.typing import NDArray

from digiskills_grading import checkpoints
from digiskills_grading.data import HouseholdReport, HouseholdRow, UnitReport, UnitRow
from digiskills_grading.days import day_of, end_of
from digiskills_grading.figures import Figures, Subject, figures_of, joined
from digiskills_grading.models import Counter, CounterDelta, RegulationVersion
from digiskills_grading.site_data import load_coverage
from digiskills_grading.transactions import consistent_reading, require_aware
from digiskills_grading.unit_tree import EVERYBODY, UnitTree, kept_back_in, read_tree


@frozen(kw_only=True)
class Asked:
    """What a table is to show.

    Attributes:
        under: code of a unit: that unit and its children; None for the units without a parent.
        deep: the whole tree below instead of one level.
        day: figures at the end of this day of the country's calendar; None for now.
        since: an earlier day to compare with.
        protect: keep back figures of fewer people than the setting ``DIGISKILLS_SMALL_FIGURE``.
    """

    under: str | None = None
    deep: bool = False
    day: date | None = None
    since: date | None = None
    protect: bool = False


# Code, name, depth and audience of a row, its figures, and their changes.
_Line = tuple[str, str, int, str, Sequence[int | None], Sequence[int | None]]


@frozen
class _Table:
    day: date
    since: date | None
    lines: tuple[_Line, ...]
    totals: tuple[_Line, ...]
    kept_back: bool


@frozen
class _Sums:
    """Figures of every place of the tree, descendants included; the marks say which are kept back."""

    numbers: NDArray[np.int64]
    marks: NDArray[np.bool_]

    def shown(self, places: Sequence[int]) -> list[list[int | None]]:
        """The figures of some places as plain numbers, None where they are kept back."""
        numbers: list[list[int | None]] = self.numbers[places].tolist()
        for row, column in np.argwhere(self.marks[places]).tolist():
            numbers[row][column] = None
        return numbers


def regulations_in_use() -> tuple[str, ...]:
    """Keys of the regulations under which somebody learns, by key."""
    used = {
        *Counter.objects.filter(subject="").order_by().values_list("regulation_id", flat=True).distinct(),
        *CounterDelta.objects.filter(subject="").order_by().values_list("regulation_id", flat=True).distinct(),
    }
    return tuple(RegulationVersion.objects.filter(pk__in=used).order_by("key").values_list("key", flat=True))


def unit_report(
    regulation: str,
    *,
    now: datetime,
    under: str | None = None,
    deep: bool = False,
    day: date | None = None,
    since: date | None = None,
    protect: bool = False,
) -> UnitReport:
    """Learners, tried, completed and confirmed under a regulation; a unit's figures hold those of all its descendants.

    Units without a single learner are left out; learners whose unit is not known have rows with an empty unit code, at the end of
    the top level. The totals are over everything, whatever part is shown.

    Args:
        now: the report's date; aware.
        under: code of a unit: that unit and its children; None for the units without a parent.
        deep: the whole tree below instead of one level.
        day: figures at the end of this day of the country's calendar; None for now.
        since: an earlier day to compare with.
        protect: keep back figures of fewer people than the setting ``DIGISKILLS_SMALL_FIGURE``, and what would give them away.

    Raises:
        ValueError: the day is still to come, or ``since`` is not before it.
    """
    asked = Asked(under=under, deep=deep, day=day, since=since, protect=protect)
    table = _table(regulation, "", asked, now)
    return UnitReport(
        regulation=regulation,
        as_of=now,
        day=table.day,
        since=table.since,
        rows=tuple(_unit_row(line) for line in table.lines),
        totals=tuple(_unit_row(line) for line in table.totals),
        kept_back=table.kept_back,
    )


def household_report(
    rule: str,
    *,
    now: datetime,
    under: str | None = None,
    deep: bool = False,
    day: date | None = None,
    since: date | None = None,
    protect: bool = False,
) -> HouseholdReport:
    """Households, and how many of them are covered under a coverage rule; arguments and errors as in `unit_report`.

    Raises:
        digiskills_framework.api.FrameworkDataError: there is no such rule.
        ValueError: as in `unit_report`.
    """
    asked = Asked(under=under, deep=deep, day=day, since=since, protect=protect)
    table = _table(load_coverage(rule).regulation, rule, asked, now)
    return HouseholdReport(
        rule=rule,
        as_of=now,
        day=table.day,
        since=table.since,
        rows=tuple(_household_row(line) for line in table.lines),
        totals=tuple(_household_row(line) for line in table.totals),
        kept_back=table.kept_back,
    )


def _table(regulation: str, key: str, asked: Asked, now: datetime) -> _Table:
    today = day_of(require_aware(now))
    day = asked.day or today
    if day > today:
        raise ValueError(f"there are no figures of {day} yet; today is {today}")
    if asked.since is not None and asked.since >= day:
        raise ValueError(f"figures of {day} are compared with those of an earlier day, not of {asked.since}")
    subject = Subject(RegulationVersion.objects.filter(key=regulation).values_list("pk", flat=True).first() or 0, key)
    with consistent_reading():
        tree = read_tree()
        figures = _figures_upto(subject, asked.day)
        before = None if asked.since is None else _figures_upto(subject, asked.since)
    audiences = sorted({*figures, *(before or {})})
    least = settings.DIGISKILLS_SMALL_FIGURE if asked.protect else 1
    sums = _summed(tree, figures, audiences, subject, least)
    earlier = None if before is None else _summed(tree, before, audiences, subject, least)
    walk = list(tree.walk(asked.under, deep=asked.deep))
    lines = tuple(_lines(tree, walk, audiences, sums, earlier))
    totals = tuple(_lines(tree, [(EVERYBODY, 0)], audiences, sums, earlier))
    missing = any(None in line[4] for line in (*lines, *totals))
    return _Table(day, asked.since, lines, totals, missing)


def _figures_upto(subject: Subject, day: date | None) -> Figures:
    """Folded and not yet folded, up to the end of a day; None for everything."""
    deltas = CounterDelta.objects.filter(regulation_id=subject.regulation_id, subject=subject.key)
    if day is not None:
        deltas = deltas.filter(occurred_at__lt=end_of(day))
    unfolded = figures_of(checkpoints.summed(deltas, "admin_unit_id", subject))
    return joined(checkpoints.figures_upto(subject, day), unfolded)


def _summed(tree: UnitTree, figures: Figures, audiences: Sequence[str], subject: Subject, least: int) -> _Sums:
    width = len(subject.facts)
    own = np.zeros((len(tree.codes), width * len(audiences)), dtype=np.int64)
    for index, audience in enumerate(audiences):
        lines = figures.get(audience)
        if lines is not None:
            np.add.at(own[:, index * width : (index + 1) * width], tree.places(lines[:, 0]), lines[:, 1:])
    totals = tree.summed(own)
    return _Sums(totals, kept_back_in(tree, own, totals, least))


def _lines(
    tree: UnitTree, walk: Sequence[tuple[int, int]], audiences: Sequence[str], sums: _Sums, earlier: _Sums | None
) -> Iterator[_Line]:
    width = sums.numbers.shape[1] // max(len(audiences), 1)
    places = [place for place, _ in walk]
    shown = sums.shown(places)
    before = None if earlier is None else earlier.shown(places)
    nothing, no_changes = [0] * width, [None] * width
    for row, (place, depth) in enumerate(walk):
        code, name = tree.codes[place], tree.names[place]
        for index, audience in enumerate(audiences):
            columns = slice(index * width, (index + 1) * width)
            figures = shown[row][columns]
            then = None if before is None else before[row][columns]
            if figures != nothing or (then is not None and then != nothing):
                yield code, name, depth, audience, figures, no_changes if then is None else _changes(figures, then)


def _changes(figures: Sequence[int | None], before: Sequence[int | None]) -> list[int | None]:
    return [None if now is None or then is None else now - then for now, then in zip(figures, before, strict=True)]


def _unit_row(line: _Line) -> UnitRow:
    code, name, depth, audience, figures, changes = line
    learners, tried, completed, confirmed = figures
    first, second, third, fourth = changes
    return UnitRow(
        unit=code,
        name=name,
        depth=depth,
        audience=audience,
        learners=learners,
        tried=tried,
        completed=completed,
        confirmed=confirmed,
        changes=(first, second, third, fourth),
    )


def _household_row(line: _Line) -> HouseholdRow:
    code, name, depth, _, (households, covered), (first, second) = line
    return HouseholdRow(unit=code, name=name, depth=depth, households=households, covered=covered, changes=(first, second))
