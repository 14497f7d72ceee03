"""Every task from its page to its result: by touch on a small phone, and with the keys alone on a wide screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from digiskills_framework.tasks import task_ids
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import LearnerMaker
from tests.browser.playing import Learner

pytestmark = pytest.mark.browser

FULL = 1000


def solve(learner: Learner, task_id: str, run_kind: str) -> None:
    """Solves the task, looks at every new screen on the way, and checks what is shown and what is kept."""
    learner.open_task(task_id)
    audit.whole(learner.page)
    started = learner.start(run_kind)
    looked: set[str] = set()

    def look(screen: str) -> None:
        if screen not in looked:
            looked.add(screen)
            audit.whole(learner.page)

    attempt = learner.play(started, look)
    assert (attempt.run_kind, attempt.state, attempt.score_milli) == (run_kind, "scored", FULL)
    assert bool(attempt.evidence) == (run_kind == "counted")
    expect(learner.page.get_by_text(f"100 {learner.words['score_of']}")).to_be_visible()
    audit.whole(learner.page)


def ways(first: tuple[str, Language], second: tuple[str, Language]) -> pytest.MarkDecorator:
    """Every task once for each pair of hands; from task to task the run kinds and languages change places."""
    pairs = [(task_id, *(first, second)[number % 2]) for number, task_id in enumerate(task_ids())]
    return pytest.mark.parametrize("task_id, run_kind, language", pairs, ids=["-".join(pair) for pair in pairs])


@ways(("guided", "vi"), ("counted", "en"))
def test_a_task_is_solved_by_touch(new_learner: LearnerMaker, task_id: str, run_kind: str, language: Language) -> None:
    solve(new_learner("tram", language=language), task_id, run_kind)


@ways(("counted", "vi"), ("guided", "en"))
def test_a_task_is_solved_with_the_keys_alone(new_learner: LearnerMaker, task_id: str, run_kind: str, language: Language) -> None:
    solve(new_learner("gao", language=language, keyboard=True), task_id, run_kind)
