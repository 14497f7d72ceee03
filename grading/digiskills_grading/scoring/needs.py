"""How far a learner is from what is required, in further successful pieces of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digiskills_framework.api import CountedAttempts, RuleValues, evidence_leaves, leaves
from digiskills_grading.scoring.pieces import Cell, Needs
from digiskills_grading.scoring.types import Evaluation, Observation, Policy

MET = frozenset({"mastered", "exempt"})


def standing(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """The scores that were neither taken back nor excluded, each once, oldest first. Assurance is not looked at."""
    by_key = {item.key: item for item in observations}
    retracted = {item.retracts for item in by_key.values() if item.kind == "retraction"}
    found = (item for item in by_key.values() if item.kind in ("score", "hazard") and item.key not in retracted and not item.excluded)
    return tuple(sorted(found, key=lambda item: (item.occurred_at, item.key)))


def needs_of(policy: Policy, evaluation: Evaluation, observations: Iterable[Observation]) -> Needs:
    """What is still needed for every cell and for every kind of evidence that the requirements name.

    Args:
        evaluation: of the same observations under the same policy.
    """
    counted = [item for item in standing(observations) if item.assurance in policy.values.accepted_assurance]
    states = {(skill.skill, cell.facet): cell.state for skill in evaluation.skills for cell in skill.cells}
    demands = dict.fromkeys(evidence_leaves(policy.requires))
    return Needs(
        cells={
            cell: successes_needed(policy.values, [item for item in counted if (item.skill, item.facet) == cell])
            for cell in required_cells(policy)
            if states.get(cell) not in MET
        },
        pieces={demand: demand.n - have for demand, have in zip(demands, evaluation.pieces, strict=True)},
    )


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


def _passes(values: RuleValues, item: Observation) -> bool:
    """Whether it reaches the threshold; a hazard counts for a thousandth less than that where the rules say so."""
    threshold = values.mastery_threshold_milli
    cap = max(threshold - 1, 0) if item.kind == "hazard" and values.hazard_blocks_mastery else item.value_milli
    return min(item.value_milli, cap) >= threshold
