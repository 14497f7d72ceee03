"""Encryption of personal data at rest, with the keys of the setting ``DIGISKILLS_PII_KEYS``.

The setting is a list of Fernet keys, newest first: the first encrypts, all decrypt, so that keys can be rotated. Keys are read when
they are used, never at import: worker processes fork.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from digiskills_grading.errors import ConfigurationError

_REMEDY = "set it to a list of Fernet keys, newest first (cryptography.fernet.Fernet.generate_key())"


def _keys() -> MultiFernet:
    keys: list[str] = list(getattr(settings, "DIGISKILLS_PII_KEYS", ()))
    if not keys:
        raise ConfigurationError(f"DIGISKILLS_PII_KEYS is empty, so personal data can be neither stored nor read: {_REMEDY}")
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ConfigurationError(f"DIGISKILLS_PII_KEYS holds something that is not a Fernet key: {_REMEDY}") from error


def encrypt(text: str) -> str:
    """The text under the newest key.

    Raises:
        ConfigurationError: no key, or an invalid one.
    """
    return _keys().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    """What `encrypt` was given.

    Raises:
        ConfigurationError: no key, an invalid one, or none of them opens this text.
    """
    try:
        return _keys().decrypt(token.encode("ascii")).decode()
    except InvalidToken as error:
        raise ConfigurationError(
            "none of DIGISKILLS_PII_KEYS opens a stored text: put the key it was encrypted with back into the list"
        ) from error
