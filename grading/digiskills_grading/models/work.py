"""Work that is to be done, and facts that are to be counted. Rows go when they are done."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, dimension_key
from digiskills_grading.models.outcomes import Track
from digiskills_grading.models.people import Learner


class IssueTodo(models.Model):
    """A confirmation is to be issued for the decision ``decision_n`` of a track. Deleted in the transaction that issues it.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="+", db_index=False)
    decision_n = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmation to issue")
        verbose_name_plural = _("confirmations to issue")
        constraints = [models.UniqueConstraint(fields=["track", "decision_n"], name="dsg_issue_todo_once")]

    def __str__(self) -> str:
        return f"issue decision {self.decision_n} of track {self.track_id}"


class CounterDelta(models.Model):
    """A fact to be counted: ``amount`` more (or fewer) learners of whom ``fact`` is true, at the unit they belonged to then.

    Appended, never updated: many writers add to one unit at once. Deleted in the transaction that folds it into a `Counter`. There is
    no learner here, on purpose. ``subject`` is the key of the coverage rule of a fact about households (who have no audience and no
    level), and empty for a fact about learners.

    .. no_pii:
    """

    class Fact(models.TextChoices):
        LEARNER = "learner", _("learner")
        TRIED = "tried", _("tried")
        COMPLETED = "completed", _("completed")
        CONFIRMED = "confirmed", _("confirmed")
        HOUSEHOLD = "household", _("household")
        HOUSEHOLD_COVERED = "household_covered", _("household covered")

    id = models.BigAutoField(primary_key=True)
    admin_unit = models.ForeignKey(
        "digiskills_grading.AdminUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    regulation = dimension_key("digiskills_grading.RegulationVersion")
    subject = CodeField(max_length=128, blank=True, default="")
    audience = CodeField(max_length=32, blank=True)
    level = CodeField(max_length=8, blank=True, default="")
    fact = CodeField(max_length=17, choices=Fact.choices)
    amount = models.SmallIntegerField()
    occurred_at = models.DateTimeField()

    class Meta:
        verbose_name = _("counter delta")
        verbose_name_plural = _("counter deltas")
        permissions = [
            ("view_reports", _("Can view the reports for officials")),
            ("view_small_figures", _("Can view figures of very few people in the reports")),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.amount:+d}"
