"""What is missing for a requirement tree to be met: as reasons for one learner, as a yes or no for many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from attrs import frozen

from digiskills_framework.api import AllOf, AnyOf, AtLeast, EvidenceRequired, RequirementTree, SkillRequired, Weighted
from digiskills_grading.scoring.codes import MET, UNSEEN, VETOED
from digiskills_grading.scoring.columns import moment
from digiskills_grading.scoring.layout import BoolArray, evidence_nodes
from digiskills_grading.scoring.reasons import Reason
from digiskills_grading.scoring.states import ColumnStates
from digiskills_grading.scoring.types import Policy


@frozen(kw_only=True)
class Gaps:
    """All that the reasons of one learner depend on: learners with equal gaps have equal reasons.

    Attributes:
        why: of each cell, see `mastery`.
        pieces: of each demand for evidence.
        vetoed_until: microseconds since 1970, of the cells that a veto keeps from being mastered.
    """

    why: Sequence[int]
    pieces: Sequence[int]
    vetoed_until: Mapping[int, int]


def missing_reasons(policy: Policy, gaps: Gaps) -> tuple[Reason, ...]:
    """Why the requirements are not met, in their order, each reason once; empty exactly when they are met."""
    reasons = _missing(policy, policy.requires, gaps)
    return tuple({reason.canonical: reason for reason in reasons}.values())


def requirements_met(policy: Policy, states: ColumnStates) -> BoolArray:
    """For each learner whether the requirements are met."""
    return _met(policy, policy.requires, states)


def _missing(policy: Policy, tree: RequirementTree, gaps: Gaps) -> list[Reason]:
    if isinstance(tree, SkillRequired):
        return _missing_of_skill(policy, tree, gaps)
    if isinstance(tree, EvidenceRequired):
        return _missing_pieces(policy, tree, gaps)
    branches = [_missing(policy, branch, gaps) for branch in tree.of]
    if isinstance(tree, AllOf):
        return [reason for branch in branches for reason in branch]
    still = _still_needed(tree, [not branch for branch in branches])
    if still <= 0:
        return []
    still_open = [part for part, why in zip(tree.of, branches, strict=True) if why]
    skills = tuple(dict.fromkeys(skill for part in still_open for skill in _skills(part)))
    if isinstance(tree, Weighted):
        return [Reason("weighted", {"n": still, "skills": skills})]
    if any(True for part in still_open for _ in evidence_nodes(part)):
        return [Reason("conditions", {"n": still, "skills": skills})]
    return [Reason("at_least", {"n": still, "skills": skills})]


def _still_needed(tree: AnyOf | AtLeast | Weighted, met: Sequence[bool]) -> int:
    """How many more branches, or of how much more weight, a choice needs."""
    if isinstance(tree, Weighted):
        return tree.needed - sum(weight for weight, done in zip(tree.weights, met, strict=True) if done)
    needed = 1 if isinstance(tree, AnyOf) else tree.n
    return needed - sum(met)


def _skills(tree: RequirementTree) -> Iterator[str]:
    """Every skill that a part of the tree names, in its order."""
    if isinstance(tree, SkillRequired):
        yield tree.skill
    elif isinstance(tree, EvidenceRequired):
        yield from tree.skills
    else:
        for branch in tree.of:
            yield from _skills(branch)


def _missing_of_skill(policy: Policy, leaf: SkillRequired, gaps: Gaps) -> list[Reason]:
    cells = policy.layout.cells_of(leaf.skill, leaf.facet)
    if not cells or (len(cells) > 1 and all(gaps.why[cell] == UNSEEN for cell in cells)):
        return [Reason("not_assessed", {"skill": leaf.skill})]
    return [_why(policy, cell, gaps) for cell in cells if gaps.why[cell] != MET]


def _why(policy: Policy, cell: int, gaps: Gaps) -> Reason:
    if gaps.why[cell] == VETOED:
        return policy.reasons.vetoed(cell, moment(gaps.vetoed_until[cell]))
    return policy.reasons.of_cell[gaps.why[cell]][cell]


def _missing_pieces(policy: Policy, demand: EvidenceRequired, gaps: Gaps) -> list[Reason]:
    number = policy.layout.evidence[demand]
    have = gaps.pieces[number]
    return [policy.reasons.of_demand[number][have]] if have < demand.n else []


def _met(policy: Policy, tree: RequirementTree, states: ColumnStates) -> BoolArray:
    if isinstance(tree, SkillRequired):
        cells = policy.layout.cells_of(tree.skill, tree.facet)
        if not cells:
            return np.zeros(states.learners, dtype=np.bool_)
        return np.asarray((states.why[:, cells] == MET).all(axis=1))
    if isinstance(tree, EvidenceRequired):
        return np.asarray(states.pieces[:, policy.layout.evidence[tree]] >= tree.n)
    branches = np.array([_met(policy, branch, states) for branch in tree.of])
    if isinstance(tree, AllOf):
        return np.asarray(branches.all(axis=0))
    if isinstance(tree, AnyOf):
        return np.asarray(branches.any(axis=0))
    if isinstance(tree, Weighted):
        return np.asarray(np.array(tree.weights) @ branches >= tree.needed)
    return np.asarray(branches.sum(axis=0) >= tree.n)
