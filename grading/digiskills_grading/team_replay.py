"""Runs of a course for its team: which there were, and what was done in one, step by step. Nobody else finds any."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime
from heapq import nlargest
from typing import Any

from digiskills_grading import replaying
from digiskills_grading.course_teams import is_course_team
from digiskills_grading.data import TeamAttempt, TeamRun
from digiskills_grading.errors import AttemptNotFound
from digiskills_grading.models import Attempt, Context, Trace
from digiskills_simulator.api import decode_trace, trace_to_json

MOST = 50


def course_runs(user_id: int, course_key: str, *, task_id: str | None = None) -> tuple[TeamRun, ...] | None:
    """The last scored runs of a course, at most 50, newest first; of one task if it is named. None for who does not teach it."""
    if not is_course_team(user_id, course_key):
        return None
    rows = Attempt.objects.filter(state=Attempt.State.SCORED, by_staff=False).select_related("learner", "task_version").defer("result")
    if task_id is not None:
        rows = rows.filter(task_version__task_id=task_id)
    # Block by block: each is answered by the index of context and id, however many runs the course has.
    blocks = Context.objects.filter(course_key=course_key).values_list("pk", flat=True)
    found = (row for block in blocks for row in rows.filter(context_id=block).order_by("-id")[:MOST])
    return tuple(_run(row) for row in nlargest(MOST, found, key=lambda row: row.pk))


def attempt_of_team(user_id: int, attempt_id: str, *, now: datetime) -> TeamAttempt:
    """A scored run of a course that the account teaches, with what was done in it.

    Raises:
        AttemptNotFound: no such attempt, one that was not scored, or one of a course that this account does not teach.
        InternalError: the trace is stored in a way that this version cannot read.
    """
    row = Attempt.objects.select_related("learner", "context", "task_version").filter(public_id=attempt_id).first()
    if row is None or row.state != Attempt.State.SCORED or not is_course_team(user_id, row.context.course_key):
        raise AttemptNotFound(attempt_id)
    return TeamAttempt(
        run=_run(row),
        course_key=row.context.course_key,
        task_version=row.task_version.version,
        overlay=row.overlay,
        task_digest=row.task_version.digest,
        engine_version=row.engine_version,
        seed=row.seed,
        result=replaying.stored_result(row),
        actions=_actions(row, now),
    )


def _run(row: Attempt) -> TeamRun:
    return TeamRun(
        public_id=row.public_id,
        learner_id=row.learner.public_id,
        task_id=row.task_version.task_id,
        run_kind="counted" if row.run_kind == Attempt.Kind.COUNTED else "guided",
        score_milli=row.score_milli or 0,
        scored_at=row.scored_at or row.started_at,
    )


def _actions(row: Attempt, now: datetime) -> tuple[Mapping[str, Any], ...] | None:
    trace = Trace.objects.filter(attempt=row, purge_after__gt=now).first()
    if trace is None:
        return None
    replaying.check_codec(row, trace)
    told: dict[str, Any] = trace_to_json(decode_trace(zlib.decompress(bytes(trace.body))))
    return tuple(told["actions"])
