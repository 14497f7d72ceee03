"""Every page around the tasks: on small and wide screens, in both languages, with text twice as large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.people import PEOPLE
from demo.runtime import COURSE_KEY, TASK_IDS
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import DESK, PATIENCE, PHONE, Console, LearnerMaker
from tests.browser.demo_site import Demo
from tests.browser.hands import Touch
from tests.browser.playing import Learner

pytestmark = pytest.mark.browser

HOLDER = "man"
OFFICIAL = "canbo"
COURSE_PAGE = f"course/{COURSE_KEY}/"
UNKNOWN = "D4-7KQM-2X9A-VB3C"
SMALLEST: dict[str, Any] = {"viewport": {"width": 320, "height": 568}}
ZOOMED: dict[str, Any] = {"viewport": {"width": 640, "height": 400}}  # 1280 × 800 at 200 %
LARGE_TEXT = "html { font-size: 200% !important; }"
WAIT_FOR_NUMBER = """async (patience) => {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    const page = await (await fetch("/digiskills/my-skills/")).text(), found = page.match(/verify\\/([0-9A-Z-]+)\\//);
    if (found) return found[1];
    await new Promise((done) => setTimeout(done, 250));
  }
  return null;
}"""
VERIFY_LINK = re.compile(r"/digiskills/verify/([0-9A-Z-]+)/")


@pytest.fixture(scope="package")
def confirmation_number(chromium: Browser, demo: Demo) -> Iterator[str]:
    """The number of a confirmation that the demo's worker has issued to somebody who solved every task."""
    context = chromium.new_context(locale="vi", **PHONE)
    context.set_default_timeout(PATIENCE)
    learner = Learner(demo, context.new_page(), Touch(), "vi", HOLDER)
    learner.sign_in()
    for task_id in TASK_IDS:
        learner.complete(task_id)
    number = learner.page.evaluate(WAIT_FOR_NUMBER, PATIENCE)
    assert number, "the worker issued no confirmation"
    yield number
    context.close()


def visit(learner: Learner, number: str) -> Iterator[Page]:
    """The pages of the demo, as somebody with a confirmation and an official see them."""
    page, base, language = learner.page, learner.demo.url, learner.language
    for person in (learner.username, OFFICIAL):
        yield page  # the tasks
        paths = (
            ("my-skills/", "my-skills/start/", f"verify/{number}/", f"verify/{UNKNOWN}/", "verify/")
            if person != OFFICIAL
            else ("reports/units/", COURSE_PAGE)
        )
        for path in paths:
            page.goto(f"{base}/digiskills/{path}?lang={language}")
            yield page
        page.goto(f"{base}/")
        page.get_by_role("button", name={"vi": "Đổi người", "en": "Change person"}[language], exact=True).click()
        yield page  # who are you?
        official = next(one.name for one in PEOPLE if one.username == OFFICIAL)
        page.get_by_role("button", name=official).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.fixture(autouse=True)
def unknown_number(console: Console) -> None:
    """The page of a number that nobody has is answered with 404, which the console tells."""
    console.expected.append("status of 404")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360 px", "1280 px"])
def test_axe_finds_nothing_on_any_page(
    new_learner: LearnerMaker, confirmation_number: str, language: Language, screen: dict[str, Any]
) -> None:
    for page in visit(new_learner(HOLDER, language=language, **screen), confirmation_number):
        audit.whole(page)


@pytest.mark.parametrize("screen", [SMALLEST, ZOOMED], ids=["320 px", "zoom 200 %"])
def test_nothing_scrolls_sideways(new_learner: LearnerMaker, confirmation_number: str, screen: dict[str, Any]) -> None:
    for page in visit(new_learner(HOLDER, **screen), confirmation_number):
        audit.layout(page)


def test_text_may_be_twice_as_large(new_learner: LearnerMaker, confirmation_number: str) -> None:
    for page in visit(new_learner(HOLDER), confirmation_number):
        page.add_style_tag(content=LARGE_TEXT)
        audit.layout(page)


