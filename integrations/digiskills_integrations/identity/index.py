"""The keyed digest by which a number is found again without being stored in the clear."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

import attrs

from digiskills_integrations import conf
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.sealing import development_secret

SETTING = "DIGISKILLS_IDENTITY_INDEX_KEYS"
DEVELOPMENT_KEY_NAME = "development-identity-index.key"
_KEY_BYTES = 32
_NAME_LENGTH = 16


@attrs.frozen
class IndexKey:
    """A key and its name: the first 16 hexadecimal digits of its SHA-256."""

    name: str
    secret: bytes = attrs.field(repr=False)

    def digest(self, scheme: str, number: str) -> str:
        """HMAC-SHA256 (hexadecimal) of scheme and number. Twelve digits could be tried out one by one; the key prevents that."""
        return hmac.digest(self.secret, f"{scheme}:{number}".encode(), hashlib.sha256).hex()


def index_keys() -> Sequence[IndexKey]:
    """The keys, newest first; at least one.

    Raises:
        ConfigurationError: a value is no key, or none is set and real keys sign.
    """
    return [_parse(text) for text in conf.identity_index_keys() or [development_secret(DEVELOPMENT_KEY_NAME, _new_key, setting=SETTING)]]


def _new_key() -> bytes:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES))


def _parse(text: str) -> IndexKey:
    try:
        secret = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError(f"{SETTING} holds a value that is no base64; use the base64 of {_KEY_BYTES} random bytes") from error
    if len(secret) != _KEY_BYTES:
        raise ConfigurationError(f"{SETTING} holds a key of {len(secret)} bytes; use the base64 of {_KEY_BYTES} random bytes")
    return IndexKey(name=hashlib.sha256(secret).hexdigest()[:_NAME_LENGTH], secret=secret)
