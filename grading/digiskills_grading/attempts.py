"""Starting an attempt and submitting it: the path on which everything hangs together in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from digiskills_grading import (
    assessment,
    borrowing,
    counters,
    dimensions,
    evidence,
    grades,
    learners,
    replaying,
    requests,
    succession,
    switches,
)
from digiskills_grading.compiled import CompiledRead, columns, take
from digiskills_grading.data import AttemptContext, AttemptResult, LearnerRef, RunKind, StartedAttempt
from digiskills_grading.errors import AttemptClosed, AttemptLimitReached, AttemptNotFound, PastDue, RecordingStopped, RetestTooSoon
from digiskills_grading.ids import new_public_id, new_seed
from digiskills_grading.models import Attempt, Decision, Learner, Trace, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import next_counted_attempt
from digiskills_grading.transactions import require_aware, run_locked
from digiskills_simulator.api import ENGINE_VERSION, ScoredAttempt

SeedSource = Callable[[], int]

# Whoever could not hand in because recording was stopped may do so this long after it goes on.
GRACE_AFTER_STOP = timedelta(hours=24)

_PUBLIC_ID = Attempt._meta.get_field("public_id")  # noqa: SLF001 - Django documents _meta as public
# An attempt with account and outward id of its learner; read by every submission.
_by_public_id = CompiledRead(
    lambda public_id: Attempt.objects.filter(public_id=public_id).values_list("learner__user_id", "learner__public_id", *columns(Attempt)),
    (str,),
)


def start_attempt(
    learner: LearnerRef, context: AttemptContext, *, run_kind: RunKind, now: datetime, new_seed: SeedSource = new_seed
) -> StartedAttempt:
    """Starts an attempt, or resumes the open one of the same context, run kind and task version (two tabs, reload, double click).

    An open one that wears another overlay is resumed as well, unless the learner asked for this one: then it is closed, and uses up
    no counted attempt.

    Args:
        now: aware.
        new_seed: gives a secret number 0 … 2**63-1.

    Raises:
        LearnerNotFound: no learner has the public id.
        UnknownContext: the regulation, audience or school level does not exist.
        AttemptLimitReached: all counted attempts of the context are used; guided runs are never limited.
        PastDue: the due date is over (counted only).
        RetestTooSoon: the regulation's delay between two counted attempts is not over.
        RecordingStopped: the operator has stopped recording (counted only).
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    _require_recording(counted=run_kind == "counted")
    load_policy(context.regulation, context.audience, context.school_level)
    person = learners.resolve(learner)
    regulation_id = dimensions.regulation_id(context.regulation)
    attempt = Attempt(
        learner_id=person.pk,
        context_id=dimensions.context_id(context.course_key, context.usage_key),
        task_version_id=dimensions.task_version_id(context.task_id, context.task_version, context.task_digest),
        public_id=new_public_id(now),
        run_kind=run_kind,
        engine_version=ENGINE_VERSION,
        seed=new_seed(),
        overlay=context.overlay,
        by_staff=context.is_staff,
        started_at=now,
        due_at=context.due,
    )

    def work() -> StartedAttempt:
        requests.process_learner(person.pk, now=now)
        track = learners.joined_track(person.pk, regulation_id, context.audience, context.school_level, by_staff=context.is_staff, now=now)
        return _start(attempt, track, context, now)

    return run_locked(person.pk, work)


