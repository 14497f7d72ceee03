"""Replay of a trace on the full scenario, and its score by goals and hazards (docs/reference/engine.md §4, §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from digiskills_simulator.logic import Env
from digiskills_simulator.machine import Action, Machine
from digiskills_simulator.scenario import Scenario
from digiskills_simulator.task import CompiledTask, Hazard
from digiskills_simulator.trace import Trace

FULL_MILLI = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a replay ended: the environment for goals, and the step (from 1) at which each hazard was triggered."""

    env: Env
    fired: Mapping[str, int]
    steps: int
    ignored: int
    ended: bool


@dataclass(frozen=True, slots=True)
class GoalResult:
    id: str
    points: int
    met: bool


@dataclass(frozen=True, slots=True)
class HazardResult:
    """A hazard that fired: the step (from 1), whether it was recovered from, the cap that it leaves (0 … 1000)."""

    id: str
    step: int
    recovered: bool
    cap_milli: int


@dataclass(frozen=True, slots=True)
class SkillScore:
    """What the attempt says of one skill or facet: 0 … 1000, and whether a hazard that touches it stayed unrecovered."""

    skill: str
    facet: str | None
    value_milli: int
    hazard: bool


@dataclass(frozen=True, slots=True)
class ScoredAttempt:
    score_milli: int
    goals: tuple[GoalResult, ...]
    hazards: tuple[HazardResult, ...]
    skills: tuple[SkillScore, ...]
    steps: int
    ignored: int
    ended: bool

    def to_json(self) -> dict[str, Any]:
        """Plain lists and mappings, in the shape that `from_json` reads."""
        plain = asdict(self)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in plain.items()}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> ScoredAttempt:
        """Rebuild a stored result."""
        return cls(
            score_milli=raw["score_milli"],
            goals=tuple(GoalResult(**item) for item in raw["goals"]),
            hazards=tuple(HazardResult(**item) for item in raw["hazards"]),
            skills=tuple(SkillScore(**item) for item in raw["skills"]),
            steps=raw["steps"],
            ignored=raw["ignored"],
            ended=raw["ended"],
        )


def replay(scenario: Scenario, trace: Trace) -> Outcome:
    """Run a trace in opaque ids on the full scenario. Never fails: what is not possible is ignored and counted."""
    return replay_actions(scenario, [scenario.resolve(action) for action in trace.actions])


def replay_actions(scenario: Scenario, actions: list[Action]) -> Outcome:
    """The same for actions in the author's ids."""
    machine = Machine(scenario.task.program, scenario.values)
    waiting = list(scenario.task.hazards)
    fired: dict[str, int] = {}
    for action in actions:
        if machine.step(action) and waiting:
            waiting = _latch(waiting, machine, fired)
    return Outcome(machine.env, fired, machine.steps, machine.ignored, machine.ended)


def _latch(waiting: list[Hazard], machine: Machine, fired: dict[str, int]) -> list[Hazard]:
    still = []
    for hazard in waiting:
        if hazard.when.holds(machine.env):
            fired[hazard.id] = machine.steps
        else:
            still.append(hazard)
    return still


def score(scenario: Scenario, outcome: Outcome) -> ScoredAttempt:
    """Judge goals at the end, hazards as they were latched; all arithmetic in whole thousandths, rounded down."""
    task = scenario.task
    goals = tuple(GoalResult(goal.id, goal.points, bool(goal.when.holds(outcome.env))) for goal in task.goals)
    by_id = {hazard.id: hazard for hazard in task.hazards}
    hazards = tuple(_judge(by_id[name], step, outcome.env) for name, step in outcome.fired.items())
    return ScoredAttempt(
        score_milli=min(_share(goals), *(hazard.cap_milli for hazard in hazards), FULL_MILLI),
        goals=goals,
        hazards=hazards,
        skills=_skills(task, goals, hazards),
        steps=outcome.steps,
        ignored=outcome.ignored,
        ended=outcome.ended,
    )


def _judge(hazard: Hazard, step: int, env: Env) -> HazardResult:
    recovered = hazard.recover is not None and bool(hazard.recover.holds(env))
    return HazardResult(hazard.id, step, recovered, hazard.recovered_cap_milli if recovered else hazard.cap_milli)


def _share(goals: tuple[GoalResult, ...]) -> int:
    return FULL_MILLI * sum(goal.points for goal in goals if goal.met) // sum(goal.points for goal in goals)


def _skills(task: CompiledTask, goals: tuple[GoalResult, ...], hazards: tuple[HazardResult, ...]) -> tuple[SkillScore, ...]:
    groups: dict[tuple[str, str | None], list[GoalResult]] = {}
    for goal, result in zip(task.goals, goals, strict=True):
        groups.setdefault((goal.skill, goal.facet), []).append(result)
    by_id = {hazard.id: hazard for hazard in task.hazards}
    scores = []
    for (skill, facet), members in groups.items():
        touching = [result for result in hazards if by_id[result.id].touches(skill, facet)]
        value = min(_share(tuple(members)), *(result.cap_milli for result in touching), FULL_MILLI)
        scores.append(SkillScore(skill, facet, value, any(not result.recovered for result in touching)))
    return tuple(scores)
