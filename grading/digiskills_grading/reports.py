"""The first table for officials: admin unit × audience, summed from the counter deltas when it is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from attrs import frozen
from django.db.models import Sum

from digiskills_grading.data import UnitReport, UnitRow
from digiskills_grading.models import AdminUnit, CounterDelta, RegulationVersion

FACTS = ("learner", "tried", "completed", "confirmed")
Figures = dict[str, int]
# Figures by audience, of one unit.
ByAudience = dict[str, Figures]


@frozen
class _Unit:
    pk: int
    code: str
    name: str
    parent: int | None


def regulations_in_use() -> tuple[str, ...]:
    """Keys of the regulations under which somebody learns, by key."""
    used = CounterDelta.objects.values("regulation_id").distinct()
    return tuple(RegulationVersion.objects.filter(pk__in=used).order_by("key").values_list("key", flat=True))


def unit_report(regulation: str, *, now: datetime, under: str | None = None, deep: bool = False) -> UnitReport:
    """Learners, tried, completed and confirmed under a regulation; a unit's figures hold those of all its descendants.

    Units without a single learner are left out; learners whose unit is not known have rows with an empty unit code, at the end of
    the top level. The totals are over everything, whatever part is shown.

    Args:
        now: the report's date.
        under: code of a unit: that unit and its children; None for the units without a parent.
        deep: the whole tree below instead of one level.
    """
    own = _own_figures(regulation)
    units = {row.pk: row for row in map(_unit, AdminUnit.objects.values_list("pk", "code", "name", "parent_id"))}
    summed = _with_descendants(own, units)
    rows = [row for unit, depth in _walk(units, under, deep) for row in _rows(unit.code, unit.name, depth, summed.get(unit.pk, {}))]
    if under is None:
        rows += _rows("", "", 0, own.get(None, {}))
    totals: ByAudience = {}
    for figures in own.values():
        _add(totals, figures)
    return UnitReport(regulation=regulation, as_of=now, rows=tuple(rows), totals=tuple(_rows("", "", 0, totals)))


def _own_figures(regulation: str) -> dict[int | None, ByAudience]:
    figures: dict[int | None, ByAudience] = defaultdict(dict)
    rows = (
        CounterDelta.objects.filter(regulation__key=regulation)
        .values_list("admin_unit_id", "audience", "fact")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    for unit, audience, fact, total in rows:
        figures[unit].setdefault(audience, dict.fromkeys(FACTS, 0))[fact] = total
    return figures


def _unit(row: tuple[int, str, str, int | None]) -> _Unit:
    return _Unit(*row)


def _with_descendants(own: Mapping[int | None, ByAudience], units: Mapping[int, _Unit]) -> dict[int, ByAudience]:
    """Adds the figures of every unit to itself and to each of its ancestors."""
    summed: dict[int, ByAudience] = defaultdict(dict)
    for unit, figures in own.items():
        step = unit
        while step is not None and step in units:
            _add(summed[step], figures)
            step = units[step].parent
    return summed


def _add(target: ByAudience, figures: ByAudience) -> None:
    for audience, facts in figures.items():
        sums = target.setdefault(audience, dict.fromkeys(FACTS, 0))
        for fact, amount in facts.items():
            sums[fact] += amount


def _walk(units: Mapping[int, _Unit], under: str | None, deep: bool) -> Iterator[tuple[_Unit, int]]:
    """The units that are shown, with their depth, in the order of the tree and of the codes."""
    children: dict[int | None, list[_Unit]] = defaultdict(list)
    for unit in sorted(units.values(), key=lambda unit: unit.code):
        children[unit.parent].append(unit)
    start = children[None] if under is None else [unit for unit in units.values() if unit.code == under]
    shown_depth = 0 if under is None else 1
    stack = [(unit, 0) for unit in reversed(start)]
    while stack:
        unit, depth = stack.pop()
        yield unit, depth
        if deep or depth < shown_depth:
            stack += [(child, depth + 1) for child in reversed(children[unit.pk])]


def _rows(code: str, name: str, depth: int, figures: ByAudience) -> list[UnitRow]:
    return [
        UnitRow(
            unit=code,
            name=name,
            depth=depth,
            audience=audience,
            learners=facts["learner"],
            tried=facts["tried"],
            completed=facts["completed"],
            confirmed=facts["confirmed"],
        )
        for audience, facts in sorted(figures.items())
        if any(facts.values())
    ]
