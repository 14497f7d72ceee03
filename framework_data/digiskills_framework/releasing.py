"""Record the digest of a finished version, after which it is immutable."""

from __future__ import annotations

from pathlib import Path

from digiskills_framework.errors import UnknownDataError
from digiskills_framework.library import LOCK_NAME, Entry, digest, list_entries_at, read_entry, read_lock

VERSIONED_KINDS = ("coverage", "documents", "frameworks", "placement", "regulations", "skill-sets", "tasks")


def release(directory: Path, lock_key: str) -> str:
    """Record the digest of one entry in the directory's ``released.lock``; recording it again changes nothing.

    Args:
        directory: a data directory.
        lock_key: ``frameworks/digiskills-vn/1.0``.

    Returns:
        The digest recorded.

    Raises:
        UnknownDataError: the directory has no such entry.
        ReleasedDataChangedError: the entry was released before with other content.
    """
    entry = _entry(directory, lock_key)
    value = digest(read_entry(entry))
    _write_lock(directory, {**read_lock(directory), lock_key: value})
    return value


def _entry(directory: Path, lock_key: str) -> Entry:
    entries = [entry for kind in VERSIONED_KINDS for entry in list_entries_at(directory, kind)]
    for entry in entries:
        if entry.lock_key == lock_key:
            return entry
    known = ", ".join(entry.lock_key for entry in entries) or "none"
    raise UnknownDataError.single(file=str(directory), value=lock_key, message="is not in this data directory", remedy=f"It has: {known}")


def _write_lock(directory: Path, digests: dict[str, str]) -> None:
    lines = [
        "# The digest of every released version. Written by `digiskills framework release`; never edit a line that is here.",
        "schema: released/1",
        "digests:",
        *(f"  {key}: {value}" for key, value in sorted(digests.items())),
    ]
    part = directory / f".{LOCK_NAME}.part"
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.replace(directory / LOCK_NAME)
