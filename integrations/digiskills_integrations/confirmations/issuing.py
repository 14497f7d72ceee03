"""From a decision "completed" to a confirmation with its version, its event and its deliveries, in one transaction."""

from __future__ import annotations

import functools
import hashlib
import logging
import secrets
from datetime import datetime

from django.db.models import Max, QuerySet

from digiskills_framework.api import load_regulation
from digiskills_grading import api as grading
from digiskills_grading.data import IssueCase
from digiskills_integrations import conf
from digiskills_integrations.canonical import canonical_json
from digiskills_integrations.confirmations import vault
from digiskills_integrations.confirmations.events import append_event
from digiskills_integrations.confirmations.models import (
    Confirmation,
    ConfirmationStatus,
    ConfirmationVersion,
    EventType,
    Holder,
)
from digiskills_integrations.confirmations.numbers import new_number
from digiskills_integrations.confirmations.payload import RecordFacts, build_credential, valid_until
from digiskills_integrations.credentials.disclosure import Disclosure, disclose
from digiskills_integrations.credentials.keys import KeyPlaces, SigningKey, load_signing_key
from digiskills_integrations.credentials.vc_jwt import sign_vc_jwt
from digiskills_integrations.locking import repeated

logger = logging.getLogger(__name__)
_SALT_BYTES = 16


def issue_pending(*, now: datetime, limit: int) -> int:
    """Issue what grading has asked for and what is due, at most ``limit``; returns how many confirmations were made.

    Each is one transaction under the learner's lock that also removes grading's request, so that a crash leaves either both or neither,
    and of two workers with the same request the second finds it gone.

    Raises:
        ConfigurationError: keys or issuer are not configured; nothing of the request at hand is written.
    """
    issued = 0
    for todo in grading.pending_issues(limit, due=now):
        confirmation = repeated(functools.partial(_process, todo.id, now))
        if confirmation is not None:
            issued += 1
            logger.info("issued confirmation %s", confirmation.number)
    return issued


def _process(todo_id: int, now: datetime) -> Confirmation | None:
    with grading.issue_transaction(todo_id) as case:
        return _issue(case, now) if case is not None and _wanted(case) else None


def _wanted(case: IssueCase) -> bool:
    """A request whose decision no longer says "completed", or whose confirmation is in force already, asks for nothing."""
    return case.decision.status == "completed" and not _issues(case).filter(status=ConfirmationStatus.VALID).exists()


def _issue(case: IssueCase, now: datetime) -> Confirmation:
    key = _signing_key(conf.key_places())
    regulation = load_regulation(case.decision.regulation)
    test_mark = key.is_test or regulation.status == "demo"
    disclosure = disclose(case.holder.name, secrets.token_bytes(_SALT_BYTES)) if case.holder.name else None
    facts = RecordFacts(
        number=new_number(test=test_mark, random_below=secrets.randbelow),
        version=1,
        issuer=conf.issuer(test=test_mark),
        test_mark=test_mark,
        case=case,
        regulation=regulation,
        disclosure=disclosure,
        issued_at=now,
        valid_until=valid_until(case, regulation, now),
    )
    confirmation = _store(facts, key)
    if disclosure is not None:
        _store_holder(confirmation, disclosure)
    decision = case.decision
    grading.record_fact(decision.learner_public_id, decision.audience, decision.regulation, fact="confirmed", amount=1)
    return confirmation


def _store(facts: RecordFacts, key: SigningKey) -> Confirmation:
    decision, now = facts.case.decision, facts.issued_at
    credential = build_credential(facts)
    payload = canonical_json(credential)
    last = _issues(facts.case).aggregate(last=Max("issue_no"))["last"]
    confirmation = Confirmation.objects.create(
        number=facts.number,
        learner_public_id=decision.learner_public_id,
        regulation=decision.regulation,
        audience=decision.audience,
        issue_no=(last or 0) + 1,
        test_mark=facts.test_mark,
        issued_at=now,
    )
    version = ConfirmationVersion.objects.create(
        confirmation=confirmation,
        version=facts.version,
        payload=payload.decode("utf-8"),
        jwt=sign_vc_jwt(credential, key, now=now),
        digest=hashlib.sha256(payload).hexdigest(),
        key_id=key.kid,
        valid_from=now,
        valid_until=facts.valid_until,
        created_at=now,
    )
    append_event(confirmation, kind=EventType.ISSUED, version=version, now=now)
    return confirmation


def _store_holder(confirmation: Confirmation, disclosure: Disclosure) -> None:
    token = vault.seal(disclosure)
    Holder.objects.create(confirmation=confirmation, learner_public_id=confirmation.learner_public_id, disclosure=token)


def _issues(case: IssueCase) -> QuerySet[Confirmation]:
    decision = case.decision
    return Confirmation.objects.filter(
        learner_public_id=decision.learner_public_id, regulation=decision.regulation, audience=decision.audience
    )


@functools.cache
def _signing_key(places: KeyPlaces) -> SigningKey:
    """Loaded once a process, on first use: worker processes fork."""
    return load_signing_key(places)
