"""What the demo knows of scores of other blocks: there are none, since its course holds practice tasks alone."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth import get_user_model

from demo.runtime import COURSE_KEY
from digiskills_grading.block_matching import BlockRef
from digiskills_grading.data import BlockFacts, StoredScore
from digiskills_grading.score_sources import Standing


class DemoScoreSource:
    """See `digiskills_grading.score_sources.ScoreSource`."""

    def standing(self, user_id: int, course_key: str) -> Standing:
        """Every account of the demo is a learner."""
        del course_key
        return "learner" if get_user_model().objects.filter(pk=user_id).exists() else "gone"

    def facts(self, block: BlockRef, *, taxonomy: str) -> BlockFacts:
        """Nothing: the demo has no libraries and no tags."""
        del block, taxonomy
        return BlockFacts()

    def course_keys(self) -> Iterator[str]:
        yield COURSE_KEY

    def blocks(self, course_key: str) -> Iterator[BlockRef]:
        """None beside our own."""
        del course_key
        yield from ()

    def stored_scores(self, course_key: str) -> Iterator[StoredScore]:
        del course_key
        yield from ()
