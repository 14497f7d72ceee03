"""Tables of the outbox."""

from __future__ import annotations

from django.db import models

from digiskills_integrations.confirmations.models import APP_LABEL, Confirmation, ConfirmationEvent
from digiskills_integrations.fields import CodeField


class Environment(models.TextChoices):
    """Test-marked confirmations go to sandboxes only, real ones to live registries only."""

    SANDBOX = "sandbox"
    LIVE = "live"


class Idempotency(models.TextChoices):
    """How a registry keeps a repetition from having a second effect."""

    KEY = "key"  # it knows our key again
    NONE = "none"  # it does not; before every repetition it is asked whether it holds the record already


class Destination(models.Model):
    """One external registry, made from the setting DIGISKILLS_DESTINATIONS. The secret stays in the settings, under ``secret_ref``.

    The last three columns are not settings but the state that all workers share (outbox/gate.py): ``failures`` in a row, the time until
    which nobody speaks to it, and the time at which its rate is used up no more.

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
    idempotency = CodeField(max_length=8, choices=Idempotency.choices, default=Idempotency.KEY)
    registry_profile = CodeField(max_length=64, blank=True, default="", help_text="Key such as vn/vneid/1; empty: none.")
    legal_basis = CodeField(max_length=64, blank=True, default="", help_text="On which this registry is told: a code of the pack.")
    territory = CodeField(max_length=500, blank=True, default="", help_text="Codes of the admin units it is responsible for, commas.")
    auth = models.TextField(blank=True, default="", help_text="How to sign in, as JSON, without secrets.")
    rate_per_minute = models.PositiveIntegerField(null=True, blank=True, help_text="At most so many events a minute; empty: no limit.")
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    rate_free_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = APP_LABEL

    def __str__(self) -> str:
        return str(self.code)


class DeliveryState(models.TextChoices):
    """Where a delivery stands.

    ``needs_identity``: waits until the learner has a verified identity. ``awaiting``: handed over, the answer comes later. ``cancelled``:
    never sent, or given up by an operator. ``acknowledged``, ``rejected`` and ``cancelled`` are resolved; ``dead`` is not: it holds back
    later events until an operator redrives it or gives it up.
    """

    BLOCKED = "blocked"
    NEEDS_IDENTITY = "needs_identity"
    READY = "ready"
    LEASED = "leased"
    AWAITING = "awaiting"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    DEAD = "dead"


ANSWERED_STATES = (DeliveryState.ACKNOWLEDGED, DeliveryState.REJECTED)
RESOLVED_STATES = (*ANSWERED_STATES, DeliveryState.CANCELLED)
CLAIMABLE_STATES = (DeliveryState.READY, DeliveryState.LEASED, DeliveryState.AWAITING)


class Delivery(models.Model):
    """One event for one destination.

    ``due_at`` of a leased row is the end of its lease, so that one index answers both "what is due" and "whose worker has died". Every
    claim raises ``fence``; a result is written only under the fence of its claim. ``confirmation`` and ``seq`` repeat the event's, for the
    order within (confirmation, destination). ``handed_over_at`` is set once a registry that answers later has got the event: from then on
    it is asked for its answer, and nothing is sent again. ``last_error`` is a code of ours, never the registry's text.

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
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_as = CodeField(max_length=64, blank=True, default="", help_text="Under which the registry's answer will be found.")
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
    status = CodeField(max_length=16, choices=[(state.value, state.label) for state in ANSWERED_STATES])
    reference = models.CharField(max_length=128, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    digest = CodeField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        app_label = APP_LABEL
        constraints = [models.UniqueConstraint(fields=["delivery", "fence"], name="digiskills_receipt_fence")]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status} {self.reference}"
