"""The door to grading: everything that outsiders may do or ask.

Every function that writes opens the outermost transaction itself, begins with the learner lock and raises ``RuntimeError`` inside
somebody else's transaction. Exceptions: ``request_reset`` and ``request_rescore`` (one INSERT, legal anywhere), ``mark_grade_published``
(one UPDATE), ``record_fact``, ``record_case`` and ``postpone_issue`` (inside ``issue_transaction`` or ``record_transaction`` only), and the
first sight of a learner, which is one INSERT.
"""

from __future__ import annotations

from digiskills_grading.attempts import start_attempt, submit_attempt
from digiskills_grading.backfilling import backfill as backfill_scores
from digiskills_grading.counting import fold as fold_counters
from digiskills_grading.course_figures import course_report, refresh_course_figures, take_course_figures
from digiskills_grading.course_teams import course_page_url
from digiskills_grading.coverage import coverage
from digiskills_grading.data import DecisionData
from digiskills_grading.exempting import end_exemption, exempt
from digiskills_grading.grades import GradeSink, configured_sink, mark_grade_published, pending_grades, sweep_grades
from digiskills_grading.helping import flag_helped, supervise_attempt
from digiskills_grading.households import create_household, household_of, join_household, leave_household, move_household
from digiskills_grading.imports import run as import_evidence
from digiskills_grading.imports import set_external_id
from digiskills_grading.inbox import process as process_inbox
from digiskills_grading.issuing import issue_transaction, pending_issues, postpone_issue, record_case, record_fact, record_transaction
from digiskills_grading.learners import create_learner, ensure_learner, ensure_track, record_person, retire_learner
from digiskills_grading.observing import record_observation, take_back_observation
from digiskills_grading.ports import (
    ConfirmationPort,
    IdentityPort,
    OperationsPort,
    confirmations_of,
    has_verified_identity,
    register_confirmation_port,
    register_identity_port,
    register_operations_port,
)
from digiskills_grading.recomputing import recompute
from digiskills_grading.recounting import rebuild as rebuild_counters
from digiskills_grading.recounting import verify as verify_counters
from digiskills_grading.regulations import adopt as adopt_regulation
from digiskills_grading.regulations import open_reviews, settle_review
from digiskills_grading.regulations import simulate as simulate_regulation
from digiskills_grading.reports import household_report, regulations_in_use, unit_report
from digiskills_grading.requests import process_requests, request_rescore, request_reset, rescored
from digiskills_grading.reviewing import review_due
from digiskills_grading.selectors import (
    attempt_result,
    context_state,
    graded_attempt,
    learner_exists,
    learner_history,
    next_tasks,
    track_overviews,
    track_progress,
    units_of,
)
from digiskills_grading.sentences import sentences
from digiskills_grading.site_data import country_pack, data_dirs, load_framework, load_regulation
from digiskills_grading.switches import is_on as is_switched_on
from digiskills_grading.team_replay import attempt_of_team, course_runs
from digiskills_grading.units import load_units
from digiskills_grading.worker_runs import findings as worker_findings
from digiskills_grading.worker_runs import note as note_worker_run

__all__ = [
    "ConfirmationPort",
    "GradeSink",
    "IdentityPort",
    "OperationsPort",
    "adopt_regulation",
    "attempt_of_team",
    "attempt_result",
    "backfill_scores",
    "configured_sink",
    "confirmations_of",
    "context_state",
    "country_pack",
    "course_page_url",
    "course_report",
    "course_runs",
    "coverage",
    "create_household",
    "create_learner",
    "data_dirs",
    "end_exemption",
    "ensure_learner",
    "ensure_track",
    "exempt",
    "flag_helped",
    "fold_counters",
    "graded_attempt",
    "has_verified_identity",
    "household_of",
    "household_report",
    "import_evidence",
    "is_switched_on",
    "issue_transaction",
    "join_household",
    "learner_exists",
    "learner_history",
    "leave_household",
    "load_units",
    "mark_grade_published",
    "move_household",
    "next_tasks",
    "note_worker_run",
    "open_reviews",
    "pending_grades",
    "pending_issues",
    "postpone_issue",
    "process_inbox",
    "process_requests",
    "reason_sentences",
    "rebuild_counters",
    "recompute",
    "record_case",
    "record_fact",
    "record_observation",
    "record_person",
    "record_transaction",
    "refresh_course_figures",
    "register_confirmation_port",
    "register_identity_port",
    "register_operations_port",
    "regulations_in_use",
    "request_rescore",
    "request_reset",
    "rescored",
    "retire_learner",
    "review_due",
    "set_external_id",
    "settle_review",
    "simulate_regulation",
    "start_attempt",
    "submit_attempt",
    "supervise_attempt",
    "sweep_grades",
    "take_back_observation",
    "take_course_figures",
    "track_overviews",
    "track_progress",
    "unit_report",
    "units_of",
    "verify_counters",
    "worker_findings",
]


def reason_sentences(decision: DecisionData, language: str) -> tuple[str, ...]:
    """The reasons of a decision as sentences.

    Args:
        language: ``vi`` or ``en``; any other gives Vietnamese.
    """
    framework = load_framework(load_regulation(decision.regulation).framework)
    return sentences(decision.reasons, framework, language)
