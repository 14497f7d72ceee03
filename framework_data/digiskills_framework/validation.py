"""Check a whole data directory: every file by itself, all of them together, and what was released."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from digiskills_framework.coverage_loader import load_coverage
from digiskills_framework.document_loader import load_document
from digiskills_framework.errors import Finding, FrameworkDataError
from digiskills_framework.library import LOCK_NAME, SHIPPED, Entry, list_entries_at, read_lock
from digiskills_framework.loader import load_bundle, load_skill_set
from digiskills_framework.pack_loader import load_pack, load_units
from digiskills_framework.placement_loader import load_placement
from digiskills_framework.registry_profiles import check_registries
from digiskills_framework.regulation_loader import load_regulation
from digiskills_framework.releasing import VERSIONED_KINDS
from digiskills_framework.tasks import load_task


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what is wrong with it."""

    checked: tuple[str, ...]
    findings: tuple[Finding, ...]


def validate(directory: Path = SHIPPED) -> Report:
    """Check every entry of a data directory, together with the shipped data that it may refer to.

    An unreadable entry does not hide the findings in the others.
    """
    extra = () if directory.resolve() == SHIPPED.resolve() else (directory,)
    entries = [entry for kind in (*VERSIONED_KINDS, "packs") for entry in list_entries_at(directory, kind)]
    findings = [finding for entry in entries for check in _checks(entry, extra) for finding in _findings_of(check)]
    findings += _lock_findings(directory, entries)
    if not entries:
        remedy = f"Point at a directory that holds one of: {', '.join((*VERSIONED_KINDS, 'packs'))}"
        findings.append(Finding(file=str(directory), path="", value="", message="holds no framework data", remedy=remedy))
    return Report(checked=tuple(entry.lock_key for entry in entries), findings=tuple(dict.fromkeys(findings)))


def _checks(entry: Entry, extra: tuple[Path, ...]) -> Iterator[Callable[[], object]]:
    readers: dict[str, tuple[Callable[[str, tuple[Path, ...]], object], ...]] = {
        "documents": (load_document,),
        "frameworks": (load_bundle, _check_levels),
        "placement": (load_placement,),
        "regulations": (load_regulation,),
        "coverage": (load_coverage,),
        "skill-sets": (load_skill_set,),
        "packs": (load_pack, load_units, check_registries),
        "tasks": (_load_task,),
    }
    for reader in readers[entry.kind]:
        yield partial(reader, entry.key, extra)


def _load_task(key: str, extra: tuple[Path, ...]) -> None:
    task_id, _slash, version = key.partition("/")
    load_task(task_id, int(version) if version.isdecimal() else None, extra=extra)


def _check_levels(key: str, extra: tuple[Path, ...]) -> None:
    """A profile speaks of the school levels of its country, in their order, or of none."""
    bundle = load_bundle(key, extra)
    levels = tuple(level.code for level in load_pack(bundle.framework.pack, extra).school_levels)
    if bundle.profile.levels not in {(), levels}:
        raise FrameworkDataError.single(
            file=f"frameworks/{key}/profile.yaml",
            path="audiences.student.levels",
            value=", ".join(bundle.profile.levels),
            message=f"are not the school levels of country pack {bundle.framework.pack}",
            remedy=f"Give exactly these, in this order: {', '.join(levels)}",
        )


def _findings_of(check: Callable[[], object]) -> tuple[Finding, ...]:
    try:
        check()
    except FrameworkDataError as error:
        return error.findings
    return ()


def _lock_findings(directory: Path, entries: list[Entry]) -> list[Finding]:
    try:
        recorded = read_lock(directory)
    except FrameworkDataError as error:
        return list(error.findings)
    missing = sorted(set(recorded) - {entry.lock_key for entry in entries})
    return [
        Finding(file=LOCK_NAME, path=key, value="", message="was released and is gone", remedy="Restore it; released versions stay")
        for key in missing
    ]
