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
    width, demands = columns.learners, len(layout.evidence)
    if demands == 0:
        return DemandColumns(have=np.zeros((width, 0), dtype=np.int64), next_change=np.full(width, NEVER))
    meeting = _meeting(layout, columns, rows, exempt)
    found, fewer = _valid_pieces(layout, columns, meeting, as_of)
    nothing_asked = ~(layout.evidence_cells[:, None, :] & ~exempt[None, :, :]).any(axis=2)
    nothing_asked &= (layout.evidence_cells[:, None, :] & exempt[None, :, :]).any(axis=2)
    have = np.where(nothing_asked, layout.needed[:, None], found)
    return DemandColumns(have=np.ascontiguousarray(have.T), next_change=np.where(nothing_asked, NEVER, fewer).min(axis=0))


def _meeting(layout: Layout, columns: Columns, rows: IntArray, exempt: BoolArray) -> tuple[IntArray, IntArray]:
    """Pairs of a demand and a row of the columns that is a piece of it, old or not."""
    worth = np.where(columns.kind[rows] == SCORE, columns.value[rows], np.minimum(columns.value[rows], layout.cap))
    proving = rows[(worth >= layout.threshold) & ~exempt[columns.learner[rows], columns.cell[rows]]]
    wanted = layout.evidence_cells[:, columns.cell[proving]] & layout.evidence_accepted[:, columns.assurance[proving]]
    wanted &= layout.evidence_forms[:, columns.practical[proving].astype(np.int8)]
    demand, row = np.nonzero(wanted)
    return demand, proving[row]


def _valid_pieces(layout: Layout, columns: Columns, meeting: tuple[IntArray, IntArray], as_of: IntArray) -> tuple[IntArray, IntArray]:
    """For each demand and learner the number of valid pieces, at most what is needed, and when it will be less."""
    demand, row = meeting
    pieces = int(columns.piece.max(initial=-1)) + 1
    number = demand * pieces + columns.piece[row]
    ends = np.full(len(layout.evidence) * pieces, ALWAYS)
    if layout.validity is None:
        ends[number] = NEVER
    else:
        np.maximum.at(ends, number, columns.occurred_at[row] + layout.validity)
    learner = np.zeros(pieces, dtype=np.int64)
    learner[columns.piece[row]] = columns.learner[row]
    valid = np.flatnonzero(ends > ALWAYS)
    valid = valid[ends[valid] > as_of[learner[valid % pieces]]]
    group = (valid // pieces) * columns.learners + learner[valid % pieces]
    order = np.lexsort((ends[valid], group))
    total = np.bincount(group, minlength=len(layout.evidence) * columns.learners)
    needed = np.repeat(layout.needed, columns.learners)
    some = np.flatnonzero(total)
    # What is beyond the number needed may become too old without anything being less.
    decisive = (np.cumsum(total) - total)[some] + np.maximum(total[some] - needed[some], 0)
    fewer = np.full(len(total), NEVER)
    fewer[some] = ends[valid[order[decisive]]]
    shape = (len(layout.evidence), columns.learners)
    return np.minimum(total, needed).reshape(shape), fewer.reshape(shape)
