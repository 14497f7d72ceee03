"""After an attempt: how it is done, shown step by step on the same phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import audit
from tests.browser.alone import Run
from tests.browser.conftest import DESK, DeviceMaker, LearnerMaker
from tests.browser.hands import Hands, Keyboard, Touch
from tests.browser.player_site import PlayerSite, serve

pytestmark = pytest.mark.browser

HANDS = pytest.mark.parametrize("make_hands", [lambda _page: Touch(), Keyboard], ids=["touch", "keyboard"])


def hand_in(run: Run) -> None:
    run.press("finish")
    run.press("finish_yes")


@HANDS
@pytest.mark.parametrize("task_id", ["S3-01", "W1-01", "A1-03"])
def test_the_way_is_shown_step_by_step_to_its_end(new_device: DeviceMaker, task_id: str, make_hands: Callable[[Page], Hands]) -> None:
    with serve(PlayerSite(task_id)) as site:
        page = new_device(**(DESK | {"has_touch": False, "is_mobile": False} if make_hands is Keyboard else {})).new_page()
        run = Run(page, make_hands(page), site)
        run.open()
        run.start("counted")
        hand_in(run)
        run.press("show_how")
        expect(page.get_by_role("heading", name=run.words["show_how"], exact=True)).to_be_focused()
        audit.whole(page)
        count = len(run.actions())
        for n in range(1, count + 1):
            told = run.words["way_step"].format(n=n, all=count)
            expect(page.get_by_text(told, exact=True)).to_be_visible()
            assert page.locator(".told").inner_text()
            run.press("way_next")
        expect(page.locator(".told")).to_have_text(run.words["way_over"])
        audit.whole(page)
        run.press("way_leave")
        expect(page.get_by_role("heading", name=run.words["result"], exact=True)).to_be_focused()
        assert len(site.submitted) == 1


def test_a_step_is_announced_marked_and_taken_back(new_device: DeviceMaker, site: PlayerSite) -> None:
    page = new_device().new_page()
    run = Run(page, Touch(), site)
    run.open()
    phone = run.start("counted")
    hand_in(run)
    run.press("show_how")
    first = page.locator(".told").inner_text()
    expect(page.get_by_role("status")).to_contain_text(first)
    expect(page.locator(".phone .pointed")).to_have_count(1)
    expect(page.get_by_role("button", name=run.words["way_previous"], exact=True)).to_be_disabled()
    run.press("way_next")
    assert page.locator(".told").inner_text() != first
    run.press("way_previous")
    assert page.locator(".told").inner_text() == first
    phone.see()


def test_what_is_marked_may_be_pressed_and_the_rest_only_looked_at(new_device: DeviceMaker, site: PlayerSite) -> None:
    page = new_device().new_page()
    run = Run(page, Touch(), site)
    run.open()
    run.start("counted")
    hand_in(run)
    run.press("show_how")
    marked = page.locator(".phone .pointed")
    first = page.locator(".told").inner_text()
    other = page.locator(".phone .app:not(.pointed)").first
    other.tap()
    expect(page.get_by_role("status")).to_have_text(run.words["way_only"])
    assert page.locator(".told").inner_text() == first
    marked.tap()
    assert page.locator(".told").inner_text() != first


def test_before_the_real_server_it_is_the_seed_that_was_handed_in(new_learner: LearnerMaker) -> None:
    learner = new_learner()
    learner.open_task("S3-01")
    started = learner.start("counted")
    started.phone.finish()
    learner.see_result()
    learner.hands.press(learner.page.get_by_role("button", name=learner.words["show_how"], exact=True))
    step = learner.words["way_step"].format(n=1, all=len(started.actions))
    expect(learner.page.get_by_text(step, exact=True)).to_be_visible()
    again = learner.call("solution", {"attempt": started.answer["attempt"]})
    assert again["steps"] == started.actions
