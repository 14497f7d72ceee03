"""Loading the admin units of a country pack."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from attrs import frozen
from django.db import transaction

from digiskills_framework import api as framework
from digiskills_grading import site_data
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.models import AdminUnit

FIELDS = ["name", "level", "parent", "valid_from"]
BATCH = 1000


@frozen
class UnitsLoaded:
    """How many units a load added, changed and found as they were."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def load_units(pack: str) -> UnitsLoaded:
    """Adds the units of a country pack and corrects those that differ; units that the pack does not have stay.

    Raises:
        digiskills_framework.api.FrameworkDataError: there is no such pack, or its units contradict each other.
        ConfigurationError: two units of the pack, on different levels, have one code.
    """
    units = site_data.load_units(pack)
    repeated = [code for code, times in Counter(unit.code for unit in units).items() if times > 1]
    if repeated:
        raise ConfigurationError(f"pack {pack!r}: codes of admin units must differ across levels too; repeated: {', '.join(repeated)}")
    rows = {row.code: row for row in AdminUnit.objects.all()}
    added, changed, unchanged = 0, 0, 0
    # Parents stand before their children, level by level, so that a level's parents have their ids when it is written.
    for _, level in groupby(units, key=lambda unit: unit.level):
        new, different = [], []
        for unit in level:
            values = _values(unit, rows)
            row = rows.get(unit.code)
            if row is None:
                new.append(AdminUnit(code=unit.code, **values))
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                different.append(row)
            else:
                unchanged += 1
        AdminUnit.objects.bulk_create(new, batch_size=BATCH)
        AdminUnit.objects.bulk_update(different, FIELDS, batch_size=BATCH)
        if new:
            rows = {row.code: row for row in AdminUnit.objects.all()}
        added += len(new)
        changed += len(different)
    return UnitsLoaded(added=added, changed=changed, unchanged=unchanged)


def _values(unit: framework.AdminUnit, rows: dict[str, AdminUnit]) -> dict[str, object]:
    return {
        "name": unit.name,
        "level": unit.level,
        "parent_id": rows[unit.parent].pk if unit.parent is not None else None,
        "valid_from": unit.valid_from,
    }
