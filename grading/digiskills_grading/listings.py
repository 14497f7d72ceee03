"""Lists of evidence, tracks and decisions, page by page. Reads only.

A page begins after a position and takes what follows in the order of ids. Of one learner nothing can appear behind a reader: all that is
written about a learner is written under the learner lock, so that ids are committed in their order. Of all learners together this does
not hold; `decisions_after` therefore goes by the places of `sequencing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db.models import Model

from digiskills_grading import assessment
from digiskills_grading.access import Subject
from digiskills_grading.data import DecisionEntry, EvidenceEntry, ImportEntry, Page, SkillMastery, TrackEntry
from digiskills_grading.models import Decision, Evidence, ImportBatch, Mastery, Track

Row = TypeVar("Row", bound=Model)
Made = TypeVar("Made")


def evidence_of(
    subject: Subject, *, after: int, limit: int, skill: str | None = None, course_key: str | None = None
) -> Page[EvidenceEntry]:
    """The learner's evidence as it was recorded, oldest first.

    Args:
        after: position of the last entry seen, 0 from the beginning.
        skill, course_key: only of this skill, only from blocks of this course.
    """
    rows = Evidence.objects.filter(learner_id=subject.pk, id__gt=after).select_related("skill", "context", "attempt", "session")
    if skill is not None:
        rows = rows.filter(skill__code=skill)
    if course_key is not None:
        rows = rows.filter(context__course_key=course_key)
    found = list(rows.order_by("id")[: limit + 1])
    return _page(found, limit, lambda row: row.pk, lambda row: _evidence(row, subject))


def tracks_of(subject: Subject, *, after: int, limit: int) -> Page[TrackEntry]:
    """The learner's tracks that have not ended, with the state of their skills, oldest first."""
    rows = Track.objects.filter(learner_id=subject.pk, id__gt=after, successor=None).select_related("regulation")
    found = list(rows.order_by("id")[: limit + 1])
    skills: dict[int, list[SkillMastery]] = defaultdict(list)
    for row in Mastery.objects.filter(track__in=found).select_related("skill").order_by("skill__code"):
        skills[row.track_id].append(assessment.mastery_data(row))
    return _page(found, limit, lambda track: track.pk, lambda track: _track(track, subject, skills[track.pk]))


def decisions_of(subject: Subject, *, after: int, limit: int) -> Page[DecisionEntry]:
    """The learner's decisions on all tracks, oldest first."""
    rows = Decision.objects.filter(track__learner_id=subject.pk, id__gt=after).select_related("track__regulation", "track__learner")
    return _page(list(rows.order_by("id")[: limit + 1]), limit, lambda row: row.pk, _decision)


def decisions_after(place: int, *, limit: int, regulation: str | None = None) -> Page[DecisionEntry]:
    """Decisions about all learners in the sequence that `sequencing.place_decisions` makes.

    Args:
        place: of the last one seen, 0 from the beginning.
        regulation: only under this one, ``id/version``.
    """
    rows = Decision.objects.filter(place__gt=place).select_related("track__regulation", "track__learner")
    if regulation is not None:
        rows = rows.filter(track__regulation__key=regulation)
    return _page(list(rows.order_by("place")[: limit + 1]), limit, lambda row: row.place or 0, _decision)


def import_batch(batch_id: str, *, actor_id: int) -> ImportEntry | None:
    """An import of results that this account asked for; None for another's."""
    row = ImportBatch.objects.filter(public_id=batch_id, actor_id=actor_id).first()
    if row is None:
        return None
    return ImportEntry(
        id=row.public_id,
        source=row.source,
        state=row.state,
        started_at=row.started_at,
        finished_at=row.finished_at,
        rows=row.rows,
        added=row.added,
        corrected=row.corrected,
        unchanged=row.unchanged,
        rejected=row.rejected,
    )


def _page(rows: Sequence[Row], limit: int, position: Callable[[Row], int], made: Callable[[Row], Made]) -> Page[Made]:
    """Of one row more than the limit, so that it is known whether there are more."""
    shown = rows[:limit]
    return Page(tuple(made(row) for row in shown), position(shown[-1]) if shown else None, len(rows) > limit)


def _evidence(row: Evidence, subject: Subject) -> EvidenceEntry:
    return EvidenceEntry(
        id=row.source_key,
        learner=subject.entry.id,
        skill=row.skill.code,
        facet=row.facet or None,
        kind=row.kind,
        source=row.source,
        value_milli=row.value_milli,
        level=row.level,
        practical=row.practical,
        assurance=row.assurance,
        retracts=row.retracts,
        excluded_reason=row.excluded_reason,
        course_key=None if row.context is None else row.context.course_key,
        usage_key=None if row.context is None else row.context.usage_key,
        attempt=None if row.attempt is None else row.attempt.public_id,
        session=None if row.session is None else row.session.public_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
    )


def _track(track: Track, subject: Subject, skills: Sequence[SkillMastery]) -> TrackEntry:
    return TrackEntry(
        learner=subject.entry.id,
        regulation=track.regulation.key,
        audience=track.audience,
        school_level=track.school_level,
        status=track.status,
        decision_n=track.decision_n,
        next_review_at=track.next_review_at,
        skills=tuple(skills),
    )


def _decision(row: Decision) -> DecisionEntry:
    return DecisionEntry(decision=assessment.decision_data(row.track, row, row.track.learner.public_id), school_level=row.school_level)
