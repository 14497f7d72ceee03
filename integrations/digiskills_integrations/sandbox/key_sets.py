"""Where the sandbox has the issuer's key set from."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from digiskills_integrations import http
from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.sandbox.checks import RefusedError

logger = logging.getLogger(__name__)
# Admitted besides public addresses: the platform of a trial runs on the same machine.
_LOOPBACK = ["127.0.0.0/8", "::1/128"]


def key_set_source(place: str) -> Callable[[], JsonObject]:
    """A function that returns the key set in the file or at the http(s) URL ``place``; asked anew for every event.

    It raises ``RefusedError`` (503) when the key set cannot be had: that is no reason to reject a record for good.
    """
    if place.startswith(("http://", "https://")):
        limits = http.HttpLimits(allowed_networks=http.parse_networks(_LOOPBACK))
        return lambda: _parsed(place, lambda: _fetch(place, limits))
    return lambda: _parsed(place, Path(place).read_bytes)


def _fetch(url: str, limits: http.HttpLimits) -> bytes:
    answer = http.get(url, limits=limits)
    if answer.status != 200:
        raise ValueError(f"status {answer.status}")
    return answer.body


def _parsed(place: str, read: Callable[[], bytes]) -> JsonObject:
    try:
        return parse_object(read())
    except (http.HttpError, OSError, ValueError) as error:
        logger.warning("the key set at %s cannot be had: %s", place, error)
        raise RefusedError(503, "key_set_unavailable") from error
