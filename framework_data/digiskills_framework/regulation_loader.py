"""From a regulation's file to `digiskills_framework.regulation.Regulation`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType

from digiskills_framework.contradictions import Contradictions, Raw, localized
from digiskills_framework.library import digest, find, read_entry
from digiskills_framework.loader import load_bundle
from digiskills_framework.regulation import (
    AudienceRules,
    ChangePolicy,
    CompletedLearners,
    MovedLearners,
    RecordType,
    Regulation,
)
from digiskills_framework.regulation_checks import check_rules, check_succession
from digiskills_framework.regulation_rules import RULE_NAMES, Role, Rule
from digiskills_framework.requirement_reader import TreeReader
from digiskills_framework.requirement_tree import Assurance
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source
from digiskills_framework.types import Audience


@cache
def load_regulation(key: str, extra: tuple[Path, ...] = ()) -> Regulation:
    """Read one regulation, check that its framework has what it names and that its rules do not contradict one another.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    entry = find("regulations", key, extra)
    return build_regulation(entry.key, read_entry(entry)[""], extra)


def build_regulation(key: str, source: Source, extra: tuple[Path, ...] = ()) -> Regulation:
    """Check the file of one regulation and build the type.

    Args:
        key: ``id/version`` under which the file lies.
        extra: further data directories, for the framework, the skill sets and the superseded version that it names.

    Raises:
        FrameworkDataError: one finding for each thing wrong; see `load_regulation`.
    """
    raw = check_shape(source, "regulation-1")
    notes = Contradictions()
    notes.equal(source, (), f"{raw['id']}/{raw['version']}", key)
    bundle = load_bundle(raw["framework"], extra)
    for level in raw["audiences"].get("student", {}).get("levels", {}):
        notes.known(source, ("audiences", "student", "levels", level), level, bundle.profile.levels, "school level")
    notes.check()
    reader = TreeReader(source, bundle, notes, extra)
    audiences = tuple(entry for name, content in raw["audiences"].items() for entry in _audience(reader, Audience(name), content))
    notes.check()
    regulation = _regulation(raw, audiences, digest({"": source}))
    check_rules(regulation, source, notes)
    check_succession(regulation, source, notes, extra)
    notes.check()
    return regulation


def _regulation(raw: Raw, audiences: tuple[AudienceRules, ...], content_digest: str) -> Regulation:
    record = raw["record"]
    return Regulation(
        id=raw["id"],
        version=raw["version"],
        label=localized(raw["label"]),
        framework=raw["framework"],
        status=raw["status"],
        notice=localized(raw["notice"]),
        audiences=audiences,
        rules=_rules(raw["rules"]),
        record_fields=tuple(record["fields"]),
        record_types=tuple(RecordType(name) for name in record.get("types", (RecordType.CONFIRMATION,))),
        record_caps=MappingProxyType({RecordType(name): cap for name, cap in record.get("caps", {}).items()}),
        record_basis=Rule(name="record", value=None, basis=record["basis"], source=record["source"]),
        digest=content_digest,
        supersedes=raw.get("supersedes"),
        change_policy=_change_policy(raw["change_policy"]) if "change_policy" in raw else None,
    )


def _audience(reader: TreeReader, audience: Audience, raw: Raw) -> list[AudienceRules]:
    path: DataPath = ("audiences", audience.value)
    entries = [_entry(reader, audience, None, raw, path)]
    entries.extend(_entry(reader, audience, level, content, (*path, "levels", level)) for level, content in raw.get("levels", {}).items())
    return entries


def _entry(reader: TreeReader, audience: Audience, level: str | None, raw: Raw, path: DataPath) -> AudienceRules:
    requires = reader.read(raw["requires"], (*path, "requires"), audience, level)
    return AudienceRules(audience=audience, level=level, requires=requires, rules=_rules(raw.get("rules", {})))


def _rules(raw: Raw) -> tuple[Rule, ...]:
    return tuple(_rule(name, raw[name]) for name in RULE_NAMES if name in raw)


def _rule(name: str, raw: Raw) -> Rule:
    return Rule(
        name=name,
        value=_in_order(raw["value"]) if isinstance(raw["value"], list) else raw["value"],
        basis=raw["basis"],
        source=raw["source"],
    )


def _in_order(names: list[str]) -> tuple[str, ...]:
    """Assurances or roles in our order, since that of the file means nothing."""
    return tuple(name.value for kind in (Assurance, Role) for name in kind if name.value in names)


def _change_policy(raw: Raw) -> ChangePolicy:
    return ChangePolicy(
        who=MovedLearners(raw["who"]["value"]),
        completed=CompletedLearners(raw["completed"]["value"]),
        statements=tuple(_rule(name, raw[name]) for name in ("who", "completed")),
    )
