"""Households, who lives in them, and whether they are covered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, PublicIdField
from digiskills_grading.models.people import AdminUnit, Learner


class Household(models.Model):
    """People who live together, at an admin unit. It is counted while it has a member.

    ``rev`` is its lock, taken after the locks of learners.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    public_id = PublicIdField(unique=True)
    admin_unit = models.ForeignKey(AdminUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rev = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.public_id


class HouseholdMember(models.Model):
    """A learner lives in a household from a day until a day; ``valid_to`` is empty as long as they do.

    A learner lives in one household at a time, which the learner lock ensures.

    .. pii: Says with whom a learner lives.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of households")

    def __str__(self) -> str:
        return f"learner {self.learner_id} in household {self.household_id}"


class MemberStanding(models.Model):
    """Whether a present member meets the condition of a coverage rule, as counted in the household's `HouseholdCoverage`.

    .. pii: Says whether a learner can do what a rule asks for.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey(HouseholdMember, on_delete=models.CASCADE, related_name="standings", db_index=False)
    rule = CodeField(max_length=128)
    meets = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("standing of a member")
        verbose_name_plural = _("standings of members")
        constraints = [models.UniqueConstraint(fields=["member", "rule"], name="dsg_standing_once")]

    def __str__(self) -> str:
        return f"member {self.member_id} under {self.rule}: {self.meets}"


class HouseholdCoverage(models.Model):
    """How many present members of a household meet a coverage rule, and whether that covers it.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="coverages", db_index=False)
    rule = CodeField(max_length=128)
    members = models.IntegerField(default=0)
    meeting = models.IntegerField(default=0)
    covered = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("coverage of a household")
        verbose_name_plural = _("coverage of households")
        constraints = [models.UniqueConstraint(fields=["household", "rule"], name="dsg_coverage_once")]

    def __str__(self) -> str:
        return f"household {self.household_id} under {self.rule}: {self.meeting} of {self.members}"
