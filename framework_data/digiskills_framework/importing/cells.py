"""Read the raw cells of a table from CSV or JSON: encoding, delimiter, header, Unicode form.

What a spreadsheet program does to a file on the way is repaired and reported (a byte-order mark, ``;`` for ``,``, decomposed
letters); what cannot be repaired without guessing is refused with row and column.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digiskills_framework.errors import Finding, InvalidTableError, shorten

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 10_000
_DELIMITERS = (";", ",", "\t")
# A cell that begins like this is run as a formula by spreadsheet programs.
_FORMULA_STARTS = ("=", "@")
# Unicode categories of what nobody sees: control and format characters, halves of surrogate pairs, line and paragraph breaks.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``number`` as a spreadsheet shows it: the header is row 1 (JSON has no header, its first row is 1)."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cells:
    """A table with known columns. ``notices`` tell what was repaired on reading."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notices: tuple[str, ...]

    def finding(self, row: int, column: str, value: str, message: str, remedy: str) -> Finding:
        return Finding(file=self.file, path=f"row {row}, column {column}", value=shorten(value), message=message, remedy=remedy, line=None)


def read_cells(file: Path) -> Cells:
    """Read a table of at most 20 MiB and 10,000 rows; ``.json`` as JSON, everything else as CSV.

    Raises:
        InvalidTableError: one finding for each thing wrong, with row and column where there is one.
    """
    text = _read_text(file)
    if file.suffix.lower() == ".json":
        header, records = _json_records(file.name, text)
        first = 1
    else:
        header, records = _csv_records(file.name, text)
        first = 2
    if not records:
        raise InvalidTableError.single(file=file.name, message="has no rows", remedy="Give one row for each skill below the column names")
    if len(records) > MAX_ROWS:
        raise InvalidTableError.single(
            file=file.name, value=f"{len(records)} rows", message="is too long", remedy=f"Give at most {MAX_ROWS} rows"
        )
    composed = [{_compose(column): _compose(value) for column, value in record.items()} for record in records]
    table = Cells(
        file=file.name,
        columns=tuple(_compose(column) for column in header),
        rows=tuple(Row(number=first + at, cells=record) for at, record in enumerate(composed) if any(record.values())),
        notices=() if composed == records else ("letters in decomposed form (NFD) were composed to NFC",),
    )
    problems = [finding for row in table.rows for finding in _row_problems(table, row)]
    if problems:
        raise InvalidTableError(problems)
    return table


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _read_text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidTableError.single(
            file=str(file), message=f"cannot be read: {error.strerror}", remedy="Check the name and your rights"
        ) from error
    if len(data) > MAX_BYTES:
        raise InvalidTableError.single(
            file=file.name, value=f"{len(data)} bytes", message="is too large", remedy=f"Give at most {MAX_BYTES} bytes"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        remedy = "Save it as 'CSV UTF-8'; in a spreadsheet program choose UTF-8 when saving"
        raise InvalidTableError.single(file=file.name, path=f"line {line}", message="is not UTF-8", remedy=remedy) from error


def _csv_records(name: str, text: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        remedy = "Check the quotes near this line; a quote inside a cell is doubled"
        raise InvalidTableError.single(
            file=name, path=f"line {reader.line_num}", message=f"is not valid CSV: {error}", remedy=remedy
        ) from error
    if not lines:
        raise InvalidTableError.single(file=name, message="is empty", remedy="Give the column names in the first row")
    header = tuple(cell.strip() for cell in lines[0])
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise InvalidTableError.single(
            file=name, path="row 1", value=", ".join(twice), message="names a column twice", remedy="Name each column once"
        )
    problems = [
        Finding(
            file=name,
            path=f"row {number}",
            value=f"{len(line)} cells",
            message=f"has another number of cells than the {len(header)} columns",
            remedy="Check delimiters and quotes in this row",
        )
        for number, line in enumerate(lines[1:], start=2)
        if line and len(line) != len(header)
    ]
    if problems:
        raise InvalidTableError(problems)
    return header, [dict(zip(header, (cell.strip() for cell in line), strict=False)) for line in lines[1:]]


def _json_records(name: str, text: str) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    try:
        raw = json.loads(text, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        raise InvalidTableError.single(
            file=name, message=f"is not valid JSON: {shorten(str(error))}", remedy="Check commas, quotes and names given twice"
        ) from error
    rows = raw.get("rows") if isinstance(raw, dict) else raw
    if not isinstance(rows, list):
        raise InvalidTableError.single(
            file=name, message="has no list of rows", remedy='Write {"rows": [{"code": …}, …]} or a list of rows'
        )
    records: list[dict[str, str]] = []
    problems: list[Finding] = []
    for number, row in enumerate(rows, start=1):
        found = _json_problem(row)
        if found is None:
            records.append({column.strip(): (value or "").strip() for column, value in row.items()})
        else:
            problems.append(
                Finding(file=name, path=f"row {number}", value=found, message="is not a row of texts", remedy="Write texts or null")
            )
    if problems:
        raise InvalidTableError(problems)
    return tuple(dict.fromkeys(column for record in records for column in record)), records


def _json_problem(row: object) -> str | None:
    if not isinstance(row, dict):
        return shorten(row)
    wrong = [f"{column}: {value!r}" for column, value in row.items() if not (value is None or isinstance(value, str))]
    return shorten(wrong[0]) if wrong else None


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(f"a name is given twice in one object: {sorted({name for name in names if names.count(name) > 1})}")
    return found


def _row_problems(table: Cells, row: Row) -> Iterator[Finding]:
    for column, value in row.cells.items():
        hidden = sorted({f"U+{ord(char):04X}" for char in value if unicodedata.category(char) in _HIDDEN})
        if value.startswith(_FORMULA_STARTS):
            yield table.finding(row.number, column, value, "looks like a spreadsheet formula", "Replace the cell by its plain text")
        elif hidden:
            message = f"holds an invisible character ({', '.join(hidden)})"
            yield table.finding(row.number, column, value, message, "Delete it; a cell is one line of text")
