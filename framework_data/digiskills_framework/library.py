"""Where framework data lies, and whether a released version is still what was released.

A *data directory* has the layout of this package's ``data/``. The shipped one is always searched; an operator's own directories
are searched with it and may add ids, never redefine one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digiskills_framework.errors import InconsistentDataError, ReleasedDataChangedError, UnknownDataError
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source, read_yaml

SHIPPED = Path(__file__).parent / "data"
LOCK_NAME = "released.lock"

# A framework's file that says which lessons, questions and tasks it borrows. It is outside of the digest: a course may gain a lesson or a
# task without anything that was asked of anybody having changed.
_OUTSIDE_DIGEST = "content"

# Levels of folders below a kind: name and version; for tasks skill, name and version.
_DEPTH = {"coverage": 2, "frameworks": 2, "placement": 2, "regulations": 2, "tasks": 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """One id in one data directory: a file, or a folder of files.

    Attributes:
        kind: folder below the data directory: ``frameworks``.
        key: id, with its version where it has one: ``digiskills-vn/1.0``.
    """

    kind: str
    key: str
    directory: Path
    path: Path

    @property
    def lock_key(self) -> str:
        return f"{self.kind}/{self.key}"


def find(kind: str, key: str, extra: tuple[Path, ...] = ()) -> Entry:
    """The entry with this id in the shipped directory or in one of ``extra``.

    Raises:
        UnknownDataError: no directory has it; the finding lists what there is.
        InconsistentDataError: two directories have it.
    """
    entries = list_entries(kind, extra)
    found = [entry for entry in entries if entry.key == key]
    if not found:
        known = ", ".join(entry.key for entry in entries) or "none"
        raise UnknownDataError.single(file=kind, value=key, message="is not known", remedy=f"Known here: {known}")
    if len(found) > 1:
        places = " and ".join(str(entry.directory) for entry in found)
        raise InconsistentDataError.single(
            file=kind, value=key, message=f"exists in {places}", remedy="Give your own data an id or version of its own"
        )
    return found[0]


def list_entries(kind: str, extra: tuple[Path, ...] = ()) -> tuple[Entry, ...]:
    """Every entry of a kind in the shipped directory and in ``extra``, by directory, then by id."""
    return tuple(entry for directory in (SHIPPED, *extra) for entry in list_entries_at(directory, kind))


def list_entries_at(directory: Path, kind: str) -> tuple[Entry, ...]:
    """Every entry of a kind in one data directory, by id."""
    folder = directory / kind
    paths = _leaves(folder, _DEPTH.get(kind, 1))
    return tuple(Entry(kind=kind, key=_key(path, folder), directory=directory, path=path) for path in paths)


def read_entry(entry: Entry) -> dict[str, Source]:
    """Read every file of an entry and check them against the digest recorded at its release.

    Returns:
        The files by their path within the entry without suffix: ``framework``, ``can-do/citizen``; the file itself is ``""``.

    Raises:
        UnreadableFileError, InvalidShapeError: a file cannot be used.
        ReleasedDataChangedError: the content is not the one released.
    """
    if entry.path.is_file():
        files = {"": entry.path}
    else:
        files = {path.relative_to(entry.path).with_suffix("").as_posix(): path for path in sorted(entry.path.rglob("*.yaml"))}
    sources = {name: read_yaml(path, name=path.relative_to(entry.directory).as_posix()) for name, path in files.items()}
    recorded = read_lock(entry.directory).get(entry.lock_key)
    actual = digest(sources)
    if recorded is not None and recorded != actual:
        raise ReleasedDataChangedError.single(
            file=entry.path.relative_to(entry.directory).as_posix(),
            value=actual,
            message=f"differs from what was released ({recorded})",
            remedy="Released versions are immutable: restore the file, and put the change into a new version",
        )
    return sources


def digest(sources: Mapping[str, Source]) -> str:
    """``sha256:…`` over the content (not the layout) of the files: comments, quotes and key order do not count, nor what is borrowed."""
    content = {name: source.value for name, source in sources.items() if name != _OUTSIDE_DIGEST}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode('utf-8')).hexdigest()}"


def read_lock(directory: Path) -> Mapping[str, str]:
    """The recorded digests of a data directory by ``kind/id``; empty where nothing has been released.

    Raises:
        UnreadableFileError, InvalidShapeError: the lock file cannot be used.
    """
    file = directory / LOCK_NAME
    if not file.exists():
        return {}
    digests: dict[str, str] = check_shape(read_yaml(file, name=LOCK_NAME), "released-1")["digests"]
    return digests


def _leaves(folder: Path, depth: int) -> list[Path]:
    """What lies ``depth`` levels below a folder, without hidden files, in the order of names."""
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return paths if depth == 1 else [leaf for path in paths for leaf in _leaves(path, depth - 1)]


def _key(path: Path, folder: Path) -> str:
    """Name, or name and version; tasks lie one level deeper, below the code of their skill."""
    parts = path.relative_to(folder).parts
    return "/".join(parts[-2:]).removesuffix(".yaml")
