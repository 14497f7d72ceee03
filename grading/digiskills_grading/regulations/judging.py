"""What a change of rules means for learners under the old version. Simulation and adoption ask this one function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import numpy as np
from attrs import frozen

from digiskills_framework.api import CompletedLearners, MovedLearners, Regulation
from digiskills_grading.bulk_evidence import Slots, read_batch
from digiskills_grading.errors import RegulationRefused
from digiskills_grading.models import RegulationReview, Track
from digiskills_grading.policies import load_policy
from digiskills_grading.scoring import Verdict, decide_columns, evaluate_columns
from digiskills_grading.site_data import load_regulation

BATCH = 1000


class Fate(StrEnum):
    """What becomes of a learner under the old version."""

    STAYS = "stays"
    MOVES = "moves"
    REVIEW = "review"


@frozen
class Change:
    """One version in place of another, and for whom."""

    old: Regulation
    new: Regulation
    who: MovedLearners
    completed: CompletedLearners


@frozen
class Judged:
    """A track under the old version, what becomes of it, and what the new version says of its learner.

    Attributes:
        after: status under the version that applies then.
    """

    track: Track
    fate: Fate
    after: str
    verdict: Verdict

    @property
    def met(self) -> bool:
        """Whether the new version is met."""
        return self.verdict.status == "completed"


def change_to(new: str, old: str | None = None) -> Change:
    """The change that a regulation's file announces.

    Args:
        old: another version to start from; the change is then as if everybody were moved and completion lost where it is not met.

    Raises:
        RegulationRefused: the file supersedes nothing and no ``old`` is given, or an audience is lost.
        digiskills_framework.api.FrameworkDataError: one of them cannot be used.
    """
    regulation = load_regulation(new)
    policy = regulation.change_policy
    if policy is not None and old in (None, regulation.supersedes):
        return Change(load_regulation(str(regulation.supersedes)), regulation, policy.who, policy.completed)
    if old is None:
        raise RegulationRefused(
            f"{new} supersedes no other version: give 'supersedes' and 'change_policy' in its file, or name the old one"
        )
    before = load_regulation(old)
    lost = sorted(set(before.audience_codes()) - set(regulation.audience_codes()))
    if lost:
        raise RegulationRefused(f"{new} has no rules for {', '.join(lost)}, which {old} has; add them")
    return Change(before, regulation, MovedLearners.ALL, CompletedLearners.WITHDRAW)


def judge(change: Change, tracks: Sequence[Track], *, now: datetime) -> list[Judged]:
    """What becomes of these tracks, in their order; writes nothing.

    Args:
        tracks: under the old version, none of which has ended.
    """
    kept = set(
        RegulationReview.objects.filter(
            track__in=[track.pk for track in tracks], regulation__key=change.new.key, state=RegulationReview.State.KEPT
        ).values_list("track_id", flat=True)
    )
    judged = {}
    for track, found, verdict in _verdicts(change, tracks, now):
        fate = Fate.STAYS if track.pk in kept else fate_of(change, track.status, met=verdict.status == "completed")
        judged[track.pk] = Judged(track, fate, found if fate is Fate.MOVES else track.status, verdict)
    return [judged[track.pk] for track in tracks]


def fate_of(change: Change, status: str, *, met: bool) -> Fate:
    """What the change policy says of somebody.

    Args:
        status: under the old version.
        met: whether the new one is met.
    """
    completed = status == Track.Status.COMPLETED
    concerned = {
        MovedLearners.NEW: False,
        MovedLearners.UNDECIDED: status == Track.Status.UNDECIDED,
        MovedLearners.NOT_COMPLETED: not completed,
        MovedLearners.ALL: True,
    }[change.who]
    if not concerned or (completed and change.completed is CompletedLearners.KEEP):
        return Fate.STAYS
    if completed and not met and change.completed is CompletedLearners.REVIEW:
        return Fate.REVIEW
    return Fate.MOVES


def _verdicts(change: Change, tracks: Sequence[Track], now: datetime) -> Iterator[tuple[Track, str, Verdict]]:
    """Status and verdict of each track's learner under the new version, who may have a track there already."""
    learners = sorted({track.learner_id for track in tracks})
    there = {
        (row.learner_id, row.audience): row
        for row in Track.objects.filter(learner_id__in=learners, regulation__key=change.new.key, successor=None)
    }
    groups: dict[tuple[str, str | None], list[Track]] = defaultdict(list)
    for track in tracks:
        same = there.get((track.learner_id, track.audience), track)
        groups[track.audience, same.school_level].append(track)
    evidence = read_batch(learners)
    for (audience, level), group in groups.items():
        policy = load_policy(change.new.key, audience, level)
        numbers = [evidence.number[track.learner_id] for track in group]
        slots = Slots(learner=np.array(numbers), upto=np.array([evidence.upto(number) for number in numbers]))
        states = evaluate_columns(policy, evidence.columns(policy, slots), as_of=now)
        rows = [there.get((track.learner_id, audience)) for track in group]
        completed_before = np.array([row is not None and row.completed_before for row in rows], dtype=np.bool_)
        verdicts = decide_columns(policy, states, completed_before=completed_before)
        assessed = states.assessed()
        for index, (track, row) in enumerate(zip(group, rows, strict=True)):
            decided = assessed[index] or (row is not None and row.decision_n)
            verdict = verdicts[index]
            yield track, verdict.status if decided else Track.Status.UNDECIDED.value, verdict
