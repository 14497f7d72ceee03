"""The simulator alone: replay and scoring against the length of the trace, and what a start costs."""

from __future__ import annotations

import json
from functools import partial

from benchmarks.measuring import Work, measure
from benchmarks.tables import SAMPLE_HEAD, Table, sample_cells
from digiskills_framework.tasks import load_task
from digiskills_simulator import api as simulator

TASK_IDS = ("S3-01", "A1-03", "A1-10")
LENGTHS = (10, 20, 40, 80, 160, 400)
GOAL_LENGTH = 40
GOAL_PER_SECOND = 2400
REPLAYED = "A1-10"  # the longest task, with the most rules
SEED = 20261122


def replay_table() -> Table:
    """CPU time of ``score(replay(trace))`` for traces of 10 to 400 actions of the longest task."""
    scenario = _scenario(REPLAYED)
    traces = {length: _trace(scenario, length) for length in LENGTHS}
    samples = measure({str(length): partial(_judge, scenario, trace) for length, trace in traces.items()}, rounds=40, repetitions=10)
    at_goal = samples[str(GOAL_LENGTH)].per_second
    return Table(
        title="Replay and scoring, against the length of the trace",
        head=("actions", *SAMPLE_HEAD, "µs an action"),
        rows=[
            [str(length), *sample_cells(samples[str(length)]), f"{samples[str(length)].median * 1e6 / length:.1f}"] for length in LENGTHS
        ],
        notes=[
            f"Goal: {GOAL_PER_SECOND:,} a CPU-second at {GOAL_LENGTH} actions; measured {at_goal:,.0f}.",
            (
                f"Task {REPLAYED}, the longest. A trace is its solution, then switching between home and an app (cheaper an action) "
                "until the length is reached, then the end; the shortest ones break the solution off."
            ),
            "Checked before: no action is ignored, and every trace with the whole solution scores 1000.",
            "The trace is parsed already: parsing and cutting are in the whole submission below.",
        ],
    )


def start_table() -> Table:
    """CPU time of what a start does without the database: the scenario from its seed, then the payload as JSON text."""
    works: dict[str, Work] = {}
    for task_id in TASK_IDS:
        task = simulator.compile_task(load_task(task_id))
        assert simulator.instantiate(task, SEED) == simulator.instantiate(task, SEED)
        works[f"{task_id}: instantiate"] = partial(simulator.instantiate, task, SEED)
        works[f"{task_id}: payload"] = partial(_payload, simulator.instantiate(task, SEED))
    samples = measure(works, rounds=20, repetitions=5)
    return Table(
        title="Start of an attempt, without the database",
        head=("work", *SAMPLE_HEAD),
        rows=[[name, *sample_cells(sample)] for name, sample in samples.items()],
        notes=["A counted run in Vietnamese, the payload down to JSON text. Checked before: the same seed gives the same scenario."],
    )


def _scenario(task_id: str) -> simulator.Scenario:
    return simulator.instantiate(simulator.compile_task(load_task(task_id)), SEED)


def _judge(scenario: simulator.Scenario, trace: simulator.Trace) -> simulator.ScoredAttempt:
    return simulator.score(scenario, simulator.replay(scenario, trace))


def _payload(scenario: simulator.Scenario) -> str:
    return json.dumps(simulator.render_payload(scenario, language="vi", run_kind="counted"), ensure_ascii=False)


def _trace(scenario: simulator.Scenario, length: int) -> simulator.Trace:
    """A trace of exactly so many actions, none of which is ignored.

    Raises:
        AssertionError: the engine ignored an action or judged the solution wrong: there is nothing to time.
    """
    *solution, end = simulator.witness_trace(scenario, "solve").actions
    app = [action for action in solution if action.kind == "open"][-1]
    actions = solution[: length - 1]
    while len(actions) < length - 1:
        actions.append(app if actions[-1].kind == "home" else simulator.Action("home"))
    trace = simulator.Trace((*actions, end))
    scored = _judge(scenario, trace)
    assert (len(trace.actions), scored.ignored, scored.ended) == (length, 0, True), scored
    assert len(actions) < len(solution) or scored.score_milli == 1000, scored
    return trace
