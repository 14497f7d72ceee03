"""What the sandbox asks of a request. Written from docs/reference/webhook.md, not from the sender's code, so that it can find it wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import attrs

from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.credentials.disclosure import Disclosure
from digiskills_integrations.credentials.verify import VerifiedCredential, verify_vc_jwt
from digiskills_integrations.errors import CredentialError
from digiskills_integrations.sandbox.store import NewEffect

TOLERANCE = timedelta(minutes=5)
OPERATIONS = ("issued", "corrected", "withdrawn", "reinstated", "expired", "renewed")
KNOWN_TYPES = frozenset(f"org.digiskills.confirmation.{operation}.v1" for operation in OPERATIONS)


class RefusedError(Exception):
    """The request is turned away.

    Attributes:
        status: HTTP status; 422 means that the record is rejected for good.
        code: stable word that the answer carries.
    """

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


@attrs.frozen
class Expectations:
    """What a request is held against. ``key_set`` is asked for each request: keys change.

    Attributes:
        secret: of the webhook.
        registry_secret: base64 of the key shared with senders to the registries of the country packs, and their OAuth2 client's secret.
    """

    secret: bytes = attrs.field(repr=False)
    key_set: Callable[[], JsonObject]
    registry_secret: str = attrs.field(default="", repr=False)


def check_request(headers: Mapping[str, str], body: bytes, expected: Expectations, *, now: datetime) -> NewEffect:
    """Judge a request; ``headers`` have names in lower case.

    Raises:
        RefusedError: 401 for the signature and its time, 400 for the form, 422 for the record itself.
    """
    check_signature(headers, body, expected.secret, now=now)
    event = _event(body)
    key = headers["webhook-id"]
    if event.get("id") != key or headers.get("idempotency-key", key) != key:
        raise RefusedError(400, "key_mismatch")
    if event.get("type") not in KNOWN_TYPES:
        raise RefusedError(422, "unknown_type")
    return _judge_record(key, event["data"], expected.key_set(), now)


def check_signature(headers: Mapping[str, str], body: bytes, secret: bytes, *, now: datetime) -> None:
    """Judge who sends a request, and when.

    Raises:
        RefusedError: 401.
    """
    key, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not key or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise RefusedError(401, "missing_signature_headers")
    signed = f"{key}.{stamp}.".encode() + body
    wanted = b"v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256))
    given = [text.encode() for text in headers.get("webhook-signature", "").split(" ")]
    if not any(hmac.compare_digest(wanted, signature) for signature in given):
        raise RefusedError(401, "bad_signature")
    if abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise RefusedError(401, "timestamp_out_of_tolerance")


def verified_record(token: str, key_set: JsonObject, *, now: datetime) -> VerifiedCredential:
    """The signed record, if it is genuine and made for trials.

    It is judged as of the moment from which it is valid: a record that has ended may still be withdrawn.

    Raises:
        RefusedError: 422.
    """
    try:
        verified = verify_vc_jwt(token, key_set, now=min(now, _valid_from(token) or now))
    except CredentialError as error:
        raise RefusedError(422, f"credential_{error.code}") from error
    if not verified.is_test:
        raise RefusedError(422, "real_record_in_sandbox")
    return verified


def _valid_from(token: str) -> datetime | None:
    """The date in a token that is not verified yet; None when it cannot be read."""
    try:
        part = token.split(".")[1]
        moment = datetime.fromisoformat(parse_object(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["validFrom"])
    except (IndexError, KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _event(body: bytes) -> JsonObject:
    try:
        event = parse_object(body)
    except ValueError as error:
        raise RefusedError(400, "bad_json") from error
    if event.get("specversion") != "1.0" or not isinstance(event.get("data"), dict):
        raise RefusedError(400, "bad_envelope")
    return event


def _judge_record(key: str, data: JsonObject, key_set: JsonObject, now: datetime) -> NewEffect:
    summary, token = data.get("confirmation"), data.get("credential")
    if not isinstance(summary, dict) or not isinstance(token, str):
        raise RefusedError(400, "bad_data")
    verified = verified_record(token, key_set, now=now)
    subject = verified.payload["credentialSubject"]
    if subject.get("confirmationNumber") != summary.get("number"):
        raise RefusedError(422, "number_mismatch")
    return NewEffect(
        idempotency_key=key,
        credential=token,
        number=str(subject.get("confirmationNumber")),
        operation=str(data.get("operation")),
        holder=_holder(data.get("holder"), subject),
        regulation=str(subject.get("regulation")),
        test_mark=verified.is_test,
    )


def _holder(disclosed: object, subject: JsonObject) -> str:
    """The disclosed name, if the signed record commits to it."""
    if disclosed is None:
        return ""
    if not isinstance(disclosed, dict) or not all(isinstance(disclosed.get(name), str) for name in ("name", "salt")):
        raise RefusedError(400, "bad_holder")
    commitment = subject.get("nameCommitment")
    if not isinstance(commitment, str) or not Disclosure(name=disclosed["name"], salt=disclosed["salt"]).opens(commitment):
        raise RefusedError(422, "holder_mismatch")
    return str(disclosed["name"])
