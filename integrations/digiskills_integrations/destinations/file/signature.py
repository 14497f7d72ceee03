"""The signature of one file: Standard Webhooks' scheme, with the file's name in place of a message id."""

from __future__ import annotations

import base64
import hashlib
import hmac

from digiskills_integrations.errors import ConfigurationError

PREFIX = "whsec_"
MIN_BYTES = 24


def sign(name: str, content: bytes, secret: str) -> str:
    """``v1,`` and the base64 of HMAC-SHA256 over ``<name>.<content>``; the name is signed, so that no file can stand for another.

    Raises:
        ConfigurationError: the secret is not one. The message does not show it.
    """
    digest = hmac.digest(_decode(secret), name.encode("ascii") + b"." + content, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode("ascii")


def is_signed(name: str, content: bytes, signature: str, secret: str) -> bool:
    """Whether one of the signatures in ``signature`` (separated by spaces) is ours.

    Raises:
        ConfigurationError: as :func:`sign`.
    """
    wanted = sign(name, content, secret).encode("ascii")
    given = [text.encode("utf-8") for text in signature.split()]
    return any(hmac.compare_digest(wanted, text) for text in given)


def _decode(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ConfigurationError(
            "the secret of a file destination is not whsec_ followed by base64; make one of 24 random bytes"
        ) from error
    if len(key) < MIN_BYTES:
        raise ConfigurationError(f"the secret of a file destination has {len(key)} bytes; use at least {MIN_BYTES} random bytes")
    return key
