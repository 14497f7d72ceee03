"""Tables for officials, whatever they count: number, date, denominator and change first, then unit by unit; as a page and for export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import frozen
from django.utils.translation import gettext as _

from digiskills_grading.csv_export import Cell
from digiskills_grading.data import HouseholdReport, HouseholdRow, UnitReport, UnitRow
from digiskills_grading.presenters.words import audience_name, country_moment, number, share
from digiskills_grading.site_data import load_coverage, load_regulation

UNIT_COLUMNS = ("learners", "tried", "completed", "confirmed")
HOUSEHOLD_COLUMNS = ("households", "covered")
# The figure that the page is about, as a place in the columns.
LEADING = {"units": 2, "households": 1}

Report = UnitReport | HouseholdReport
Row = UnitRow | HouseholdRow


@frozen(kw_only=True)
class Figure:
    """One cell: the number as text (empty where it is kept back), its share of the row's first figure, and its change with a sign."""

    label: str
    number: str
    share: str
    change: str


@frozen(kw_only=True)
class ReportLine:
    """A row of the table; ``audience`` is empty where figures are not split by audience."""

    unit: str
    name: str
    depth: int
    audience: str
    figures: tuple[Figure, ...]


@frozen(kw_only=True)
class Choice:
    """A regulation or rule that the page can show."""

    key: str
    label: str
    chosen: bool


@frozen(kw_only=True)
class ReportPage:
    """A table for officials, ready to be shown.

    Attributes:
        leading: a sentence for the unit that is shown, or for all: the number, its denominator, and what changed.
        about: what is counted under: the label of a regulation or of a coverage rule.
        day, since: as the fields of the form take them, ISO 8601; empty for now and for no comparison.
        problems: what was wrong with the dates that were asked for; the table is that of now then.
        small: figures of fewer people are kept back.
    """

    key: str
    title: str
    about: str
    notice: str
    as_of: str
    since_text: str
    day: str
    since: str
    today: str
    under: str | None
    choices: tuple[Choice, ...]
    columns: tuple[str, ...]
    by_audience: bool
    leading: tuple[str, ...]
    lines: tuple[ReportLine, ...]
    totals: tuple[ReportLine, ...]
    kept_back: bool
    small: int
    problems: tuple[str, ...]


@frozen(kw_only=True)
class Shown:
    """How a report is to be shown: in which language, which part of the tree, and what else may be chosen."""

    language: str
    today: date
    keys: Sequence[str]
    under: str | None = None
    day: date | None = None
    small: int = 1
    problems: tuple[str, ...] = ()


def report_page(report: Report, shown: Shown) -> ReportPage:
    """The page of a report, in the active language."""
    key = _key(report)
    about, notice = _texts(report, key, shown.language)
    return ReportPage(
        key=key,
        title=_title(report),
        about=about,
        notice=notice,
        as_of=_as_of(report, shown),
        since_text="" if report.since is None else day_text(report.since),
        day="" if shown.day is None else shown.day.isoformat(),
        since="" if report.since is None else report.since.isoformat(),
        today=shown.today.isoformat(),
        under=shown.under,
        choices=tuple(Choice(key=other, label=_label(report, other, shown.language), chosen=other == key) for other in shown.keys),
        columns=_labels(report),
        by_audience=isinstance(report, UnitReport),
        leading=tuple(_leading(report, row, shown.language) for row in _wholes(report, shown)),
        lines=tuple(_line(report, row, shown.language) for row in report.rows),
        totals=tuple(_line(report, row, shown.language) for row in report.totals),
        kept_back=report.kept_back,
        small=shown.small,
        problems=shown.problems,
    )


def report_rows(report: Report, shown: Shown) -> Iterator[list[Cell]]:
    """The table as rows for export: what it is and of when first, then a header, then one row for each unit (and audience)."""
    key = _key(report)
    by_audience = isinstance(report, UnitReport)
    yield [_("Regulation") if by_audience else _("Coverage rule"), _texts(report, key, shown.language)[0], key]
    yield [_("As of"), _as_of(report, shown)]
    if report.since is not None:
        yield [_("Change since"), day_text(report.since)]
    labels = list(_labels(report))
    changes = [_("%(figure)s, change") % {"figure": label} for label in labels] if report.since is not None else []
    yield [_("Unit code"), _("Admin unit"), *([_("Audience")] if by_audience else []), *labels, *changes]
    for row in report.rows:
        yield [row.unit, _unit_name(row), *_cells(row, report)]
    for row in report.totals:
        yield ["", _("All units"), *_cells(row, report)]


