"""What may be done with an issued record: correct, withdraw, reinstate, renew, and the end of its period. Each is one transaction.

Every call takes the learner's lock, then the confirmation's, and commits state, version, event, deliveries and status bits together;
registries learn it in the order of the events. Called inside somebody else's transaction, every function raises ``RuntimeError``.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import attrs

from digiskills_framework.api import RecordType, load_regulation
from digiskills_grading import api as grading
from digiskills_grading.data import RecordCase
from digiskills_integrations import conf
from digiskills_integrations.confirmations import transitions
from digiskills_integrations.confirmations.caps import allowed_from
from digiskills_integrations.confirmations.events import Grounds
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationStatus, EventReason, EventType
from digiskills_integrations.confirmations.numbers import parse_number
from digiskills_integrations.errors import ConfirmationNotFoundError, TransitionRefusedError
from digiskills_integrations.locking import lock_confirmation, repeated

logger = logging.getLogger(__name__)
SYSTEM = "system"
MAX_NOTE = 500
Result = TypeVar("Result")
_ACTOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,63}")


def withdraw(number: str, *, reason: str, actor: str, now: datetime, note: str = "", final: bool = False) -> ConfirmationEvent:
    """Withdraw a record.

    Args:
        number: as printed or in canonical form.
        reason: one of :class:`EventReason`; registries are told.
        actor: ``user:<account id>``, or a word for a program.
        note: at most 500 characters; told to nobody.
        final: for good (revocation); otherwise it may be reinstated (suspension).

    Raises:
        ConfirmationNotFoundError: no record has this number.
        TransitionRefusedError: ``already_withdrawn``; ``bad_reason``, ``bad_actor``, ``bad_note``.
        RuntimeError: called inside a transaction.
    """
    grounds = _grounds(reason, actor, note)
    return _change(number, lambda confirmation: transitions.withdraw(confirmation, grounds, now=now, final=final))


def reinstate(number: str, *, reason: str, actor: str, now: datetime, note: str = "") -> ConfirmationEvent:
    """Put a record that was withdrawn until further notice back into force; arguments as for :func:`withdraw`.

    Raises:
        ConfirmationNotFoundError: no record has this number.
        TransitionRefusedError: ``not_withdrawn``, ``withdrawn_for_good``, ``newer_issue``, ``not_completed``, or as :func:`withdraw`.
        RuntimeError: called inside a transaction.
    """
    grounds = _grounds(reason, actor, note)
    return _change(number, lambda confirmation: transitions.reinstate(confirmation, _case(confirmation), grounds, now=now))


def correct(number: str, *, reason: str, actor: str, now: datetime, note: str = "") -> ConfirmationEvent:
    """Sign a record again from what is known today (name, skills), for the same period; arguments as for :func:`withdraw`.

    Raises:
        ConfirmationNotFoundError: no record has this number.
        TransitionRefusedError: ``not_in_force``, ``not_completed``, or as :func:`withdraw`.
        ConfigurationError, CredentialError: it cannot be signed; nothing is written.
        RuntimeError: called inside a transaction.
    """
    grounds = _grounds(reason, actor, note)
    return _change(number, lambda confirmation: transitions.correct(confirmation, _case(confirmation), grounds, now=now))


def renew(number: str, *, reason: str, actor: str, now: datetime, note: str = "") -> ConfirmationEvent:
    """Give a record a new period that begins now; arguments as for :func:`withdraw`.

    Raises:
        ConfirmationNotFoundError: no record has this number.
        TransitionRefusedError: ``not_in_force``, ``not_completed``, ``not_renewable``, or as :func:`withdraw`.
        ConfigurationError, CredentialError: it cannot be signed; nothing is written.
        RuntimeError: called inside a transaction.
    """
    grounds = _grounds(reason, actor, note)
    return _change(number, lambda confirmation: transitions.renew(confirmation, _case(confirmation), grounds, now=now))


def expire(number: str, *, now: datetime) -> ConfirmationEvent:
    """Tell registries that the period of a record has ended.

    Raises:
        ConfirmationNotFoundError: no record has this number.
        TransitionRefusedError: ``not_in_force``, ``not_ended``.
        RuntimeError: called inside a transaction.
    """
    grounds = Grounds(reason=EventReason.PERIOD_ENDED, actor=SYSTEM)
    return _change(number, lambda confirmation: transitions.expire(confirmation, grounds, now=now))


@attrs.frozen
class EndReport:
    """What a run of :func:`end_periods` did."""

    expired: int
    renewed: int


def end_periods(*, now: datetime, limit: int) -> EndReport:
    """End the records whose period is over, oldest first, at most ``limit``; one whose skills were shown again meanwhile is renewed.

    While the operator has stopped issuing, they wait: verifiers see the end by the date all the same.

    Raises:
        ConfigurationError: a record cannot be renewed for want of keys; those before it are done.
        RuntimeError: called inside a transaction.
    """
    if not grading.is_switched_on("issuing"):
        return EndReport(expired=0, renewed=0)
    due = Confirmation.objects.filter(status=ConfirmationStatus.VALID, valid_until__lte=now).order_by("valid_until", "id")
    kinds = Counter(
        _change(number, lambda confirmation: _end(confirmation, now)) for number in list(due.values_list("number", flat=True)[:limit])
    )
    return EndReport(expired=kinds[EventType.EXPIRED], renewed=kinds[EventType.RENEWED])


def _end(confirmation: Confirmation, now: datetime) -> EventType | None:
    """Under the locks, where another worker may have been faster."""
    if confirmation.status != ConfirmationStatus.VALID or not transitions.has_ended(confirmation, now):
        return None
    case = _case(confirmation)
    if _renews_itself(confirmation, case, now):
        transitions.renew(confirmation, case, Grounds(reason=EventReason.PERIOD_EXTENDED, actor=SYSTEM), now=now)
        return EventType.RENEWED
    transitions.expire(confirmation, Grounds(reason=EventReason.PERIOD_ENDED, actor=SYSTEM), now=now)
    return EventType.EXPIRED


def _renews_itself(confirmation: Confirmation, case: RecordCase, now: datetime) -> bool:
    end = transitions.end_if_renewed(confirmation, case, now=now)
    if case.decision.status != "completed" or (end is not None and end <= now):
        return False
    regulation = load_regulation(confirmation.regulation, conf.data_directories())
    return allowed_from(case.decision, regulation, RecordType(confirmation.record_type), now=now) <= now


def _change(number: str, work: Callable[[Confirmation], Result]) -> Result:
    """``work`` on a record, in a transaction of ours under the learner's lock and then the record's, repeated after a lost deadlock."""
    canonical = parse_number(number)
    found = None if canonical is None else Confirmation.objects.filter(number=canonical).first()
    if found is None:
        raise ConfirmationNotFoundError(number)

    def transact() -> Result:
        with grading.record_transaction(found.learner_public_id):
            lock_confirmation(found.pk)
            # Read only now: what was read before the locks may be out of date.
            return work(Confirmation.objects.get(pk=found.pk))

    result = repeated(transact)
    logger.info("record %s: %s", found.number, result)
    return result


def _case(confirmation: Confirmation) -> RecordCase:
    return grading.record_case(confirmation.learner_public_id, regulation=confirmation.regulation, audience=confirmation.audience)


def _grounds(reason: str, actor: str, note: str) -> Grounds:
    if reason not in EventReason.values:
        raise TransitionRefusedError("bad_reason", "", f"{reason!r} is not a reason; use one of {', '.join(EventReason.values)}")
    if not _ACTOR.fullmatch(actor):
        raise TransitionRefusedError(
            "bad_actor", "", f"{actor!r} names nobody; use user:<account id> or a word of ASCII letters and digits"
        )
    if len(note) > MAX_NOTE:
        raise TransitionRefusedError("bad_note", "", f"the note has {len(note)} characters; at most {MAX_NOTE} are kept")
    return Grounds(reason=EventReason(reason), actor=actor, note=note)
