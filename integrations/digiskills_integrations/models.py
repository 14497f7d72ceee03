"""The tables of this app, gathered where Django looks for them."""

from __future__ import annotations

from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, Holder
from digiskills_integrations.credentials.models import StatusEntry, StatusList
from digiskills_integrations.identity.models import VerifiedIdentity
from digiskills_integrations.outbox.models import Delivery, Destination, Receipt

__all__ = [
    "Confirmation",
    "ConfirmationEvent",
    "ConfirmationVersion",
    "Delivery",
    "Destination",
    "Holder",
    "Receipt",
    "StatusEntry",
    "StatusList",
    "VerifiedIdentity",
]
