"""Runs of a course for its team: a list without names, and one run step by step. Who does not teach the course finds nothing."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from digiskills_grading import api as grading
from digiskills_grading.data import TeamAttempt, TeamRun
from digiskills_grading.errors import AttemptNotFound
from digiskills_xblock import assignment, browser_files, messages, ui_strings, views
from digiskills_xblock.attempts import replayed
from digiskills_xblock.i18n import Language, gettext
from digiskills_xblock.i18n import gettext_noop as _
from digiskills_xblock.json_http import RequestRefused
from digiskills_xblock.pages.layout import language_of, page, with_language
from digiskills_xblock.pages.public_files import address

PERCENT = 10  # thousandths
HEADS = (_("When"), _("Task"), _("Run"), _("Points of 100"), _("Learner"))


@require_safe
@login_required
@cache_control(no_store=True)
@transaction.non_atomic_requests
def runs(request: HttpRequest, course_key: str) -> HttpResponse:
    """The last scored runs of a course, newest first; ``?task=`` names one task."""
    user_id = _account(request)
    task_id = request.GET.get("task") or None
    language = language_of(request)
    found = grading.course_runs(user_id, course_key, task_id=task_id)
    if found is None:
        raise Http404(course_key)
    return page(
        request,
        language,
        title=gettext("Runs of this course", language),
        description=gettext("The last scored runs. People are shown by an id, never by name.", language),
        empty="" if found else gettext("Nobody has handed in a run yet.", language),
        runs=[_row(run, language) for run in found],
        heads=[gettext(text, language) for text in HEADS],
        more=gettext("For the course team", language),
        more_url=grading.course_page_url(course_key),
    )


@require_safe
@login_required
@cache_control(no_store=True)
@ensure_csrf_cookie
@transaction.non_atomic_requests
def run(request: HttpRequest, attempt_id: str) -> HttpResponse:
    """One run: the result as the learner saw it, then what was done, step by step."""
    attempt = _found(request, attempt_id)
    language = language_of(request)
    try:
        shown, problem = json.dumps(_player(attempt, language)), ""
    except RequestRefused as refusal:
        shown, problem = "", messages.status_and_text(refusal.code)[1]
    return page(
        request,
        language,
        title=gettext("How the learner did it", language),
        description="",
        invitation=_described(attempt.run, language),
        empty=problem,
        player=shown,
        script=address("replay.js"),
        more=gettext("Runs of this course", language),
        more_url=with_language(language, reverse("digiskills:runs", args=[attempt.course_key])),
    )


@require_POST
@login_required
@cache_control(no_store=True)
@transaction.non_atomic_requests
def steps(request: HttpRequest, attempt_id: str) -> JsonResponse:
    """What `attempts.replay` answers, for the page."""
    try:
        return JsonResponse(replayed(_found(request, attempt_id), language_of(request)))
    except RequestRefused as refusal:
        status, text = messages.status_and_text(refusal.code)
        return JsonResponse({"error": {"code": refusal.code, "message": text}}, status=status)


def _account(request: HttpRequest) -> int:
    if request.user.pk is None:
        raise Http404
    return int(request.user.pk)


def _found(request: HttpRequest, attempt_id: str) -> TeamAttempt:
    try:
        return grading.attempt_of_team(_account(request), attempt_id, now=timezone.now())
    except AttemptNotFound as error:
        raise Http404(attempt_id) from error


def _player(attempt: TeamAttempt, language: Language) -> dict[str, Any]:
    """See ``init`` in public/player.js; public/replay.js takes the rest.

    Raises:
        RequestRefused: as `attempts.replayed`.
    """
    feedback = replayed(attempt, language)["feedback"]
    task = assignment.find_task(attempt.run.task_id, attempt.task_version, attempt.overlay)
    words = {
        **ui_strings.translated(language),
        "result": gettext("What the learner was told", language),
        "show_how": gettext("What the learner did, step by step", language),
        "way_over": gettext("Here the learner handed in.", language),
        "stored": "",
        "practised": "",
    }
    return {
        "strings": words,
        "task": views.task_page(task, language),
        "state": {"stored": True},
        "user": "",
        "usage": attempt.run.public_id,
        "language": language,
        "files": {name: address(path.removeprefix("public/")) for name, path in browser_files.needed(task).items()},
        "handlers": with_language(language, reverse("digiskills:run-steps", args=[attempt.run.public_id])),
        "feedback": {**feedback, "stored": True, "counted": attempt.run.run_kind == "counted"},
        "replay": True,
    }


def _row(found: TeamRun, language: Language) -> dict[str, Any]:
    return {
        "url": with_language(language, reverse("digiskills:run", args=[found.public_id])),
        "when": _moment(found, language),
        "task": found.task_id,
        "kind": _kind(found, language),
        "points": found.score_milli // PERCENT,
        "learner": found.learner_id,
    }


def _described(found: TeamRun, language: Language) -> str:
    return f"{found.task_id} · {_kind(found, language)} · {_moment(found, language)} · {found.learner_id}"


def _kind(found: TeamRun, language: Language) -> str:
    return gettext("scored run", language) if found.run_kind == "counted" else gettext("guided practice", language)


def _moment(found: TeamRun, language: Language) -> str:
    with override(language):
        return date_format(timezone.localtime(found.scored_at), "SHORT_DATETIME_FORMAT")
