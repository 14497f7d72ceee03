"""What a learner's evidence amounts to, and the decision that follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from digiskills_grading.scoring.codes import HARMED, NO_VALUE, NOT_ASSESSED, VETOED
from digiskills_grading.scoring.columns import columns_of, moment
from digiskills_grading.scoring.layout import NEVER, BoolArray, IntArray
from digiskills_grading.scoring.reasons import Reason, to_json
from digiskills_grading.scoring.requirements import Gaps, missing_reasons
from digiskills_grading.scoring.states import STATUS, ColumnStates, evaluate_columns, skill_columns
from digiskills_grading.scoring.types import CellState, DecisionStatus, Evaluation, Observation, Policy, SkillState, Verdict


@frozen(kw_only=True, eq=False)
class ColumnVerdicts:
    """The verdicts about many learners.

    Attributes:
        distinct: every verdict that occurs; one may be there twice, where other gaps give the same reasons.
        of: for each learner the index of the verdict in ``distinct``.
    """

    distinct: tuple[Verdict, ...]
    of: IntArray

    def __getitem__(self, learner: int) -> Verdict:
        return self.distinct[int(self.of[learner])]


def evaluate(policy: Policy, observations: Iterable[Observation], *, as_of: datetime) -> Evaluation:
    """What the evidence of one learner amounts to at a moment.

    A pure function of the set of observations: neither their order nor repetition matters. One learner is the smallest case of
    `evaluate_columns`, which is what judges.
    """
    return evaluation_of(policy, evaluate_columns(policy, columns_of(policy, [observations]), as_of=as_of), 0)


def evaluation_of(policy: Policy, states: ColumnStates, learner: int) -> Evaluation:
    """The same of one learner among many."""
    mine = states.only(learner)
    return Evaluation(
        skills=_skill_states(policy, mine),
        missing=missing_reasons(policy, _gaps(mine, 0)),
        pieces=tuple(mine.pieces[0].tolist()),
        next_review_at=_time(int(mine.next_review_at[0])),
    )


def decide(policy: Policy, evaluation: Evaluation, *, completed_before: bool) -> Verdict:
    """The decision that follows.

    Args:
        completed_before: an earlier decision of the same track was "completed": what is lost then is withdrawn, not "not yet".
    """
    return _verdict(policy, evaluation.missing, completed_before=completed_before)


def decide_columns(policy: Policy, states: ColumnStates, *, completed_before: BoolArray) -> ColumnVerdicts:
    """The decisions about many learners, each the same as the one about that learner alone.

    Reasons and digests are made once for all learners to whom the same is missing.

    Args:
        completed_before: for each learner, as in `decide`.
    """
    rows = _gap_rows(policy, states, completed_before)
    _, example, of = np.unique(rows, return_index=True, return_inverse=True)
    distinct = tuple(
        _verdict(policy, missing_reasons(policy, _gaps(states, learner)), completed_before=bool(completed_before[learner]))
        for learner in example.tolist()
    )
    return ColumnVerdicts(distinct=distinct, of=of)


def superseded(regulation: str, *, completed_before: bool) -> Verdict:
    """The last decision under a regulation about somebody who comes under a newer one from now on.

    Args:
        regulation: key of the newer one.
        completed_before: as in `decide`; what the newer one says of the learner is another decision.
    """
    return _sealed("withdrawn" if completed_before else "not_yet", (Reason("superseded", {"regulation": regulation}),))


def _gap_rows(policy: Policy, states: ColumnStates, completed_before: BoolArray) -> npt.NDArray[np.void]:
    """For each learner as bytes all that a verdict depends on."""
    why = states.why[:, policy.layout.required_cells]
    parts: list[npt.NDArray[Any]] = [why, states.pieces, completed_before[:, None]]
    if (why == VETOED).any():
        parts.append(np.where(why == VETOED, states.vetoed_until[:, policy.layout.required_cells], NEVER))
    as_bytes = [np.ascontiguousarray(part).view(np.uint8).reshape(len(part), part.shape[1] * part.itemsize) for part in parts]
    table = np.ascontiguousarray(np.concatenate(as_bytes, axis=1))
    return table.view(np.dtype((np.void, table.shape[1]))).reshape(-1)


def _gaps(states: ColumnStates, learner: int) -> Gaps:
    vetoed = np.flatnonzero(states.why[learner] == VETOED).tolist()
    return Gaps(
        why=states.why[learner].tolist(),
        pieces=states.pieces[learner].tolist(),
        vetoed_until={cell: int(states.vetoed_until[learner, cell]) for cell in vetoed},
    )


def _verdict(policy: Policy, missing: tuple[Reason, ...], *, completed_before: bool) -> Verdict:
    status: DecisionStatus = "not_yet"
    reasons = missing
    if not missing:
        status, reasons = "completed", (Reason("requirements_met", {"regulation": policy.regulation}),)
    elif completed_before:
        status, reasons = "withdrawn", (Reason("no_longer_met", {"regulation": policy.regulation}), *missing)
    return _sealed(status, reasons)


def _sealed(status: DecisionStatus, reasons: tuple[Reason, ...]) -> Verdict:
    body = sorted(reason.canonical for reason in reasons)
    digest = hashlib.sha256(to_json([status, body]).encode()).hexdigest()
    return Verdict(status=status, reasons=reasons, digest=digest)


def _skill_states(policy: Policy, states: ColumnStates) -> tuple[SkillState, ...]:
    """The state of every skill with counted evidence or an exemption, by skill code."""
    skills = skill_columns(policy, states)
    status, value, since, expires_at = (column[0].tolist() for column in (skills.status, skills.value, skills.since, skills.expires_at))
    cells = _cell_states(policy, states)
    found = [
        SkillState(
            skill=code,
            state=STATUS[status[number]],
            value_milli=_value(value[number]),
            since=_time(since[number]),
            expires_at=_time(expires_at[number]),
            cells=tuple(cells[cell] for cell in policy.layout.skill_cells[code]),
        )
        for number, code in enumerate(policy.layout.skills)
        if status[number] != NOT_ASSESSED
    ]
    return tuple(sorted(found, key=lambda state: state.skill))


def _cell_states(policy: Policy, states: ColumnStates) -> list[CellState]:
    columns = (states.status, states.why, states.value, states.since, states.expires_at, states.vetoed_until)
    rows: Sequence[tuple[int, ...]] = list(zip(*(column[0].tolist() for column in columns), strict=True))
    return [
        CellState(
            facet=facet,
            state=STATUS[status],
            value_milli=_value(value),
            hazard=why == HARMED,
            since=_time(since),
            expires_at=_time(expires_at),
            vetoed_until=_time(vetoed_until) if why == VETOED else None,
        )
        for (_, facet), (status, why, value, since, expires_at, vetoed_until) in zip(policy.layout.cells, rows, strict=True)
    ]


def _value(value: int) -> int | None:
    return None if value == NO_VALUE else value


def _time(micros: int) -> datetime | None:
    return None if micros == NEVER else moment(micros)
