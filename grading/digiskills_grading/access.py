"""Who may read whose records. Unknown and forbidden look alike: both are `LearnerNotFound`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen
from django.db.models import Q

from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import AdminUnit, Learner, Membership

Resource = Literal["learner", "evidence", "mastery", "decision"]
RESOURCES: tuple[Resource, ...] = ("learner", "evidence", "mastery", "decision")
# The role of an organisation's member who accompanies its learners, e.g. in a community digital technology team.
ASSESSOR = "assessor"


@frozen(kw_only=True)
class Caller:
    """Who asks.

    Attributes:
        grants: what the account may read of every learner; empty for most.
        own_only: the account has lent only its own records to the program that asks.
    """

    user_id: int
    grants: frozenset[Resource] = frozenset()
    own_only: bool = False


def readable_learner(caller: Caller, public_id: str, resource: Resource, *, today: date) -> Learner:
    """The learner, if the caller may read this of them.

    That is: the learner's own account; an account with the permission to view this of everybody; an assessor for learners of the own
    organisation, and of the admin unit that the organisation belongs to with all units below.

    Args:
        today: on which memberships are looked at.

    Raises:
        LearnerNotFound: there is no such learner, or not for this caller.
    """
    learner = Learner.objects.select_related("admin_unit").filter(public_id=public_id).first()
    if learner is None or not _may_read(caller, learner, resource, today):
        raise LearnerNotFound(public_id)
    return learner


def _may_read(caller: Caller, learner: Learner, resource: Resource, today: date) -> bool:
    if learner.user_id == caller.user_id:
        return True
    if caller.own_only:
        return False
    return resource in caller.grants or is_assessor_of(caller.user_id, learner, today=today)


def is_assessor_of(user_id: int, learner: Learner, *, today: date) -> bool:
    """Whether the account belongs, as an assessor, to an organisation of the learner or one that is there for the learner's admin unit."""
    valid = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    offices = Membership.objects.filter(valid, role=ASSESSOR, learner__user_id=user_id).values_list(
        "organisation_id", "organisation__admin_unit_id"
    )
    organisations = {organisation for organisation, _ in offices}
    units = {unit for _, unit in offices if unit is not None}
    if not organisations:
        return False
    if Membership.objects.filter(valid, learner_id=learner.pk, organisation_id__in=organisations).exists():
        return True
    return not units.isdisjoint(_unit_and_above(learner.admin_unit))


def _unit_and_above(unit: AdminUnit | None) -> set[int]:
    found: set[int] = set()
    while unit is not None and unit.pk not in found:
        found.add(unit.pk)
        unit = unit.parent
    return found
