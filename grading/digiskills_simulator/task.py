"""A task, compiled: its phone, its variables, what is judged, and every mistake of its author reported at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from digiskills_framework.errors import InconsistentDataError
from digiskills_framework.pack import RealLife
from digiskills_framework.tasks import TaskDefinition
from digiskills_simulator.logic import Checker, TraceNames, Type, const
from digiskills_simulator.program import Condition, Program
from digiskills_simulator.reading import ProgramReader, Scope, read_state
from digiskills_simulator.texts import Text
from digiskills_simulator.variables import Variable, VariableError, read_variable

ENGINE_VERSION = 1
"""Raised when what an old trace scores would change. Attempts keep the version they were started under."""

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """A condition over the end state and the trace that earns ``points`` (1 … 10)."""

    id: str
    skill: str
    facet: str | None
    points: int
    when: Condition
    text: Text
    hit: Text
    why: Text
    how: Text


@dataclass(frozen=True, slots=True)
class Hazard:
    """The harmful act: latched when it first holds, it caps the score (0 … 1000 thousandths), less so if recovered."""

    id: str
    skill: str | None
    facet: str | None
    when: Condition
    cap_milli: int
    recover: Condition | None
    recovered_cap_milli: int
    story: Text
    recovered_story: Text

    def touches(self, skill: str, facet: str | None) -> bool:
        return self.skill is None or (self.skill == skill and self.facet in (None, facet))


@dataclass(frozen=True, slots=True)
class CompiledTask:
    id: str
    version: int
    digest: str
    program: Program
    variables: tuple[Variable, ...]
    types: Mapping[str, Type]
    goals: tuple[Goal, ...]
    hazards: tuple[Hazard, ...]
    title: Text
    goal: Text
    why: Text
    brief: Text
    next: Text
    real_life: tuple[RealLife, ...]
    raw: Raw


@lru_cache(maxsize=512)
def _compiled(task: TaskDefinition) -> CompiledTask:
    return _compile(task)


def compile_task(task: TaskDefinition) -> CompiledTask:
    """Compile a task; cached by its content.

    Raises:
        InconsistentDataError: names, types or references of the task file that do not fit together, all of them.
    """
    return _compiled(task)


def _compile(task: TaskDefinition) -> CompiledTask:
    raw = task.raw
    findings = Scope(task.file, {}, {}, raw=raw)
    variables, types = _variables(raw.get("vars", {}), findings)
    state_types, initial, unknown = read_state(raw.get("state", {}), types)
    scope = Scope(task.file, types, state_types, raw=raw)
    scope.findings = findings.findings
    for name in sorted(set(types) & set(state_types)):
        scope.complain(f"state.{name}", name, "is also the name of a variable", "Give the state variable another name")
    for name in unknown:
        scope.complain(
            f"state.{name}", raw["state"][name], "copies an unknown variable", "Name a variable under vars that is no localized text"
        )
    program = ProgramReader(scope).read(raw, initial)
    judge = _Judge(scope, program)
    compiled = CompiledTask(
        id=task.id,
        version=task.version,
        digest=task.digest,
        program=program,
        variables=variables,
        types=types,
        goals=judge.goals(raw["goals"]),
        hazards=judge.hazards(raw["hazards"]),
        title=scope.text(raw["title"], "title"),
        goal=scope.text(raw["goal"], "goal"),
        why=scope.text(raw["why"], "why"),
        brief=scope.text(raw["brief"], "brief"),
        next=scope.text(raw["next"], "next"),
        real_life=task.real_life,
        raw=raw,
    )
    if scope.findings:
        raise InconsistentDataError(scope.findings)
    return compiled


def _variables(raw: Raw, scope: Scope) -> tuple[tuple[Variable, ...], dict[str, Type]]:
    variables: list[Variable] = []
    types: dict[str, Type] = {}
    for name, body in raw.items():
        try:
            variable = read_variable(name, body, types)
        except VariableError as error:
            scope.complain(f"vars.{name}", body, str(error), "See 'Variables' in engine.md")
            continue
        variables.append(variable)
        types.update(variable.types)
    return tuple(variables), types


class _Judge:
    """Reads goals and hazards, whose conditions may look at the trace."""

    def __init__(self, scope: Scope, program: Program) -> None:
        widgets = frozenset(name for screen in program.screens.values() for name in screen.by_id)
        self._scope = scope
        self._checker = Checker(scope.types, TraceNames(widgets, frozenset(program.screens)))

    def goals(self, raw: list[Raw]) -> tuple[Goal, ...]:
        self._unique(raw, "goals")
        return tuple(self._goal(body, f"goals[{index}]") for index, body in enumerate(raw))

    def hazards(self, raw: list[Raw]) -> tuple[Hazard, ...]:
        self._unique(raw, "hazards")
        return tuple(self._hazard(body, f"hazards[{index}]") for index, body in enumerate(raw))

    def _unique(self, raw: list[Raw], path: str) -> None:
        names = [body["id"] for body in raw]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._scope.complain(path, name, "is the id of several entries", "Give each its own id")

    def _goal(self, raw: Raw, path: str) -> Goal:
        scope = self._scope
        return Goal(
            id=raw["id"],
            skill=raw["skill"],
            facet=raw.get("facet"),
            points=raw["points"],
            when=self._condition(raw["when"], f"{path}.when"),
            text=scope.text(raw["text"], f"{path}.text"),
            hit=scope.text(raw["hit"], f"{path}.hit"),
            why=scope.text(raw["miss"]["why"], f"{path}.miss.why"),
            how=scope.text(raw["miss"]["how"], f"{path}.miss.how"),
        )

    def _hazard(self, raw: Raw, path: str) -> Hazard:
        scope, recover = self._scope, raw.get("recover")
        cap = raw["cap_milli"]
        if recover is not None and recover["cap_milli"] < cap:
            scope.complain(
                f"{path}.recover.cap_milli", recover["cap_milli"], f"is below the hazard's own cap {cap}", "Recovering must not cost points"
            )
        return Hazard(
            id=raw["id"],
            skill=raw.get("skill"),
            facet=raw.get("facet"),
            when=self._condition(raw["when"], f"{path}.when"),
            cap_milli=cap,
            recover=self._condition(recover["when"], f"{path}.recover.when") if recover is not None else None,
            recovered_cap_milli=recover["cap_milli"] if recover is not None else cap,
            story=scope.text(raw["story"], f"{path}.story"),
            recovered_story=scope.text(raw.get("recovered_story"), f"{path}.recovered_story"),
        )

    def _condition(self, raw: object, path: str) -> Condition:
        return self._scope.condition(raw, path, "bool", self._checker) or _NEVER


_NEVER = Condition.of(const(False))
"""Stands in for a condition that could not be read; such a task is refused with a finding, so that this one never runs."""
