"""Small tables that the big ones point into. Rows are added on first use and never go; only a regulation's successor is set later."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, DigestField, dimension_key


class SkillCode(models.Model):
    """A skill of any framework version, by its stable code.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    code = CodeField(max_length=32, unique=True)

    class Meta:
        verbose_name = _("skill code")
        verbose_name_plural = _("skill codes")

    def __str__(self) -> str:
        return self.code


class RegulationVersion(models.Model):
    """A regulation that was used, as ``id/version``. Its rules are in the framework's data files.

    ``digest`` is that of the file when it was first used: a version that was changed afterwards is refused. ``successor`` is the version
    that was adopted in its place: who begins under this one comes under that one.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    key = CodeField(max_length=128, unique=True)
    digest = DigestField(null=True, blank=True)
    successor = dimension_key("self", null=True, blank=True)

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")

    def __str__(self) -> str:
        return self.key


class TaskVersion(models.Model):
    """A task of the library as it was when it was used; the digest tells an unreleased draft from what came of it.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    task_id = CodeField(max_length=64)
    version = models.PositiveIntegerField()
    digest = DigestField()

    class Meta:
        verbose_name = _("task version")
        verbose_name_plural = _("task versions")
        constraints = [models.UniqueConstraint(fields=["task_id", "version", "digest"], name="dsg_task_version_once")]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.version}"


class Context(models.Model):
    """A block of a course, in which attempts are made.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    course_key = CodeField(max_length=255)
    usage_key = CodeField(max_length=255)

    class Meta:
        verbose_name = _("context")
        verbose_name_plural = _("contexts")
        constraints = [models.UniqueConstraint(fields=["usage_key", "course_key"], name="dsg_context_once")]

    def __str__(self) -> str:
        return self.usage_key
