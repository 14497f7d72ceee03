"""The pages for whoever has no account: a task that was passed on, and the kiosk that goes back to its beginning by itself."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from digiskills_framework.tasks import load_task
from digiskills_simulator.payload_machine import PayloadMachine
from digiskills_xblock import ui_strings
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import DESK, Console, DeviceMaker
from tests.browser.demo_site import Demo
from tests.browser.hands import Hands, Keyboard, Touch
from tests.browser.sight import Phone

pytestmark = pytest.mark.browser

ASKS = "Bạn còn ở đó không?"
AGAIN = "Làm lại từ đầu cho người sau"
MINUTE = 60_000  # ms


def look_around(page: Page, hands: Hands, language: Language, payload: dict[str, Any]) -> None:
    """Opens every app, does nothing, and says that one is done."""
    words = ui_strings.translated(language)
    phone = Phone(page, hands, payload, words)
    phone.see()
    for action in looks(payload):
        phone.do(action)
        phone.see()
        audit.axe(page)
    phone.finish()
    expect(page.get_by_role("heading", name=words["result"], exact=True)).to_be_visible()


def looks(payload: dict[str, Any]) -> list[dict[str, str]]:
    """Every app that the phone lets one open from its home screen, looked into and left again."""
    machine = PayloadMachine(payload)
    opened = [{"a": "open", "p": str(app["id"])} for app in payload["apps"]]
    return [step for action in opened if machine.step(action) and machine.step({"a": "home"}) for step in (action, {"a": "home"})]


@pytest.mark.parametrize("language, keys", [("vi", False), ("en", True)])
def test_a_stranger_tries_a_task_that_was_passed_on(new_device: DeviceMaker, demo: Demo, language: Language, keys: bool) -> None:
    page = new_device(language, **({**DESK, "has_touch": False, "is_mobile": False} if keys else {})).new_page()
    hands: Hands = Keyboard(page) if keys else Touch()
    page.goto(f"{demo.url}/digiskills/try/S3-01/?lang={language}")
    words = ui_strings.translated(language)
    expect(page.get_by_role("heading", name=load_task("S3-01").title.text(language))).to_be_visible()
    page.get_by_role("group", name=words["text_size"]).wait_for()
    audit.whole(page)
    with page.expect_response("**/handler/start**") as response:
        hands.press(page.get_by_role("button", name=words["start_counted"]))
    look_around(page, hands, language, response.value.json()["payload"])
    expect(page.get_by_text(words["not_stored"])).to_be_visible()
    hands.press(page.get_by_role("button", name=words["show_how"]))
    expect(page.get_by_role("heading", name=words["show_how"])).to_be_visible()
    audit.whole(page)
    assert page.context.cookies() == []


@pytest.mark.parametrize("settings", [{}, DESK, {"viewport": {"width": 320, "height": 568}}, {"color_scheme": "dark"}])
@pytest.mark.parametrize("path", ["", "kiosk/", "C3-04/"])
def test_every_page_is_sound(new_device: DeviceMaker, demo: Demo, path: str, settings: dict[str, Any]) -> None:
    page = new_device(**settings).new_page()
    page.goto(f"{demo.url}/digiskills/try/{path}?lang=vi")
    if path.startswith("C3"):
        page.get_by_role("group", name=ui_strings.translated("vi")["text_size"]).wait_for()
    audit.whole(page)


def test_a_link_is_passed_on_by_the_device(new_device: DeviceMaker, demo: Demo) -> None:
    context = new_device()
    context.add_init_script("window.passed = []; navigator.share = (what) => { window.passed.push(what.url); return Promise.resolve(); };")
    page = context.new_page()
    page.goto(f"{demo.url}/digiskills/try/S3-01/?lang=vi")
    page.get_by_role("button", name="Gửi bài này cho người khác").tap()
    assert page.evaluate("window.passed") == [f"{demo.url}/digiskills/try/S3-01/?lang=vi"]


def test_the_kiosk_goes_back_when_nobody_is_there(new_device: DeviceMaker, demo: Demo) -> None:
    page = new_device().new_page()
    page.clock.install()
    page.goto(f"{demo.url}/digiskills/try/kiosk/?lang=vi")
    first = page.get_by_role("list").get_by_role("button").first
    name = first.inner_text()
    words = ui_strings.translated("vi")
    first.tap()
    page.get_by_role("button", name=words["start_guided"]).tap()
    expect(page.get_by_role("region", name=words["phone"])).to_be_visible()
    page.clock.fast_forward(2 * MINUTE)
    dialog = page.get_by_role("dialog", name=ASKS)
    expect(dialog).to_be_visible()
    audit.whole(page)
    dialog.get_by_role("button").tap()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("region", name=words["phone"])).to_be_visible()
    page.clock.fast_forward(2 * MINUTE)
    expect(dialog).to_be_visible()
    with page.expect_navigation():
        page.clock.fast_forward(MINUTE)
    expect(page.get_by_role("list").get_by_role("button").first).to_have_text(name, use_inner_text=True)
    expect(page.get_by_role("region", name=words["phone"])).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def test_the_kiosk_goes_back_without_a_network_too(new_device: DeviceMaker, demo: Demo, console: Console) -> None:
    console.expected.append("net::ERR_")
    page = new_device().new_page()
    page.goto(f"{demo.url}/digiskills/try/kiosk/?lang=vi")
    cards = page.get_by_role("list").get_by_role("button")
    cards.nth(1).tap()
    page.get_by_role("button", name=ui_strings.translated("vi")["start_guided"]).wait_for()

    def lost(route: Route) -> None:
        route.abort("internetdisconnected")

    page.route("**/*", lost)
    page.get_by_role("button", name=AGAIN).tap()
    expect(cards.first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    cards.first.tap()
    expect(page.get_by_role("button", name=AGAIN)).to_be_visible()
