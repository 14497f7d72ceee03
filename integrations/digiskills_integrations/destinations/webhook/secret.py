"""The shared secret of a webhook, as Standard Webhooks writes it."""

from __future__ import annotations

import base64
import binascii

from digiskills_integrations.errors import ConfigurationError

PREFIX = "whsec_"
MIN_BYTES, MAX_BYTES = 24, 64


def decode_secret(text: str) -> bytes:
    """The bytes of a secret (base64, with or without ``whsec_``). Strict, where the library would drop what is no base64.

    Raises:
        ConfigurationError: not base64, or not 24 to 64 bytes. The message does not show the secret.
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError("the webhook secret is not whsec_ followed by base64; make one of 24 to 64 random bytes") from error
    if not MIN_BYTES <= len(secret) <= MAX_BYTES:
        raise ConfigurationError(f"the webhook secret has {len(secret)} bytes; use 24 to 64 random bytes")
    return secret
