"""What the REST API needs to remember: answers to repeated requests, and the order in which decisions were announced."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from digiskills_grading.fields import CodeField, DigestField


class ApiRequest(models.Model):
    """A write that was asked for under an idempotency key, and what it was answered. Deleted after a day.

    ``status`` is empty while the work runs, or after the process that did it died; ``fingerprint`` tells a repeated request from another
    one under the same key. There is no foreign key to the account, which may be of any kind.

    .. pii: The account that asked, and an answer that names rows of its own file.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    id = models.BigAutoField(primary_key=True)
    user_id = models.BigIntegerField()
    key = CodeField(max_length=64)
    fingerprint = DigestField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("request to the REST API")
        verbose_name_plural = _("requests to the REST API")
        constraints = [models.UniqueConstraint(fields=["user_id", "key"], name="dsg_api_request_once")]

    def __str__(self) -> str:
        return f"request {self.key} of account {self.user_id}"


class DecisionSequence(models.Model):
    """One row: the last place that was given to a decision, and the lock of whoever gives the next ones (see `sequencing`).

    .. no_pii:
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    last = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("sequence of decisions")
        verbose_name_plural = _("sequences of decisions")

    def __str__(self) -> str:
        return f"decisions up to place {self.last}"
