"""Every task of the library, solved in a real browser as its witness does: by touch on a small phone, and with the keys alone.

Seeds are fixed here, so that a failure comes again; the demo's tasks meet other seeds in each run (`test_tasks`).
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from digiskills_framework.tasks import load_task, task_ids
from digiskills_simulator import api
from digiskills_xblock import ui_strings
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import DESK, DeviceMaker
from tests.browser.hands import Hands, Keyboard, Touch
from tests.browser.player_site import PlayerSite, serve
from tests.browser.sight import Phone

pytestmark = pytest.mark.browser


def ways(first: tuple[str, Language], second: tuple[str, Language]) -> pytest.MarkDecorator:
    """Every task once for each pair of hands; from task to task run kind and language change places."""
    cases = [(task_id, number, *(first, second)[number % 2]) for number, task_id in enumerate(task_ids())]
    return pytest.mark.parametrize("task_id, seed, run_kind, language", cases, ids=[f"{case[0]}-{case[2]}-{case[3]}" for case in cases])


def solve(site: PlayerSite, page: Page, hands: Hands, run_kind: str, language: Language) -> None:
    """From the first page to full marks; axe and layout are asked on every new screen."""
    words = ui_strings.translated(language)
    page.goto(f"{site.url}?language={language}")
    button = page.get_by_role("button", name=words[f"start_{run_kind}"])
    audit.whole(page)
    with page.expect_response("**/handler/start") as response:
        hands.press(button)
    phone = Phone(page, hands, response.value.json()["payload"], words)
    task = load_task(site.task_id)
    scenario = api.instantiate(api.compile_task(task.wearing(task.overlay_for("citizen"))), site.seed)
    seen: set[str] = set()
    for action in api.trace_to_json(api.witness_trace(scenario, "solve"))["actions"]:
        phone.see()
        if phone.at not in seen:
            seen.add(phone.at)
            audit.whole(page)
        phone.do(action)
    expect(page.get_by_role("heading", name=words["result"], exact=True)).to_be_visible()
    expect(page.get_by_text(f"100 {words['score_of']}")).to_be_visible()
    audit.whole(page)


@ways(("guided", "vi"), ("counted", "en"))
def test_a_task_is_solved_by_touch(new_device: DeviceMaker, task_id: str, seed: int, run_kind: str, language: Language) -> None:
    with serve(PlayerSite(task_id=task_id, seed=seed)) as site:
        solve(site, new_device(language).new_page(), Touch(), run_kind, language)


@ways(("counted", "vi"), ("guided", "en"))
def test_a_task_is_solved_with_the_keys_alone(new_device: DeviceMaker, task_id: str, seed: int, run_kind: str, language: Language) -> None:
    with serve(PlayerSite(task_id=task_id, seed=seed + 100)) as site:
        page = new_device(language, **DESK, has_touch=False, is_mobile=False).new_page()
        solve(site, page, Keyboard(page), run_kind, language)
