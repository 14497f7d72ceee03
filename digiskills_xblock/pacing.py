"""How many requests one person may send: more than anybody who plays, fewer than a program that hammers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from webob import Request

LIMIT_SETTING = "DIGISKILLS_REQUESTS_A_MINUTE"
DEFAULT_LIMIT = 120
"""A run is two requests, a page one. A class behind one address is many people: it is the account that is counted."""
_WINDOW = 60


def seconds_to_wait(block: Any, request: Request, now: datetime) -> int:
    """0 if the request may be answered, else after how many seconds (1 … 60) to send it again.

    Counted in the platform's cache by account, or by address where nobody is signed in, over whole minutes. The setting
    ``DIGISKILLS_REQUESTS_A_MINUTE`` changes the limit; 0 means none.
    """
    limit = int(getattr(settings, LIMIT_SETTING, DEFAULT_LIMIT))
    if limit <= 0:
        return 0
    minute, second = divmod(int(now.timestamp()), _WINDOW)
    who = block.scope_ids.user_id or request.client_addr
    return 0 if _counted(f"digiskills.pace.{who}.{minute}") <= limit else _WINDOW - second


def _counted(key: str) -> int:
    cache.add(key, 0, timeout=2 * _WINDOW)
    try:
        return int(cache.incr(key))
    except ValueError:  # thrown out of a full cache between the two calls
        return 1
