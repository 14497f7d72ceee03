"""Households: made, moved, joined and left."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from digiskills_grading import assessment, counters, learners, standings
from digiskills_grading.data import LearnerRef
from digiskills_grading.errors import HouseholdNotFound, UnitNotFound
from digiskills_grading.ids import new_public_id
from digiskills_grading.models import AdminUnit, Household, HouseholdCoverage, HouseholdMember
from digiskills_grading.site_data import load_coverage
from digiskills_grading.transactions import require_aware, run_again, run_locked


def create_household(*, now: datetime, admin_unit: str | None = None) -> str:
    """The public id of a new household without members, which counts from its first member on.

    Raises:
        UnitNotFound: no unit has the code.
    """
    unit = None if admin_unit is None else _unit(admin_unit)
    with transaction.atomic():
        household = Household.objects.create(public_id=new_public_id(now), admin_unit=unit, created_at=now)
        HouseholdCoverage.objects.bulk_create(
            HouseholdCoverage(household_id=household.pk, rule=rule.key) for rule in standings.household_rules()
        )
    return household.public_id


def move_household(household: str, *, admin_unit: str, now: datetime) -> None:
    """Takes a household to another unit, with what it contributes to the figures.

    Raises:
        HouseholdNotFound: no household has the public id.
        UnitNotFound: no unit has the code.
        RuntimeError: inside somebody else's transaction.
    """
    pk, unit = _household(household), _unit(admin_unit)

    def work() -> None:
        with transaction.atomic(durable=True):
            standings.lock_households([pk])
            row = Household.objects.get(pk=pk)
            for line in HouseholdCoverage.objects.filter(household_id=pk):
                rule = load_coverage(line.rule)
                held = standings.contributions(members=line.members, covered=line.covered)
                none = dict.fromkeys(held, 0)
                counters.record_households(rule, row.admin_unit_id, held, none, now)
                counters.record_households(rule, unit.pk, none, held, now)
            Household.objects.filter(pk=pk).update(admin_unit_id=unit.pk)

    run_again(work, about=f"household {pk}")


def join_household(learner: LearnerRef, household: str, *, now: datetime) -> None:
    """A learner lives in a household from today on, and no longer in another.

    Raises:
        LearnerNotFound: no learner has the public id.
        HouseholdNotFound: no household has the public id.
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    person, pk = learners.resolve(learner), _household(household)
    run_locked(person.pk, lambda: standings.join(person.pk, pk, assessment.read_evidence(person.pk).observations, now=now))


def leave_household(learner: LearnerRef, *, now: datetime) -> None:
    """A learner lives in no household that we know of from today on; nothing happens where that is so already.

    Raises:
        RuntimeError: inside somebody else's transaction.
    """
    require_aware(now)
    person = learners.find(learner)
    if person is not None:
        run_locked(person.pk, lambda: standings.leave(person.pk, now=now))


def household_of(learner: LearnerRef) -> str | None:
    """Public id of the household in which a learner lives; None for none that we know of."""
    person = learners.find(learner)
    if person is None:
        return None
    members = HouseholdMember.objects.filter(learner_id=person.pk, valid_to=None)
    return members.values_list("household__public_id", flat=True).first()


def _household(public_id: str) -> int:
    pk = Household.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    if pk is None:
        raise HouseholdNotFound(public_id)
    return pk


def _unit(code: str) -> AdminUnit:
    unit = AdminUnit.objects.filter(code=code).first()
    if unit is None:
        raise UnitNotFound(code)
    return unit
