"""Verified numbers from a CSV file: everything is judged before anything is written. Pure, but for reading the file's text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping

import attrs

from digiskills_framework.api import IdentityScheme
from digiskills_framework.identity_scheme import Sex

REQUIRED = ("learner", "number")
OPTIONAL = ("birth_year", "sex")
_LEARNER = re.compile(r"[0-9A-Z]{26}")
_SEX: Mapping[str, Sex] = {"male": "male", "female": "female"}
_YEAR = re.compile(r"(1[89]|2[0-9])[0-9]{2}")


@attrs.frozen
class Row:
    """A row that may be written. ``warnings`` are codes, see ``IdentityScheme.warnings``; they refuse nothing."""

    line: int
    learner: str
    number: str = attrs.field(repr=False)
    warnings: tuple[str, ...]


@attrs.frozen
class Problem:
    """What is wrong with a row, and what to do. A number is never shown."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


def read_rows(lines: Iterable[str], scheme: IdentityScheme) -> tuple[list[Row], list[Problem]]:
    """Read a table with a header; columns ``learner`` and ``number``, optional ``birth_year`` and ``sex`` (``male``, ``female``)."""
    reader = csv.DictReader(lines)
    columns = reader.fieldnames or []
    missing, unknown = [name for name in REQUIRED if name not in columns], [name for name in columns if name not in REQUIRED + OPTIONAL]
    if missing or unknown:
        problem = f"column {missing[0]} is missing" if missing else f"{unknown[0]!r} is not a column"
        return [], [Problem(1, "header", f"{problem}; use {', '.join(REQUIRED)}; optional: {', '.join(OPTIONAL)}")]
    rows, problems = [], []
    seen: dict[str, int] = {}
    for raw in reader:
        values = {name: (raw.get(name) or "").strip() for name in columns}
        found = list(_problems(reader.line_num, values, scheme)) + list(_repetitions(reader.line_num, values, seen))
        problems += found
        if not found:
            rows.append(Row(reader.line_num, values["learner"], values["number"], _warnings(values, scheme)))
    return rows, problems


def _problems(line: int, values: Mapping[str, str], scheme: IdentityScheme) -> Iterator[Problem]:
    if not _LEARNER.fullmatch(values["learner"]):
        yield Problem(line, "learner", "not an outward id of a learner: 26 digits and capital letters")
    if not scheme.is_well_formed(values["number"]):
        yield Problem(line, "number", f"not exactly {scheme.digits} digits; format the column as text, so that zeros at the front stay")
    if values.get("birth_year") and not _YEAR.fullmatch(values["birth_year"]):
        yield Problem(line, "birth_year", f"{values['birth_year']!r}; use four digits, or leave it empty")
    if values.get("sex") and values["sex"] not in _SEX:
        yield Problem(line, "sex", f"{values['sex']!r}; use male or female, or leave it empty")


def _repetitions(line: int, values: Mapping[str, str], seen: dict[str, int]) -> Iterator[Problem]:
    for column in REQUIRED:
        if values[column] in seen:
            yield Problem(line, column, f"stands in line {seen[values[column]]} already")
        seen.setdefault(values[column], line)


def _warnings(values: Mapping[str, str], scheme: IdentityScheme) -> tuple[str, ...]:
    year, sex = values.get("birth_year"), _SEX.get(values.get("sex", ""))
    return scheme.warnings(values["number"], birth_year=int(year) if year else None, sex=sex)
