"""A country's number of a person: one hard rule, and what its structure lets one doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from digiskills_framework.types import LocalizedText

Sex = Literal["male", "female"]
NumberWarning = Literal["unknown_place", "unknown_century", "birth_year_differs", "sex_differs"]


@dataclass(frozen=True, slots=True)
class CenturySex:
    """What the digit after the place says: the first year of a century, and a sex."""

    digit: str
    century: int
    sex: Sex


@dataclass(frozen=True, slots=True)
class NumberStructure:
    """``place_digits`` for the place of registration, one digit for century and sex, two for the year of birth, then any digits."""

    place_digits: int
    places: tuple[str, ...]
    centuries: tuple[CenturySex, ...]


@dataclass(frozen=True, slots=True)
class IdentityScheme:
    """The number by which a country knows a person.

    Attributes:
        code: ``vn-citizen-id``
        digits: how many; the only hard rule.
        test_prefix: numbers that begin so are given to nobody; only they go to sandboxes.
        structure: None where the number has none, or none is known.
        source: where rule and structure are from.
    """

    pack: str
    code: str
    name: LocalizedText
    digits: int
    test_prefix: str
    structure: NumberStructure | None
    source: str

    def is_well_formed(self, number: str) -> bool:
        """The hard rule: exactly so many ASCII digits."""
        return len(number) == self.digits and number.isascii() and number.isdigit()

    def is_test(self, number: str) -> bool:
        """Whether this number is given to nobody."""
        return number.startswith(self.test_prefix)

    def warnings(self, number: str, *, birth_year: int | None = None, sex: Sex | None = None) -> tuple[NumberWarning, ...]:
        """What about a well-formed number is odd. No reason to refuse it: structures change, and registers hold old mistakes.

        Args:
            birth_year, sex: as known from elsewhere; not compared when None.
        """
        structure = self.structure
        if structure is None or self.is_test(number):
            return ()
        found: list[NumberWarning] = []
        if number[: structure.place_digits] not in structure.places:
            found.append("unknown_place")
        digit, year = number[structure.place_digits], number[structure.place_digits + 1 : structure.place_digits + 3]
        century = next((item for item in structure.centuries if item.digit == digit), None)
        if century is None:
            return (*found, "unknown_century")
        if birth_year is not None and birth_year != century.century + int(year):
            found.append("birth_year_differs")
        if sex is not None and sex != century.sex:
            found.append("sex_differs")
        return tuple(found)
