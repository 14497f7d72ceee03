"""Results that other systems sent, and by which numbers those systems know our learners."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, DigestField, EncryptedTextField, PublicIdField, dimension_key
from digiskills_grading.models.people import Learner, Organisation


class LearnerReference(models.Model):
    """The number or code by which an organisation knows a learner: of a pupil, of an employee.

    Never a citizen's number or another one that the state gives: those lie in the identity vault alone.

    .. pii: A number that an organisation has given to a learner.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="references")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = CodeField(max_length=64)

    class Meta:
        verbose_name = _("reference of an organisation")
        verbose_name_plural = _("references of organisations")
        constraints = [models.UniqueConstraint(fields=["organisation", "external_id"], name="dsg_learner_reference_once")]

    def __str__(self) -> str:
        return f"reference {self.pk}"


class ImportBatch(models.Model):
    """One run of an import that was to write: who, when, which file by which options, and what became of its rows.

    The figures are those of this run; they are empty until it is finished. A batch that stays ``running`` was broken off: what it
    had written stands, and running the same file again does the rest.

    .. pii: Names the member of staff who imported, and their file.
    .. pii_types: id
    .. pii_retirement: retained
    """

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        REFUSED = "refused", _("refused as a whole")

    id = models.BigAutoField(primary_key=True)
    public_id = PublicIdField(unique=True)
    source = CodeField(max_length=64)
    filename = models.CharField(max_length=255)
    file_digest = DigestField()
    options = models.TextField()
    actor_id = models.BigIntegerField(null=True, blank=True)
    state = CodeField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(null=True, blank=True)
    added = models.PositiveIntegerField(null=True, blank=True)
    corrected = models.PositiveIntegerField(null=True, blank=True)
    unchanged = models.PositiveIntegerField(null=True, blank=True)
    rejected = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("import of results")
        verbose_name_plural = _("imports of results")
        indexes = [models.Index(fields=["file_digest", "source"], name="dsg_import_batch_file")]
        permissions = [
            ("import_evidence", _("Can import results from elsewhere")),
            ("import_assured_evidence", _("Can import results as supervised or observed")),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.public_id})"


class ImportedResult(models.Model):
    """One result of another system as it counts now.

    ``key`` is the digest of the sender, its reference, skill and facet. ``revision`` is the sender's, empty where the sender gives
    none; then ``file_order`` decides, which is the id of the first batch of the file that the result is from. ``n`` counts the rows
    of evidence that were written for the result, ``source_key`` is that of the one in force; it is empty for a result that was
    withdrawn. ``content`` is the digest of what the row said.

    .. pii: Says which results of another system are whose.
    .. pii_types: other
    .. pii_retirement: retained
    """

    id = models.BigAutoField(primary_key=True)
    key = DigestField(unique=True)
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    batch = dimension_key("digiskills_grading.ImportBatch")
    file_order = models.BigIntegerField()
    revision = models.PositiveIntegerField(null=True, blank=True)
    n = models.PositiveSmallIntegerField()
    content = DigestField()
    source_key = DigestField(null=True, blank=True)

    class Meta:
        verbose_name = _("imported result")
        verbose_name_plural = _("imported results")

    def __str__(self) -> str:
        return f"imported result {self.pk}"


class ImportUpload(models.Model):
    """A file that was uploaded and looked through, and waits for somebody to confirm it. Deleted then, or after a day.

    .. pii: Results of learners, encrypted at rest.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    public_id = PublicIdField(unique=True)
    actor_id = models.BigIntegerField()
    filename = models.CharField(max_length=255)
    options = models.TextField()
    body = EncryptedTextField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("uploaded file")
        verbose_name_plural = _("uploaded files")

    def __str__(self) -> str:
        return f"upload {self.pk}"
