"""Signing a version of a record and storing it, inside the caller's transaction."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import Max

from digiskills_framework.api import RecordType, load_regulation
from digiskills_grading.data import RecordCase
from digiskills_integrations import conf
from digiskills_integrations.canonical import canonical_json
from digiskills_integrations.confirmations import holders
from digiskills_integrations.confirmations.badges import badge_record
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationVersion
from digiskills_integrations.confirmations.payload import RecordFacts, build_credential
from digiskills_integrations.credentials.badge import sign_badge
from digiskills_integrations.credentials.key_ring import KeyRing, load_key_ring
from digiskills_integrations.credentials.status import allocate
from digiskills_integrations.credentials.vc_jwt import sign_vc_jwt
from digiskills_integrations.errors import ConfigurationError


def add_version(
    confirmation: Confirmation, case: RecordCase, *, valid_from: datetime, valid_until: datetime | None, now: datetime
) -> ConfirmationVersion:
    """Sign what the record says today as its next version. Under the locks of learner and confirmation.

    Raises:
        ConfigurationError: keys or issuer are not configured, or a real record would be signed by a development key.
        CredentialError: the content may not be signed.
    """
    keys = load_key_ring(conf.key_places())
    if keys.is_test and not confirmation.test_mark:
        raise ConfigurationError(f"{confirmation.number} is a real record: configure real keys, development keys cannot sign it")
    n = (confirmation.versions.aggregate(last=Max("version"))["last"] or 0) + 1
    disclosure = holders.next_disclosure(confirmation, case.holder.name, version=n)
    facts = RecordFacts(
        number=confirmation.number,
        version=n,
        record_type=RecordType(confirmation.record_type),
        issuer=conf.issuer(test=confirmation.test_mark),
        test_mark=confirmation.test_mark,
        case=case,
        regulation=load_regulation(confirmation.regulation, conf.data_directories()),
        disclosure=disclosure,
        valid_from=valid_from,
        valid_until=valid_until,
        status=allocate(confirmation, n, url_of=conf.status_list_url),
    )
    version = _store(confirmation, facts, keys, now)
    holders.keep(confirmation, disclosure, version=n)
    return version


def newest_version(confirmation: Confirmation) -> ConfirmationVersion:
    """The version that counts."""
    return confirmation.versions.latest("version")


def development_key_signs() -> bool:
    """Whether what is signed in this process carries the test mark.

    Raises:
        ConfigurationError: the keys cannot be used.
    """
    return load_key_ring(conf.key_places()).is_test


def _store(confirmation: Confirmation, facts: RecordFacts, keys: KeyRing, now: datetime) -> ConfirmationVersion:
    credential = build_credential(facts)
    payload = canonical_json(credential)
    version = ConfirmationVersion.objects.create(
        confirmation=confirmation,
        version=facts.version,
        payload=payload.decode("utf-8"),
        jwt=sign_vc_jwt(credential, keys.records, now=now),
        badge=_badge(facts, keys, now),
        digest=hashlib.sha256(payload).hexdigest(),
        key_id=keys.records.kid,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        created_at=now,
    )
    confirmation.valid_until = facts.valid_until
    confirmation.save(update_fields=["valid_until"])
    return version


def _badge(facts: RecordFacts, keys: KeyRing, now: datetime) -> str | None:
    """Who has completed gets a badge; a result is no achievement."""
    if facts.record_type is not RecordType.CONFIRMATION:
        return None
    return sign_badge(badge_record(facts, issuer_did=conf.issuer_did(test=facts.test_mark)), keys.badges, now=now)
