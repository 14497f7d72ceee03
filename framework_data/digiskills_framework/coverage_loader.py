"""From a coverage rule's file to `digiskills_framework.coverage.CoverageRule`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from digiskills_framework.contradictions import Contradictions, Raw, localized
from digiskills_framework.coverage import COMPLETED, CoverageRule, GroupKind
from digiskills_framework.errors import FrameworkDataError, InconsistentDataError
from digiskills_framework.library import digest, find, list_entries, read_entry
from digiskills_framework.loader import load_bundle
from digiskills_framework.regulation import Regulation
from digiskills_framework.regulation_loader import load_regulation
from digiskills_framework.regulation_rules import Rule
from digiskills_framework.requirement_reader import TreeReader
from digiskills_framework.requirement_tree import RequirementTree
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import Source
from digiskills_framework.types import Audience


def list_coverage(extra: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Keys of the coverage rules there are: ``household-five-basic/1``."""
    return tuple(entry.key for entry in list_entries("coverage", extra))


@cache
def load_coverage(key: str, extra: tuple[Path, ...] = ()) -> CoverageRule:
    """Read one coverage rule and check it against the regulation that it names.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    entry = find("coverage", key, extra)
    sources = read_entry(entry)
    source = sources[""]
    raw = check_shape(source, "coverage-1")
    notes = Contradictions()
    notes.equal(source, (), f"{raw['id']}/{raw['version']}", entry.key)
    condition, members = raw["condition"], raw["members"]
    audience = Audience(condition["audience"]) if "audience" in condition else None
    reader = TreeReader(source, load_bundle(_regulation(source, condition, audience, notes, extra).framework, extra), notes, extra)
    requires = condition["requires"]
    tree: RequirementTree | Literal["completed"] = COMPLETED
    if requires != COMPLETED:
        tree = reader.read(requires, ("condition", "requires"), audience, None)
    if ("at_least" in members) == ("share_milli" in members):
        notes.add(source, ("members",), "", "must say either how many members or which share", "Keep one of 'at_least' and 'share_milli'")
    notes.check()
    return CoverageRule(
        id=raw["id"],
        version=raw["version"],
        label=localized(raw["label"]),
        notice=localized(raw["notice"]),
        group_kind=GroupKind(raw["group_kind"]["value"]),
        regulation=condition["regulation"],
        audience=audience,
        condition=tree,
        at_least=members.get("at_least"),
        share_milli=members.get("share_milli"),
        statements=_statements(raw),
        digest=digest(sources),
    )


def _regulation(source: Source, condition: Raw, audience: Audience | None, notes: Contradictions, extra: tuple[Path, ...]) -> Regulation:
    """The regulation that the condition names.

    Raises:
        InconsistentDataError: there is no usable one.
    """
    try:
        regulation = load_regulation(condition["regulation"], extra)
    except FrameworkDataError as error:
        message = f"cannot be used: {error.message}"
        raise InconsistentDataError(
            [source.finding(("condition", "regulation"), condition["regulation"], message, error.remedy)]
        ) from error
    if audience is not None and audience not in regulation.audience_codes():
        message = f"is an audience of which {regulation.key} says nothing"
        notes.add(source, ("condition", "audience"), audience.value, message, f"Use one of: {', '.join(regulation.audience_codes())}")
    return regulation


def _statements(raw: Raw) -> tuple[Rule, ...]:
    members, requires = raw["members"], raw["condition"]["requires"]
    values = {
        "group_kind": raw["group_kind"]["value"],
        "members": members.get("at_least", members.get("share_milli")),
        "condition": COMPLETED if requires == COMPLETED else "requires",
    }
    return tuple(Rule(name=name, value=value, basis=raw[name]["basis"], source=raw[name]["source"]) for name, value in values.items())
