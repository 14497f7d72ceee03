"""What reaches the browser: enough to play, nothing that tells the answer."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from digiskills_framework.shapes import load_schema
from digiskills_framework.tasks import TaskDefinition
from digiskills_simulator.api import Action, CompiledTask, RunKind, Scenario, compile_task, instantiate, parse_trace, render_payload
from digiskills_simulator.machine import Machine
from digiskills_simulator.payload import visible_names
from digiskills_simulator.payload_machine import PayloadMachine
from digiskills_simulator.program import Condition

SEEDS = st.integers(0, 2**63 - 1)
RUN_KINDS = st.sampled_from(get_args(RunKind))


@settings(max_examples=50)
@given(SEEDS, RUN_KINDS, st.sampled_from(["vi", "en"]))
def test_every_payload_has_the_shape_promised(task: CompiledTask, seed: int, run_kind: RunKind, language: str) -> None:
    payload = json.loads(json.dumps(render_payload(instantiate(task, seed), language=language, run_kind=run_kind)))
    Draft202012Validator(dict(load_schema("payload-1"))).validate(payload)


@settings(max_examples=50)
@given(SEEDS)
def test_a_payload_is_the_same_without_what_it_must_not_hold(definition: TaskDefinition, seed: int) -> None:
    raw = dict(definition.raw)
    for goal in (neutral := json.loads(json.dumps(raw)))["goals"]:
        goal |= {"when": True, "points": 1, "text": raw["title"], "hit": raw["title"], "miss": {"why": raw["title"], "how": raw["title"]}}
    neutral |= {"hazards": [], "witnesses": [], "claims": [], "next": raw["title"], "goals": neutral["goals"][:1]}
    bare = TaskDefinition(**{**_fields(definition), "raw": neutral, "digest": "0" * 64})
    full_payload = render_payload(instantiate(compile_task(definition), seed), language="vi", run_kind="counted")
    assert json.dumps(full_payload) == json.dumps(render_payload(instantiate(compile_task(bare), seed), language="vi", run_kind="counted"))


def _fields(definition: TaskDefinition) -> dict[str, Any]:
    return {name: getattr(definition, name) for name in definition.__dataclass_fields__}


@settings(max_examples=50)
@given(SEEDS)
def test_no_name_of_the_author_and_no_seed_is_in_a_payload(task: CompiledTask, seed: int) -> None:
    scenario = instantiate(task, seed)
    text = json.dumps(render_payload(scenario, language="vi", run_kind="counted"), ensure_ascii=False)
    for name in (
        "fake",
        "genuine",
        "stranger",
        "paid_stranger",
        "to_scan",
        "pay_form",
        "camera",
        "compared",
        "sent_to",
        "reported",
        "Không ai thấy",
    ):
        assert name not in text
    assert seed < 10**6 or str(seed) not in text
    assert "Bấm **Quét mã**" not in text


def test_coaching_is_there_in_guided_runs_only(genuine: Scenario) -> None:
    guided = render_payload(genuine, language="en", run_kind="guided")
    counted = render_payload(genuine, language="en", run_kind="counted")
    assert guided["coach_home"][0]["say"] == "Open the wallet."
    assert "coach_home" not in counted
    assert not any("coach" in screen for screen in counted["screens"].values())


def test_what_no_seed_shows_is_absent(genuine: Scenario) -> None:
    payload = render_payload(genuine, language="vi", run_kind="counted")
    assert [app.get("show") for app in payload["apps"]] == [None, None, False], "the phone app is never on the home screen, but rings"
    assert len(payload["screens"]) == 5


def test_state_that_only_goals_read_is_absent_but_a_toggle_shows_its_own(genuine: Scenario) -> None:
    assert set(visible_names(genuine, run_kind="counted")) == {"balance", "typed", "code", "picked", "wifi", "sent_to", "deleted"}


def test_other_attempts_have_other_ids(task: CompiledTask) -> None:
    one, other = (render_payload(instantiate(task, seed), language="vi", run_kind="counted") for seed in (1, 2))
    assert not set(one["screens"]) & set(other["screens"])


@pytest.mark.parametrize("language", ["fr", ""])
def test_a_language_that_tasks_do_not_have_is_refused(genuine: Scenario, language: str) -> None:
    with pytest.raises(ValueError, match="written in"):
        render_payload(genuine, language=language, run_kind="counted")


@settings(max_examples=100, deadline=None)
@given(SEEDS, RUN_KINDS, st.randoms(use_true_random=False))
def test_the_payload_behaves_as_the_scenario_does(task: CompiledTask, seed: int, run_kind: RunKind, random: Any) -> None:
    scenario = instantiate(task, seed)
    shown = PayloadMachine(render_payload(scenario, language="vi", run_kind=run_kind))
    full = Machine(task.program, scenario.values)
    names = visible_names(scenario, run_kind=run_kind)
    for _ in range(40):
        raw = _some_action(scenario, random)
        action = parse_trace({"schema": "trace/1", "actions": [raw]}).actions[0]
        assert shown.step(raw) == full.step(scenario.resolve(action))
        assert shown.snapshot() == _projected(scenario, full, names)


def _some_action(scenario: Scenario, random: Any) -> dict[str, str]:
    aliases = scenario.aliases
    kind = random.choice(["tap"] * 6 + ["type", "choose", "scan", "open", "open", "notice", "home", "back", "wait", "undo"])
    if kind in ("home", "back", "wait", "undo"):
        return {"a": kind}
    prefix = {"open": "app:", "notice": "notice:"}.get(kind, "widget:")
    target = random.choice([alias for name, alias in aliases.items() if name.startswith(prefix)])
    if kind in ("open", "notice", "tap"):
        return {"a": kind, {"open": "p", "notice": "n", "tap": "w"}[kind]: target}
    if kind == "type":
        return {"a": kind, "w": target, "t": random.choice([str(scenario.drawn["pin"]), "25000", "99999999", ""])}
    return {
        "a": kind,
        "w": target,
        "o": random.choice([*(alias for name, alias in aliases.items() if name.startswith("option:")), "on", "off"]),
    }


def _projected(scenario: Scenario, full: Machine, names: dict[str, str]) -> dict[str, object]:
    """The full machine's state as the browser's would be: opaque ids, and only the state that a payload keeps."""
    state, symbols = (
        full.snapshot(),
        {name for name, value in scenario.task.program.initial.items() if isinstance(value, Condition) and value.node.type == "sym"},
    )

    def place(name: Any) -> Any:
        return name if name in (None, "home") else scenario.aliases[f"screen:{name}"]

    values: Any = state["vars"]
    last: Any = state["last"]
    notices: Any = state["notices"]
    apps = {app["id"] for app in render_payload(scenario, language="vi", run_kind="counted")["apps"]}
    return {
        **state,
        "at": place(state["at"]),
        "ret": place(state["ret"]),
        "last": {scenario.aliases[f"app:{app}"]: place(screen) for app, screen in last.items() if scenario.aliases[f"app:{app}"] in apps},
        "vars": {short: scenario.symbol(values[name]) if name in symbols else values[name] for name, short in names.items()},
        "notices": [scenario.aliases[f"notice:{name}"] for name in notices],
    }


def test_a_tap_with_no_visible_effect_is_still_recorded(genuine: Scenario) -> None:
    machine = PayloadMachine(render_payload(genuine, language="vi", run_kind="counted"))
    for step in (Action("open", "pay"), Action("tap", "to_scan"), Action("scan", "camera", "stall"), Action("tap", "compare")):
        kind, target, detail = step
        alias = genuine.aliases[f"{'app' if kind == 'open' else 'widget'}:{target}"]
        raw = {"a": kind, "p" if kind == "open" else "w": alias}
        if detail:
            raw["o"] = genuine.aliases[f"option:{target}/{detail}"]
        assert machine.step(raw), step
