"""The port through which inbox and mapping ask the platform: who somebody is in a course, what a block is, which scores there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from digiskills_grading.block_matching import BlockRef
from digiskills_grading.data import BlockFacts, StoredScore
from digiskills_grading.errors import ConfigurationError

Standing = Literal["learner", "staff", "gone"]


class ScoreSource(Protocol):
    """What a platform with graded blocks answers. A block or a course that is not there is nothing to answer, not an error."""

    def standing(self, user_id: int, course_key: str) -> Standing:
        """Whether an account is of the course team, or is there at all: ``gone`` for one that was deleted or retired."""

    def facts(self, block: BlockRef, *, taxonomy: str) -> BlockFacts:
        """What is known of a block; its tags only of the taxonomy with this export id, none for an empty one."""

    def course_keys(self) -> Iterator[str]:
        """Every course run there is."""

    def blocks(self, course_key: str) -> Iterator[BlockRef]:
        """Every scored block of a run, in any order."""

    def stored_scores(self, course_key: str) -> Iterator[StoredScore]:
        """Every score that is held for a run, read in pieces of bounded size."""


def configured_source() -> ScoreSource:
    """The source that the setting ``DIGISKILLS_SCORE_SOURCE`` names.

    Raises:
        ConfigurationError: the setting is empty, or names nothing that can be imported.
    """
    path = getattr(settings, "DIGISKILLS_SCORE_SOURCE", "")
    try:
        source: ScoreSource = import_string(path)()
    except ImportError as error:
        raise ConfigurationError(
            f"DIGISKILLS_SCORE_SOURCE is {path!r}, which cannot be imported: name a function that returns a ScoreSource"
        ) from error
    return source
