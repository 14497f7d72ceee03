"""The settings of this app, typed and judged. Read when used, never at import: settings of a platform come late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from digiskills_grading import api as grading
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.did import did_web
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.errors import ConfigurationError

# A name under .invalid can never resolve (RFC 2606), so nobody can ever stand behind a test record.
TEST_BASE_URL = "https://test.invalid"
TEST_DID = "did:web:test.invalid"
TEST_ISSUER: JsonObject = {"id": "https://test.invalid/issuer", "name": "TEST – không có giá trị – not a real confirmation"}


def key_places() -> KeyPlaces:
    """``DIGISKILLS_KEY_DIR`` (needed), ``DIGISKILLS_SIGNING_KEY_FILE`` and ``DIGISKILLS_BADGE_KEY_FILE``.

    Without the files the keys of ``digiskills_keys`` sign, and without these development keys, with the test mark.

    Raises:
        ConfigurationError: no key directory.
    """
    directory = getattr(settings, "DIGISKILLS_KEY_DIR", None)
    if not directory:
        raise ConfigurationError("DIGISKILLS_KEY_DIR is not set; name a directory that only the platform's user may read")
    return KeyPlaces(
        directory=Path(directory),
        signing_key_file=_optional_path("DIGISKILLS_SIGNING_KEY_FILE"),
        badge_key_file=_optional_path("DIGISKILLS_BADGE_KEY_FILE"),
    )


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


def issuer_did(*, test: bool) -> str:
    """The DID that issues badges: ``did`` of ``DIGISKILLS_ISSUER``, else that of our own DID document; the test issuer's for a test.

    Raises:
        ConfigurationError: neither is set.
    """
    if test:
        return TEST_DID
    value = getattr(settings, "DIGISKILLS_ISSUER", None)
    if isinstance(value, Mapping) and value.get("did"):
        return str(value["did"])
    if not public_base_url():
        raise ConfigurationError("badges need DIGISKILLS_PUBLIC_URL, or did in DIGISKILLS_ISSUER: under which DID are the keys published?")
    return did_web(public_base_url() + reverse("digiskills:did"))


def status_list_url(code: str) -> str:
    """Absolute address of the status list with this code; it stands in signed records and cannot change afterwards.

    Raises:
        ConfigurationError: a real list needs ``DIGISKILLS_PUBLIC_URL``.
    """
    base = public_base_url() or (TEST_BASE_URL if code.startswith("test-") else "")
    if not base:
        raise ConfigurationError("status lists need DIGISKILLS_PUBLIC_URL: scheme and host under which the platform is seen")
    return base + reverse("digiskills:status-list", args=[code])


def pii_keys() -> list[str]:
    """``DIGISKILLS_PII_KEYS``: Fernet keys, newest first; may be empty."""
    return [str(key) for key in getattr(settings, "DIGISKILLS_PII_KEYS", None) or ()]


def identity_index_keys() -> list[str]:
    """``DIGISKILLS_IDENTITY_INDEX_KEYS``: base64 of 32 random bytes each, newest first; may be empty."""
    return [str(key) for key in getattr(settings, "DIGISKILLS_IDENTITY_INDEX_KEYS", None) or ()]


def data_directories() -> tuple[Path, ...]:
    """``DIGISKILLS_DATA_DIRS``: the operator's own framework data, such as registry profiles; searched beside what is shipped."""
    return grading.data_dirs()


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


def _optional_path(name: str) -> Path | None:
    value = getattr(settings, name, None)
    return Path(value) if value else None
