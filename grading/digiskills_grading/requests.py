"""Reset and rescore: asked for inside the platform's transactions, done under the learner lock afterwards."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from digiskills_grading import assessment, borrowing, dimensions, evidence, learners, replaying, switches
from digiskills_grading.compiled import CompiledRead, columns, take
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import AttemptNotFound, TaskChanged, TraceGone
from digiskills_grading.models import Attempt, AttemptRequest, Evidence, SkillCode, Trace
from digiskills_grading.transactions import require_aware, run_locked
from digiskills_simulator.api import ScoredAttempt

log = logging.getLogger(__name__)

# Asked by every start and every submission, by the id of the learner; there is hardly ever one.
_requests = CompiledRead(
    lambda learner: AttemptRequest.objects.filter(learner_id=learner).order_by("id").values_list(*columns(AttemptRequest)), (int,)
)


def request_reset(learner: LearnerRef, *, course_key: str, usage_key: str, actor: int | None) -> None:
    """Asks for a learner's attempts in a block to be reset. One INSERT; legal inside somebody else's transaction.

    It is done at the learner's next start in the block, or by `process_requests`, whichever is first; reads take it as done at once.
    Nothing happens for a learner who was never in the block.

    Args:
        actor: platform account of the member of staff.
    """
    person = learners.find(learner)
    context_id = dimensions.known_context_id(course_key, usage_key)
    if person is not None and context_id is not None:
        AttemptRequest.objects.create(learner_id=person.pk, context_id=context_id, kind=AttemptRequest.Kind.RESET, actor_id=actor)


def request_rescore(attempt_id: str, actor: int | None, *, only_if_higher: bool = False) -> None:
    """Asks for an attempt to be scored again from its stored trace. One INSERT; legal inside somebody else's transaction.

    Args:
        actor: platform account of the member of staff.
        only_if_higher: leave score and evidence as they are if the new score is lower.

    Raises:
        AttemptNotFound: there is no such scored attempt.
    """
    attempt = Attempt.objects.filter(public_id=attempt_id, state=Attempt.State.SCORED).only("id", "learner_id", "context_id").first()
    if attempt is None:
        raise AttemptNotFound(attempt_id)
    AttemptRequest.objects.create(
        learner_id=attempt.learner_id,
        context_id=attempt.context_id,
        attempt_id=attempt.pk,
        kind=AttemptRequest.Kind.RESCORE_UP if only_if_higher else AttemptRequest.Kind.RESCORE,
        actor_id=actor,
    )


def process_requests(*, now: datetime, learner: LearnerRef | None = None, limit: int = 1000) -> int:
    """Does what was asked for, learner by learner.

    Args:
        now: aware.
        learner: only this learner's requests.
        limit: most requests looked at.

    Returns:
        How many requests were done.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    rows = AttemptRequest.objects.order_by("id")
    if learner is not None:
        person = learners.find(learner)
        rows = rows.filter(learner_id=person.pk) if person is not None else rows.none()
    pending = dict.fromkeys(rows.values_list("learner_id", flat=True)[:limit])
    return sum(run_locked(pk, lambda pk=pk: process_learner(pk, now=now)) for pk in pending)  # type: ignore[misc]  # binds pk now


def process_learner(learner_pk: int, *, now: datetime) -> int:
    """Does all requests about a learner; none while recording is stopped. Under the learner lock."""
    if not switches.is_on(switches.RECORDING):
        return 0
    rows = [take(iter(row), AttemptRequest) for row in _requests(learner_pk)]
    for row in rows:
        if row.kind == AttemptRequest.Kind.RESET:
            _reset(row, now)
        else:
            _rescore(row, now)
    if rows:
        assessment.assess(learner_pk, now=now, actor_id=rows[-1].actor_id)
        AttemptRequest.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def rescored(attempt_id: str) -> ScoredAttempt:
    """What an attempt scores today, replayed from its stored trace; writes nothing.

    Raises:
        AttemptNotFound: there is no such scored attempt.
        TraceGone: its trace is no longer stored.
        TaskChanged: its task is not installed as it was played.
    """
    attempt = Attempt.objects.select_related("task_version").filter(public_id=attempt_id, state=Attempt.State.SCORED).first()
    if attempt is None:
        raise AttemptNotFound(attempt_id)
    trace = Trace.objects.filter(attempt_id=attempt.pk).first()
    if trace is None:
        raise TraceGone(attempt_id)
    return replaying.judge_stored(attempt, trace)


def _reset(row: AttemptRequest, now: datetime) -> None:
    attempts = list(
        Attempt.objects.filter(learner_id=row.learner_id, context_id=row.context_id).exclude(state=Attempt.State.VOID).defer("result")
    )
    evidence.retract(attempts, actor_id=row.actor_id, now=now)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(state=Attempt.State.VOID, grade_state=Attempt.Grade.NONE)


def _rescore(row: AttemptRequest, now: datetime) -> None:
    attempt = Attempt.objects.select_related("learner", "task_version").filter(pk=row.attempt_id or 0, state=Attempt.State.SCORED).first()
    trace = Trace.objects.filter(attempt_id=row.attempt_id or 0).first()
    if attempt is None or trace is None:
        log.warning("rescore of attempt %s dropped: it was reset, or its trace is no longer stored", row.attempt_id)
        return
    try:
        scored = replaying.judge_stored(attempt, trace)
    except TaskChanged as error:
        log.warning("rescore dropped, the score stands: %s", error)
        return
    lower = scored.score_milli < (attempt.score_milli or 0)
    if replaying.result_json(scored) == attempt.result or (lower and row.kind == AttemptRequest.Kind.RESCORE_UP):
        return
    before = evidence.of_attempt(attempt)
    evidence.take_back(before, actor_id=row.actor_id, now=now)
    attempt.revision += 1
    attempt.score_milli = scored.score_milli
    attempt.result = replaying.result_json(scored)
    if attempt.grade_state == Attempt.Grade.PUBLISHED:
        attempt.grade_state = Attempt.Grade.PENDING
    attempt.save(update_fields=["revision", "score_milli", "result", "grade_state"])
    if attempt.run_kind == Attempt.Kind.COUNTED:
        whole = borrowing.with_borrowers(scored, _borrowed_before(scored, before))
        skills = dimensions.skill_ids({item.skill for item in whole.skills})
        evidence.write(attempt, whole, skills, now=now, like=before[0] if before else None)


def _borrowed_before(scored: ScoredAttempt, before: Sequence[Evidence]) -> list[str]:
    """Codes of the skills that borrowed the task when the attempt was made, as its evidence says."""
    codes = set(SkillCode.objects.filter(pk__in={row.skill_id for row in before}).values_list("code", flat=True))
    return sorted(codes - {item.skill for item in scored.skills})
