"""Figures about the library: how large and how hard each task is, and which cells of a requirement profile have no task yet."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from digiskills_framework.tasks import TaskDefinition
from digiskills_framework.types import Cell, RequirementProfile
from digiskills_simulator.lint.playing import Walk, play
from digiskills_simulator.scenario import instantiate
from digiskills_simulator.task import CompiledTask, compile_task
from digiskills_simulator.witness import script_actions

SEEDS = 200
PASS_MILLI = 700


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """One task.

    Attributes:
        variants: different drawings of 200 seeds.
        random_milli: mean score of random walks, 0 … 1000.
        random_passed: of a thousand random walks, how many reach 700.
        naive_milli: the best score of a naive path over 40 seeds, 0 … 1000; None without naive paths.
    """

    id: str
    step: str
    variants: int
    screens: int
    points: int
    minutes: int
    random_milli: int
    random_passed: int
    naive_milli: int | None


def figures_of(definition: TaskDefinition, *, walks: int) -> TaskFigures:
    """The figures of a task as it is without overlay."""
    task = compile_task(definition)
    walked = [_walked(task, number) for number in range(walks)]
    return TaskFigures(
        id=task.id,
        step=definition.step,
        variants=len({json.dumps(instantiate(task, seed).drawn, sort_keys=True, default=dict) for seed in range(SEEDS)}),
        screens=len(task.program.screens),
        points=sum(goal.points for goal in task.goals),
        minutes=definition.minutes,
        random_milli=sum(walked) // max(len(walked), 1),
        random_passed=1000 * sum(milli >= PASS_MILLI for milli in walked) // max(len(walked), 1),
        naive_milli=max(_naive(task), default=None),
    )


def coverage(definitions: Iterable[TaskDefinition]) -> dict[tuple[str, str], list[str]]:
    """The ids of the tasks of each skill and audience, each with its step: ``S3-01 guided``."""
    found: dict[tuple[str, str], list[str]] = {}
    for definition in definitions:
        for skill in definition.skills:
            for audience in definition.audiences:
                found.setdefault((skill, audience), []).append(f"{definition.id} {definition.step}")
    return found


def missing(profile: RequirementProfile, covered: Iterable[tuple[str, str]]) -> list[Cell]:
    """The cells of a profile, required or optional, whose skill and audience no task has; a school level is not looked at."""
    known = set(covered)
    seen: dict[tuple[str, str], Cell] = {}
    for cell in profile.present():
        key = (cell.skill, cell.audience.value)
        if key not in known:
            seen.setdefault(key, cell)
    return list(seen.values())


def _walked(task: CompiledTask, number: int) -> int:
    scenario = instantiate(task, number)
    return play(scenario, Walk(scenario, number).actions).score_milli


def _naive(task: CompiledTask) -> list[int]:
    scenarios = [instantiate(task, seed) for seed in range(40)]
    bodies = task.raw.get("naive", [])
    return [play(scenario, script_actions(scenario, body["script"])).score_milli for body in bodies for scenario in scenarios]
