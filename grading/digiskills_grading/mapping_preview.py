"""What a row of the mapping would match in the courses that there are, and what each of those blocks is mapped to by the whole table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from attrs import frozen

from digiskills_grading.block_matching import BlockRef, MappingRule, Target
from digiskills_grading.mapping import Mapper
from digiskills_grading.score_sources import ScoreSource

MOST_COURSES = 20
MOST_BLOCKS = 200


@frozen
class MatchedBlock:
    """A block, and what its scores say now. ``targets`` may come from a more specific row than the one that was asked about."""

    block: BlockRef
    targets: tuple[Target, ...]

    @property
    def cells(self) -> str:
        """``S3, A1/recognise``"""
        return ", ".join(f"{target.skill}/{target.facet}" if target.facet else target.skill for target in self.targets)


def matched_by(rule: MappingRule, mapper: Mapper, source: ScoreSource, *, now: datetime) -> list[MatchedBlock]:
    """The blocks that a row matches, in the first `MOST_COURSES` courses that its pattern matches; at most `MOST_BLOCKS`."""
    courses = (key for key in source.course_keys() if rule.selector.matches_course(key))
    blocks = (block for key in islice(courses, MOST_COURSES) for block in source.blocks(key) if rule.selector.matches(block))
    return [MatchedBlock(block, mapper.targets(block, now)) for block in islice(blocks, MOST_BLOCKS)]


def mapped_in(course_key: str, mapper: Mapper, source: ScoreSource, *, now: datetime) -> Iterator[MatchedBlock]:
    """Every scored block of a course that is not our own, with what its scores say now."""
    for block in source.blocks(course_key):
        if not block.is_own:
            yield MatchedBlock(block, mapper.targets(block, now))
