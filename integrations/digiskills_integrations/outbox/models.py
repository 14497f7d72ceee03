"""Tables of the outbox."""

from __future__ import annotations

from django.db import models

from digiskills_integrations.confirmations.models import APP_LABEL, Confirmation, ConfirmationEvent
from digiskills_integrations.fields import CodeField


class Environment(models.TextChoices):
    """Test-marked confirmations go to sandboxes only, real ones to live registries only."""

    SANDBOX = "sandbox"
    LIVE = "live"


class Destination(models.Model):
    """One external registry, made from the setting DIGISKILLS_DESTINATIONS. The secret stays in the settings, under ``secret_ref``.

    .. no_pii:
    """

    code = CodeField(max_length=32, unique=True)
    kind = CodeField(max_length=32)
    enabled = models.BooleanField(default=True)
    environment = CodeField(max_length=8, choices=Environment.choices)
    endpoint = models.CharField(max_length=500)
    secret_ref = CodeField(max_length=32)
    allowed_networks = models.CharField(max_length=500, blank=True, help_text="Private networks the registry may live in: CIDR, commas.")
    share_name = models.BooleanField(default=False, help_text="Whether this registry is told the holder's name.")

    class Meta:
        app_label = APP_LABEL

    def __str__(self) -> str:
        return str(self.code)


class DeliveryState(models.TextChoices):
    """``acknowledged`` and ``rejected`` are resolved; ``dead`` is not: it holds back later events until an operator redrives it."""

    BLOCKED = "blocked"
    READY = "ready"
    LEASED = "leased"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    DEAD = "dead"


RESOLVED_STATES = (DeliveryState.ACKNOWLEDGED, DeliveryState.REJECTED)
CLAIMABLE_STATES = (DeliveryState.READY, DeliveryState.LEASED)


class Delivery(models.Model):
    """One event for one destination.

    ``due_at`` of a leased row is the end of its lease, so that one index answers both "what is due" and "whose worker has died". Every
    claim raises ``fence``; a result is written only under the fence of its claim. ``confirmation`` and ``seq`` repeat the event's, for the
    order within (confirmation, destination). ``last_error`` is a code of ours, never the registry's text.

    .. no_pii:
    """

    event = models.ForeignKey(ConfirmationEvent, on_delete=models.PROTECT, related_name="deliveries")
    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="deliveries")
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="deliveries")
    seq = models.PositiveIntegerField()
    state = CodeField(max_length=16, choices=DeliveryState.choices)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    owner = CodeField(max_length=64, blank=True, default="")
    fence = models.PositiveIntegerField(default=0)
    last_error = CodeField(max_length=40, blank=True, default="")

    class Meta:
        app_label = APP_LABEL
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["event", "destination"], name="digiskills_delivery_event"),
            models.UniqueConstraint(fields=["confirmation", "destination", "seq"], name="digiskills_delivery_order"),
        ]
        indexes = [models.Index(fields=["destination", "state", "due_at", "id"], name="digiskills_delivery_due")]

    def __str__(self) -> str:
        return f"{self.event_id}->{self.destination_id} {self.state}"


class Receipt(models.Model):
    """What a registry answered under one fence. Append-only, kept for the life of the record.

    Of the answer only its own reference, its word for a refusal and a digest are kept: a registry may repeat the holder's name.

    .. no_pii:
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="receipts")
    fence = models.PositiveIntegerField()
    status = CodeField(max_length=16, choices=[(state.value, state.label) for state in RESOLVED_STATES])
    reference = models.CharField(max_length=128, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    digest = CodeField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["delivery", "fence"], name="digiskills_receipt_fence")]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status} {self.reference}"
