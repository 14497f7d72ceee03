"""Facts that officials count: who learns, who has tried, who has completed, who holds a confirmation; which households are covered.

Facts are appended here, in the transactions of those who establish them, and folded by `counting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from digiskills_framework.api import CoverageRule
from digiskills_grading import dimensions
from digiskills_grading.models import CounterDelta, Learner, Track


def record(track: Track, fact: str, amount: int, now: datetime) -> None:
    """Appends one fact about a track, at the unit to which its learner belongs now. Under the learner lock.

    The track's learner, where it is loaded already, was read under the lock too.
    """
    CounterDelta.objects.bulk_create([_delta(track, track.learner.admin_unit_id, fact, amount, now)])


def move(learner_pk: int, old_unit: int | None, new_unit: int | None, now: datetime) -> None:
    """Takes everything a learner contributes from one unit to another. Under the learner lock."""
    rows = []
    for track in Track.objects.filter(learner_id=learner_pk):
        for fact, amount in contributions(track).items():
            rows += [_delta(track, old_unit, fact, -amount, now), _delta(track, new_unit, fact, amount, now)]
    CounterDelta.objects.bulk_create(rows)


def change_level(track: Track, school_level: str, now: datetime) -> None:
    """Takes what a track contributes from its school level to another, and stores that. Under the learner lock."""
    unit = Learner.objects.values_list("admin_unit_id", flat=True).get(pk=track.learner_id)
    amounts = contributions(track)
    rows = [_delta(track, unit, fact, -amount, now) for fact, amount in amounts.items()]
    track.school_level = school_level
    track.save(update_fields=["school_level"])
    rows += [_delta(track, unit, fact, amount, now) for fact, amount in amounts.items()]
    CounterDelta.objects.bulk_create(rows)


def hand_over(track: Track, successor: Track, now: datetime) -> None:
    """Takes that its learner has joined and has tried from a track that ends to the one in its place. Under the learner lock."""
    unit = Learner.objects.values_list("admin_unit_id", flat=True).get(pk=track.learner_id)
    rows = []
    for fact, name in ((CounterDelta.Fact.LEARNER, "joined_at"), (CounterDelta.Fact.TRIED, "tried_at")):
        when = getattr(track, name)
        if when is None:
            continue
        rows.append(_delta(track, unit, fact, -1, now))
        setattr(track, name, None)
        if getattr(successor, name) is None:
            rows.append(_delta(successor, unit, fact, 1, now))
            setattr(successor, name, when)
    for row in (track, successor):
        row.save(update_fields=["joined_at", "tried_at"])
    CounterDelta.objects.bulk_create(rows)


def record_households(rule: CoverageRule, unit: int | None, before: Mapping[str, int], after: Mapping[str, int], now: datetime) -> None:
    """Appends by how much a household's contribution under a rule changed, at its unit. Under the household's lock."""
    CounterDelta.objects.bulk_create(
        CounterDelta(
            admin_unit_id=unit,
            regulation_id=dimensions.regulation_id(rule.regulation),
            subject=rule.key,
            audience="",
            fact=fact,
            amount=after[fact] - before[fact],
            occurred_at=now,
        )
        for fact in after
        if after[fact] != before[fact]
    )


def contributions(track: Track) -> dict[str, int]:
    """What a track contributes to the counters; facts that are not true are absent."""
    amounts = {
        CounterDelta.Fact.LEARNER.value: int(track.joined_at is not None),
        CounterDelta.Fact.TRIED.value: int(track.tried_at is not None),
        CounterDelta.Fact.COMPLETED.value: int(track.status == Track.Status.COMPLETED),
        CounterDelta.Fact.CONFIRMED.value: track.confirmed,
    }
    return {fact: amount for fact, amount in amounts.items() if amount}


def _delta(track: Track, unit: int | None, fact: str, amount: int, now: datetime) -> CounterDelta:
    return CounterDelta(
        admin_unit_id=unit,
        regulation_id=track.regulation_id,
        audience=track.audience,
        level=track.school_level or "",
        fact=fact,
        amount=amount,
        occurred_at=now,
    )
