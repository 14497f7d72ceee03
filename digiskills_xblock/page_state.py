"""What the start page of a block shows of a learner's attempts, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from digiskills_grading import api as grading
from digiskills_grading.data import ContextState, LearnerRef
from digiskills_xblock import assignment, correctness
from digiskills_xblock.recording import Learner, Refused


def page_state(block: Any, learner: Learner | Refused, now: datetime) -> dict[str, Any]:
    """Attempts used and left, dates and the best score as far as they may be shown.

    Returns:
        ``stored`` (false: nothing is recorded here), ``counted_used``, ``max_attempts``, ``limit_reached``, ``past_due``, ``due``
        (ISO 8601 or null), ``runs`` (``both``, ``guided`` or ``counted``: which may be started), ``best_score_milli``, ``open``
        (``{"attempt", "run_kind"}`` or null), ``correctness`` (whether results are shown now).
    """
    closes = assignment.close_date(block)
    if isinstance(learner, Refused):
        return _without_record(block, closes)
    found = grading.context_state(
        LearnerRef(user_id=learner.user_id), assignment.attempt_context(block, learner, assignment.task_of(block)), now=now
    )
    shown = correctness.may_show(block.show_correctness, closes=closes, now=now, is_staff=learner.is_staff)
    return {
        "stored": True,
        "counted_used": found.counted_used,
        "max_attempts": found.max_attempts,
        "limit_reached": found.limit_reached,
        "past_due": found.past_due,
        "due": None if closes is None else closes.isoformat(),
        "runs": block.runs,
        "best_score_milli": found.best_score_milli if shown else None,
        "open": _open(found),
        "correctness": shown,
    }


def _open(found: ContextState) -> dict[str, str] | None:
    attempt = found.open_attempt
    return None if attempt is None else {"attempt": attempt.public_id, "run_kind": attempt.run_kind}


def _without_record(block: Any, closes: datetime | None) -> dict[str, Any]:
    return {
        "stored": False,
        "counted_used": 0,
        "max_attempts": None,
        "limit_reached": False,
        "past_due": False,
        "due": None if closes is None else closes.isoformat(),
        "runs": block.runs,
        "best_score_milli": None,
        "open": None,
        "correctness": True,
    }
