"""From a country pack's files to `digiskills_framework.pack.CountryPack` and its administrative units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from digiskills_framework.contradictions import Contradictions, Raw, localized
from digiskills_framework.errors import InconsistentDataError, UnknownDataError
from digiskills_framework.library import find, read_entry
from digiskills_framework.pack import (
    AdminUnit,
    ConsentAge,
    CountryPack,
    DateFormat,
    HelpNumber,
    MoneyFormat,
    Persona,
    RealLife,
    SchoolLevel,
    UnitLevel,
    World,
)
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source
from digiskills_framework.types import LocalizedText
from digiskills_framework.units import units_of_file, units_of_vietnam

_HELP_NUMBER = re.compile(r"\{#([a-z_]+)\}")


@cache
def load_pack(code: str, extra: tuple[Path, ...] = ()) -> CountryPack:
    """Read one country pack with its fictional world.

    Raises:
        FrameworkDataError: unknown, unreadable or contradictory; see its subclasses.
    """
    sources = _sources(code, extra)
    source = sources["pack"]
    raw, world = check_shape(source, "pack-1"), check_shape(sources["world"], "world-1")
    notes = Contradictions()
    notes.equal(source, ("code",), raw["code"], code)
    notes.equal(sources["world"], ("pack",), world["pack"], code)
    _check_dates(source, raw, notes)
    if raw["time_zone"] not in available_timezones():
        notes.add(source, ("time_zone",), raw["time_zone"], "is no time zone", "Write a name of the IANA database, e.g. Asia/Ho_Chi_Minh")
    for name in ("help_numbers", "school_levels"):
        notes.unique(source, (((name, index), item["code"]) for index, item in enumerate(raw[name])))
    notes.unique(source, ((("school_levels",), str(grade)) for level in raw["school_levels"] for grade in level["grades"]))
    notes.check()
    return replace(_pack(raw, world), real_life=_real_life(sources, code, {item["code"]: item["number"] for item in raw["help_numbers"]}))


@cache
def load_units(code: str, extra: tuple[Path, ...] = ()) -> tuple[AdminUnit, ...]:
    """All administrative units of a country, parents before children.

    Raises:
        FrameworkDataError: the pack or its units cannot be used; see its subclasses.
    """
    pack = load_pack(code, extra)
    if pack.units_provider == "vietnam-provinces":
        return units_of_vietnam(pack.unit_levels)
    sources = _sources(code, extra)
    if "units" not in sources:
        raise UnknownDataError.single(
            file=f"packs/{code}", value="units.yaml", message="is missing", remedy="Add it, or name another units provider in pack.yaml"
        )
    source = sources["units"]
    raw = check_shape(source, "units-1")
    notes = Contradictions()
    notes.equal(source, ("pack",), raw["pack"], code)
    _check_date(source, ("valid_from",), raw["valid_from"], notes)
    notes.check()
    return units_of_file(source, raw, pack.unit_levels)


def _sources(code: str, extra: tuple[Path, ...]) -> dict[str, Source]:
    sources = read_entry(find("packs", code, extra))
    for name in ("pack", "world"):
        if name not in sources:
            raise InconsistentDataError.single(file=f"packs/{code}", value=f"{name}.yaml", message="is missing", remedy="Add the file")
    return sources


def _real_life(sources: Mapping[str, Source], code: str, numbers: Mapping[str, str]) -> tuple[RealLife, ...]:
    """The closing lines, with ``{#police}`` replaced by the pack's help number of this code."""
    if "real-life" not in sources:
        return ()
    source = sources["real-life"]
    raw = check_shape(source, "real-life-1")
    notes = Contradictions()
    notes.equal(source, ("pack",), raw["pack"], code)
    notes.unique(source, ((("entries", index), item["code"]) for index, item in enumerate(raw["entries"])))
    for index, item in enumerate(raw["entries"]):
        _check_date(source, ("entries", index, "checked_on"), item["checked_on"], notes)
        for language, text in item["text"].items():
            for name in _HELP_NUMBER.findall(text):
                notes.known(source, ("entries", index, "text", language), name, tuple(numbers), "help number")
    notes.check()

    def filled(text: str) -> str:
        return _HELP_NUMBER.sub(lambda match: numbers[match[1]], text)

    return tuple(
        RealLife(
            code=item["code"],
            text=LocalizedText(vi=filled(item["text"]["vi"]), en=filled(item["text"]["en"])),
            source=item["source"],
            checked_on=date.fromisoformat(item["checked_on"]),
            audiences=tuple(item.get("audiences", ())),
        )
        for item in raw["entries"]
    )


def _check_dates(source: Source, raw: Raw, notes: Contradictions) -> None:
    for index, item in enumerate(raw["help_numbers"]):
        _check_date(source, ("help_numbers", index, "checked_on"), item["checked_on"], notes)


def _check_date(source: Source, path: tuple[str | int, ...], text: str, notes: Contradictions) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        notes.add(source, path, text, "is not a day of the calendar", "Correct the date (YYYY-MM-DD)")


def _pack(raw: Raw, world: Raw) -> CountryPack:
    return CountryPack(
        code=raw["code"],
        name=localized(raw["name"]),
        languages=tuple(raw["languages"]),
        units_provider=raw["units"]["provider"],
        unit_levels=tuple(
            UnitLevel(code=item["code"], name=localized(item["name"]), digits=item["digits"]) for item in raw["units"]["levels"]
        ),
        money=MoneyFormat(**raw["money"]),
        dates=DateFormat(**raw["dates"]),
        help_numbers=tuple(_help_number(item) for item in raw["help_numbers"]),
        school_levels=tuple(_school_level(item) for item in raw["school_levels"]),
        consent_ages=tuple(
            ConsentAge(from_age=item["from_age"], up_to=item["up_to"], who=tuple(item["who"]), source=item["source"])
            for item in raw["consent_ages"]
        ),
        world=World(
            places=tuple(world["places"].items()),
            organisations=tuple(world["organisations"].items()),
            people=tuple(
                Persona(code, item["name"], localized(item["description"]), item.get("english")) for code, item in world["people"].items()
            ),
        ),
        time_zone=raw["time_zone"],
    )


def _help_number(raw: Raw) -> HelpNumber:
    return HelpNumber(
        code=raw["code"],
        number=raw["number"],
        purpose=localized(raw["purpose"]),
        source=raw["source"],
        checked_on=date.fromisoformat(raw["checked_on"]),
    )


def _school_level(raw: Raw) -> SchoolLevel:
    return SchoolLevel(
        code=raw["code"],
        name=localized(raw["name"]),
        grades=tuple(raw["grades"]),
        tertiary=raw["tertiary"],
        task=localized(raw["task"]),
        autonomy=localized(raw["autonomy"]),
        period=raw.get("period"),
    )
