"""The meaning of an official table: skills, their groups, and what each audience must master.

Columns: ``code``, ``name_vi``, ``group``, ``group_vi`` are required; ``name_en`` and ``group_en`` may be left out. Then one column
for each audience: ``citizen``, ``public_sector``, ``enterprise_worker``, ``student`` (the same for every school level) or
``student:CB1`` …; the documents' codes ``ND``, ``CBCCVC``, ``NLDDN``, ``HSSV`` work as well. At least one is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from digiskills_framework.errors import Finding, InvalidTableError, shorten
from digiskills_framework.importing.cells import Cells, Row
from digiskills_framework.types import AUDIENCE_BY_DOCUMENT_CODE, Audience, LocalizedText, Requirement

REQUIRED_COLUMNS = ("code", "name_vi", "group", "group_vi")
OPTIONAL_COLUMNS = ("name_en", "group_en")
MAX_NAME = 500

CODE_FORM = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*\Z")
CODE_REMEDY = "Use letters and digits, joined by . _ or -, at most 32 characters: S3, 1.4.2"

_REQUIREMENT_WORDS = {
    "required": Requirement.REQUIRED,
    "●": Requirement.REQUIRED,
    "x": Requirement.REQUIRED,
    "bắt buộc": Requirement.REQUIRED,
    "optional": Requirement.OPTIONAL,
    "○": Requirement.OPTIONAL,
    "tùy chọn": Requirement.OPTIONAL,
    "tuỳ chọn": Requirement.OPTIONAL,
    "none": Requirement.NONE,
    "–": Requirement.NONE,
    "-": Requirement.NONE,
    "không": Requirement.NONE,
    "": Requirement.NONE,
}

# A column of the profile: an audience, and a school level for students.
Column = tuple[Audience, str | None]


@dataclass(frozen=True, slots=True)
class TableSkill:
    code: str
    name: LocalizedText
    group: str
    requirements: Mapping[Column, Requirement]


@dataclass(frozen=True, slots=True)
class OfficialTable:
    """A checked table. Skills and groups stand in the natural order of their codes, whatever the order of the rows was."""

    file: str
    columns: tuple[Column, ...]
    groups: tuple[tuple[str, LocalizedText], ...]
    skills: tuple[TableSkill, ...]
    notices: tuple[str, ...]


def natural_order(code: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which ``1.2`` stands before ``1.10``; digits before letters."""
    parts = re.findall(r"[0-9]+|[^0-9]+", code)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)


def read_table(cells: Cells, *, levels: tuple[str, ...]) -> OfficialTable:
    """Check the cells of an official table row by row.

    Args:
        cells: the table as read from its file.
        levels: the school levels of the country pack, for the columns of students.

    Raises:
        InvalidTableError: one finding for each wrong cell.
    """
    reader = _Reader(cells, _columns(cells, levels))
    skills = [skill for row in cells.rows if (skill := reader.skill(row)) is not None]
    groups = reader.finish()
    return OfficialTable(
        file=cells.file,
        columns=tuple(sorted((column for columns in reader.columns.values() for column in columns), key=_column_order(levels))),
        groups=tuple(sorted(groups.items(), key=lambda group: natural_order(group[0]))),
        skills=tuple(sorted(skills, key=lambda skill: (natural_order(skill.group), natural_order(skill.code)))),
        notices=(*cells.notices, *reader.notices()),
    )


def _columns(cells: Cells, levels: tuple[str, ...]) -> dict[str, tuple[Column, ...]]:
    """Which cells of the profile each audience column fills.

    Raises:
        InvalidTableError: a column is missing, unknown, or two columns fill the same cell.
    """
    missing = [column for column in REQUIRED_COLUMNS if column not in cells.columns]
    problems = [
        _header_finding(cells, column, "column is missing", f"Add it; required: {', '.join(REQUIRED_COLUMNS)}") for column in missing
    ]
    found: dict[str, tuple[Column, ...]] = {}
    for name in cells.columns:
        if name in REQUIRED_COLUMNS or name in OPTIONAL_COLUMNS:
            continue
        targets = _targets(name, levels)
        taken = {target for targets_before in found.values() for target in targets_before}
        if not targets:
            known = ", ".join((*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS, *Audience, *(f"student:{level}" for level in levels)))
            problems.append(_header_finding(cells, name, "column is not known", f"Remove it or correct its name; known: {known}"))
        elif taken.intersection(targets):
            problems.append(_header_finding(cells, name, "column fills cells that another column fills", "Keep one of the two"))
        found[name] = targets
    taken = {target for targets in found.values() for target in targets}
    students = [level for level in levels if (Audience.STUDENT, level) in taken]
    if students and len(students) < len(levels):
        absent = ", ".join(f"student:{level}" for level in levels if level not in students)
        problems.append(
            _header_finding(cells, absent, "columns are missing", "Give a column for every school level, or one column 'student'")
        )
    if not problems and not found:
        problems.append(_header_finding(cells, "", "has no column for an audience", f"Add one of: {', '.join(Audience)}"))
    if problems:
        raise InvalidTableError(problems)
    return found


