"""Learners, what identifies them, and their tracks."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from digiskills_grading import assessment, counters, dimensions, ports, standings, succession
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import LearnerNotFound, UnitNotFound
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import (
    AdminUnit,
    Attempt,
    AttemptRequest,
    EvidenceNote,
    HouseholdMember,
    ImportUpload,
    Inbox,
    Learner,
    LearnerReference,
    Membership,
    Person,
    RegulationReview,
    Trace,
    Track,
)
from digiskills_grading.policies import load_policy
from digiskills_grading.transactions import run_locked


def resolve(ref: LearnerRef) -> Learner:
    """The learner's row; for a platform account that is seen for the first time it is created.

    Raises:
        LearnerNotFound: no learner has the public id.
    """
    found = find(ref)
    if found is not None:
        return found
    if ref.user_id is None:
        raise LearnerNotFound(str(ref.public_id))
    now = timezone.now()
    learner, _ = Learner.objects.get_or_create(user_id=ref.user_id, defaults={"public_id": new_public_id(now), "created_at": now})
    return learner


def find(ref: LearnerRef) -> Learner | None:
    """The learner's row if there is one; writes nothing."""
    if ref.user_id is not None:
        return Learner.objects.filter(user_id=ref.user_id).first()
    return Learner.objects.filter(public_id=ref.public_id).first()


def ensure_learner(ref: LearnerRef, *, admin_unit: str | None = None) -> str:
    """The public id of a learner, who is created at the first sight of a platform account.

    Args:
        admin_unit: code of the unit the learner belongs to; a learner of another unit moves, and is counted there from now on.
            None leaves it as it is.

    Raises:
        LearnerNotFound: no learner has the public id.
        UnitNotFound: no unit has the code.
        RuntimeError: inside somebody else's transaction, when the learner moves.
    """
    learner = resolve(ref)
    if admin_unit is not None:
        unit = AdminUnit.objects.filter(code=admin_unit).first()
        if unit is None:
            raise UnitNotFound(admin_unit)
        if unit.pk != learner.admin_unit_id:
            run_locked(learner.pk, lambda: _move(learner.pk, unit.pk))
    return learner.public_id


def create_learner() -> str:
    """The public id of a new learner without a platform account."""
    now = timezone.now()
    return Learner.objects.create(public_id=new_public_id(now), created_at=now).public_id


def record_person(ref: LearnerRef, *, name: str, birth_date: str | None = None) -> None:
    """Stores (or replaces) what identifies a learner as a person, encrypted.

    Args:
        birth_date: ISO 8601 as far as it is known: ``1957``, ``1957-03`` or ``1957-03-14``.

    Raises:
        LearnerNotFound: no learner has the public id.
        ConfigurationError: there is no key to encrypt with.
    """
    learner = resolve(ref)
    values = {"name": name, "birth_date": birth_date}
    run_locked(learner.pk, lambda: Person.objects.update_or_create(learner_id=learner.pk, defaults=values))


def retire_learner(ref: LearnerRef) -> None:
    """Removes what identifies a learner and what they or others wrote of them: person, memberships, numbers that organisations gave,
    traces, notes, requests, and the link to the account.

    Evidence, decisions and figures stay, of a learner whom nobody can name any more: a confirmation that was issued must remain verifiable.
    Nothing happens for somebody who is not there.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    learner = find(ref)
    if learner is not None:
        # Before the link to the account is cut: after a failure in between, a second attempt still finds the learner.
        ports.forget_names(learner.public_id)
        run_locked(learner.pk, lambda: _forget(learner.pk))


def ensure_track(ref: LearnerRef, *, regulation: str, audience: str, school_level: str | None = None) -> None:
    """Puts a learner on the way under a regulation as an audience; evidence that is there already counts at once.

    Args:
        school_level: replaces the level of a track that exists; None leaves it.

    Raises:
        LearnerNotFound: no learner has the public id.
        UnknownContext: no such regulation, audience or level.
        RuntimeError: inside somebody else's transaction.
    """
    load_policy(regulation, audience, school_level)
    learner = resolve(ref)
    regulation_id = dimensions.regulation_id(regulation)

    def work() -> None:
        now = timezone.now()
        track = joined_track(learner.pk, regulation_id, audience, school_level, by_staff=False, now=now)
        if school_level is not None and school_level != track.school_level:
            counters.change_level(track, school_level, now)
        assessment.assess(learner.pk, now=now)

    run_locked(learner.pk, work)


def joined_track(learner_pk: int, regulation_id: int, audience: str, school_level: str | None, *, by_staff: bool, now: datetime) -> Track:
    """The learner's track with its regulation, created on first use. Under the learner lock.

    Where a newer version was adopted, it is the track under that: of those who were moved, and of those who begin now. Course staff who
    try their own block do not join.
    """
    found = Track.objects.filter(learner_id=learner_pk, regulation_id=regulation_id, audience=audience).select_related("regulation").first()
    track = succession.track_in_force(found) if found is not None else _new_track(learner_pk, regulation_id, audience, school_level)
    if track.joined_at is None and not by_staff:
        track.joined_at = now
        track.save(update_fields=["joined_at"])
        counters.record(track, "learner", 1, now)
    return track


def _new_track(learner_pk: int, regulation_id: int, audience: str, school_level: str | None) -> Track:
    regulation_id = succession.regulation_in_force(regulation_id)
    track, _ = Track.objects.select_related("regulation").get_or_create(
        learner_id=learner_pk, regulation_id=regulation_id, audience=audience, defaults={"school_level": school_level}
    )
    return succession.track_in_force(track)


def _forget(learner_pk: int) -> None:
    Person.objects.filter(learner_id=learner_pk).delete()
    Membership.objects.filter(learner_id=learner_pk).delete()
    standings.leave(learner_pk, now=timezone.now())
    HouseholdMember.objects.filter(learner_id=learner_pk).delete()
    AttemptRequest.objects.filter(learner_id=learner_pk).delete()
    EvidenceNote.objects.filter(evidence__learner_id=learner_pk).delete()
    RegulationReview.objects.filter(track__learner_id=learner_pk).update(reason=None)
    LearnerReference.objects.filter(learner_id=learner_pk).delete()
    ImportUpload.objects.filter(actor_id__in=Learner.objects.filter(pk=learner_pk, user__isnull=False).values("user_id")).delete()
    Trace.objects.filter(attempt__learner_id=learner_pk).delete()
    Attempt.objects.filter(learner_id=learner_pk, grade_state=Attempt.Grade.PENDING).update(grade_state=Attempt.Grade.NONE)
    Inbox.objects.filter(user_id__in=Learner.objects.filter(pk=learner_pk).values("user_id")).delete()
    Learner.objects.filter(pk=learner_pk).update(user=None)


def _move(learner_pk: int, unit_pk: int) -> None:
    old = Learner.objects.values_list("admin_unit_id", flat=True).get(pk=learner_pk)
    if old != unit_pk:
        Learner.objects.filter(pk=learner_pk).update(admin_unit_id=unit_pk)
        counters.move(learner_pk, old, unit_pk, timezone.now())
