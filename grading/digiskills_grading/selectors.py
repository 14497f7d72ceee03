"""Reads. Nothing here writes, and nothing here takes a lock."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from digiskills_framework.api import CountedAttempts
from digiskills_grading import assessment, attempts, dimensions, history, learners, progress
from digiskills_grading.compiled import CompiledRead, columns, take
from digiskills_grading.data import (
    AttemptContext,
    AttemptResult,
    ContextState,
    GradedAttempt,
    HistoryEntry,
    LearnerRef,
    LearnerUnit,
    NextTask,
    TrackOverview,
    TrackProgress,
)
from digiskills_grading.models import Attempt, AttemptRequest, Decision, Track
from digiskills_grading.progress import StartProfile

# What of an attempt the start page of its block shows or is worked out from.
_SHOWN = columns(
    Attempt,
    only={"id", "public_id", "n", "run_kind", "state", "task_version_id", "score_milli", "seed", "engine_version", "started_at"},
)


def _standing(whose: str, who: int | str | None, context_id: int) -> QuerySet[Attempt, Attempt]:
    """A learner's attempts in a block that were not reset, oldest first; none while a reset is asked for.

    Args:
        whose, who: by which column the learner is told, and its value.
    """
    resets = AttemptRequest.objects.filter(
        learner_id=OuterRef("learner_id"), context_id=OuterRef("context_id"), kind=AttemptRequest.Kind.RESET
    )
    rows = Attempt.objects.filter(~Exists(resets), context_id=context_id, **{whose: who})
    return rows.exclude(state=Attempt.State.VOID).order_by("n")


_shown_to_account = CompiledRead(lambda user, context: _standing("learner__user_id", user, context).values_list(*_SHOWN), (int, int))


def context_state(learner: LearnerRef, context: AttemptContext, *, now: datetime) -> ContextState:
    """What the learner's page of a block shows. A reset that is asked for counts as done.

    ``open_attempt`` is the newest open attempt at the context's task version, of either run kind.
    """
    rows = _shown(learner, dimensions.known_context_id(context.course_key, context.usage_key))
    task_version_id = dimensions.known_task_version_id(context.task_id, context.task_version, context.task_digest) if rows else None
    used = sum(attempts.counts_as_used(row, task_version_id) for row in rows)
    counted = [row for row in rows if row.counts_for_grade]
    open_rows = [row for row in rows if row.state == Attempt.State.OPEN and row.task_version_id == task_version_id]
    limit = context.max_attempts
    return ContextState(
        open_attempt=attempts.started(open_rows[-1], context, resumed=True, counted_used=used) if open_rows else None,
        counted_used=used,
        max_attempts=limit,
        best_score_milli=max((row.score_milli or 0 for row in counted), default=None),
        limit_reached=limit is not None and used >= limit,
        past_due=context.due is not None and now > context.due,
    )


def graded_attempt(learner: LearnerRef, *, course_key: str, usage_key: str) -> GradedAttempt | None:
    """The counted attempt that the learner's grade in a block comes from: the best, or the latest, as the regulation says.

    None if none was scored, or a reset is asked for. Of equal ones the first.
    """
    context_id = dimensions.known_context_id(course_key, usage_key)
    if context_id is None:
        return None
    rows = _standing(*_whose(learner), context_id).select_related("track__regulation").defer("result")
    scored = [row for row in rows if row.counts_for_grade]
    if not scored:
        return None
    if assessment.policy_of(scored[-1].track).values.counted_attempts is CountedAttempts.BEST:
        holder = max(scored, key=lambda row: (row.score_milli or 0, -row.n))
    else:
        holder = scored[-1]
    return GradedAttempt(public_id=holder.public_id, score_milli=holder.score_milli or 0)


def attempt_result(learner: LearnerRef, attempt_id: str) -> AttemptResult:
    """The stored result of a scored attempt.

    Raises:
        AttemptNotFound: no such attempt, or another learner's.
        AttemptClosed: the attempt was reset, or was not submitted yet.
    """
    return attempts.stored(attempts.own_attempt(learner, attempt_id))


def track_overviews(learner: LearnerRef) -> tuple[TrackOverview, ...]:
    """Every track of a learner that has not ended, oldest first, with skills and last decision; empty for who never began."""
    person = learners.find(learner)
    if person is None:
        return ()
    overviews = []
    for track in Track.objects.filter(learner_id=person.pk, successor=None).select_related("regulation").order_by("id"):
        decision = Decision.objects.filter(track_id=track.pk, n=track.decision_n).first()
        overviews.append(
            TrackOverview(
                regulation=track.regulation.key,
                audience=track.audience,
                school_level=track.school_level,
                skills=assessment.mastery_of(track),
                decision=None if decision is None else assessment.decision_data(track, decision, person.public_id),
            )
        )
    return tuple(overviews)


def _whose(learner: LearnerRef) -> tuple[str, int | str | None]:
    """By which column an attempt's learner is told, and its value."""
    if learner.user_id is not None:
        return "learner__user_id", learner.user_id
    return "learner__public_id", learner.public_id


