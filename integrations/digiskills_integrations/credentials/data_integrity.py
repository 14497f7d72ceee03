"""The cryptosuite ``eddsa-rdfc-2022`` (W3C Data Integrity EdDSA Cryptosuites 1.0) over canonical N-Quads."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.multikey import base58_decode, base58_encode
from digiskills_integrations.credentials.texts import check_iri, parse_vc_time
from digiskills_integrations.errors import CredentialError

CRYPTOSUITE: Final = "eddsa-rdfc-2022"
PROOF_PURPOSE: Final = "assertionMethod"
_SIGNATURE_BYTES = 64
_FIXED = {"type": "DataIntegrityProof", "cryptosuite": CRYPTOSUITE, "proofPurpose": PROOF_PURPOSE}
_MEMBERS = frozenset({*_FIXED, "created", "verificationMethod", "proofValue"})
_SECURITY = "https://w3id.org/security#"


def make_proof(quads: Sequence[str], key: Ed25519PrivateKey, *, created: str, verification_method: str) -> JsonObject:
    """A proof over the canonical quads of an unsigned document.

    Args:
        quads: without line ends, sorted by code point.
        created: a time in the form of :func:`digiskills_integrations.credentials.texts.vc_time`.
        verification_method: the DID URL of the public key.
    """
    signature = key.sign(_signed_bytes(quads, created, verification_method))
    return {
        **_FIXED,
        "created": created,
        "verificationMethod": verification_method,
        "proofValue": "z" + base58_encode(signature),
    }


def read_proof(proof: object) -> tuple[str, str, bytes]:
    """``created``, verification method and signature of a proof of this suite and of no other shape.

    Raises:
        CredentialError: ``bad_proof``, ``bad_time``, ``bad_iri``.
    """
    if not isinstance(proof, dict) or proof.keys() != _MEMBERS or any(proof[name] != value for name, value in _FIXED.items()):
        raise CredentialError("bad_proof", f"proof: expected one DataIntegrityProof, {CRYPTOSUITE}, with exactly {sorted(_MEMBERS)}")
    created, method, value = proof["created"], proof["verificationMethod"], proof["proofValue"]
    if not isinstance(created, str) or not isinstance(method, str) or not isinstance(value, str):
        raise CredentialError("bad_proof", "proof: created, verificationMethod and proofValue must be texts")
    parse_vc_time(created, "proof.created")
    check_iri(method, "proof.verificationMethod")
    return created, method, _signature(value)


def check_proof(quads: Sequence[str], proof: object, key: Ed25519PublicKey) -> None:
    """Verify ``proof`` over the canonical quads of the document without it, by libsodium: OpenSSL is what signs.

    Raises:
        CredentialError: as :func:`read_proof`, or ``bad_signature``.
    """
    created, method, signature = read_proof(proof)
    try:
        crypto_sign_open(signature + _signed_bytes(quads, created, method), key.public_bytes_raw())
    except BadSignatureError as error:
        raise CredentialError("bad_signature", "the proof does not fit: the content was changed or another key signed it") from error


def _signature(value: str) -> bytes:
    try:
        raw = base58_decode(value[1:]) if value.startswith("z") else b""
    except ValueError as error:
        raise CredentialError("bad_proof", f"proof.proofValue: {error}") from error
    if len(raw) != _SIGNATURE_BYTES:
        raise CredentialError("bad_proof", "proof.proofValue: 64 bytes in multibase base58btc are expected")
    return raw


def _signed_bytes(quads: Sequence[str], created: str, verification_method: str) -> bytes:
    return proof_configuration_hash(created, verification_method) + _hash(quads)


@functools.lru_cache(maxsize=64)
def proof_configuration_hash(created: str, verification_method: str) -> bytes:
    """SHA-256 of the canonical proof configuration: a proof without its value, one blank node, in the contexts of the document.

    Both contexts of ours define these terms by Credentials v2, so one form serves badges and status lists.
    """
    quads = (
        f'_:c14n0 <http://purl.org/dc/terms/created> "{created}"^^<http://www.w3.org/2001/XMLSchema#dateTime> .',
        f"_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_SECURITY}DataIntegrityProof> .",
        f'_:c14n0 <{_SECURITY}cryptosuite> "{CRYPTOSUITE}"^^<{_SECURITY}cryptosuiteString> .',
        f"_:c14n0 <{_SECURITY}proofPurpose> <{_SECURITY}{PROOF_PURPOSE}> .",
        f"_:c14n0 <{_SECURITY}verificationMethod> <{verification_method}> .",
    )
    return _hash(quads)


def _hash(quads: Sequence[str]) -> bytes:
    return hashlib.sha256(("\n".join(quads) + "\n").encode("utf-8")).digest()
