"""Practice without an account: a page for each task whose address can be passed on, and a kiosk for a festival or a waiting room.

Nothing is stored: every run is stateless (see `stateless`), whoever is signed in. The operator switches the pages off with the setting
``DIGISKILLS_OPEN_PRACTICE``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from attrs import frozen
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from xblock.django.request import django_to_webob_request, webob_to_django_response
from xblock.fields import ScopeIds

from digiskills_framework.tasks import TaskDefinition, task_ids
from digiskills_grading.api import data_dirs
from digiskills_simulator import api as simulator
from digiskills_xblock import assignment, attempts, browser_files, correctness, ui_strings, views
from digiskills_xblock.i18n import Language, gettext
from digiskills_xblock.json_http import RequestRefused, answer
from digiskills_xblock.page_state import page_state
from digiskills_xblock.pages.layout import language_of, page, with_language
from digiskills_xblock.pages.public_files import address

OPEN_SETTING = "DIGISKILLS_OPEN_PRACTICE"
KIOSK_SETTING = "DIGISKILLS_KIOSK_TASKS"
ENDPOINTS = {name: attempts.ENDPOINTS[name] for name in ("start", "submit", "state", "solution")}
KIOSK_STEPS, KIOSK_MINUTES = 16, 3
"""A kiosk offers the tasks whose shown way has at most so many steps, for so long: ten seconds a step, no lesson (our estimate)."""
KIOSK_AUDIENCE = "citizen"
"""Whose tasks a kiosk shows first."""
View = Callable[..., HttpResponse]


@frozen
class OpenTask:
    """What the blocks' requests need to know of a task that stands in no course; see `practice.DigiskillsPracticeXBlock` for the fields."""

    task_id: str
    audience: str
    scope_ids: ScopeIds
    task_version: int = assignment.NEWEST
    school_level: str = ""
    show_correctness: str = correctness.ALWAYS
    runs: str = "both"
    due: None = None
    runtime: None = None


def _open(view: View) -> View:
    """Answers 404 where the operator has switched open practice off."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(settings, OPEN_SETTING, True):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_open
def tasks(request: HttpRequest) -> HttpResponse:
    """Every task of the library, with a link to its page."""
    language = language_of(request)
    cards = [_card(found, language) for found in _library()]
    title, lead = gettext("Try a practice task", language), gettext("No account is needed, and nothing is stored.", language)
    return page(
        request,
        language,
        title=title,
        description=lead,
        cards=cards,
        kiosk_url=with_language(language, reverse("digiskills:kiosk")),
        kiosk_text=gettext("For a device that many people use: short tasks", language),
    )


@require_safe
@_open
def task(request: HttpRequest, task_id: str) -> HttpResponse:
    """One task to try, for the audience in ``?for=`` if the task is for it, with a picture for whoever passes the link on."""
    block = _open_task(task_id, request.GET.get("for"))
    worn = assignment.dressed(block, _known(task_id))
    language = language_of(request)
    return page(
        request,
        language,
        title=worn.title.text(language),
        description=worn.goal.text(language),
        player=json.dumps(_player(block, worn, language)),
        script=address("open.js"),
        preview=request.build_absolute_uri(address(f"previews/{_face(worn)}.png")),
        preview_alt=gettext("A practice phone", language),
        invitation=gettext("No account is needed, and nothing is stored.", language),
        share=gettext("Pass this task on", language),
        shared=gettext("The link is copied.", language),
        more=gettext("Other tasks", language),
        more_url=with_language(language, reverse("digiskills:try-list")),
    )


@require_safe
@_open
def kiosk(request: HttpRequest) -> HttpResponse:
    """Short tasks on a device that many people use, one after the other; it goes back to its beginning by itself."""
    language = language_of(request)
    offered = [(found, _open_task(found.id, None)) for found in _kiosk_tasks()]
    inits = [_player(block, assignment.dressed(block, found), language) for found, block in offered]
    for init in inits:
        init["task"]["minutes"] = KIOSK_MINUTES
    return page(
        request,
        language,
        title=gettext("Three minutes of practice", language),
        description=gettext("Choose a task. It is only practice: nothing can go wrong.", language),
        cards=[_card(found, language) for found, _block in offered],
        players=json.dumps(inits),
        script=address("kiosk.js"),
        practice=gettext("A practice phone", language),
        again=gettext("Start again for the next person", language),
        asking=gettext("Are you still there?", language),
        asking_note=gettext("If nobody answers, the practice phone goes back to its beginning.", language),
        staying=gettext("Yes, I go on", language),
    )


@csrf_exempt
@require_POST
@_open
def handler(request: HttpRequest, task_id: str, name: str) -> HttpResponse:
    """What a block's handlers answer, without any account: exempt from CSRF, because nothing depends on a session."""
    if name not in ENDPOINTS:
        raise Http404(name)
    block = _open_task(task_id, request.GET.get("for"))
    response: HttpResponse = webob_to_django_response(answer(ENDPOINTS[name], block, django_to_webob_request(request)))
    return response


def _open_task(task_id: str, wanted: str | None) -> OpenTask:
    found = _known(task_id)
    audience = wanted if wanted in found.audiences else found.audiences[0]
    return OpenTask(
        task_id=found.id, audience=audience, scope_ids=ScopeIds(None, "digiskills_practice", None, f"open/{found.id}/{audience}")
    )


def _known(task_id: str) -> TaskDefinition:
    try:
        return assignment.find_task(task_id, None)
    except RequestRefused as refusal:
        raise Http404(task_id) from refusal


def _player(block: OpenTask, task: TaskDefinition, language: Language) -> dict[str, Any]:
    """See ``init`` in public/player.js; ``handlers`` is where public/open.js sends what a runtime would."""
    return {
        "strings": ui_strings.translated(language),
        "task": views.task_page(task, language),
        "state": page_state(block, views.PUBLIC, timezone.now()),
        "user": "",
        "usage": str(block.scope_ids.usage_id),
        "language": language,
        "public": False,  # the address is already the public one
        "files": {name: address(path.removeprefix("public/")) for name, path in browser_files.needed(task).items()},
        "handlers": reverse("digiskills:try-handler", args=[task.id, "NAME"]) + f"?for={block.audience}",
    }


def _card(task: TaskDefinition, language: Language) -> dict[str, Any]:
    return {
        "id": task.id,
        "url": with_language(language, reverse("digiskills:try", args=[task.id])),
        "title": task.title.text(language),
        "goal": task.goal.text(language),
        "minutes": gettext("about {minutes} minutes", language).format(minutes=task.minutes),
    }


def _face(task: TaskDefinition) -> str:
    """The kind of app that a picture of the task shows: the first."""
    return str(next(iter(task.raw["apps"].values()))["kind"])


def _library() -> tuple[TaskDefinition, ...]:
    return tuple(_known(task_id) for task_id in task_ids(extra=data_dirs()))


def _kiosk_tasks() -> tuple[TaskDefinition, ...]:
    named = tuple(getattr(settings, KIOSK_SETTING, ()))
    return tuple(_known(task_id) for task_id in named) if named else _short_tasks()


@cache
def _short_tasks() -> tuple[TaskDefinition, ...]:
    short = (found for found in _library() if _steps(found) <= KIOSK_STEPS)
    return tuple(sorted(short, key=lambda found: KIOSK_AUDIENCE not in found.audiences))


def _steps(task: TaskDefinition) -> int:
    scenario = simulator.instantiate(simulator.compile_task(task), 0)
    return len(simulator.witness_trace(scenario, attempts.SOLVING).actions)
