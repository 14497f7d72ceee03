"""Every task of the library keeps what it promises, and the library as a whole does."""

from __future__ import annotations

from datetime import date

import pytest

from digiskills_framework.api import load_pack
from digiskills_framework.tasks import DEFAULT_PACK, TaskDefinition, load_task, task_file, task_ids
from digiskills_simulator import api
from digiskills_simulator.lint import LintOptions, genuine_of, lint_task

TASKS = task_ids()
# A day on which no shipped task is overdue: that reviews come due must not break a build. `digiskills task lint` looks at the real day.
OPTIONS = LintOptions(today=date(2026, 11, 22), seeds=20, walks=200)


@pytest.fixture(params=TASKS)
def task(request: pytest.FixtureRequest) -> TaskDefinition:
    return load_task(request.param)


def test_a_task_keeps_every_promise(task: TaskDefinition) -> None:
    written = task_file(task.id, task.version).read_text(encoding="utf-8")
    problems = lint_task(task, load_pack(DEFAULT_PACK), written, OPTIONS)
    assert [problem for problem in problems if problem.severity == "error"] == []


def test_every_audience_plays_somebody_of_the_fictional_world(task: TaskDefinition) -> None:
    people = {audience: task.wearing(task.overlay_for(audience)).raw["persona"] for audience in task.audiences}
    known = {person.code for person in load_pack(DEFAULT_PACK).world.people}
    assert set(people.values()) <= known


def test_an_overlay_changes_neither_what_is_judged_nor_what_it_is_worth(task: TaskDefinition) -> None:
    plain = api.compile_task(task)
    for overlay in task.overlays:
        dressed = api.compile_task(task.wearing(overlay.id))
        assert dressed.digest == plain.digest
        assert dressed.raw["goals"] == plain.raw["goals"]
        assert dressed.raw["hazards"] == plain.raw["hazards"]
        assert dressed.types.keys() == plain.types.keys()


def test_pupils_are_not_addressed_as_adults(task: TaskDefinition) -> None:
    if "student" not in task.audiences:
        return
    clothes = [overlay.id for overlay in task.overlays if overlay.levels or overlay.audiences == ("student",)] or [""]
    briefs = [task.wearing(overlay).raw["brief"]["vi"] for overlay in clothes]
    assert [brief for brief in briefs if not brief.startswith("Em ")] == []


def test_a_quarter_of_all_that_asks_for_trust_is_genuine() -> None:
    """Over the library, not only within each task: who refuses everything has not learnt to judge."""
    counts = [genuine_of(api.compile_task(load_task(task_id)), range(40)) for task_id in TASKS]
    assert sum(genuine for genuine, _ in counts) * 4 >= sum(asked for _, asked in counts) > 0
