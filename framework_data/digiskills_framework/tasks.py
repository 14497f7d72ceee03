"""The task library: practice tasks as immutable, versioned files ``data/tasks/<skill>/<task>/<version>.yaml``.

The language of a task file is specified in docs/reference/engine.md; its shape is ``schemas/scenario-1.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from digiskills_framework.errors import Finding, InconsistentDataError, ReleasedDataChangedError, UnknownDataError, shorten
from digiskills_framework.library import SHIPPED, digest, read_lock
from digiskills_framework.pack import World
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source, Value, read_yaml
from digiskills_framework.types import LocalizedText

DEFAULT_PACK = "vn"

_TASK_ID = re.compile(r"[A-Z][0-9]-[0-9]{2}\Z")
_WORLD_NAME = re.compile(r"\{@([a-z_]+(?:\.[a-z_]+)?)\}")


@dataclass(frozen=True)
class TaskDefinition:
    """One version of one task, with the names of the fictional world filled in.

    Attributes:
        id: as ``S3-01``: the skill's code and a number.
        version: from 1; a released version never changes.
        digest: SHA-256 (64 hexadecimal digits) of the content, world names included: attempts keep it.
        file: the file's name for errors.
        raw: the content, checked against scenario-1.json.
    """

    id: str
    version: int
    digest: str
    file: str
    title: LocalizedText
    goal: LocalizedText
    why: LocalizedText
    skills: tuple[str, ...]
    audiences: tuple[str, ...]
    minutes: int
    lesson: tuple[tuple[LocalizedText, LocalizedText], ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)

    def __hash__(self) -> int:
        return hash((self.id, self.version, self.digest))


def list_tasks(*, pack: str = DEFAULT_PACK, extra: tuple[Path, ...] = ()) -> tuple[TaskDefinition, ...]:
    """The newest version of every task, by id.

    Raises:
        FrameworkDataError: a task file that cannot be used.
    """
    return tuple(load_task(task_id, pack=pack, extra=extra) for task_id in task_ids(extra=extra))


def task_ids(*, extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """The ids of all tasks, in alphabetical order."""
    folders = (folder for directory in (SHIPPED, *extra) for folder in (directory / "tasks").glob("*/*") if folder.is_dir())
    return tuple(sorted({folder.name for folder in folders if _TASK_ID.match(folder.name) and any(folder.glob("*.yaml"))}))


def task_versions(task_id: str, *, extra: tuple[Path, ...] = ()) -> tuple[int, ...]:
    """The versions of a task, oldest first; empty if there is no such task."""
    return tuple(sorted(_files(task_id, extra)))


@cache
def load_task(task_id: str, version: int | None = None, *, pack: str = DEFAULT_PACK, extra: tuple[Path, ...] = ()) -> TaskDefinition:
    """Read one task.

    Args:
        task_id: as ``S3-01``.
        version: the newest if None or 0.
        pack: the country pack that names the fictional world.
        extra: an operator's own data directories.

    Raises:
        UnknownDataError: there is no such task or version.
        UnreadableFileError, InvalidShapeError, InconsistentDataError: the file cannot be used.
        ReleasedDataChangedError: the file is not the one released.
    """
    files = _files(task_id, extra)
    wanted = version or max(files, default=0)
    if wanted not in files:
        known = ", ".join(str(number) for number in sorted(files)) or "none"
        raise UnknownDataError.single(
            file="tasks", path=task_id, value=wanted, message="is not known", remedy=f"Versions known here: {known}"
        )
    directory, file = files[wanted]
    source = read_yaml(file, name=file.relative_to(directory).as_posix())
    _check_released(source, directory, f"tasks/{task_id}/{wanted}")
    return _definition(source, task_id, wanted, load_pack(pack).world)


def _files(task_id: str, extra: tuple[Path, ...]) -> dict[int, tuple[Path, Path]]:
    if not _TASK_ID.match(task_id):
        return {}
    found = {}
    for directory in (SHIPPED, *extra):
        for file in (directory / "tasks" / task_id.partition("-")[0] / task_id).glob("*.yaml"):
            if file.stem.isdigit():
                found[int(file.stem)] = (directory, file)
    return found


def _check_released(source: Source, directory: Path, key: str) -> None:
    recorded, actual = read_lock(directory).get(key), digest({"": source})
    if recorded is not None and recorded != actual:
        raise ReleasedDataChangedError.single(
            file=source.name,
            value=actual,
            message=f"differs from what was released ({recorded})",
            remedy="Released versions are immutable: restore the file, and put the change into a new version",
        )


def _definition(source: Source, task_id: str, version: int, world: World) -> TaskDefinition:
    filled = _with_world(source, world)
    raw = check_shape(filled, "scenario-1")
    for path, wanted in (("id", task_id), ("version", version)):
        if raw[path] != wanted:
            raise InconsistentDataError(
                [source.finding((path,), raw[path], f"is not {wanted}, as the file's place says", "Correct the field or move the file")]
            )
    return TaskDefinition(
        id=task_id,
        version=version,
        digest=digest({"": filled}).removeprefix("sha256:"),
        file=source.name,
        title=_text(raw["title"]),
        goal=_text(raw["goal"]),
        why=_text(raw["why"]),
        skills=tuple(item["skill"] for item in raw["skills"]),
        audiences=tuple(raw["audiences"]),
        minutes=raw["minutes"],
        lesson=tuple((_text(page["title"]), _text(page["body"])) for page in raw["lesson"]),
        raw=raw,
    )


def _text(raw: Mapping[str, str]) -> LocalizedText:
    return LocalizedText(vi=raw["vi"], en=raw["en"])


def _with_world(source: Source, world: World) -> Source:
    """The file with every ``{@name}`` replaced.

    Raises:
        InconsistentDataError: names that the pack's world does not have.
    """
    names = dict([*world.places, *world.organisations, *((f"people.{person.code}", person.name) for person in world.people)])
    findings: list[Finding] = []

    def filled(value: Value) -> Value:
        if isinstance(value, str):
            return _WORLD_NAME.sub(named, value)
        if isinstance(value, list):
            return [filled(item) for item in value]
        return {key: filled(item) for key, item in value.items()} if isinstance(value, dict) else value

    def named(match: re.Match[str]) -> str:
        if match[1] not in names:
            findings.append(
                Finding(
                    source.name,
                    "",
                    shorten(match[0]),
                    "the world of the country pack has no such name",
                    f"Use one of: {', '.join(sorted(names))}",
                )
            )
        return names.get(match[1], "")

    content = filled(source.value)
    if findings:
        raise InconsistentDataError(findings)
    return Source(source.name, content, source.lines)
