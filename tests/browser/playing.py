"""A task from its page to its result, played as the task's witness does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Request, Response, expect

from demo.people import PEOPLE
from digiskills_framework.tasks import load_task
from digiskills_simulator import api
from digiskills_xblock import ui_strings
from digiskills_xblock.i18n import Language
from tests.browser.demo_site import Attempt, Demo
from tests.browser.hands import Hands
from tests.browser.sight import Phone

Looked = Callable[[str], None]

# A request to a handler of the page's block, with the page's own cookies.
CALL = """async ([name, body]) => {
  const token = document.cookie.split("csrftoken=")[1].split(";")[0];
  const usage = document.querySelector("[data-usage]").dataset.usage;
  const headers = { "X-CSRFToken": token };
  const reply = await fetch(`/handler/${usage}/${name}/`, { method: "POST", body: JSON.stringify(body), headers });
  return reply.json();
}"""


def look_at_nothing(_screen: str) -> None:
    """For runs that only have to arrive."""


@dataclass(frozen=True)
class Started:
    """A run that was started: the server's answer, the phone, and the actions of the witness."""

    answer: dict[str, Any]
    phone: Phone
    actions: list[dict[str, str]]


@dataclass(frozen=True)
class Learner:
    """A person before the demo's pages."""

    demo: Demo
    page: Page
    hands: Hands
    language: Language
    username: str

    @property
    def words(self) -> dict[str, str]:
        """What the player says, by key."""
        return ui_strings.translated(self.language)

    def sign_in(self) -> None:
        """Becomes the person on the demo's first page."""
        self.page.goto(f"{self.demo.url}/")
        name = next(person.name for person in PEOPLE if person.username == self.username)
        self.page.get_by_role("button", name=name).click()
        self.page.get_by_role("heading", level=1).wait_for()

    def open_task(self, task_id: str, run_kind: str = "counted") -> None:
        """Opens the unit with a task's run by its short address and waits for the player."""
        self.page.goto(f"{self.demo.url}/tasks/{task_id}/" + ("guided/" if run_kind == "guided" else ""))
        self.page.get_by_role("heading", level=3).first.wait_for()

    def call(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """What a handler of the open task answers, past the player."""
        answer: dict[str, Any] = self.page.evaluate(CALL, [name, {"language": self.language, **body}])
        return answer

    def complete(self, task_id: str) -> None:
        """Solves a task for a score without looking at it."""
        self.open_task(task_id)
        attempt = str(self.call("start", {"run_kind": "counted"})["attempt"])
        self.call("submit", {"attempt": attempt, "trace": {"schema": "trace/1", "actions": self.solution(attempt)}})

    def solution(self, attempt: str, witness: str = "solve") -> list[dict[str, str]]:
        """The actions of a witness in an attempt. The seed never leaves the server: it is read from the demo's table."""
        held = self.demo.attempt(attempt)
        scenario = api.instantiate(api.compile_task(load_task(held.task_id).wearing(held.overlay)), held.seed)
        trace: dict[str, Any] = api.trace_to_json(api.witness_trace(scenario, witness))
        return list(trace["actions"])

    def start(self, run_kind: str, witness: str = "solve") -> Started:
        """Presses the start button of the task's page."""
        button = self.page.get_by_role("button", name=self.words[f"start_{run_kind}"])
        with self.page.expect_response(is_handler("start")) as response:
            self.hands.press(button)
        return self.watch(response.value.json(), witness)

    def watch(self, answer: dict[str, Any], witness: str = "solve") -> Started:
        """Follows a run whose start was answered."""
        phone = Phone(self.page, self.hands, answer["payload"], self.words)
        phone.see()
        return Started(answer, phone, self.solution(answer["attempt"], witness))

    def play(self, started: Started, look: Looked = look_at_nothing) -> Attempt:
        """Does what the witness does, up to the result; calls ``look`` with each screen. Returns what the server then holds."""
        look(started.phone.at)
        for action in started.actions:
            started.phone.do(action)
            if action["a"] != "end":
                started.phone.see()
                look(started.phone.at)
        self.see_result()
        return self.demo.attempt(started.answer["attempt"])

    def see_result(self) -> None:
        """Waits for the result."""
        expect(self.page.get_by_role("heading", name=self.words["result"], exact=True)).to_be_visible()


def is_handler(name: str) -> Callable[[Request | Response], bool]:
    """Whether a request, or what a response answers, went to a handler of a block."""
    return lambda found: f"/{name}/" in found.url
