"""How a registry is signed in to: what the operator says about it, judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlsplit

import attrs

from digiskills_framework.api import RegistryProfile
from digiskills_framework.registry import AuthKind
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.errors import ConfigurationError

_FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    # kind: needed fields, optional fields
    "oauth2": (frozenset({"token_url", "client_id"}), frozenset({"scope", "certificate", "certificate_key", "ca_file"})),
    "hmac": (frozenset({"key_id"}), frozenset({"certificate", "certificate_key", "ca_file"})),
    "mtls": (frozenset({"certificate", "certificate_key"}), frozenset({"ca_file"})),
}


@attrs.frozen(kw_only=True)
class Auth:
    """How to sign in. The shared secret is not here: a client secret for ``oauth2``, a key for ``hmac``, none for ``mtls``.

    Attributes:
        token_url, client_id, scope: OAuth2 client credentials (RFC 6749, 4.4).
        key_id: names the shared key to the registry.
        certificate, certificate_key: PEM files of the client's certificate; beside ``oauth2`` and ``hmac`` where a registry wants both.
        ca_file: PEM file of the authorities that the registry's own certificate is checked against, where they are not public ones.
    """

    kind: AuthKind
    token_url: str = ""
    client_id: str = ""
    scope: str = ""
    key_id: str = ""
    certificate: str = ""
    certificate_key: str = ""
    ca_file: str = ""

    def as_json(self) -> JsonObject:
        """The fields that are given."""
        return {name: value for name, value in attrs.asdict(self).items() if value}


def parse_auth(value: object, profile: RegistryProfile, *, where: str) -> Auth:
    """Judge what the operator says.

    Args:
        where: how errors call it.

    Raises:
        ConfigurationError: naming field, value and remedy.
    """
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{where}: expected a dict with kind, one of: {', '.join(profile.auth)}")
    kind = value.get("kind")
    if kind not in get_args(AuthKind) or kind not in profile.auth:
        raise ConfigurationError(f"{where}.kind: {kind!r}; {profile.key} accepts {', '.join(profile.auth)}")
    needed, optional = _FIELDS[kind]
    given = set(value) - {"kind"}
    missing, unknown = needed - given, given - needed - optional
    if missing or unknown:
        problem = f"{min(missing)} is missing" if missing else f"{min(map(str, unknown))} is not a field"
        raise ConfigurationError(f"{where}: {problem}; {kind} has {', '.join(sorted(needed))}; optional: {', '.join(sorted(optional))}")
    for name, text in value.items():
        if not isinstance(text, str) or not text.isprintable() or not text or len(text) > 500:
            raise ConfigurationError(f"{where}.{name}: use a text of 1 to 500 printable characters")
    if ("certificate" in given) != ("certificate_key" in given):
        raise ConfigurationError(f"{where}: certificate and certificate_key belong together; give both or none")
    _check_token_url(where, value.get("token_url"))
    return Auth(**value)


def _check_token_url(where: str, url: str | None) -> None:
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
        raise ConfigurationError(f"{where}.token_url: not an absolute http(s) URL without user and fragment")
