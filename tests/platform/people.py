"""People with a browser: what they send to a practice block, and what comes back."""

from __future__ import annotations

import json
from typing import Any, Protocol

from attrs import frozen
from django.test import Client
from django.urls import reverse

from digiskills_framework.tasks import load_task
from digiskills_grading.models import Attempt
from digiskills_simulator.api import compile_task, instantiate, trace_to_json, witness_trace

PASSWORD = "Ca-phe-sua-2026"
NOTHING_DONE: dict[str, Any] = {"schema": "trace/1", "actions": []}

Answer = dict[str, Any]


class Response(Protocol):
    """What the tests look at in a response."""

    status_code: int
    content: bytes


@frozen
class Person:
    """An account and its browser."""

    user: Any
    client: Client

    @staticmethod
    def signed_in(user: Any) -> Person:
        """A browser with a session of the account.

        The platform's test settings make the session's cookie as its middleware wants it.
        openedx/edx-platform: openedx/core/djangoapps/safe_sessions/testing.py::safe_cookie_test_session_patch
        """
        client = Client()
        assert client.login(username=user.username, password=PASSWORD)
        return Person(user=user, client=client)

    def call(self, usage_key: Any, handler: str, body: Answer, *, view: str = "xblock_handler") -> Response:
        """POST to a handler at its real address.

        openedx/edx-platform: lms/urls.py (``xblock_handler``, ``xblock_handler_noauth``)
        """
        from openedx.core.lib.url_utils import quote_slashes

        where = {"course_id": str(usage_key.course_key), "usage_id": quote_slashes(str(usage_key)), "handler": handler}
        url = reverse(view, kwargs=where)
        return self.client.post(url, json.dumps(body), content_type="application/json")

    def start(self, usage_key: Any, run_kind: str = "counted") -> Answer:
        """Starts an attempt, or gets a token where nothing is recorded."""
        return answer(self.call(usage_key, "start", {"run_kind": run_kind, "language": "vi"}))

    def submit(self, usage_key: Any, attempt_id: str, trace: Answer) -> Answer:
        return answer(self.call(usage_key, "submit", {"attempt": attempt_id, "trace": trace, "language": "vi"}))

    def play(self, usage_key: Any, witness: str = "solve", *, run_kind: str = "counted") -> str:
        """A whole attempt, done as the task's witness does it. Returns the attempt's id."""
        attempt_id = str(self.start(usage_key, run_kind)["attempt"])
        self.submit(usage_key, attempt_id, trace_of(attempt_id, witness))
        return attempt_id


def answer(response: Response) -> Answer:
    """The JSON of a 200."""
    assert response.status_code == 200, response.content
    found: Answer = json.loads(response.content)
    return found


def refusal(response: Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, json.loads(response.content)["error"]["code"]


def trace_of(attempt_id: str, witness: str = "solve") -> Answer:
    """What the browser would send if the learner did what the witness does. The seed is read from the table: no browser ever has it."""
    attempt = Attempt.objects.select_related("task_version").get(public_id=attempt_id)
    task = load_task(attempt.task_version.task_id, attempt.task_version.version)
    raw: Answer = trace_to_json(witness_trace(instantiate(compile_task(task.wearing(attempt.overlay)), attempt.seed), witness))
    return raw
