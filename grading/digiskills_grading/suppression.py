"""Keeping back figures of very few people in a table of totals and parts, so that nobody finds them by subtraction.

A figure is small if it is neither zero nor at least ``least``. Small figures are kept back (primary suppression). Where a total is
shown and all its parts but one, that one is their difference; so further parts, the smallest first, are kept back until at least two
are missing and together they are not small either (complementary suppression). A total that is itself kept back takes a part with it
at least, or it would be the sum of its parts. The order is from the top down, since what is kept back above binds what is below.

Whatever part of the tree a page shows, the whole tree is looked at: two pages laid side by side must not tell more than one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Marks = NDArray[np.bool_]


def kept_back(groups: Sequence[tuple[int, Numbers]], values: Numbers, *, least: int) -> Marks:
    """Which figures must not be shown.

    Args:
        groups: from the top down, a total and its parts, as places in ``values``; each place is a part of at most one group, and
            the values of the parts add up to that of the total.
        values: ≥ 0, one column for each kind of figure; the columns have nothing to do with each other.
        least: figures from 1 to ``least - 1`` are small; with 1, none is.

    Returns:
        Marks of the shape of ``values``. Parts that a page never shows (people who belong to a unit directly) are marked as well.
    """
    marks = (values > 0) & (values < least)
    if not marks.any():
        return marks
    for total, parts in groups:
        busy = (marks[parts].any(axis=0) | marks[total]) & (values[total] > 0)
        for column in np.flatnonzero(busy):
            marks[parts, column] = _with_complements(values[parts, column], marks[parts, column], bool(marks[total, column]), least)
    return marks


def _with_complements(values: Numbers, marks: Marks, total_is_kept_back: bool, least: int) -> Marks:
    """Adds parts, smallest first, until what is missing cannot be worked out from the total and the other parts."""
    marks = marks.copy()
    shown = sorted(np.flatnonzero((values > 0) & ~marks), key=lambda place: int(values[place]))
    missing, together = int(marks.sum()), int(values[marks].sum())
    for place in shown:
        enough = missing >= 1 if total_is_kept_back else missing == 0 or (missing >= 2 and together >= least)
        if enough:
            break
        marks[place] = True
        missing += 1
        together += int(values[place])
    return marks
