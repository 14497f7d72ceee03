"""Writing and taking back evidence, under the learner lock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from digiskills_framework.api import Assurance
from digiskills_grading.models import Attempt, Evidence, SkillCode
from digiskills_grading.scoring import retraction_key, source_key
from digiskills_simulator.api import ScoredAttempt

COURSE_STAFF = "course_staff"


def write(
    attempt: Attempt, scored: ScoredAttempt, skills: dict[str, int], *, now: datetime, like: Evidence | None = None
) -> list[Evidence]:
    """One row for each skill (and facet) that the attempt assessed, at the attempt's current revision. Under the learner lock.

    Args:
        like: evidence of an earlier revision, whose assurance goes on: who helped or watched does not change with the score.
    """
    rows = [
        Evidence(
            learner_id=attempt.learner_id,
            skill_id=skills[item.skill],
            facet=item.facet or "",
            source=Evidence.Source.ATTEMPT,
            source_key=source_key("attempt", attempt.public_id, skill=item.skill, facet=item.facet or "", revision=attempt.revision),
            kind=Evidence.Kind.HAZARD if item.hazard else Evidence.Kind.SCORE,
            value_milli=item.value_milli,
            assurance=Assurance.SELF.value if like is None else like.assurance,
            session_id=None if like is None else like.session_id,
            context_id=attempt.context_id,
            attempt_id=attempt.pk,
            actor_id=None if like is None else like.actor_id,
            excluded_reason=COURSE_STAFF if attempt.by_staff else None,
            occurred_at=attempt.scored_at or now,
            recorded_at=now,
        )
        for item in scored.skills
    ]
    return Evidence.objects.bulk_create(rows)


def retract(attempts: Iterable[Attempt], *, actor_id: int | None, now: datetime) -> list[Evidence]:
    """Takes back all evidence of these attempts (of one learner) that was not taken back before."""
    by_id = {attempt.pk: attempt for attempt in attempts}
    if not by_id:
        return []
    learner_id = next(iter(by_id.values())).learner_id
    rows = list(Evidence.objects.filter(learner_id=learner_id, attempt_id__in=by_id))
    return take_back(standing(rows), actor_id=actor_id, now=now)


def of_attempt(attempt: Attempt) -> list[Evidence]:
    """The evidence of an attempt that stands; all of it has the same assurance."""
    return standing(Evidence.objects.filter(learner_id=attempt.learner_id, attempt_id=attempt.pk))


def reassure(
    attempt: Attempt, rows: Iterable[Evidence], *, assurance: Assurance, session_id: int | None, actor_id: int | None, now: datetime
) -> None:
    """Takes evidence of an attempt back and writes it again, at the next revision, with another assurance. Under the learner lock."""
    rows = list(rows)
    take_back(rows, actor_id=actor_id, now=now)
    attempt.revision += 1
    attempt.save(update_fields=["revision"])
    skills = dict(SkillCode.objects.filter(pk__in={row.skill_id for row in rows}).values_list("pk", "code"))
    for row in rows:
        row.pk = None
        row.source_key = source_key(
            Evidence.Source.ATTEMPT.value, attempt.public_id, skill=skills[row.skill_id], facet=row.facet, revision=attempt.revision
        )
        row.assurance, row.session_id, row.actor_id, row.recorded_at = assurance.value, session_id, actor_id, now
    Evidence.objects.bulk_create(rows)


def standing(rows: Iterable[Evidence]) -> list[Evidence]:
    """Of all rows of some source, those that stand: no retractions, and nothing that one of them takes back."""
    rows = list(rows)
    gone = {row.retracts for row in rows if row.kind == Evidence.Kind.RETRACTION}
    return [row for row in rows if row.kind != Evidence.Kind.RETRACTION and row.source_key not in gone]


def take_back(rows: Iterable[Evidence], *, actor_id: int | None, now: datetime) -> list[Evidence]:
    """Writes a retraction of each row. Under the learner lock; a row that was taken back before is refused by its key."""
    return Evidence.objects.bulk_create(
        Evidence(
            learner_id=row.learner_id,
            skill_id=row.skill_id,
            facet=row.facet,
            source=row.source,
            source_key=retraction_key(row.source_key),
            retracts=row.source_key,
            kind=Evidence.Kind.RETRACTION,
            value_milli=0,
            level=row.level,
            practical=row.practical,
            assurance=row.assurance,
            session_id=row.session_id,
            context_id=row.context_id,
            attempt_id=row.attempt_id,
            actor_id=actor_id,
            excluded_reason=row.excluded_reason,
            occurred_at=now,
            recorded_at=now,
        )
        for row in rows
    )
