"""What the evidence of many learners amounts to under a policy at a moment: the one function behind single and bulk."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
from attrs import fields, frozen

from digiskills_grading.scoring.codes import (
    EXEMPT,
    EXEMPTION,
    EXPIRED,
    HAZARD,
    MASTERED,
    MET,
    NO_VALUE,
    NOT_ASSESSED,
    NOT_YET,
    RETRACTION,
    UNSEEN,
)
from digiskills_grading.scoring.columns import Columns, micros
from digiskills_grading.scoring.demands import judge_demands
from digiskills_grading.scoring.layout import NEVER, BoolArray, CodeArray, IntArray, Layout
from digiskills_grading.scoring.mastery import judge_cells
from digiskills_grading.scoring.ordering import grouped
from digiskills_grading.scoring.types import MasteryStatus, Policy

T = TypeVar("T", np.int8, np.int64)

STATUS: Final[tuple[MasteryStatus, ...]] = ("not_assessed", "not_yet", "mastered", "expired", "exempt")


@frozen(kw_only=True, eq=False)
class ColumnStates:
    """States of all cells of all learners, and how far the demands for evidence are met.

    Two-dimensional arrays are learners × cells of the policy's layout, `pieces` is learners × demands. Codes are those of the module
    `codes`; times are microseconds since 1970 in UTC, `NEVER` for none.

    Attributes:
        value: `NO_VALUE` where there is none.
        why: `MET`, or what is missing.
        vetoed_until: where ``why`` says so.
        next_review_at: for each learner the earliest later moment at which anything here is different on the same evidence.
    """

    status: CodeArray
    why: CodeArray
    value: IntArray
    since: IntArray
    expires_at: IntArray
    vetoed_until: IntArray
    pieces: IntArray
    next_review_at: IntArray

    @property
    def learners(self) -> int:
        """How many learners there are."""
        return len(self.status)

    def only(self, learner: int) -> ColumnStates:
        """The same of one learner."""
        return ColumnStates(**{item.name: getattr(self, item.name)[learner : learner + 1] for item in fields(ColumnStates)})

    def assessed(self) -> BoolArray:
        """For each learner whether any evidence counted at all."""
        return np.asarray((self.status != NOT_ASSESSED).any(axis=1))


@frozen(kw_only=True, eq=False)
class SkillColumns:
    """States of whole skills, made of their cells; arrays are learners × skills of the policy's layout.

    Attributes:
        value: the least of the cells, `NO_VALUE` where one has none.
        since, expires_at: as in `SkillState`; `NEVER` for none.
    """

    status: CodeArray
    value: IntArray
    since: IntArray
    expires_at: IntArray


def evaluate_columns(policy: Policy, columns: Columns, *, as_of: datetime | IntArray) -> ColumnStates:
    """What the evidence amounts to. The order of the observations does not matter.

    Args:
        columns: made for this policy (or one with the same framework).
        as_of: one moment for all, or one for each learner in microseconds since 1970.
    """
    layout = policy.layout
    now = np.broadcast_to(np.int64(micros(as_of)) if isinstance(as_of, datetime) else as_of, columns.learners)
    in_force = _in_force(columns)
    exempt_since = _exempt_since(layout, columns, in_force)
    exempt = exempt_since < NEVER
    rows = np.flatnonzero(in_force & (columns.kind <= HAZARD) & layout.accepted[columns.assurance])
    groups = grouped(columns, rows, layout.width)
    learner = groups.at // max(layout.width, 1)
    cells = judge_cells(layout, groups, now[learner])
    demands = judge_demands(layout, columns, rows, exempt, now)
    next_review_at = demands.next_change
    lasting = ~exempt.reshape(-1)[groups.at]
    np.minimum.at(next_review_at, learner[lasting], cells.next_change[lasting])
    spread = _Spread(at=groups.at, exempt=exempt)
    return ColumnStates(
        status=spread(cells.status, NOT_ASSESSED, EXEMPT),
        why=spread(cells.why, UNSEEN, MET),
        value=spread(cells.value, NO_VALUE, NO_VALUE),
        since=spread(cells.since, NEVER, exempt_since),
        expires_at=spread(cells.expires_at, NEVER, NEVER),
        vetoed_until=spread(cells.vetoed_until, NEVER, NEVER),
        pieces=demands.have,
        next_review_at=next_review_at,
    )


def skill_columns(policy: Policy, states: ColumnStates) -> SkillColumns:
    """The states of whole skills.

    A skill is mastered when each of its cells is, and expired when each is mastered or expired. A facet that was never assessed leaves
    the skill unmastered, however good the others are.
    """
    first = policy.layout.first_cell

    def every(cells: BoolArray) -> BoolArray:
        return np.logical_and.reduceat(cells, first, axis=1)

    mastered = every(states.status == MASTERED)
    gained = every((states.status == MASTERED) | (states.status == EXPIRED))
    exempt = every(states.status == EXEMPT)
    seen = ~every(states.status == NOT_ASSESSED)
    status = np.where(seen, NOT_YET, NOT_ASSESSED).astype(np.int8)
    status[gained] = EXPIRED
    status[mastered] = MASTERED
    status[exempt] = EXEMPT
    return SkillColumns(
        status=status,
        value=np.minimum.reduceat(states.value, first, axis=1),
        since=np.where(mastered | exempt, np.maximum.reduceat(states.since, first, axis=1), NEVER),
        expires_at=np.where(gained, np.minimum.reduceat(states.expires_at, first, axis=1), NEVER),
    )


@frozen(kw_only=True, eq=False)
class _Spread:
    """Puts what was found for the groups into learners × cells.

    Attributes:
        at: where each group belongs.
        exempt: learners × cells: where the exemption speaks instead.
    """

    at: IntArray
    exempt: BoolArray

    def __call__(self, found: npt.NDArray[T], rest: int, when_exempt: IntArray | int) -> npt.NDArray[T]:
        """``rest`` is for cells without evidence."""
        spread: npt.NDArray[T] = np.full(self.exempt.shape, rest, dtype=found.dtype)
        spread.reshape(-1)[self.at] = found
        np.copyto(spread, when_exempt, where=self.exempt, casting="same_kind")
        return spread


def _in_force(columns: Columns) -> BoolArray:
    """What is neither taken back nor excluded nor a repetition, and has a cell. Retractions themselves are not."""
    keys = int(columns.key.max(initial=-1)) + 1
    index = np.arange(len(columns))
    holder = np.empty(keys, dtype=np.int64)
    holder[columns.key] = index
    taken_back = np.zeros(keys + 1, dtype=np.bool_)
    taken_back[columns.retracts[columns.kind == RETRACTION]] = True  # a retraction of what is not there marks the surplus entry
    evidence: BoolArray = (holder[columns.key] == index) & ~taken_back[columns.key] & (columns.kind != RETRACTION)
    return evidence & ~columns.excluded & (columns.cell >= 0)


def _exempt_since(layout: Layout, columns: Columns, in_force: BoolArray) -> IntArray:
    """Since when each learner is exempt from each cell; `NEVER` where not. An exemption is of a whole skill."""
    since = np.full((columns.learners, len(layout.skills)), NEVER)
    if layout.exemptions:
        rows = np.flatnonzero(in_force & (columns.kind == EXEMPTION))
        np.minimum.at(since, (columns.learner[rows], layout.skill_of_cell[columns.cell[rows]]), columns.occurred_at[rows])
    return since[:, layout.skill_of_cell]
