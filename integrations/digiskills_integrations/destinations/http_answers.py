"""What the status of an HTTP answer means to the outbox; the same for every kind that speaks HTTP."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.destinations.base import TransportError
from digiskills_integrations.http import HttpAnswer

REFERENCE_LENGTH = 128
REASON_LENGTH = 200
# Answers of a registry that is busy, down or set up wrongly at the moment: people mend these within the days of the schedule.
_TRANSIENT_STATUS = frozenset({401, 403, 404, 408, 409, 421, 425, 429})


def is_success(answer: HttpAnswer) -> bool:
    """Whether the registry says that it has taken the request."""
    return 200 <= answer.status < 300


def failure(answer: HttpAnswer, now: datetime) -> TransportError:
    """What an answer without success means: whether trying again can help, and when the registry wants it."""
    code = f"http_{answer.status}"
    if answer.status == 410:
        return TransportError(code, permanent=True, gone=True)
    if answer.status in _TRANSIENT_STATUS or answer.status >= 500:
        return TransportError(code, permanent=False, retry_after=_retry_after(answer.headers.get("retry-after"), now))
    return TransportError(code, permanent=True)


def text_of(content: JsonObject, name: str) -> str:
    """A text of an answer; empty when it is absent or no text."""
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait (RFC 9110: a number of seconds or an HTTP date); None when absent or not understood."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - now).total_seconds())
