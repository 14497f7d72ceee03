"""What each rule says at which moment: validity, veto, exemption, and dates that coincide or lie ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from attrs import evolve

from digiskills_framework.api import CountedAttempts, SkillRequired
from digiskills_grading.scoring import CellState, Evaluation, Observation, Policy, Reason, decide, evaluate
from tests.grading.scoring.strategies import FACETS, INSTANT, POLICY, at, observation, retraction

LATEST = CountedAttempts.LATEST
M_OF_N = CountedAttempts.M_OF_N


def rules(**changes: object) -> Policy:
    """Requires skill S3 alone."""
    return evolve(POLICY, values=replace(POLICY.values, **changes), requires=SkillRequired("S3"))


def at_day(policy: Policy, rows: list[Observation], day: float) -> Evaluation:
    return evaluate(policy, rows, as_of=at(day))


def cell(policy: Policy, rows: list[Observation], when: float | datetime) -> CellState:
    """The one cell of S3."""
    moment = when if isinstance(when, datetime) else at(when)
    (state,) = (state for state in evaluate(policy, rows, as_of=moment).skills if state.skill == "S3")
    return state.cells[0]


def states(policy: Policy, rows: list[Observation], *days: float) -> list[str]:
    return [cell(policy, rows, day).state for day in days]


def reasons(policy: Policy, rows: list[Observation], day: float) -> list[str]:
    return [reason.code for reason in at_day(policy, rows, day).missing]


HARM = observation(value=1000, day=2, kind="hazard", key="harm")


def test_mastery_is_over_at_the_very_moment_of_its_end() -> None:
    policy, rows = rules(validity_days=10), [observation(day=1)]
    assert cell(policy, rows, at(11) - INSTANT).state == "mastered"
    over = cell(policy, rows, at(11))
    assert (over.state, over.value_milli, over.since, over.expires_at) == ("expired", 1000, None, at(11))
    assert reasons(policy, rows, 11) == ["expired"]
    assert at_day(policy, rows, 5).next_review_at == at(11)
    assert at_day(policy, rows, 11).next_review_at is None


def test_a_newer_proof_renews_and_a_weaker_attempt_does_not() -> None:
    policy = rules(validity_days=10)
    rows = [observation(day=0), observation(value=100, day=8)]
    assert cell(policy, rows, 9).expires_at == at(10)
    renewed = cell(policy, [*rows, observation(day=9)], 15)
    assert (renewed.state, renewed.since, renewed.expires_at) == ("mastered", at(0), at(19))


def test_after_a_gap_mastery_begins_anew() -> None:
    policy, rows = rules(validity_days=10), [observation(day=0), observation(day=12)]
    assert (cell(policy, rows, 13).state, cell(policy, rows, 13).since) == ("mastered", at(12))


def test_a_skill_is_over_when_its_first_facet_is() -> None:
    policy = rules(validity_days=10)
    rows = [observation("A1", facet, day=day) for day, facet in enumerate(FACETS)]
    (before,), (after,) = at_day(policy, rows, 5).skills, at_day(policy, rows, 10).skills
    assert (before.state, before.since, before.expires_at) == ("mastered", at(2), at(10))
    assert (after.state, after.since, after.expires_at) == ("expired", None, at(10))
    assert [state.state for state in after.cells] == ["expired", "mastered", "mastered"]
    assert at_day(policy, rows, 10).next_review_at == at(11)


@pytest.mark.parametrize("raise_only", [True, False])
def test_a_proof_within_the_veto_counts_from_its_end_on(raise_only: bool) -> None:
    policy, rows = rules(hazard_veto_days=5, raise_only=raise_only), [HARM, observation(day=4)]
    waiting = cell(policy, rows, at(7) - INSTANT)
    assert (waiting.state, waiting.vetoed_until) == ("not_yet", at(7))
    assert at_day(policy, rows, 4).missing == (Reason("vetoed_until", {"skill": "S3", "until": at(7).isoformat()}),)
    assert at_day(policy, rows, 4).next_review_at == at(7)
    assert (cell(policy, rows, 7).state, cell(policy, rows, 7).since) == ("mastered", at(7))


def test_a_veto_interrupts_mastery_unless_it_can_only_rise() -> None:
    rows = [observation(day=0), HARM]
    assert states(rules(hazard_veto_days=5, raise_only=True), rows, 2, 7) == ["mastered", "mastered"]
    falling = rules(hazard_veto_days=5, raise_only=False)
    assert states(falling, rows, 2, 6, 7) == ["not_yet", "not_yet", "mastered"]
    assert cell(falling, rows, 7).since == at(7)


def test_the_harm_itself_is_told_while_there_is_no_clean_proof() -> None:
    policy = rules(hazard_veto_days=5)
    assert reasons(policy, [HARM], 3) == reasons(policy, [HARM], 20) == ["hazard"]
    assert at_day(policy, [HARM], 3).next_review_at is None


def test_a_harmful_act_that_is_taken_back_leaves_no_veto() -> None:
    rows = [observation(day=1), HARM, retraction(HARM)]
    assert states(rules(hazard_veto_days=5, raise_only=False), rows, 3) == ["mastered"]


def test_of_one_moment_harm_comes_first() -> None:
    rows = [observation(day=2, key="a"), HARM, observation(day=2, key="z")]
    assert states(rules(hazard_veto_days=5), rows, 3) == ["not_yet"]
    assert states(rules(counted_attempts=LATEST), rows, 3) == ["mastered"]


def test_of_one_moment_the_greater_key_is_the_later() -> None:
    rows = [observation(value=900, day=2, key="a"), observation(value=100, day=2, key="b")]
    assert cell(rules(counted_attempts=LATEST), rows, 3).value_milli == 100


def test_a_weaker_attempt_within_the_veto_takes_back_a_proof_that_never_counted() -> None:
    rows = [HARM, observation(day=4), observation(value=100, day=6)]
    assert states(rules(hazard_veto_days=5, counted_attempts=LATEST), rows, 6, 20) == ["not_yet", "not_yet"]
    assert states(rules(hazard_veto_days=5), rows, 6, 20) == ["not_yet", "mastered"]


def test_a_proof_within_the_veto_renews_only_from_its_end_on() -> None:
    policy = rules(validity_days=10, hazard_veto_days=5)
    rows = [observation(day=0), observation(day=8, kind="hazard", key="harm"), observation(day=9)]
    assert states(policy, rows, 9, 10, 12, 13, 18, 19) == ["mastered", "expired", "expired", "mastered", "mastered", "expired"]
    assert reasons(policy, rows, 12) == ["vetoed_until"]
    assert [at_day(policy, rows, day).next_review_at for day in (9, 10, 13, 19)] == [at(10), at(13), at(19), None]


def test_a_proof_that_is_over_before_the_veto_ends_never_counts_as_mastered() -> None:
    policy, rows = rules(validity_days=3, hazard_veto_days=9), [HARM, observation(day=4)]
    assert states(policy, rows, 6, 8, 11) == ["not_yet", "not_yet", "expired"]


def test_evidence_of_the_future_counts_at_once_and_so_does_its_veto() -> None:
    ahead = observation(day=5)
    assert states(rules(validity_days=10), [ahead], 1) == ["mastered"]
    assert states(rules(hazard_veto_days=5, raise_only=False), [observation(day=0), evolve(HARM, occurred_at=at(5))], 1) == ["not_yet"]
    assert states(rules(hazard_veto_days=5), [HARM, observation(day=9)], 3) == ["not_yet"]


def test_what_is_corrected_to_less_takes_mastery_away_though_it_can_only_rise() -> None:
    wrong = observation(value=900)
    rows = [wrong, retraction(wrong), evolve(wrong, key="right", value_milli=600)]
    assert states(rules(), rows, 1) == ["not_yet"]
    lost = decide(rules(), at_day(rules(), rows, 1), completed_before=True)
    assert (lost.status, [reason.code for reason in lost.reasons]) == ("withdrawn", ["no_longer_met", "below_threshold"])


def test_m_of_the_last_n() -> None:
    policy = rules(counted_attempts=M_OF_N, counted_m=2, counted_n=3, raise_only=False)
    rows = [observation(value=value, day=day) for day, value in enumerate((900, 100, 800, 200, 750))]
    assert [cell(policy, rows[:count], 9).value_milli for count in range(1, 6)] == [None, 100, 800, 200, 750]
    assert [cell(policy, rows[:count], 9).state for count in range(1, 6)] == ["not_yet", "not_yet", "mastered", "not_yet", "mastered"]
    missing = at_day(policy, rows[:1], 9).missing
    assert missing == (Reason("repeat", {"skill": "S3", "threshold_milli": 700, "m": 2, "n": 3}),)


def test_with_raise_only_m_of_n_once_reached_stays() -> None:
    policy = rules(counted_attempts=M_OF_N, counted_m=2, counted_n=2)
    rows = [observation(value=value, day=day) for day, value in enumerate((900, 800, 100, 100))]
    assert (cell(policy, rows, 9).state, cell(policy, rows, 9).value_milli, cell(policy, rows, 9).since) == ("mastered", 100, at(1))


def exemption(skill: str, day: float = 3) -> Observation:
    return observation(skill, value=0, day=day, kind="exemption", key=f"exempt-{skill}", assurance="observed")


def test_an_exemption_meets_the_requirement_never_lapses_and_ends_with_its_retraction() -> None:
    policy = rules(exempters=("course_staff",), validity_days=10, hazard_veto_days=5)
    rows = [exemption("S3"), HARM, observation(value=100, day=1)]
    exempt = at_day(policy, rows, 400)
    assert (exempt.missing, exempt.next_review_at, exempt.assessed) == ((), None, True)
    (skill,) = exempt.skills
    assert (skill.state, skill.value_milli, skill.since, skill.expires_at) == ("exempt", None, at(3), None)
    assert reasons(policy, [*rows, retraction(rows[0])], 4) == ["hazard"]


def test_an_exemption_is_of_the_whole_skill() -> None:
    policy = rules(exempters=("course_staff",))
    (skill,) = at_day(policy, [exemption("A1"), observation("A1", "recover", 900)], 4).skills
    assert [state.state for state in skill.cells] == ["exempt"] * 3


def test_nobody_is_exempt_where_nobody_may_exempt() -> None:
    assert at_day(rules(), [exemption("S3")], 4).skills == ()
