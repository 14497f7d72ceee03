"""What a new version of a regulation changes for those who are under way."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from digiskills_grading.scoring.types import Reason


@frozen(kw_only=True)
class ChangeRow:
    """What changes in an admin unit (all below it included) for an audience; None where a figure is kept back.

    Attributes:
        unit: code, empty for learners whose unit is not known, and in the totals; depth: of the unit in the tree.
        learners: under the old version today.
        moved: come under the new one.
        completed_before, completed_after: have completed under the one that applies to them.
        gained, lost: completed by the change, completed no longer.
        review: completed, do not meet the new version, and a person is to decide.
    """

    unit: str
    name: str
    depth: int
    audience: str
    learners: int | None
    moved: int | None
    completed_before: int | None
    completed_after: int | None
    gained: int | None
    lost: int | None
    review: int | None


@frozen(kw_only=True)
class Blame:
    """Because of what learners who completed do not meet the new version; one learner may have several such reasons."""

    audience: str
    reason: Reason
    learners: int | None


@frozen(kw_only=True)
class SimulationReport:
    """What adopting a regulation would do today.

    Attributes:
        who, completed: the change policy that was assumed.
        learners: tracks that were looked at.
        totals: one row for each audience, over everything that was looked at.
        kept_back: whether figures of very few people are left out.
    """

    old: str
    new: str
    who: str
    completed: str
    as_of: datetime
    learners: int
    rows: tuple[ChangeRow, ...]
    totals: tuple[ChangeRow, ...]
    blame: tuple[Blame, ...]
    kept_back: bool


@frozen(kw_only=True)
class AdoptionReport:
    """What adopting a regulation did; ``review`` counts whom a person has to decide about, whether found now or earlier."""

    old: str
    new: str
    learners: int
    moved: int
    stayed: int
    review: int

    def summary(self) -> str:
        """``demo-s3-a1/2 for demo-s3-a1/1: 3 learners, 2 moved, 1 stayed, 0 to be decided``"""
        return f"{self.new} for {self.old}: {self.learners} learners, {self.moved} moved, {self.stayed} stayed, {self.review} to be decided"


@frozen(kw_only=True)
class OpenReview:
    """A completion about which a person has to decide."""

    learner_public_id: str
    audience: str
    old: str
    new: str
    found_at: datetime
    missing: tuple[Reason, ...]
