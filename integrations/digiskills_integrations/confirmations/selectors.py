"""Reads: what a verifier, a learner's page and a registry's check may see of a confirmation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs
from django.db.models import Max

from digiskills_integrations import conf
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.confirmations import holders
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationStatus, ConfirmationVersion, EventType, RecordType
from digiskills_integrations.confirmations.numbers import format_number, parse_number
from digiskills_integrations.credentials.disclosure import initials
from digiskills_integrations.credentials.keys import public_key_set
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.errors import CredentialError

VerificationStatus = Literal["valid", "withdrawn", "superseded", "expired", "altered", "damaged", "unknown", "malformed"]
# Hexadecimal digits of a version's digest that a document carries in its QR code: 64 bits, which nobody can forge for a number.
DIGEST_CHARACTERS = 16


@attrs.frozen(kw_only=True)
class Verification:
    """What the verification page shows; the fields after ``status`` are empty for a number that is unknown or malformed.

    Attributes:
        status: ``superseded``: the document at hand is an earlier version; ``altered``: it is no version of this record; ``damaged``: the
            stored record does not verify against our keys. Neither of the latter two may be trusted.
        number: as printed.
        digest: of the version shown, as a document carries it.
        valid_from: of the version shown; ``issued_at``: of the first.
        withdrawn_at: when it was withdrawn last; None while it is not.
        initials: of the holder, in the record's order; empty when no name is kept.
        regulation_label: by language.
    """

    status: VerificationStatus
    number: str = ""
    digest: str = ""
    test_mark: bool = False
    record_type: str = ""
    issued_at: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    withdrawn_at: datetime | None = None
    issuer: str = ""
    audience: str = ""
    regulation: str = ""
    regulation_label: JsonObject = attrs.Factory(dict)
    initials: str = ""


def verify_number(text: str, *, now: datetime, digest: str = "") -> Verification:
    """Look a typed number up and verify its signed record.

    Args:
        digest: what the document at hand carries (see ``DIGEST_CHARACTERS``); empty when only the number is known.
    """
    number = parse_number(text)
    if number is None:
        return Verification(status="malformed")
    version = _latest_version(number)
    if version is None:
        return Verification(status="unknown", number=format_number(number))
    confirmation = version.confirmation
    untrusted = Verification(status="damaged", number=format_number(number), test_mark=confirmation.test_mark)
    try:
        payload = verify_vc_jwt(version.jwt, public_key_set(conf.key_places()), now=version.valid_from).payload
    except CredentialError:
        return untrusted
    document = _document(version, digest.lower())
    if document == "altered":
        return attrs.evolve(untrusted, status="altered")
    subject = payload["credentialSubject"]
    return Verification(
        status=_status(confirmation, version, document, now),
        number=format_number(number),
        digest=version.digest[:DIGEST_CHARACTERS],
        test_mark=confirmation.test_mark or payload.get("testMark") is True,
        record_type=confirmation.record_type,
        issued_at=confirmation.issued_at,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        withdrawn_at=_withdrawn_at(confirmation),
        issuer=payload["issuer"]["name"],
        audience=subject["audience"],
        regulation=subject["regulation"],
        regulation_label=subject["regulationLabel"],
        initials=_holder_initials(version),
    )


def signed_record(number: str) -> str | None:
    """The ``vc+jwt`` of the newest version of a record (canonical number), for offline verification; None if there is none."""
    version = _latest_version(number)
    return None if version is None else version.jwt


def signed_badge(number: str) -> str | None:
    """The badge of the newest version of a confirmation (canonical number); None if there is none, as for results."""
    version = _latest_version(number)
    return None if version is None else version.badge


def confirmations_of(learner_public_id: str) -> list[Confirmation]:
    """A learner's confirmations, newest first; results are not among them."""
    rows = Confirmation.objects.filter(learner_public_id=learner_public_id, record_type=RecordType.CONFIRMATION)
    return list(rows.order_by("-issued_at", "-id"))


def status_at(confirmation: Confirmation, now: datetime) -> str:
    """Where a record stands at a time: ``valid``, ``withdrawn`` or ``expired``, whether or not registries were told of its end."""
    if confirmation.status == ConfirmationStatus.VALID and confirmation.valid_until is not None and confirmation.valid_until <= now:
        return ConfirmationStatus.EXPIRED.value
    return str(confirmation.status)


def _latest_version(number: str) -> ConfirmationVersion | None:
    versions = ConfirmationVersion.objects.filter(confirmation__number=number).select_related("confirmation")
    return versions.order_by("-version").first()


def _document(newest: ConfirmationVersion, digest: str) -> Literal["newest", "earlier", "altered"]:
    """What the document with this digest is; without one it is taken for the newest."""
    if not digest or newest.digest[:DIGEST_CHARACTERS] == digest:
        return "newest"
    earlier = newest.confirmation.versions.values_list("digest", flat=True)
    return "earlier" if any(known[:DIGEST_CHARACTERS] == digest for known in earlier) else "altered"


def _status(confirmation: Confirmation, version: ConfirmationVersion, document: str, now: datetime) -> VerificationStatus:
    if confirmation.status == ConfirmationStatus.WITHDRAWN:
        return "withdrawn"
    if document == "earlier":
        return "superseded"
    if confirmation.status == ConfirmationStatus.EXPIRED or (version.valid_until is not None and now >= version.valid_until):
        return "expired"
    return "valid"


def _withdrawn_at(confirmation: Confirmation) -> datetime | None:
    if confirmation.status != ConfirmationStatus.WITHDRAWN:
        return None
    last: datetime | None = confirmation.events.filter(type=EventType.WITHDRAWN).aggregate(last=Max("occurred_at"))["last"]
    return last


def _holder_initials(version: ConfirmationVersion) -> str:
    disclosure = holders.disclosure_of(version.confirmation, version.version)
    return "" if disclosure is None else initials(disclosure.name)
