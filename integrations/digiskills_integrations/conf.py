"""The settings of this app, typed and judged. Read when used, never at import: settings of a platform come late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.errors import ConfigurationError

# A name under .invalid can never resolve (RFC 2606), so nobody can ever stand behind a test record.
TEST_ISSUER: JsonObject = {"id": "https://test.invalid/issuer", "name": "TEST – không có giá trị – not a real confirmation"}


def key_places() -> KeyPlaces:
    """``DIGISKILLS_KEY_DIR`` (needed) and ``DIGISKILLS_SIGNING_KEY_FILE`` (without it a development key signs, with the test mark).

    Raises:
        ConfigurationError: no key directory.
    """
    directory = getattr(settings, "DIGISKILLS_KEY_DIR", None)
    if not directory:
        raise ConfigurationError("DIGISKILLS_KEY_DIR is not set; name a directory that only the platform's user may read")
    key_file = getattr(settings, "DIGISKILLS_SIGNING_KEY_FILE", None)
    return KeyPlaces(directory=Path(directory), signing_key_file=Path(key_file) if key_file else None)


def issuer(*, test: bool) -> JsonObject:
    """The ``issuer`` of a credential: ``DIGISKILLS_ISSUER``, or the test issuer for a record with the test mark.

    Raises:
        ConfigurationError: a real record needs ``{"id": <https URL>, "name": <text>}``.
    """
    if test:
        return dict(TEST_ISSUER)
    value = getattr(settings, "DIGISKILLS_ISSUER", None)
    if not isinstance(value, Mapping) or not str(value.get("id", "")).startswith("https://") or not value.get("name"):
        raise ConfigurationError("DIGISKILLS_ISSUER must be a dict with id (an https URL) and name of the issuing organisation")
    return {"id": str(value["id"]), "name": str(value["name"])}


def pii_keys() -> list[str]:
    """``DIGISKILLS_PII_KEYS``: Fernet keys, newest first; may be empty."""
    return [str(key) for key in getattr(settings, "DIGISKILLS_PII_KEYS", None) or ()]


def destination_secret(secret_ref: str) -> str:
    """The secret named ``secret_ref`` in ``DIGISKILLS_DESTINATION_SECRETS``.

    Raises:
        ConfigurationError: there is none. The message never shows a secret.
    """
    secrets: Mapping[str, str] = getattr(settings, "DIGISKILLS_DESTINATION_SECRETS", None) or {}
    secret = secrets.get(secret_ref)
    if not secret:
        raise ConfigurationError(f"DIGISKILLS_DESTINATION_SECRETS has no secret named {secret_ref!r}; add it")
    return secret


def destination_specs() -> Sequence[Any]:
    """``DIGISKILLS_DESTINATIONS``, unjudged; see :func:`digiskills_integrations.outbox.operations.sync_destinations`."""
    value: Sequence[Any] = getattr(settings, "DIGISKILLS_DESTINATIONS", None) or ()
    return value


def public_base_url() -> str:
    """``DIGISKILLS_PUBLIC_URL``: scheme and host under which the platform is seen, without a slash at the end; may be empty."""
    return str(getattr(settings, "DIGISKILLS_PUBLIC_URL", "") or "").rstrip("/")
