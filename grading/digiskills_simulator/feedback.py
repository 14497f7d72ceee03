"""What the learner reads after an attempt: what went well first, then what was missed and why it matters, then one next step."""

from __future__ import annotations

from typing import Any

from digiskills_simulator.rendering import render
from digiskills_simulator.scenario import Scenario
from digiskills_simulator.scoring import ScoredAttempt
from digiskills_simulator.texts import Text


def render_feedback(scenario: Scenario, scored: ScoredAttempt, *, language: str) -> dict[str, Any]:
    """The feedback in one language.

    Returns:
        ``score_milli`` 0 … 1000; ``went_well`` texts; ``missed`` with text, why, how; ``hazards`` with story and recovered; ``next``;
        ``real_life`` lines with text and the ISO date on which they were checked.
    """
    task = scenario.task
    met = {goal.id for goal in scored.goals if goal.met}
    stories = {hazard.id: hazard for hazard in task.hazards}

    def say(text: Text) -> str:
        return render(scenario, text, language)

    return {
        "score_milli": scored.score_milli,
        "went_well": [say(goal.hit) for goal in task.goals if goal.id in met],
        "missed": [{"text": say(goal.text), "why": say(goal.why), "how": say(goal.how)} for goal in task.goals if goal.id not in met],
        "hazards": [
            {
                "story": say(
                    stories[fired.id].recovered_story if fired.recovered and stories[fired.id].recovered_story else stories[fired.id].story
                ),
                "recovered": fired.recovered,
            }
            for fired in scored.hazards
        ],
        "next": say(task.next),
        "real_life": [{"text": line.text.text(language), "checked_on": line.checked_on.isoformat()} for line in task.real_life],
    }
