"""All that a browser receives before a counted attempt is handed in says nothing about how it is judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Route

from demo.runtime import TASK_IDS
from digiskills_framework.tasks import load_task
from tests.browser.conftest import LearnerMaker

pytestmark = pytest.mark.browser

JUDGING = ("goals", "hazards", "witnesses", "claims", "next", "facilitator")
TELLING = 30  # characters of a text that nobody else writes by chance


def fixed_parts(value: object) -> Iterator[str]:
    """The long parts of every text below a value that are the same for every seed."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from fixed_parts(item)
    elif isinstance(value, list):
        for item in value:
            yield from fixed_parts(item)
    elif isinstance(value, str):
        yield from (part for part in re.split(r"\{[^}]*\}", value) if len(part) >= TELLING)


def unescaped(text: str) -> str:
    """A text with the letters that JSON may write as numbers."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


@pytest.mark.parametrize("task_id", TASK_IDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_received_tells_how_it_is_judged(new_learner: LearnerMaker, task_id: str, language: str) -> None:
    learner = new_learner("gao", language=language)
    received: list[str] = []

    def pass_on(route: Route) -> None:
        """Reads on the way to the browser, which keeps no body for longer than it likes."""
        response = route.fetch(max_redirects=0)
        received.append(response.body().decode("utf-8", "replace"))
        route.fulfill(response=response)

    learner.page.route("**/*", pass_on)
    learner.open_task(task_id)
    started = learner.start("counted")
    attempt = learner.demo.attempt(started.answer["attempt"])
    texts = [json.dumps(started.answer, ensure_ascii=False), *map(unescaped, received)]
    raw = load_task(task_id).raw
    coaching = [screen.get("coach", []) for screen in raw["screens"].values()] + [raw.get("coach_home", [])]
    secrets = {str(attempt.seed), *fixed_parts([raw[part] for part in JUDGING if part in raw]), *fixed_parts(coaching)}
    assert len(secrets) > len(raw["goals"])
    assert any(str(started.answer["attempt"]) in text for text in texts[1:])
    assert [secret for secret in secrets if any(secret in text for text in texts)] == []
