"""The rules of mastery and decision as pure functions: evidence in, state out."""

from __future__ import annotations

from digiskills_grading.scoring.columns import Columns, columns_of
from digiskills_grading.scoring.decision import ColumnVerdicts, decide, decide_columns, evaluate, superseded
from digiskills_grading.scoring.keys import retraction_key, source_key
from digiskills_grading.scoring.policy import policy_for, required_skills
from digiskills_grading.scoring.reasons import ParamValue, Reason, reasons_from_json, reasons_to_json
from digiskills_grading.scoring.requirements import requirements_met
from digiskills_grading.scoring.retest import next_counted_attempt
from digiskills_grading.scoring.states import ColumnStates, SkillColumns, evaluate_columns, skill_columns
from digiskills_grading.scoring.types import CellState, Evaluation, Observation, Policy, SkillState, Verdict

__all__ = [
    "CellState",
    "ColumnStates",
    "ColumnVerdicts",
    "Columns",
    "Evaluation",
    "Observation",
    "ParamValue",
    "Policy",
    "Reason",
    "SkillColumns",
    "SkillState",
    "Verdict",
    "columns_of",
    "decide",
    "decide_columns",
    "evaluate",
    "evaluate_columns",
    "next_counted_attempt",
    "policy_for",
    "reasons_from_json",
    "reasons_to_json",
    "required_skills",
    "requirements_met",
    "retraction_key",
    "skill_columns",
    "source_key",
    "superseded",
]
