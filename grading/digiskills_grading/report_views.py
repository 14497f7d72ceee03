"""Pages and tables for officials. Server-rendered, no JavaScript, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from attrs import frozen
from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from digiskills_grading import csv_export, presenters, reports, standings
from digiskills_grading.data import HouseholdReport, UnitReport
from digiskills_grading.days import day_of
from digiskills_grading.page_answers import language_of, private

VIEW_REPORTS = "digiskills_grading.view_reports"
VIEW_SMALL_FIGURES = "digiskills_grading.view_small_figures"


@frozen
class _Days:
    """The days that were asked for, or none and what was wrong with them."""

    day: date | None = None
    since: date | None = None
    problems: tuple[str, ...] = ()


@transaction.non_atomic_requests
@require_safe
@login_required
@permission_required(VIEW_REPORTS, raise_exception=True)
def units(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Admin unit × audience: learners, tried, completed, confirmed. ``?format=csv`` gives the whole tree."""
    return _report(request, "regulation", reports.regulations_in_use())


@transaction.non_atomic_requests
@require_safe
@login_required
@permission_required(VIEW_REPORTS, raise_exception=True)
def households(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Households by admin unit, and how many of them are covered under a coverage rule. ``?format=csv`` gives the whole tree."""
    return _report(request, "rule", tuple(rule.key for rule in standings.household_rules()))


def _report(request: HttpRequest, name: str, keys: Sequence[str]) -> HttpResponse | StreamingHttpResponse:
    key = request.GET.get(name) or (keys[0] if keys else "")
    if key and key not in keys:
        raise Http404(f"there are no figures of {key!r}")
    language, now = language_of(request), timezone.now()
    as_csv = request.GET.get("format") == "csv"
    with translation.override(language):
        days = _days(request, day_of(now))
        report = _read(request, name, key, days, now, deep=as_csv)
        shown = presenters.Shown(
            language=language,
            today=day_of(now),
            keys=keys,
            under=request.GET.get("unit") or None,
            day=days.day,
            small=settings.DIGISKILLS_SMALL_FIGURE,
            problems=days.problems,
        )
        return _csv(report, shown, key) if as_csv else _page(request, report, shown, name)


def _read(request: HttpRequest, name: str, key: str, days: _Days, now: datetime, *, deep: bool) -> UnitReport | HouseholdReport:
    protect = not request.user.has_perm(VIEW_SMALL_FIGURES)
    under = None if deep else request.GET.get("unit") or None
    if name == "rule":
        return reports.household_report(key, now=now, under=under, deep=deep, day=days.day, since=days.since, protect=protect)
    return reports.unit_report(key, now=now, under=under, deep=deep, day=days.day, since=days.since, protect=protect)


def _days(request: HttpRequest, today: date) -> _Days:
    """What the form asks for. What cannot be used is said, and the figures of now are shown instead."""
    found: dict[str, date | None] = {}
    for name in ("day", "since"):
        text = request.GET.get(name, "")
        try:
            found[name] = date.fromisoformat(text) if text else None
        except ValueError:
            return _Days(
                problems=(
                    _("“%(text)s” is not a date. Choose a day, for example %(today)s.") % {"text": text, "today": f"{today:%d/%m/%Y}"},
                )
            )
    day, since = found["day"], found["since"]
    if (day or today) > today:
        return _Days(problems=(_("There are no figures of a day to come. Choose today or an earlier day."),))
    if since is not None and since >= (day or today):
        return _Days(problems=(_("The change is counted from an earlier day. Choose a day before that of the figures."),))
    return _Days(day, since)


def _page(request: HttpRequest, report: UnitReport | HouseholdReport, shown: presenters.Shown, name: str) -> HttpResponse:
    page = presenters.report_page(report, shown)
    asked = {name: page.key, "day": page.day, "since": page.since}
    query = urlencode({given: value for given, value in asked.items() if value} | {"lang": shown.language})
    keep = urlencode({given: value for given, value in (asked | {"unit": shown.under}).items() if value})
    context = {
        "page": page,
        "language": shown.language,
        "keep": f"{keep}&" if keep else "",
        "query": query,
        "choice_name": name,
        "choice_label": _("Regulation") if name == "regulation" else _("Coverage rule"),
    }
    return private(render(request, "digiskills_grading/report.html", context), shown.language)


def _csv(report: UnitReport | HouseholdReport, shown: presenters.Shown, key: str) -> StreamingHttpResponse:
    # Made here, in the language of the page: a response streams when the language is another again.
    rows = list(presenters.report_rows(report, shown))
    response = StreamingHttpResponse(csv_export.csv_lines(rows), content_type="text/csv; charset=utf-8")
    kind = "units" if isinstance(report, UnitReport) else "households"
    response["Content-Disposition"] = f'attachment; filename="digiskills-{kind}-{key.replace("/", "-")}-{report.day:%Y%m%d}.csv"'
    return private(response, shown.language)
