"""Whether members of households meet coverage rules, kept up to date one member at a time.

A household's line says how many members it has and how many of them meet a rule. Each member's own part is a `MemberStanding`, turned
by a conditional UPDATE, so that it is counted once; the line is changed by adding to it, under the household's lock, so that two members
who complete or lose at the same moment both count. What follows (a household is covered, or no longer) goes to the counters as a delta
in the same transaction. Locks: learner, then household.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db.models import F, QuerySet

from digiskills_framework.api import COMPLETED, CoverageRule, GroupKind, RequirementTree
from digiskills_grading import counters
from digiskills_grading.days import day_of
from digiskills_grading.models import CounterDelta, Household, HouseholdCoverage, HouseholdMember, MemberStanding, Track
from digiskills_grading.policies import load_policy_requiring
from digiskills_grading.scoring import Observation, evaluate
from digiskills_grading.site_data import data_dirs, list_coverage, load_coverage


def household_rules() -> tuple[CoverageRule, ...]:
    """The coverage rules about households."""
    return _household_rules(data_dirs())


def refresh(learner_pk: int, decided: Iterable[str], observations: Sequence[Observation], *, now: datetime) -> None:
    """Brings a learner's standing up to what was just assessed. Under the learner lock.

    No statement where no rule can be touched. A rule with a requirement tree of its own may be met without a decision, so that it is
    looked at every time.

    Args:
        decided: keys of the regulations under which a decision was made now.
        observations: all evidence of the learner.
    """
    regulations = set(decided)
    rules = [rule for rule in household_rules() if rule.regulation in regulations or rule.condition != COMPLETED]
    if not rules:
        return
    member = HouseholdMember.objects.filter(learner_id=learner_pk, valid_to=None).first()
    if member is None:
        return
    lock_households([member.household_id])
    for rule in rules:
        meets = meets_rule(rule, learner_pk, observations, now=now)
        if MemberStanding.objects.filter(member_id=member.pk, rule=rule.key, meets=not meets).update(meets=meets):
            shift(member.household_id, rule, members=0, meeting=1 if meets else -1, now=now)


def join(learner_pk: int, household_pk: int, observations: Sequence[Observation], *, now: datetime) -> None:
    """A learner lives in a household from today on, and no longer in another. Under the learner lock."""
    present = HouseholdMember.objects.filter(learner_id=learner_pk, valid_to=None).first()
    if present is not None and present.household_id == household_pk:
        return
    lock_households([household_pk] if present is None else [household_pk, present.household_id])
    if present is not None:
        _end(present, now)
    member = HouseholdMember.objects.create(household_id=household_pk, learner_id=learner_pk, valid_from=day_of(now))
    standings = [
        MemberStanding(member_id=member.pk, rule=rule.key, meets=meets_rule(rule, learner_pk, observations, now=now))
        for rule in _counted_rules(household_pk)
    ]
    MemberStanding.objects.bulk_create(standings)
    for standing in standings:
        shift(household_pk, load_coverage(standing.rule), members=1, meeting=int(standing.meets), now=now)


def leave(learner_pk: int, *, now: datetime) -> None:
    """A learner lives in no household that we know of from today on. Under the learner lock."""
    present = HouseholdMember.objects.filter(learner_id=learner_pk, valid_to=None).first()
    if present is not None:
        lock_households([present.household_id])
        _end(present, now)


def meets_rule(rule: CoverageRule, learner_pk: int, observations: Sequence[Observation], *, now: datetime) -> bool:
    """Whether a learner meets a rule's condition, by any track that the rule looks at."""
    tracks = tracks_looked_at(rule).filter(learner_id=learner_pk)
    if rule.condition == COMPLETED:
        return tracks.filter(status=Track.Status.COMPLETED).exists()
    return any(_meets_tree(rule.condition, track, observations, now) for track in tracks.select_related("regulation"))


def tracks_looked_at(rule: CoverageRule) -> QuerySet[Track, Track]:
    """The tracks of all learners under the rule's regulation, and for its audience if it names one."""
    tracks = Track.objects.filter(regulation__key=rule.regulation, successor=None)
    return tracks if rule.audience is None else tracks.filter(audience=rule.audience)


def lock_households(pks: Iterable[int]) -> None:
    """Takes the locks of households, in the order of their ids; learner locks come before."""
    for pk in sorted(set(pks)):
        Household.objects.filter(pk=pk).update(rev=F("rev") + 1)


def shift(household_pk: int, rule: CoverageRule, *, members: int, meeting: int, now: datetime) -> None:
    """Adds to a household's line under a rule and counts what follows. Under the household's lock."""
    line = HouseholdCoverage.objects.filter(household_id=household_pk, rule=rule.key)
    line.update(members=F("members") + members, meeting=F("meeting") + meeting)
    row = line.select_related("household").get()
    before = contributions(members=row.members - members, covered=row.covered)
    row.covered = rule.covered(meeting=row.meeting, members=row.members)
    row.save(update_fields=["covered"])
    counters.record_households(rule, row.household.admin_unit_id, before, contributions(members=row.members, covered=row.covered), now)


def contributions(*, members: int, covered: bool) -> Mapping[str, int]:
    """What a household's line contributes to the counters."""
    return {CounterDelta.Fact.HOUSEHOLD.value: int(members > 0), CounterDelta.Fact.HOUSEHOLD_COVERED.value: int(covered)}


@cache
def _household_rules(_directories: tuple[Path, ...]) -> tuple[CoverageRule, ...]:
    rules = (load_coverage(key) for key in list_coverage())
    return tuple(rule for rule in rules if rule.group_kind is GroupKind.HOUSEHOLD)


def _end(member: HouseholdMember, now: datetime) -> None:
    standings = list(MemberStanding.objects.filter(member_id=member.pk))
    MemberStanding.objects.filter(member_id=member.pk).delete()
    HouseholdMember.objects.filter(pk=member.pk).update(valid_to=day_of(now))
    for standing in standings:
        shift(member.household_id, load_coverage(standing.rule), members=-1, meeting=-int(standing.meets), now=now)


def _counted_rules(household_pk: int) -> list[CoverageRule]:
    """The rules under which the household has a line; a newer one gets lines by the next rebuild."""
    return [load_coverage(key) for key in HouseholdCoverage.objects.filter(household_id=household_pk).values_list("rule", flat=True)]


def _meets_tree(condition: RequirementTree, track: Track, observations: Sequence[Observation], now: datetime) -> bool:
    policy = load_policy_requiring(condition, track.regulation.key, track.audience, track.school_level)
    return not evaluate(policy, observations, as_of=now).missing
