"""Facts that officials count: who learns, who has tried, who has completed, who holds a confirmation."""

from __future__ import annotations

from datetime import datetime

from digiskills_grading.models import CounterDelta, Learner, Track


def record(track: Track, fact: str, amount: int, now: datetime) -> None:
    """Appends one fact about a track, at the unit to which its learner belongs now. Under the learner lock."""
    unit = Learner.objects.values_list("admin_unit_id", flat=True).get(pk=track.learner_id)
    CounterDelta.objects.bulk_create([_delta(track, unit, fact, amount, now)])


def move(learner_pk: int, old_unit: int | None, new_unit: int | None, now: datetime) -> None:
    """Takes everything a learner contributes from one unit to another. Under the learner lock."""
    rows = []
    for track in Track.objects.filter(learner_id=learner_pk):
        for fact, amount in contributions(track).items():
            rows += [_delta(track, old_unit, fact, -amount, now), _delta(track, new_unit, fact, amount, now)]
    CounterDelta.objects.bulk_create(rows)


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
