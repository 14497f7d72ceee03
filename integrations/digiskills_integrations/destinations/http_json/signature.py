"""The signature of a request under a shared key (docs/reference/registry-profiles.md, "HMAC")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import urlsplit

from digiskills_integrations.errors import ConfigurationError

MIN_KEY_BYTES = 32


def signature_headers(*, url: str, key: str, body: bytes, key_id: str, secret: str, now: datetime) -> dict[str, str]:
    """Headers that prove who sends this request, to whom, and when.

    Args:
        url: of the request; its path and query are signed.
        key: the request's idempotency key.
        secret: base64 of at least 32 bytes.

    Raises:
        ConfigurationError: the secret is not one. The message does not show it.
    """
    stamp = str(int(now.astimezone(UTC).timestamp()))
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    signed = "\n".join((stamp, key, "POST", target, hashlib.sha256(body).hexdigest())).encode()
    return {
        "X-Digiskills-Key-Id": key_id,
        "X-Digiskills-Timestamp": stamp,
        "X-Digiskills-Signature": f"v1={hmac.digest(decode_key(secret), signed, hashlib.sha256).hex()}",
    }


def decode_key(secret: str) -> bytes:
    """The bytes of a shared key.

    Raises:
        ConfigurationError: not base64, or fewer than 32 bytes.
    """
    try:
        key = base64.b64decode(secret.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError(f"the shared key is no base64; make one of at least {MIN_KEY_BYTES} random bytes") from error
    if len(key) < MIN_KEY_BYTES:
        raise ConfigurationError(f"the shared key has {len(key)} bytes; use at least {MIN_KEY_BYTES} random bytes")
    return key
