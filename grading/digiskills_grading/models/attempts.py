"""Tries, what the learner did in them, and staff's wishes about them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, DigestField, PublicIdField, dimension_key
from digiskills_grading.models.outcomes import Track
from digiskills_grading.models.people import Learner


class Attempt(models.Model):
    """One try at one task in one block. The row is written when it starts, so that the seed never leaves the server.

    ``n`` counts all attempts of the learner in the context, guided ones too. ``task_version`` and ``engine_version`` are kept, so that
    the trace can be replayed years later, and ``overlay``: for which people the task was dressed, empty for the task as it is.
    ``grade_state`` says whether the platform already holds the grade. There is no language and no device here: neither is needed to
    judge.

    .. pii: What a learner achieved in an exercise.
    .. pii_types: other
    .. pii_retirement: retained
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        SCORED = "scored", _("scored")
        VOID = "void", _("reset by staff")

    class Kind(models.TextChoices):
        GUIDED = "guided", _("guided")
        COUNTED = "counted", _("counted")

    class Grade(models.TextChoices):
        NONE = "none", _("has no grade")
        PENDING = "pending", _("to be published")
        PUBLISHED = "published", _("published")

    id = models.BigAutoField(primary_key=True)
    public_id = PublicIdField(unique=True)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    context = dimension_key("digiskills_grading.Context")
    track = models.ForeignKey(Track, on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+")
    task_version = dimension_key("digiskills_grading.TaskVersion")
    overlay = CodeField(max_length=40, default="", blank=True)
    n = models.PositiveIntegerField()
    run_kind = CodeField(max_length=8, choices=Kind.choices)
    engine_version = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    state = CodeField(max_length=8, choices=State.choices, default=State.OPEN)
    by_staff = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    score_milli = models.PositiveSmallIntegerField(null=True, blank=True)
    result = models.TextField(null=True, blank=True)
    revision = models.PositiveSmallIntegerField(default=0)
    trace_digest = DigestField(null=True, blank=True)
    grade_state = CodeField(max_length=9, choices=Grade.choices, default=Grade.NONE)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [models.UniqueConstraint(fields=["learner", "context", "n"], name="dsg_attempt_once")]
        indexes = [
            models.Index(fields=["grade_state", "id"], name="dsg_attempt_grade"),
            models.Index(fields=["context", "id"], name="dsg_attempt_context"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def counts_for_grade(self) -> bool:
        """Whether the attempt is counted and scored."""
        return self.run_kind == self.Kind.COUNTED and self.state == self.State.SCORED


class Trace(models.Model):
    """The actions of a scored attempt, cut of what looked like real personal numbers, until the regulation's retention is over.

    No row for an attempt that was scored: the retention is over, and the attempt can no longer be rescored.

    .. pii: The actions of a learner in an exercise; typed text is kept after real-looking numbers were cut out.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    class Codec(models.TextChoices):
        ZLIB_JSON = "zlib-json", "zlib-json"

    attempt = models.OneToOneField(Attempt, on_delete=models.CASCADE, primary_key=True, related_name="trace")
    codec = CodeField(max_length=16, choices=Codec.choices)
    body = models.BinaryField()
    purge_after = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")

    def __str__(self) -> str:
        return f"trace of attempt {self.attempt_id}"


class AttemptRequest(models.Model):
    """Staff's wish to reset a learner's attempts in a block, or to rescore one attempt. Deleted when it is done.

    Such wishes come inside a transaction of the platform, where the learner lock must not be taken: only this row is written there,
    without constraints, whose check would wait for that very lock.

    .. pii: Names the member of staff who asked.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    class Kind(models.TextChoices):
        RESET = "reset", _("reset")
        RESCORE = "rescore", _("rescore")
        RESCORE_UP = "raise", _("rescore if higher")

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    context = dimension_key("digiskills_grading.Context")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, null=True, db_index=False, db_constraint=False, related_name="+")
    kind = CodeField(max_length=8, choices=Kind.choices)
    actor_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("request about attempts")
        verbose_name_plural = _("requests about attempts")

    def __str__(self) -> str:
        return f"{self.kind} for learner {self.learner_id}"
