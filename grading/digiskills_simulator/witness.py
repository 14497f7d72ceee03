"""Witnesses: scripts in the author's ids that prove a goal reachable or a hazard triggerable (docs/reference/engine.md §8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from digiskills_simulator.logic import Checker, ExpressionError, compile_node
from digiskills_simulator.machine import Action
from digiskills_simulator.scenario import Scenario, instantiate
from digiskills_simulator.scoring import ScoredAttempt, replay, score
from digiskills_simulator.task import CompiledTask
from digiskills_simulator.trace import Trace

Raw = Mapping[str, Any]
SOLVE = "solve"


class WitnessError(ValueError):
    """A witness that is not of the language: what is wrong, in one sentence."""


def witness_ids(task: CompiledTask) -> tuple[str, ...]:
    return tuple(str(witness["id"]) for witness in task.raw["witnesses"])


def witness_actions(scenario: Scenario, witness_id: str) -> list[Action]:
    """The actions of a witness for this scenario, in the author's ids.

    Raises:
        WitnessError: no such witness, or a step that names something unknown.
    """
    witness = next((body for body in scenario.task.raw["witnesses"] if body["id"] == witness_id), None)
    if witness is None:
        raise WitnessError(f"task {scenario.task.id} has no witness {witness_id!r}")
    return script_actions(scenario, witness["script"])


def witness_trace(scenario: Scenario, witness_id: str) -> Trace:
    """The trace that a browser would send for a witness: in the payload's opaque ids.

    Raises:
        WitnessError: as `witness_actions`.
    """
    return Trace(tuple(opaque(scenario, action) for action in witness_actions(scenario, witness_id)))


def run_witness(scenario: Scenario, witness_id: str) -> ScoredAttempt:
    """Replay a witness and score it."""
    return score(scenario, replay(scenario, witness_trace(scenario, witness_id)))


def check_witnesses(task: CompiledTask, seeds: Iterable[int]) -> list[str]:
    """What the witnesses of a task claim and do not keep, one sentence each; empty if all is proven.

    What is broken in the same way for several seeds is one sentence, with the first of them and their number.
    """
    broken: dict[tuple[str, str], list[int]] = {}
    for seed in seeds:
        scenario = instantiate(task, seed)
        for witness in task.raw["witnesses"]:
            for text in _claims_broken(scenario, witness):
                broken.setdefault((witness["id"], text), []).append(seed)
    return [*_uncovered(task), *(f"witness {name}, {_seeds(found)}: {text}" for (name, text), found in broken.items())]


def _claims_broken(scenario: Scenario, witness: Raw) -> list[str]:
    try:
        return list(_broken_claims(scenario, witness))
    except WitnessError as error:
        return [str(error)]


def _seeds(found: list[int]) -> str:
    return f"seed {found[0]}" if len(found) == 1 else f"seed {found[0]} and {len(found) - 1} more"


def _uncovered(task: CompiledTask) -> list[str]:
    problems = [] if SOLVE in witness_ids(task) else [f"there is no witness {SOLVE!r}"]
    claims = [body["proves"] for body in task.raw["witnesses"]]
    goals = {goal.id for goal in task.goals}
    proven = {goal for claim in claims for goal in (goals if claim.get("goals") == "all" else claim.get("goals", []))}
    problems.extend(f"no witness meets goal {goal!r}" for goal in sorted(goals - proven))
    fired = {hazard for claim in claims for hazard in claim.get("hazards", [])}
    problems.extend(f"no witness triggers hazard {hazard.id!r}" for hazard in task.hazards if hazard.id not in fired)
    return problems


def _broken_claims(scenario: Scenario, witness: Raw) -> Iterator[str]:
    proves, scored = witness["proves"], run_witness(scenario, witness["id"])
    met = {goal.id for goal in scored.goals if goal.met}
    wanted = {goal.id for goal in scenario.task.goals} if proves.get("goals") == "all" else set(proves.get("goals", []))
    if wanted - met:
        yield f"does not meet {', '.join(sorted(wanted - met))}"
    fired = {hazard.id for hazard in scored.hazards}
    if fired != set(proves.get("hazards", [])):
        yield f"triggers {', '.join(sorted(fired)) or 'no hazard'}, but claims {', '.join(proves.get('hazards', [])) or 'none'}"
    if "score" in proves and scored.score_milli != proves["score"]:
        yield f"scores {scored.score_milli}, but claims {proves['score']}"
    if scored.ignored:
        yield f"{scored.ignored} of its actions are not possible where they stand"


class _Script:
    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._checker = Checker(scenario.task.types)

    def actions(self, steps: Iterable[object]) -> Iterator[Action]:
        for step in steps:
            if isinstance(step, str):
                yield Action(step)
            elif isinstance(step, Mapping) and "if" in step:
                yield from self.actions(step["then"] if self._holds(step["if"]) else step.get("else", []))
            elif isinstance(step, Mapping) and len(step) == 1:
                ((kind, raw),) = step.items()
                yield self._action(str(kind), raw)
            else:
                raise WitnessError(f"{step!r} is no step")

    def _action(self, kind: str, raw: object) -> Action:
        if kind in ("tap", "open", "notice"):
            return Action(kind, str(self._value(raw)))
        if kind in ("type", "choose", "scan") and isinstance(raw, list) and len(raw) == 2:
            detail = self._value(raw[1])
            # YAML reads a bare on/off as text here, but true/false may stand for a toggle as well.
            return Action(kind, str(raw[0]), {True: "on", False: "off"}[detail] if isinstance(detail, bool) else str(detail))
        raise WitnessError(f"{kind!r} is no step, or its arguments are wrong")

    def _value(self, raw: object) -> object:
        if isinstance(raw, Mapping) and "if" in raw:
            return self._value(raw["then"] if self._holds(raw["if"]) else raw["else"])
        if isinstance(raw, Mapping) and "var" in raw:
            name = str(raw["var"])
            if name not in self._scenario.values:
                raise WitnessError(f"unknown variable {name!r}")
            return self._scenario.values[name]
        return raw

    def _holds(self, condition: object) -> bool:
        try:
            return bool(compile_node(self._checker.check(condition, "bool"))(dict(self._scenario.values)))
        except ExpressionError as error:
            raise WitnessError(str(error)) from error


def script_actions(scenario: Scenario, script: Iterable[object]) -> list[Action]:
    """The actions of a script for this scenario, in the author's ids.

    Raises:
        WitnessError: a step that is not of the language or names something unknown.
    """
    return list(_Script(scenario).actions(script))


def opaque(scenario: Scenario, action: Action) -> Action:
    """An action in the author's ids as the browser would send it; what the task does not have becomes an empty id."""
    kind = {"open": "app", "notice": "notice"}.get(action.kind, "widget")
    target = scenario.aliases.get(f"{kind}:{action.target}", "") if action.target else ""
    if action.kind in ("choose", "scan") and action.detail not in ("on", "off"):
        return Action(action.kind, target, scenario.aliases.get(f"option:{action.target}/{action.detail}", ""))
    return Action(action.kind, target, action.detail)
