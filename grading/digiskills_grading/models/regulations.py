"""What people have to decide when the rules change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, EncryptedTextField, dimension_key
from digiskills_grading.models.outcomes import Track


class RegulationReview(models.Model):
    """Somebody completed under an earlier version and does not meet the one that supersedes it; a person decides what follows.

    ``missing`` are the reasons under the new version when that was found. Until it is settled nothing changes for the learner; what is
    settled is not asked again.

    .. pii: That a learner's completion is in question, and why a person decided as they did (encrypted at rest).
    .. pii_types: other
    .. pii_retirement: local_api
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        KEPT = "kept", _("stays completed")
        ENDED = "ended", _("no longer completed")
        MET = "met", _("met the new version meanwhile")

    id = models.BigAutoField(primary_key=True)
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="+", db_index=False)
    regulation = dimension_key("digiskills_grading.RegulationVersion")
    state = CodeField(max_length=5, choices=State.choices, default=State.OPEN)
    missing = models.TextField()
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    actor_id = models.BigIntegerField(null=True, blank=True)
    reason = EncryptedTextField(null=True, blank=True)

    class Meta:
        verbose_name = _("completion in question")
        verbose_name_plural = _("completions in question")
        constraints = [models.UniqueConstraint(fields=["track", "regulation"], name="dsg_regulation_review_once")]

    def __str__(self) -> str:
        return f"track {self.track_id}: {self.state}"
