"""Counted observations in the order in which they are judged: cell by cell, and within a cell as they occurred."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen

from digiskills_grading.scoring.codes import HAZARD
from digiskills_grading.scoring.columns import Columns
from digiskills_grading.scoring.layout import NEVER, BoolArray, IntArray

_BITS = 62


@frozen(kw_only=True, eq=False)
class Groups:
    """Rows in groups: one group for each cell of each learner that has counted evidence.

    Attributes:
        at: learner × cells + cell of each group, ascending.
        first, last: its first and last row.
        of: the group of each row.
        index: 0, 1, 2 … for the rows.
        time, value, hazard: of each row.
    """

    at: IntArray
    first: IntArray
    last: IntArray
    of: IntArray
    index: IntArray
    time: IntArray
    value: IntArray
    hazard: BoolArray

    def __len__(self) -> int:
        return len(self.at)

    @cached_property
    def any_hazard(self) -> bool:
        """Whether any row is a harmful one; what only concerns those can be left out otherwise."""
        return bool(self.hazard.any())

    def latest(self, marked: BoolArray) -> IntArray:
        """The last marked row up to each row; one of an earlier group, or -1, where its own group has none so far."""
        return np.maximum.accumulate(np.where(marked, self.index, -1))

    def next_time(self) -> IntArray:
        """When the next row of the group occurred; `NEVER` after its last."""
        following = np.full(len(self.time), NEVER)
        following[:-1] = self.time[1:]
        following[self.last] = NEVER
        return following


def grouped(columns: Columns, rows: IntArray, width: int) -> Groups:
    """These rows of the columns in their groups.

    Args:
        width: how many cells a learner has.
    """
    at = columns.learner[rows] * width + columns.cell[rows]
    hazard = columns.kind[rows] == HAZARD
    time = columns.occurred_at[rows]
    order = _order(at, time, hazard, columns.key[rows])
    at = at[order]
    begins = np.ones(len(at), dtype=np.bool_)
    begins[1:] = at[1:] != at[:-1]
    first = np.flatnonzero(begins)
    last = np.empty_like(first)
    last[:-1] = first[1:] - 1
    last[-1:] = len(at) - 1
    return Groups(
        at=at[first],
        first=first,
        last=last,
        of=np.cumsum(begins) - 1,
        index=np.arange(len(at)),
        time=time[order],
        value=columns.value[rows][order],
        hazard=hazard[order],
    )


def _order(at: IntArray, time: IntArray, hazard: BoolArray, key: IntArray) -> IntArray:
    """The permutation that sorts by group, time, harmful first, key.

    Group and time are sorted as one number, its low bits cut where the two do not fit; only rows that are equal in it are compared
    in full.
    """
    if len(at) == 0:
        return np.empty(0, dtype=np.int64)
    start = int(time.min())
    room = _BITS - int(at.max()).bit_length()
    cut = max(int(time.max() - start).bit_length() - room, 0)
    packed = (at << room) | ((time - start) >> cut)
    order = np.argsort(packed)
    packed = packed[order]
    equal = packed[1:] == packed[:-1]
    if equal.any():
        tied = np.zeros(len(at), dtype=np.bool_)
        tied[1:] = equal
        tied[:-1] |= equal
        among = order[tied]
        order[tied] = among[np.lexsort((key[among], ~hazard[among], time[among], packed[tied]))]
    return order
