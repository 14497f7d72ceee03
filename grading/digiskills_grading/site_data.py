"""Framework data as this site has it: what is shipped, and the operator's own data directories (``DIGISKILLS_DATA_DIRS``).

The one place of the Django side that knows the directories, and the country in whose names tasks are played
(``DIGISKILLS_COUNTRY_PACK``). Functions do what those of the same name in `digiskills_framework.api` and
`digiskills_framework.tasks` do, and raise what they raise; beside that `ConfigurationError`, where the setting is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from digiskills_framework import api as framework
from digiskills_framework import tasks
from digiskills_framework.api import (
    AdminUnit,
    CanDo,
    CountryPack,
    CoverageRule,
    Framework,
    PlacementModel,
    Regulation,
)
from digiskills_framework.tasks import TaskDefinition
from digiskills_grading.errors import ConfigurationError


def data_dirs() -> tuple[Path, ...]:
    """The operator's own data directories, searched beside what is shipped.

    Raises:
        ConfigurationError: one of them is no directory.
    """
    return _directories(tuple(str(place) for place in getattr(settings, "DIGISKILLS_DATA_DIRS", None) or ()))


def country_pack() -> str:
    """Code of the country pack of this site: whose names, help numbers and closing lines its tasks have."""
    code: str = getattr(settings, "DIGISKILLS_COUNTRY_PACK", tasks.DEFAULT_PACK)
    return code


def load_regulation(key: str) -> Regulation:
    return framework.load_regulation(key, data_dirs())


def list_regulations() -> tuple[str, ...]:
    return framework.list_regulations(data_dirs())


def load_framework(key: str) -> Framework:
    return framework.load_framework(key, data_dirs())


def list_frameworks() -> tuple[str, ...]:
    return framework.list_frameworks(data_dirs())


def load_borrowed(key: str) -> Mapping[str, tuple[str, ...]]:
    return framework.load_borrowed(key, data_dirs())


def load_can_do(key: str) -> tuple[CanDo, ...]:
    return framework.load_can_do(key, data_dirs())


def load_coverage(key: str) -> CoverageRule:
    return framework.load_coverage(key, data_dirs())


def list_coverage() -> tuple[str, ...]:
    return framework.list_coverage(data_dirs())


def load_placement(key: str) -> PlacementModel:
    return framework.load_placement(key, data_dirs())


def list_placements() -> tuple[str, ...]:
    return framework.list_placements(data_dirs())


def load_pack(code: str) -> CountryPack:
    return framework.load_pack(code, data_dirs())


def load_units(code: str) -> tuple[AdminUnit, ...]:
    return framework.load_units(code, data_dirs())


def load_task(task_id: str, version: int | None = None) -> TaskDefinition:
    return tasks.load_task(task_id, version, pack=country_pack(), extra=data_dirs())


def list_tasks() -> tuple[TaskDefinition, ...]:
    return tasks.list_tasks(pack=country_pack(), extra=data_dirs())


@lru_cache(maxsize=16)
def _directories(places: tuple[str, ...]) -> tuple[Path, ...]:
    for place in places:
        if not Path(place).is_dir():
            raise ConfigurationError(f"DIGISKILLS_DATA_DIRS names {place!r}, which is no directory here; create it or correct the setting")
    return tuple(Path(place) for place in places)
