"""From a regulation's file to `digiskills_framework.regulation.Regulation`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from digiskills_framework.contradictions import Contradictions, Raw, localized
from digiskills_framework.library import find, read_entry
from digiskills_framework.loader import load_bundle
from digiskills_framework.regulation import (
    RULE_NAMES,
    AllOf,
    AnyOf,
    AtLeast,
    AudienceRules,
    RecordType,
    Regulation,
    RequirementTree,
    Rule,
    SkillRequired,
)
from digiskills_framework.shapes import check_shape
from digiskills_framework.strict_yaml import DataPath, Source
from digiskills_framework.types import Audience, Framework


@cache
def load_regulation(key: str, extra: tuple[Path, ...] = ()) -> Regulation:
    """Read one regulation and check that its framework has the skills, facets and school levels it names.

    Raises:
        FrameworkDataError: unknown, unreadable, changed since its release or contradictory; see its subclasses.
    """
    entry = find("regulations", key, extra)
    source = read_entry(entry)[""]
    raw = check_shape(source, "regulation-1")
    bundle = load_bundle(raw["framework"], extra)
    reader = _Reader(source, bundle.framework, bundle.profile.levels, Contradictions())
    reader.notes.equal(source, (), f"{raw['id']}/{raw['version']}", entry.key)
    audiences = tuple(entry for name, content in raw["audiences"].items() for entry in reader.audience(Audience(name), content))
    reader.notes.check()
    return Regulation(
        id=raw["id"],
        version=raw["version"],
        label=localized(raw["label"]),
        framework=raw["framework"],
        status=raw["status"],
        notice=localized(raw["notice"]),
        audiences=audiences,
        rules=_rules(raw["rules"]),
        record_fields=tuple(raw["record"]["fields"]),
        record_types=tuple(RecordType(name) for name in raw["record"].get("types", (RecordType.CONFIRMATION,))),
        record_caps=MappingProxyType({RecordType(name): cap for name, cap in raw["record"].get("caps", {}).items()}),
    )


def _rules(raw: Raw) -> tuple[Rule, ...]:
    return tuple(Rule(name=name, **raw[name]) for name in RULE_NAMES if name in raw)


class _Reader:
    """Builds requirement trees and notes what the framework does not have."""

    def __init__(self, source: Source, framework: Framework, levels: tuple[str, ...], notes: Contradictions) -> None:
        self._source = source
        self._framework = framework
        self._levels = levels
        self.notes = notes

    def audience(self, audience: Audience, raw: Raw) -> list[AudienceRules]:
        path: DataPath = ("audiences", audience.value)
        entries = [self._entry(audience, None, raw, path)]
        for level, content in raw.get("levels", {}).items():
            self.notes.known(self._source, (*path, "levels", level), level, self._levels, "school level")
            entries.append(self._entry(audience, level, content, (*path, "levels", level)))
        return entries

    def _entry(self, audience: Audience, level: str | None, raw: Raw, path: DataPath) -> AudienceRules:
        return AudienceRules(
            audience=audience, level=level, requires=self._tree(raw["requires"], (*path, "requires")), rules=_rules(raw.get("rules", {}))
        )

    def _tree(self, raw: Raw, path: DataPath) -> RequirementTree:
        forms = [name for name in ("all", "any", "at_least", "skill") if name in raw]
        if len(forms) > 1:
            self.notes.add(self._source, path, ", ".join(forms), "mixes several forms", "A node is one of: all, any, at_least, skill")
        if forms[0] == "all":
            return AllOf(of=self._branches(raw["all"], (*path, "all")))
        if forms[0] == "any":
            return AnyOf(of=self._branches(raw["any"], (*path, "any")))
        if forms[0] == "at_least":
            return self._at_least(raw["at_least"], (*path, "at_least"))
        return self._leaf(raw, path)

    def _branches(self, raw: list[Any], path: DataPath) -> tuple[RequirementTree, ...]:
        return tuple(self._tree(branch, (*path, index)) for index, branch in enumerate(raw))

    def _at_least(self, raw: Raw, path: DataPath) -> RequirementTree:
        branches = self._branches(raw["of"], (*path, "of"))
        if raw["n"] > len(branches):
            self.notes.add(self._source, (*path, "n"), raw["n"], "asks for more than there are", f"Use a number up to {len(branches)}")
        return AtLeast(n=raw["n"], of=branches)

    def _leaf(self, raw: Raw, path: DataPath) -> RequirementTree:
        leaf = SkillRequired(skill=raw["skill"], facet=raw.get("facet"))
        self.notes.known(self._source, (*path, "skill"), leaf.skill, self._framework.codes, "skill")
        if leaf.facet is not None and leaf.skill in self._framework.codes:
            self.notes.known(
                self._source, (*path, "facet"), leaf.facet, self._framework.skill(leaf.skill).facet_codes, f"facet of {leaf.skill}"
            )
        return leaf
