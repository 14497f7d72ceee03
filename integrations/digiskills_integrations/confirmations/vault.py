"""Holders' names at rest: Fernet tokens under rotating keys."""

from __future__ import annotations

import functools

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from digiskills_integrations import conf
from digiskills_integrations.canonical import canonical_json, parse_object
from digiskills_integrations.credentials.disclosure import Disclosure
from digiskills_integrations.credentials.keys import KeyPlaces, read_secret, write_secret_once
from digiskills_integrations.errors import ConfigurationError

DEVELOPMENT_KEY_NAME = "development-pii.key"


def seal(disclosure: Disclosure) -> str:
    """The disclosure as a token under the newest key.

    Raises:
        ConfigurationError: no usable key.
    """
    return _keys().encrypt(canonical_json({"name": disclosure.name, "salt": disclosure.salt})).decode("ascii")


def unseal(token: str) -> Disclosure:
    """The disclosure in ``token``.

    Raises:
        ConfigurationError: no usable key, or none that opens this token.
    """
    try:
        content = parse_object(_keys().decrypt(token))
    except InvalidToken as error:
        raise ConfigurationError("no key of DIGISKILLS_PII_KEYS opens a holder's name; keep old keys at the end of the list") from error
    return Disclosure(name=content["name"], salt=content["salt"])


def _keys() -> MultiFernet:
    configured = conf.pii_keys()
    try:
        return MultiFernet([Fernet(key) for key in configured or [_development_key(conf.key_places())]])
    except ValueError as error:
        raise ConfigurationError("DIGISKILLS_PII_KEYS holds a value that is no Fernet key; make one with Fernet.generate_key()") from error


@functools.cache
def _development_key(places: KeyPlaces) -> str:
    if places.signing_key_file is not None:
        raise ConfigurationError("real confirmations need DIGISKILLS_PII_KEYS: a list of Fernet keys, newest first")
    path = places.directory / DEVELOPMENT_KEY_NAME
    if not path.exists():
        write_secret_once(path, Fernet.generate_key())
    return read_secret(path).decode("ascii").strip()
