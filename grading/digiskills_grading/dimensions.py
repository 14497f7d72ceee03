"""Dimension rows and their ids: read or added on first use, then remembered by the process.

Called before the learner lock is taken, so that a new row is never held uncommitted while others wait for it. Only committed rows are
remembered: inside somebody's transaction (a test's, say) the row may yet be rolled back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.db import connection

from digiskills_grading.compiled import CompiledRead
from digiskills_grading.errors import RegulationChanged
from digiskills_grading.models import Context, RegulationVersion, SkillCode, TaskVersion
from digiskills_grading.site_data import load_regulation

_MAX_REMEMBERED = 100_000
_MAX_ROWS = 10_000  # whole rows take more memory than ids
_Dimension = Context | RegulationVersion | SkillCode | TaskVersion
_Row = TypeVar("_Row", Context, TaskVersion)
_remembered: dict[tuple[type[_Dimension], Hashable], int] = {}
_rows: dict[tuple[type[_Dimension], int], Any] = {}


def skill_id(code: str) -> int:
    return _row_id(SkillCode, code=code)


def skill_ids(codes: Iterable[str]) -> dict[str, int]:
    """Id of every code."""
    return {code: skill_id(code) for code in codes}


def regulation_id(key: str) -> int:
    """Id of a regulation; with its first use its content is pinned.

    Raises:
        RegulationChanged: its file is not the one that was used first.
        digiskills_framework.api.FrameworkDataError: there is no usable file.
    """
    found = _remembered.get(_name(RegulationVersion, {"key": key}))
    if found is not None:
        return found
    digest = pinned_digest(key)
    row, _ = RegulationVersion.objects.get_or_create(key=key, defaults={"digest": digest})
    if row.digest is None:
        RegulationVersion.objects.filter(pk=row.pk, digest=None).update(digest=digest)
    elif row.digest != digest:
        raise RegulationChanged(key)
    return _remember(RegulationVersion, {"key": key}, row.pk)


def require_unchanged(row: RegulationVersion) -> None:
    """Nothing, if the file of a regulation that was used is still the one that was used first; reads no table.

    Raises:
        RegulationChanged: it is not.
    """
    if row.digest is not None and row.digest != pinned_digest(row.key):
        raise RegulationChanged(row.key)


def pinned_digest(key: str) -> str:
    """The digest of a regulation's file as it is stored: 64 hexadecimal digits."""
    return load_regulation(key).digest.removeprefix("sha256:")


def task_version_id(task_id: str, version: int, digest: str) -> int:
    return _row_id(TaskVersion, task_id=task_id, version=version, digest=digest)


def context_id(course_key: str, usage_key: str) -> int:
    return _row_id(Context, course_key=course_key, usage_key=usage_key)


def known_context_id(course_key: str, usage_key: str) -> int | None:
    """Id of a context that was used before, None otherwise; writes nothing."""
    return _known_id(Context, lambda: _context_id(course_key, usage_key), course_key=course_key, usage_key=usage_key)


def known_task_version_id(task_id: str, version: int, digest: str) -> int | None:
    """Id of a task version that was used before, None otherwise; writes nothing."""
    rows = TaskVersion.objects.filter(task_id=task_id, version=version, digest=digest).values_list("pk")
    return _known_id(TaskVersion, lambda: rows, task_id=task_id, version=version, digest=digest)


def context(pk: int) -> Context:
    """The row of a context that is there."""
    return _row(Context, pk)


def task_version(pk: int) -> TaskVersion:
    """The row of a task version that is there."""
    return _row(TaskVersion, pk)


def forget() -> None:
    """Forgets everything remembered; for tests that empty the tables."""
    _remembered.clear()
    _rows.clear()


_context_id = CompiledRead(
    lambda course_key, usage_key: Context.objects.filter(course_key=course_key, usage_key=usage_key).values_list("pk"), (str, str)
)
"""Every page of a block that nobody has tried yet asks."""


def _known_id(model: type[_Dimension], read: Callable[[], Iterable[tuple[int]]], **values: Any) -> int | None:
    found = _remembered.get(_name(model, values))
    if found is None:
        found = next((pk for (pk,) in read()), None)
    return None if found is None else _remember(model, values, found)


def _row(model: type[_Row], pk: int) -> _Row:
    found: _Row | None = _rows.get((model, pk))
    if found is None:
        found = model.objects.get(pk=pk)
        if not connection.in_atomic_block:
            if len(_rows) >= _MAX_ROWS:
                _rows.clear()
            _rows[model, pk] = found
    return found


def _row_id(model: type[_Dimension], **values: Any) -> int:
    found = _remembered.get(_name(model, values))
    if found is not None:
        return found
    row, _ = model.objects.get_or_create(**values)
    return _remember(model, values, row.pk)


def _name(model: type[_Dimension], values: Mapping[str, Hashable]) -> tuple[type[_Dimension], Hashable]:
    return model, tuple(sorted(values.items()))


def _remember(model: type[_Dimension], values: Mapping[str, Hashable], pk: int) -> int:
    if not connection.in_atomic_block:
        if len(_remembered) >= _MAX_REMEMBERED:
            _remembered.clear()
        _remembered[_name(model, values)] = pk
    return pk
