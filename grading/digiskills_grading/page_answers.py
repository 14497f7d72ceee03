"""What every page's answer has: a language, and that nobody may keep it."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import translation

AnyResponse = TypeVar("AnyResponse", HttpResponse, StreamingHttpResponse)

LANGUAGES = ("vi", "en")


def language_of(request: HttpRequest) -> str:
    """``?lang=``, else the request's language, else Vietnamese."""
    asked = request.GET.get("lang") or (translation.get_language() or "")[:2]
    return asked if asked in LANGUAGES else "vi"


def private(response: AnyResponse, language: str) -> AnyResponse:
    """Marks an answer as one person's own, in a language."""
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return response
