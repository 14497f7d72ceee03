"""The orders that people give about records, by name: one list for the admin's form and for the command."""

from __future__ import annotations

from datetime import datetime

import attrs
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from digiskills_integrations.confirmations import lifecycle
from digiskills_integrations.confirmations.models import ConfirmationEvent, EventReason


class Order(TextChoices):
    """What can be ordered. Issuing and the end of a period happen by themselves."""

    WITHDRAW = "withdraw", _("Withdraw until further notice")
    WITHDRAW_FOR_GOOD = "withdraw-for-good", _("Withdraw for good; it can never be reinstated")
    REINSTATE = "reinstate", _("Reinstate")
    CORRECT = "correct", _("Correct: sign again what is known today")
    RENEW = "renew", _("Renew: a new period from today")


# Those that a person may give; the others are given by the issuing worker.
PEOPLES_REASONS = (
    EventReason.DATA_ERROR,
    EventReason.NAME_CHANGED,
    EventReason.KEY_REPLACED,
    EventReason.ASSESSMENT_ANNULLED,
    EventReason.FRAUD,
    EventReason.HOLDER_REQUEST,
    EventReason.UNDER_REVIEW,
    EventReason.REVIEW_ENDED,
    EventReason.DECISION_FELL_BACK,
    EventReason.PERIOD_EXTENDED,
)


@attrs.frozen(kw_only=True)
class Instruction:
    """An order with who gives it and why; the fields are those of :func:`lifecycle.withdraw`."""

    order: Order
    reason: str
    actor: str
    note: str = attrs.field(default="", repr=False)


def carry_out(instruction: Instruction, number: str, *, now: datetime) -> ConfirmationEvent:
    """Do what was ordered with one record, in a transaction of its own.

    Raises:
        DigiskillsError: as the function of :mod:`~digiskills_integrations.confirmations.lifecycle` that does it.
        RuntimeError: called inside a transaction.
    """
    reason, actor, note = instruction.reason, instruction.actor, instruction.note
    match instruction.order:
        case Order.WITHDRAW:
            return lifecycle.withdraw(number, reason=reason, actor=actor, note=note, now=now)
        case Order.WITHDRAW_FOR_GOOD:
            return lifecycle.withdraw(number, reason=reason, actor=actor, note=note, now=now, final=True)
        case Order.REINSTATE:
            return lifecycle.reinstate(number, reason=reason, actor=actor, note=note, now=now)
        case Order.CORRECT:
            return lifecycle.correct(number, reason=reason, actor=actor, note=note, now=now)
        case Order.RENEW:
            return lifecycle.renew(number, reason=reason, actor=actor, note=note, now=now)
