"""The player in a real browser: bad lines, double clicks, other people's work, typing, focus.

Widgets are found by role and name alone, as a screen reader finds them.
"""

from __future__ import annotations

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Console, DeviceMaker
from tests.browser.player_site import PlayerSite, serve

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
LOST_LINE = "net::ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def page(site: PlayerSite, new_device: DeviceMaker) -> Page:
    """The player's page on the smallest phone."""
    opened = new_device(viewport=PHONE).new_page()
    opened.goto(site.url)
    return opened


def start(page: Page, name: str = "Làm bài tính điểm") -> None:
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("region", name="Điện thoại thực hành")).to_be_visible()


def tap(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def hand_in(page: Page) -> None:
    tap(page, "Xong")
    tap(page, "Rồi, nộp bài")


def reach_amount(page: Page) -> None:
    """From the home screen to the field for the amount."""
    tap(page, "Ví Tre")
    tap(page, "Quét mã")
    page.get_by_role("group", name="Mã trong khung hình").get_by_role("button").first.click()
    tap(page, "Nhập số tiền")


def test_the_first_page_says_what_to_do_and_why(page: Page) -> None:
    expect(page.get_by_role("heading", level=3)).to_have_text("Quét mã trả tiền ở chợ")
    expect(page.get_by_text("Quét mã QR và trả đúng số tiền cho đúng người bán.")).to_be_visible()
    expect(page.get_by_text("đã dùng 0 trong 3")).to_be_visible()


@pytest.mark.parametrize(
    "runs, name, absent",
    [("guided", "Luyện thử có hướng dẫn", "Làm bài tính điểm"), ("counted", "Làm bài tính điểm", "Luyện thử có hướng dẫn")],
)
def test_a_block_for_one_kind_of_run_shows_that_alone(page: Page, site: PlayerSite, runs: str, name: str, absent: str) -> None:
    site.state["runs"] = runs
    page.reload()
    expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.get_by_role("button", name=absent)).to_have_count(0)
    expect(page.get_by_text("đã dùng 0 trong 3")).to_have_count(int(runs == "counted"))
    start(page, name)
    hand_in(page)
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    expect(page.get_by_role("button", name="Luyện lại")).to_have_count(int(runs == "guided"))
    expect(page.get_by_role("button", name="Làm lại")).to_have_count(int(runs == "counted"))


def test_a_quiet_button_asks_for_the_way_without_seeing(page: Page, site: PlayerSite) -> None:
    choice = page.get_by_role("button", name="Làm cách không cần nhìn hình")
    expect(choice).to_have_attribute("aria-pressed", "false")
    choice.click()
    expect(choice).to_have_attribute("aria-pressed", "true")
    start(page)
    assert site.variant == "nonvisual"


def test_who_does_not_ask_gets_the_ordinary_way(page: Page, site: PlayerSite) -> None:
    start(page)
    assert site.variant is None


def test_every_screen_says_that_it_is_practice(page: Page) -> None:
    start(page)
    for name in ("Ví Tre", "Quét mã"):
        expect(page.get_by_text("Thực hành – không phải ứng dụng thật")).to_be_visible()
        tap(page, name)
    expect(page.get_by_text("Thực hành – không phải ứng dụng thật")).to_be_visible()


def test_a_run_is_sent_once_and_its_result_shown(page: Page, site: PlayerSite) -> None:
    start(page)
    tap(page, "Ví Tre")
    hand_in(page)
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_focused()
    [sent] = site.submitted
    assert sent["attempt"] == "attempt-1"
    assert [action["a"] for action in sent["trace"]["actions"]] == ["open", "end"]


def test_a_double_click_starts_one_run_and_sends_it_once(page: Page, site: PlayerSite) -> None:
    page.get_by_role("button", name="Làm bài tính điểm").dblclick()
    expect(page.get_by_role("region", name="Điện thoại thực hành")).to_be_visible()
    tap(page, "Xong")
    page.get_by_role("button", name="Rồi, nộp bài").dblclick()
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    assert site.started == 1
    assert len(site.submitted) == 1


