"""How far a learner is from what is required, in further successful pieces of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from digiskills_framework.api import CountedAttempts, EvidenceRequired, RuleValues, evidence_leaves, leaves
from digiskills_grading.scoring.pieces import Cell, Needs
from digiskills_grading.scoring.types import Evaluation, Observation, Policy

MET = frozenset({"mastered", "exempt"})


def standing(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """The scores that were neither taken back nor excluded, each once, oldest first. Assurance is not looked at."""
    by_key = {item.key: item for item in observations}
    retracted = {item.retracts for item in by_key.values() if item.kind == "retraction"}
    found = (item for item in by_key.values() if item.kind in ("score", "hazard") and item.key not in retracted and not item.excluded)
    return tuple(sorted(found, key=lambda item: (item.occurred_at, item.key)))


def needs_of(policy: Policy, evaluation: Evaluation, observations: Iterable[Observation], *, as_of: datetime) -> Needs:
    """What is still needed for every cell and for every kind of evidence that the requirements name.

    Args:
        evaluation: of the same observations under the same policy at the same moment.
    """
    counted = [item for item in standing(observations) if item.assurance in policy.values.accepted_assurance]
    states = {(skill.skill, cell.facet): cell.state for skill in evaluation.skills for cell in skill.cells}
    exempt = frozenset(skill.skill for skill in evaluation.skills if skill.state == "exempt")
    passed = [item for item in counted if item.skill not in exempt and _is_valid(policy, item, as_of)]
    cells = {
        cell: successes_needed(policy.values, [item for item in counted if (item.skill, item.facet) == cell])
        for cell in required_cells(policy)
        if states.get(cell) not in MET
    }
    pieces = {
        node: 0 if exempt.issuperset(node.skills) else max(node.n - _gained(node, passed), 0) for node in evidence_leaves(policy.requires)
    }
    return Needs(cells=cells, pieces=pieces)


def required_cells(policy: Policy) -> tuple[Cell, ...]:
    """Every skill and facet that the requirements name, each once, in their order."""
    return tuple(
        dict.fromkeys(
            (leaf.skill, facet)
            for leaf in leaves(policy.requires)
            for facet in policy.facets.get(leaf.skill) or ("",)
            if leaf.facet in (None, facet)
        )
    )


def successes_needed(values: RuleValues, items: Sequence[Observation]) -> int:
    """How many more pieces at the threshold an open cell needs, at least 1.

    Args:
        items: what counts for the cell, oldest first.
    """
    if values.counted_attempts is not CountedAttempts.M_OF_N:
        return 1
    passed = [_passes(values, item) for item in items]
    for more in range(1, values.counted_m):
        kept = values.counted_n - more
        if more + sum(passed[-kept:] if kept else ()) >= values.counted_m:
            return more
    return values.counted_m


def _gained(node: EvidenceRequired, passed: Iterable[Observation]) -> int:
    """Pieces that a node counts already; what carries several skills counts once."""
    return len(
        {
            item.piece or item.key
            for item in passed
            if item.skill in node.skills and item.assurance in node.assurance and node.practical in (None, item.practical)
        }
    )


def _is_valid(policy: Policy, item: Observation, as_of: datetime) -> bool:
    """Whether it reaches the threshold, on a cell of the framework, and is not too old."""
    days = policy.values.validity_days
    is_cell = item.facet in (policy.facets[item.skill] or ("",)) if item.skill in policy.facets else False
    return is_cell and _passes(policy.values, item) and (days is None or as_of < item.occurred_at + timedelta(days=days))


def _passes(values: RuleValues, item: Observation) -> bool:
    blocked = item.kind == "hazard" and values.hazard_blocks_mastery
    return not blocked and item.value_milli >= values.mastery_threshold_milli
