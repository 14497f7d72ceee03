"""The course team looks at a run step by step: by touch and with the keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demo.runtime import COURSE_KEY
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import LearnerMaker
from tests.browser.hands import Keyboard, Touch

pytestmark = pytest.mark.browser
TASK = "S3-01"
TOLD = {
    "vi": (
        "Xem từng lần làm bài",
        "Các lần làm bài trong khóa học",
        "Người học đã được báo gì",
        "Người học đã làm gì, từng bước",
        "Đến đây người học nộp bài.",
    ),
    "en": (
        "See runs step by step",
        "Runs of this course",
        "What the learner was told",
        "What the learner did, step by step",
        "Here the learner handed in.",
    ),
}


@pytest.mark.parametrize("language, keys", [("vi", False), ("en", True)])
def test_the_team_follows_a_run_from_its_list_to_its_last_step(new_learner: LearnerMaker, language: Language, keys: bool) -> None:
    learner = new_learner("gao", language=language)
    learner.complete(TASK)
    teacher = new_learner("canbo", language=language, keyboard=keys)
    page, (link, title, told, show, over) = teacher.page, TOLD[language]
    hands = Keyboard(page) if keys else Touch()
    page.goto(f"{teacher.demo.url}/digiskills/course/{COURSE_KEY}/?lang={language}")
    hands.press(page.get_by_role("link", name=link))
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    audit.whole(page)
    hands.press(page.get_by_role("table").get_by_role("link").first)
    expect(page.get_by_role("heading", name=told, exact=True)).to_be_visible()
    audit.whole(page)
    hands.press(page.get_by_role("button", name=show, exact=True))
    expect(page.get_by_role("heading", name=show, exact=True)).to_be_visible()
    audit.whole(page)
    steps = walk(page, teacher.words["way_next"], over)
    assert steps > 5


def walk(page: Page, onward: str, over: str) -> int:
    """Presses "next" until the run is over; how often."""
    for n in range(100):
        if page.get_by_text(over, exact=True).is_visible():
            return n
        button = page.get_by_role("button", name=onward, exact=True)
        button.focus()
        page.keyboard.press("Enter")
    raise AssertionError("the way has no end")
