"""Public pages: verification of a confirmation by its number, and the key set for verifiers. No account, no JavaScript, no writes."""

from __future__ import annotations

from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from digiskills_integrations import conf
from digiskills_integrations.confirmations.numbers import format_number, parse_number
from digiskills_integrations.confirmations.qr import DIGEST_PARAMETER, document_url, qr_svg
from digiskills_integrations.confirmations.selectors import Verification, verify_number
from digiskills_integrations.credentials.keys import public_key_set

LANGUAGES = ("vi", "en")
AUDIENCE_NAMES = {
    "citizen": gettext_lazy("Citizen"),
    "student": gettext_lazy("Pupil or student"),
    "public_sector": gettext_lazy("Public employee"),
    "enterprise_worker": gettext_lazy("Worker in an enterprise"),
}
RECORD_NAMES = {
    "confirmation": gettext_lazy("Confirmation of completion"),
    "result": gettext_lazy("Result of an assessment"),
}
_KEY_SET_SECONDS = 3600
_MAX_TYPED = 64


@transaction.non_atomic_requests
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """The form for a number; a number that can exist leads on to its page."""
    typed = request.GET.get("number", "")[:_MAX_TYPED]
    number = parse_number(typed)
    if number is not None:
        target = reverse("digiskills:verify", args=[format_number(number)])
        language = _asked_language(request)
        return HttpResponseRedirect(f"{target}?lang={language}" if language else target)
    verification = Verification(status="malformed") if typed else None
    return _page(request, verification, typed=typed)


@transaction.non_atomic_requests
@require_safe
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """What the record with this number says today. Everybody sees the same: no name, only its initials.

    ``c`` in the query is the digest that a document carries in its QR code: an earlier version is told apart from the newest one.
    """
    digest = request.GET.get(DIGEST_PARAMETER, "")[:_MAX_TYPED]
    return _page(request, verify_number(number, now=timezone.now(), digest=digest), typed=number[:_MAX_TYPED])


@transaction.non_atomic_requests
@require_safe
@cache_control(public=True, max_age=_KEY_SET_SECONDS)
def key_set(request: HttpRequest) -> HttpResponse:
    """The JWK set of the signing key and of retired keys. An hour in caches: a new key is published that long before it signs."""
    return JsonResponse(public_key_set(conf.key_places()), content_type="application/jwk-set+json")


def _page(request: HttpRequest, verification: Verification | None, *, typed: str) -> HttpResponse:
    language = _asked_language(request) or (translation.get_language() or "vi")[:2]
    if language not in LANGUAGES:
        language = "vi"
    found = verification is None or verification.status not in ("unknown", "malformed")
    with translation.override(language):
        context = {
            "verification": verification,
            "typed": verification.number if verification is not None and verification.number else typed,
            "language": language,
            "regulation_label": _label(verification, language),
            "audience_name": "" if verification is None else AUDIENCE_NAMES.get(verification.audience, verification.audience),
            "record_name": "" if verification is None else RECORD_NAMES.get(verification.record_type, ""),
            "digest": request.GET.get(DIGEST_PARAMETER, "")[:_MAX_TYPED],
            "qr": _qr(request, verification),
        }
        status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
        response = render(request, "digiskills_integrations/verify.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = language
    return response


def _qr(request: HttpRequest, verification: Verification | None) -> str:
    """The QR code of the version shown, for a print-out; empty where there is nothing to show."""
    if verification is None or not verification.digest:
        return ""
    page = reverse("digiskills:verify", args=[verification.number])
    base = conf.public_base_url()
    return mark_safe(qr_svg(document_url(base + page if base else request.build_absolute_uri(page), verification.digest)))  # noqa: S308 - ours


def _asked_language(request: HttpRequest) -> str | None:
    asked = request.GET.get("lang")
    return asked if asked in LANGUAGES else None


def _label(verification: Verification | None, language: str) -> str:
    return "" if verification is None else str(verification.regulation_label.get(language, verification.regulation))
