"""Scores that the platform held before their blocks were mapped: read again into the inbox, for the worker to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from digiskills_grading.block_matching import BlockRef
from digiskills_grading.data import StoredScore
from digiskills_grading.mapping import Mapper, current
from digiskills_grading.models import Context, Inbox
from digiskills_grading.score_sources import configured_source
from digiskills_grading.transactions import require_aware

PIECE = 500


def backfill(course_key: str, *, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Notes every stored score of a course's blocks that are mapped, or were; in pieces of bounded size. Doing it again does no harm.

    What stands of blocks that are no longer mapped is thereby taken back. What the platform stores of a score's time is that of the last
    change of any kind in the block; a score that we know already keeps the time at which it was set.

    Args:
        course_key: of one run.
        now: aware.
        progress: is told the number noted so far, after each piece.

    Returns:
        How many were noted.

    Raises:
        ConfigurationError: the setting ``DIGISKILLS_SCORE_SOURCE`` names nothing.
    """
    require_aware(now)
    source = configured_source()
    mapper = current(source, now=now)
    used = set(Context.objects.filter(course_key=course_key).values_list("usage_key", flat=True))
    scores = (score for score in source.stored_scores(course_key) if score.usage_key in used or _is_mapped(mapper, score))
    rows = (_row(score, now) for score in scores if not BlockRef(score.course_key, score.usage_key).is_own)
    return sum(_noted(rows, progress))


def _noted(rows: Iterator[Inbox], progress: Callable[[int], None] | None) -> Iterator[int]:
    total = 0
    while piece := list(islice(rows, PIECE)):
        Inbox.objects.bulk_create(piece)
        total += len(piece)
        if progress is not None:
            progress(total)
        yield len(piece)


def _is_mapped(mapper: Mapper, score: StoredScore) -> bool:
    return bool(mapper.targets(BlockRef(score.course_key, score.usage_key), score.modified_at))


def _row(score: StoredScore, now: datetime) -> Inbox:
    return Inbox(
        user_id=score.user_id,
        course_key=score.course_key,
        usage_key=score.usage_key,
        earned=score.earned,
        possible=score.possible,
        modified_at=score.modified_at,
        backfill=True,
        received_at=now,
        not_before=now,
    )
