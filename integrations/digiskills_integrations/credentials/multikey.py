"""Ed25519 keys as Multikey (W3C Controlled Identifiers 1.0): multibase base58btc over a multicodec prefix and the raw key."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from digiskills_integrations.errors import CredentialError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_VALUE = {symbol: value for value, symbol in enumerate(_ALPHABET)}
_BASE58BTC = "z"
_ED25519_PUBLIC = b"\xed\x01"
_KEY_BYTES = 32


def base58_encode(raw: bytes) -> str:
    """Base58 in Bitcoin's alphabet; each leading zero byte is a leading ``1``."""
    number, pairs = int.from_bytes(raw), []
    while number:
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    text = "".join(reversed(pairs)).lstrip("1")
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def base58_decode(text: str) -> bytes:
    """The bytes of a base58 text.

    Raises:
        ValueError: a symbol is not in the alphabet.
    """
    number = 0
    try:
        for symbol in text:
            number = number * 58 + _VALUE[symbol]
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is no symbol of base58") from error
    leading = len(text) - len(text.lstrip("1"))
    return b"\0" * leading + number.to_bytes((number.bit_length() + 7) // 8)


def to_multikey(key: Ed25519PublicKey) -> str:
    """``z6Mk…``: the multibase text of a public key."""
    return _BASE58BTC + base58_encode(_ED25519_PUBLIC + key.public_bytes_raw())


def from_multikey(text: str) -> Ed25519PublicKey:
    """The public key in a multibase text.

    Raises:
        CredentialError: ``bad_key``.
    """
    try:
        raw = base58_decode(text.removeprefix(_BASE58BTC)) if text.startswith(_BASE58BTC) else b""
    except ValueError as error:
        raise CredentialError("bad_key", f"{text!r} is not a multibase key: {error}") from error
    if len(raw) != len(_ED25519_PUBLIC) + _KEY_BYTES or not raw.startswith(_ED25519_PUBLIC):
        raise CredentialError("bad_key", f"{text!r} is not an Ed25519 public key in multibase base58btc")
    return Ed25519PublicKey.from_public_bytes(raw[len(_ED25519_PUBLIC) :])
