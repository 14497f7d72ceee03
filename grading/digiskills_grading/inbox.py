"""Scores of other blocks: noted where they happen, in somebody else's request, and looked at later by a worker.

Nothing is lost and nothing done twice, whenever a worker is killed: what came of a row and its deletion are one transaction. Two workers
may take the same rows; the learner lock lets the second one see that they are gone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from digiskills_grading import assessment, block_scores, learners, mapping, switches
from digiskills_grading.block_matching import BlockRef
from digiskills_grading.block_scores import MappedScore
from digiskills_grading.data import InboxReport, LearnerRef
from digiskills_grading.models import BlockScore, Inbox
from digiskills_grading.score_sources import ScoreSource, Standing, configured_source
from digiskills_grading.transactions import require_aware, run_locked

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
_LONGEST_PAUSE_MINUTES = 360
# lms/djangoapps/grades/constants.py, ScoreDatabaseTableEnum: the platform's own table of states.
_STATE_TABLE = "csm"


def receive(event: Mapping[str, Any], *, now: datetime) -> bool:
    """Notes a score: one INSERT, in a savepoint of its own, so that a failure leaves the surrounding transaction whole.

    Args:
        event: the arguments of the platform's signal PROBLEM_WEIGHTED_SCORE_CHANGED.

    Returns:
        Whether it was noted: not for our own blocks, blocks of libraries, and nobody.

    Raises:
        KeyError, ValueError, TypeError: the event is not what the signal sends.
        django.db.Error: the row cannot be stored.
    """
    block = BlockRef(str(event["course_id"]), str(event["usage_id"]))
    if event["user_id"] is None or not block.in_course or block.is_own:
        return False
    deleted = bool(event.get("score_deleted"))
    row = Inbox(
        user_id=int(event["user_id"]),
        course_key=block.course_key,
        usage_key=block.usage_key,
        earned=None if deleted else event["weighted_earned"],
        possible=event["weighted_possible"],
        modified_at=_moment(event, now),
        received_at=now,
        not_before=now,
    )
    with transaction.atomic():
        row.save(force_insert=True)
    return True


def process(*, now: datetime, limit: int = 1000) -> InboxReport:
    """Looks at what is due, oldest first, learner by learner.

    A row that fails is tried again after a pause that doubles from two minutes to six hours; after `MAX_ATTEMPTS` it is left where it
    is until `retry`. It holds up nobody, not even the same learner's other rows. While recording is switched off, everything waits.

    Args:
        now: aware.
        limit: most rows looked at.

    Raises:
        ConfigurationError: the setting ``DIGISKILLS_SCORE_SOURCE`` names nothing.
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    if not switches.is_on(switches.RECORDING):
        return InboxReport()
    with transaction.atomic(durable=True):
        rows = list(Inbox.objects.filter(not_before__lte=now).order_by("not_before", "id")[:limit])
    if not rows:
        return InboxReport()
    source = configured_source()
    worker = _Worker(source, mapping.current(source, now=now), now)
    rows.sort(key=lambda row: (row.user_id, row.pk))
    report = sum((worker.of_user(list(group)) for _, group in groupby(rows, key=lambda row: row.user_id)), InboxReport())
    return report + worker.drop()


def retry(*, now: datetime, rows: QuerySet[Inbox] | None = None) -> int:
    """Makes rows that failed due again, all or those given; returns how many."""
    failed = (Inbox.objects.all() if rows is None else rows).filter(attempts__gt=0)
    return failed.update(not_before=now, attempts=0)


