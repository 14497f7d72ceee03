"""From evidence to the state of every skill.

A cell is one facet of a skill, or the whole skill where the framework names no facets. A skill is mastered when each of its cells is;
a facet that was never assessed leaves the skill unmastered, however good the others are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from digiskills_framework.api import Assurance, CountedAttempts, RuleValues
from digiskills_grading.scoring.types import CellState, MasteryStatus, Observation, Policy, SkillState


def skill_states(policy: Policy, observations: Iterable[Observation]) -> tuple[SkillState, ...]:
    """The state of every skill that has counted evidence, by skill code. The order of the observations does not matter."""
    cells: dict[tuple[str, str], list[Observation]] = defaultdict(list)
    for item in counted(policy.values, observations):
        cells[item.skill, item.facet].append(item)
    seen = sorted({skill for skill, facet in cells if facet in _cells_of(policy, skill)})
    return tuple(_skill_state(policy, skill, cells) for skill in seen)


def unassessed(policy: Policy, skill: str) -> SkillState:
    """The state of a skill without counted evidence."""
    cells = tuple(CellState(facet=facet, state="not_assessed") for facet in _cells_of(policy, skill))
    return SkillState(skill=skill, state="not_assessed", value_milli=None, since=None, expires_at=None, cells=cells)


def counted(values: RuleValues, observations: Iterable[Observation]) -> list[Observation]:
    """The observations that count, oldest first: not taken back, not excluded, of sufficient assurance, each key once."""
    by_key = {item.key: item for item in observations}
    retracted = {item.retracts for item in by_key.values() if item.kind == "retraction"}
    return sorted(
        (
            item
            for item in by_key.values()
            if item.kind != "retraction"
            and item.key not in retracted
            and not item.excluded
            and Assurance(item.assurance).rank >= values.min_assurance.rank
        ),
        key=lambda item: (item.occurred_at, item.key),
    )


def _cells_of(policy: Policy, skill: str) -> tuple[str, ...]:
    """Facets of a skill, a single empty one for a whole skill, none for a skill that the framework does not have."""
    facets = policy.facets.get(skill)
    if facets is None:
        return ()
    return facets or ("",)


def _skill_state(policy: Policy, skill: str, cells: dict[tuple[str, str], list[Observation]]) -> SkillState:
    states = tuple(_cell_state(policy.values, facet, cells.get((skill, facet), ())) for facet in _cells_of(policy, skill))
    values = [cell.value_milli for cell in states if cell.value_milli is not None]
    mastered = all(cell.state == "mastered" for cell in states)
    since = [cell.since for cell in states if cell.since is not None]
    expiries = [cell.expires_at for cell in states if cell.expires_at is not None]
    return SkillState(
        skill=skill,
        state="mastered" if mastered else "not_yet",
        value_milli=min(values) if len(values) == len(states) else None,
        since=max(since) if mastered else None,
        expires_at=min(expiries) if mastered and expiries else None,
        cells=states,
    )


def _cell_state(values: RuleValues, facet: str, items: Sequence[Observation]) -> CellState:
    """Walks the counted observations of one cell, oldest first."""
    if not items:
        return CellState(facet=facet, state="not_assessed")
    current = raw = 0
    since = None
    for position, item in enumerate(items):
        value = effective_value(values, item)
        keep = values.counted_attempts is CountedAttempts.BEST and position > 0
        current = max(current, value) if keep else value
        raw = max(raw, item.value_milli) if keep else item.value_milli
        if current >= values.mastery_threshold_milli:
            since = since or item.occurred_at
        elif not values.raise_only:
            since = None
    state: MasteryStatus = "not_yet" if since is None else "mastered"
    expires_at = None
    if since is not None and values.validity_days is not None:
        proofs = [item.occurred_at for item in items if effective_value(values, item) >= values.mastery_threshold_milli]
        expires_at = max(proofs) + timedelta(days=values.validity_days)
    hazard = since is None and raw >= values.mastery_threshold_milli
    return CellState(facet=facet, state=state, value_milli=current, hazard=hazard, since=since, expires_at=expires_at)


def effective_value(values: RuleValues, item: Observation) -> int:
    """What an observation is worth, 0 … 1000: just under the threshold at most where an unrecovered hazard blocks mastery."""
    if item.kind == "hazard" and values.hazard_blocks_mastery:
        return min(item.value_milli, max(values.mastery_threshold_milli - 1, 0))
    return item.value_milli
