"""Who may read whose records. Unknown and forbidden look alike: both are `LearnerNotFound`."""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from typing import Literal

from attrs import frozen
from django.db.models import Q

from digiskills_framework.api import Role
from digiskills_grading import course_teams
from digiskills_grading.data import LearnerEntry
from digiskills_grading.errors import LearnerNotFound
from digiskills_grading.models import AdminUnit, Evidence, Learner, Membership

Resource = Literal["learner", "evidence", "mastery", "decision"]
RESOURCES: tuple[Resource, ...] = ("learner", "evidence", "mastery", "decision")
# Members of an organisation in one of these roles answer for its other members, e.g. of a class.
OF_ORGANISATION = frozenset({Role.ASSESSOR.value, Role.TEACHER.value})
# And in one of these for the learners of the admin unit that the organisation is there for, e.g. a community digital technology team.
OF_UNIT = frozenset({Role.ASSESSOR.value, Role.OFFICIAL.value})


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


@frozen(kw_only=True)
class Subject:
    """A learner whose records may be read; ``pk`` is for the reads alone and never leaves."""

    pk: int
    entry: LearnerEntry


def readable_learner(caller: Caller, public_id: str, resource: Resource, *, today: date) -> Subject:
    """The learner, if the caller may read this of them.

    That is: the learner's own account; an account with the permission to view this of everybody; whoever answers for the learner, as an
    assessor or teacher of the learner's organisation, or as an assessor or official of the learner's admin unit or of one above it.

    Args:
        today: on which memberships are looked at.

    Raises:
        LearnerNotFound: there is no such learner, or not for this caller.
    """
    learner = Learner.objects.select_related("admin_unit").filter(public_id=public_id).first()
    if learner is None or not _may_read(caller, learner, resource, today):
        raise LearnerNotFound(public_id)
    return _subject(learner)


def own_learner(user_id: int) -> Subject:
    """The learner that an account belongs to.

    Raises:
        LearnerNotFound: who has the account has not begun.
    """
    learner = Learner.objects.select_related("admin_unit").filter(user_id=user_id).first()
    if learner is None:
        raise LearnerNotFound("me")
    return _subject(learner)


def learner_of_course(caller: Caller, public_id: str, course_key: str) -> Subject:
    """The learner, if the caller belongs to the team of the course, and the learner has left evidence in its blocks.

    Only that evidence may be read then.

    Raises:
        LearnerNotFound: there is no such learner, or not for this caller.
    """
    if caller.own_only or not course_teams.is_course_team(caller.user_id, course_key):
        raise LearnerNotFound(public_id)
    seen = Evidence.objects.filter(learner__public_id=public_id, context__course_key=course_key)
    first = seen.select_related("learner__admin_unit").first()
    if first is None:
        raise LearnerNotFound(public_id)
    return _subject(first.learner)


def _may_read(caller: Caller, learner: Learner, resource: Resource, today: date) -> bool:
    if learner.user_id == caller.user_id:
        return True
    if caller.own_only:
        return False
    return resource in caller.grants or _answers_for(caller.user_id, learner, OF_ORGANISATION, OF_UNIT, today)


def accompanies(user_id: int, role: str, learner: Learner, *, today: date) -> bool:
    """Whether the account holds the role in an organisation of the learner, or for their admin unit or one above it.

    What a role reaches is in `OF_ORGANISATION` and `OF_UNIT`; any other reaches nobody here.
    """
    return _answers_for(user_id, learner, OF_ORGANISATION & {role}, OF_UNIT & {role}, today)


def _answers_for(user_id: int, learner: Learner, of_organisation: Set[str], of_unit: Set[str], today: date) -> bool:
    valid = Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    offices = Membership.objects.filter(valid, role__in=of_organisation | of_unit, learner__user_id=user_id)
    held = list(offices.values_list("role", "organisation_id", "organisation__admin_unit_id"))
    organisations = {organisation for role, organisation, _ in held if role in of_organisation}
    units = {unit for role, _, unit in held if role in of_unit and unit is not None}
    if organisations and Membership.objects.filter(valid, learner_id=learner.pk, organisation_id__in=organisations).exists():
        return True
    return not units.isdisjoint(_unit_and_above(learner.admin_unit) if units else ())


def _subject(learner: Learner) -> Subject:
    entry = LearnerEntry(
        id=learner.public_id,
        admin_unit=None if learner.admin_unit is None else learner.admin_unit.code,
        has_account=learner.user_id is not None,
        created_at=learner.created_at,
    )
    return Subject(pk=learner.pk, entry=entry)


def _unit_and_above(unit: AdminUnit | None) -> set[int]:
    found: set[int] = set()
    while unit is not None and unit.pk not in found:
        found.add(unit.pk)
        unit = unit.parent
    return found