def submit_attempt(learner: LearnerRef, attempt_id: str, raw_trace: object, *, now: datetime) -> AttemptResult:
    """Scores an attempt from its trace and draws every consequence, in one transaction; the platform's grade is published after it.

    A second submission of a scored attempt changes nothing and gives the stored result with ``repeated`` set.

    Args:
        raw_trace: trace/1 as the browser sent it, parsed from JSON.
        now: aware.

    Raises:
        AttemptNotFound: no such attempt, or another learner's.
        AttemptClosed: the attempt was reset.
        PastDue: the due date of a counted attempt is over.
        TraceInvalid: the submission is not a trace.
        TaskChanged: the task was replaced since the attempt was started.
        RecordingStopped: the operator has stopped recording (counted only); the browser keeps the trace.
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    attempt = _attempt_to_judge(learner, attempt_id)
    if attempt.state == Attempt.State.SCORED:
        return stored(own_attempt(learner, attempt_id))
    if attempt.state == Attempt.State.VOID:
        raise AttemptClosed(attempt_id)
    counted = attempt.run_kind == Attempt.Kind.COUNTED
    _require_recording(counted=counted)
    if counted and attempt.due_at is not None and now > attempt.due_at and now > _last_moment(attempt.due_at):
        raise PastDue(attempt.due_at)
    judged = replaying.judge(attempt, raw_trace)
    assessed = {item.skill for item in judged.scored.skills} | borrowing.anybody(attempt.task_version.task_id)
    skills = dimensions.skill_ids(assessed) if counted else {}

    def work() -> AttemptResult | None:
        requests.process_learner(attempt.learner_id, now=now)  # staff may have reset the block since the attempt was started
        tracks = assessment.tracks_of(attempt.learner_id)
        # The learner may have been moved since the attempt was started: what follows is for the track that they are on now.
        attempt.track = succession.last_track(attempt.track_id, tracks)
        attempt.learner = attempt.track.learner
        if not _close(attempt, judged, now):
            return None
        decision = _record(attempt, judged.scored, skills, tracks, now) if counted else None
        return _result(attempt, decision, repeated=False)

    return run_locked(attempt.learner_id, work) or stored(own_attempt(learner, attempt_id))


def started(attempt: Attempt, context: AttemptContext, *, resumed: bool, counted_used: int) -> StartedAttempt:
    """An open attempt at the context's task version as it leaves grading."""
    return StartedAttempt(
        public_id=attempt.public_id,
        n=attempt.n,
        run_kind="counted" if attempt.run_kind == Attempt.Kind.COUNTED else "guided",
        seed=attempt.seed,
        task_id=context.task_id,
        task_version=context.task_version,
        engine_version=attempt.engine_version,
        overlay=attempt.overlay,
        started_at=attempt.started_at,
        resumed=resumed,
        counted_used=counted_used,
    )


def counts_as_used(attempt: Attempt, task_version_id: int | None) -> bool:
    """Whether an attempt uses up one of the block's counted attempts.

    An open one of another task version does not: the author replaced the task meanwhile, which is not the learner's doing.
    """
    if attempt.run_kind != Attempt.Kind.COUNTED or attempt.state == Attempt.State.VOID:
        return False
    return attempt.state == Attempt.State.SCORED or attempt.task_version_id == task_version_id


def own_attempt(learner: LearnerRef, attempt_id: str) -> Attempt:
    """An attempt of this learner, with all that it points to.

    Raises:
        AttemptNotFound: no such attempt, or another learner's.
    """
    whose = {"learner__user_id": learner.user_id} if learner.user_id is not None else {"learner__public_id": learner.public_id}
    attempt = (
        Attempt.objects.select_related("learner", "context", "task_version", "track__regulation")
        .filter(public_id=attempt_id, **whose)
        .first()
    )
    if attempt is None:
        raise AttemptNotFound(attempt_id)
    return attempt


def stored(attempt: Attempt) -> AttemptResult:
    """The result of a scored attempt as it is stored.

    Raises:
        AttemptClosed: the attempt was reset, or was not submitted yet.
    """
    if attempt.state != Attempt.State.SCORED:
        raise AttemptClosed(attempt.public_id)
    return _result(attempt, None, repeated=True)


def _attempt_to_judge(learner: LearnerRef, attempt_id: str) -> Attempt:
    """The same with context and task version alone, which never change: learner and track are read under the lock.

    Raises:
        AttemptNotFound: as `own_attempt`.
    """
    for row in map(iter, _by_public_id(_PUBLIC_ID.get_prep_value(attempt_id))):
        user_id, public_id, attempt = next(row), next(row), take(row, Attempt)
        if (learner.user_id, learner.public_id) in ((user_id, None), (None, public_id)):
            attempt.context = dimensions.context(attempt.context_id)
            attempt.task_version = dimensions.task_version(attempt.task_version_id)
            return attempt
    raise AttemptNotFound(attempt_id)


def _require_recording(*, counted: bool) -> None:
    """Asked outside of the transaction and for guided runs too, so that the answer is remembered when it is needed inside.

    Raises:
        RecordingStopped: the operator has stopped it, and the attempt is counted.
    """
    if not switches.is_on(switches.RECORDING) and counted:
        raise RecordingStopped


def _last_moment(due: datetime) -> datetime:
    """Until when an attempt is taken: the due date, later if recording was stopped then."""
    resumed = switches.resumed_at(switches.RECORDING, after=due)
    return due if resumed is None else resumed + GRACE_AFTER_STOP


