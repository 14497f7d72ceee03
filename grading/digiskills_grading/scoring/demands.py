"""Demands for pieces of evidence gained in a given way, such as "one supervised piece in this group"."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from digiskills_grading.scoring.codes import SCORE
from digiskills_grading.scoring.columns import Columns
from digiskills_grading.scoring.layout import ALWAYS, NEVER, BoolArray, IntArray, Layout


@frozen(kw_only=True, eq=False)
class DemandColumns:
    """How far each learner is with each different demand of a policy.

    Attributes:
        have: learners × demands: how many pieces there are, at most as many as are needed.
        next_change: for each learner the earliest later moment at which one of these is less, since a piece is too old; `NEVER`.
    """

    have: IntArray
    next_change: IntArray


def judge_demands(layout: Layout, columns: Columns, rows: IntArray, exempt: BoolArray, as_of: IntArray) -> DemandColumns:
    """Counts the pieces that reach the threshold and are not too old.

    A piece is as long valid as a mastery by it would be. Skills from which the learner is exempt ask for nothing; a demand that names
    no other skill is met.

    Args:
        rows: the counted observations.
        exempt: learners × cells.
        as_of: the moment asked for, for each learner.
    """
    have = np.zeros((columns.learners, len(layout.evidence)), dtype=np.int64)
    next_change = np.full(columns.learners, NEVER)
    if not layout.evidence:
        return DemandColumns(have=have, next_change=next_change)
    worth = columns.value[rows]
    worth = np.where(columns.kind[rows] == SCORE, worth, np.minimum(worth, layout.cap))
    learner, cell = columns.learner[rows], columns.cell[rows]
    proving = rows[(worth >= layout.threshold) & ~exempt[learner, cell]]
    for number, demand in enumerate(layout.evidence):
        wanted = layout.evidence_cells[number][columns.cell[proving]] & layout.evidence_accepted[number][columns.assurance[proving]]
        if demand.practical is not None:
            wanted &= columns.practical[proving] == demand.practical
        found, fewer = _valid_pieces(layout, columns, proving[wanted], demand.n, as_of)
        nothing_asked = exempt[:, layout.evidence_cells[number]].all(axis=1)
        have[:, number] = np.where(nothing_asked, demand.n, found)
        np.minimum(next_change, np.where(nothing_asked, NEVER, fewer), out=next_change)
    return DemandColumns(have=have, next_change=next_change)


def _valid_pieces(layout: Layout, columns: Columns, rows: IntArray, n: int, as_of: IntArray) -> tuple[IntArray, IntArray]:
    """For each learner the number of valid pieces among these rows, at most ``n``, and when it will be less."""
    ends = np.full(int(columns.piece.max(initial=-1)) + 1, ALWAYS)
    if layout.validity is None:
        ends[columns.piece[rows]] = NEVER
    else:
        np.maximum.at(ends, columns.piece[rows], columns.occurred_at[rows] + layout.validity)
    owner = np.zeros(len(ends), dtype=np.int64)
    owner[columns.piece[rows]] = columns.learner[rows]
    valid = np.flatnonzero((ends > as_of[owner]) & (ends > ALWAYS))
    valid = valid[np.lexsort((ends[valid], owner[valid]))]
    total = np.bincount(owner[valid], minlength=columns.learners)
    fewer = np.full(columns.learners, NEVER)
    some = np.flatnonzero(total)
    # What is beyond n may become too old without anything being less.
    decisive = (np.cumsum(total) - total)[some] + np.maximum(total[some] - n, 0)
    fewer[some] = ends[valid[decisive]]
    return np.minimum(total, n), fewer
