"""Scores of other blocks: which of them say something of a skill, what the platform told us, and what we made of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.block_matching import WILDCARD, Select
from digiskills_grading.fields import CodeField, dimension_key
from digiskills_grading.models.people import Learner

_ASSURANCES = [
    ("self", _("alone")),
    ("assisted", _("with help")),
    ("supervised", _("under supervision")),
    ("observed", _("observed by an assessor")),
    ("imported", _("from elsewhere")),
]


class BlockMapping(models.Model):
    """One row: scores of these blocks say something of this skill. Which rows apply to a block is in `block_matching`.

    ``regulation`` and ``audience`` name the track that a learner joins by such a score; both empty: the learner's own tracks alone.
    ``changed_at`` is set by every save; with number and ids of the rows it tells a worker whether the table changed, so rows are not
    changed by ``QuerySet.update``.

    .. no_pii:
    """

    id = models.BigAutoField(primary_key=True)
    course_pattern = CodeField(_("course pattern"), max_length=255, help_text=_("* stands for any text: course-v1:MayTrang+KNS1+*"))
    select = CodeField(
        _("blocks by"),
        max_length=8,
        default=Select.ID.value,
        choices=[
            (Select.ANY.value, _("all blocks of the course")),
            (Select.TYPE.value, _("type")),
            (Select.UPSTREAM.value, _("block of a library")),
            (Select.ID.value, _("block id")),
            (Select.USAGE.value, _("full key")),
        ],
    )
    block_pattern = CodeField(_("block pattern"), max_length=255, default=WILDCARD, help_text=_("* stands for any text: final-quiz-*"))
    skill = CodeField(_("skill"), max_length=32)
    facet = CodeField(_("facet"), max_length=32, blank=True, default="")
    level = CodeField(_("school level"), max_length=8, null=True, blank=True)
    practical = models.BooleanField(
        _("practical"), default=False, help_text=_("The learner does it. Leave empty for questions about it (knowledge).")
    )
    assurance = CodeField(_("assurance"), max_length=16, default="self", choices=_ASSURANCES)
    regulation = CodeField(_("regulation to join"), max_length=128, blank=True, default="")
    audience = CodeField(_("audience to join"), max_length=32, blank=True, default="")
    active_from = models.DateTimeField(_("scores from"), null=True, blank=True)
    active_to = models.DateTimeField(_("scores before"), null=True, blank=True)
    created_by_id = models.BigIntegerField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mapped blocks")
        verbose_name_plural = _("mapped blocks")

    def __str__(self) -> str:
        return f"{self.course_pattern} {self.select} {self.block_pattern} → {self.skill}{'/' if self.facet else ''}{self.facet}"


class Inbox(models.Model):
    """A score that the platform told us of and nobody has looked at yet. Deleted when it is done.

    Written inside other people's requests: one INSERT without constraints, by an account's bare number, for a block that may be mapped
    to nothing. ``earned`` is empty where the score was deleted. ``backfill`` marks a score that the platform held already when we asked
    for it, and whose time is that of its last change of any kind. ``not_before`` is when it is looked at (again); empty after too many
    failures: the row stays where it can be seen, with the name of the last error, until an operator asks for it to be tried again.

    .. pii: A score of a platform account.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    course_key = CodeField(max_length=255)
    usage_key = CodeField(max_length=255)
    earned = models.FloatField(null=True)
    possible = models.FloatField(null=True)
    modified_at = models.DateTimeField()
    backfill = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = CodeField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("score to look at")
        verbose_name_plural = _("scores to look at")
        indexes = [models.Index(fields=["not_before", "id"], name="dsg_inbox_due")]

    def __str__(self) -> str:
        return f"score {self.pk} of {self.usage_key}"

    @property
    def value_milli(self) -> int | None:
        """Share of the possible points in thousandths, 0 … 1000; None where there is no score (any more)."""
        if self.earned is None or not self.possible or self.possible < 0:
            return None
        return min(max(int(1000 * self.earned / self.possible + 0.5), 0), 1000)

    @property
    def recency(self) -> tuple[object, ...]:
        """Orders the scores of one learner in one block; the greatest is in force, in whichever order they arrived.

        Of two at the same microsecond a deletion is taken for the later, then the higher.
        """
        return self.modified_at, self.value_milli is None, self.value_milli or 0


class BlockScore(models.Model):
    """The last score of a learner in a mapped block that we looked at. No row: none yet.

    An empty value is a score that was deleted: the row stays, so that an older score that arrives late is known to be older. ``revision``
    is that of the next evidence: it grows whenever evidence of the block is written.

    .. pii: What a learner achieved in a block of a course.
    .. pii_types: other
    .. pii_retirement: retained
    """

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+", db_index=False)
    context = dimension_key("digiskills_grading.Context")
    value_milli = models.PositiveSmallIntegerField(null=True, blank=True)
    modified_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("score of another block")
        verbose_name_plural = _("scores of other blocks")
        constraints = [models.UniqueConstraint(fields=["learner", "context"], name="dsg_block_score_once")]
        indexes = [models.Index(fields=["context", "id"], name="dsg_block_score_context")]

    def __str__(self) -> str:
        return f"score of learner {self.learner_id} in context {self.context_id}"

    @property
    def recency(self) -> tuple[object, ...]:
        """As of `Inbox.recency`."""
        return self.modified_at, self.value_milli is None, self.value_milli or 0
