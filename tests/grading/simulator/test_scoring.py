"""Replay and score of the test task: the right way, the hazard, its recovery, undo, interruption."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_simulator.api import CompiledTask, Scenario, ScoredAttempt, SkillScore, check_witnesses, instantiate, run_witness, score
from digiskills_simulator.machine import Action, Machine
from digiskills_simulator.scoring import replay_actions


def play(scenario: Scenario, *steps: str | tuple[str, ...]) -> ScoredAttempt:
    return score(scenario, replay_actions(scenario, [Action(step) if isinstance(step, str) else Action(*step) for step in steps]))


def pay(scenario: Scenario) -> list[tuple[str, ...]]:
    return [
        ("open", "pay"),
        ("tap", "to_scan"),
        ("scan", "camera", "stall"),
        ("type", "amount_in", "25.000"),
        ("type", "code_in", str(scenario.drawn["pin"])),
        ("tap", "confirm"),
    ]


def met(scored: ScoredAttempt) -> set[str]:
    return {goal.id for goal in scored.goals if goal.met}


@given(st.integers(0, 2**63 - 1))
def test_the_solution_earns_everything_for_every_seed(task: CompiledTask, seed: int) -> None:
    scored = run_witness(instantiate(task, seed), "solve")
    assert (scored.score_milli, scored.hazards, scored.ignored, scored.ended) == (1000, (), 0, True)
    assert scored.skills == (SkillScore("S3", None, 1000, hazard=False), SkillScore("A1", "recognise", 1000, hazard=False))


def test_doing_nothing_to_the_genuine_code_earns_nothing(genuine: Scenario) -> None:
    assert play(genuine, "end").score_milli == 0


def test_points_are_shares_rounded_down(genuine: Scenario) -> None:
    assert play(genuine, ("open", "pay"), ("tap", "to_scan"), ("scan", "camera", "stall"), ("tap", "compare"), "end").score_milli == 400


def test_the_hazard_caps_the_score_where_it_happened(fake: Scenario) -> None:
    scored = play(fake, *pay(fake), "end")
    assert scored.score_milli == 0
    assert [(hazard.id, hazard.step, hazard.recovered, hazard.cap_milli) for hazard in scored.hazards] == [("paid_stranger", 6, False, 200)]
    assert all(skill.hazard for skill in scored.skills)


def test_the_cap_binds_what_was_earned(fake: Scenario) -> None:
    steps = pay(fake)
    compared = play(fake, *steps[:3], ("tap", "compare"), *steps[3:], "end")
    assert (compared.score_milli, met(compared)) == (200, {"compared"})


def test_recovering_earns_part_back(fake: Scenario) -> None:
    steps = pay(fake)
    scored = play(fake, *steps[:3], ("tap", "compare"), *steps[3:], "wait", ("tap", "hang_up"), ("open", "sms"), ("tap", "report"), "end")
    assert scored.hazards[0].recovered
    assert scored.score_milli == 400
    assert not any(skill.hazard for skill in scored.skills)


def test_comparing_after_paying_is_too_late(genuine: Scenario) -> None:
    scored = play(
        genuine, *pay(genuine), ("open", "sms"), ("open", "pay"), ("tap", "to_scan"), ("scan", "camera", "stall"), ("tap", "compare"), "end"
    )
    assert met(scored) == {"right_payee"}


def test_nothing_counts_after_the_end(genuine: Scenario) -> None:
    scored = play(genuine, "end", *pay(genuine))
    assert (scored.score_milli, scored.ignored) == (0, 6)


def test_a_result_survives_storage(fake: Scenario) -> None:
    scored = play(fake, *pay(fake), "end")
    assert ScoredAttempt.from_json(json.loads(json.dumps(scored.to_json()))) == scored


def machine(scenario: Scenario, *steps: tuple[str, ...]) -> Machine:
    running = Machine(scenario.task.program, scenario.values)
    assert all(running.step(Action(*step)) for step in steps)
    return running


def test_undo_brings_a_deleted_message_back_once(genuine: Scenario) -> None:
    running = machine(genuine, ("open", "sms"), ("tap", "message"))
    assert running.env["deleted"] is True
    assert running.step(Action("undo"))
    assert running.env["deleted"] is False
    assert not running.step(Action("undo"))


def test_any_other_action_ends_the_chance_to_undo(genuine: Scenario) -> None:
    running = machine(genuine, ("open", "sms"), ("tap", "message"), ("choose", "net", "off"))
    assert not running.step(Action("undo"))


def test_an_incoming_call_returns_to_where_the_learner_was(genuine: Scenario) -> None:
    running = machine(genuine, *pay(genuine), ("open", "sms"), ("wait",))
    assert running.at == "call"
    assert not running.step(Action("home")), "a call must be answered first"
    assert running.step(Action("tap", "hang_up"))
    assert running.at == "sms_list"


def test_a_notice_leads_to_its_screen_and_goes(genuine: Scenario) -> None:
    running = machine(genuine, *pay(genuine))
    assert running.notices == ["receipt"]
    assert running.step(Action("notice", "receipt"))
    assert (running.at, running.notices) == ("sms_list", [])


def test_a_disabled_button_cannot_be_tapped(genuine: Scenario) -> None:
    running = machine(genuine, *pay(genuine)[:4])
    assert not running.step(Action("tap", "confirm"))


def test_more_than_the_balance_is_refused_by_the_app(genuine: Scenario) -> None:
    running = machine(
        genuine, *pay(genuine)[:3], ("type", "amount_in", "9.000.000"), ("type", "code_in", str(genuine.drawn["pin"])), ("tap", "confirm")
    )
    assert running.env["balance"] == 2_500_000


def test_witness_claims_are_checked(task: CompiledTask) -> None:
    problems = check_witnesses(task, range(3))
    assert problems == ["no witness triggers hazard 'paid_stranger'"]


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(task: CompiledTask, seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        instantiate(task, seed)
