"""The frozen types of what an audience must master: a tree whose leaves are skills and pieces of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Assurance(StrEnum):
    """How sure one may be of who did it, weakest first; see `rank`."""

    SELF = "self"
    IMPORTED = "imported"
    ASSISTED = "assisted"
    SUPERVISED = "supervised"
    OBSERVED = "observed"

    @property
    def rank(self) -> int:
        """0 for the weakest; evidence satisfies a minimum when its rank is at least that of the minimum."""
        return list(Assurance).index(self)


@dataclass(frozen=True, slots=True)
class SkillRequired:
    """A leaf: the skill is mastered; with ``facet``, only that facet of it is asked for."""

    skill: str
    facet: str | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every branch.

    Attributes:
        named: ``group:S`` or ``set:five-basic`` where the file names a group or a set and the loader put its skills in; None else.
    """

    of: tuple[RequirementTree, ...]
    named: str | None = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    of: tuple[RequirementTree, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least ``n`` of the branches, 1 ≤ n ≤ len(of).

    Attributes:
        named: as in `AllOf`.
    """

    n: int
    of: tuple[RequirementTree, ...]
    named: str | None = None


@dataclass(frozen=True, slots=True)
class Weighted:
    """Branches that are met add their weights, and the sum is at least ``needed``.

    Attributes:
        needed: 1 … sum of the weights.
        weights: one for each branch, each ≥ 1.
    """

    needed: int
    weights: tuple[int, ...]
    of: tuple[RequirementTree, ...]


@dataclass(frozen=True, slots=True)
class EvidenceRequired:
    """At least ``n`` counted pieces of evidence on any of the skills that reach the threshold and were gained in a given way.

    "At least one supervised piece a group" is one of these for each group.

    Attributes:
        n: ≥ 1.
        skills: codes; one piece counts once, whatever its skill.
        assurance: a piece of any of these counts.
        practical: True asks for practice, False for knowledge (questions), None for either.
        named: as in `AllOf`.
    """

    n: int
    skills: tuple[str, ...]
    assurance: frozenset[Assurance]
    practical: bool | None = None
    named: str | None = None


RequirementTree = AllOf | AnyOf | AtLeast | Weighted | EvidenceRequired | SkillRequired


def leaves(tree: RequirementTree) -> Iterator[SkillRequired]:
    """Every skill that must be mastered, in the order written; a skill named twice comes twice, `EvidenceRequired` names none."""
    if isinstance(tree, SkillRequired):
        yield tree
    elif not isinstance(tree, EvidenceRequired):
        for branch in tree.of:
            yield from leaves(branch)


def evidence_leaves(tree: RequirementTree) -> Iterator[EvidenceRequired]:
    """Every demand of evidence in the tree, in the order written."""
    if isinstance(tree, EvidenceRequired):
        yield tree
    elif not isinstance(tree, SkillRequired):
        for branch in tree.of:
            yield from evidence_leaves(branch)


def tree_as_json(tree: RequirementTree) -> dict[str, Any]:
    """The tree in the notation of the file, with groups and sets replaced by their skills and kept as ``named``."""
    if isinstance(tree, SkillRequired):
        return {"skill": tree.skill} if tree.facet is None else {"skill": tree.skill, "facet": tree.facet}
    if isinstance(tree, EvidenceRequired):
        ways = [one.value for one in Assurance if one in tree.assurance]
        content: dict[str, Any] = {"n": tree.n, "assurance": ways, "practical": tree.practical, "skills": list(tree.skills)}
        return {"evidence": content, "named": tree.named}
    branches = [tree_as_json(branch) for branch in tree.of]
    if isinstance(tree, AllOf):
        return {"all": branches, "named": tree.named}
    if isinstance(tree, AnyOf):
        return {"any": branches}
    if isinstance(tree, AtLeast):
        return {"at_least": {"n": tree.n, "of": branches}, "named": tree.named}
    weighed = [{"points": weight, **branch} for weight, branch in zip(tree.weights, branches, strict=True)]
    return {"weighted": {"points": tree.needed, "of": weighed}}
