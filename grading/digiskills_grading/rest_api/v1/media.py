"""JSON in and out, whatever the platform has set for its own APIs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer


class ApiRenderer(JSONRenderer):
    """Compact UTF-8 that is strict JSON."""

    compact = True
    ensure_ascii = False
    strict = True

    def get_indent(self, accepted_media_type: str, renderer_context: Any) -> int | None:
        """Never indented, so that one state has one representation."""
        return None


class ApiParser(JSONParser):
    """Strict JSON: no NaN, no Infinity."""

    strict = True


class ApiNegotiation(DefaultContentNegotiation):
    """By the header ``Accept`` alone; no ``?format=``."""

    settings: Any = SimpleNamespace(URL_FORMAT_OVERRIDE=None)
