"""The issuing side's view of grading: what is to be issued or changed, and all it needs, under the learner lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from digiskills_grading import assessment, counters, models, platform
from digiskills_grading.data import HolderData, IssueCase, IssueTodo, RecordCase
from digiskills_grading.errors import LearnerNotFound, NotInTransaction
from digiskills_grading.models import Decision, Learner, Person, Track
from digiskills_grading.transactions import learner_transaction


def pending_issues(limit: int, *, due: datetime | None = None) -> list[IssueTodo]:
    """Confirmations that are to be issued, oldest first.

    Args:
        due: only those that may be issued at this time; None for all.
    """
    rows = models.IssueTodo.objects.select_related("learner", "track__regulation").order_by("id")
    if due is not None:
        rows = rows.filter(not_before__lte=due)
    return [_todo(row) for row in rows[:limit]]


@contextmanager
def issue_transaction(todo_id: int) -> Iterator[IssueCase | None]:
    """Opens the transaction in which a confirmation is issued; everything in its body is committed together with the end of the todo.

    Gives None when there is nothing to issue any more: another worker was faster, or the decision no longer stands. An error in the body
    leaves the todo where it was.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    learner_pk = models.IssueTodo.objects.filter(pk=todo_id).values_list("learner_id", flat=True).first()
    if learner_pk is None:
        yield None
        return
    with learner_transaction(learner_pk):
        row = models.IssueTodo.objects.select_related("learner", "track__regulation", "track__learner").filter(pk=todo_id).first()
        if row is None:
            yield None
            return
        yield _case(row)
        # A request that was put off in the body stays.
        models.IssueTodo.objects.filter(pk=row.pk, not_before=row.not_before).delete()


def postpone_issue(todo_id: int, *, not_before: datetime) -> None:
    """Puts a request off, inside its `issue_transaction`: it stays and is due at ``not_before``.

    Raises:
        NotInTransaction: outside of a transaction.
    """
    _require_transaction("postpone_issue")
    models.IssueTodo.objects.filter(pk=todo_id).update(not_before=not_before)


@contextmanager
def record_transaction(learner_public_id: str) -> Iterator[None]:
    """Opens the transaction in which a record about a learner is changed; it begins with the learner lock.

    Raises:
        LearnerNotFound: there is no such learner.
        RuntimeError: inside somebody else's transaction.
    """
    learner_pk = Learner.objects.filter(public_id=learner_public_id).values_list("pk", flat=True).first()
    if learner_pk is None:
        raise LearnerNotFound(learner_public_id)
    with learner_transaction(learner_pk):
        yield


def record_case(learner_public_id: str, *, regulation: str, audience: str) -> RecordCase:
    """What a record says today, inside `record_transaction`: the last decision and what belongs to it.

    Raises:
        NotInTransaction: outside of a transaction.
        LearnerNotFound: there is no such learner with such a track, or nothing was decided yet.
    """
    _require_transaction("record_case")
    track = _track(learner_public_id, regulation, audience)
    if not track.decision_n:
        raise LearnerNotFound(learner_public_id)
    return _record_case(track, track.decision_n)


def record_fact(learner_public_id: str, audience: str, regulation: str, *, fact: str = "confirmed", amount: int) -> None:
    """Counts a fact that the issuing side established, inside its `issue_transaction` or `record_transaction`.

    Args:
        fact: ``confirmed``.
        amount: +1, or -1 when a confirmation is withdrawn.

    Raises:
        NotInTransaction: outside of a transaction.
        LearnerNotFound: there is no such learner with such a track.
        ValueError: another fact or amount.
    """
    _require_transaction("record_fact")
    if fact != "confirmed" or amount not in (1, -1):
        raise ValueError(f"only the fact 'confirmed' with amount 1 or -1 can be recorded, not {fact!r} with {amount!r}")
    track = _track(learner_public_id, regulation, audience)
    Track.objects.filter(pk=track.pk).update(confirmed=F("confirmed") + amount)
    counters.record(track, fact, amount, timezone.now())


def _todo(row: models.IssueTodo) -> IssueTodo:
    return IssueTodo(
        id=row.pk,
        learner_public_id=row.learner.public_id,
        decision_n=row.decision_n,
        regulation=row.track.regulation.key,
        audience=row.track.audience,
        created_at=row.created_at,
        not_before=row.not_before,
    )


def _case(row: models.IssueTodo) -> IssueCase:
    found = _record_case(row.track, row.decision_n)
    return IssueCase(todo=_todo(row), decision=found.decision, mastery=found.mastery, holder=found.holder, school_level=found.school_level)


def _record_case(track: Track, n: int) -> RecordCase:
    decision = Decision.objects.get(track_id=track.pk, n=n)
    return RecordCase(
        decision=assessment.decision_data(track, decision, track.learner.public_id),
        mastery=assessment.mastery_of(track),
        holder=_holder(track.learner),
        school_level=decision.school_level,
    )


def _track(learner_public_id: str, regulation: str, audience: str) -> Track:
    rows = Track.objects.select_related("learner", "regulation")
    track = rows.filter(learner__public_id=learner_public_id, audience=audience, regulation__key=regulation).first()
    if track is None:
        raise LearnerNotFound(learner_public_id)
    return track


def _require_transaction(name: str) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction(f"{name} is valid inside issue_transaction or record_transaction only")


def _holder(learner: Learner) -> HolderData:
    person = Person.objects.filter(learner_id=learner.pk).first()
    name = person.name if person is not None else platform.profile_name(learner.user)
    return HolderData(learner_public_id=learner.public_id, user_id=learner.user_id, name=name)
