"""Grades as an effect on the platform: committed by us first, then published, then marked; what was not marked is swept up.

Publishing may happen more than once (a crash between publishing and marking), which does no harm: a grade is the state of a block, not
an addition to it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from digiskills_framework.api import CountedAttempts
from digiskills_grading import assessment
from digiskills_grading.compiled import CompiledRead
from digiskills_grading.data import GradeState, GradeToPublish
from digiskills_grading.errors import ConfigurationError, GradeNotTaken
from digiskills_grading.models import Attempt

log = logging.getLogger(__name__)

SWEEP_AFTER = timedelta(seconds=60)

# Scores of a learner's counted attempts in a context, oldest first.
_counted_scores = CompiledRead(
    lambda learner, context: (
        Attempt.objects.filter(learner_id=learner, context_id=context, run_kind=Attempt.Kind.COUNTED, state=Attempt.State.SCORED)
        .order_by("n")
        .values_list("score_milli")
    ),
    (int, int),
)


class GradeSink(Protocol):
    """Where grades go: the LMS, or whatever the demo has in its place."""

    def publish(self, grade: GradeToPublish) -> None:
        """Makes the platform hold this grade. Called again with the same grade it changes nothing.

        Raises:
            GradeNotTaken: not possible now; tried again later.
        """


def configured_sink() -> GradeSink:
    """The sink that the setting ``DIGISKILLS_GRADE_SINK`` names.

    Raises:
        ConfigurationError: the setting is empty, or names nothing that can be imported.
    """
    path = getattr(settings, "DIGISKILLS_GRADE_SINK", "")
    try:
        sink: GradeSink = import_string(path)()
    except ImportError as error:
        raise ConfigurationError(
            f"DIGISKILLS_GRADE_SINK is {path!r}, which cannot be imported: name a function that returns a GradeSink"
        ) from error
    return sink


def grade_of(attempt: Attempt) -> GradeToPublish | None:
    """The grade that the platform shall hold in the attempt's context; None without a platform account or a counted attempt.

    The attempt comes with its learner, context and track (with regulation).
    """
    user_id = attempt.learner.user_id
    if user_id is None:
        return None
    scores = [score for (score,) in _counted_scores(attempt.learner_id, attempt.context_id)]
    if not scores:
        return None
    best = assessment.policy_of(attempt.track).values.counted_attempts is CountedAttempts.BEST
    earned = max(scores) if best else scores[-1]
    return GradeToPublish(
        attempt_public_id=attempt.public_id,
        user_id=user_id,
        course_key=attempt.context.course_key,
        usage_key=attempt.context.usage_key,
        earned=earned / 1000,
        only_if_higher=best and attempt.revision == 0,
    )


def state_of(attempt: Attempt) -> GradeState:
    """The attempt's grade state as it leaves grading."""
    states: dict[str, GradeState] = {"pending": "pending", "published": "published"}
    return states.get(attempt.grade_state, "none")


def mark_grade_published(attempt_id: str) -> None:
    """Notes that the platform holds the grade of the attempt.

    Nothing happens for an attempt that is unknown or not pending. An earlier attempt of the block that is still pending is swept up for
    itself: it publishes the same grade again, which changes nothing.
    """
    Attempt.objects.filter(public_id=attempt_id, grade_state=Attempt.Grade.PENDING).update(grade_state=Attempt.Grade.PUBLISHED)


def pending_grades(limit: int, older_than: datetime) -> Iterator[GradeToPublish]:
    """Grades of attempts that were scored before ``older_than`` and never marked, oldest first, at most ``limit``."""
    rows = (
        Attempt.objects.filter(grade_state=Attempt.Grade.PENDING, scored_at__lt=older_than)
        .select_related("learner", "context", "track__regulation")
        .defer("result")
        .order_by("id")[:limit]
    )
    for attempt in rows:
        grade = grade_of(attempt)
        if grade is None:
            Attempt.objects.filter(pk=attempt.pk, grade_state=Attempt.Grade.PENDING).update(grade_state=Attempt.Grade.NONE)
        else:
            yield grade


def sweep_grades(sink: GradeSink, *, now: datetime, limit: int, after: timedelta = SWEEP_AFTER) -> int:
    """Publishes what was committed but never marked: the process died, or the platform refused.

    Args:
        after: leaves alone what is younger, since its own request is probably still publishing it.
        limit: most grades in one sweep.

    Returns:
        How many were published; what a sink does not take is logged and stays pending.
    """
    published = 0
    for grade in pending_grades(limit, now - after):
        try:
            sink.publish(grade)
        except GradeNotTaken as error:
            log.warning("grade of attempt %s not taken: %s", grade.attempt_public_id, error)
            continue
        mark_grade_published(grade.attempt_public_id)
        published += 1
    return published
