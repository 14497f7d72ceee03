"""What time alone changes: tracks whose mastery has expired, or whose veto has ended, are assessed again."""

from __future__ import annotations

import logging
from datetime import datetime

from digiskills_grading import assessment, switches
from digiskills_grading.errors import DigiskillsError
from digiskills_grading.models import Track
from digiskills_grading.transactions import require_aware, run_locked

log = logging.getLogger(__name__)
BATCH = 500


def review_due(*, now: datetime, limit: int) -> int:
    """Assesses learners of whom a track is due, and draws every consequence: a decision falls back, or is reinstated.

    Of two workers with the same learner the second finds nothing due. A learner who cannot be assessed stays due, is logged and keeps
    nobody else from being reviewed. While recording is stopped, all wait.

    Args:
        now: aware; due is what has its review at this time or before.
        limit: most learners assessed.

    Returns:
        How many learners were assessed.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    if not switches.is_on(switches.RECORDING):
        return 0
    reviewed, last = 0, 0
    while reviewed < limit:
        size = min(BATCH, limit - reviewed)
        due = Track.objects.filter(next_review_at__lte=now, successor=None, learner_id__gt=last)
        pks = list(due.order_by("learner_id").values_list("learner_id", flat=True).distinct()[:size])
        if not pks:
            break
        reviewed += sum(_review(pk, now) for pk in pks)
        last = pks[-1]
    return reviewed


def _review(learner_pk: int, now: datetime) -> bool:
    def work() -> bool:
        if not Track.objects.filter(learner_id=learner_pk, next_review_at__lte=now, successor=None).exists():
            return False
        assessment.assess(learner_pk, now=now)
        return True

    try:
        return run_locked(learner_pk, work)
    except DigiskillsError:
        log.exception("learner row %d could not be reviewed", learner_pk)
        return False