def _shown(learner: LearnerRef, context_id: int | None) -> list[Attempt]:
    """The same attempts as of `_standing`, with what a page needs of them."""
    if context_id is None:
        return []
    if learner.user_id is not None:
        return [take(iter(row), Attempt, _SHOWN) for row in _shown_to_account(learner.user_id, context_id)]
    return list(_standing(*_whose(learner), context_id).only(*_SHOWN))


def learner_exists(learner: LearnerRef) -> bool:
    """Whether we have a row for this learner."""
    return learners.find(learner) is not None


def units_of(learner: LearnerRef) -> tuple[LearnerUnit, ...]:
    """The learner's admin unit and those it lies in, lowest first; empty for a learner without one, or nobody."""
    person = learners.find(learner)
    unit = None if person is None else person.admin_unit
    units: list[LearnerUnit] = []
    while unit is not None:
        units.append(LearnerUnit(code=unit.code, level=unit.level, name=unit.name))
        unit = unit.parent
    return tuple(units)


def track_progress(learner: LearnerRef, *, now: datetime, start: StartProfile | None = None) -> tuple[TrackProgress, ...]:
    """How far a learner is on every track, what is missing, the shortest way and what to do next; empty for somebody who never began.

    Unlike `track_overviews` it is worked out from the evidence as of ``now``: what has expired since the last assessment shows.

    Args:
        now: aware.
        start: by code of the skill group, what the learner said of it before the first task; it only changes the order.
    """
    person = learners.find(learner)
    return () if person is None else progress.progress_of(person, now=now, start=start or {})


def next_tasks(
    learner: LearnerRef, *, regulation: str, audience: str, now: datetime, limit: int = 3, start: StartProfile | None = None
) -> tuple[NextTask, ...]:
    """What a learner best does next on one track, each with its reasons; empty when nothing is missing, or the learner has no such track.

    A suggestion: every task can be started at any time, whatever is said here.

    Args:
        regulation: ``id/version``.
        now: aware.
        limit: at most so many, ≥ 1.
        start: as for `track_progress`.
    """
    tracks = track_progress(learner, now=now, start=start)
    wanted = (track.next_tasks for track in tracks if (track.regulation, track.audience) == (regulation, audience))
    return next(wanted, ())[:limit]


def closed_tracks(learner: LearnerRef) -> tuple[str, ...]:
    """Keys of the regulations under which a learner has a track and whose rules are not installed any more."""
    person = learners.find(learner)
    return () if person is None else progress.closed_tracks(person)


def courses_of(learner: LearnerRef) -> tuple[str, ...]:
    """Keys of the last courses in which a learner made attempts, the latest first."""
    person = learners.find(learner)
    return () if person is None else progress.courses_of(person)


def learner_history(learner: LearnerRef, *, limit: int = 50) -> tuple[HistoryEntry, ...]:
    """What happened to a learner's record, newest first, at most ``limit`` entries; empty for somebody who never began."""
    person = learners.find(learner)
    return () if person is None else history.history_of(person, limit=limit)
