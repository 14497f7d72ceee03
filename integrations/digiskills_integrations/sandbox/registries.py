"""The registries of the country packs, as the sandbox plays them: sign-in, contract, one effect for each record.

What is expected follows from the contract (record.schema.json) and from docs/reference/registry-profiles.md; of the mapping only the
names of fields are used, so that a wrong value is found.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

import attrs
from jsonschema import Draft202012Validator

from digiskills_framework.api import RegistryProfile, list_registry_profiles, load_identity_scheme, load_registry_profile
from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.sandbox.checks import TOLERANCE, RefusedError, verified_record
from digiskills_integrations.sandbox.store import KeyReusedError, NewEffect, SandboxStore

REGISTRIES_PATH = "/registries/"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
CLIENT_ID = "digiskills-sandbox"
TOKEN_LIFETIME = timedelta(minutes=5)
_KEY = re.compile(r"[0-9a-f]{64}")


@attrs.frozen
class Arrival:
    """A request as it came in. ``headers`` have names in lower case; ``client_certificate``: one was shown and verified."""

    path: str
    headers: Mapping[str, str]
    body: bytes = attrs.field(repr=False)
    client_certificate: bool = False


class TokenDesk:
    """Gives out OAuth2 tokens (client credentials) and knows them again until they end or the sandbox does."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._tokens: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def give(self, arrival: Arrival, *, now: datetime) -> JsonObject:
        """A new token for a sender who knows the client's secret.

        Raises:
            RefusedError: 400 for another grant, 401 for wrong credentials.
        """
        if parse_qs(arrival.body.decode("ascii", "replace")).get("grant_type") != ["client_credentials"]:
            raise RefusedError(400, "unsupported_grant_type")
        if not hmac.compare_digest(_basic(arrival.headers), f"{CLIENT_ID}:{self._secret}".encode()):
            raise RefusedError(401, "invalid_client")
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._tokens = {text: until for text, until in self._tokens.items() if now < until}
            self._tokens[token] = now + TOKEN_LIFETIME
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LIFETIME.total_seconds())}

    def knows(self, arrival: Arrival, *, now: datetime) -> bool:
        """Whether the request shows a token that is good."""
        scheme, _, token = arrival.headers.get("authorization", "").partition(" ")
        with self._lock:
            until = self._tokens.get(token)
        return scheme.lower() == "bearer" and until is not None and now < until


@attrs.frozen
class Desk:
    """All registries at once, each under ``/registries/<pack>/<code>/<version>``.

    Attributes:
        secret: base64 of the key shared with senders who sign, and the secret of the OAuth2 client, as it is; empty: the registries are
            closed.
        before_effects: called once the request as a whole is found good; may raise RefusedError.
    """

    store: SandboxStore
    tokens: TokenDesk
    secret: str = attrs.field(repr=False)
    before_effects: Callable[[], None]

    def take(self, arrival: Arrival, key_set: Callable[[], JsonObject], *, now: datetime) -> tuple[int, JsonObject]:
        """Judge a request and have its effects; returns status and content of the answer.

        Raises:
            RefusedError: the request as a whole is turned away: 404 unknown registry, 401 not signed in, 400 not the contract's form.
        """
        profile = _profile(arrival.path)
        if not self.secret:
            raise RefusedError(503, "registries_closed")
        self._check_sign_in(profile, arrival, now)
        records = _records(profile, arrival)
        keys = key_set()
        self.before_effects()
        results = [self._answer_for(profile, record, keys, now) for record in records]
        if profile.batch is not None:
            return 200, {profile.answer.results: [content for _, content in results]}
        return results[0]

    def _check_sign_in(self, profile: RegistryProfile, arrival: Arrival, now: datetime) -> None:
        ways = {
            "oauth2": lambda: self.tokens.knows(arrival, now=now),
            "hmac": lambda: _is_signed(arrival, base64.b64decode(self.secret), now, profile.idempotency_header),
            "mtls": lambda: arrival.client_certificate,
        }
        if not any(ways[kind]() for kind in profile.auth):
            raise RefusedError(401, "not_signed_in")

    def _answer_for(self, profile: RegistryProfile, record: JsonObject, key_set: JsonObject, now: datetime) -> tuple[int, JsonObject]:
        form = profile.answer
        content: JsonObject = {form.key: record.get(form.key)}
        try:
            effect, repeated = self.store.record(_effect(profile, record, key_set, now), now=now)
        except KeyReusedError:
            return 422, {**content, form.status: form.rejected[0], form.reason: "key_reused"}
        except RefusedError as refused:
            if refused.status != 422:
                raise
            return 422, {**content, form.status: form.rejected[0], form.reason: refused.code}
        word = form.accepted[-1] if repeated else form.accepted[0]
        return (200 if repeated else 201), {**content, form.status: word, form.reference: effect.receipt}


