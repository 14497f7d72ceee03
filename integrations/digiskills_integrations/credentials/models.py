"""Tables of the status lists. Which bit a confirmation has is drawn at random, so that a list tells nothing about order or number."""

from __future__ import annotations

from django.db import models

from digiskills_integrations.credentials.status_reference import PURPOSES
from digiskills_integrations.fields import CodeField

APP_LABEL = "digiskills_integrations"


class StatusList(models.Model):
    """One published list of 131,072 bits. When it is nearly full another ``number`` begins; a list is never closed to changes of its bits.

    Lists of records with the test mark are apart, since another issuer signs them.

    .. no_pii:
    """

    purpose = CodeField(max_length=16, choices=[(purpose, purpose) for purpose in PURPOSES])
    test_mark = models.BooleanField()
    number = models.PositiveIntegerField(help_text="From 1 within purpose and test mark.")

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["purpose", "test_mark", "number"], name="digiskills_status_list_number")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """The last part of the list's address: ``revocation-1``, ``test-suspension-2``."""
        return f"{'test-' if self.test_mark else ''}{self.purpose}-{self.number}"


class StatusEntry(models.Model):
    """The bit of one version of a confirmation in one list; ``value`` True: revoked or suspended. A superseded version is revoked for good.

    .. no_pii:
    """

    list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="entries")
    purpose = CodeField(max_length=16, choices=[(purpose, purpose) for purpose in PURPOSES])
    index = models.PositiveIntegerField()
    confirmation = models.ForeignKey("digiskills_integrations.Confirmation", on_delete=models.PROTECT, related_name="status_entries")
    version = models.PositiveSmallIntegerField()
    value = models.BooleanField(default=False)

    class Meta:
        app_label = APP_LABEL
        verbose_name_plural = "status entries"
        constraints = [
            models.UniqueConstraint(fields=["list", "index"], name="digiskills_status_entry_index"),
            models.UniqueConstraint(fields=["confirmation", "version", "purpose"], name="digiskills_status_entry_version"),
        ]
        indexes = [models.Index(fields=["list", "value", "index"], name="digiskills_status_entry_set")]

    def __str__(self) -> str:
        return f"{self.list_id}#{self.index}"
