"""Figures for officials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from attrs import frozen


@frozen(kw_only=True)
class LearnerUnit:
    """An admin unit that a learner belongs to: the own one, or one in which it lies."""

    code: str
    level: str
    name: str


@frozen(kw_only=True)
class UnitRow:
    """Figures of one admin unit (its descendants included) and one audience; None for a figure that is kept back as too small.

    Attributes:
        unit: code, empty for learners whose unit is not known.
        depth: 0 for a unit without a parent.
        changes: of the four figures in their order, since the report's earlier day; None without one, or where either figure is kept back.
    """

    unit: str
    name: str
    depth: int
    audience: str
    learners: int | None
    tried: int | None
    completed: int | None
    confirmed: int | None
    changes: tuple[int | None, int | None, int | None, int | None] = (None, None, None, None)


@frozen(kw_only=True)
class UnitReport:
    """The first table for officials, with its date and its denominators (`UnitRow.learners`).

    Attributes:
        day: the figures are those at the end of this day, or of now where it is today's.
        since: the earlier day with which `UnitRow.changes` compares.
        kept_back: whether any figure is.
    """

    regulation: str
    as_of: datetime
    day: date
    since: date | None
    rows: tuple[UnitRow, ...]
    totals: Sequence[UnitRow]
    kept_back: bool = False


@frozen(kw_only=True)
class HouseholdRow:
    """Households of one admin unit (its descendants included), and how many of them are covered; None where kept back.

    Attributes:
        households: those with at least one member, the denominator.
        changes: of both figures, as in `UnitRow`.
    """

    unit: str
    name: str
    depth: int
    households: int | None
    covered: int | None
    changes: tuple[int | None, int | None] = (None, None)


@frozen(kw_only=True)
class HouseholdReport:
    """Households covered under a coverage rule by unit; attributes as in `UnitReport`."""

    rule: str
    as_of: datetime
    day: date
    since: date | None
    rows: tuple[HouseholdRow, ...]
    totals: Sequence[HouseholdRow]
    kept_back: bool = False