def test_focus_goes_with_the_screen(page: Page) -> None:
    start(page)
    expect(page.get_by_role("heading", level=3)).to_be_focused()
    tap(page, "Ví Tre")
    expect(page.get_by_role("heading", name="Ví Tre", level=4)).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Ví Tre")
    tap(page, "Màn hình chính")
    expect(page.get_by_role("heading", name="Màn hình chính")).to_be_focused()


def test_typing_keeps_the_caret_and_wakes_the_button(page: Page) -> None:
    start(page)
    reach_amount(page)
    field = page.get_by_role("textbox", name="Số tiền (đồng)")
    expect(page.get_by_role("button", name="Xem lại")).to_be_disabled()
    field.press_sequentially("15000")
    field.press("Home")
    field.press("ArrowRight")
    field.press("7")
    assert field.evaluate("node => [node.value, node.selectionStart]") == ["175000", 2]
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name="Xem lại")).to_be_enabled()
    tap(page, "Xem lại")
    expect(page.get_by_role("heading", level=4)).not_to_have_text("Số tiền")


def test_a_real_looking_number_is_refused_kindly_and_not_recorded(page: Page, site: PlayerSite) -> None:
    start(page)
    reach_amount(page)
    field = page.get_by_role("textbox", name="Số tiền (đồng)")
    field.fill("0912345678")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("giống số thật"))
    expect(field).to_have_value("")
    hand_in(page)
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    assert "0912345678" not in json.dumps(site.submitted)


def test_a_run_goes_on_after_a_reload(page: Page, site: PlayerSite) -> None:
    start(page)
    tap(page, "Ví Tre")
    tap(page, "Quét mã")
    page.reload()
    tap(page, "Làm tiếp chỗ đang dở")
    expect(page.get_by_role("heading", name="Quét mã", level=4)).to_be_visible()
    hand_in(page)
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    assert [action["a"] for action in site.submitted[0]["trace"]["actions"]] == ["open", "tap", "end"]


def test_a_finished_run_is_kept_while_the_line_is_down_and_sent_again(page: Page, site: PlayerSite, console: Console) -> None:
    console.expected.append(LOST_LINE)
    start(page)
    page.context.set_offline(True)
    hand_in(page)
    expect(page.get_by_role("button", name="Gửi lại")).to_be_visible()
    assert site.submitted == []
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    assert len(site.submitted) == 1


@pytest.mark.parametrize(
    "failure",
    [
        (502, "<html>Bad gateway"),
        (429, '{"error": {"code": "too_many_requests", "message": "Hơi nhanh"}}'),
        (403, '{"error": {"code": "csrf", "message": "Hết phiên"}}'),
        (200, "<html>Đăng nhập"),
    ],
)
def test_a_run_is_kept_until_the_server_has_really_answered(
    page: Page, site: PlayerSite, console: Console, failure: tuple[int, str]
) -> None:
    console.expected.append(f"status of {failure[0]}")
    site.failures.append(failure)
    start(page)
    hand_in(page)
    expect(page.get_by_role("alert")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    assert site.submitted[0] == site.submitted[1]


def test_a_refusal_for_good_is_told_and_ends_the_run(page: Page, site: PlayerSite, console: Console) -> None:
    console.expected.append("status of 409")
    site.failures.append((409, '{"error": {"code": "past_due", "message": "Đã hết hạn nộp."}}'))
    start(page)
    site.state["past_due"] = True
    hand_in(page)
    expect(page.get_by_role("alert")).to_have_text("Đã hết hạn nộp.")
    expect(page.get_by_role("button", name="Làm bài tính điểm")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="Luyện thử có hướng dẫn")).to_be_visible()
    assert len(site.submitted) == 1


