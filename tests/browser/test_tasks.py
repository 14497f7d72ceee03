"""The tasks that lead to a confirmation, from unit to result: by touch on a small phone, and with the keys alone on a wide screen.

The whole library is played in `test_library`, without a server behind it.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from demo.runtime import TASK_IDS
from digiskills_xblock.i18n import Language
from tests.browser import audit
from tests.browser.conftest import LearnerMaker
from tests.browser.playing import Learner

pytestmark = pytest.mark.browser

FULL = 1000
TASKS = pytest.mark.parametrize("task_id", TASK_IDS)


def solve(learner: Learner, task_id: str, run_kind: str) -> None:
    """Solves the task, looks at every new screen on the way, and checks what is shown and what is kept."""
    learner.open_task(task_id, run_kind)
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


# Each width is seen in both languages.
@TASKS
@pytest.mark.parametrize("run_kind, language", [("guided", "vi"), ("counted", "en")])
def test_a_task_is_solved_by_touch(new_learner: LearnerMaker, task_id: str, run_kind: str, language: Language) -> None:
    solve(new_learner("tram", language=language), task_id, run_kind)


@TASKS
@pytest.mark.parametrize("run_kind, language", [("guided", "en"), ("counted", "vi")])
def test_a_task_is_solved_with_the_keys_alone(new_learner: LearnerMaker, task_id: str, run_kind: str, language: Language) -> None:
    solve(new_learner("gao", language=language, keyboard=True), task_id, run_kind)
