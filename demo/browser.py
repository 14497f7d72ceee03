"""A learner at work, as the demo's pages see it: a session, a page, and JSON to the block's handlers with the CSRF token."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from demo.people import Person
from demo.places import VAR
from demo.runtime import placed_tasks
from digiskills_framework.tasks import load_task
from digiskills_simulator import api as simulator


class StepFailed(Exception):
    """Something on the way is not as it should be; the message says what."""


def require(condition: object, problem: str) -> None:
    """Raises StepFailed with ``problem`` unless the condition holds."""
    if not condition:
        raise StepFailed(problem)


class Browser:
    """One person's browser, through the demo's real URLs, middleware and views."""

    def __init__(self, person: Person) -> None:
        self._client = Client(enforce_csrf_checks=True, raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="en")
        self.get(reverse("index"))
        form = {"username": person.username, "csrfmiddlewaretoken": self._token()}
        self._expect(self._client.post(reverse("person"), form), 302)
        self.user = get_user_model().objects.get(username=person.username)

    def get(self, address: str, **query: str) -> str:
        """The text of a page.

        Raises:
            StepFailed: it is not answered with 200.
        """
        response = self._client.get(address, query)
        self._expect(response, 200)
        return str(b"".join(response).decode("utf-8"))

    def send(self, address: str, form: dict[str, Any]) -> str:
        """Sends a form and returns the text of the page that comes back.

        Raises:
            StepFailed: the form is not answered with the address of a page, or that page not with 200.
        """
        response = self._client.post(address, {**form, "csrfmiddlewaretoken": self._token()})
        self._expect(response, 302)
        return self.get(str(response["Location"]).partition("#")[0])

    def call(self, task_id: str, handler: str, body: dict[str, Any]) -> dict[str, Any]:
        """What a handler of a task's block answers.

        Raises:
            StepFailed: it refuses.
        """
        address = reverse("handler", args=[usage_of(task_id), handler])
        response = self._client.post(address, json.dumps(body), content_type="application/json", headers={"X-CSRFToken": self._token()})
        self._expect(response, 200)
        answer: dict[str, Any] = response.json()
        return answer

    def _token(self) -> str:
        return str(self._client.cookies["csrftoken"].value)

    @staticmethod
    def _expect(response: Any, status: int) -> None:
        require(
            response.status_code == status,
            f"{response.request['REQUEST_METHOD']} {response.request['PATH_INFO']} answered {response.status_code} instead of {status}; "
            f"see {VAR / 'demo.log'}",
        )


def usage_of(task_id: str) -> str:
    """The usage id of a task's block."""
    return next(placed.usage_id for placed in placed_tasks() if placed.task_id == task_id)


def scenario_of(task_id: str, seed: int, overlay: str = "") -> simulator.Scenario:
    """The scenario that a seed gives."""
    return simulator.instantiate(simulator.compile_task(load_task(task_id).wearing(overlay)), seed)


def hazard_witness(scenario: simulator.Scenario) -> str:
    """The witness of the task that does the most harm: hazards fire and the score is the least.

    Raises:
        StepFailed: no witness of the task fires a hazard under this seed.
    """
    scores = {name: simulator.run_witness(scenario, name) for name in simulator.witness_ids(scenario.task)}
    harmful = [name for name, scored in scores.items() if scored.hazards]
    require(harmful, f"no witness of {scenario.task.id} falls into a hazard")
    return min(harmful, key=lambda name: scores[name].score_milli)
