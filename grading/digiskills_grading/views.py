"""Pages for learners and for officials. Server-rendered, no JavaScript; no record is written.

What a learner says before the first task is kept in the session alone: it is no evidence, it only orders what is offered, and it goes
when they sign out.
"""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from digiskills_framework.api import StartAnswer
from digiskills_grading import csv_export, presenters, reports
from digiskills_grading.data import LearnerRef, UnitReport

AnyResponse = TypeVar("AnyResponse", HttpResponse, StreamingHttpResponse)

LANGUAGES = ("vi", "en")
START_PROFILE = "digiskills_start"
VIEW_REPORTS = "digiskills_grading.view_reports"


@transaction.non_atomic_requests
@require_safe
@login_required
def my_skills(request: HttpRequest) -> HttpResponse:
    """The signed-in learner's own skills, what is missing, and their confirmations. Nobody can ask for another's page."""
    language = _language(request)
    with translation.override(language):
        learner = LearnerRef(user_id=request.user.pk)
        page = presenters.my_skills_page(learner, language, now=timezone.now(), start=_start_profile(request))
        response = render(request, "digiskills_grading/my_skills.html", {"page": page, "language": language})
    return _private(response, language)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Where the signed-in learner would like to begin: one question for each skill group, each of which may be left out."""
    language = _language(request)
    if request.method == "POST":
        request.session[START_PROFILE] = {group: request.POST.get(group, "") for group in presenters.start_groups()}
        return _private(HttpResponseRedirect(f"{reverse('digiskills:my-skills')}?lang={language}"), language)
    with translation.override(language):
        page = presenters.start_page(_start_profile(request), language)
        response = render(request, "digiskills_grading/start.html", {"page": page, "language": language})
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


def _start_profile(request: HttpRequest) -> dict[str, StartAnswer]:
    """The answers that the session holds; what is no answer (or no answer any more) is left out."""
    held = request.session.get(START_PROFILE)
    answers = held.items() if isinstance(held, dict) else ()
    return {group: StartAnswer(answer) for group, answer in answers if answer in list(StartAnswer)}


def _language(request: HttpRequest) -> str:
    """``?lang=``, else the request's language, else Vietnamese."""
    asked = request.GET.get("lang") or (translation.get_language() or "")[:2]
    return asked if asked in LANGUAGES else "vi"


def _private(response: AnyResponse, language: str) -> AnyResponse:
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = language
    return response
