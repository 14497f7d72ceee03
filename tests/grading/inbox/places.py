"""A platform with courses, blocks and scores, as the inbox asks one; and what the platform would tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from attrs import define, field
from django.contrib.auth import get_user_model

from digiskills_grading import evidence
from digiskills_grading.block_matching import BlockRef
from digiskills_grading.data import BlockFacts, LearnerRef, StoredScore
from digiskills_grading.models import BlockMapping, Evidence
from digiskills_grading.score_sources import Standing
from tests.grading.helpers import COURSE

PROBLEM = "block-v1:MayTrang+KNS1+2026+type@problem+block@final"


@define
class Platform:
    """What a test says that the platform knows. An account is a learner as long as it exists."""

    staff: set[tuple[int, str]] = field(factory=set)
    known: dict[str, BlockFacts] = field(factory=dict)
    course_blocks: dict[str, list[str]] = field(factory=dict)
    scores: list[StoredScore] = field(factory=list)
    broken_for: set[int] = field(factory=set)
    asked: list[str] = field(factory=list)

    def standing(self, user_id: int, course_key: str) -> Standing:
        if user_id in self.broken_for:
            raise ConnectionError("the platform does not answer about this account")
        if not get_user_model().objects.filter(pk=user_id).exists():
            return "gone"
        return "staff" if (user_id, course_key) in self.staff else "learner"

    def facts(self, block: BlockRef, *, taxonomy: str) -> BlockFacts:
        self.asked.append(block.usage_key)
        return self.known.get(block.usage_key, BlockFacts())

    def course_keys(self) -> Iterator[str]:
        yield from self.course_blocks

    def blocks(self, course_key: str) -> Iterator[BlockRef]:
        for usage_key in self.course_blocks.get(course_key, ()):
            yield BlockRef(course_key, usage_key, self.known.get(usage_key, BlockFacts()).upstream)

    def stored_scores(self, course_key: str) -> Iterator[StoredScore]:
        yield from (score for score in self.scores if score.course_key == course_key)


current_platform = Platform()


def platform() -> Platform:
    """What the setting names."""
    return current_platform


def mapped(**values: Any) -> BlockMapping:
    """A row of the table: by default the problem says something of skill S3."""
    row: dict[str, Any] = {"course_pattern": "course-v1:MayTrang+KNS1+*", "select": "id", "block_pattern": "final", "skill": "S3"}
    return BlockMapping.objects.create(**row | values)


def signal(learner: LearnerRef, earned: float, *, at: datetime, possible: float = 10, **values: Any) -> dict[str, Any]:
    """The signal of a score."""
    return {
        "weighted_earned": earned,
        "weighted_possible": possible,
        "user_id": learner.user_id,
        "course_id": COURSE,
        "usage_id": PROBLEM,
        "only_if_higher": None,
        "score_deleted": None,
        "modified": at,
        "score_db_table": "csm",
        "grader_response": None,
    } | values


def deletion(learner: LearnerRef, *, at: datetime, **values: Any) -> dict[str, Any]:
    """The signal of a score that was deleted in the submissions app, whose time is exact."""
    return signal(learner, 0, at=at, possible=0, score_deleted=True, score_db_table="submissions", **values)


def standing_evidence(learner: LearnerRef) -> list[tuple[str, str, int, datetime, bool]]:
    """Skill, facet, value, moment and whether it is excluded, of all evidence from blocks that stands."""
    rows = Evidence.objects.filter(learner__user_id=learner.user_id, source=Evidence.Source.BLOCK).select_related("skill")
    return sorted(
        (row.skill.code, row.facet, row.value_milli, row.occurred_at, row.excluded_reason is not None) for row in evidence.standing(rows)
    )
