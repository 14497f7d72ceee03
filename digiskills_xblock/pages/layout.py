"""What the pages around the player have in common: the frame, the language, the content security policy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from digiskills_xblock import views
from digiskills_xblock.i18n import Language, current_language, gettext, interface_language, language_from
from digiskills_xblock.pages.public_files import address

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


def language_of(request: HttpRequest) -> Language:
    """The language in ``?lang=``, else that of the request."""
    wanted = request.GET.get("lang")
    return language_from(wanted) if wanted else current_language()


def with_language(language: Language, url: str) -> str:
    """An address that keeps the language."""
    return f"{url}?lang={language}"


def page(request: HttpRequest, language: Language, **context: Any) -> HttpResponse:
    """The template ``open``, filled; ``title`` and ``description`` are always given."""
    other: Language = "en" if language == "vi" else "vi"
    shared = {
        "language": interface_language(language),
        "page_url": request.build_absolute_uri(),
        "other": other,
        "other_name": {"vi": "Tiếng Việt", "en": "English"}[other],
        "other_url": with_language(other, request.path),
        "needs_script": gettext("This exercise needs JavaScript. Please switch it on in your browser.", language),
        "site": gettext("Digital skills: practice", language),
        **{name.replace(".", "_"): address(name) for name in ("player.css", "open.css", "player.js")},
    }
    response = HttpResponse(views.render("open", {**shared, **context}))
    response["Content-Security-Policy"] = POLICY
    return response
