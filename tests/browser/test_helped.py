"""The question whether somebody helped: one tap or one key, without blame, and it can be taken back."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from digiskills_xblock import ui_strings
from tests.browser.conftest import DESK, Console, DeviceMaker
from tests.browser.hands import Hands, Keyboard, Touch
from tests.browser.player_site import PlayerSite

pytestmark = pytest.mark.browser
WORDS = ui_strings.translated("vi")


def play(page: Page, hands: Hands, run: str = "counted") -> None:
    """Hands a run in at once."""
    hands.press(page.get_by_role("button", name=WORDS[f"start_{run}"]))
    for name in ("finish", "finish_yes"):
        hands.press(page.get_by_role("button", name=WORDS[name], exact=True))
    expect(page.get_by_role("heading", name=WORDS["result"])).to_be_focused()


@pytest.mark.parametrize("keyboard", [False, True])
def test_one_tap_tells_and_another_takes_it_back(site: PlayerSite, new_device: DeviceMaker, keyboard: bool) -> None:
    device = new_device(**({**DESK, "has_touch": False, "is_mobile": False} if keyboard else {"viewport": {"width": 320, "height": 640}}))
    page = device.new_page()
    page.goto(site.url)
    hands: Hands = Keyboard(page) if keyboard else Touch()
    play(page, hands)
    question = page.get_by_role("group", name=WORDS["helped_question"])
    yes, no = (question.get_by_role("button", name=WORDS[name]) for name in ("helped_yes", "helped_no"))
    expect(question.get_by_role("status")).to_have_text(WORDS["helped_note"])
    hands.press(yes)
    expect(yes).to_have_attribute("aria-pressed", "true")
    expect(yes).to_be_focused()
    expect(question.get_by_role("status")).to_have_text(WORDS["helped_thanks"])
    hands.press(no)
    expect(no).to_have_attribute("aria-pressed", "true")
    expect(yes).to_have_attribute("aria-pressed", "false")
    assert site.helped == [("attempt-1", True), ("attempt-1", False)]
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_answer_that_did_not_arrive_says_so_and_can_be_given_again(site: PlayerSite, new_device: DeviceMaker, console: Console) -> None:
    page = new_device().new_page()
    page.goto(site.url)
    play(page, Touch())
    console.expected.append("net::ERR")

    def lose(route: Route) -> None:
        route.abort("internetdisconnected")

    page.route("**/handler/helped", lose)
    question = page.get_by_role("group", name=WORDS["helped_question"])
    yes = question.get_by_role("button", name=WORDS["helped_yes"])
    yes.tap()
    expect(question.get_by_role("status")).to_have_text(WORDS["offline"])
    page.unroute("**/handler/helped", lose)
    yes.tap()
    expect(yes).to_have_attribute("aria-pressed", "true")
    assert site.helped == [("attempt-1", True)]
