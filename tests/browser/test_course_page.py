"""The page of a course before those who teach it: any screen, any colours, by keys alone, on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from demo.runtime import COURSE_KEY, TEACHER
from tests.browser import audit
from tests.browser.conftest import DESK, PHONE, LearnerMaker
from tests.browser.playing import Learner
from tests.browser.test_pages import LARGE_TEXT, SMALLEST, ZOOMED

pytestmark = pytest.mark.browser


@pytest.fixture
def practised(new_learner: LearnerMaker) -> None:
    """Somebody has done a task of the course."""
    new_learner("man").complete("S3-01")


def figures(teacher: Learner) -> Page:
    """The page with its figures, opened and taken as a teacher does."""
    page = teacher.page
    page.goto(f"{teacher.demo.url}/digiskills/course/{COURSE_KEY}/?lang={teacher.language}")
    teacher.hands.press(page.locator("form[method=post] button"))
    expect(page.get_by_role("table").first).to_be_visible()
    return page


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["360 px", "1280 px"])
def test_axe_finds_nothing(new_learner: LearnerMaker, practised: None, language: Any, screen: dict[str, Any]) -> None:
    audit.whole(figures(new_learner(TEACHER, language=language, **screen)))


@pytest.mark.parametrize("screen", [SMALLEST, ZOOMED], ids=["320 px", "zoom 200 %"])
def test_nothing_scrolls_sideways_with_text_of_any_size(new_learner: LearnerMaker, practised: None, screen: dict[str, Any]) -> None:
    page = figures(new_learner(TEACHER, **screen))
    audit.layout(page)
    page.add_style_tag(content=LARGE_TEXT)
    audit.layout(page)


@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}], ids=["dark", "forced colours"])
def test_it_can_be_read_in_any_colours(new_learner: LearnerMaker, practised: None, look: dict[str, Any]) -> None:
    audit.whole(figures(new_learner(TEACHER, **look)))


def test_states_differ_by_more_than_colour(new_learner: LearnerMaker, practised: None) -> None:
    page = figures(new_learner(TEACHER, forced_colors="active"))
    fills = page.locator(".legend rect").evaluate_all("bars => bars.map(bar => getComputedStyle(bar).fill)")
    assert len(fills) == len(set(fills)) == 5


def test_the_keys_alone_lead_from_the_start_to_a_goal(new_learner: LearnerMaker, practised: None) -> None:
    teacher = new_learner(TEACHER, language="en", keyboard=True)
    teacher.hands.press(teacher.page.get_by_role("link", name="For the course team"))
    expect(teacher.page.get_by_role("heading", level=1, name="For the course team")).to_be_visible()
    teacher.hands.press(teacher.page.get_by_role("button", name="Take the figures now"))
    task = teacher.page.locator("#task-1")
    expect(task.get_by_role("table", name=re.compile("^Goals, "))).to_be_visible()
    teacher.hands.press(task.get_by_role("link", name=re.compile("^Open “")))
    expect(teacher.page).to_have_url(re.compile("/tasks/"))


def test_a_printed_page_has_the_figures_and_no_buttons(new_learner: LearnerMaker, practised: None) -> None:
    page = figures(new_learner(TEACHER))
    page.emulate_media(media="print")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("table").first).to_be_visible()


def test_a_learner_finds_no_such_page(new_learner: LearnerMaker) -> None:
    address = f"{new_learner('gao').demo.url}/digiskills/course/{COURSE_KEY}/"
    assert new_learner(TEACHER).page.request.get(address).status == 200
    assert new_learner("gao").page.request.get(address).status == 404
