"""Figures for officials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import frozen


@frozen(kw_only=True)
class LearnerUnit:
    """An admin unit that a learner belongs to: the own one, or one in which it lies."""

    code: str
    level: str
    name: str


@frozen(kw_only=True)
class UnitRow:
    """Figures of one admin unit (its descendants included) and one audience.

    Attributes:
        unit: code, empty for learners whose unit is not known.
        depth: 0 for a unit without a parent.
    """

    unit: str
    name: str
    depth: int
    audience: str
    learners: int
    tried: int
    completed: int
    confirmed: int


@frozen(kw_only=True)
class UnitReport:
    """The first table for officials, with its date and its denominators (`UnitRow.learners`)."""

    regulation: str
    as_of: datetime
    rows: tuple[UnitRow, ...]
    totals: Sequence[UnitRow]
