"""OAuth2 client credentials (RFC 6749, 4.4), with one token per process until it ends."""

from __future__ import annotations

import base64
import hashlib
import threading
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import attrs

from digiskills_integrations import http
from digiskills_integrations.canonical import parse_object
from digiskills_integrations.destinations.base import DestinationConfig, TransportError
from digiskills_integrations.destinations.http_answers import failure
from digiskills_integrations.destinations.http_json.auth import Auth

# A token is not used in its last moments: it could end on its way.
_MARGIN = timedelta(seconds=30)
# RFC 6749 lets a server leave expires_in out; then the token is asked for again soon.
_UNKNOWN_LIFETIME = 60
_MAX_LIFETIME = 24 * 3600


@attrs.frozen
class _Token:
    text: str = attrs.field(repr=False)
    good_until: datetime


class Tokens:
    """Tokens of this process, by registry and credentials. Threads share them; a forked worker starts with a copy, which does no harm."""

    def __init__(self) -> None:
        self._tokens: dict[str, _Token] = {}
        self._lock = threading.Lock()

    def get(self, auth: Auth, destination: DestinationConfig, tls: http.TlsOptions, *, now: datetime) -> str:
        """A token that is good now; asked for if there is none.

        Raises:
            TransportError: the token's server refuses (``token_…``) or cannot be reached. Always transient: operators mend credentials.
        """
        place = _place(auth, destination)
        with self._lock:
            known = self._tokens.get(place)
        if known is not None and now < known.good_until:
            return known.text
        token = _ask(auth, destination, tls, now)
        with self._lock:
            self._tokens[place] = token
        return token.text

    def drop(self, auth: Auth, destination: DestinationConfig) -> None:
        """Forget the token: the registry does not accept it any more."""
        with self._lock:
            self._tokens.pop(_place(auth, destination), None)


def _place(auth: Auth, destination: DestinationConfig) -> str:
    parts = (destination.code, auth.token_url, auth.client_id, auth.scope, destination.secret)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _ask(auth: Auth, destination: DestinationConfig, tls: http.TlsOptions, now: datetime) -> _Token:
    form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
    # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    credentials = f"{quote(auth.client_id, safe='')}:{quote(destination.secret, safe='')}"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Authorization": f"Basic {base64.b64encode(credentials.encode()).decode('ascii')}",
    }
    limits = http.HttpLimits(allowed_networks=destination.allowed_networks)
    try:
        answer = http.post(auth.token_url, body=urlencode(form).encode("ascii"), headers=headers, limits=limits, tls=tls)
    except http.HttpError as error:
        raise TransportError(f"token_{error.code}", permanent=error.permanent) from error
    if answer.status != 200:
        raise TransportError(f"token_http_{answer.status}", permanent=False, retry_after=failure(answer, now).retry_after)
    return _parse(answer.body, now)


def _parse(body: bytes, now: datetime) -> _Token:
    try:
        content = parse_object(body)
    except ValueError as error:
        raise TransportError("token_unreadable", permanent=False) from error
    text, kind, lifetime = content.get("access_token"), content.get("token_type"), content.get("expires_in", _UNKNOWN_LIFETIME)
    if not isinstance(text, str) or not text or not text.isascii() or not text.isprintable() or str(kind).lower() != "bearer":
        raise TransportError("token_unreadable", permanent=False)
    seconds = lifetime if isinstance(lifetime, int) and not isinstance(lifetime, bool) and lifetime > 0 else _UNKNOWN_LIFETIME
    return _Token(text=text, good_until=now + timedelta(seconds=min(seconds, _MAX_LIFETIME)) - _MARGIN)
