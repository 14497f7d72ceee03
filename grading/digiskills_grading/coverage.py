"""How far a group of people is covered: the generic rule, for a household, an organisation or a class, read when it is asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from digiskills_framework.api import COMPLETED, CoverageRule, GroupKind
from digiskills_grading import assessment, standings
from digiskills_grading.data import CoverageState
from digiskills_grading.days import day_of
from digiskills_grading.errors import HouseholdNotFound, OrganisationNotFound
from digiskills_grading.models import Household, HouseholdMember, Membership, Organisation, Track
from digiskills_grading.site_data import load_coverage


def coverage(rule: str, group: str, *, now: datetime) -> CoverageState:
    """How far a group is covered under a coverage rule, by who belongs to it today.

    Args:
        rule: key of the rule, ``id/version``.
        group: public id of a household, or code of an organisation or class, as the rule's kind of group says.

    Raises:
        digiskills_framework.api.FrameworkDataError: there is no such rule.
        HouseholdNotFound: no household has the public id.
        OrganisationNotFound: no organisation has the code.
    """
    found = load_coverage(rule)
    people = _household(group) if found.group_kind is GroupKind.HOUSEHOLD else _organisation(group, now)
    meeting = len(meeting_learners(found, people, now=now))
    share = found.share_milli or 0
    return CoverageState(
        rule=rule,
        met=found.covered(meeting=meeting, members=len(people)),
        members=len(people),
        members_meeting=meeting,
        needed=found.at_least or max(1, -(-share * len(people) // 1000)),
    )


def meeting_learners(rule: CoverageRule, learner_pks: Collection[int], *, now: datetime) -> set[int]:
    """Which of these learners meet a rule's condition: one query for a rule that asks for completion, their evidence for a tree."""
    tracks = standings.tracks_looked_at(rule).filter(learner_id__in=learner_pks)
    if rule.condition == COMPLETED:
        return set(tracks.filter(status=Track.Status.COMPLETED).values_list("learner_id", flat=True))
    candidates = set(tracks.values_list("learner_id", flat=True))
    return {pk for pk in candidates if standings.meets_rule(rule, pk, assessment.read_evidence(pk).observations, now=now)}


def _household(public_id: str) -> set[int]:
    pk = Household.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if pk is None:
        raise HouseholdNotFound(public_id)
    return set(HouseholdMember.objects.filter(household_id=pk, valid_to=None).values_list("learner_id", flat=True))


def _organisation(code: str, now: datetime) -> set[int]:
    pk = Organisation.objects.filter(code=code).values_list("pk", flat=True).first()
    if pk is None:
        raise OrganisationNotFound(code)
    today = day_of(now)
    present = Q(valid_to=None) | Q(valid_to__gte=today)
    return set(Membership.objects.filter(present, organisation_id=pk, valid_from__lte=today).values_list("learner_id", flat=True))
