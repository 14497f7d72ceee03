"""A small task that uses every feature of scenario/1, compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from digiskills_framework.tasks import TaskDefinition, load_task
from digiskills_simulator.api import CompiledTask, Scenario, compile_task, instantiate

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def definition() -> TaskDefinition:
    return load_task("X1-01", extra=(DATA,))


@pytest.fixture(scope="session")
def task(definition: TaskDefinition) -> CompiledTask:
    return compile_task(definition)


def scenario_where(task: CompiledTask, **wanted: object) -> Scenario:
    """The scenario of the lowest seed that drew these values."""
    return next(
        scenario
        for scenario in (instantiate(task, seed) for seed in range(500))
        if all(scenario.drawn[name] == value for name, value in wanted.items())
    )


@pytest.fixture(scope="session")
def fake(task: CompiledTask) -> Scenario:
    return scenario_where(task, case="fake")


@pytest.fixture(scope="session")
def genuine(task: CompiledTask) -> Scenario:
    return scenario_where(task, case="genuine")
