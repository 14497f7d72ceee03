"""What a text and an IRI must be before they are signed: the same to every reader."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

from digiskills_integrations.errors import CredentialError

# RFC 3986: a scheme, then unreserved and reserved characters and whole percent-encodings; at most one fragment. The quantifiers are
# possessive, so that a text that does not match is refused in linear time.
_PART = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]++|%[0-9A-Fa-f]{2})"
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*+:{_PART}++(?:#{_PART}*+)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's categories Cc and Cs
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def check_text(text: str, path: str) -> None:
    """Refuse a text that two readers could show or canonicalise differently.

    Raises:
        CredentialError: ``not_nfc`` or ``control_character`` (lone surrogates too).
    """
    if text.isascii() and text.isprintable():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise CredentialError("not_nfc", f"{path}: the text is not in Unicode form NFC; normalise it where it enters")
    if _CONTROL.search(text) is not None:
        raise CredentialError("control_character", f"{path}: the text holds a control character; remove it where it enters")


def check_iri(iri: str, path: str) -> None:
    """Refuse what is no absolute, well-formed IRI in ASCII: JSON-LD readers drop such a value in silence, so it would not be signed.

    Raises:
        CredentialError: ``bad_iri``.
    """
    if _IRI.fullmatch(iri) is None:
        raise CredentialError("bad_iri", f"{path}: {iri!r} is not an absolute IRI; write scheme and path, non-ASCII percent-encoded")


def vc_time(moment: datetime) -> str:
    """An aware time in the form of the data model: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_vc_time(text: str, path: str) -> datetime:
    """The aware time in ``text``, which must have exactly the form of :func:`vc_time`.

    Raises:
        CredentialError: ``bad_time``.
    """
    try:
        if _TIME.fullmatch(text) is not None:
            return datetime.fromisoformat(text)
    except ValueError as error:
        raise CredentialError("bad_time", f"{path}: {text!r} is not a date that exists") from error
    raise CredentialError("bad_time", f"{path}: {text!r} is not a time in UTC such as 2026-11-22T09:30:00Z")