class _Worker:
    """One round: what it asked the platform, it asks once."""

    def __init__(self, source: ScoreSource, mapper: mapping.Mapper, now: datetime) -> None:
        self._source = source
        self._mapper = mapper
        self._now = now
        self._standings: dict[tuple[int, str], Standing] = {}
        self._dropped: set[int] = set()

    def of_user(self, rows: Sequence[Inbox]) -> InboxReport:
        """All rows of one account; each by itself if they fail together, so that the one at fault is found."""
        try:
            return self._process(rows)
        except Exception as error:  # noqa: BLE001 - whatever one row does, the others must be done
            if len(rows) > 1:
                return sum((self.of_user([row]) for row in rows), InboxReport())
            return self._postpone(rows[0], error)

    def _process(self, rows: Sequence[Inbox]) -> InboxReport:
        mapped = [score for row in rows if (score := self._mapped(row)) is not None]
        self._dropped |= {row.pk for row in rows} - {score.row.pk for score in mapped}
        if not mapped:
            return InboxReport()
        learner = learners.resolve(LearnerRef(user_id=mapped[0].row.user_id))
        return run_locked(learner.pk, lambda: self._write(learner.pk, mapped))

    def drop(self) -> InboxReport:
        """Deletes at once what says nothing: on most sites that is nearly every score."""
        count, _ = Inbox.objects.filter(pk__in=self._dropped).delete()
        return InboxReport(processed=count, dropped=count)

    def _mapped(self, row: Inbox) -> MappedScore | None:
        """What a row says; None when it says nothing: of an unmapped block, or of nobody."""
        block = BlockRef(row.course_key, row.usage_key)
        known = _known(row) if row.backfill or row.value_milli is None else None
        held = row.backfill and known is not None and known.value_milli == row.value_milli
        targets = self._mapper.targets(block, known.modified_at if held and known else row.modified_at)
        takes_back = known is not None or (row.value_milli is None and self._mapper.knows(block))
        if not (targets or takes_back):
            return None
        standing = self._standing(row.user_id, row.course_key)
        return None if standing == "gone" else MappedScore.prepare(row, targets, by_staff=standing == "staff")

    def _standing(self, user_id: int, course_key: str) -> Standing:
        key = user_id, course_key
        if key not in self._standings:
            self._standings[key] = self._source.standing(user_id, course_key)
        return self._standings[key]

    def _write(self, learner_pk: int, scores: Sequence[MappedScore]) -> InboxReport:
        """Under the learner lock. What another worker has done meanwhile is gone."""
        due = Inbox.objects.filter(pk__in=[score.row.pk for score in scores])
        present = set(due.values_list("pk", flat=True))
        newest = _newest(score for score in scores if score.row.pk in present)
        written = [count for score in newest if (count := block_scores.apply(learner_pk, score, now=self._now)) is not None]
        if written:
            assessment.assess(learner_pk, now=self._now)
        due.delete()
        return InboxReport(processed=len(present), evidence=sum(written))

    def _postpone(self, row: Inbox, error: Exception) -> InboxReport:
        attempts = row.attempts + 1
        pause = timedelta(minutes=min(2**attempts, _LONGEST_PAUSE_MINUTES))
        not_before = None if attempts >= MAX_ATTEMPTS else self._now + pause
        log.error("score %s of block %s failed for the %d. time: %s", row.pk, row.usage_key, attempts, type(error).__name__)
        Inbox.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, error=type(error).__name__[:64], not_before=not_before)
        return InboxReport(failed=1)


def _newest(scores: Iterable[MappedScore]) -> list[MappedScore]:
    """Of each block the newest score alone: what came before it would be overtaken at once."""
    by_context: dict[int, MappedScore] = {}
    for score in scores:
        held = by_context.get(score.context_id)
        if held is None or score.row.recency > held.row.recency:
            by_context[score.context_id] = score
    return list(by_context.values())


def _known(row: Inbox) -> BlockScore | None:
    same = BlockScore.objects.filter(learner__user_id=row.user_id, context__course_key=row.course_key)
    return same.filter(context__usage_key=row.usage_key).first()


def _moment(event: Mapping[str, Any], now: datetime) -> datetime:
    """When the score was set.

    A state that staff deletes is told with the server's local time, marked as UTC (lms/djangoapps/instructor/enrollment.py,
    ``_fire_score_changed_for_block``): there, and for any time that has not come yet, it is now.
    """
    modified: datetime | None = event.get("modified")
    if modified is None or (event.get("score_deleted") and event.get("score_db_table") == _STATE_TABLE):
        return now
    return min(modified if modified.tzinfo is not None else modified.replace(tzinfo=UTC), now)