def _start(attempt: Attempt, track: Track, context: AttemptContext, now: datetime) -> StartedAttempt:
    earlier = list(Attempt.objects.filter(learner_id=attempt.learner_id, context_id=attempt.context_id).defer("result").order_by("n"))
    if context.overlay_wanted:
        _close_other_overlays(earlier, attempt)
    used = sum(counts_as_used(row, attempt.task_version_id) for row in earlier)
    for row in earlier:
        if _same_try(row, attempt):
            if row.due_at != attempt.due_at:
                row.due_at = attempt.due_at
                row.save(update_fields=["due_at"])
            return started(row, context, resumed=True, counted_used=used)
    if attempt.run_kind == Attempt.Kind.COUNTED:
        _admit(earlier, used, track, context, now)
        used += 1
    attempt.track_id = track.pk
    attempt.n = earlier[-1].n + 1 if earlier else 1
    attempt.pk = None
    attempt.save(force_insert=True)
    return started(attempt, context, resumed=False, counted_used=used)


def _close_other_overlays(earlier: list[Attempt], wanted: Attempt) -> None:
    for row in earlier:
        if _same_try(row, wanted) and row.overlay != wanted.overlay:
            row.state = Attempt.State.VOID
            row.save(update_fields=["state"])


def _same_try(row: Attempt, wanted: Attempt) -> bool:
    return (row.state, row.run_kind, row.task_version_id, row.engine_version) == (
        Attempt.State.OPEN,
        wanted.run_kind,
        wanted.task_version_id,
        wanted.engine_version,
    )


def _admit(earlier: list[Attempt], used: int, track: Track, context: AttemptContext, now: datetime) -> None:
    if context.due is not None and now > context.due:
        raise PastDue(context.due)
    if context.max_attempts is not None and used >= context.max_attempts:
        raise AttemptLimitReached(used, context.max_attempts)
    values = assessment.policy_of(track).values
    not_before = next_counted_attempt(values, [row.scored_at for row in earlier if row.scored_at and counts_as_used(row, None)])
    if not_before is not None and now < not_before:
        raise RetestTooSoon(not_before)


def _close(attempt: Attempt, judged: replaying.Judged, now: datetime) -> bool:
    """Turns an open attempt into a scored one; False when somebody else was faster."""
    has_grade = attempt.run_kind == Attempt.Kind.COUNTED and attempt.learner.user_id is not None
    values = {
        "state": Attempt.State.SCORED,
        "scored_at": now,
        "score_milli": judged.scored.score_milli,
        "result": replaying.result_json(judged.scored),
        "trace_digest": judged.digest,
        "grade_state": Attempt.Grade.PENDING if has_grade else Attempt.Grade.NONE,
    }
    if not Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.OPEN).update(**values):
        return False
    for name, value in values.items():
        setattr(attempt, name, value)
    retention = assessment.policy_of(attempt.track).values.trace_retention_days
    Trace.objects.create(attempt_id=attempt.pk, codec=Trace.Codec.ZLIB_JSON, body=judged.body, purge_after=now + timedelta(days=retention))
    return True


def _record(attempt: Attempt, scored: ScoredAttempt, skills: dict[str, int], tracks: list[Track], now: datetime) -> Decision | None:
    evidence.write(attempt, borrowing.with_borrowers(scored, borrowing.borrowers(attempt)), skills, now=now)
    track = attempt.track
    if track.tried_at is None and not attempt.by_staff:
        track.tried_at = now
        track.save(update_fields=["tried_at"])
        counters.record(track, "tried", 1, now)
    return assessment.assess(attempt.learner_id, now=now, tracks=tracks).get(track.pk)


def _result(attempt: Attempt, decision: Decision | None, *, repeated: bool) -> AttemptResult:
    learner: Learner = attempt.learner
    return AttemptResult(
        public_id=attempt.public_id,
        n=attempt.n,
        run_kind="counted" if attempt.run_kind == Attempt.Kind.COUNTED else "guided",
        seed=attempt.seed,
        task_id=attempt.task_version.task_id,
        task_version=attempt.task_version.version,
        overlay=attempt.overlay,
        score_milli=attempt.score_milli or 0,
        result=replaying.stored_result(attempt),
        grade_state=grades.state_of(attempt),
        grade=grades.grade_of(attempt) if attempt.grade_state == Attempt.Grade.PENDING else None,
        decision=None if decision is None else assessment.decision_data(attempt.track, decision, learner.public_id),
        repeated=repeated,
    )
