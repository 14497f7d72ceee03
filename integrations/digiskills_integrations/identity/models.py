"""The table of the identity vault."""

from __future__ import annotations

from django.db import models

from digiskills_integrations.fields import CodeField

APP_LABEL = "digiskills_integrations"


class VerifiedIdentity(models.Model):
    """A number that an authority gave to this learner and that somebody has verified. No row: no verified identity.

    ``number`` is a Fernet token. ``number_index`` is a keyed digest (HMAC-SHA256) of scheme and number: it finds the number again and keeps
    two learners from having one number, and says nothing without the key named by ``index_key``. One learner has at most one.

    .. pii: The citizen number of a learner, encrypted at rest, and a keyed digest of it; deleted when the platform retires the account.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    learner_public_id = CodeField(max_length=26, unique=True)
    scheme = CodeField(max_length=32)
    number = models.TextField()
    number_index = CodeField(max_length=64, unique=True)
    index_key = CodeField(max_length=16)
    is_test = models.BooleanField(help_text="A number that no authority gives; for sandboxes only.")
    source = CodeField(max_length=64, help_text="How it was verified: a code such as vneid-login or desk-check.")
    verified_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        verbose_name_plural = "verified identities"

    def __str__(self) -> str:
        return f"{self.scheme} of {self.learner_public_id}"
