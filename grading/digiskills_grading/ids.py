"""Outward ids: 26 characters, sortable by creation time, free of letters that are misread (ULID's layout and alphabet)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 26
_RANDOM_BYTES = 10
MAX_SEED = 2**63 - 1


def new_public_id(now: datetime, entropy: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """48 bits of milliseconds since 1970 and 80 random bits, as 26 characters.

    Args:
        now: aware; only its instant matters.
        entropy: gives that many random bytes.
    """
    milliseconds = int(now.timestamp() * 1000)
    number = (milliseconds << (8 * _RANDOM_BYTES)) | int.from_bytes(entropy(_RANDOM_BYTES), "big")
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def new_seed() -> int:
    """A secret seed for instantiation, 0 … 2**63-1."""
    return secrets.randbelow(MAX_SEED + 1)
