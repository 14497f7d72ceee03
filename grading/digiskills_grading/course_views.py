"""The page of a course for its team. Server-rendered, no JavaScript; who does not teach the course finds no such page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from digiskills_grading import course_figures, course_links, csv_export, presenters
from digiskills_grading.course_teams import course_runs_url, is_course_team
from digiskills_grading.page_answers import language_of, private


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def course(request: HttpRequest, course_key: str) -> HttpResponse | StreamingHttpResponse:
    """Skill by skill and task by task. ``?format=csv`` gives a row for each learner; POST takes the figures of a small course again.

    To a stranger a course is not there, whether it exists or not.
    """
    if request.user.pk is None or not is_course_team(request.user.pk, course_key):
        raise Http404(f"no course {course_key!r} of this account's")
    language = language_of(request)
    if request.method == "POST":
        course_figures.take_course_figures(course_key, now=timezone.now())
        query = urlencode({"group": request.GET.get("group", ""), "lang": language})
        return private(HttpResponseRedirect(f"{reverse('digiskills:course', args=[course_key])}?{query}"), language)
    with translation.override(language):
        return _csv(course_key, language) if request.GET.get("format") == "csv" else _page(request, course_key, language)


def _page(request: HttpRequest, course_key: str, language: str) -> HttpResponse:
    report = course_figures.course_report(course_key)
    group = request.GET.get("group", "")
    if group and (report is None or group not in presenters.group_keys(report)):
        raise Http404(f"course {course_key} has no learners {group!r}")
    at_once = course_figures.can_be_taken_at_once(course_key)
    shown = presenters.CourseShown(course_key=course_key, language=language, group=group, at_once=at_once)
    page = presenters.course_page(report, shown, course_links.course_links())
    keep = urlencode({"group": group}) + "&" if group else ""
    context = {"page": page, "language": language, "keep": keep, "runs_url": course_runs_url(course_key)}
    return private(render(request, "digiskills_grading/course.html", context), language)


def _csv(course_key: str, language: str) -> StreamingHttpResponse:
    now = timezone.now()
    name = course_links.course_links().course_name(course_key) or course_key
    codes, learners = course_figures.course_learners(course_key)
    rows = presenters.learner_rows(codes, learners, name=name, now=now, language=language)
    response = StreamingHttpResponse(csv_export.csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="digiskills-course-{now:%Y%m%d}.csv"'
    return private(response, language)
