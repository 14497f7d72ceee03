"""The frozen types of a country pack: everything of a country that is not the framework itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from digiskills_framework.types import LocalizedText


@dataclass(frozen=True, slots=True)
class AdminUnit:
    """A node of a country's tree of administrative units.

    Attributes:
        code: text with leading zeros, never reused.
        level: code of its `UnitLevel`.
        parent: code of the unit it lies in, None at the top. Codes are unique within a level, not across levels.
        valid_from: first day on which the unit existed under this code, name and parent.
    """

    code: str
    name: str
    level: str
    parent: str | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class UnitLevel:
    """A level of the tree; ``digits`` is the length of its codes."""

    code: str
    name: LocalizedText
    digits: int


@dataclass(frozen=True, slots=True)
class MoneyFormat:
    """How an amount is written.

    Attributes:
        currency: ISO 4217 code.
        decimals: digits of the minor unit: 0 for VND, 2 for most.
    """

    currency: str
    symbol: str
    symbol_first: bool
    symbol_space: bool
    group_mark: str
    decimal_mark: str
    decimals: int

    def format(self, amount: int) -> str:
        """Write an amount given in the smallest unit: ``1250000`` as ``1.250.000 đ``."""
        whole, rest = divmod(abs(amount), 10**self.decimals)
        number = f"{whole:,}".replace(",", self.group_mark)
        if self.decimals:
            number += f"{self.decimal_mark}{rest:0{self.decimals}d}"
        space = " " if self.symbol_space else ""
        text = f"{self.symbol}{space}{number}" if self.symbol_first else f"{number}{space}{self.symbol}"
        return f"-{text}" if amount < 0 else text


@dataclass(frozen=True, slots=True)
class DateFormat:
    """Order of day, month and year, and what stands between them."""

    order: Literal["dmy", "mdy", "ymd"]
    separator: str

    def format(self, day: date) -> str:
        """Write a date with two-digit day and month and four-digit year: ``22/11/2026``."""
        parts = {"d": f"{day.day:02d}", "m": f"{day.month:02d}", "y": f"{day.year:04d}"}
        return self.separator.join(parts[part] for part in self.order)


@dataclass(frozen=True, slots=True)
class HelpNumber:
    """A real telephone number for help; never shown without having been checked."""

    code: str
    number: str
    purpose: LocalizedText
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class SchoolLevel:
    """A level of the school framework and the grades it holds.

    Attributes:
        tertiary: students of colleges and universities are counted here too.
        period: minutes of one lesson at school; None where the pack does not say.
        task: kind of task asked for, in our own words.
        autonomy: how much help is given, in our own words.
    """

    code: str
    name: LocalizedText
    grades: tuple[int, ...]
    tertiary: bool
    task: LocalizedText
    autonomy: LocalizedText
    period: int | None = None


@dataclass(frozen=True, slots=True)
class ConsentAge:
    """From which age whose consent is needed, ages in whole years, ``up_to`` inclusive (None: no upper end)."""

    from_age: int
    up_to: int | None
    who: tuple[Literal["self", "parent"], ...]
    source: str


@dataclass(frozen=True, slots=True)
class World:
    """Names of the fictional world in which tasks take place. They never exist outside; tasks take them from here."""

    places: tuple[tuple[str, str], ...]
    organisations: tuple[tuple[str, str], ...]
    people: tuple[Persona, ...]


@dataclass(frozen=True, slots=True)
class RealLife:
    """What a task's topic is called in real life: the one line in which a learner meets real names, never shown without its date.

    Attributes:
        audiences: whose lessons show it; empty for everybody's.
    """

    code: str
    text: LocalizedText
    source: str
    checked_on: date
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the fictional world.

    Attributes:
        english: what lessons and questions in English say in place of the name, None where they say the name: "em" and "cô" tell English
            readers nothing.
    """

    code: str
    name: str
    description: LocalizedText
    english: str | None = None


@dataclass(frozen=True, slots=True)
class CountryPack:
    """Everything of a country that is not the framework.

    Attributes:
        units_provider: where admin units come from: ``vietnam-provinces`` or ``file`` (the pack's own units.yaml).
        unit_levels: levels of the tree, from the top.
        school_levels: lowest first; empty where the pack has none.
        time_zone: IANA name of the zone by whose midnight days begin, e.g. ``Asia/Ho_Chi_Minh``.
        real_life: closing lines of tasks; empty where the pack has none.
    """

    code: str
    name: LocalizedText
    languages: tuple[str, ...]
    units_provider: Literal["vietnam-provinces", "file"]
    unit_levels: tuple[UnitLevel, ...]
    money: MoneyFormat
    dates: DateFormat
    help_numbers: tuple[HelpNumber, ...]
    school_levels: tuple[SchoolLevel, ...]
    consent_ages: tuple[ConsentAge, ...]
    world: World
    time_zone: str
    real_life: tuple[RealLife, ...] = ()

    def school_level_of_grade(self, grade: int) -> SchoolLevel | None:
        """The school level of a grade (1 … 12), None where the pack has no level for it."""
        return next((level for level in self.school_levels if grade in level.grades), None)
