"""The rules of mastery and decision as pure functions: evidence in, state out."""

from __future__ import annotations

from digiskills_grading.scoring.decision import decide, evaluate, reasons_from_json, reasons_to_json
from digiskills_grading.scoring.keys import retraction_key, source_key
from digiskills_grading.scoring.policy import policy_for, required_skills
from digiskills_grading.scoring.retest import next_counted_attempt
from digiskills_grading.scoring.types import CellState, Evaluation, Observation, Policy, Reason, SkillState, Verdict

__all__ = [
    "CellState",
    "Evaluation",
    "Observation",
    "Policy",
    "Reason",
    "SkillState",
    "Verdict",
    "decide",
    "evaluate",
    "next_counted_attempt",
    "policy_for",
    "reasons_from_json",
    "reasons_to_json",
    "required_skills",
    "retraction_key",
    "source_key",
]
