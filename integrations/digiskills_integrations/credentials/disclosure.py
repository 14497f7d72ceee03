"""How a signed record can name its holder without holding the name.

The record carries a salted digest; name and salt are kept beside it, encrypted, and are told only to who may know. Without the salt (128
bits) the digest says nothing about the name, so deleting the salt takes the name out of every copy of the record at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

import attrs

from digiskills_integrations.canonical import canonical_json


@attrs.frozen
class Disclosure:
    """The holder's name (NFC, single spaces) and the salt of its digest (base64url)."""

    name: str = attrs.field(repr=False)
    salt: str = attrs.field(repr=False)

    @property
    def commitment(self) -> str:
        """What the record carries: base64url of SHA-256 over the canonical JSON array ``[salt, name]``."""
        return _base64url(hashlib.sha256(canonical_json([self.salt, self.name])).digest())

    def opens(self, commitment: str) -> bool:
        """Whether this is the name that a record with ``commitment`` means."""
        return hmac.compare_digest(self.commitment.encode(), commitment.encode())


def disclose(name: str, salt: bytes) -> Disclosure | None:
    """The disclosure for a name as the platform has it, or None when nothing is left of it after cleaning.

    Args:
        name: any text; brought to NFC, runs of white space to one space, other control characters dropped.
        salt: 16 unpredictable bytes.
    """
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    cleaned = "".join(character for character in spaced if unicodedata.category(character) not in ("Cc", "Cs"))
    return Disclosure(name=cleaned, salt=_base64url(salt)) if cleaned else None


def initials(name: str) -> str:
    """``Nguyễn Thị Lan`` as ``N. T. L.``: enough to compare with a person who is present, too little to learn who it is."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
