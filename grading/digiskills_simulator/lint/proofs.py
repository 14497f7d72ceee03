"""Promises about what can be achieved, and about what cannot be achieved by chance, by obedience or by heart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from digiskills_simulator.lint.playing import Walk, play, ways_out
from digiskills_simulator.lint.problem import Problem
from digiskills_simulator.logic import Checker, ExpressionError, compile_node
from digiskills_simulator.machine import Action
from digiskills_simulator.program import HOME
from digiskills_simulator.scenario import Scenario, instantiate
from digiskills_simulator.task import CompiledTask
from digiskills_simulator.witness import SOLVE, check_witnesses, run_witness, script_actions, witness_actions

PASS_MILLI = 700
"""The mark that the shipped regulations ask for; a task must not be passed from below it by chance."""
ENOUGH_VARIANTS = 50
CHANCE = 5
"""Walks that may pass in a sample too small to tell one in a hundred from chance; from 600 walks on it is one in a hundred."""
DETOURS, DETOUR_LENGTH = 40, 12


def witnesses(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """Every goal and hazard has a witness, and each keeps what it claims."""
    for sentence in check_witnesses(task, seeds):
        yield Problem("witness", sentence, "Correct the script, what it proves, or the phone")


def recoveries(task: CompiledTask) -> Iterator[Problem]:
    """Every hazard can be made good in part, never to a pass, and a witness shows it."""
    scenario = instantiate(task, 0)
    made_good = {hazard.id for body in task.raw["witnesses"] for hazard in run_witness(scenario, body["id"]).hazards if hazard.recovered}
    if not task.hazards:
        yield Problem("hazard", "the task has no hazard", "Add the harmful act that the table of tasks names")
    for hazard in task.hazards:
        if hazard.recover is None or not hazard.recovered_story:
            yield Problem("recover", "cannot be made good, or the story of it is missing", "Add recover and recovered_story", hazard.id)
        elif not hazard.cap_milli < hazard.recovered_cap_milli < PASS_MILLI:
            yield Problem("recover", f"cap and recovered cap are not rising and below {PASS_MILLI}", "Correct the caps", hazard.id)
        elif hazard.id not in made_good:
            yield Problem("recover", "no witness makes it good", "Add one that does, with its score", hazard.id)


def idle(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """Who does nothing gets nothing."""
    for scenario in _scenarios(task, seeds):
        for waits in (0, 1, 30):
            scored = play(scenario, [Action("wait")] * waits)
            if scored.score_milli:
                message = f"{waits} waits and nothing else score {scored.score_milli} (seed {scenario.seed})"
                yield Problem("idle", message, "Make the goal ask for an act, not only for the absence of one")
                return


def naive(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """Who believes everything and checks nothing does not pass."""
    scripts = task.raw.get("naive", [])
    if not scripts:
        yield Problem("naive", "there is no naive path", "Write under naive what a person does who believes everything")
    for body in scripts:
        passed = [scenario.seed for scenario in _scenarios(task, seeds) if _passes(scenario, script_actions(scenario, body["script"]))]
        if passed:
            message = f"passes for {len(passed)} of {len(seeds)} seeds (first {passed[0]})"
            yield Problem("naive", message, "Make the answer depend on checking", f"naive {body['id']}")


def by_heart(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """The answer of one seed, with the amounts and codes of the other, solves at most half of them."""
    first = instantiate(task, seeds[0])
    named = {str(value): name for name, value in reversed(first.drawn.items()) if isinstance(value, str | int)}
    answer = witness_actions(first, SOLVE)
    solved = sum(play(scenario, _retyped(answer, named, scenario)).score_milli == 1000 for scenario in _scenarios(task, seeds[1:]))
    if solved * 2 > len(seeds) - 1:
        message = f"the taps that solve one seed solve {solved} of {len(seeds) - 1} others"
        yield Problem("by-heart", message, "Let the seed change the answer, not only the names")


def variants(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """Enough different drawings."""
    drawn = {json.dumps(scenario.drawn, sort_keys=True, default=dict) for scenario in _scenarios(task, seeds)}
    wanted = min(ENOUGH_VARIANTS, len(seeds))
    if len(drawn) < wanted:
        yield Problem("variants", f"{len(seeds)} seeds give {len(drawn)} variants", f"Draw more: at least {wanted}")


def walks(task: CompiledTask, count: int) -> Iterator[Problem]:
    """Who taps about passes at most once in a hundred; nobody gets stuck; every screen can be come to."""
    passed, seen = 0, {HOME}
    for number in range(count):
        scenario = instantiate(task, number)
        walk = Walk(scenario, number)
        seen |= walk.screens
        if walk.stuck is not None:
            yield Problem("dead-end", f"nothing is possible any more (seed {number})", "Give a way out", f"screen {walk.stuck}")
            return
        passed += play(scenario, walk.actions).score_milli >= PASS_MILLI
    if passed > max(count // 100, CHANCE):
        yield Problem("random", f"{passed} of {count} random walks pass", "Make the goals ask for what is not hit by chance")
    yield from _unreachable(task, seen, count)


def incoming(task: CompiledTask, seeds: range) -> Iterator[Problem]:
    """At least a quarter of what asks for trust is genuine."""
    entries = task.raw.get("incoming", [])
    if not entries:
        if task.raw.get("notices") or any(app.kind == "inbox" for app in task.program.apps.values()):
            remedy = "List under incoming what asks for trust, and when it is genuine"
            yield Problem("genuine", "says nothing of which messages, calls and sellers are genuine", remedy)
        return
    try:
        genuine, asked = genuine_of(task, seeds)
    except ExpressionError as error:
        yield Problem("genuine", f"an expression {error}", "Use the task's variables only", "incoming")
        return
    if genuine * 4 < asked:
        message = f"{genuine} of {asked} are genuine over {len(seeds)} seeds"
        yield Problem("genuine", message, "At least a quarter: a false alarm is a mistake too")


def genuine_of(task: CompiledTask, seeds: range) -> tuple[int, int]:
    """How many of what asks for trust over these seeds is genuine, and how many ask.

    Raises:
        ExpressionError: a condition that reads more than the task's variables.
    """
    checker = Checker(task.types)
    conditions = [compile_node(checker.check(entry["genuine"], "bool")) for entry in task.raw.get("incoming", [])]
    held = [bool(holds(dict(scenario.values))) for scenario in _scenarios(task, seeds) for holds in conditions]
    return sum(held), len(held)


def _unreachable(task: CompiledTask, seen: set[str], count: int) -> Iterator[Problem]:
    """Screens that neither a walk nor a witness comes to."""
    for number in range(min(count, DETOURS)):
        scenario = instantiate(task, number)
        for body in task.raw["witnesses"]:
            actions = script_actions(scenario, body["script"])
            for cut in range(0, len(actions) + 1, 1 + len(actions) // 4):
                seen |= Walk(scenario, cut, after=actions[:cut], length=cut + DETOUR_LENGTH).screens
            seen |= Walk(scenario, 0, after=actions, length=0).screens
    for name in task.program.screens:
        if name not in seen:
            yield Problem("unreachable", "no run comes here", "Lead to it, or take it out", f"screen {name}")
    for name in ways_out(instantiate(task, 0), list(task.program.screens)):
        yield Problem("dead-end", "is modal and has nothing to touch", "Give it a button", f"screen {name}")


def _passes(scenario: Scenario, actions: Iterable[Action]) -> bool:
    scored = play(scenario, actions)
    return scored.score_milli >= PASS_MILLI or any(skill.value_milli >= PASS_MILLI for skill in scored.skills)


def _retyped(actions: Iterable[Action], named: dict[str, str], scenario: Scenario) -> Iterator[Action]:
    for action in actions:
        if action.kind == "type" and action.detail in named:
            yield action._replace(detail=str(scenario.drawn[named[action.detail]]))
        else:
            yield action


def _scenarios(task: CompiledTask, seeds: range) -> Iterator[Scenario]:
    return (instantiate(task, seed) for seed in seeds)
