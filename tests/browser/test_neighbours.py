"""Two of our blocks in one unit, beside blocks of other people."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Console, DeviceMaker
from tests.browser.player_site import PlayerSite

pytestmark = pytest.mark.browser

PHONE = "Điện thoại thực hành"
START = "Làm bài tính điểm"


@pytest.fixture
def unit(site: PlayerSite, new_device: DeviceMaker, console: Console) -> Page:
    """The unit, after everything of it was started."""
    console.expected.append("the neighbour is broken")
    page = new_device().new_page()
    page.goto(f"{site.url}unit")
    expect(page.get_by_role("button", name=START)).to_have_count(2)
    return page


def block(unit: Page, name: str) -> Locator:
    return unit.get_by_role("region", name=name, exact=True)


def test_a_broken_neighbour_and_a_module_loader_do_no_harm(unit: Page, console: Console) -> None:
    assert console.errors == ["the neighbour is broken"]
    ours = set(unit.evaluate("Object.keys(window).filter(name => name.startsWith('Digiskills'))"))
    assert {"DigiskillsPractice"} <= ours <= {"DigiskillsPractice", "DigiskillsComfort"}


def test_each_block_plays_and_sends_its_own_run(unit: Page, site: PlayerSite) -> None:
    for name in ("one", "two"):
        block(unit, name).get_by_role("button", name=START).tap()
        expect(block(unit, name).get_by_role("region", name=PHONE)).to_be_visible()
    block(unit, "two").get_by_role("button", name="Ví Tre", exact=True).tap()
    expect(block(unit, "two").get_by_role("heading", name="Ví Tre", level=4)).to_be_focused()
    expect(block(unit, "one").get_by_role("heading", name="Màn hình chính", level=4)).to_be_visible()
    for name in ("one", "two"):
        block(unit, name).get_by_role("button", name="Xong", exact=True).tap()
        block(unit, name).get_by_role("button", name="Rồi, nộp bài", exact=True).tap()
        expect(block(unit, name).get_by_role("heading", name="Kết quả của bạn")).to_be_visible()
    assert [[action["a"] for action in sent["trace"]["actions"]] for sent in site.submitted] == [["end"], ["open", "end"]]
    assert [sent["attempt"] for sent in site.submitted] == ["attempt-1", "attempt-2"]


def test_each_block_keeps_its_own_run(unit: Page) -> None:
    block(unit, "two").get_by_role("button", name=START).tap()
    expect(block(unit, "two").get_by_role("region", name=PHONE)).to_be_visible()
    unit.reload()
    expect(block(unit, "two").get_by_role("button", name="Làm tiếp chỗ đang dở")).to_be_visible()
    expect(block(unit, "one").get_by_role("button", name=START)).to_be_visible()
    expect(block(unit, "one").get_by_role("button", name="Làm tiếp chỗ đang dở")).to_have_count(0)


def test_no_id_and_no_group_of_radio_buttons_is_shared(unit: Page) -> None:
    for name in ("one", "two"):
        block(unit, name).get_by_role("button", name=START).tap()
        expect(block(unit, name).get_by_role("region", name=PHONE)).to_be_visible()
        block(unit, name).get_by_role("button", name="Xong", exact=True).tap()
    ids = unit.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
    assert len(ids) == len(set(ids))
