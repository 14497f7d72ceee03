"""Kinds of apps: fetched when named, no harm when missing, fit for every eye."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from digiskills_framework.tasks import load_task, task_ids
from digiskills_xblock.browser_files import SKINS
from tests.browser import audit, gallery
from tests.browser.alone import Run
from tests.browser.conftest import DESK, Console, DeviceMaker
from tests.browser.hands import Touch
from tests.browser.player_site import PlayerSite, serve

pytestmark = pytest.mark.browser


def kinds(task_id: str) -> set[str]:
    return {app["kind"] for app in load_task(task_id).raw["apps"].values()}


def covering() -> list[str]:
    """Few tasks that together have every kind of app that any task has."""
    left = set().union(*map(kinds, task_ids()))
    chosen: list[str] = []
    while left:
        chosen.append(max(task_ids(), key=lambda task_id: len(kinds(task_id) & left)))
        left -= kinds(chosen[-1])
    return chosen


@pytest.mark.parametrize("task_id", ["S3-01", "T3-03"])
def test_only_the_skins_of_the_tasks_kinds_are_fetched(new_device: DeviceMaker, task_id: str) -> None:
    with serve(PlayerSite(task_id)) as site:
        page = new_device().new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        run = Run(page, Touch(), site)
        run.open()
        assert [url for url in fetched if "/skin" in url] == []
        run.start()
        found = {url.rpartition("/")[2].removesuffix(".css") for url in fetched if "/skins/" in url}
        assert found == kinds(task_id)
        assert len(fetched) == len(set(fetched))


@pytest.mark.parametrize("lost", ["**/skins/*.css", "**/icons.js", "**/skin.css", "**/comfort.js"])
def test_a_run_goes_on_plainly_without_its_looks(new_device: DeviceMaker, site: PlayerSite, console: Console, lost: str) -> None:
    console.expected.append("net::ERR_FAILED")
    page = new_device().new_page()
    page.route(lost, lambda route: route.abort("failed"))
    run = Run(page, Touch(), site)
    page.goto(site.url)
    run.solve(run.start("counted"), lambda _screen: None)
    expect(page.get_by_text(f"100 {run.words['score_of']}")).to_be_visible()


def test_a_result_whose_page_gets_lost_is_asked_for_again(new_device: DeviceMaker, site: PlayerSite, console: Console) -> None:
    console.expected.append("net::ERR_FAILED")
    page = new_device().new_page()
    page.route("**/after.js", lambda route: route.abort("failed"), times=1)
    run = Run(page, Touch(), site)
    run.open()
    run.start("counted").finish()
    run.press("send_again")
    expect(page.get_by_role("heading", name=run.words["result"], exact=True)).to_be_visible()
    assert json.dumps(site.submitted[0]) == json.dumps(site.submitted[1])


@pytest.mark.parametrize("task_id", covering())
@pytest.mark.parametrize(
    "eyes",
    [{"color_scheme": "dark"}, {"forced_colors": "active", "reduced_motion": "reduce"}, {"viewport": {"width": 320, "height": 568}}],
    ids=["dark", "forced colours", "320 px"],
)
def test_every_kind_can_be_read_by_every_eye(new_device: DeviceMaker, task_id: str, eyes: dict[str, Any]) -> None:
    with serve(PlayerSite(task_id)) as site:
        run = Run(new_device(**eyes).new_page(), Touch(), site)
        run.open()
        looked: set[str] = set()

        def look(screen: str) -> None:
            if screen not in looked:
                looked.add(screen)
                audit.whole(run.page)

        run.solve(run.start("counted"), look)
        audit.whole(run.page)


def test_what_a_picture_shows_is_also_said_in_words(new_device: DeviceMaker) -> None:
    with serve(PlayerSite("C1-02")) as site:
        run = Run(new_device().new_page(), Touch(), site)
        run.open()
        seen: list[str] = []
        run.solve(run.start("counted"), lambda _screen: seen.extend(run.page.locator(".picture > span").all_inner_texts()))
        assert seen
        assert all(seen)


@pytest.mark.parametrize("kind", sorted(SKINS))
@pytest.mark.parametrize(
    "eyes",
    [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}, {"viewport": {"width": 320, "height": 568}}, {**DESK, "is_mobile": False}],
    ids=["360 px", "dark", "forced colours", "320 px", "1280 px"],
)
def test_every_widget_is_at_home_in_every_kind(new_device: DeviceMaker, kind: str, eyes: dict[str, Any]) -> None:
    with serve(PlayerSite(payload=gallery.payload(kind))) as site:
        page = new_device(**eyes).new_page()
        run = Run(page, Touch(), site)
        run.open()
        run.start()
        audit.whole(page)
        run.hands.press(page.get_by_role("button", name="Sang cuộc gọi", exact=True))
        expect(page.locator(".style-call")).to_be_visible()
        audit.whole(page)