def _column_order(levels: tuple[str, ...]) -> Callable[[Column], tuple[int, int]]:
    return lambda column: (list(Audience).index(column[0]), levels.index(column[1]) if column[1] is not None else 0)


def _header_finding(cells: Cells, value: str, message: str, remedy: str) -> Finding:
    return Finding(file=cells.file, path="row 1", value=shorten(value), message=message, remedy=remedy)


def _targets(name: str, levels: tuple[str, ...]) -> tuple[Column, ...]:
    word, colon, level = name.partition(":")
    audience = AUDIENCE_BY_DOCUMENT_CODE.get(word) or (Audience(word) if word in set(Audience) else None)
    if audience is None or (colon and (audience is not Audience.STUDENT or level not in levels)):
        return ()
    if audience is not Audience.STUDENT:
        return ((audience, None),)
    return tuple((audience, one) for one in ((level,) if colon else levels))


@dataclass(slots=True)
class _Reader:
    """Reads rows one after another and keeps what must agree between them."""

    cells: Cells
    columns: dict[str, tuple[Column, ...]]
    found: list[Finding] = field(default_factory=list)
    rows_of_codes: dict[str, int] = field(default_factory=dict)
    groups: dict[str, LocalizedText] = field(default_factory=dict)
    without_english: int = 0

    def skill(self, row: Row) -> TableSkill | None:
        """The skill of a row, or None after noting what is wrong with it."""
        before = len(self.found)
        code, group = self._code(row, "code"), self._code(row, "group")
        name = self._name(row, "name")
        requirements = self._requirements(row)
        if code in self.rows_of_codes:
            self._note(row, "code", f"is given twice, first in row {self.rows_of_codes[code]}", "Give each skill one row and its own code")
        self.rows_of_codes.setdefault(code, row.number)
        self._group(row, group)
        if len(self.found) > before:
            return None
        return TableSkill(code=code, name=name, group=group, requirements=requirements)

    def finish(self) -> dict[str, LocalizedText]:
        """The groups. Raises: InvalidTableError: something was found."""
        if self.found:
            raise InvalidTableError(self.found)
        return self.groups

    def notices(self) -> list[str]:
        if not self.without_english:
            return []
        return [f"{self.without_english} names have no English text; the Vietnamese text stands in for it"]

    def _note(self, row: Row, column: str, message: str, remedy: str) -> None:
        self.found.append(self.cells.finding(row.number, column, row.cells.get(column, ""), message, remedy))

    def _code(self, row: Row, column: str) -> str:
        value = row.cells.get(column, "")
        if value.startswith(("+", "-")):
            self._note(row, column, "looks like a spreadsheet formula", "Replace the cell by its plain text")
        elif not value:
            self._note(row, column, "is empty", f"Give the code. {CODE_REMEDY}")
        elif not CODE_FORM.match(value) or len(value) > 32:
            self._note(row, column, "is not a code", CODE_REMEDY)
        return value

    def _name(self, row: Row, prefix: str) -> LocalizedText:
        vietnamese, english = row.cells.get(f"{prefix}_vi", ""), row.cells.get(f"{prefix}_en", "")
        if not vietnamese:
            self._note(row, f"{prefix}_vi", "is empty", "Give the Vietnamese name")
        for column, text in ((f"{prefix}_vi", vietnamese), (f"{prefix}_en", english)):
            if len(text) > MAX_NAME:
                self._note(row, column, "is too long", f"Give at most {MAX_NAME} characters")
        if not english:
            self.without_english += 1
        return LocalizedText(vi=vietnamese, en=english or vietnamese)

    def _group(self, row: Row, code: str) -> None:
        """A group's name stands in each of its rows, the same everywhere, so that the order of rows means nothing."""
        name = self._name(row, "group")
        known = self.groups.setdefault(code, name)
        if known != name:
            self._note(
                row,
                "group_vi",
                f"differs from the name of group {code} in another row ({known.vi})",
                "Write one name for a group everywhere",
            )

    def _requirements(self, row: Row) -> dict[Column, Requirement]:
        found: dict[Column, Requirement] = {}
        for name, targets in self.columns.items():
            word = row.cells.get(name, "").lower()
            if word not in _REQUIREMENT_WORDS:
                self._note(row, name, "is not a requirement", "Write required (● x), optional (○) or none (– or empty)")
            found.update(dict.fromkeys(targets, _REQUIREMENT_WORDS.get(word, Requirement.NONE)))
        return found
