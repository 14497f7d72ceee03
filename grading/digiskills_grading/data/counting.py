"""What folding, verifying and rebuilding of the counters found and did."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen


@frozen(kw_only=True)
class FoldReport:
    """One round of folding.

    Attributes:
        deltas: folded now.
        left: not folded yet; more than a few mean that folding does not keep up.
        checkpoints: days closed now.
    """

    deltas: int
    left: int
    checkpoints: int


@frozen(kw_only=True)
class CounterDifference:
    """A figure of one unit that is not what the recount gives; ``unit`` is a code, empty where the unit is not known."""

    what: str
    unit: str
    counted: int
    expected: int


@frozen(kw_only=True)
class CounterReport:
    """Counters against a recount of tracks and households.

    Attributes:
        figures: how many were compared.
        differences: at most the first hundred.
        difference_count: all of them.
    """

    figures: int
    difference_count: int
    differences: Sequence[CounterDifference]

    def summary(self) -> str:
        """``5120 figures, 0 differences``"""
        return f"{self.figures} figures, {self.difference_count} differences"
