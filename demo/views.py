"""The demo's pages: who am I, the tasks, one task in the workbench's runtime, and the handler of its block."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login, logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from xblock.core import XBlock
from xblock.django.request import django_to_webob_request, webob_to_django_response
from xblock.exceptions import NoSuchHandlerError, NoSuchUsage

from demo import people, registry
from demo.runtime import COURSE_KEY, load_block, placed_tasks
from demo.texts import language, texts
from digiskills_framework.tasks import load_task

BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_safe
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    """Choose a person; then the tasks and the other pages."""
    account = _account(request)
    cards = [_card(placed.task_id, load_block(placed.usage_id, account)) for placed in placed_tasks()]
    chosen = next((person for person in people.PEOPLE if account is not None and person.username == account.username), None)
    return _render(request, "index", people=people.PEOPLE, chosen=chosen, cards=cards, course_key=COURSE_KEY)


@require_POST
def choose_person(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people; an unknown name signs out."""
    wanted = request.POST.get("username", "")
    if wanted in {person.username for person in people.PEOPLE}:
        login(request, people.account_of(wanted), backend=BACKEND)
    else:
        logout(request)
    return HttpResponseRedirect(reverse("index"))


@require_safe
@ensure_csrf_cookie
@transaction.non_atomic_requests
def task(request: HttpRequest, task_id: str) -> HttpResponse:
    """One task, phone-sized, as its block renders it."""
    usage_id = next((placed.usage_id for placed in placed_tasks() if placed.task_id == task_id), None)
    if usage_id is None:
        raise Http404(task_id)
    fragment = load_block(usage_id, _account(request)).render("student_view", {})
    return _render(
        request,
        "task",
        task_id=task_id,
        title=load_task(task_id).title.text(language()),
        head=fragment.head_html(),
        body=fragment.body_html(),
        foot=fragment.foot_html(),
    )


@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def handler(request: HttpRequest, usage_id: str, name: str) -> HttpResponse:
    """A handler of a block, for the person of the session; CSRF is checked as for every POST."""
    try:
        block: XBlock = load_block(usage_id, _account(request))
        response = block.handle(name, django_to_webob_request(request))
    except (NoSuchUsage, NoSuchHandlerError) as error:
        raise Http404(usage_id) from error
    answer: HttpResponse = webob_to_django_response(response)
    return answer


def _account(request: HttpRequest) -> Any | None:
    return request.user if request.user.is_authenticated else None


def _card(task_id: str, block: XBlock) -> dict[str, Any]:
    found = load_task(task_id)
    score = block.get_score().raw_earned if block.has_submitted_answer() else None
    return {
        "id": task_id,
        "title": found.title.text(language()),
        "goal": found.goal.text(language()),
        "minutes": found.minutes,
        "percent": None if score is None else round(100 * score),
    }


def _render(request: HttpRequest, page: str, **context: Any) -> HttpResponse:
    shared = {"t": texts(), "language": language(), "sandbox_url": registry.page_url()}
    return render(request, f"demo/{page}.html", {**shared, **context})
