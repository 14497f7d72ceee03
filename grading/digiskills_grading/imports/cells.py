"""One row of cells becomes one result, or the list of what is wrong with it. Knows the skills, but no learner and no table."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_DOWN, Decimal
from typing import TypeVar

from attrs import frozen
from django.utils.translation import gettext as _

from digiskills_framework.api import Assurance
from digiskills_grading.data import ImportOptions, RowError
from digiskills_grading.imports.columns import PERSON_COLUMNS
from digiskills_grading.imports.faults import Fault

T = TypeVar("T")

MAX_REFERENCE = 128
MAX_NOTE = 1000
MAX_REVISION = 2_000_000_000
EARLIEST_YEAR = 2000
ASSURANCES = tuple(item.value for item in Assurance)
_SCALES = {"milli": "milli", "1000": "milli", "percent": "percent", "%": "percent", "100": "percent", "ten": "ten", "10": "ten"}
_UNITS = {"milli": (Decimal(1), 1000), "percent": (Decimal(10), 100), "ten": (Decimal(100), 10)}
_YES = frozenset({"yes", "true", "1", "x", "có"})
_NO = frozenset({"no", "false", "0", "", "không"})
_NUMBER = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,6})?")
_WHOLE = re.compile(r"[0-9]{1,10}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})((?:[ T].*)?)")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")


@frozen(kw_only=True)
class Result:
    """What a row says.

    Attributes:
        person: the cell that names the learner.
        value_milli: 0 … 1000; None: the result is withdrawn.
        reference: of the sender, unique within the source.
        revision: of the sender; None where it gives none.
    """

    row: int
    person: str
    skill: str
    facet: str
    value_milli: int | None
    assurance: str
    practical: bool
    occurred_at: datetime
    reference: str
    revision: int | None
    note: str

    def content(self) -> str:
        """Digest of what the row says about the learner: equal for rows that may stand for one another."""
        if self.value_milli is None:
            return _digest(["withdrawn"])
        return _digest([self.value_milli, self.assurance, self.practical, self.occurred_at.isoformat(), self.note])

    def key(self, source: str) -> str:
        """Digest of what the row is about: the same result of the same sender, whatever it says this time."""
        return _digest([source, self.reference, self.skill, self.facet])


class RowParser:
    """Reads rows by one set of options.

    Args:
        skills: facets by code of every skill that may be named.
        zone: of times without an offset.
        now: aware; nothing can have happened later.
    """

    def __init__(self, options: ImportOptions, skills: Mapping[str, tuple[str, ...]], *, zone: tzinfo, now: datetime) -> None:
        self._options = options
        self._skills = skills
        self._zone = zone
        self._now = now

    def parse(self, row: int, cells: Mapping[str, str]) -> Result | tuple[RowError, ...]:
        """The result of a row, or everything that is wrong with it.

        Args:
            row: its number in the file.
            cells: by column; NFC, without space around them.
        """
        faults: list[RowError] = []

        def take(read: Callable[[Mapping[str, str]], T], instead: T) -> T:
            try:
                return read(cells)
            except Fault as fault:
                faults.append(fault.at(row))
                return instead

        withdrawn = take(lambda given: _yes_no(given, "withdrawn", default=False), False)
        result = Result(
            row=row,
            person=take(_person, ""),
            skill=take(self._skill, ""),
            facet=take(self._facet, ""),
            value_milli=None if withdrawn else take(self._value, 0),
            assurance=take(self._assurance, ""),
            practical=take(lambda given: _yes_no(given, "practical", default=self._options.practical), False),
            occurred_at=take(self._occurred_at, self._now),
            reference=take(lambda given: _text(given, "source_ref", MAX_REFERENCE, required=True), ""),
            revision=take(_revision, None),
            note=take(lambda given: _text(given, "note", MAX_NOTE, required=False), ""),
        )
        return tuple(faults) or result

    def _skill(self, cells: Mapping[str, str]) -> str:
        code = cells.get("skill", "")
        if code not in self._skills:
            raise Fault("skill", code, _("there is no such skill"), _("Give the code of a skill of the framework, such as S3."))
        return code

    def _facet(self, cells: Mapping[str, str]) -> str:
        facet = cells.get("facet", "")
        facets = self._skills.get(cells.get("skill", ""))
        if facets is None:
            return ""  # told by `_skill`
        if facets and facet not in facets:
            problem = _("the skill is assessed by its parts, and this is none of them")
            raise Fault("facet", facet, problem, _("Give one row for each part: %s") % ", ".join(facets))
        if facet and not facets:
            raise Fault("facet", facet, _("the skill has no parts"), _("Leave the cell empty."))
        return facet

    def _value(self, cells: Mapping[str, str]) -> int:
        """Thousandths, rounded down: nobody passes by rounding."""
        text, scale = cells.get("value", ""), self._scale(cells)
        unit, most = _UNITS[scale]
        number = text.removesuffix("%").rstrip() if scale == "percent" else text
        if not _NUMBER.fullmatch(number) or (scale == "milli" and not number.isdecimal()):
            example = {"milli": "725", "percent": "72,5", "ten": "7,25"}[scale]
            raise Fault("value", text, _("this is no number of the scale"), _("Give a number like %s.") % example)
        value = Decimal(number.replace(",", "."))
        if value > most:
            raise Fault("value", text, _("the value is above the scale"), _("Give a value from 0 to %d, or another scale.") % most)
        return int((value * unit).to_integral_value(ROUND_DOWN))

    def _scale(self, cells: Mapping[str, str]) -> str:
        if self._options.scale is not None:
            return self._options.scale
        found = _SCALES.get(cells.get("scale", "").casefold())
        if found is None:
            raise Fault("scale", cells.get("scale", ""), _("there is no such scale"), _("Give milli, percent or ten."))
        return found

    def _assurance(self, cells: Mapping[str, str]) -> str:
        text = cells.get("assurance", "") or Assurance.IMPORTED.value
        if text not in ASSURANCES:
            raise Fault("assurance", text, _("there is no such assurance"), _("Give one of: %s") % ", ".join(ASSURANCES))
        if Assurance(text).rank > self._options.highest_assurance.rank:
            problem = _("this import may not claim so much assurance")
            remedy = _("Leave the cell empty, or have the file imported by somebody who may vouch for it.")
            raise Fault("assurance", text, problem, remedy)
        return text

    def _occurred_at(self, cells: Mapping[str, str]) -> datetime:
        text = cells.get("occurred_at", "")
        when = self._moment(text)
        if when.year < EARLIEST_YEAR:
            raise Fault("occurred_at", text, _("the date is too long ago"), _("Check the year."))
        if when > self._now:
            raise Fault("occurred_at", text, _("the date is in the future"), _("Check day, month and year."))
        return when

    def _moment(self, text: str) -> datetime:
        iso = text
        found = _DAY_FIRST.fullmatch(text)
        if found and self._options.dates == "day_first":
            day, month, year, rest = found.groups()
            iso = f"{year}-{int(month):02}-{int(day):02}{rest}"
        try:
            when = datetime.fromisoformat(iso) if _ISO.fullmatch(iso) else None
        except ValueError:
            when = None
        if when is None:
            form = "22/11/2026" if self._options.dates == "day_first" else "2026-11-22"
            remedy = _("Give it like %s, and say in the options of the import which form the dates have.") % form
            raise Fault("occurred_at", text, _("this is no date of the form that was declared"), remedy)
        return (when if when.tzinfo else when.replace(tzinfo=self._zone)).astimezone(UTC)


def _person(cells: Mapping[str, str]) -> str:
    column = next(name for name in PERSON_COLUMNS if name in cells)
    text = _text(cells, column, MAX_REFERENCE, required=True)
    if column == "user_id" and not _WHOLE.fullmatch(text):
        raise Fault(column, text, _("this is no number of an account"), _("Give the number of the account on the platform."))
    return text


def _revision(cells: Mapping[str, str]) -> int | None:
    text = cells.get("revision", "")
    if not text:
        return None
    if not _WHOLE.fullmatch(text) or int(text) > MAX_REVISION:
        raise Fault("revision", text, _("this is no revision"), _("Give a whole number that grows with every correction: 0, 1, 2 …"))
    return int(text)


def _text(cells: Mapping[str, str], column: str, longest: int, *, required: bool) -> str:
    text = cells.get(column, "")
    if required and not text:
        raise Fault(column, "", _("the cell is empty"), _("Fill it in."))
    if len(text) > longest:
        raise Fault(column, text, _("the text is too long"), _("Give at most %d characters.") % longest)
    if not text.isprintable() and column != "note":
        raise Fault(column, text, _("there are letters in it that nobody sees"), _("Type the cell again."))
    return text


def _yes_no(cells: Mapping[str, str], column: str, *, default: bool) -> bool:
    if column not in cells:
        return default
    word = cells[column].casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Fault(column, cells[column], _("this is neither yes nor no"), _("Give yes or no."))


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
