"""Pages for learners and for officials. Server-rendered, no JavaScript, nothing is written."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from digiskills_grading import csv_export, presenters, reports
from digiskills_grading.data import LearnerRef, UnitReport

AnyResponse = TypeVar("AnyResponse", HttpResponse, StreamingHttpResponse)

LANGUAGES = ("vi", "en")
VIEW_REPORTS = "digiskills_grading.view_reports"


@transaction.non_atomic_requests
@require_safe
@login_required
def my_skills(request: HttpRequest) -> HttpResponse:
    """The signed-in learner's own skills, what is missing, and their confirmations. Nobody can ask for another's page."""
    language = _language(request)
    with translation.override(language):
        page = presenters.my_skills_page(LearnerRef(user_id=request.user.pk), language, now=timezone.now())
        response = render(request, "digiskills_grading/my_skills.html", {"page": page, "language": language})
    return _private(response, language)


@transaction.non_atomic_requests
@require_safe
@login_required
@permission_required(VIEW_REPORTS, raise_exception=True)
def units(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Admin unit × audience: learners, tried, completed, confirmed. ``?format=csv`` gives the whole tree."""
    language = _language(request)
    regulations = reports.regulations_in_use()
    regulation = request.GET.get("regulation") or (regulations[0] if regulations else "")
    if regulation and regulation not in regulations:
        raise Http404(f"nobody learns under a regulation {regulation!r}")
    as_csv = request.GET.get("format") == "csv"
    under = request.GET.get("unit") or None
    report = reports.unit_report(regulation, now=timezone.now(), under=under, deep=as_csv)
    with translation.override(language):
        if as_csv:
            return _csv(report, language)
        page = presenters.units_page(report, under=under, regulations=regulations, language=language)
        keep = urlencode([(name, request.GET[name]) for name in ("regulation", "unit") if request.GET.get(name)])
        response = render(
            request, "digiskills_grading/units.html", {"page": page, "language": language, "keep": f"{keep}&" if keep else ""}
        )
    return _private(response, language)


def _csv(report: UnitReport, language: str) -> StreamingHttpResponse:
    lines = csv_export.csv_lines(presenters.units_table(report, language))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"digiskills-units-{report.regulation.replace('/', '-')}-{report.as_of:%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(response, language)


def _language(request: HttpRequest) -> str:
    """``?lang=``, else the request's language, else Vietnamese."""
    asked = request.GET.get("lang") or (translation.get_language() or "")[:2]
    return asked if asked in LANGUAGES else "vi"


def _private(response: AnyResponse, language: str) -> AnyResponse:
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return response
