"""From the state of the skills to the decision and its reasons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from digiskills_framework.api import AllOf, AnyOf, RequirementTree, SkillRequired, leaves
from digiskills_grading.scoring.mastery import skill_states, unassessed
from digiskills_grading.scoring.types import CellState, DecisionStatus, Evaluation, Observation, Policy, Reason, SkillState, Verdict


def evaluate(policy: Policy, observations: Iterable[Observation], *, as_of: datetime) -> Evaluation:
    """What the evidence amounts to. A pure function of the set of observations: neither their order nor repetition matters."""
    states = skill_states(policy, observations)
    ends = [state.expires_at for state in states if state.expires_at is not None and state.expires_at > as_of]
    missing = _unique(_missing(policy, policy.requires, {state.skill: state for state in states}))
    return Evaluation(skills=states, missing=missing, next_review_at=min(ends, default=None))


def decide(policy: Policy, evaluation: Evaluation, *, completed_before: bool) -> Verdict:
    """The decision that follows.

    Args:
        completed_before: an earlier decision of the same track was "completed": what is lost then is withdrawn, not "not yet".
    """
    if not evaluation.missing:
        reasons = (Reason("requirements_met", {"regulation": policy.regulation}),)
        return _verdict("completed", reasons)
    if completed_before:
        return _verdict("withdrawn", (Reason("no_longer_met", {"regulation": policy.regulation}), *evaluation.missing))
    return _verdict("not_yet", evaluation.missing)


def reasons_to_json(reasons: Iterable[Reason]) -> str:
    """Compact JSON, the form that is stored."""
    return _canonical([{"code": reason.code, "params": dict(reason.params)} for reason in reasons])


def reasons_from_json(text: str) -> tuple[Reason, ...]:
    """What `reasons_to_json` was given."""
    return tuple(Reason(item["code"], {key: _frozen(value) for key, value in item["params"].items()}) for item in json.loads(text))


def _verdict(status: DecisionStatus, reasons: tuple[Reason, ...]) -> Verdict:
    body = sorted(_canonical({"code": reason.code, "params": dict(reason.params)}) for reason in reasons)
    digest = hashlib.sha256(_canonical([status, body]).encode()).hexdigest()
    return Verdict(status=status, reasons=reasons, digest=digest)


def _missing(policy: Policy, tree: RequirementTree, states: Mapping[str, SkillState]) -> list[Reason]:
    """Why the tree is not met, in its order; empty when it is met."""
    if isinstance(tree, SkillRequired):
        return _missing_of_skill(policy, tree, states.get(tree.skill) or unassessed(policy, tree.skill))
    branches = [_missing(policy, branch, states) for branch in tree.of]
    if isinstance(tree, AllOf):
        return [reason for branch in branches for reason in branch]
    needed = 1 if isinstance(tree, AnyOf) else tree.n
    still = needed - sum(not branch for branch in branches)
    if still <= 0:
        return []
    open_skills = {leaf.skill: None for part, why in zip(tree.of, branches, strict=True) if why for leaf in leaves(part)}
    return [Reason("at_least", {"n": still, "skills": tuple(open_skills)})]


def _missing_of_skill(policy: Policy, leaf: SkillRequired, state: SkillState) -> list[Reason]:
    cells = [cell for cell in state.cells if leaf.facet in (None, cell.facet)]
    open_cells = [cell for cell in cells if cell.state != "mastered"]
    if not cells or (len(open_cells) == len(cells) > 1 and all(cell.state == "not_assessed" for cell in cells)):
        return [Reason("not_assessed", {"skill": leaf.skill})]
    return [_why(policy, leaf.skill, cell) for cell in open_cells]


def _why(policy: Policy, skill: str, cell: CellState) -> Reason:
    params: dict[str, str | int | tuple[str, ...]] = {"skill": skill}
    if cell.facet:
        params["facet"] = cell.facet
    if cell.state == "not_assessed":
        return Reason("not_assessed", params)
    if cell.hazard:
        return Reason("hazard", params)
    return Reason("below_threshold", params | {"threshold_milli": policy.values.mastery_threshold_milli})


def _unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple({_canonical([reason.code, dict(reason.params)]): reason for reason in reasons}.values())


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
