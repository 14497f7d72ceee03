"""From evidence to the state of every cell, of many learners at once. The same function judges one learner and a whole province.

A cell is one facet of a skill, or the whole skill where the framework names no facets. Its counted observations stand in the order
in which they occurred; of one moment, a harmful one comes before the others, and then their keys decide. After each of them the cell
has a *current* value: the best so far, the latest, or the m-th highest of the last n, as the regulation says.

An observation *proves* the cell if it reaches the threshold and the current value after it does too. What a proof amounts to:

- It counts from its moment on, or, where a harmful act lies less than the veto before, from the end of the veto.
- It counts for the validity, reckoned from its own moment; a newer proof that counts renews it.
- With ``raise_only``, what counted once counts on, whatever came later. Without, it counts as long as the current value stays at the
  threshold, and never during a veto.

Dates later than the moment asked for are taken as they are: a proof counts at once, a harmful act vetoes at once. The clocks of two
servers differ by moments; what is dated wrongly has to be refused where it comes in.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from digiskills_framework.api import CountedAttempts
from digiskills_grading.scoring.codes import BELOW, EXPIRED, HARMED, MASTERED, MET, NO_VALUE, NOT_YET, OVER, VETOED
from digiskills_grading.scoring.layout import ALWAYS, NEVER, BoolArray, CodeArray, IntArray, Layout
from digiskills_grading.scoring.ordering import Groups


@frozen(kw_only=True, eq=False)
class CellColumns:
    """What the evidence of each group amounts to at its moment; arrays run parallel to the groups.

    Attributes:
        status, why: `codes`.
        value: current value; `NO_VALUE` where there are fewer than m attempts.
        since: when the mastery in force began; `NEVER` without one.
        expires_at: when the mastery ends or has ended; `NEVER` where it does not, and where there was none.
        vetoed_until: when the proof that is there begins to count; `NEVER` where no veto keeps it away.
        next_change: the earliest later moment at which any of this is different on the same evidence.
    """

    status: CodeArray
    why: CodeArray
    value: IntArray
    since: IntArray
    expires_at: IntArray
    vetoed_until: IntArray
    next_change: IntArray


@frozen(kw_only=True, eq=False)
class _Proofs:
    """Rows after which a cell is proven, unless a later one took that away.

    Attributes:
        valid: whether the row does.
        lifted: when the veto that keeps it from counting ends; `ALWAYS` without one.
        start: from when on it counts.
        end: until when, exclusive.
    """

    valid: BoolArray
    lifted: IntArray
    start: IntArray
    end: IntArray


@frozen(kw_only=True, eq=False)
class _Held:
    """The proofs that count at the moment, group by group.

    Attributes:
        any: whether there is one.
        since: when the last unbroken time of mastery began.
        until: when it ends or has ended.
    """

    any: BoolArray
    since: IntArray
    until: IntArray


def judge_cells(layout: Layout, groups: Groups, as_of: IntArray) -> CellColumns:
    """What each group amounts to.

    Args:
        as_of: the moment asked for, for each group.
    """
    worth = np.where(groups.hazard, np.minimum(groups.value, layout.cap), groups.value) if groups.any_hazard else groups.value
    current = _current(layout, groups, worth)
    proofs = _proofs(layout, groups, worth, current)
    vetoes = bool(layout.veto) and groups.any_hazard
    counts = proofs.valid & (proofs.lifted <= as_of[groups.of]) if vetoes else proofs.valid
    held = _held(groups, proofs, counts)
    mastered = held.any & (held.until > as_of)
    never = np.full(len(groups), NEVER)
    waiting = _end_of_veto(groups, proofs, counts, held) if vetoes else never
    value = current[groups.last]
    status = np.where(mastered, MASTERED, np.where(held.any, EXPIRED, NOT_YET)).astype(np.int8)
    why = np.where(held.any, OVER, BELOW)
    if groups.any_hazard and layout.cap < layout.threshold:
        unharmed = _current(layout, groups, groups.value)[groups.last]
        why[~held.any & (unharmed >= layout.threshold)] = HARMED
    why[waiting < NEVER] = VETOED
    why[mastered] = MET
    return CellColumns(
        status=status,
        why=why.astype(np.int8),
        value=value,
        since=np.where(mastered, held.since, NEVER),
        expires_at=np.where(held.any, held.until, NEVER),
        vetoed_until=np.where(mastered, NEVER, waiting),
        next_change=np.minimum(waiting, np.where(mastered, held.until, NEVER)),
    )


def _current(layout: Layout, groups: Groups, worth: IntArray) -> IntArray:
    """The current value after each row."""
    if layout.counted is CountedAttempts.LATEST:
        return worth
    if layout.counted is CountedAttempts.BEST:
        # The groups are lifted above one another, so that one running maximum serves them all; values are below 1024.
        floor = groups.of << 10
        best: IntArray = np.maximum.accumulate(worth + floor) - floor
        return best
    window = np.full((layout.n, len(worth)), NO_VALUE, dtype=np.int64)
    place = groups.index - groups.first[groups.of]
    for back in range(min(layout.n, len(worth))):
        window[back, back:] = np.where(place[back:] >= back, worth[: len(worth) - back], NO_VALUE)
    mth: IntArray = np.partition(window, layout.n - layout.m, axis=0)[layout.n - layout.m]
    return mth


def _proofs(layout: Layout, groups: Groups, worth: IntArray, current: IntArray) -> _Proofs:
    passing = current >= layout.threshold
    shape = groups.time.shape
    start, end, lifted = groups.time, np.broadcast_to(np.int64(NEVER), shape), np.broadcast_to(np.int64(ALWAYS), shape)
    if layout.validity is not None:
        # A passing row has its proof in its own group: only a proof can lift the current value to the threshold.
        end = groups.time[groups.latest(passing & (worth >= layout.threshold))] + layout.validity
    valid = passing
    if not layout.raise_only:
        failed = groups.latest(~passing)[groups.last]
        valid = groups.index > failed[groups.of]
    if layout.veto and groups.any_hazard:
        lifted = _lifted(layout, groups)
        if layout.raise_only:
            # It had to begin to count before the next row came; the end of a veto comes before what occurs at that moment.
            valid = valid & (lifted <= groups.next_time())
        else:
            lifted = lifted[groups.last][groups.of]
        start = np.maximum(start, lifted)
    return _Proofs(valid=valid, lifted=lifted, start=start, end=end)


def _lifted(layout: Layout, groups: Groups) -> IntArray:
    """When the veto of the last harmful act up to each row ends; `ALWAYS` where there was none."""
    harmful = groups.latest(groups.hazard)
    return np.where(harmful >= groups.first[groups.of], groups.time[harmful] + layout.veto, ALWAYS)


def _held(groups: Groups, proofs: _Proofs, counts: BoolArray) -> _Held:
    last = groups.latest(counts)[groups.last]
    found = last >= groups.first
    rows = np.flatnonzero(counts)
    of = groups.of[rows]
    # An unbroken time of mastery begins with the first row of a group, and with each one that came when the one before was over.
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (of[1:] != of[:-1]) | (proofs.start[rows[1:]] >= proofs.end[rows[:-1]])
    begun = rows[begins]
    since = np.full(len(groups), NEVER)
    since[groups.of[begun]] = proofs.start[begun]  # of several in a group the last one stays
    return _Held(any=found, since=since, until=np.where(found, proofs.end[last], NEVER))


def _end_of_veto(groups: Groups, proofs: _Proofs, counts: BoolArray, held: _Held) -> IntArray:
    """When the first proof that a veto keeps away will count and say more than those that count now; `NEVER` without one."""
    now_until = np.where(held.any, held.until, ALWAYS)
    rows = np.flatnonzero(proofs.valid & ~counts & (proofs.end > now_until[groups.of]))[::-1]
    ends = np.full(len(groups), NEVER)
    ends[groups.of[rows]] = proofs.lifted[rows]  # from the last to the first: the first one stays
    return ends
