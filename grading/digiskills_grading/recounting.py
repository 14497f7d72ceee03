"""Counters against what they count: a recount of tracks and households, and the correction of what differs.

A recount compares things that change all the time. It reads them all in one transaction at one moment: a fact and its delta are
written together, and folding moves a delta to a counter in one commit, so that at any moment all of it fits together, or is wrong.

A rebuild takes the lock of the counters first, so that nobody folds, then recounts and books what differs on today's date: what was
reported for earlier days stays as it was reported. Facts that others establish meanwhile come with their own deltas and are not touched.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q, Sum

from digiskills_grading import checkpoints, counters, coverage, dimensions, standings
from digiskills_grading.counting import KEY_COLUMNS, THE_BOOK, CounterKey, add, lock_book
from digiskills_grading.data import CounterDifference, CounterReport
from digiskills_grading.days import day_of
from digiskills_grading.figures import Subject
from digiskills_grading.models import (
    AdminUnit,
    Counter,
    CounterBook,
    CounterDelta,
    Household,
    HouseholdCoverage,
    HouseholdMember,
    MemberStanding,
    RegulationVersion,
    Track,
)
from digiskills_grading.site_data import load_coverage
from digiskills_grading.transactions import consistent_reading, require_aware, run_again

BATCH = 1000
SHOWN = 100
# What is compared is the sum over all days.
ANY_DAY = date.min

Progress = Callable[[int], None]
# Of a household and a rule: members, members who meet the rule, whether it is covered.
HouseholdLine = tuple[int, int, bool]
HouseholdLines = dict[tuple[int, str], HouseholdLine]
NO_LINE: HouseholdLine = (0, 0, False)


def verify(*, now: datetime, progress: Progress | None = None) -> CounterReport:
    """Recounts everything and compares; writes nothing. Exact while others write.

    Args:
        now: aware; when members of households are looked at.
        progress: called with the number of households done so far.
    """
    require_aware(now)
    with consistent_reading():
        expected, counted = _expected(), _counted()
        codes = {0: "", **dict(AdminUnit.objects.values_list("pk", "code"))}
        wrong = [
            CounterDifference(what=_what(key), unit=codes.get(key.unit, str(key.unit)), counted=counted[key], expected=expected[key])
            for key in sorted({*expected, *counted}, key=repr)
            if counted[key] != expected[key]
        ]
        wrong += _checkpoint_differences()
        compared = len({*expected, *counted})
        for done, batch in _household_batches():
            stored, recounted = _stored_lines(batch), _recounted_lines(batch, now)
            compared += len(recounted)
            wrong += _line_differences(stored, recounted)
            if progress is not None:
                progress(done)
    return CounterReport(figures=compared, difference_count=len(wrong), differences=tuple(wrong[:SHOWN]))


def rebuild(*, now: datetime, progress: Progress | None = None) -> CounterReport:
    """Corrects households and counters that differ from the recount; what differed is booked on the day of ``now``.

    Exact while others write. Also gives every household the lines of coverage rules that are newer than it.

    Args:
        now: aware.
        progress: called with the number of households done so far.

    Returns:
        What `verify` finds afterwards.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    for rule in standings.household_rules():
        dimensions.regulation_id(rule.regulation)
    for done, batch in _household_batches():
        with consistent_reading():
            stored, recounted = _stored_lines(batch), _recounted_lines(batch, now)
        for pk in {pk for pk, rule in recounted if stored.get((pk, rule)) != recounted[pk, rule]}:
            run_again(lambda pk=pk: _correct_household(pk, now), about=f"household {pk}")  # type: ignore[misc]  # binds pk now
        if progress is not None:
            progress(done)
    CounterBook.objects.get_or_create(pk=THE_BOOK)
    run_again(lambda: _correct_counters(now), about="counters")
    return verify(now=now)


def _expected() -> Tally[CounterKey]:
    """What tracks and households contribute, from one query for all tracks and one for all households."""
    tally: Tally[CounterKey] = Tally()
    tracks = Track.objects.order_by().values_list("regulation_id", "learner__admin_unit_id", "audience", "school_level")
    sums = tracks.annotate(
        learner_sum=Count("joined_at"),
        tried_sum=Count("tried_at"),
        completed_sum=Count("pk", filter=Q(status=Track.Status.COMPLETED)),
        confirmed_sum=Sum("confirmed"),
    )
    for regulation_id, unit, audience, level, *amounts in sums:
        for fact, amount in zip(("learner", "tried", "completed", "confirmed"), amounts, strict=True):
            tally[CounterKey(regulation_id, "", ANY_DAY, unit or 0, audience, level or "", fact)] += amount
    lines = HouseholdCoverage.objects.order_by().values_list("rule", "household__admin_unit_id")
    counts = lines.annotate(held=Count("pk", filter=Q(members__gt=0)), met=Count("pk", filter=Q(covered=True)))
    regulations = dict(RegulationVersion.objects.values_list("key", "pk"))
    for rule, unit, held, met in counts:
        regulation_id = regulations.get(load_coverage(rule).regulation, 0)
        for fact, amount in (("household", held), ("household_covered", met)):
            tally[CounterKey(regulation_id, rule, ANY_DAY, unit or 0, "", "", fact)] += amount
    return _without_zeros(tally)