def test_the_number_on_my_skills_leads_to_its_verification(new_learner: LearnerMaker, confirmation_number: str) -> None:
    learner = new_learner(HOLDER)
    learner.page.goto(f"{learner.demo.url}/digiskills/my-skills/")
    learner.page.get_by_role("link", name=confirmation_number).tap()
    expect(learner.page).to_have_url(VERIFY_LINK)
    expect(learner.page.get_by_role("status")).to_contain_text(confirmation_number)


@pytest.mark.parametrize("task_id", TASK_IDS)
def test_a_task_fits_the_smallest_phone_with_large_text(new_learner: LearnerMaker, task_id: str) -> None:
    learner = new_learner("tram", **SMALLEST)
    learner.open_task(task_id, "guided")
    learner.page.add_style_tag(content=LARGE_TEXT)
    audit.layout(learner.page)
    started = learner.start("guided")
    assert learner.play(started, lambda _screen: audit.layout(learner.page)).score_milli == 1000
    audit.layout(learner.page)


def test_the_phone_is_usable_in_forced_colours(new_learner: LearnerMaker) -> None:
    learner = new_learner("tram", forced_colors="active", reduced_motion="reduce")
    learner.open_task("S3-01", "guided")
    started = learner.start("guided")
    borderless = "nodes => nodes.filter(node => parseFloat(getComputedStyle(node).borderTopWidth) < 1).map(node => node.outerHTML)"
    assert started.phone.region.get_by_role("button").evaluate_all(borderless) == []
    audit.whole(learner.page)


@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced colours"])
def test_my_skills_can_be_read_in_any_colours(new_learner: LearnerMaker, confirmation_number: str, look: dict[str, Any]) -> None:
    learner = new_learner(HOLDER, **look)
    for path in ("my-skills/", "my-skills/start/"):
        learner.page.goto(f"{learner.demo.url}/digiskills/{path}")
        audit.whole(learner.page)


def test_the_keys_alone_lead_from_the_start_profile_to_the_next_task(new_learner: LearnerMaker) -> None:
    learner = new_learner("duoc", language="en", keyboard=True)  # nobody else's tests teach him anything
    learner.open_task("A1-10")
    learner.call("start", {"run_kind": "counted"})  # joins the course
    learner.page.goto(f"{learner.demo.url}/digiskills/my-skills/?lang=en")
    learner.hands.press(learner.page.get_by_role("link", name="Tell us what you know already"))
    safety = learner.page.get_by_role("group", name="Digital safety")
    expect(safety).to_be_visible()
    learner.hands.pick(safety.get_by_role("radio").all(), 2)
    expect(safety.get_by_label("I do this well")).to_be_checked()
    learner.hands.press(learner.page.get_by_role("button", name="Show me where to begin"))
    expect(learner.page.get_by_text("You told us that you do well").first).to_be_visible()
    learner.hands.press(learner.page.get_by_role("link", name="Open “").first)
    expect(learner.page).to_have_url(re.compile(r"/tasks/A1-"))


def test_chart_and_table_say_the_same(new_learner: LearnerMaker, confirmation_number: str) -> None:
    page = new_learner(HOLDER, language="en").page
    page.goto(page.url.rstrip("/") + "/digiskills/my-skills/?lang=en")
    drawn = [picture.get_attribute("aria-label") or "" for picture in page.get_by_role("img").all()]
    told = [(part.partition(": ")[0], part.partition(": ")[2]) for row in drawn for part in row.partition(". ")[2].rstrip(".").split("; ")]
    rows = page.get_by_role("row").filter(has=page.get_by_role("cell"))
    written = [
        (row.get_by_role("rowheader").inner_text().splitlines()[0], row.get_by_role("cell").first.locator(".state").inner_text())
        for row in rows.all()
    ]
    assert told == written
    assert written


def test_a_printed_page_has_the_record_and_no_buttons(new_learner: LearnerMaker, confirmation_number: str) -> None:
    learner = new_learner(HOLDER)
    learner.page.goto(f"{learner.demo.url}/digiskills/my-skills/")
    learner.page.emulate_media(media="print")
    expect(learner.page.get_by_role("navigation")).to_have_count(0)
    expect(learner.page.get_by_role("table").first).to_be_visible()
