"""The officials' table."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen
from django.utils.translation import gettext as _

from digiskills_framework.api import load_regulation
from digiskills_grading.csv_export import Cell
from digiskills_grading.data import UnitReport, UnitRow
from digiskills_grading.presenters.words import audience_name, moment, share


@frozen(kw_only=True)
class UnitLine:
    """A row of the officials' table; shares are whole percents of learners, empty without learners."""

    unit: str
    name: str
    depth: int
    audience: str
    row: UnitRow
    tried_share: str
    completed_share: str
    confirmed_share: str


@frozen(kw_only=True)
class UnitsPage:
    """The officials' table with its date."""

    regulation: str
    regulation_label: str
    notice: str
    as_of: str
    under: str | None
    regulations: tuple[str, ...]
    lines: tuple[UnitLine, ...]
    totals: tuple[UnitLine, ...]


def units_page(report: UnitReport, *, under: str | None, regulations: tuple[str, ...], language: str) -> UnitsPage:
    """The page of the table, in the active language."""
    regulation = load_regulation(report.regulation) if report.regulation else None
    return UnitsPage(
        regulation=report.regulation,
        regulation_label="" if regulation is None else regulation.label.text(language),
        notice="" if regulation is None else regulation.notice.text(language),
        as_of=moment(report.as_of),
        under=under,
        regulations=regulations,
        lines=tuple(_unit_line(row) for row in report.rows),
        totals=tuple(_unit_line(row) for row in report.totals),
    )


def units_table(report: UnitReport, language: str) -> Iterator[list[Cell]]:
    """The table as rows for export: what it is and of when first, then a header, then one row for each unit and audience."""
    label = load_regulation(report.regulation).label.text(language) if report.regulation else ""
    yield [_("Regulation"), label, report.regulation]
    yield [_("As of"), moment(report.as_of)]
    yield [_("Unit code"), _("Admin unit"), _("Audience"), _("Learners"), _("Tried"), _("Completed"), _("Confirmed")]
    for row in report.rows:
        yield [row.unit, _unit_name(row), audience_name(row.audience), row.learners, row.tried, row.completed, row.confirmed]
    for row in report.totals:
        yield ["", _("All units"), audience_name(row.audience), row.learners, row.tried, row.completed, row.confirmed]


def _unit_line(row: UnitRow) -> UnitLine:
    return UnitLine(
        unit=row.unit,
        name=_unit_name(row),
        depth=row.depth,
        audience=audience_name(row.audience),
        row=row,
        tried_share=share(row.tried, row.learners),
        completed_share=share(row.completed, row.learners),
        confirmed_share=share(row.confirmed, row.learners),
    )


def _unit_name(row: UnitRow) -> str:
    return row.name or _("Unit not known")