def _counted() -> Tally[CounterKey]:
    """What the counters say, and the deltas that are not folded yet."""
    tally: Tally[CounterKey] = Tally()
    names = [name for name in KEY_COLUMNS if name != "day"]
    columns = {Counter: names, CounterDelta: ["admin_unit_id" if name == "unit" else name for name in names]}
    for model, fields in columns.items():
        for regulation_id, subject, unit, audience, level, fact, amount in (
            model.objects.order_by().values_list(*fields).annotate(Sum("amount"))  # type: ignore[attr-defined]
        ):
            tally[CounterKey(regulation_id, subject, ANY_DAY, unit or 0, audience, level, fact)] += amount
    return _without_zeros(tally)


def _without_zeros(tally: Tally[CounterKey]) -> Tally[CounterKey]:
    return Tally({key: amount for key, amount in tally.items() if amount})


def _correct_counters(now: datetime) -> None:
    with consistent_reading():
        lock_book()
        expected, counted = _expected(), _counted()
        today = day_of(now)
        # Written anew: a line that was wrong may be in any of them.
        checkpoints.rewrite()
        add({key._replace(day=today): expected[key] - counted[key] for key in {*expected, *counted}})


def _household_batches() -> Iterator[tuple[int, list[int]]]:
    last, done = 0, 0
    while batch := list(Household.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += len(batch)
        yield done, batch
        last = batch[-1]


def _stored_lines(batch: list[int]) -> HouseholdLines:
    rows = HouseholdCoverage.objects.filter(household_id__in=batch)
    return {
        (pk, rule): (members, meeting, covered)
        for pk, rule, members, meeting, covered in rows.values_list("household_id", "rule", "members", "meeting", "covered")
    }


def _recounted_lines(batch: list[int], now: datetime) -> HouseholdLines:
    people: dict[int, set[int]] = {pk: set() for pk in batch}
    for pk, learner in HouseholdMember.objects.filter(household_id__in=batch, valid_to=None).values_list("household_id", "learner_id"):
        people[pk].add(learner)
    everybody = set().union(*people.values())
    lines: HouseholdLines = {}
    for rule in standings.household_rules():
        meeting = coverage.meeting_learners(rule, everybody, now=now)
        for pk, members in people.items():
            met = len(members & meeting)
            lines[pk, rule.key] = (len(members), met, rule.covered(meeting=met, members=len(members)))
    return lines


def _correct_household(pk: int, now: datetime) -> None:
    """Standings and lines of one household from its members' tracks, and the deltas of what that changes.

    A member who completes at the same moment waits for the household's lock, and then finds a standing that does not say so yet.
    """
    with transaction.atomic(durable=True):
        standings.lock_households([pk])
        unit = Household.objects.values_list("admin_unit_id", flat=True).get(pk=pk)
        members = dict(HouseholdMember.objects.filter(household_id=pk, valid_to=None).values_list("learner_id", "pk"))
        stored = _stored_lines([pk])
        for rule in standings.household_rules():
            meeting = coverage.meeting_learners(rule, members, now=now)
            MemberStanding.objects.filter(member_id__in=members.values(), rule=rule.key).delete()
            MemberStanding.objects.bulk_create(
                MemberStanding(member_id=member, rule=rule.key, meets=learner in meeting) for learner, member in members.items()
            )
            covered = rule.covered(meeting=len(meeting), members=len(members))
            values = {"members": len(members), "meeting": len(meeting), "covered": covered}
            HouseholdCoverage.objects.update_or_create(household_id=pk, rule=rule.key, defaults=values)
            held, _, was_covered = stored.get((pk, rule.key), NO_LINE)
            before = standings.contributions(members=held, covered=was_covered)
            after = standings.contributions(members=len(members), covered=covered)
            counters.record_households(rule, unit, before, after, now)


def _checkpoint_differences() -> list[CounterDifference]:
    return [
        CounterDifference(what=f"checkpoint {day} of regulation row {regulation_id} {key}".rstrip(), unit="", counted=0, expected=1)
        for regulation_id, key in checkpoints.subjects()
        for day in checkpoints.wrong(Subject(regulation_id, key))
    ]


def _what(key: CounterKey) -> str:
    parts = (key.fact, key.subject or key.audience, key.level)
    return f"{' '.join(part for part in parts if part)} under regulation row {key.regulation_id}"


def _line_differences(stored: HouseholdLines, recounted: HouseholdLines) -> list[CounterDifference]:
    """Of each line that differs, the first number that does; a line that is not there counts as all zero, and as a difference."""
    wrong = []
    for (pk, rule), expected in recounted.items():
        counted = stored.get((pk, rule))
        if counted != expected:
            name, number, should = next(
                (item for item in zip(("members", "meeting", "covered"), counted or NO_LINE, expected, strict=True) if item[1] != item[2]),
                ("line", 0, 1),
            )
            wrong.append(CounterDifference(what=f"{name} of household row {pk} under {rule}", unit="", counted=number, expected=should))
    return wrong
