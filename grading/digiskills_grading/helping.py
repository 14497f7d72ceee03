"""Runs in which somebody helped, and runs that somebody watched: the same result, known to be more or less one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from digiskills_framework.api import Assurance
from digiskills_grading import assessment, attempts, evidence, requests, switches, testimony
from digiskills_grading.authority import Actor, observers, require
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import AttemptClosed, NotPermitted
from digiskills_grading.models import Attempt, ClassSession, Evidence, Membership
from digiskills_grading.transactions import require_aware, run_locked

# What becomes of the evidence of an attempt: its new assurance and class session; None leaves it.
_Change = Callable[[Evidence], tuple[Assurance, int | None] | None]


def flag_helped(learner: LearnerRef, attempt_id: str, *, helped: bool, actor_id: int, now: datetime, role: str | None = None) -> bool:
    """Notes that somebody helped in a counted attempt, or takes that back. The score stays; the evidence becomes `assisted`.

    Args:
        actor_id: platform account: the learner's own, or that of somebody who may observe the learner.
        now: aware.
        role: of that other person.

    Returns:
        Whether anything changed.

    Raises:
        AttemptNotFound: no such attempt of this learner.
        AttemptClosed: it was not handed in, or was reset.
        NotPermitted: the actor is neither the learner nor an observer; or the learner takes back what somebody else had noted.
        RecordingStopped: the operator has stopped recording.
        RuntimeError: inside somebody else's transaction.
    """
    attempt = _scored(learner, attempt_id, now)
    own = actor_id == attempt.learner.user_id
    if not own:
        require(observers, Actor(user_id=actor_id, role=role or ""), attempt.learner, now=now)

    def change(row: Evidence) -> tuple[Assurance, int | None] | None:
        was_helped = row.assurance == Assurance.ASSISTED
        if was_helped == helped:
            return None
        if own and was_helped and row.actor_id != actor_id:
            raise NotPermitted("somebody who accompanied this attempt noted the help; ask them")
        watched = Assurance.SELF if row.session_id is None else Assurance.SUPERVISED
        return (Assurance.ASSISTED if helped else watched), row.session_id

    return _reassure(attempt, change, actor_id=actor_id, now=now)


def supervise_attempt(learner: LearnerRef, attempt_id: str, *, session: str | None, actor_id: int, role: str, now: datetime) -> bool:
    """Vouches for an attempt that was made in a class session under the actor's eyes: its evidence becomes `supervised`.

    An attempt in which somebody helped stays `assisted`.

    Args:
        session: public id of the class session; None takes back what was vouched for.
        actor_id: platform account of somebody who may observe the learner.
        now: aware.

    Returns:
        Whether anything changed.

    Raises:
        AttemptNotFound, AttemptClosed, RecordingStopped, RuntimeError: as for `flag_helped`.
        SessionNotFound: no such class session.
        NotPermitted: the actor may not observe the learner, does not belong to the session's organisation in this role, or the attempt
            was not made within the session.
    """
    attempt = _scored(learner, attempt_id, now)
    require(observers, Actor(user_id=actor_id, role=role), attempt.learner, now=now)
    held = None if session is None else testimony.find_session(session)
    if held is not None:
        _require_presence(held, attempt, actor_id, role)
    session_id = None if held is None else held.pk

    def change(row: Evidence) -> tuple[Assurance, int | None] | None:
        if row.session_id == session_id:
            return None
        if row.assurance == Assurance.ASSISTED:
            return Assurance.ASSISTED, session_id
        return (Assurance.SELF if held is None else Assurance.SUPERVISED), session_id

    return _reassure(attempt, change, actor_id=actor_id, now=now)


def _scored(learner: LearnerRef, attempt_id: str, now: datetime) -> Attempt:
    require_aware(now)
    switches.require_recording()
    attempt = attempts.own_attempt(learner, attempt_id)
    if attempt.state != Attempt.State.SCORED:
        raise AttemptClosed(attempt_id)
    return attempt


def _require_presence(session: ClassSession, attempt: Attempt, actor_id: int, role: str) -> None:
    ends = session.starts_at + timedelta(minutes=session.minutes)
    if attempt.scored_at is None or not session.starts_at <= attempt.started_at <= attempt.scored_at <= ends:
        raise NotPermitted(f"attempt {attempt.public_id} was not made within class session {session.public_id}")
    if session.organisation_id is None:
        return
    day = session.starts_at.date()
    memberships = Membership.objects.filter(learner__user_id=actor_id, role=role, organisation_id=session.organisation_id)
    if not memberships.filter(valid_from__lte=day).exclude(valid_to__lt=day).exists():
        raise NotPermitted(f"account {actor_id} did not belong to the organisation of class session {session.public_id} as {role!r}")


def _reassure(attempt: Attempt, change: _Change, *, actor_id: int, now: datetime) -> bool:
    def work() -> bool:
        requests.process_learner(attempt.learner_id, now=now)  # staff may have reset or rescored the attempt
        current = Attempt.objects.select_related("learner").get(pk=attempt.pk)
        rows = evidence.of_attempt(current)
        wanted = change(rows[0]) if rows else None
        if wanted is None:
            return False
        assurance, session_id = wanted
        evidence.reassure(current, rows, assurance=assurance, session_id=session_id, actor_id=actor_id, now=now)
        assessment.assess(current.learner_id, now=now, actor_id=actor_id)
        return True

    return run_locked(attempt.learner_id, work)
