"""The line goes down at every step of tasks that together have every kind of app: nothing is lost, and it is sent once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.alone import Run
from tests.browser.conftest import Console, DeviceMaker
from tests.browser.hands import Touch, switch_off
from tests.browser.player_site import PlayerSite, serve
from tests.browser.test_skins import covering

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("task_id", covering())
def test_every_step_is_done_without_a_line_and_outlives_the_next_visit(new_device: DeviceMaker, console: Console, task_id: str) -> None:
    """Each step: the line goes down, the step is done, the line comes back, and the page is loaded afresh."""
    console.expected.append("net::ERR_INTERNET_DISCONNECTED")
    with serve(PlayerSite(task_id, seed=21)) as site:
        device = new_device()
        run = Run(device.new_page(), Touch(), site)
        run.open()
        phone = run.start("counted")
        *steps, end = run.actions()
        for action in steps:
            device.set_offline(True)
            phone.do(action)
            phone.see()
            device.set_offline(False)
            run.page.reload()
            run.press("resume")
            phone.see()
        device.set_offline(True)
        phone.do(end)
        expect(run.page.get_by_text(run.words["unsent"])).to_be_visible()
        device.set_offline(False)  # the browser tells the page, which sends by itself
        expect(run.page.get_by_text(f"100 {run.words['score_of']}")).to_be_visible()
        assert (site.started, len(site.submitted)) == (1, 1)


@pytest.mark.parametrize("task_id", covering())
def test_a_whole_run_needs_no_line_but_to_begin_and_to_end(new_device: DeviceMaker, console: Console, task_id: str) -> None:
    console.expected.append("net::ERR_INTERNET_DISCONNECTED")
    with serve(PlayerSite(task_id, seed=22)) as site:
        device = new_device()
        run = Run(device.new_page(), Touch(), site)
        run.open()
        phone = run.start("guided")
        device.set_offline(True)
        for action in run.actions():
            phone.do(action)
        expect(run.page.get_by_text(run.words["unsent"])).to_be_visible()
        switch_off(run.page)
        device.set_offline(False)
        later = Run(device.new_page(), Touch(), site)
        later.page.goto(f"{site.url}?language=vi")
        expect(later.page.get_by_text(f"100 {later.words['score_of']}")).to_be_visible()
        assert len(site.submitted) == 1
