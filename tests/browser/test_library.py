"""Every task of the library with the player alone, from its page to full points: by touch on a small phone, and with the keys alone on
a wide screen. Nothing is found but by role and name, and every new screen is looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from digiskills_framework.tasks import task_ids
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.alone import Run
from tests.browser.conftest import DESK, DeviceMaker
from tests.browser.hands import Keyboard, Touch
from tests.browser.player_site import PlayerSite, serve

pytestmark = pytest.mark.browser

TASKS = pytest.mark.parametrize("task_id", task_ids())


def solve_and_look(run: Run, run_kind: str) -> None:
    looked: set[str] = set()

    def look(screen: str) -> None:
        if screen not in looked:
            looked.add(screen)
            audit.whole(run.page)

    run.open()
    audit.whole(run.page)
    run.solve(run.start(run_kind), look)
    expect(run.page.get_by_text(f"100 {run.words['score_of']}")).to_be_visible()
    audit.whole(run.page)


@TASKS
@pytest.mark.parametrize("run_kind, language", [("guided", "vi")])
def test_a_task_is_solved_by_touch(new_device: DeviceMaker, task_id: str, run_kind: str, language: Language) -> None:
    with serve(PlayerSite(task_id, seed=11)) as site:
        solve_and_look(Run(new_device(language).new_page(), Touch(), site, language), run_kind)


@TASKS
@pytest.mark.parametrize("run_kind, language", [("counted", "en")])
def test_a_task_is_solved_with_the_keys_alone(new_device: DeviceMaker, task_id: str, run_kind: str, language: Language) -> None:
    with serve(PlayerSite(task_id, seed=12)) as site:
        page = new_device(language, **DESK, has_touch=False, is_mobile=False).new_page()
        solve_and_look(Run(page, Keyboard(page), site, language), run_kind)
