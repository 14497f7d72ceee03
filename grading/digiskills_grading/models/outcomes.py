"""What attempts amount to: evidence, mastery, decisions; and the track they belong to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, DigestField, EncryptedTextField, dimension_key
from digiskills_grading.models.people import Learner


class Track(models.Model):
    """A learner's way under one regulation as one audience.

    ``joined_at`` is empty while only course staff trying their own block has been here, ``tried_at`` before the first scored counted
    attempt that is not staff's: these three dates and counts (with ``confirmed``) are what the learner contributes to the counters.
    ``decision_n`` is 0 before the first decision.

    A track with a ``successor`` has ended: its learner was moved there when a newer version of the regulation was adopted. It contributes
    nothing any more but confirmations that are not withdrawn yet, and stays as it was on that day.

    .. pii: Says how far a learner has come.
    .. pii_types: other
    .. pii_retirement: retained
    """

    class Status(models.TextChoices):
        UNDECIDED = "undecided", _("not assessed yet")
        NOT_YET = "not_yet", _("not yet")
        COMPLETED = "completed", _("completed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="tracks", db_index=False)
    regulation = models.ForeignKey("digiskills_grading.RegulationVersion", on_delete=models.PROTECT, related_name="+")
    audience = CodeField(max_length=32)
    school_level = CodeField(max_length=8, null=True, blank=True)
    status = CodeField(max_length=10, choices=Status.choices, default=Status.UNDECIDED)
    decision_n = models.PositiveIntegerField(default=0)
    decision_digest = DigestField(null=True, blank=True)
    completed_before = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    confirmed = models.SmallIntegerField(default=0)
    next_review_at = models.DateTimeField(null=True, blank=True, db_index=True)
    successor = dimension_key("self", null=True, blank=True)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        constraints = [models.UniqueConstraint(fields=["learner", "regulation", "audience"], name="dsg_track_once")]

    def __str__(self) -> str:
        return f"track {self.pk} ({self.audience})"


class Evidence(models.Model):
    """One scored observation of one skill (or facet). Append-only: what was wrong is taken back by a retraction.

    ``source_key`` is the hash of the source tuple with its revision (`scoring.source_key`): writing the same observation twice fails.
    ``retracts`` is the source key that a retraction takes back. A set ``excluded_reason`` keeps the row and counts it nowhere. There is
    no regulation here: the same evidence may serve several. An exemption has no value of its own; its reason lies beside it in
    `EvidenceNote`.

    .. pii: What a learner can do.
    .. pii_types: other
    .. pii_retirement: retained
    """

    class Kind(models.TextChoices):
        SCORE = "score", _("score")
        HAZARD = "hazard", _("hazard")
        RETRACTION = "retraction", _("retraction")
        EXEMPTION = "exemption", _("exemption")

    class Source(models.TextChoices):
        ATTEMPT = "attempt", _("attempt")
        BLOCK = "block", _("other block of a course")
        IMPORT = "import", _("import")
        OBSERVATION = "observation", _("observation")
        EXEMPTION = "exemption", _("exemption")

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    skill = dimension_key("digiskills_grading.SkillCode")
    facet = CodeField(max_length=32, blank=True, default="")
    source = CodeField(max_length=16, choices=Source.choices)
    source_key = DigestField(unique=True)
    retracts = DigestField(null=True, blank=True)
    kind = CodeField(max_length=10, choices=Kind.choices)
    value_milli = models.PositiveSmallIntegerField()
    level = CodeField(max_length=8, null=True, blank=True)
    practical = models.BooleanField(default=True)
    assurance = CodeField(max_length=16)
    session = dimension_key("digiskills_grading.ClassSession", null=True, blank=True)
    context = dimension_key("digiskills_grading.Context", null=True, blank=True)
    attempt = dimension_key("digiskills_grading.Attempt", null=True, blank=True)
    actor_id = models.BigIntegerField(null=True, blank=True)
    excluded_reason = CodeField(max_length=32, null=True, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        indexes = [models.Index(fields=["learner", "skill", "occurred_at"], name="dsg_evidence_learner")]

    def __str__(self) -> str:
        return f"evidence {self.pk}"


class EvidenceNote(models.Model):
    """What a person wrote about a piece of evidence they recorded: why a learner is exempt, what was observed.

    .. pii: Free text about a learner, encrypted at rest.
    .. pii_types: other
    .. pii_retirement: local_api
    """

    evidence = models.OneToOneField(Evidence, on_delete=models.PROTECT, primary_key=True, related_name="note", db_constraint=False)
    text = EncryptedTextField()

    class Meta:
        verbose_name = _("note on evidence")
        verbose_name_plural = _("notes on evidence")

    def __str__(self) -> str:
        return f"note on evidence {self.evidence_id}"


class Mastery(models.Model):
    """State of one skill on one track. No row: never assessed.

    Belongs to the track and not to the regulation, since a regulation may set other thresholds for another audience or school level.

    .. pii: What a learner can do.
    .. pii_types: other
    .. pii_retirement: retained
    """

    class State(models.TextChoices):
        NOT_ASSESSED = "not_assessed", _("not assessed")
        NOT_YET = "not_yet", _("not yet")
        MASTERED = "mastered", _("mastered")
        EXPIRED = "expired", _("expired")
        EXEMPT = "exempt", _("exempt")

    id = models.BigAutoField(primary_key=True)
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="masteries", db_index=False)
    skill = models.ForeignKey(
        "digiskills_grading.SkillCode", on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    state = CodeField(max_length=12, choices=State.choices)
    value_milli = models.PositiveSmallIntegerField(null=True, blank=True)
    evidence_upto = models.BigIntegerField()
    since = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("mastery")
        verbose_name_plural = _("masteries")
        constraints = [models.UniqueConstraint(fields=["track", "skill"], name="dsg_mastery_once")]

    def __str__(self) -> str:
        return f"mastery {self.pk}: {self.state}"


class Decision(models.Model):
    """A decision about a learner, with its reasons. Append-only, and written only when status or reasons change.

    It follows from the evidence with an id up to ``evidence_upto``, at the school level the track had then, and from nothing else; ``n``
    counts from 1 within a track. ``place`` alone is written later: the decision's place in the sequence of all, for readers who come again
    for what is new (see `sequencing`); empty until somebody asks.

    .. pii: Whether a learner has completed, and what is missing.
    .. pii_types: other
    .. pii_retirement: retained
    """

    class Status(models.TextChoices):
        NOT_YET = "not_yet", _("not yet")
        COMPLETED = "completed", _("completed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.BigAutoField(primary_key=True)
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="decisions", db_index=False)
    n = models.PositiveIntegerField()
    status = CodeField(max_length=9, choices=Status.choices)
    school_level = CodeField(max_length=8, null=True, blank=True)
    evidence_upto = models.BigIntegerField()
    reasons = models.TextField()
    digest = DigestField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField()
    place = models.BigIntegerField(null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = [models.UniqueConstraint(fields=["track", "n"], name="dsg_decision_once")]

    def __str__(self) -> str:
        return f"decision {self.n} of track {self.track_id}: {self.status}"
