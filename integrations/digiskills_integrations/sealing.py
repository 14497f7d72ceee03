"""Personal data at rest: Fernet tokens of JSON objects, under rotating keys."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from digiskills_integrations import conf
from digiskills_integrations.canonical import JsonObject, canonical_json, parse_object
from digiskills_integrations.credentials.keys import load_signing_key, read_secret, write_secret_once
from digiskills_integrations.errors import ConfigurationError

DEVELOPMENT_KEY_NAME = "development-pii.key"


def seal(content: JsonObject) -> str:
    """The object as a token under the newest key.

    Raises:
        ConfigurationError: no usable key.
    """
    return _keys().encrypt(canonical_json(content)).decode("ascii")


def unseal(token: str) -> JsonObject:
    """The object in ``token``.

    Raises:
        ConfigurationError: no usable key, or none that opens this token.
    """
    try:
        return parse_object(_keys().decrypt(token))
    except InvalidToken as error:
        raise ConfigurationError("no key of DIGISKILLS_PII_KEYS opens a stored token; keep old keys at the end of the list") from error


def development_secret(name: str, make: Callable[[], bytes], *, setting: str) -> str:
    """A secret for development, kept in the key directory and made there on first use.

    Args:
        name: of the file.
        setting: what must be set instead once real keys sign.

    Raises:
        ConfigurationError: real keys sign, or the file cannot be used.
    """
    places = conf.key_places()
    if not load_signing_key(places).is_test:
        raise ConfigurationError(f"real confirmations need {setting}: a list of keys, newest first")
    path = places.directory / name
    if not path.exists():
        write_secret_once(path, make())
    return read_secret(path).decode("ascii").strip()


def _keys() -> MultiFernet:
    configured = conf.pii_keys() or [development_secret(DEVELOPMENT_KEY_NAME, Fernet.generate_key, setting="DIGISKILLS_PII_KEYS")]
    try:
        return MultiFernet([Fernet(key) for key in configured])
    except ValueError as error:
        raise ConfigurationError("DIGISKILLS_PII_KEYS holds a value that is no Fernet key; make one with Fernet.generate_key()") from error
