"""The evidence of many learners as columns of numbers, read in one query: what the rules judge in bulk.

The same rows give the same answer as `assessment.read_evidence` for one learner at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from attrs import frozen

from digiskills_grading.models import Evidence, SkillCode
from digiskills_grading.scoring import Columns, Policy
from digiskills_grading.scoring.codes import EXEMPTION, KINDS, NO_NUMBER
from digiskills_grading.scoring.columns import micros
from digiskills_grading.scoring.layout import ASSURANCE_RANK, BoolArray, CodeArray, IntArray

_COLUMNS = (
    "learner_id",
    "id",
    "skill_id",
    "facet",
    "kind",
    "value_milli",
    "assurance",
    "occurred_at",
    "practical",
    "excluded_reason",
    "source_key",
    "retracts",
    "attempt_id",
    "source",
    "context_id",
    "session_id",
)
# Learner and row id as one number that sorts by both: row ids stay below 2**43, learners of a batch below 2**20.
_ID_BITS = 43


@frozen(kw_only=True, eq=False)
class Slots:
    """Which learners are judged, each up to which row: one learner may be judged several times, as of several moments.

    Attributes:
        learner: number of the learner in the batch.
        upto: id of the last row that counts.
    """

    learner: IntArray
    upto: IntArray


@frozen(kw_only=True, eq=False)
class EvidenceBatch:
    """All evidence of some learners, learner by learner in the order of row ids; one entry of each array a row.

    Attributes:
        number: of each learner in the batch, by id.
        first: where the rows of each learner begin, and where the last ones end.
        cells: every skill and facet that occurs.
        cell: index into ``cells``.
        key: number of the row's key: in the order of the keys within a learner, in the range of the learner's rows.
        retracts: number of the key that is taken back, -1 where the learner has none such.
        piece: number of the piece, in the range of the learner's rows.
    """

    number: Mapping[int, int]
    first: IntArray
    ids: IntArray
    cells: tuple[tuple[str, str], ...]
    cell: IntArray
    kind: CodeArray
    value: IntArray
    assurance: CodeArray
    occurred_at: IntArray
    practical: BoolArray
    excluded: BoolArray
    key: IntArray
    retracts: IntArray
    piece: IntArray

    def upto(self, learner: int) -> int:
        """Id of the last row of a learner, by number; 0 when there is none."""
        end = int(self.first[learner + 1])
        return int(self.ids[end - 1]) if end > self.first[learner] else 0

    def columns(self, policy: Policy, slots: Slots) -> Columns:
        """The slots' evidence under a policy; each slot is a learner of its own there."""
        begin = self.first[slots.learner]
        end = np.maximum(np.searchsorted(self._sorted_ids, (slots.learner << _ID_BITS) | slots.upto, side="right"), begin)
        count = end - begin
        slot = np.repeat(np.arange(len(count)), count)
        offset = np.cumsum(count) - count
        rows = np.arange(len(slot)) + (begin - offset)[slot]
        # Keys and pieces of a slot move from the range of the learner's rows to one of the slot's own.
        room = self.first[slots.learner + 1] - begin
        shift = (np.cumsum(room) - room - begin)[slot]
        retracts = self.retracts[rows]
        return Columns(
            learners=len(count),
            learner=slot,
            cell=self._cells_under(policy)[self.kind[rows] // EXEMPTION, self.cell[rows]],
            kind=self.kind[rows],
            value=self.value[rows],
            assurance=self.assurance[rows],
            occurred_at=self.occurred_at[rows],
            key=self.key[rows] + shift,
            retracts=np.where(retracts == NO_NUMBER, NO_NUMBER, retracts + shift),
            piece=self.piece[rows] + shift,
            practical=self.practical[rows],
            excluded=self.excluded[rows],
        )

    @property
    def _sorted_ids(self) -> IntArray:
        learner = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        return (learner << _ID_BITS) | self.ids

    def _cells_under(self, policy: Policy) -> IntArray:
        """Two lines: the cell of each skill and facet, and the first cell of each skill, which stands for an exemption."""
        layout = policy.layout
        own = [layout.index.get(cell, NO_NUMBER) for cell in self.cells]
        firsts = [layout.skill_cells.get(skill, (NO_NUMBER,))[0] for skill, _ in self.cells]
        return np.array([own, firsts], dtype=np.int64).reshape(2, -1)


def read_batch(learner_pks: Sequence[int]) -> EvidenceBatch:
    """The evidence of these learners, who may be up to a million."""
    number = {pk: index for index, pk in enumerate(learner_pks)}
    found = Evidence.objects.filter(learner_id__in=learner_pks).order_by("learner_id", "id").values_list(*_COLUMNS)
    rows = sorted(found, key=lambda row: (number[row[0]], row[1])) if list(learner_pks) != sorted(learner_pks) else list(found)
    columns = tuple(zip(*rows, strict=True)) or ((),) * len(_COLUMNS)
    learners, ids, skills, facets, kinds, values, assurances, times, practical, excluded, keys, retracts, *places = columns
    of = _integers(number[pk] for pk in learners)
    first = np.searchsorted(of, np.arange(len(number) + 1))
    cells: dict[tuple[int, str], int] = {}
    cell = _integers(cells.setdefault(pair, len(cells)) for pair in zip(skills, facets, strict=True))
    key = _ranks(of, keys)
    return EvidenceBatch(
        number=number,
        first=first,
        ids=_integers(ids),
        cells=_named(cells),
        cell=cell,
        kind=_integers(KINDS[kind] for kind in kinds).astype(np.int8),
        value=_integers(values),
        assurance=_integers(ASSURANCE_RANK[name] for name in assurances).astype(np.int8),
        occurred_at=_integers(micros(when) for when in times),
        practical=np.fromiter(practical, dtype=np.bool_),
        excluded=np.fromiter((reason is not None for reason in excluded), dtype=np.bool_),
        key=key,
        retracts=_taken_back(of, keys, retracts, key),
        piece=_pieces(of, first, zip(*places, times, strict=True)),
    )


def _integers(values: object) -> IntArray:
    return np.fromiter(values, dtype=np.int64)  # type: ignore[call-overload,no-any-return]  # any iterable of int


def _named(cells: Mapping[tuple[int, str], int]) -> tuple[tuple[str, str], ...]:
    codes = dict(SkillCode.objects.values_list("pk", "code")) if cells else {}
    return tuple((codes[skill], facet) for skill, facet in cells)


def _ranks(of: IntArray, keys: Sequence[str]) -> IntArray:
    """The place of each row in the order of the keys within its learner; rows of a learner keep their range."""
    ranks = np.empty(len(of), dtype=np.int64)
    ranks[np.lexsort((np.array(keys, dtype="S64"), of))] = np.arange(len(of))
    return ranks


def _taken_back(of: IntArray, keys: Sequence[str], retracts: Sequence[str | None], key: IntArray) -> IntArray:
    found = np.full(len(of), NO_NUMBER)
    some = [index for index, wanted in enumerate(retracts) if wanted]
    if some:
        row_of = {name: index for index, name in enumerate(keys)}
        for index in some:
            row = row_of.get(retracts[index] or "")
            if row is not None and of[row] == of[index]:
                found[index] = key[row]
    return found


def _pieces(of: IntArray, first: IntArray, places: object) -> IntArray:
    """The first row of each row's piece stands for it: what is of one attempt, or else of one source, place and moment."""
    seen: dict[tuple[int, object], int] = {}
    pieces = []
    for index, (learner, (attempt, *rest)) in enumerate(zip(of.tolist(), places, strict=True)):  # type: ignore[call-overload]
        what = attempt if attempt is not None else tuple(rest)
        pieces.append(seen.setdefault((learner, what), index))
    return _integers(chain(pieces))
