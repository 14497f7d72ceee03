"""Tables of issued records. Learners are named by their outward id: no foreign key ties a registrar's record to an account."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_integrations.confirmations.numbers import NUMBER_LENGTH
from digiskills_integrations.fields import CodeField

APP_LABEL = "digiskills_integrations"


class RecordType(models.TextChoices):
    """What a record says: that the learner has completed, or what was found for each skill at a decision."""

    CONFIRMATION = "confirmation", _("confirmation of completion")
    RESULT = "result", _("result of the assessment")


class ConfirmationStatus(models.TextChoices):
    """Where a record stands. After its last moment it has expired for whoever looks at it; ``expired`` says that registries were told."""

    VALID = "valid", _("valid")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class Review(models.TextChoices):
    """Why a registrar should look at a record; empty: no reason."""

    FELL_BACK = "decision_fell_back", _("the decision has fallen back")


class Confirmation(models.Model):
    """One issued record about a learner under a regulation as an audience. Its content is in its versions.

    ``issue_no`` counts from 1 for each type; a new issue follows only after the earlier one was withdrawn. ``valid_until`` repeats the
    newest version's, to find what has ended. ``final``: withdrawn for good, never to be reinstated. ``review``: the regulation leaves it
    to a registrar whether the record is withdrawn. ``rev`` is the lock: whoever changes the state of a confirmation or of its
    deliveries begins with ``rev = rev + 1``.

    .. pii: The outward id of a learner, whom nobody can name any more once the account is retired.
    .. pii_types: id
    .. pii_retirement: retained
    """

    number = CodeField(max_length=NUMBER_LENGTH, unique=True)
    learner_public_id = CodeField(max_length=26)
    regulation = CodeField(max_length=64)
    audience = CodeField(max_length=32)
    record_type = CodeField(max_length=16, choices=RecordType.choices, default=RecordType.CONFIRMATION)
    issue_no = models.PositiveSmallIntegerField()
    status = CodeField(max_length=16, choices=ConfirmationStatus.choices, default=ConfirmationStatus.VALID)
    final = models.BooleanField(default=False)
    review = CodeField(max_length=32, choices=Review.choices, blank=True, default="")
    valid_until = models.DateTimeField(null=True, blank=True)
    test_mark = models.BooleanField(help_text="Made with a development key or under a demo regulation; never sent to a live registry.")
    rev = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        verbose_name = _("confirmation")
        verbose_name_plural = _("confirmations")
        constraints = [
            models.UniqueConstraint(
                fields=["learner_public_id", "regulation", "audience", "record_type", "issue_no"], name="digiskills_record_issue"
            ),
        ]
        # What has ended and nobody was told of: those of earlier years are not looked at again.
        indexes = [models.Index(fields=["status", "valid_until", "id"], name="digiskills_record_end")]
        permissions = [("change_record", _("Can correct, withdraw, reinstate and renew issued records"))]

    def __str__(self) -> str:
        return str(self.number)


class ConfirmationVersion(models.Model):
    """The immutable content of a confirmation as it was signed. A correction adds a version; none is ever changed.

    ``payload`` is the exact text inside ``jwt``, ``digest`` its SHA-256. It holds no name, only a salted digest of one (see
    credentials.disclosure), so that the record outlives the shredding of its holder.

    .. pii: The outward id of a learner inside the signed record, with the skills that were confirmed.
    .. pii_types: id
    .. pii_retirement: retained
    """

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    payload = models.TextField()
    jwt = models.TextField()
    badge = models.TextField(null=True, help_text="The Open Badge with its proof; none on versions of before there were badges.")
    digest = CodeField(max_length=64)
    key_id = CodeField(max_length=64)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["confirmation", "version"], name="digiskills_confirmation_version")]

    def __str__(self) -> str:
        return f"{self.confirmation_id}/{self.version}"


class Holder(models.Model):
    """The person to whom a confirmation was issued, encrypted. Deleting the rows (shredding) leaves a record without a name.

    A correction of the name adds a row: the versions from ``from_version`` on, up to the next row's, commit to this one.
    ``disclosure`` is the Fernet token of the JSON object ``{"name", "salt"}``; the signed record commits to both.

    .. pii: The name of the holder, encrypted at rest; deleted when the platform retires the account.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="holders")
    from_version = models.PositiveSmallIntegerField(default=1)
    learner_public_id = CodeField(max_length=26, db_index=True)
    disclosure = models.TextField()

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["confirmation", "from_version"], name="digiskills_holder_version")]

    def __str__(self) -> str:
        return f"holder of {self.confirmation_id}"


class EventType(models.TextChoices):
    """What can happen to a confirmation. The value is also the operation inside an idempotency key."""

    ISSUED = "issued", _("issued")
    CORRECTED = "corrected", _("corrected")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REINSTATED = "reinstated", _("reinstated")
    EXPIRED = "expired", _("expired")
    RENEWED = "renewed", _("renewed")


class EventReason(models.TextChoices):
    """Why a record was changed: a closed list, because registries are told. What is not in it belongs into the event's note."""

    DATA_ERROR = "data_error", _("wrong data")
    NAME_CHANGED = "name_changed", _("the holder's name was wrong or has changed")
    KEY_REPLACED = "key_replaced", _("signed again with another key")
    ASSESSMENT_ANNULLED = "assessment_annulled", _("the assessment was annulled")
    FRAUD = "fraud", _("fraud")
    HOLDER_REQUEST = "holder_request", _("asked for by the holder")
    UNDER_REVIEW = "under_review", _("under review")
    REVIEW_ENDED = "review_ended", _("the review found it right")
    DECISION_FELL_BACK = "decision_fell_back", _("the requirements are no longer met")
    NEW_DECISION = "new_decision", _("a newer decision")
    PERIOD_ENDED = "period_ended", _("its period has ended")
    PERIOD_EXTENDED = "period_extended", _("its period was extended")


class ConfirmationEvent(models.Model):
    """Something that happened to a confirmation and that registries must learn, in the order of ``seq`` (from 1). Append-only.

    ``reason`` is empty for the first issue. ``actor`` is ``user:<account id>``, or a word for a program such as ``system``. ``note`` is for
    the registrar's file and never leaves this table.

    .. pii: The account of the member of staff who changed a record, and a note of theirs.
    .. pii_types: id, other
    .. pii_retirement: retained
    """

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    type = CodeField(max_length=16, choices=EventType.choices)
    version = models.ForeignKey(ConfirmationVersion, on_delete=models.PROTECT, related_name="+")
    reason = CodeField(max_length=32, choices=EventReason.choices, blank=True, default="")
    actor = CodeField(max_length=64, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    occurred_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["confirmation", "seq"], name="digiskills_confirmation_event_seq")]

    def __str__(self) -> str:
        return f"{self.confirmation_id}#{self.seq} {self.type}"
