"""Rows of the mapping from people: what is wrong with one, and the whole table as CSV, out and in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

from attrs import frozen
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from digiskills_grading.block_matching import Selector
from digiskills_grading.csv_export import BYTE_ORDER_MARK
from digiskills_grading.errors import UnknownContext
from digiskills_grading.mapping import cell_problem, rule_of
from digiskills_grading.models import BlockMapping
from digiskills_grading.policies import load_policy

COLUMNS = (
    "course_pattern",
    "select",
    "block_pattern",
    "skill",
    "facet",
    "level",
    "practical",
    "assurance",
    "regulation",
    "audience",
    "active_from",
    "active_to",
)
_YES_NO = {"yes": True, "no": False, "": False}
_COURSE_STARTS = ("course-v1:", "ccx-v1:", "*")

Problems = dict[str, str]


@frozen
class RowProblem:
    """What is wrong in a file: the line as a spreadsheet counts it, the column, and a sentence that says what to do."""

    line: int
    column: str
    problem: str


@frozen
class TableChange:
    """What an import did, or would do."""

    added: int
    removed: int
    unchanged: int
    problems: tuple[RowProblem, ...] = ()


def problems_of(row: BlockMapping, others: Iterable[BlockMapping]) -> Problems:
    """What is wrong with a row beside others: a sentence for each field at fault; empty for a sound one.

    Args:
        others: the rest of the table, or as much of it as names the same blocks.
    """
    try:
        row.clean_fields()
    except ValidationError as error:
        return {name: " ".join(texts) for name, texts in error.message_dict.items()}
    found: Problems = {}
    if not row.course_pattern.startswith(_COURSE_STARTS) and "/" not in row.course_pattern:
        found["course_pattern"] = _("no course key begins like this: write course-v1:ORG+COURSE+RUN, with * for any text")
    if row.active_from is not None and row.active_to is not None and row.active_to <= row.active_from:
        found["active_to"] = _("is not after the beginning: the row would never be in force")
    cell = cell_problem(row.skill, row.facet)
    if cell is not None:
        found.setdefault(*cell)
    found.update(_track_problems(row))
    if not found:
        found.update(_contradictions(row, others))
    return found


def _track_problems(row: BlockMapping) -> Problems:
    if bool(row.regulation) != bool(row.audience):
        missing = "audience" if row.regulation else "regulation"
        return {missing: _("regulation and audience name a track together: give both, or neither")}
    if not row.regulation:
        return {}
    try:
        policy = load_policy(row.regulation, row.audience, row.level)
    except UnknownContext as error:
        return {"regulation": str(error)}
    if row.skill in policy.facets:
        return {}
    return {"skill": _("regulation %(regulation)s knows no skill “%(skill)s”") % {"regulation": row.regulation, "skill": row.skill}}


def _contradictions(row: BlockMapping, others: Iterable[BlockMapping]) -> Problems:
    rule = rule_of(row)
    for other in others:
        if rule.contradicts(rule_of(other)):
            return {"skill": _("another row maps these blocks to the same skill at the same time: %(row)s") % {"row": other}}
    return {}


def table_lines(rows: Iterable[BlockMapping]) -> Iterator[Sequence[str]]:
    """The table as lines of cells, the header first; `import_table` takes exactly this."""
    yield COLUMNS
    for row in rows:
        yield [_cell(getattr(row, name)) for name in COLUMNS]


def import_table(stream: TextIO, *, dry_run: bool, actor_id: int | None = None) -> TableChange:
    """Makes the table what a file says: rows that are not in it go, new ones come. All or nothing; again, it changes nothing.

    Args:
        dry_run: only say what would be done.
    """
    rows, problems = _read(stream)
    problems += _all_problems(rows)
    if problems:
        return TableChange(0, 0, 0, tuple(sorted(problems, key=lambda item: (item.line, item.column))))
    stored = list(BlockMapping.objects.order_by("pk"))
    by_content = {_content(row): row for row in stored}
    wanted = {_content(row): row for _, row in rows}
    added = [row for content, row in wanted.items() if content not in by_content]
    gone = [row for row in stored if _content(row) not in wanted]
    if not dry_run:
        with transaction.atomic():
            BlockMapping.objects.filter(pk__in=[row.pk for row in gone]).delete()
            for row in added:
                row.created_by_id = actor_id
                row.save(force_insert=True)
    return TableChange(added=len(added), removed=len(gone), unchanged=len(stored) - len(gone))


def _all_problems(rows: Iterable[tuple[int, BlockMapping]]) -> list[RowProblem]:
    """Each row beside those before it that name the same blocks."""
    earlier: dict[Selector, list[BlockMapping]] = {}
    problems = []
    for line, row in rows:
        found = problems_of(row, ())
        if not found:
            same = earlier.setdefault(rule_of(row).selector, [])
            found = problems_of(row, same)
            same.append(row)
        problems += [RowProblem(line, column, text) for column, text in found.items()]
    return problems


def _read(stream: TextIO) -> tuple[list[tuple[int, BlockMapping]], list[RowProblem]]:
    """The rows with their lines, and what cannot be read; the columns may come in any order."""
    reader = csv.DictReader(_without_mark(stream))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS]
    if missing or unknown:
        return [], [RowProblem(1, name, f"the columns are {', '.join(COLUMNS)}") for name in (*missing, *unknown)]
    rows, problems = [], []
    for cells in reader:
        try:
            rows.append((reader.line_num, _row(cells)))
        except _UnreadableCellError as error:
            problems.append(RowProblem(reader.line_num, error.column, error.problem))
    return rows, problems


class _UnreadableCellError(ValueError):
    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column
        self.problem = problem


def _row(cells: Mapping[str, str | None]) -> BlockMapping:
    text = {name: (cells[name] or "").strip() for name in COLUMNS}
    values: dict[str, Any] = {name: text[name] for name in COLUMNS if name not in {"practical", "active_from", "active_to"}}
    if text["practical"].lower() not in _YES_NO:
        raise _UnreadableCellError("practical", f"{text['practical']!r} is neither yes nor no")
    values |= {"practical": _YES_NO[text["practical"].lower()], "level": text["level"] or None}
    return BlockMapping(**values, active_from=_moment("active_from", text), active_to=_moment("active_to", text))


def _moment(column: str, text: Mapping[str, str]) -> datetime | None:
    if not text[column]:
        return None
    try:
        moment = datetime.fromisoformat(text[column])
    except ValueError as error:
        raise _UnreadableCellError(column, f"{text[column]!r} is no time: write 2026-09-01T00:00:00+07:00") from error
    if moment.tzinfo is None:
        raise _UnreadableCellError(column, f"{text[column]!r} does not say in which time zone: write 2026-09-01T00:00:00+07:00")
    return moment.astimezone(UTC)


def _content(row: BlockMapping) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in COLUMNS)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return "" if value is None else str(value)


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the byte order mark that a spreadsheet writes before the first."""
    for number, line in enumerate(lines):
        yield line.removeprefix(BYTE_ORDER_MARK) if number == 0 else line
