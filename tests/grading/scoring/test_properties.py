"""What holds for all evidence and all policies."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_grading.scoring import Observation, Policy, decide, evaluate
from tests.grading.scoring.strategies import CELLS, NOW, POLICY, THRESHOLD, logs, observation, policies, retraction

pytestmark = pytest.mark.property
RANK = {"not_assessed": 0, "not_yet": 1, "mastered": 2}


@given(policies, logs(), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(policy: Policy, rows: list[Observation], shuffle: random.Random) -> None:
    mixed = [*rows, *rows[: len(rows) // 2]]
    shuffle.shuffle(mixed)
    assert evaluate(policy, mixed, as_of=NOW) == evaluate(policy, rows, as_of=NOW)


@given(logs(), st.sampled_from(CELLS), st.integers(0, 1000), st.integers(0, 9))
def test_under_best_one_more_observation_never_takes_anything_away(
    rows: list[Observation], cell: tuple[str, str], value: int, day: int
) -> None:
    before = {state.skill: state for state in evaluate(POLICY, rows, as_of=NOW).skills}
    after = {state.skill: state for state in evaluate(POLICY, [*rows, observation(*cell, value, day=day, key="new")], as_of=NOW).skills}
    for skill, state in before.items():
        assert RANK[after[skill].state] >= RANK[state.state]
        assert (after[skill].value_milli or 0) >= (state.value_milli or 0)
    assert len(evaluate(POLICY, [*rows, observation(*cell, value, day=day, key="new")], as_of=NOW).missing) <= len(CELLS)


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
        assert (state.state == "mastered") == all(cell.state == "mastered" for cell in state.cells)
        assert (state.since is not None) == (state.state == "mastered")


@given(logs())
def test_mastery_needs_a_clean_counted_proof_of_every_facet(rows: list[Observation]) -> None:
    """Stated a second time, from the other side: there is an oracle of three lines for the default rules."""
    gone = {row.retracts for row in rows if row.kind == "retraction"}
    proven = {
        (row.skill, row.facet)
        for row in rows
        if row.kind == "score" and not row.excluded and row.key not in gone and row.value_milli >= THRESHOLD
    }
    mastered = {state.skill for state in evaluate(POLICY, rows, as_of=NOW).skills if state.state == "mastered"}
    assert mastered == {skill for skill in ("S3", "A1") if {cell for cell in CELLS if cell[0] == skill} <= proven}
