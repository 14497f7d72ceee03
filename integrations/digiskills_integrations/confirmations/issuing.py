"""From a decision to its records: issued, renewed, withdrawn or left alone, as the regulation says, in one transaction."""

from __future__ import annotations

import functools
import logging
import secrets
from datetime import datetime

from django.db.models import Max, QuerySet

from digiskills_framework.api import RecordType, Regulation, load_regulation
from digiskills_grading import api as grading
from digiskills_grading.data import IssueCase
from digiskills_integrations import conf
from digiskills_integrations.canonical import parse_object
from digiskills_integrations.confirmations import transitions
from digiskills_integrations.confirmations.caps import allowed_from
from digiskills_integrations.confirmations.events import Grounds, append_event
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationStatus, EventReason, EventType, Review
from digiskills_integrations.confirmations.numbers import new_number
from digiskills_integrations.confirmations.payload import valid_until
from digiskills_integrations.confirmations.versions import add_version, development_key_signs, newest_version
from digiskills_integrations.locking import lock_confirmation, repeated

logger = logging.getLogger(__name__)
SYSTEM = "system"


def issue_pending(*, now: datetime, limit: int) -> int:
    """Do what grading has asked for and what is due, at most ``limit`` requests; returns how many records were issued.

    A request is one decision: it issues what the regulation says (``record.types``), renews what a newer decision changes, and withdraws
    a confirmation that the decision no longer bears. Each is one transaction under the learner's lock that also removes the request, so
    that a crash leaves either both or neither, and of two workers with the same request the second finds it gone. A record that the
    regulation's cap does not allow yet leaves the request, put off to the day on which it does. While the operator has stopped issuing,
    requests wait.

    Raises:
        ConfigurationError: keys or issuer are not configured; nothing of the request at hand is written.
    """
    issued = 0
    for todo in grading.pending_issues(limit, due=now):
        if not grading.is_switched_on("issuing"):
            break
        numbers = repeated(functools.partial(_process, todo.id, now))
        issued += len(numbers)
        for number in numbers:
            logger.info("issued record %s", number)
    return issued


def _process(todo_id: int, now: datetime) -> list[str]:
    """Numbers of the records that were issued."""
    with grading.issue_transaction(todo_id) as case:
        if case is None:
            return []
        regulation = load_regulation(case.decision.regulation, conf.data_directories())
        issued: list[str] = []
        waits = []
        for record_type in regulation.record_types:
            current = _current(case, record_type)
            if not _wanted(case, record_type, current, now):
                _follow(case, regulation, record_type, current, now)
                continue
            allowed = allowed_from(case.decision, regulation, record_type, now=now)
            if allowed > now:
                waits.append(allowed)
            elif current is None:
                issued.append(_issue(case, regulation, record_type, now).number)
            else:
                transitions.renew(current, case, Grounds(reason=EventReason.NEW_DECISION, actor=SYSTEM), now=now)
        if waits:
            grading.postpone_issue(todo_id, not_before=min(waits))
        return issued


def _current(case: IssueCase, record_type: RecordType) -> Confirmation | None:
    """The record of this type that is not withdrawn, locked."""
    found = _issues(case, record_type).exclude(status=ConfirmationStatus.WITHDRAWN).order_by("-issue_no").first()
    if found is None:
        return None
    lock_confirmation(found.pk)
    return Confirmation.objects.get(pk=found.pk)


def _wanted(case: IssueCase, record_type: RecordType, current: Confirmation | None, now: datetime) -> bool:
    """Whether something has to be signed: nothing for a confirmation in force, nor for a result that tells of this decision already."""
    if record_type is RecordType.RESULT:
        return current is None or _recorded_decision(current) != case.decision.n
    if case.decision.status != "completed":
        return False
    if current is None:
        return True
    ended = current.status == ConfirmationStatus.EXPIRED or transitions.has_ended(current, now)
    end = transitions.end_if_renewed(current, case, now=now)
    return ended and (end is None or end > now)


def _recorded_decision(current: Confirmation) -> int:
    """Which decision the newest version tells of."""
    n: int = parse_object(newest_version(current).payload)["credentialSubject"]["decision"]["n"]
    return n


def _follow(case: IssueCase, regulation: Regulation, record_type: RecordType, current: Confirmation | None, now: datetime) -> None:
    """What a decision does to a confirmation in force that needs no signature.

    Who was moved to a newer version of the regulation holds no confirmation under the old one any more.
    Where what was mastered can be lost again (``raise_only`` false), a decision that fell back withdraws it, until further notice.
    Elsewhere only a person could have caused that, so a person has to look at it.
    """
    if record_type is not RecordType.CONFIRMATION or current is None or current.status != ConfirmationStatus.VALID:
        return
    if any(reason.code == "superseded" for reason in case.decision.reasons):
        transitions.withdraw(current, Grounds(reason=EventReason.NEW_DECISION, actor=SYSTEM), now=now, final=True)
        return
    raise_only = regulation.values(case.decision.audience, case.school_level).raise_only
    if case.decision.status != "completed" and not raise_only:
        transitions.withdraw(current, Grounds(reason=EventReason.DECISION_FELL_BACK, actor=SYSTEM), now=now, final=False)
        return
    review = "" if case.decision.status == "completed" else Review.FELL_BACK.value
    if current.review != review:
        Confirmation.objects.filter(pk=current.pk).update(review=review)


def _issue(case: IssueCase, regulation: Regulation, record_type: RecordType, now: datetime) -> Confirmation:
    decision = case.decision
    test_mark = development_key_signs() or regulation.status == "demo"
    confirmation = Confirmation.objects.create(
        number=new_number(test=test_mark, random_below=secrets.randbelow),
        learner_public_id=decision.learner_public_id,
        regulation=decision.regulation,
        audience=decision.audience,
        record_type=record_type.value,
        issue_no=(_issues(case, record_type).aggregate(last=Max("issue_no"))["last"] or 0) + 1,
        test_mark=test_mark,
        issued_at=now,
    )
    end = valid_until(case, regulation, record_type, now)
    version = add_version(confirmation, case, valid_from=now, valid_until=end, now=now)
    append_event(confirmation, kind=EventType.ISSUED, version=version, now=now)
    if record_type is RecordType.CONFIRMATION:
        grading.record_fact(decision.learner_public_id, decision.audience, decision.regulation, fact="confirmed", amount=1)
    return confirmation


def _issues(case: IssueCase, record_type: RecordType) -> QuerySet[Confirmation]:
    decision = case.decision
    return Confirmation.objects.filter(
        learner_public_id=decision.learner_public_id,
        regulation=decision.regulation,
        audience=decision.audience,
        record_type=record_type.value,
    )
