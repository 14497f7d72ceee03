"""Pages for learners. Server-rendered, no JavaScript; no record is written.

What a learner says before the first task is kept in the session alone: it is no evidence, it only orders what is offered, and it goes
when they sign out.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from digiskills_framework.api import StartAnswer
from digiskills_grading import presenters
from digiskills_grading.data import LearnerRef
from digiskills_grading.page_answers import language_of, private

START_PROFILE = "digiskills_start"


@transaction.non_atomic_requests
@require_safe
@login_required
def my_skills(request: HttpRequest) -> HttpResponse:
    """The signed-in learner's own skills, what is missing, and their confirmations. Nobody can ask for another's page."""
    language = language_of(request)
    with translation.override(language):
        learner = LearnerRef(user_id=request.user.pk)
        page = presenters.my_skills_page(learner, language, now=timezone.now(), start=_start_profile(request))
        response = render(request, "digiskills_grading/my_skills.html", {"page": page, "language": language})
    return private(response, language)


@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Where the signed-in learner would like to begin: one question for each skill group, each of which may be left out."""
    language = language_of(request)
    if request.method == "POST":
        request.session[START_PROFILE] = {group: request.POST.get(group, "") for group in presenters.start_groups()}
        return private(HttpResponseRedirect(f"{reverse('digiskills:my-skills')}?lang={language}"), language)
    with translation.override(language):
        page = presenters.start_page(_start_profile(request), language)
        response = render(request, "digiskills_grading/start.html", {"page": page, "language": language})
    return private(response, language)


def _start_profile(request: HttpRequest) -> dict[str, StartAnswer]:
    """The answers that the session holds; what is no answer (or no answer any more) is left out."""
    held = request.session.get(START_PROFILE)
    answers = held.items() if isinstance(held, dict) else ()
    return {group: StartAnswer(answer) for group, answer in answers if answer in list(StartAnswer)}
