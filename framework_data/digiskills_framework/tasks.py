"""The task library: practice tasks as immutable, versioned files ``data/tasks/<skill>/<task>/<version>.yaml``.

The language of a task file is specified in docs/reference/engine.md; its shape is ``schemas/scenario-1.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from digiskills_framework.errors import InconsistentDataError, ReleasedDataChangedError, UnknownDataError
from digiskills_framework.library import SHIPPED, digest, read_lock
from digiskills_framework.pack import CountryPack, RealLife
from digiskills_framework.pack_loader import load_pack
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source, read_yaml
from digiskills_framework.task_filling import check_overlays, with_conditions, with_overlay, with_world
from digiskills_framework.types import LocalizedText

DEFAULT_PACK = "vn"

_TASK_ID = re.compile(r"[A-Z][0-9]-[0-9]{2}\Z")


@dataclass(frozen=True, slots=True)
class Overlay:
    """For whom a task wears other clothes: another person, place and amounts over the same scenario.

    Attributes:
        audiences, levels: empty means all.
        variant: an equal way for people who cannot do it the first way; only on request.
    """

    id: str
    audiences: tuple[str, ...]
    levels: tuple[str, ...]
    variant: str | None

    def fits(self, audience: str, level: str | None, variant: str | None) -> bool:
        return self.variant == variant and (not self.audiences or audience in self.audiences) and (not self.levels or level in self.levels)


@dataclass(frozen=True)
class TaskDefinition:
    """One version of one task, with the names of the fictional world and its named conditions filled in.

    Attributes:
        id: as ``S3-01``: the skill's code and a number.
        version: from 1; a released version never changes.
        digest: SHA-256 (64 hexadecimal digits) of the content, world names included: attempts keep it.
        file: the file's name for errors.
        school_levels: of students, that the task suits; empty for all: what threatens or costs money is not for the youngest.
        overlays: in the order of the file; the first that fits is worn.
        overlay: the one that is worn, empty for none.
        real_life: closing lines from the country pack, outside of the digest: they may be brought up to date at any time.
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
    school_levels: tuple[str, ...]
    step: str
    minutes: int
    lesson: tuple[tuple[LocalizedText, LocalizedText], ...]
    overlays: tuple[Overlay, ...]
    real_life: tuple[RealLife, ...]
    raw: Mapping[str, Any] = field(repr=False, compare=False)
    overlay: str = ""

    def __hash__(self) -> int:
        return hash((self.id, self.version, self.digest, self.overlay))

    def serves(self, audience: str, level: str | None = None) -> bool:
        """Whether the task is for an audience; for students of a known level, whether it suits that level."""
        if audience not in self.audiences:
            return False
        return audience != "student" or not level or not self.school_levels or level in self.school_levels

    @property
    def variants(self) -> tuple[str, ...]:
        """The equal other ways that the task may be asked for in."""
        return tuple(dict.fromkeys(overlay.variant for overlay in self.overlays if overlay.variant is not None))

    def overlay_for(self, audience: str, level: str | None = None, *, variant: str | None = None) -> str:
        """Id of the overlay that a learner gets, empty for the task as it is.

        A variant that no overlay of the task gives is like none.
        """
        wanted = [variant, None] if variant is not None else [None]
        fitting = (overlay.id for choice in wanted for overlay in self.overlays if overlay.fits(audience, level, choice))
        return next(fitting, "")

    def wearing(self, overlay: str) -> TaskDefinition:
        """The task with an overlay on; with an empty id the task itself.

        Raises:
            KeyError: there is no such overlay.
        """
        return _wearing(self, overlay) if overlay else self


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
    return _definition(source, task_id, wanted, load_pack(pack, extra))


def task_file(task_id: str, version: int, *, extra: tuple[Path, ...] = ()) -> Path:
    """The file of a version.

    Raises:
        KeyError: there is no such task or version.
    """
    directory_and_file = _files(task_id, extra)[version]
    return directory_and_file[1]


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


def _definition(source: Source, task_id: str, version: int, pack: CountryPack) -> TaskDefinition:
    filled = with_world(source, pack.world)
    written = check_shape(filled, "scenario-1")
    for path, wanted in (("id", task_id), ("version", version)):
        if written[path] != wanted:
            raise InconsistentDataError(
                [source.finding((path,), written[path], f"is not {wanted}, as the file's place says", "Correct the field or move the file")]
            )
    raw = with_conditions(filled, written)
    check_overlays(filled, raw)
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
        school_levels=tuple(raw.get("school_levels", ())),
        step=raw["step"],
        minutes=raw["minutes"],
        lesson=tuple((_text(page["title"]), _text(page["body"])) for page in raw["lesson"]),
        overlays=tuple(
            Overlay(
                id=item["id"],
                audiences=tuple(item["for"].get("audiences", ())),
                levels=tuple(item["for"].get("levels", ())),
                variant=item["for"].get("variant"),
            )
            for item in raw.get("overlays", [])
        ),
        real_life=_real_life(filled, raw, pack),
        raw=raw,
    )


@cache
def _wearing(task: TaskDefinition, overlay: str) -> TaskDefinition:
    raw = with_overlay(task.raw, overlay)
    return replace(task, title=_text(raw["title"]), goal=_text(raw["goal"]), why=_text(raw["why"]), raw=raw, overlay=overlay)


def _real_life(source: Source, raw: Mapping[str, Any], pack: CountryPack) -> tuple[RealLife, ...]:
    known = {entry.code: entry for entry in pack.real_life}
    codes = raw.get("real_life", [])
    missing = [
        source.finding(("real_life", index), code, "the country pack has no such closing line", f"Use one of: {', '.join(known) or 'none'}")
        for index, code in enumerate(codes)
        if code not in known
    ]
    if missing:
        raise InconsistentDataError(missing)
    return tuple(known[code] for code in codes)


def _text(raw: Mapping[str, str]) -> LocalizedText:
    return LocalizedText(vi=raw["vi"], en=raw["en"])
