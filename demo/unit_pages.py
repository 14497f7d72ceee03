"""One unit of the course as a page: what its blocks show, where one came from and where one goes, and its questions' answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from attrs import frozen
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe
from web_fragments.fragment import Fragment

from demo import pages
from demo.outline import Outline, Unit, outline, runs_of, usage_key
from demo.questions import Question, question_of
from demo.runtime import load_block
from demo.standing import Standing, States
from demo.texts import language
from digiskills_xblock.course.model import PRACTICE, Block

LAST_UNIT = "unit"
_STATIC = re.compile(r'(\s(?:src|href)=")/static/')


@frozen
class Answered:
    """What is told of the last answer to a question: ``because`` of each choice that was taken, ``why`` when nothing is left to try."""

    right: bool
    because: tuple[tuple[str, str], ...]
    why: tuple[str, ...]
    tries_left: int


@frozen
class Asked:
    """A question with what its learner chose."""

    question: Question
    checked: tuple[int, ...]
    is_over: bool
    answered: Answered | None
    is_missing: bool

    @property
    def choices(self) -> list[tuple[int, str, bool]]:
        """Number, text, whether it is chosen. Nothing else of a choice reaches the page."""
        return [(number, choice.text, number in self.checked) for number, choice in enumerate(self.question.choices)]


@require_safe
@ensure_csrf_cookie
@transaction.non_atomic_requests
def unit(request: HttpRequest, name: str) -> HttpResponse:
    """A unit by its name. Whoever opens a page to read has completed it, as on the platform."""
    return _show(request, name)


@require_safe
@ensure_csrf_cookie
@transaction.non_atomic_requests
def task(request: HttpRequest, task_id: str, run_kind: str = "counted") -> HttpResponse:
    """A short address of the unit with a task's run."""
    place = runs_of(task_id).get(run_kind)
    if place is None:
        raise Http404(task_id)
    return _show(request, outline("vi").unit_of[place])


@require_POST
@transaction.non_atomic_requests
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """Grades the question whose button was pressed; what was chosen at the others is kept, so that it is still there afterwards."""
    account, found = pages.account_of(request), _found(request, name)
    if account is None:
        return HttpResponseRedirect(reverse("index"))
    pressed, query = request.POST.get("answer", ""), ""
    for leaf in (inside for inside in found.block.children if inside.type == "problem"):
        block, question = load_block(usage_key(leaf.ref), account), question_of(leaf)
        if not block.is_over(question):
            block.keep(question.cleaned(request.POST.getlist(leaf.name)))
            if leaf.name == pressed:
                block.answer(question, now=timezone.now())
                query = "" if block.chosen else "?" + urlencode({"missing": pressed})
        block.save()
    known = any(leaf.name == pressed for leaf in found.block.children)
    return HttpResponseRedirect(reverse("unit", args=[name]) + query + (f"#told-{pressed}" if known else ""))


def _show(request: HttpRequest, name: str) -> HttpResponse:
    found, account = _found(request, name), pages.account_of(request)
    if account is not None:
        request.session[LAST_UNIT] = name
    fragments = {leaf.name: load_block(usage_key(leaf.ref), account).render("student_view", {}) for leaf in _of(found, PRACTICE)}
    if account is not None:
        for leaf in _of(found, "html"):
            _complete(leaf, account)
    standing = Standing.of(outline(language()), account and account.pk)
    parts = [_part(leaf, fragments.get(leaf.name), standing.states, request.GET.get("missing", "")) for leaf in found.block.children]
    context = {
        "unit": found,
        "parts": parts,
        "missing": [part["asked"] for part in parts if part["asked"] is not None and part["asked"].is_missing],
        "has_questions": any(part["asked"] for part in parts),
        "siblings": [(one, standing.is_done(one)) for one in found.sequence.children],
        "head": "".join(dict.fromkeys(fragment.head_html() for fragment in fragments.values())),
        "foot": "".join(fragment.foot_html() for fragment in fragments.values()),
        **_ways(request, found, standing.outline),
    }
    return render(request, "demo/unit.html", pages.shared(request, **context))


def _found(request: HttpRequest, name: str) -> Unit:
    """The unit, for whom it is there.

    Raises:
        Http404: no such unit, or it is for the course's team.
    """
    found = outline(language()).units.get(name)
    if found is None or (found.for_team and not pages.is_team(request)):
        raise Http404(name)
    return found


def _of(found: Unit, kind: str) -> Iterator[Block]:
    return (leaf for leaf in found.block.children if leaf.type == kind)


def _ways(request: HttpRequest, found: Unit, course: Outline) -> dict[str, Unit | None]:
    """The units before and after, over the borders of skills and chapters."""
    units = course.seen_by(team=pages.is_team(request))
    at = next(number for number, one in enumerate(units) if one.name == found.name)
    return {"before": units[at - 1] if at else None, "after": units[at + 1] if at + 1 < len(units) else None}


def _complete(leaf: Block, account: Any) -> None:
    block = load_block(usage_key(leaf.ref), account)
    if block.demo_completion < 1:
        block.runtime.publish(block, "completion", {"completion": 1.0})
        block.save()


def _part(leaf: Block, fragment: Fragment | None, states: States, missing: str) -> dict[str, Any]:
    """What the template shows of a block: a player, a question, or text."""
    return {
        "name": leaf.name,
        "player": fragment and fragment.body_html(),
        "asked": _asked(leaf, states, missing) if leaf.type == "problem" else None,
        "html": with_files(leaf.body) if leaf.type == "html" else "",
    }


def with_files(body: str) -> str:
    """HTML of the course with the addresses of its files; a platform rewrites them in the same way."""
    prefix = reverse("course_file", args=[language(), "x"]).removesuffix("x")
    return _STATIC.sub(rf"\1{prefix}", body)


def _asked(leaf: Block, states: States, missing: str) -> Asked:
    question, state = question_of(leaf), states.get(usage_key(leaf.ref), {})
    tries, right = state.get("tries", 0), state.get("earned", 0.0) >= 1
    is_over = right or tries >= question.max_attempts
    taken = state.get("answered", [])
    told = Answered(
        right=right,
        because=tuple((question.choices[number].text, question.choices[number].because) for number in taken),
        why=question.why if is_over else (),
        tries_left=0 if is_over else question.max_attempts - tries,
    )
    return Asked(question, tuple(state.get("chosen", ())), is_over, told if tries else None, missing == leaf.name and not is_over)