def day_text(day: date) -> str:
    """``22/11/2026``"""
    return f"{day:%d/%m/%Y}"


def _key(report: Report) -> str:
    return report.regulation if isinstance(report, UnitReport) else report.rule


def _title(report: Report) -> str:
    return _("Learners by admin unit") if isinstance(report, UnitReport) else _("Households by admin unit")


def _texts(report: Report, key: str, language: str) -> tuple[str, str]:
    if not key:
        return "", ""
    found = load_regulation(key) if isinstance(report, UnitReport) else load_coverage(key)
    return found.label.text(language), found.notice.text(language)


def _label(report: Report, key: str, language: str) -> str:
    return f"{_texts(report, key, language)[0]} ({key})"


def _labels(report: Report) -> tuple[str, ...]:
    if isinstance(report, UnitReport):
        return _("Learners"), _("Tried"), _("Completed"), _("Confirmed")
    return _("Households"), _("Covered households")


def _as_of(report: Report, shown: Shown) -> str:
    """A day that is over is named by its date, today by the moment of the report."""
    if shown.day is None or shown.day == shown.today:
        return country_moment(report.as_of)
    return _("the end of %(day)s") % {"day": day_text(report.day)}


def _wholes(report: Report, shown: Shown) -> Sequence[Row]:
    """The rows of what the page is about: the unit that was asked for, or everything."""
    return report.totals if shown.under is None else [row for row in report.rows if row.unit == shown.under]


def _figures(row: Row) -> tuple[int | None, ...]:
    return tuple(getattr(row, name) for name in (UNIT_COLUMNS if isinstance(row, UnitRow) else HOUSEHOLD_COLUMNS))


def _line(report: Report, row: Row, language: str) -> ReportLine:
    figures = _figures(row)
    whole = figures[0]
    return ReportLine(
        unit=row.unit,
        name=_unit_name(row),
        depth=row.depth,
        audience=audience_name(row.audience) if isinstance(row, UnitRow) else "",
        figures=tuple(
            Figure(
                label=label,
                number="" if figure is None else number(figure, language),
                share="" if figure is None or whole is None or not place else share(figure, whole),
                change=_signed(row.changes[place], language),
            )
            for place, (label, figure) in enumerate(zip(_labels(report), figures, strict=True))
        ),
    )


def _signed(change: int | None, language: str) -> str:
    """``+12``, ``−3``, ``±0``; empty where nothing is compared."""
    if change is None:
        return ""
    sign = "±" if change == 0 else "+" if change > 0 else "−"
    return sign + number(abs(change), language)


def _leading(report: Report, row: Row, language: str) -> str:
    """The number, what it is of, and what changed, in one sentence."""
    figures = _figures(row)
    place = LEADING["units" if isinstance(row, UnitRow) else "households"]
    part, whole, change = figures[place], figures[0], row.changes[place]
    name = audience_name(row.audience) if isinstance(row, UnitRow) else _("Households")
    if part is None or whole is None:
        return _("%(name)s: too few to be shown") % {"name": name}
    values = {"name": name, "part": number(part, language), "whole": number(whole, language), "share": share(part, whole)}
    if isinstance(row, UnitRow):
        text = _("%(name)s: %(part)s of %(whole)s learners have completed (%(share)s)") % values
    else:
        text = _("%(part)s of %(whole)s households are covered (%(share)s)") % values
    if report.since is None or change is None:
        return text
    return _("%(text)s; %(change)s since %(day)s") % {"text": text, "change": _signed(change, language), "day": day_text(report.since)}


def _cells(row: Row, report: Report) -> list[Cell]:
    cells: list[Cell] = [audience_name(row.audience)] if isinstance(row, UnitRow) else []
    cells += [_("kept back") if figure is None else figure for figure in _figures(row)]
    if report.since is not None:
        cells += [_("kept back") if change is None else change for change in row.changes]
    return cells


def _unit_name(row: Row) -> str:
    return row.name or _("Unit not known")
