"""What operators turn off, when workers ran last, and certificates that wait."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField


class SwitchChange(models.Model):
    """Somebody turned a kill switch. Append-only: the newest row of a name says how the switch stands, no row means "on".

    ``actor_id`` is the platform account; empty when it was done on the server's command line.

    .. pii: The account of the member of staff who turned the switch.
    .. pii_types: id
    .. pii_retirement: retained
    """

    id = models.BigAutoField(primary_key=True)
    name = CodeField(max_length=64)
    is_on = models.BooleanField(verbose_name=_("on"))
    reason = models.CharField(max_length=300, verbose_name=_("reason"))
    actor_id = models.BigIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("turn of a switch")
        verbose_name_plural = _("switches")
        indexes = [models.Index(fields=["name", "id"], name="dsg_switch_name")]

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}"


class WorkerRun(models.Model):
    """When a worker's task ran to its end last. One row a task, whoever ran it: Celery or a command.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    name = CodeField(max_length=100, unique=True)
    ran_at = models.DateTimeField()

    class Meta:
        verbose_name = _("last run of a worker")
        verbose_name_plural = _("last runs of workers")

    def __str__(self) -> str:
        return f"{self.name} at {self.ran_at:%Y-%m-%d %H:%M:%S}"


class HeldCertificate(models.Model):
    """A course certificate that the platform wanted to make and that waits until the learner has completed.

    The account is named by its number without a foreign key: the row is written inside the platform's own transactions, where a check
    of the account's row would wait for whoever holds it. Deleted when the certificate was asked for again, or the account is retired.

    .. pii: Says that an account has passed a course.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    course_key = CodeField(max_length=255)
    regulation = CodeField(max_length=128)
    audience = CodeField(max_length=32)
    held_at = models.DateTimeField()

    class Meta:
        verbose_name = _("certificate on hold")
        verbose_name_plural = _("certificates on hold")
        constraints = [models.UniqueConstraint(fields=["user_id", "course_key"], name="dsg_held_certificate_once")]

    def __str__(self) -> str:
        return f"{self.course_key} for account {self.user_id}"
