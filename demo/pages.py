"""What every page of the demo is given: who one is, the texts, the course's title."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from demo import people, registry
from demo.generated import COURSE_KEY
from demo.outline import outline
from demo.runtime import TEACHER
from demo.texts import language, texts


def account_of(request: HttpRequest) -> Any | None:
    """The account of the session, or None."""
    return request.user if request.user.is_authenticated else None


def chosen_person(request: HttpRequest) -> people.Person | None:
    """Which of the demo's people one is."""
    account = account_of(request)
    return next((person for person in people.PEOPLE if account is not None and person.username == account.username), None)


def is_team(request: HttpRequest) -> bool:
    """Whether one teaches the course."""
    account = account_of(request)
    return account is not None and account.username == TEACHER


def shared(request: HttpRequest, **context: Any) -> dict[str, Any]:
    """A page's own context with what is on every page."""
    return {
        "t": texts(),
        "language": language(),
        "sandbox_url": registry.page_url(),
        "course_title": outline(language()).title,
        "course_key": COURSE_KEY,
        "chosen": chosen_person(request),
        "team": is_team(request),
        **context,
    }
