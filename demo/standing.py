"""How far somebody is in the demo's course: what is completed, what it was worth, and the grade so far by the course's grading policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from demo.outline import Outline, Unit, is_for_team, usage_key
from demo.storage import learner_states
from digiskills_xblock.course.model import PRACTICE, Block

States = Mapping[str, Mapping[str, Any]]
_NOISE = 1e-9
_GRADED_TYPES = ("problem", PRACTICE)


@frozen
class Points:
    """Points so far. ``tried`` tells nothing scored yet from a score of nothing."""

    earned: float
    possible: float
    tried: bool

    @property
    def share(self) -> float:
        """0.0 … 1.0"""
        return self.earned / self.possible if self.possible else 0.0

    @property
    def percent(self) -> int | None:
        """None before the first score."""
        return round(100 * self.share) if self.tried else None


@frozen
class PartOfGrade:
    """One type of assignment in the grade.

    Attributes:
        weight, share: 0.0 … 1.0; what is not tried counts as nothing, as on the platform's progress page.
        done, number: sequences of this type with a score, and all of them.
    """

    name: str
    weight: float
    share: float
    done: int
    number: int

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def weight_percent(self) -> int:
        return round(100 * self.weight)


@frozen
class Grade:
    """The grade so far. ``total`` and ``needed`` are 0.0 … 1.0."""

    parts: tuple[PartOfGrade, ...]
    total: float
    needed: float

    @property
    def passed(self) -> bool:
        return self.total + _NOISE >= self.needed

    @property
    def total_percent(self) -> int:
        """Rounded down, so that no grade looks passed that is not."""
        return int(100 * self.total + _NOISE)

    @property
    def needed_percent(self) -> int:
        return round(100 * self.needed)


@frozen
class Standing:
    """A learner's way through the course, from one look at the table."""

    outline: Outline
    states: States

    @classmethod
    def of(cls, outline: Outline, user_id: int | None) -> Standing:
        """Somebody's standing; of nobody, one without anything done."""
        return cls(outline, {} if user_id is None else learner_states(user_id))

    def is_done(self, unit: Block) -> bool:
        """Whether everything in a unit is completed."""
        return all(self.state(inside).get("demo_completion", 0) >= 1 for inside in unit.children)

    def done_of(self, units: Iterable[Block]) -> int:
        """How many of these units are done."""
        return sum(self.is_done(unit) for unit in units)

    def points(self, sequence: Block) -> Points:
        """Points of a sequence: each block's best or last share, times its weight, as the platform weighs it."""
        earned = possible = 0.0
        tried = False
        for leaf in (inside for unit in sequence.children for inside in unit.children if inside.type in _GRADED_TYPES):
            share, weight = _share(leaf, self.state(leaf)), float(leaf.settings.get("weight", "1"))
            tried = tried or (share is not None and weight > 0)
            earned += (share or 0.0) * weight
            possible += weight
        return Points(earned, possible, tried)

    def next_after(self, name: str) -> Unit | None:
        """The next unit that is not done, from a unit on and round again; None when all are. The team's own chapter is not to be done.

        Args:
            name: where somebody was last; of no unit: from the first sequence that was begun and not finished.
        """
        units = list(self.outline.seen_by(team=False))
        start = next((number for number, unit in enumerate(units) if unit.name == name or (not name and self._is_begun(unit))), 0)
        return next((unit for unit in (*units[start:], *units[:start]) if not self.is_done(unit.block)), None)

    def _is_begun(self, unit: Unit) -> bool:
        return 0 < self.done_of(unit.sequence.children) < unit.of

    def grade(self) -> Grade:
        """Each type's average over its sequences without the worst that may be dropped, weighted."""
        parts = tuple(self._part(grader) for grader in self.outline.grading["GRADER"])
        total = sum(part.weight * part.share for part in parts)
        return Grade(parts, total, min(self.outline.grading["GRADE_CUTOFFS"].values()))

    def state(self, block: Block) -> Mapping[str, Any]:
        """What is kept of a block; empty before it was touched."""
        return self.states.get(usage_key(block.ref), {})

    def _part(self, grader: Mapping[str, Any]) -> PartOfGrade:
        points = [self.points(sequence) for sequence in _graded(self.outline, grader["type"])]
        shares = sorted((one.share for one in points), reverse=True)
        counted = shares[: max(len(shares) - grader["drop_count"], 1)]
        share = sum(counted) / len(counted) if counted else 0.0
        return PartOfGrade(grader["type"], grader["weight"], share, sum(one.tried for one in points), len(points))


def _graded(outline: Outline, kind: str) -> list[Block]:
    sequences = [sequence for chapter in outline.chapters if not is_for_team(chapter) for sequence in chapter.children]
    return [sequence for sequence in sequences if sequence.settings.get("format") == kind and sequence.settings.get("graded") == "true"]


def _share(leaf: Block, state: Mapping[str, Any]) -> float | None:
    """0.0 … 1.0; None where nothing was scored."""
    if leaf.type == PRACTICE:
        milli = state.get("last_score_milli")
        return None if milli is None else milli / 1000
    return state.get("earned", 0.0) if state.get("tries") else None