def test_another_persons_run_is_neither_shown_nor_sent(page: Page, site: PlayerSite) -> None:
    start(page)
    tap(page, "Ví Tre")
    page.goto(site.url + "?user=other")
    expect(page.get_by_role("button", name="Làm bài tính điểm")).to_be_visible()
    expect(page.get_by_role("button", name="Làm tiếp chỗ đang dở")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_play_goes_on_where_the_browser_may_not_remember(page: Page, site: PlayerSite) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })")
    page.reload()
    start(page)
    tap(page, "Ví Tre")
    hand_in(page)
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()


def test_a_limit_is_explained_where_it_stops(page: Page, site: PlayerSite) -> None:
    site.state |= {"limit_reached": True, "counted_used": 3}
    page.reload()
    button = page.get_by_role("button", name="Làm bài tính điểm")
    expect(button).to_be_disabled()
    expect(button).to_contain_text("hết số lần làm tính điểm")
    start(page, "Luyện thử có hướng dẫn")


def test_the_coach_points_at_what_to_do_next(page: Page) -> None:
    start(page, "Luyện thử có hướng dẫn")
    expect(page.get_by_role("button", name="Nhìn quầy hàng")).to_have_accessible_description(re.compile("Nhìn quầy hàng"))
    expect(page.locator(".coach b")).to_have_text("“Nhìn quầy hàng”")


def test_the_whole_way_by_keyboard(page: Page, site: PlayerSite) -> None:
    page.get_by_role("button", name="Làm bài tính điểm").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Điện thoại thực hành")).to_be_visible()
    for name in ("Ví Tre", "Quét mã", "Xong", "Rồi, nộp bài"):
        wanted = page.get_by_role("button", name=name, exact=True)
        for _ in range(40):
            if wanted.evaluate("node => node === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(wanted).to_be_focused()
        page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_focused()


def test_arrow_keys_pass_over_options_without_taking_them(new_device: DeviceMaker) -> None:
    with serve(PlayerSite("S4-03")) as site:
        page = new_device(viewport={"width": 1280, "height": 800}, has_touch=False, is_mobile=False).new_page()
        page.goto(site.url)
        start(page)
        for name in ("Trang của xã", "Nhà tôi phải làm gì?"):
            page.get_by_role("button", name=name, exact=True).click()
        options = page.get_by_role("group", name="Cả nhà sẽ").get_by_role("radio")
        options.first.focus()
        for key in ("Space", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
        expect(options.nth(2)).to_be_checked()
        page.keyboard.press("Tab")
        hand_in(page)
        expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
        taken = [action["o"] for action in site.submitted[0]["trace"]["actions"] if action["a"] == "choose"]
        assert len(taken) == 2
        assert taken[0] != taken[1]


def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(page: Page) -> None:
    def check() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        small = page.evaluate(
            "[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect()).filter(r => r.width < 44 || r.height < 44).length"
        )
        assert small == 0
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    # axe is put into the page by its author's script, which the page's own policy would refuse
    check()
    start(page, "Luyện thử có hướng dẫn")
    check()
    for name in ("Cài đặt", "Ứng dụng", "Ví Tre", "Quét mã"):
        tap(page, name)
        check()
    tap(page, "Xong")
    check()
    tap(page, "Rồi, nộp bài")
    expect(page.get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    check()


def test_two_blocks_live_on_one_page(page: Page, site: PlayerSite) -> None:
    page.evaluate(
        """async () => {
            const element = document.querySelector("main").appendChild(document.createElement("div"));
            const init = await (await fetch("/init")).json();
            window.DigiskillsPractice({ handlerUrl: (block, name) => "/handler/" + name }, [element], { ...init, usage: "second" });
        }"""
    )
    buttons = page.get_by_role("button", name="Làm bài tính điểm")
    expect(buttons).to_have_count(2)
    buttons.last.click()
    phones = page.get_by_role("region", name="Điện thoại thực hành")
    expect(phones).to_have_count(1)
    buttons.click()
    expect(phones).to_have_count(2)
    phones.last.get_by_role("button", name="Ví Tre").click()
    expect(phones.first.get_by_role("heading", name="Màn hình chính")).to_be_visible()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
    assert len(page.evaluate("Object.keys(localStorage)")) == 2
