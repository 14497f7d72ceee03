"""What the demo answers of graded blocks that are not ours: the questions of its course (see `digiskills_grading.score_sources`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth import get_user_model

from demo.generated import COURSE_KEY
from demo.outline import outline, place_of, usage_key
from demo.storage import learner_states
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
        """What the course's OLX declares; the demo has no libraries and no tags."""
        del taxonomy
        found = outline("vi").block(place_of(block.usage_key))
        return BlockFacts() if found is None else BlockFacts(declared=found.settings.get("digiskills_skills", ""))

    def course_keys(self) -> Iterator[str]:
        yield COURSE_KEY

    def blocks(self, course_key: str) -> Iterator[BlockRef]:
        """The questions."""
        for leaf in outline("vi").leaves():
            if leaf.type == "problem":
                yield BlockRef(course_key, usage_key(leaf.ref))

    def stored_scores(self, course_key: str) -> Iterator[StoredScore]:
        """What was answered, as the last answer left it."""
        for user_id in get_user_model().objects.values_list("pk", flat=True):
            for key, state in learner_states(user_id).items():
                if place_of(key)[0] == "problem" and state.get("tries"):
                    yield StoredScore(
                        user_id=user_id,
                        course_key=course_key,
                        usage_key=key,
                        earned=state["earned"],
                        possible=1.0,
                        modified_at=datetime.fromisoformat(state["answered_at"]),
                    )
