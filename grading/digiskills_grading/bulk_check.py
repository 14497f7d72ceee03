"""Whether what is stored of many learners follows from their evidence, by the columnar function, some hundred learners at a time.

This only sorts learners into those of whom everything follows and those who need a closer look: `recomputing` looks at these one by one.
It holds no lock: a learner whose ``rev`` moved meanwhile needs a closer look too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
from attrs import field, frozen

from digiskills_grading import dimensions
from digiskills_grading.bulk_evidence import EvidenceBatch, Slots, read_batch
from digiskills_grading.models import Decision, Learner, Mastery, RegulationVersion, SkillCode, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import Policy, decide_columns, evaluate_columns, skill_columns, superseded
from digiskills_grading.scoring.codes import NO_VALUE, NOT_ASSESSED
from digiskills_grading.scoring.columns import micros
from digiskills_grading.scoring.layout import NEVER, BoolArray
from digiskills_grading.scoring.states import STATUS, ColumnStates

# The grain of our times.
INSTANT = timedelta(microseconds=1)
# Of a skill: state, value, since, expires_at.
_NOTHING = (NOT_ASSESSED, NO_VALUE, NEVER, NEVER)
_STATE: Mapping[str, int] = {name: code for code, name in enumerate(STATUS)}
_MasteryRow = tuple[int, int, int, int]


@frozen
class Sorted:
    """Learners (row ids) that need a closer look, and how many masteries and decisions the others have."""

    doubtful: frozenset[int]
    masteries: int
    decisions: int


@frozen
class _Case:
    """One decision to be derived again: of which learner, from which rows, as of when, and what is stored.

    Attributes:
        track: whose mastery is compared as well; None for a decision of the past.
    """

    learner_pk: int
    upto: int
    as_of: datetime
    stored: str | None
    completed_before: bool
    track: Track | None = None


@frozen
class _Batch:
    evidence: EvidenceBatch
    masteries: Mapping[int, Mapping[int, _MasteryRow]]
    skills: Mapping[str, int]
    doubtful: set[int] = field(factory=set)


def sort_learners(pks: Sequence[int], *, now: datetime) -> Sorted:
    """Looks at all tracks of these learners.

    Raises:
        RegulationChanged: the file of one of their regulations is not the one by which they were assessed.
    """
    revs = _revs(pks)
    tracks = list(Track.objects.filter(learner_id__in=pks).order_by("id"))
    decisions = _decisions(tracks)
    batch = _Batch(read_batch(pks), _masteries(tracks), dict(SkillCode.objects.values_list("code", "pk")))
    regulations = list(RegulationVersion.objects.filter(pk__in={track.regulation_id for track in tracks}))
    for regulation in regulations:
        dimensions.require_unchanged(regulation)
    keys = {regulation.pk: regulation.key for regulation in regulations}
    cases: dict[tuple[str, str, str | None], list[_Case]] = defaultdict(list)
    for track in tracks:
        for level, case in _cases(track, decisions[track.pk], batch, now):
            cases[keys[track.regulation_id], track.audience, level].append(case)
        if track.successor_id is not None and not _ended_rightly(track, decisions[track.pk], tracks, keys):
            batch.doubtful.add(track.learner_id)
    for rules, of_rules in cases.items():
        _compare(load_policy(*rules), of_rules, batch)
    moved = {pk for pk, rev in _revs(pks).items() if revs.get(pk) != rev}
    doubtful = frozenset(batch.doubtful | moved)
    sure = [track.pk for track in tracks if track.learner_id not in doubtful]
    return Sorted(
        doubtful=doubtful,
        masteries=sum(len(batch.masteries.get(pk, ())) for pk in sure),
        decisions=sum(len(decisions[pk]) for pk in sure),
    )


def assessed_at(track: Track, now: datetime) -> datetime:
    """A moment at which the evidence amounts to what is stored: now, or the last one before the review that is overdue."""
    return now if track.next_review_at is None else min(now, track.next_review_at - INSTANT)


def _revs(pks: Sequence[int]) -> dict[int, int]:
    return dict(Learner.objects.filter(pk__in=pks).values_list("pk", "rev"))


def _decisions(tracks: Iterable[Track]) -> Mapping[int, list[Decision]]:
    found: dict[int, list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(track__in=[track.pk for track in tracks]).order_by("track_id", "n")
    for row in rows.only("track_id", "n", "status", "digest", "school_level", "evidence_upto", "decided_at"):
        found[row.track_id].append(row)
    return found


def _masteries(tracks: Iterable[Track]) -> Mapping[int, Mapping[int, _MasteryRow]]:
    found: dict[int, dict[int, _MasteryRow]] = defaultdict(dict)
    rows = Mastery.objects.filter(track__in=[track.pk for track in tracks])
    for track, skill, state, value, since, expires_at in rows.values_list(
        "track_id", "skill_id", "state", "value_milli", "since", "expires_at"
    ):
        found[track][skill] = (_STATE[state], NO_VALUE if value is None else value, _micros(since), _micros(expires_at))
    return found


def _cases(track: Track, made: Sequence[Decision], batch: _Batch, now: datetime) -> Iterable[tuple[str | None, _Case]]:
    """Every decision at its moment, and mastery with the last decision as of today, each with its school level.

    The last decision of a track that has ended does not follow from evidence; its mastery is that of its end.
    """
    ended = track.successor_id is not None
    completed_before = False
    for row in made[:-1] if ended else made:
        yield row.school_level, _Case(track.learner_id, row.evidence_upto, row.decided_at, _stored(row), completed_before)
        completed_before = completed_before or row.status == Decision.Status.COMPLETED
    if ended and made:
        as_of, upto = assessed_at(track, made[-1].decided_at), made[-1].evidence_upto
        last = made[-2] if len(made) > 1 else None
    else:
        as_of, upto = assessed_at(track, now), batch.evidence.upto(batch.evidence.number[track.learner_id])
        last = made[-1] if made else None
    stored = None if last is None else _stored(last)
    yield track.school_level, _Case(track.learner_id, upto, as_of, stored, completed_before, track)


def _ended_rightly(track: Track, made: Sequence[Decision], tracks: Iterable[Track], keys: Mapping[int, str]) -> bool:
    successor = next((row for row in tracks if row.pk == track.successor_id), None)
    if successor is None or not made:
        return False
    completed_before = any(row.status == Decision.Status.COMPLETED for row in made[:-1])
    verdict = superseded(keys[successor.regulation_id], completed_before=completed_before)
    return _stored(made[-1]) == f"{verdict.status} {verdict.digest}"


def _compare(policy: Policy, cases: Sequence[_Case], batch: _Batch) -> None:
    """Notes the learners of whom something does not follow."""
    number = batch.evidence.number
    slots = Slots(
        learner=np.array([number[case.learner_pk] for case in cases], dtype=np.int64),
        upto=np.array([case.upto for case in cases], dtype=np.int64),
    )
    as_of = np.array([micros(case.as_of) for case in cases], dtype=np.int64)
    states = evaluate_columns(policy, batch.evidence.columns(policy, slots), as_of=as_of)
    verdicts = decide_columns(policy, states, completed_before=np.array([case.completed_before for case in cases], dtype=np.bool_))
    expected = [f"{verdict.status} {verdict.digest}" for verdict in verdicts.distinct]
    right = _masteries_right(policy, states, cases, batch)
    assessed = states.assessed().tolist()
    for index, (case, verdict) in enumerate(zip(cases, verdicts.of.tolist(), strict=True)):
        decided = case.stored == expected[verdict] if case.stored is not None else not assessed[index]
        if not (decided and right[index]):
            batch.doubtful.add(case.learner_pk)


def _masteries_right(policy: Policy, states: ColumnStates, cases: Sequence[_Case], batch: _Batch) -> BoolArray:
    """For each case whether the stored mastery and review of its track follow; true for decisions of the past."""
    place = {batch.skills[code]: index for index, code in enumerate(policy.layout.skills) if code in batch.skills}
    stored = np.tile(np.array(_NOTHING, dtype=np.int64), (len(cases), len(policy.layout.skills), 1))
    right = np.ones(len(cases), dtype=np.bool_)
    asked = np.array([case.track is not None for case in cases], dtype=np.bool_)
    for index, case in enumerate(cases):
        if case.track is None:
            continue
        right[index] = _micros(case.track.next_review_at) == int(states.next_review_at[index])
        for skill, row in batch.masteries.get(case.track.pk, {}).items():
            if skill in place:
                stored[index, place[skill]] = row
            elif row != _NOTHING:
                right[index] = False
    found = skill_columns(policy, states)
    expected = np.stack([found.status.astype(np.int64), found.value, found.since, found.expires_at], axis=2)
    expected[found.status == NOT_ASSESSED] = _NOTHING
    return np.asarray(right & (~asked | (expected == stored).all(axis=(1, 2))))


def _stored(row: Decision) -> str:
    return f"{row.status} {row.digest}"


def _micros(when: datetime | None) -> int:
    return NEVER if when is None else micros(when)
