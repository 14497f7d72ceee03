"""From a requirement tree as a file writes it to `digiskills_framework.regulation.RequirementTree`.

Groups, sets and ``each_group`` become the skills they stand for, once, so that nobody else needs to know the framework.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digiskills_framework.contradictions import Contradictions, Raw
from digiskills_framework.errors import FrameworkDataError
from digiskills_framework.loader import FrameworkBundle, load_skill_set
from digiskills_framework.requirement_tree import (
    AllOf,
    AnyOf,
    Assurance,
    AtLeast,
    EvidenceRequired,
    RequirementTree,
    SkillRequired,
    Weighted,
)
from digiskills_framework.strict_yaml import DataPath, Source
from digiskills_framework.types import Audience, Requirement

FORMS = ("all", "any", "at_least", "weighted", "evidence", "each_group", "group", "set", "skill")
SCOPES = ("group", "set", "skills")


@dataclass(frozen=True, slots=True)
class TreeReader:
    """Reads the trees of one file and notes what contradicts the framework.

    Attributes:
        bundle: the framework whose skills the trees name, with its requirement profile.
        extra: further data directories, for skill sets.
    """

    source: Source
    bundle: FrameworkBundle
    notes: Contradictions
    extra: tuple[Path, ...] = ()

    def read(self, raw: Raw, path: DataPath, audience: Audience | None, level: str | None) -> RequirementTree:
        """The tree as it applies to an audience and school level.

        Args:
            path: of the tree in the file.
            audience: None where the file names none; then no group can be named either.
            level: for students None means that the level is not known, and the highest level's profile stands in.
        """
        column = " ".join(part for part in (audience or "no audience", level) if part)
        return _AudienceReader(self, self._wanted(audience, level), column).tree(raw, path)

    def _wanted(self, audience: Audience | None, level: str | None) -> Mapping[str, Requirement]:
        profile = self.bundle.profile
        column = level or (profile.levels[-1] if audience is Audience.STUDENT and profile.levels else None)
        return {cell.skill: cell.requirement for cell in profile.present() if (cell.audience, cell.level) == (audience, column)}


@dataclass(frozen=True, slots=True)
class _AudienceReader:
    """Reads one tree for one column of the requirement profile.

    Attributes:
        wanted: the skills in that column, required and optional.
        column: its name, for errors.
    """

    file: TreeReader
    wanted: Mapping[str, Requirement]
    column: str

    def tree(self, raw: Raw, path: DataPath) -> RequirementTree:
        forms = [name for name in FORMS if name in raw]
        if len(forms) > 1:
            self._note(path, ", ".join(forms), "mixes several forms", f"A node is one of: {', '.join(FORMS)}")
        form = forms[0]
        readers: Mapping[str, Callable[[Any, DataPath], RequirementTree]] = {
            "all": lambda branches, at: AllOf(of=self._branches(branches, at)),
            "any": lambda branches, at: AnyOf(of=self._branches(branches, at)),
            "at_least": self._at_least,
            "weighted": self._weighted,
            "evidence": self._evidence,
            "each_group": self._each_group,
            "group": self._group,
            "set": self._set,
        }
        return self._leaf(raw, path) if form == "skill" else readers[form](raw[form], (*path, form))

    def _branches(self, raw: list[Any], path: DataPath) -> tuple[RequirementTree, ...]:
        return tuple(self.tree(branch, (*path, index)) for index, branch in enumerate(raw))

    def _at_least(self, raw: Raw, path: DataPath) -> AtLeast:
        scope = self._scope(raw, path, ("of", "group", "set"))
        if scope in {None, "of"}:
            branches = self._branches(raw.get("of", ()), (*path, "of"))
            self._check_distinct(branches, (*path, "of"))
            named = None
        else:
            branches = tuple(SkillRequired(code) for code in self._skills(raw, path, optional_too=True))
            named = f"{scope}:{raw[scope]}"
        if scope is not None and raw["n"] > len(branches) > 0:
            self._note((*path, "n"), raw["n"], "asks for more than there are", f"Use a number up to {len(branches)}")
        return AtLeast(n=raw["n"], of=branches, named=named)

    def _weighted(self, raw: Raw, path: DataPath) -> Weighted:
        branches = self._branches(raw["of"], (*path, "of"))
        self._check_distinct(branches, (*path, "of"))
        weights = tuple(branch["points"] for branch in raw["of"])
        if raw["points"] > sum(weights):
            self._note((*path, "points"), raw["points"], "is more than all branches together give", f"Use a number up to {sum(weights)}")
        return Weighted(needed=raw["points"], weights=weights, of=branches)

    def _evidence(self, raw: Raw, path: DataPath) -> EvidenceRequired:
        scope = self._scope(raw, path, SCOPES)
        return _pieces(raw, self._skills(raw, path), None if scope in {None, "skills"} else f"{scope}:{raw[scope]}")

    def _each_group(self, raw: Raw, path: DataPath) -> AllOf:
        content, at = raw["evidence"], (*path, "evidence")
        for name in SCOPES:
            if name in content:
                self._note((*at, name), content[name], "narrows what each_group takes from the profile", f"Remove '{name}'")
        groups = [group.code for group in self.file.bundle.framework.groups if self._of_group(group.code)]
        if not groups:
            self._note(path, self.column, "has no group with a required skill", "Name the skills, or name an audience that the profile has")
        return AllOf(of=tuple(_pieces(content, self._of_group(code), f"group:{code}") for code in groups))

    def _group(self, code: str, path: DataPath) -> AllOf:
        skills = self._group_skills(code, path, optional_too=False)
        return AllOf(of=tuple(SkillRequired(skill) for skill in skills), named=f"group:{code}")

    def _set(self, set_id: str, path: DataPath) -> AllOf:
        return AllOf(of=tuple(SkillRequired(skill) for skill in self._set_skills(set_id, path)), named=f"set:{set_id}")

    def _leaf(self, raw: Raw, path: DataPath) -> SkillRequired:
        leaf = SkillRequired(skill=raw["skill"], facet=raw.get("facet"))
        framework, notes, source = self.file.bundle.framework, self.file.notes, self.file.source
        notes.known(source, (*path, "skill"), leaf.skill, framework.codes, "skill")
        if leaf.facet is not None and leaf.skill in framework.codes:
            notes.known(source, (*path, "facet"), leaf.facet, framework.skill(leaf.skill).facet_codes, f"facet of {leaf.skill}")
        return leaf

    def _skills(self, raw: Raw, path: DataPath, *, optional_too: bool = False) -> tuple[str, ...]:
        """The skills that ``group``, ``set`` or ``skills`` stand for; empty after noting why there are none."""
        if "group" in raw:
            return self._group_skills(raw["group"], (*path, "group"), optional_too=optional_too)
        if "set" in raw:
            return self._set_skills(raw["set"], (*path, "set"))
        for index, code in enumerate(raw.get("skills", ())):
            self.file.notes.known(self.file.source, (*path, "skills", index), code, self.file.bundle.framework.codes, "skill")
        return tuple(raw.get("skills", ()))

    def _group_skills(self, code: str, path: DataPath, *, optional_too: bool) -> tuple[str, ...]:
        groups = [group.code for group in self.file.bundle.framework.groups]
        self.file.notes.known(self.file.source, path, code, groups, "skill group")
        skills = self._of_group(code, optional_too=optional_too)
        if code in groups and not skills:
            asked = "requires or offers" if optional_too else "requires"
            remedy = "Leave the group out here, or name its skills one by one"
            self._note(path, code, f"has no skill that the profile {asked} of {self.column}", remedy)
        return skills

    def _of_group(self, code: str, *, optional_too: bool = False) -> tuple[str, ...]:
        kinds = {Requirement.REQUIRED, Requirement.OPTIONAL} if optional_too else {Requirement.REQUIRED}
        return tuple(
            skill.code for skill in self.file.bundle.framework.skills if skill.group == code and self.wanted.get(skill.code) in kinds
        )

    def _set_skills(self, set_id: str, path: DataPath) -> tuple[str, ...]:
        try:
            found = load_skill_set(set_id, self.file.extra)
        except FrameworkDataError as error:
            self._note(path, set_id, f"cannot be used: {error.message}", error.remedy)
            return ()
        framework = self.file.bundle.framework.key
        if found.framework != framework:
            self._note(path, set_id, f"is a set of {found.framework}", f"Use a set of {framework}")
        return found.skills

    def _scope(self, raw: Raw, path: DataPath, names: tuple[str, ...]) -> str | None:
        """Which one of these fields is given; None after noting that none or several are."""
        given = [name for name in names if name in raw]
        if len(given) != 1:
            self._note(path, ", ".join(given), f"must name exactly one of {', '.join(names)}", "Keep one and remove the others")
        return given[0] if len(given) == 1 else None

    def _check_distinct(self, branches: tuple[RequirementTree, ...], path: DataPath) -> None:
        """Where branches are counted, one that is written twice would count twice."""
        for index, branch in enumerate(branches):
            if branch in branches[:index]:
                self._note((*path, index), index, "repeats an earlier branch, which would count twice", "Remove it")

    def _note(self, path: DataPath, value: object, message: str, remedy: str) -> None:
        self.file.notes.add(self.file.source, path, value, message, remedy)


def _pieces(raw: Raw, skills: tuple[str, ...], named: str | None) -> EvidenceRequired:
    return EvidenceRequired(
        n=raw["n"],
        skills=skills,
        assurance=frozenset(Assurance(name) for name in raw["assurance"]),
        practical=raw.get("practical"),
        named=named,
    )
