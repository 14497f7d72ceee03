"""Figures for officials: what the counter deltas were folded into."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, dimension_key
from digiskills_grading.models.work import CounterDelta


class Counter(models.Model):
    """On ``day``, so many more (or fewer) of whom ``fact`` is true at this unit. What is true now is the sum over all days.

    ``unit`` is the id of an admin unit, 0 where it is not known: a NULL would let a unique key hold the same line twice. The day is that
    of the country's calendar. Only `counting` writes here, under the lock of `CounterBook`; parents are summed on reading.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    regulation = dimension_key("digiskills_grading.RegulationVersion")
    subject = CodeField(max_length=128, blank=True, default="")
    day = models.DateField()
    unit = models.BigIntegerField()
    audience = CodeField(max_length=32, blank=True)
    level = CodeField(max_length=8, blank=True)
    fact = CodeField(max_length=17, choices=CounterDelta.Fact.choices)
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        constraints = [
            # In the order in which reports read: one regulation, some days, all units.
            models.UniqueConstraint(fields=["regulation", "subject", "day", "unit", "audience", "level", "fact"], name="dsg_counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.amount:+d} on {self.day}"


class CounterBook(models.Model):
    """The one row that is the lock of the folded counters: whoever changes them begins by raising ``rev``.

    .. no_pii:
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    rev = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("state of the counters")
        verbose_name_plural = _("state of the counters")

    def __str__(self) -> str:
        return f"counters, revision {self.rev}"


class CounterCheckpoint(models.Model):
    """The figures of every unit at the end of a day, so that a report of any date reads one of these and a few days of counters.

    Derived from `Counter` and thrown away when an earlier day changes. ``body`` is written and read by `checkpoints` alone.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    regulation = dimension_key("digiskills_grading.RegulationVersion")
    subject = CodeField(max_length=128, blank=True, default="")
    day = models.DateField()
    body = models.BinaryField()

    class Meta:
        verbose_name = _("checkpoint of the counters")
        verbose_name_plural = _("checkpoints of the counters")
        constraints = [models.UniqueConstraint(fields=["regulation", "subject", "day"], name="dsg_checkpoint_once")]

    def __str__(self) -> str:
        return f"figures at the end of {self.day}"
