"""Figures of courses for those who teach them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, DigestField


class CourseSnapshot(models.Model):
    """The figures of one course as they were at ``taken_at``; empty while they are taken for the first time.

    Derived from attempts, evidence and mastery, and replaced as a whole when they are taken again: at ``due_at`` or later, which whoever
    begins moves on, so that two workers never take the same ones. ``wait_seconds`` doubles while nothing changes. ``body`` is written
    and read by `course_figures` alone.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    course_key = CodeField(max_length=255, unique=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(db_index=True)
    wait_seconds = models.PositiveIntegerField(default=0)
    digest = DigestField(null=True, blank=True)
    body = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("figures of a course")
        verbose_name_plural = _("figures of courses")

    def __str__(self) -> str:
        return f"figures of {self.course_key}"
