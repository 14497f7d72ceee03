"""What holds for all evidence and all policies."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework.api import CountedAttempts
from digiskills_grading.scoring import Observation, Policy, decide, evaluate
from tests.grading.scoring.strategies import (
    CELLS,
    INSTANT,
    NOW,
    POLICY,
    THRESHOLD,
    logs,
    moments,
    observation,
    observations,
    policies,
    retraction,
)

pytestmark = pytest.mark.property
RANK = {"not_assessed": 0, "not_yet": 1, "mastered": 2, "exempt": 3}


@given(policies, logs(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(policy: Policy, rows: list[Observation], shuffle: random.Random) -> None:
    mixed = [*rows, *rows[: len(rows) // 2]]
    shuffle.shuffle(mixed)
    assert evaluate(policy, mixed, as_of=NOW) == evaluate(policy, rows, as_of=NOW)


@given(policies, logs(), moments, st.randoms(use_true_random=False), st.integers(1, 4))
def test_late_repeated_and_corrected_evidence_ends_in_the_state_of_evidence_in_order(
    policy: Policy, rows: list[Observation], as_of: datetime, shuffle: random.Random, batches: int
) -> None:
    """What was corrected comes as a wrong row, its retraction and the right row, each in any batch, some of them twice."""
    wrong = [evolve(row, key=f"wrong-{row.key}", value_milli=1000 - row.value_milli) for row in rows if row.kind in ("score", "hazard")]
    arriving = [*rows, *wrong, *(retraction(row) for row in wrong)]
    arriving += shuffle.sample(arriving, len(arriving) // 2)
    shuffle.shuffle(arriving)
    known: list[Observation] = []
    for batch in range(batches):
        known += arriving[batch::batches]
        evaluate(policy, known, as_of=as_of)
    assert evaluate(policy, known, as_of=as_of) == evaluate(policy, rows, as_of=as_of)


@given(policies, logs(), observations("new"), st.sampled_from(list(CountedAttempts)), moments)
def test_raise_only_without_expiry_and_veto_takes_nothing_away_for_more_evidence(
    policy: Policy, rows: list[Observation], new: Observation, counted: CountedAttempts, as_of: datetime
) -> None:
    """Under "m of n" the new observation has to be the newest: a late one may show that the good ones were not close enough together."""
    gentle = replace(policy.values, raise_only=True, validity_days=None, hazard_veto_days=0, counted_attempts=counted)
    policy = evolve(policy, values=gentle)
    if counted is CountedAttempts.M_OF_N:
        new = evolve(new, occurred_at=max([row.occurred_at for row in rows], default=new.occurred_at) + INSTANT)
    before = evaluate(policy, rows, as_of=as_of)
    after = evaluate(policy, [*rows, new], as_of=as_of)
    states = {state.skill: state for state in after.skills}
    for state in before.skills:
        assert RANK[states[state.skill].state] >= RANK[state.state]
    assert before.missing or not after.missing


@given(policies, logs(), st.sampled_from(CELLS), st.integers(0, 1000))
def test_a_retraction_leaves_things_as_if_the_observation_had_never_been(
    policy: Policy, rows: list[Observation], cell: tuple[str, str], value: int
) -> None:
    wrong = observation(*cell, value, day=2, key="wrong")
    assert evaluate(policy, [*rows, wrong, retraction(wrong)], as_of=NOW) == evaluate(policy, rows, as_of=NOW)


@given(policies, logs(), st.booleans())
def test_the_decision_follows_from_what_is_missing_and_is_the_same_each_time(
    policy: Policy, rows: list[Observation], completed_before: bool
) -> None:
    evaluation = evaluate(policy, rows, as_of=NOW)
    verdict = decide(policy, evaluation, completed_before=completed_before)
    assert (verdict.status == "completed") == (not evaluation.missing)
    assert (verdict.status == "withdrawn") == (bool(evaluation.missing) and completed_before)
    assert decide(policy, evaluate(policy, rows, as_of=NOW), completed_before=completed_before) == verdict


@given(policies, logs())
def test_a_skill_is_mastered_exactly_when_all_its_cells_are(policy: Policy, rows: list[Observation]) -> None:
    for state in evaluate(policy, rows, as_of=NOW).skills:
        cells = {cell.state for cell in state.cells}
        assert (state.state == "mastered") == (cells == {"mastered"})
        assert (state.state == "expired") == (cells in ({"expired"}, {"mastered", "expired"}))
        assert (state.since is not None) == (state.state in ("mastered", "exempt"))


@given(policies, logs())
def test_an_exempt_skill_has_no_value_and_no_end_and_asks_for_nothing(policy: Policy, rows: list[Observation]) -> None:
    evaluation = evaluate(policy, rows, as_of=NOW)
    for state in evaluation.skills:
        if state.state == "exempt":
            assert {cell.state for cell in state.cells} == {"exempt"}
            assert (state.value_milli, state.expires_at) == (None, None)
            assert state.skill not in {reason.params.get("skill") for reason in evaluation.missing}
            assert policy.values.exempters


@given(logs(exemptions=False))
def test_mastery_needs_a_clean_counted_proof_of_every_facet(rows: list[Observation]) -> None:
    """Stated a second time, from the other side: there is an oracle of three lines for the default rules."""
    gone = {row.retracts for row in rows if row.kind == "retraction"}
    proven = {
        (row.skill, row.facet)
        for row in rows
        if row.kind == "score" and not row.excluded and row.key not in gone and row.value_milli >= THRESHOLD
    }
    mastered = {state.skill for state in evaluate(POLICY, rows, as_of=NOW).skills if state.state == "mastered"}
    assert mastered == {skill for skill in POLICY.facets if {cell for cell in CELLS if cell[0] == skill} <= proven}
