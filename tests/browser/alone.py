"""A run with the player alone (player_site), played as the task's witness does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, Response, expect

from digiskills_framework.tasks import load_task
from digiskills_simulator import api
from digiskills_xblock import ui_strings
from digiskills_xblock.i18n import Language
from tests.browser.hands import Hands
from tests.browser.player_site import PlayerSite
from tests.browser.sight import Phone

Looked = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """A person before the player's page."""

    page: Page
    hands: Hands
    site: PlayerSite
    language: Language = "vi"

    @property
    def words(self) -> dict[str, str]:
        """What the player says, by key."""
        return ui_strings.translated(self.language)

    def open(self) -> None:
        """Opens the page and waits for the player and its tools."""
        self.page.goto(f"{self.site.url}?language={self.language}")
        self.page.get_by_role("group", name=self.words["text_size"]).wait_for()

    def press(self, key: str) -> None:
        """Presses a button of the player."""
        self.hands.press(self.page.get_by_role("button", name=self.words[key], exact=True))

    def start(self, run_kind: str = "guided") -> Phone:
        """Begins a run."""
        with self.page.expect_response(_is_start) as response:
            self.hands.press(self.page.get_by_role("button", name=self.words[f"start_{run_kind}"]))
        phone = Phone(self.page, self.hands, response.value.json()["payload"], self.words)
        phone.see()
        return phone

    def solve(self, phone: Phone, look: Looked) -> None:
        """Does what the witness does, up to the result; calls ``look`` with every screen."""
        look(phone.at)
        for action in self.actions():
            phone.do(action)
            if action["a"] != "end":
                phone.see()
                look(phone.at)
        expect(self.page.get_by_role("heading", name=self.words["result"], exact=True)).to_be_visible()

    def actions(self) -> list[dict[str, Any]]:
        """The witness that solves the task under the site's seed, as the browser would send it."""
        scenario = api.instantiate(api.compile_task(load_task(self.site.task_id)), self.site.seed)
        actions: list[dict[str, Any]] = api.trace_to_json(api.witness_trace(scenario, "solve"))["actions"]
        return actions


def _is_start(response: Response) -> bool:
    return response.url.endswith("/handler/start")
