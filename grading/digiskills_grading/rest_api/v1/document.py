"""The OpenAPI document, as it was committed: what is served is what was reviewed."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from digiskills_grading.rest_api.v1.base import ApiView
from digiskills_grading.rest_api.v1.throttling import AddressRate

FILE = "rest-api-v1.json"


class OpenApiDocument(ApiView):
    """For everybody: it says nothing about anybody."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def get_throttles(self) -> list[BaseThrottle]:
        return [AddressRate("read")]

    def caching(self) -> str:
        return "public, max-age=3600"

    def get(self, request: Request, **_: Any) -> Response:
        return Response(_document())


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    text = files("digiskills_grading").joinpath("schemas", FILE).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