def _profile(path: str) -> RegistryProfile:
    key = path.removeprefix(REGISTRIES_PATH)
    if key not in list_registry_profiles():
        raise RefusedError(404, "not_found")
    return load_registry_profile(key)


def _records(profile: RegistryProfile, arrival: Arrival) -> Sequence[JsonObject]:
    """The request's records, if it has the form of the contract."""
    key = arrival.headers.get(profile.idempotency_header.lower(), "")
    if not _KEY.fullmatch(key):
        raise RefusedError(400, "bad_key")
    try:
        content = parse_object(arrival.body)
    except ValueError as error:
        raise RefusedError(400, "bad_json") from error
    batch = profile.batch
    if batch is None:
        records = [content]
    else:
        records = content.get(batch.records, [])
        if set(content) != {batch.key, batch.records} or content[batch.key] != key or not isinstance(records, list):
            raise RefusedError(400, "bad_batch")
        if not 1 <= len(records) <= batch.max_records:
            raise RefusedError(400, "bad_batch")
    if not all(_validator(profile).is_valid(record) for record in records):
        raise RefusedError(400, "breaks_contract")
    if batch is None and _field(profile, content, "event.key") != key:
        raise RefusedError(400, "key_mismatch")
    return records


@functools.lru_cache(maxsize=16)
def _validator(profile: RegistryProfile) -> Draft202012Validator:
    return Draft202012Validator(profile.schema)


def _effect(profile: RegistryProfile, record: JsonObject, key_set: JsonObject, now: datetime) -> NewEffect:
    token = str(_field(profile, record, "record.credential"))
    verified = verified_record(token, key_set, now=now)
    subject = verified.payload["credentialSubject"]
    if subject.get("confirmationNumber") != _field(profile, record, "confirmation.number"):
        raise RefusedError(422, "number_mismatch")
    if "identity" in profile.needs and not load_identity_scheme(profile.pack).is_test(str(_field(profile, record, "identity.number"))):
        # Nobody's real number belongs into a trial.
        raise RefusedError(422, "real_identity_in_sandbox")
    return NewEffect(
        idempotency_key=str(_field(profile, record, "event.key")),
        credential=token,
        number=str(subject.get("confirmationNumber")),
        operation=_operation(profile, record),
        holder=str(_field(profile, record, "holder.name") or ""),
        regulation=str(subject.get("regulation")),
        test_mark=verified.is_test,
        registry=profile.key,
    )


def _field(profile: RegistryProfile, record: JsonObject, fact: str) -> Any:
    """The registry's field that means this fact; None where it has none or it is absent."""
    path = next((rule.to for rule in profile.record if ".".join(rule.fact) == fact), ())
    value: Any = record if path else None
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _operation(profile: RegistryProfile, record: JsonObject) -> str:
    told = _field(profile, record, "event.type")
    rule = next(rule for rule in profile.record if rule.fact == ("event", "type"))
    return next((word for word, translation in rule.values if translation == told), str(told))


def _is_signed(arrival: Arrival, key: bytes, now: datetime, key_header: str) -> bool:
    stamp = arrival.headers.get("x-digiskills-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or abs(now.timestamp() - int(stamp[:12])) > TOLERANCE.total_seconds():
        return False
    parts = (stamp, arrival.headers.get(key_header.lower(), ""), "POST", arrival.path, hashlib.sha256(arrival.body).hexdigest())
    wanted = "v1=" + hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), arrival.headers.get("x-digiskills-signature", "").encode())


def _basic(headers: Mapping[str, str]) -> bytes:
    scheme, _, text = headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(text, validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        return b""
    client, _, secret = decoded.decode("utf-8", "replace").partition(":")
    return f"{unquote(client)}:{unquote(secret)}".encode()
