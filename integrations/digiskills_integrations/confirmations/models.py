"""Tables of issued records. Learners are named by their outward id: no foreign key ties a registrar's record to an account."""

from __future__ import annotations

from django.db import models

from digiskills_integrations.confirmations.numbers import NUMBER_LENGTH
from digiskills_integrations.fields import CodeField

APP_LABEL = "digiskills_integrations"


class ConfirmationStatus(models.TextChoices):
    """Where a confirmation stands now. That it has expired follows from the dates of its version and is not stored."""

    VALID = "valid"
    WITHDRAWN = "withdrawn"


class Confirmation(models.Model):
    """One issued record: this learner has completed this regulation as this audience. Its content is in its versions.

    ``issue_no`` counts from 1; a new issue follows only after the earlier one was withdrawn. ``rev`` is the lock: whoever changes the
    state of a confirmation or of its deliveries begins with ``rev = rev + 1``.

    .. pii: The outward id of a learner, whom nobody can name any more once the account is retired.
    .. pii_types: id
    .. pii_retirement: retained
    """

    number = CodeField(max_length=NUMBER_LENGTH, unique=True)
    learner_public_id = CodeField(max_length=26)
    regulation = CodeField(max_length=64)
    audience = CodeField(max_length=32)
    issue_no = models.PositiveSmallIntegerField()
    status = CodeField(max_length=16, choices=ConfirmationStatus.choices, default=ConfirmationStatus.VALID)
    test_mark = models.BooleanField(help_text="Made with a development key or under a demo regulation; never sent to a live registry.")
    rev = models.PositiveIntegerField(default=0)
    issued_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        constraints = [
            models.UniqueConstraint(
                fields=["learner_public_id", "regulation", "audience", "issue_no"], name="digiskills_confirmation_issue"
            ),
        ]

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
    """The person to whom a confirmation was issued, encrypted. Deleting the row (shredding) leaves a record without a name.

    ``disclosure`` is the Fernet token of the JSON object ``{"name", "salt"}``; the signed record commits to both.

    .. pii: The name of the holder, encrypted at rest; deleted when the platform retires the account.
    .. pii_types: name
    .. pii_retirement: local_api
    """

    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="holder")
    learner_public_id = CodeField(max_length=26, db_index=True)
    disclosure = models.TextField()

    class Meta:
        app_label = APP_LABEL

    def __str__(self) -> str:
        return f"holder of {self.confirmation_id}"


class EventType(models.TextChoices):
    """What can happen to a confirmation. The value is also the operation inside an idempotency key."""

    ISSUED = "issued"


class ConfirmationEvent(models.Model):
    """Something that happened to a confirmation and that registries must learn, in the order of ``seq`` (from 1). Append-only.

    .. no_pii:
    """

    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    type = CodeField(max_length=16, choices=EventType.choices)
    version = models.ForeignKey(ConfirmationVersion, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["confirmation", "seq"], name="digiskills_confirmation_event_seq")]

    def __str__(self) -> str:
        return f"{self.confirmation_id}#{self.seq} {self.type}"
