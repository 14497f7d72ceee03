"""The changes of a record, each inside the caller's transaction and under the locks of its learner and of itself.

A change is: the new state, the status bits that strangers read, a new version where the content changes, the event, its deliveries, and
the figure for officials. `lifecycle` opens the transactions; the issuing worker makes the same changes in its own.
"""

from __future__ import annotations

from datetime import datetime

from digiskills_framework.api import RecordType, load_regulation
from digiskills_grading import api as grading
from digiskills_grading.data import RecordCase
from digiskills_integrations import conf
from digiskills_integrations.confirmations.events import Grounds, append_event
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationStatus, EventType
from digiskills_integrations.confirmations.payload import valid_until
from digiskills_integrations.confirmations.versions import add_version, newest_version
from digiskills_integrations.credentials.status import set_status
from digiskills_integrations.credentials.status_reference import Purpose
from digiskills_integrations.errors import TransitionRefusedError


def withdraw(confirmation: Confirmation, grounds: Grounds, *, now: datetime, final: bool) -> ConfirmationEvent:
    """Take a record back, for good or until further notice. One that was withdrawn until further notice can still be withdrawn for good.

    Raises:
        TransitionRefusedError: ``already_withdrawn``.
    """
    withdrawn = confirmation.status == ConfirmationStatus.WITHDRAWN
    if withdrawn and (confirmation.final or not final):
        raise TransitionRefusedError("already_withdrawn", confirmation.number, "it is withdrawn already")
    was_in_force = confirmation.status == ConfirmationStatus.VALID
    _set(confirmation, ConfirmationStatus.WITHDRAWN, final=final)
    _publish(confirmation, "revocation" if final else "suspension", value=True)
    if was_in_force:
        _count(confirmation, -1)
    return append_event(confirmation, kind=EventType.WITHDRAWN, version=newest_version(confirmation), now=now, grounds=grounds)


def reinstate(confirmation: Confirmation, case: RecordCase, grounds: Grounds, *, now: datetime) -> ConfirmationEvent:
    """Put a record that was withdrawn until further notice back into force. One whose period has ended meanwhile expires right after.

    Raises:
        TransitionRefusedError: ``not_withdrawn``, ``withdrawn_for_good``, ``newer_issue``, ``not_completed``.
    """
    if confirmation.status != ConfirmationStatus.WITHDRAWN:
        raise TransitionRefusedError("not_withdrawn", confirmation.number, "it is not withdrawn")
    if confirmation.final:
        raise TransitionRefusedError("withdrawn_for_good", confirmation.number, "it was withdrawn for good; issue a new one")
    if _newer_issue(confirmation):
        raise TransitionRefusedError("newer_issue", confirmation.number, "a newer one was issued in its place")
    _require_completed(confirmation, case)
    _set(confirmation, ConfirmationStatus.VALID)
    _publish(confirmation, "suspension", value=False)
    _count(confirmation, 1)
    return append_event(confirmation, kind=EventType.REINSTATED, version=newest_version(confirmation), now=now, grounds=grounds)


def correct(confirmation: Confirmation, case: RecordCase, grounds: Grounds, *, now: datetime) -> ConfirmationEvent:
    """Sign again what the record says today, for the same period. Earlier versions are superseded.

    Raises:
        TransitionRefusedError: ``not_in_force``, ``not_completed``.
        ConfigurationError, CredentialError: as :func:`~digiskills_integrations.confirmations.versions.add_version`.
    """
    before = newest_version(confirmation)
    if confirmation.status != ConfirmationStatus.VALID or has_ended(confirmation, now):
        raise TransitionRefusedError("not_in_force", confirmation.number, "only a record in force can be corrected")
    _require_completed(confirmation, case)
    version = add_version(confirmation, case, valid_from=before.valid_from, valid_until=before.valid_until, now=now)
    return append_event(confirmation, kind=EventType.CORRECTED, version=version, now=now, grounds=grounds)


