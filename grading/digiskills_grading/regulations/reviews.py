"""Completions in question: people who completed under an earlier version and do not meet the one that supersedes it."""

from __future__ import annotations

from datetime import datetime

from digiskills_grading import learners
from digiskills_grading.data import LearnerRef, OpenReview
from digiskills_grading.errors import LearnerNotFound, RegulationRefused
from digiskills_grading.models import RegulationReview, Track
from digiskills_grading.regulations.moving import move
from digiskills_grading.scoring import reasons_from_json
from digiskills_grading.transactions import require_aware, run_locked


def open_reviews(new: str, *, limit: int = 1000) -> list[OpenReview]:
    """Whom a person has to decide about under a regulation, oldest first."""
    rows = RegulationReview.objects.filter(regulation__key=new, state=RegulationReview.State.OPEN)
    return [
        OpenReview(
            learner_public_id=row.track.learner.public_id,
            audience=row.track.audience,
            old=row.track.regulation.key,
            new=new,
            found_at=row.found_at,
            missing=reasons_from_json(row.missing),
        )
        for row in rows.select_related("track__learner", "track__regulation").order_by("id")[:limit]
    ]


def settle_review(
    learner: LearnerRef, new: str, *, audience: str, keep: bool, reason: str, now: datetime, actor_id: int | None = None
) -> None:
    """A person decides: somebody stays completed under the old version, or comes under the new one and is no longer completed.

    Args:
        reason: why, kept encrypted beside the decision.

    Raises:
        LearnerNotFound: no such learner.
        RegulationRefused: nothing is open about this learner there, or no reason is given.
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    person = learners.find(learner)
    if person is None:
        raise LearnerNotFound(str(learner.public_id or learner.user_id))
    if not reason.strip():
        raise RegulationRefused("a decision about a person's completion needs a reason")

    def work() -> None:
        row = (
            RegulationReview.objects.filter(
                track__learner_id=person.pk, track__audience=audience, regulation__key=new, state=RegulationReview.State.OPEN
            )
            .order_by("id")
            .first()
        )
        if row is None:
            raise RegulationRefused(f"nothing is to be decided about learner {person.public_id} as {audience} under {new}")
        row.state = RegulationReview.State.KEPT if keep else RegulationReview.State.ENDED
        row.settled_at, row.actor_id, row.reason = now, actor_id, reason.strip()
        row.save(update_fields=["state", "settled_at", "actor_id", "reason"])
        track = Track.objects.select_related("regulation", "learner").get(pk=row.track_id)
        if not keep and track.successor_id is None:
            move(track, new, now=now, actor_id=actor_id)

    run_locked(person.pk, work)
