"""The demo's pages around the units: who am I, the outline, progress, further pages of the course and its files; handlers of blocks."""

from __future__ import annotations

import mimetypes
from typing import Any

from attrs import frozen
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

from demo import pages, people
from demo.generated import LOCALES
from demo.outline import is_for_team, outline
from demo.runtime import load_block
from demo.standing import Points, Standing
from demo.texts import language, texts
from demo.unit_pages import LAST_UNIT, with_files
from digiskills_xblock.course.model import Block
from digiskills_xblock.course.policy import GLOSSARY_TAB

BACKEND = "django.contrib.auth.backends.ModelBackend"
EXTRA_PAGES = {"glossary": f"tabs/{GLOSSARY_TAB}.html", "handouts": "info/handouts.html"}
# Printed papers carry their own style sheet, and nothing else.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox allow-modals"


@frozen
class Row:
    """A skill, or another sequence, in the outline.

    Attributes:
        opens: name of the unit that its link leads to: the first that is not done.
    """

    sequence: Block
    opens: str
    done: int
    points: Points

    @property
    def number(self) -> int:
        return len(self.sequence.children)

    @property
    def is_done(self) -> bool:
        return self.done == self.number


@require_safe
@ensure_csrf_cookie
def index(request: HttpRequest) -> HttpResponse:
    """Choose a person; then the course's outline."""
    if pages.chosen_person(request) is None:
        return render(request, "demo/people.html", pages.shared(request, people=people.PEOPLE))
    standing = _standing(request)
    last = request.session.get(LAST_UNIT, "")
    return render(request, "demo/outline.html", pages.shared(request, go_on=standing.next_after(last), **_way(request, standing)))


@require_safe
@ensure_csrf_cookie
def progress(request: HttpRequest) -> HttpResponse:
    """What is completed, and the grade so far."""
    if pages.chosen_person(request) is None:
        return HttpResponseRedirect(reverse("index"))
    standing = _standing(request)
    return render(request, "demo/progress.html", pages.shared(request, grade=standing.grade(), **_way(request, standing)))


@require_safe
@ensure_csrf_cookie
def extra_page(request: HttpRequest, name: str) -> HttpResponse:
    """The glossary, or the papers to print."""
    if name not in EXTRA_PAGES:
        raise Http404(name)
    body = with_files(outline(language()).files[EXTRA_PAGES[name]].decode())
    return render(request, "demo/extra.html", pages.shared(request, title=texts()[name], body=body))


@require_safe
def course_file(request: HttpRequest, locale: str, path: str) -> HttpResponse:
    """A static file of the course."""
    content = outline(next(one for one in LOCALES if one == locale)).files.get(f"static/{path}") if locale in LOCALES else None
    if content is None:
        raise Http404(path)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    answer = HttpResponse(content, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer


@require_POST
def choose_person(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people; an unknown name signs out."""
    wanted = request.POST.get("username", "")
    if wanted in {person.username for person in people.PEOPLE}:
        login(request, people.account_of(wanted), backend=BACKEND)
    else:
        logout(request)
    return HttpResponseRedirect(reverse("index"))


@require_http_methods(["GET", "POST"])
@transaction.non_atomic_requests
def handler(request: HttpRequest, usage_id: str, name: str) -> HttpResponse:
    """A handler of a block, for the person of the session; CSRF is checked as for every POST."""
    try:
        block: XBlock = load_block(usage_id, pages.account_of(request))
        response = block.handle(name, django_to_webob_request(request))
    except (NoSuchUsage, NoSuchHandlerError) as error:
        raise Http404(usage_id) from error
    answer: HttpResponse = webob_to_django_response(response)
    return answer


def _standing(request: HttpRequest) -> Standing:
    account = pages.account_of(request)
    return Standing.of(outline(language()), account and account.pk)


def _way(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    """The outline with what is done, for outline and progress page. The team's chapter counts for nobody."""
    shown = [chapter for chapter in standing.outline.chapters if pages.is_team(request) or not is_for_team(chapter)]
    units = [unit.block for unit in standing.outline.seen_by(team=False)]
    return {
        "chapters": [(chapter, is_for_team(chapter), [_row(standing, one) for one in chapter.children]) for chapter in shown],
        "done": standing.done_of(units),
        "number": len(units),
    }


def _row(standing: Standing, sequence: Block) -> Row:
    units = sequence.children
    opens = next((unit for unit in units if not standing.is_done(unit)), units[0])
    return Row(sequence, opens.name, standing.done_of(units), standing.points(sequence))
