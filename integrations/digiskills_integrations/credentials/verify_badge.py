"""Offline verification of a badge and of a status list: the file, the issuer's DID document and the time are all they need.

A document passes the gate first, so that nothing in it is unsigned, and is then canonicalised by pyoxigraph, not by the signer's template.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import attrs

from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.credentials import gate
from digiskills_integrations.credentials.data_integrity import check_proof, read_proof
from digiskills_integrations.credentials.did import badge_key
from digiskills_integrations.credentials.rdf import canonical_quads
from digiskills_integrations.credentials.shapes import BADGE, STATUS_LIST, Document
from digiskills_integrations.credentials.status_list import read_bit
from digiskills_integrations.credentials.status_reference import PURPOSES
from digiskills_integrations.credentials.texts import parse_vc_time
from digiskills_integrations.errors import CredentialError

MAX_BADGE_CHARACTERS = 256 * 1024
TEST_DID_PREFIX = "did:web:test.invalid"
StatusWord = Literal["good", "revoked", "suspended", "not_checked"]


@attrs.frozen
class VerifiedBadge:
    """What a genuine badge says. ``kid`` is the DID URL of its key; ``is_test``: never a real confirmation."""

    credential: JsonObject
    kid: str
    is_test: bool


def verify_badge(text: str, did_document: JsonObject, *, now: datetime) -> VerifiedBadge:
    """Check form, proof and period of validity of a badge.

    That it has not been withdrawn is another question; see :func:`check_status`.

    Raises:
        CredentialError: ``malformed``, what the gate refuses, ``bad_proof``, ``unknown_key``, ``bad_key``, ``bad_signature``,
            ``not_yet_valid``, ``expired``.
    """
    document = _read(text)
    issuer = document["issuer"].get("id") if isinstance(document.get("issuer"), dict) else None
    kid = _check(document, BADGE, issuer, did_document, now)
    is_test = document.get("testMark") is True or str(issuer).startswith(TEST_DID_PREFIX)
    return VerifiedBadge(credential=document, kid=kid, is_test=is_test)


def check_status(credential: JsonObject, lists: list[str], did_document: JsonObject, *, now: datetime) -> StatusWord:
    """What the status lists say of a verified badge; ``not_checked`` when one of its purposes has no list among ``lists``.

    Args:
        credential: of :func:`verify_badge`.
        lists: signed status lists as JSON text.
        did_document: of the issuer, who must be the lists' too.

    Raises:
        CredentialError: a list is not genuine or too old (``status_list_…``), or has no such entry (``bad_status_list``).
    """
    entries = {entry["statusListCredential"]: entry for entry in credential.get("credentialStatus", [])}
    words: dict[str, bool] = {}
    for text in lists:
        document = _verified_list(text, credential["issuer"]["id"], did_document, now)
        entry = entries.get(document["id"])
        if entry is None:
            continue
        subject = document["credentialSubject"]
        if subject["statusPurpose"] != entry["statusPurpose"]:
            raise CredentialError("bad_status_list", f"{document['id']} is a list for {subject['statusPurpose']}, the badge names another")
        words[entry["statusPurpose"]] = read_bit(subject["encodedList"], int(entry["statusListIndex"]))
    if words.get("revocation"):
        return "revoked"
    if words.get("suspension"):
        return "suspended"
    return "good" if all(purpose in words for purpose in PURPOSES) else "not_checked"


def _verified_list(text: str, issuer: str, did_document: JsonObject, now: datetime) -> JsonObject:
    try:
        document = _read(text)
        _check(document, STATUS_LIST, issuer, did_document, now)
    except CredentialError as error:
        raise CredentialError(f"status_list_{error.code}", f"status list: {error}") from error
    if document["issuer"] != issuer:
        raise CredentialError("status_list_wrong_issuer", f"the status list is by {document['issuer']}, the badge by {issuer}")
    return document


def _read(text: str) -> JsonObject:
    if len(text) > MAX_BADGE_CHARACTERS:
        raise CredentialError("malformed", f"longer than {MAX_BADGE_CHARACTERS} characters")
    try:
        return parse_object(text)
    except ValueError as error:
        raise CredentialError("malformed", f"cannot be read: {error}") from error


def _check(document: JsonObject, kind: Document, issuer: object, did_document: JsonObject, now: datetime) -> str:
    """The DID URL of the key, when proof and period are right."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    judged = gate.quads(unsigned, kind)
    if judged != canonical_quads(unsigned):
        raise CredentialError("canonical_mismatch", "two ways to the canonical form differ; the document is read differently by others")
    _created, method, _signature = read_proof(document.get("proof"))
    check_proof(judged, document["proof"], badge_key(did_document, str(issuer), method))
    valid_from = parse_vc_time(document["validFrom"], "$.validFrom")
    if now < valid_from:
        raise CredentialError("not_yet_valid", f"valid only from {document['validFrom']}")
    if "validUntil" in document and now >= parse_vc_time(document["validUntil"], "$.validUntil"):
        raise CredentialError("expired", f"valid until {document['validUntil']}")
    return method
