"""Administrative units of a country, whatever package or file they come from, as `digiskills_framework.pack.AdminUnit`."""

from __future__ import annotations

import unicodedata
from datetime import date

from digiskills_framework.contradictions import Contradictions, Raw
from digiskills_framework.errors import InconsistentDataError
from digiskills_framework.pack import AdminUnit, UnitLevel
from digiskills_framework.strict_yaml import Source

# Since this day Vietnam has two levels of units (frameworks page, "Administrative units"); the codes of the package are those
# in force from then on.
_VIETNAM_TWO_LEVELS_SINCE = date(2025, 7, 1)


def units_of_vietnam(levels: tuple[UnitLevel, ...]) -> tuple[AdminUnit, ...]:
    """Provinces and communes (with wards and special zones) from the package ``vietnam-provinces``, provinces first, by code.

    Args:
        levels: the two levels of the country pack, from the top.

    Raises:
        InconsistentDataError: the pack does not have exactly two levels.
    """
    # 3,321 units in a module of Python code: imported when asked for, not with this package.
    from vietnam_provinces import Province, Ward

    if len(levels) != 2:
        raise InconsistentDataError.single(
            file="packs/vn/pack.yaml",
            path="units.levels",
            value=len(levels),
            message="must be two levels for vietnam-provinces",
            remedy="Give the level of provinces and the level of communes",
        )
    top, bottom = levels
    provinces = [_unit(int(item.code), item.name, top, None) for item in Province.iter_all()]
    communes = [_unit(int(item.code), item.name, bottom, f"{int(item.province_code):0{top.digits}d}") for item in Ward.iter_all()]
    return (*sorted(provinces, key=_code), *sorted(communes, key=_code))


def _unit(code: int, name: str, level: UnitLevel, parent: str | None) -> AdminUnit:
    return AdminUnit(
        code=f"{code:0{level.digits}d}",
        name=unicodedata.normalize("NFC", name),
        level=level.code,
        parent=parent,
        valid_from=_VIETNAM_TWO_LEVELS_SINCE,
    )


def _code(unit: AdminUnit) -> str:
    return unit.code


def units_of_file(source: Source, raw: Raw, levels: tuple[UnitLevel, ...]) -> tuple[AdminUnit, ...]:
    """The units of a pack's own ``units.yaml``; parents stand before their children.

    Raises:
        InconsistentDataError: a code twice, an unknown level, a parent that is missing or not one level above, a code of other length.
    """
    notes = Contradictions()
    valid_from = date.fromisoformat(raw["valid_from"])
    above = {level.code: levels[index - 1].code if index else None for index, level in enumerate(levels)}
    digits = {level.code: level.digits for level in levels}
    units: dict[str, AdminUnit] = {}
    for index, item in enumerate(raw["units"]):
        path = ("units", index)
        unit = AdminUnit(code=item["code"], name=item["name"], level=item["level"], parent=item["parent"], valid_from=valid_from)
        if unit.code in units:
            notes.add(source, path, unit.code, "is given twice", "Give each code once")
        notes.known(source, (*path, "level"), unit.level, above, "level")
        if unit.level in above:
            parent_level = units[unit.parent].level if unit.parent in units else None
            if parent_level != above[unit.level] or (unit.parent is not None and unit.parent not in units):
                notes.add(
                    source, (*path, "parent"), unit.parent, "is not a unit of the level above, given before", "Correct parent or order"
                )
            if len(unit.code) != digits[unit.level]:
                notes.add(source, (*path, "code"), unit.code, "has another length than its level", f"Use {digits[unit.level]} characters")
        units[unit.code] = unit
    notes.check()
    return tuple(units.values())
