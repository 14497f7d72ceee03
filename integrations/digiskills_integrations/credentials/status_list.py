"""Bitstring Status List 1.0: where a withdrawal or a suspension of a record shows to a verifier who never asks about one record alone."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import attrs

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials import gate
from digiskills_integrations.credentials.contexts import STATUS_LIST_CONTEXT
from digiskills_integrations.credentials.data_integrity import check_proof, make_proof
from digiskills_integrations.credentials.key_ring import BadgeKey
from digiskills_integrations.credentials.rdf import canonical_quads
from digiskills_integrations.credentials.shapes import STATUS_LIST
from digiskills_integrations.credentials.status_reference import Purpose
from digiskills_integrations.credentials.texts import vc_time
from digiskills_integrations.errors import CredentialError

# The least that the standard allows: a verifier who fetches a list must not learn whom it is about.
LIST_SIZE: Final = 131_072
_MAX_LIST_BYTES = 16 * 1024 * 1024


def encode_list(set_indices: Iterable[int], size: int = LIST_SIZE) -> str:
    """``encodedList``: multibase base64url of the gzip of ``size`` bits, index 0 the left-most, those of ``set_indices`` 1.

    The same indices always give the same text.

    Raises:
        ValueError: an index is not in ``[0, size)``.
    """
    bits = bytearray(size // 8)
    for index in set_indices:
        if not 0 <= index < size:
            raise ValueError(f"the index {index} is not in the list of {size} entries")
        bits[index // 8] |= 0x80 >> (index % 8)
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0)).rstrip(b"=").decode("ascii")


def read_bit(encoded: str, index: int) -> bool:
    """The bit at ``index`` of an ``encodedList``.

    Raises:
        CredentialError: ``bad_status_list``: not such a text, shorter than 131,072 entries, longer than 16 MiB, or without this index.
    """
    bits = _decode(encoded)
    if len(bits) * 8 < LIST_SIZE or not 0 <= index < len(bits) * 8:
        raise CredentialError("bad_status_list", f"the status list has {len(bits) * 8} entries; index {index} or privacy ask for more")
    return bool(bits[index // 8] & (0x80 >> (index % 8)))


def _decode(encoded: str) -> bytes:
    try:
        packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_", validate=True)
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
            bits = stream.read(_MAX_LIST_BYTES + 1)
    except (binascii.Error, ValueError, OSError, EOFError, zlib.error) as error:
        raise CredentialError("bad_status_list", f"encodedList is not multibase base64url of a gzip: {error}") from error
    if not encoded.startswith("u") or len(bits) > _MAX_LIST_BYTES:
        raise CredentialError("bad_status_list", "encodedList must begin with u and hold at most 16 MiB")
    return bits


@attrs.frozen(kw_only=True)
class ListFacts:
    """What one status list credential says; ``url`` is its absolute address, ``valid_until`` when a verifier must ask again."""

    url: str
    purpose: Purpose
    encoded: str
    issuer_did: str
    valid_from: datetime
    valid_until: datetime


def sign_status_list(facts: ListFacts, key: BadgeKey) -> JsonObject:
    """The signed list. Its proof's time is ``valid_from``, so that the same facts and key always give the same credential.

    Raises:
        CredentialError: the gate refuses an address or the issuer, or the two ways to the canonical form differ.
    """
    document: JsonObject = {
        "@context": list(STATUS_LIST_CONTEXT),
        "id": facts.url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": facts.issuer_did,
        "validFrom": vc_time(facts.valid_from),
        "validUntil": vc_time(facts.valid_until),
        "credentialSubject": {
            "id": f"{facts.url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": facts.purpose,
            "encodedList": facts.encoded,
        },
    }
    judged, quads = gate.quads(document, STATUS_LIST), canonical_quads(document)
    if judged != quads:
        raise CredentialError("canonical_mismatch", f"{facts.url}: two ways to its canonical form differ; nothing was signed")
    method = key.verification_method(facts.issuer_did)
    proof = make_proof(quads, key.private_key, created=vc_time(facts.valid_from), verification_method=method)
    check_proof(judged, proof, key.public_key)
    return {**document, "proof": proof}
