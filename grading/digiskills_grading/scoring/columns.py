"""Evidence of many learners as columns of numbers: one array a column, one entry an observation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from attrs import frozen

from digiskills_grading.scoring.codes import KINDS, NO_NUMBER
from digiskills_grading.scoring.layout import ASSURANCE_RANK, BoolArray, CodeArray, IntArray, Layout
from digiskills_grading.scoring.types import Observation, Policy

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@frozen(kw_only=True, eq=False)
class Columns:
    """Observations of many learners, in any order.

    All arrays have the same length. Numbers of keys and pieces are dense, so that they can be used as indexes, and belong to one
    learner each.

    Attributes:
        learners: how many learners there are; those without observations count too.
        learner: 0 … learners - 1.
        cell: number in the policy's layout; -1 for a skill or facet that its framework does not have. Of an exemption any cell of
            its skill.
        kind: `codes.SCORE`, `HAZARD`, `RETRACTION` or `EXEMPTION`.
        value: 0 … 1000.
        assurance: its rank.
        occurred_at: microseconds since 1970 in UTC.
        key: number of the observation's key; within a learner the numbers are in the order of the keys. An observation that comes
            twice has the same number twice.
        retracts: number of the key that a retraction takes back; -1 for the others, and where there is no such key.
        piece: number of the piece of evidence.
    """

    learners: int
    learner: IntArray
    cell: IntArray
    kind: CodeArray
    value: IntArray
    assurance: CodeArray
    occurred_at: IntArray
    key: IntArray
    retracts: IntArray
    piece: IntArray
    practical: BoolArray
    excluded: BoolArray

    def __len__(self) -> int:
        return len(self.key)


def columns_of(policy: Policy, logs: Sequence[Iterable[Observation]]) -> Columns:
    """The evidence of several learners as columns; ``logs`` has one entry for each."""
    rows: list[tuple[int, ...]] = []
    keys = pieces = 0
    for learner, log in enumerate(logs):
        items = tuple(log)
        rank = {key: number for number, key in enumerate(sorted({item.key for item in items}), keys)}
        piece = {name: number for number, name in enumerate({item.piece or item.key for item in items}, pieces)}
        rows += [_row(policy.layout, learner, item, rank, piece) for item in items]
        keys += len(rank)
        pieces += len(piece)
    table = np.ascontiguousarray(np.array(rows, dtype=np.int64).reshape(-1, 11).T)
    learner_of, cell, kind, value, assurance, occurred_at, key, retracts, piece_of, practical, excluded = table
    return Columns(
        learners=len(logs),
        learner=learner_of,
        cell=cell,
        kind=kind.astype(np.int8),
        value=value,
        assurance=assurance.astype(np.int8),
        occurred_at=occurred_at,
        key=key,
        retracts=retracts,
        piece=piece_of,
        practical=practical != 0,
        excluded=excluded != 0,
    )


def micros(when: datetime) -> int:
    """Microseconds since 1970 in UTC.

    Raises:
        TypeError: a naive time, whose instant nobody knows.
    """
    gone = when - _EPOCH
    return (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds


def moment(micros_since_1970: int) -> datetime:
    """The time that `micros` was given, in UTC."""
    return _EPOCH + timedelta(microseconds=micros_since_1970)


def _row(layout: Layout, learner: int, item: Observation, rank: Mapping[str, int], piece: Mapping[str, int]) -> tuple[int, ...]:
    cell = layout.index.get((item.skill, item.facet), NO_NUMBER)
    if item.kind == "exemption":
        cell = layout.skill_cells.get(item.skill, (NO_NUMBER,))[0]
    return (
        learner,
        cell,
        KINDS[item.kind],
        item.value_milli,
        ASSURANCE_RANK[item.assurance],
        micros(item.occurred_at),
        rank[item.key],
        rank.get(item.retracts, NO_NUMBER),
        piece[item.piece or item.key],
        item.practical,
        item.excluded,
    )
