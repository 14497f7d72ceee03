"""Who asks: a session of the platform, or a token (JWT) that the platform has signed.

Tokens are checked by edx-drf-extensions, which every LMS has. Where it is missing, or the site has not told it the platform's public
keys, a request with a token is refused; it never falls back to something weaker.
"""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from typing import Any

from attrs import frozen
from django.conf import settings
from rest_framework import authentication, exceptions
from rest_framework.request import Request

_TOKEN_SCHEMES = frozenset({"jwt", "bearer"})
# What tells one program's tokens from another's, as far as a token says so.
_CLIENT_CLAIMS = ("iss", "aud", "azp", "client_id", "grant_type")


@frozen
class Token:
    """What a valid token says beside the account.

    Attributes:
        restricted: the operator let the program in for certain scopes only; else it acts for the account as a browser would.
        filters: ``user:me`` narrows it to the account's own records.
        client: digest of the claims that name the program.
    """

    restricted: bool
    scopes: frozenset[str]
    filters: frozenset[str]
    client: str


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: JWT …``; ``request.auth`` is a `Token` then."""

    def authenticate(self, request: Request) -> tuple[Any, Token] | None:
        """The account and the token, or None where no token was sent.

        Raises:
            AuthenticationFailed: a token that is not valid, or that nobody here can check.
        """
        if _tokens_can_be_checked():
            found = _checked(request)
            if found is not None:
                return found
        scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
        if scheme in _TOKEN_SCHEMES:
            raise exceptions.AuthenticationFailed
        return None

    def authenticate_header(self, request: Request) -> str:
        return 'JWT realm="digiskills"'


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser; what changes something needs the CSRF token. Accounts that are not active are refused."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="digiskills"'


def token_of(request: Request) -> Token | None:
    """The token of a request; None for a session."""
    return request.auth if isinstance(request.auth, Token) else None


def _tokens_can_be_checked() -> bool:
    """Whether there is something to check with.

    Without public keys edx-drf-extensions (10.6.0 to 10.9.0, ``verify_jwk_signature_using_keyset``) tries none of them, raises nothing, and
    takes any signature for good.
    """
    keys = getattr(settings, "JWT_AUTH", {}).get("JWT_PUBLIC_SIGNING_JWK_SET")
    return bool(keys) and find_spec("edx_rest_framework_extensions") is not None


def _checked(request: Request) -> tuple[Any, Token] | None:
    from edx_rest_framework_extensions.auth.jwt.authentication import JwtAuthentication
    from edx_rest_framework_extensions.auth.jwt.decoder import configured_jwt_decode_handler

    found = JwtAuthentication().authenticate(request)
    if found is None:
        return None
    user, encoded = found
    return user, _token(configured_jwt_decode_handler(encoded))


def _token(claims: dict[str, Any]) -> Token:
    named = json.dumps([claims.get(name) for name in _CLIENT_CLAIMS], sort_keys=True)
    return Token(
        restricted=bool(claims.get("is_restricted", False)),
        scopes=frozenset(claims.get("scopes", ())),
        filters=frozenset(claims.get("filters", ())),
        client=hashlib.sha256(named.encode()).hexdigest()[:16],
    )
