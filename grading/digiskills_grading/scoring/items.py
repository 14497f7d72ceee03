"""Item analysis: how hard a goal or a task is, and whether those who do well elsewhere do well in it.

The usual figures of classical test theory, over one row for each learner. docs/how-to/read-the-course-page.md explains them to teachers.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Sign = Literal["negative", "best_miss", "hard"]

# Share of the learners who are "the best": with normal scores it tells two groups apart best (Kelley, J. Educ. Psychol. 30, 1939).
UPPER_SHARE = 0.27
# A share of fewer learners is chance; so is a correlation of fewer than these.
LEAST_FOR_SHARE = 5
LEAST_FOR_CORRELATION = 20
# When to look at an item.
HARD_BELOW = 0.2
BEST_BELOW = 0.5
STANDARD_ERRORS = 2


@frozen(kw_only=True)
class ItemStatistics:
    """What is known of one item.

    Attributes:
        n: learners.
        difficulty: mean of their values, 0 … 1: the share that meets a goal. (The higher, the easier: the term is the field's.)
        discrimination: correlation with the rest, -1 … 1; None where nobody can tell.
        upper: mean of the values of the best, 0 … 1; None where nobody is better than the others.
    """

    n: int
    difficulty: float
    discrimination: float | None
    upper: float | None


def item_statistics(values: Numbers, rest: Numbers) -> ItemStatistics | None:
    """The figures of an item; None for fewer than `LEAST_FOR_SHARE` learners.

    Args:
        values: shape (n,), 0 … 1; of a goal 1 where it is met and else 0.
        rest: shape (n,), what the same learners gained without this item, on any scale. The item itself is left out, since
            everything correlates with itself.

    Raises:
        ValueError: the shapes differ.
    """
    if values.shape != rest.shape or values.ndim != 1:
        raise ValueError(f"one value and one rest for each learner are needed, not {values.shape} and {rest.shape}")
    n = len(values)
    if n < LEAST_FOR_SHARE:
        return None
    tells = n >= LEAST_FOR_CORRELATION
    return ItemStatistics(
        n=n,
        difficulty=float(values.mean()),
        discrimination=correlation(values, rest) if tells else None,
        upper=upper_mean(values, rest) if tells else None,
    )


def correlation(values: Numbers, rest: Numbers) -> float | None:
    """Pearson's correlation, -1 … 1; None where one side does not vary.

    For values of 0 and 1 this is the point-biserial correlation ``(M1 - M0) / s * sqrt(p * (1 - p))``: M1 and M0 are the means of the
    rest of those with 1 and with 0, s its standard deviation, p the share with 1.
    """
    if not _varies(values) or not _varies(rest):
        return None
    ours, theirs = _standard(values), _standard(rest)
    return float(np.clip(np.mean(ours * theirs), -1.0, 1.0))


def upper_mean(values: Numbers, rest: Numbers) -> float | None:
    """Mean of the values of the upper `UPPER_SHARE` by the rest; who is level with the last of them belongs to them.

    None where the rest does not vary: then nobody is better than the others.
    """
    if not _varies(rest):
        return None
    place = len(rest) - ceil(UPPER_SHARE * len(rest))
    best = rest >= np.partition(rest, place)[place]
    return float(values[best].mean())


def signs(item: ItemStatistics) -> tuple[Sign, ...]:
    """What of an item a teacher should look at, the most telling first.

    ``negative``: those who do well elsewhere do worse here, by more than chance: the discrimination is more than two standard errors
    (``1 / sqrt(n)`` where there is nothing to find) below 0. ``best_miss``: fewer than half of the best manage it. ``hard``: fewer than a
    fifth of all do.
    """
    found: list[Sign] = []
    if item.discrimination is not None and item.discrimination < -STANDARD_ERRORS / sqrt(item.n):
        found.append("negative")
    if item.upper is not None and item.upper < BEST_BELOW:
        found.append("best_miss")
    if item.difficulty < HARD_BELOW:
        found.append("hard")
    return tuple(found)


def _varies(numbers: Numbers) -> bool:
    """Whether numbers differ by more than the rounding of their own size."""
    return len(numbers) > 0 and float(np.ptp(numbers)) > 1e-9 * max(1.0, float(np.abs(numbers).max()))


def _standard(numbers: Numbers) -> Numbers:
    """Mean 0, standard deviation 1."""
    centred = numbers - numbers.mean()
    # By the largest first, so that squares of very small or very large numbers are exact enough.
    scaled = centred / np.abs(centred).max()
    standard: Numbers = scaled / np.sqrt(np.mean(scaled * scaled))
    return standard
