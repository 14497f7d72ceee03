"""A learner comes under another regulation: the track under the old one ends, and one under the new one goes on in its place."""

from __future__ import annotations

from datetime import datetime

from digiskills_grading import assessment, counters, dimensions, standings
from digiskills_grading.models import Track
from digiskills_grading.scoring import superseded


def move(track: Track, regulation: str, *, now: datetime, actor_id: int | None) -> Track:
    """Ends a track with a last decision that names the new regulation, and assesses its learner under that. Under the learner lock.

    What the learner contributed to the counters goes to the new track; a confirmation under the old regulation is withdrawn by the issuing
    side, which the last decision asks for.

    Args:
        track: with its regulation and learner.
        regulation: key of the new one, which was used before.

    Returns:
        The new track, or the one that the learner had there already.
    """
    regulation_id = dimensions.regulation_id(regulation)
    successor, _ = Track.objects.get_or_create(
        learner_id=track.learner_id, regulation_id=regulation_id, audience=track.audience, defaults={"school_level": track.school_level}
    )
    log = assessment.read_evidence(track.learner_id)
    verdict = superseded(regulation, completed_before=track.completed_before)
    assessment.write_decision(track, assessment.policy_of(track), verdict, log.upto, now=now, actor_id=actor_id)
    counters.hand_over(track, successor, now)
    track.successor_id = successor.pk
    track.save(update_fields=["successor"])
    assessment.assess(track.learner_id, now=now, actor_id=actor_id)
    standings.refresh(track.learner_id, [track.regulation.key], log.observations, now=now)
    return successor