def renew(confirmation: Confirmation, case: RecordCase, grounds: Grounds, *, now: datetime) -> ConfirmationEvent:
    """Sign what is known today for a new period that begins now; an expired record is in force again.

    Raises:
        TransitionRefusedError: ``not_in_force`` (withdrawn), ``not_completed``, ``not_renewable`` (the new period would be over already).
        ConfigurationError, CredentialError: as :func:`~digiskills_integrations.confirmations.versions.add_version`.
    """
    if confirmation.status == ConfirmationStatus.WITHDRAWN:
        raise TransitionRefusedError("not_in_force", confirmation.number, "it is withdrawn; reinstate it first")
    _require_completed(confirmation, case)
    end = end_if_renewed(confirmation, case, now=now)
    if end is not None and end <= now:
        raise TransitionRefusedError("not_renewable", confirmation.number, "a skill has expired; it must be shown again first")
    was_in_force = confirmation.status == ConfirmationStatus.VALID
    _set(confirmation, ConfirmationStatus.VALID)
    version = add_version(confirmation, case, valid_from=now, valid_until=end, now=now)
    if not was_in_force:
        _count(confirmation, 1)
    return append_event(confirmation, kind=EventType.RENEWED, version=version, now=now, grounds=grounds)


def expire(confirmation: Confirmation, grounds: Grounds, *, now: datetime) -> ConfirmationEvent:
    """Tell that the period of a record in force has ended.

    Raises:
        TransitionRefusedError: ``not_in_force``, ``not_ended``.
    """
    if confirmation.status != ConfirmationStatus.VALID:
        raise TransitionRefusedError("not_in_force", confirmation.number, "it is not in force")
    if not has_ended(confirmation, now):
        raise TransitionRefusedError("not_ended", confirmation.number, "its period has not ended")
    _set(confirmation, ConfirmationStatus.EXPIRED)
    _count(confirmation, -1)
    return append_event(confirmation, kind=EventType.EXPIRED, version=newest_version(confirmation), now=now, grounds=grounds)


def has_ended(confirmation: Confirmation, now: datetime) -> bool:
    """Whether the record's period is over."""
    return confirmation.valid_until is not None and confirmation.valid_until <= now


def end_if_renewed(confirmation: Confirmation, case: RecordCase, *, now: datetime) -> datetime | None:
    """When the record would end if it were renewed now; None: never."""
    return valid_until(case, load_regulation(confirmation.regulation, conf.data_directories()), RecordType(confirmation.record_type), now)


def _set(confirmation: Confirmation, status: ConfirmationStatus, *, final: bool = False) -> None:
    confirmation.status, confirmation.final, confirmation.review = status, final, ""
    confirmation.save(update_fields=["status", "final", "review"])


def _publish(confirmation: Confirmation, purpose: Purpose, *, value: bool) -> None:
    """The bit that strangers read. Records that were issued before there were status lists have none."""
    if confirmation.status_entries.exists():
        set_status(confirmation, purpose, value)


def _count(confirmation: Confirmation, amount: int) -> None:
    """What officials read as "confirmed": learners with a confirmation in force."""
    if confirmation.record_type == RecordType.CONFIRMATION:
        grading.record_fact(confirmation.learner_public_id, confirmation.audience, confirmation.regulation, fact="confirmed", amount=amount)


def _newer_issue(confirmation: Confirmation) -> bool:
    return Confirmation.objects.filter(
        learner_public_id=confirmation.learner_public_id,
        regulation=confirmation.regulation,
        audience=confirmation.audience,
        record_type=confirmation.record_type,
        issue_no__gt=confirmation.issue_no,
    ).exists()


def _require_completed(confirmation: Confirmation, case: RecordCase) -> None:
    if confirmation.record_type == RecordType.CONFIRMATION and case.decision.status != "completed":
        raise TransitionRefusedError("not_completed", confirmation.number, f"the decision about the learner is {case.decision.status}")
