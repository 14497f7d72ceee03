"""Reads: what a verifier, a learner's page and a registry's check may see of a confirmation."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from digiskills_integrations import conf
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.confirmations import vault
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationStatus, ConfirmationVersion, Holder
from digiskills_integrations.confirmations.numbers import format_number, parse_number
from digiskills_integrations.credentials.disclosure import initials
from digiskills_integrations.credentials.keys import public_key_set
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.errors import CredentialError

VerificationStatus = Literal["valid", "withdrawn", "expired", "damaged", "unknown", "malformed"]


@attrs.frozen(kw_only=True)
class Verification:
    """What the verification page shows; the fields after ``status`` are empty for a number that is unknown or malformed.

    Attributes:
        status: ``damaged`` means that the stored record does not verify against our keys; it must not be trusted.
        number: as printed.
        initials: of the holder, in the record's order; empty when no name is kept.
        regulation_label: by language.
    """

    status: VerificationStatus
    number: str = ""
    test_mark: bool = False
    issued_at: datetime | None = None
    valid_until: datetime | None = None
    issuer: str = ""
    audience: str = ""
    regulation: str = ""
    regulation_label: JsonObject = attrs.Factory(dict)
    initials: str = ""


def verify_number(text: str, *, now: datetime) -> Verification:
    """Look a typed number up and verify its signed record."""
    number = parse_number(text)
    if number is None:
        return Verification(status="malformed")
    version = _latest_version(number)
    if version is None:
        return Verification(status="unknown", number=format_number(number))
    confirmation = version.confirmation
    try:
        payload = verify_vc_jwt(version.jwt, public_key_set(conf.key_places()), now=version.valid_from).payload
    except CredentialError:
        return Verification(status="damaged", number=format_number(number), test_mark=confirmation.test_mark)
    subject = payload["credentialSubject"]
    return Verification(
        status=_status(confirmation, version, now),
        number=format_number(number),
        test_mark=confirmation.test_mark or payload.get("testMark") is True,
        issued_at=version.valid_from,
        valid_until=version.valid_until,
        issuer=payload["issuer"]["name"],
        audience=subject["audience"],
        regulation=subject["regulation"],
        regulation_label=subject["regulationLabel"],
        initials=_holder_initials(confirmation),
    )


def signed_record(number: str) -> str | None:
    """The ``vc+jwt`` of the newest version of a confirmation (canonical number), for offline verification; None if there is none."""
    version = _latest_version(number)
    return None if version is None else version.jwt


def confirmations_of(learner_public_id: str) -> list[Confirmation]:
    """A learner's confirmations, newest first."""
    return list(Confirmation.objects.filter(learner_public_id=learner_public_id).order_by("-issued_at", "-id"))


def _latest_version(number: str) -> ConfirmationVersion | None:
    versions = ConfirmationVersion.objects.filter(confirmation__number=number).select_related("confirmation")
    return versions.order_by("-version").first()


def _status(confirmation: Confirmation, version: ConfirmationVersion, now: datetime) -> VerificationStatus:
    if confirmation.status == ConfirmationStatus.WITHDRAWN:
        return "withdrawn"
    if version.valid_until is not None and now >= version.valid_until:
        return "expired"
    return "valid"


def _holder_initials(confirmation: Confirmation) -> str:
    holder = Holder.objects.filter(confirmation=confirmation).first()
    return "" if holder is None else initials(vault.unseal(holder.disclosure).name)
