"""Offline verification of a ``vc+jwt``: the token, a key set and the time are all it needs.

On purpose it shares no code with the signing side but the JSON reader: an error of one would otherwise be hidden by the other.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.errors import CredentialError

MAX_TOKEN_CHARACTERS = 64 * 1024
_SIGNATURE_BYTES = 64
_COORDINATE_BYTES = 32


@attrs.frozen
class VerifiedCredential:
    """What a valid token says. ``is_test``: signed by a development key or marked as a test; never a real confirmation."""

    payload: JsonObject
    kid: str
    is_test: bool


def verify_vc_jwt(token: str, key_set: JsonObject, *, now: datetime) -> VerifiedCredential:
    """Check form, signature and validity period of ``token`` against the JWK set ``key_set``.

    Withdrawal is not visible offline; the verification page knows it.

    Raises:
        CredentialError: ``malformed``, ``wrong_type``, ``unknown_key``, ``bad_key``, ``bad_signature``, ``not_a_credential``,
            ``not_yet_valid``, ``expired``.
    """
    header_part, payload_part, signature_part = _split(token)
    header = _json_part(header_part, "header")
    kid = _check_header(header)
    _check_signature(
        _public_key(key_set, kid),
        _decode(signature_part, "signature"),
        f"{header_part}.{payload_part}".encode("ascii"),
    )
    payload = _json_part(payload_part, "payload")
    _check_payload(payload, now)
    return VerifiedCredential(payload=payload, kid=kid, is_test=kid.startswith("TEST-") or payload.get("testMark") is True)


def _split(token: str) -> tuple[str, str, str]:
    parts = token.split(".") if len(token) <= MAX_TOKEN_CHARACTERS else []
    if len(parts) != 3 or not token.isascii():
        raise CredentialError("malformed", "not a compact JWS: three base64url parts with dots between are expected")
    return parts[0], parts[1], parts[2]


def _decode(part: str, name: str) -> bytes:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CredentialError("malformed", f"the {name} is not base64url") from error
    # Unused bits at the end would give several spellings of one signature.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") != part:
        raise CredentialError("malformed", f"the {name} is not base64url in canonical form")
    return raw


def _json_part(part: str, name: str) -> JsonObject:
    try:
        return parse_object(_decode(part, name))
    except ValueError as error:
        raise CredentialError("malformed", f"the {name} cannot be read: {error}") from error


def _check_header(header: JsonObject) -> str:
    if header.get("typ") != "vc+jwt" or header.get("cty", "vc") != "vc":
        raise CredentialError("wrong_type", "the header must say typ: vc+jwt and cty: vc")
    if header.get("alg") != "ES256":
        raise CredentialError("wrong_type", "the header must say alg: ES256")
    if "crit" in header:
        raise CredentialError("wrong_type", "the header demands extensions (crit) that are not supported")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise CredentialError("unknown_key", "the header names no key (kid)")
    return kid


def _public_key(key_set: JsonObject, kid: str) -> ec.EllipticCurvePublicKey:
    keys = key_set.get("keys")
    found = [key for key in keys if isinstance(key, dict) and key.get("kid") == kid] if isinstance(keys, list) else []
    if len(found) != 1:
        raise CredentialError("unknown_key", f"the key set has {len(found)} keys named {kid}; fetch the issuer's current key set")
    jwk = found[0]
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or jwk.get("use", "sig") != "sig":
        raise CredentialError("bad_key", f"the key {kid} is not a signing key of the curve P-256")
    try:
        x, y = (int.from_bytes(_coordinate(jwk.get(name))) for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise CredentialError("bad_key", f"the key {kid} is not a point of the curve P-256") from error


def _coordinate(text: object) -> bytes:
    raw = _decode(text, "coordinate") if isinstance(text, str) else b""
    if len(raw) != _COORDINATE_BYTES:
        raise ValueError("a coordinate has 32 bytes")
    return raw


def _check_signature(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> None:
    if len(signature) != _SIGNATURE_BYTES:
        raise CredentialError("bad_signature", "an ES256 signature has 64 bytes")
    half = _SIGNATURE_BYTES // 2
    der = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    try:
        key.verify(der, signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise CredentialError("bad_signature", "the signature does not fit: the content was changed or another key signed it") from error


def _check_payload(payload: JsonObject, now: datetime) -> None:
    context, types = payload.get("@context"), payload.get("type")
    if not isinstance(context, list) or context[:1] != ["https://www.w3.org/ns/credentials/v2"]:
        raise CredentialError("not_a_credential", "@context must begin with https://www.w3.org/ns/credentials/v2")
    if not isinstance(types, list) or "VerifiableCredential" not in types:
        raise CredentialError("not_a_credential", "type must contain VerifiableCredential")
    if "vc" in payload or "vp" in payload:
        raise CredentialError("not_a_credential", "a vc+jwt holds the credential itself, no vc or vp claim")
    if not isinstance(payload.get("credentialSubject"), dict):
        raise CredentialError("not_a_credential", "credentialSubject must be an object")
    valid_from, valid_until = _moment(payload, "validFrom"), _moment(payload, "validUntil")
    if valid_from is not None and now < valid_from:
        raise CredentialError("not_yet_valid", f"valid only from {valid_from.isoformat()}")
    if valid_until is not None and now >= valid_until:
        raise CredentialError("expired", f"valid until {valid_until.isoformat()}")


def _moment(payload: JsonObject, name: str) -> datetime | None:
    text = payload.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise CredentialError("not_a_credential", f"{name} is not a time: {text!r}") from error
    if moment.tzinfo is None:
        raise CredentialError("not_a_credential", f"{name} has no time zone: {text!r}")
    return moment
