"""Larger text, reading aloud, a short brief: what helps those who read slowly or see little."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.alone import Run
from tests.browser.conftest import DESK, Console, DeviceMaker
from tests.browser.hands import Keyboard, Touch
from tests.browser.player_site import PlayerSite, serve

pytestmark = pytest.mark.browser

FONT = "() => parseFloat(getComputedStyle(document.querySelector('.digiskills-practice p')).fontSize)"
# A voice that says nothing and keeps what it was given; {voices} is what the browser offers.
VOICE = """
window.said = [];
window.stopped = 0;
const speech = { getVoices: () => [%s], speak: (part) => window.said.push(part), cancel: () => { window.stopped += 1; } };
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
VIETNAMESE, ENGLISH = '{ lang: "vi-VN" }', '{ lang: "en-US" }'
NO_VOICE = "delete window.SpeechSynthesisUtterance"


def begin(new_device: DeviceMaker, site: PlayerSite, script: str = "") -> Run:
    page = new_device().new_page()
    page.add_init_script(script)
    run = Run(page, Touch(), site)
    run.open()
    return run


def said(page: Page) -> list[str]:
    texts: list[str] = page.evaluate("window.said.map((part) => part.text)")
    return texts


def size(run: Run, name: str, key: str) -> None:
    run.hands.press(run.page.get_by_role("button", name=f"{name}: {run.words[key]}", exact=True))


def test_large_text_is_kept_for_the_person_and_reaches_the_phone(new_device: DeviceMaker, site: PlayerSite) -> None:
    run = begin(new_device, site)
    usual = run.page.evaluate(FONT)
    size(run, "A++", "size_2")
    assert run.page.evaluate(FONT) == pytest.approx(1.5 * usual)
    run.open()
    assert run.page.evaluate(FONT) == pytest.approx(1.5 * usual)
    run.start()
    in_phone = "() => parseFloat(getComputedStyle(document.querySelector('.screen h4')).fontSize)"
    assert run.page.evaluate(in_phone) >= 24
    run.page.goto(f"{site.url}?user=somebody-else")
    run.page.get_by_role("group", name=run.words["text_size"]).wait_for()
    assert run.page.evaluate(FONT) == usual


def test_two_blocks_of_a_page_have_the_same_size(new_device: DeviceMaker, site: PlayerSite, console: Console) -> None:
    console.expected.append("the neighbour is broken")
    page = new_device().new_page()
    page.goto(f"{site.url}unit")
    buttons = page.get_by_role("button", name="A+: chữ to", exact=True)
    expect(buttons).to_have_count(2)
    buttons.first.tap()
    for button in buttons.all():
        expect(button).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("task_id", ["S3-01", "S1-01", "C1-02"])
@pytest.mark.parametrize("width", [320, 360])
def test_a_run_in_very_large_text_fits_the_smallest_phone(new_device: DeviceMaker, task_id: str, width: int) -> None:
    with serve(PlayerSite(task_id)) as site:
        page = new_device(viewport={"width": width, "height": 640}).new_page()
        run = Run(page, Touch(), site)
        run.open()
        size(run, "A++", "size_2")
        audit.layout(page)
        run.solve(run.start("counted"), lambda _screen: audit.layout(page))
        audit.layout(page)


def test_each_part_of_the_page_is_read_when_asked_for_and_only_then(new_device: DeviceMaker, site: PlayerSite) -> None:
    run = begin(new_device, site, VOICE % VIETNAMESE)
    page = run.page
    run.press("listen_start")
    assert said(page)[0] == "Quét mã trả tiền ở chợ"
    assert page.evaluate("window.said.every((part) => part.lang === 'vi' && part.voice.lang === 'vi-VN')")
    page.get_by_text(run.words["lesson"]).tap()
    run.press("listen_lesson")
    assert len(said(page)) > 6
    before = len(said(page))
    run.start("guided")
    assert len(said(page)) == before
    run.press("listen_task")
    assert "bà Mận" in " ".join(said(page)[before:])
    assert run.words["informed"] not in said(page)
    before = len(said(page))
    run.press("listen_screen")
    heard = said(page)[before:]
    assert run.words["home_title"] in heard
    assert "Ví Tre" in heard
    run.press("finish")
    run.press("finish_yes")
    before = len(said(page))
    run.press("listen_result")
    assert run.words["result"] in said(page)[before:]


def test_reading_stops_by_its_button_at_its_end_and_on_leaving(new_device: DeviceMaker, site: PlayerSite) -> None:
    run = begin(new_device, site, VOICE % VIETNAMESE)
    page = run.page
    run.start("counted")
    run.press("listen_screen")
    run.press("hush")
    assert page.evaluate("window.stopped") == 1
    run.press("listen_screen")
    run.hands.press(page.get_by_role("button", name="Ví Tre", exact=True))
    expect(page.get_by_role("heading", name="Ví Tre", level=4)).to_be_focused()
    assert page.evaluate("window.stopped") == 2
    run.press("listen_screen")
    page.evaluate("window.said[window.said.length - 1].onend()")
    expect(page.get_by_role("button", name=run.words["listen_screen"], exact=True)).to_have_attribute("aria-pressed", "false")
    run.press("listen_screen")
    stopped = page.evaluate("window.stopped")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert page.evaluate("window.stopped") == stopped + 1


@pytest.mark.parametrize("script", [NO_VOICE, VOICE % ENGLISH], ids=["no speech", "no Vietnamese voice"])
def test_no_button_promises_what_the_browser_cannot_read(new_device: DeviceMaker, site: PlayerSite, script: str) -> None:
    run = begin(new_device, site, script)
    expect(run.page.locator(".listen")).to_have_count(0)
    run.start()
    expect(run.page.locator(".listen")).to_have_count(0)


def test_the_brief_folds_away_once_it_is_read(new_device: DeviceMaker) -> None:
    with serve(PlayerSite("A1-10")) as site:
        run = begin(new_device, site)
        phone = run.start("counted")
        brief = run.page.locator(".brief")
        expect(brief).to_have_attribute("open", "")
        run.press("informed")
        expect(brief).not_to_have_attribute("open", "")
        expect(phone.region.get_by_role("heading", level=4)).to_be_focused()
        expect(phone.region.get_by_role("heading", level=4)).to_be_in_viewport()
        run.page.evaluate("window.scrollTo(0, 0)")
        expect(phone.region.get_by_text(run.words["practice_label"])).to_be_in_viewport()
        run.page.get_by_text(run.words["your_task"]).tap()
        expect(brief.get_by_text("72 tuổi")).to_be_visible()


def test_the_brief_stays_beside_the_phone_on_a_wide_page(new_device: DeviceMaker, site: PlayerSite) -> None:
    page = new_device(**DESK, has_touch=False, is_mobile=False).new_page()
    run = Run(page, Keyboard(page), site)
    run.open()
    run.start("counted")
    run.hands.press(page.get_by_role("button", name="Ví Tre", exact=True))
    expect(page.locator(".brief")).to_have_attribute("open", "")
    expect(page.get_by_role("button", name=run.words["informed"], exact=True)).to_be_hidden()
