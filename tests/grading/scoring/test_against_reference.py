"""The columnar rules against a slow second implementation, for random evidence, policies and moments."""

from __future__ import annotations

import random
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digiskills_grading.scoring import (
    Evaluation,
    Observation,
    Policy,
    columns_of,
    decide,
    decide_columns,
    evaluate,
    evaluate_columns,
    requirements_met,
)
from digiskills_grading.scoring.decision import evaluation_of
from tests.grading.scoring import reference
from tests.grading.scoring.strategies import INSTANT, logs, moments, policies

pytestmark = pytest.mark.property


def cells(evaluation: Evaluation) -> dict[reference.Cell, reference.Found]:
    return {
        (skill.skill, cell.facet): reference.Found(
            cell.state, cell.value_milli, cell.since, cell.expires_at, cell.vetoed_until, cell.hazard
        )
        for skill in evaluation.skills
        for cell in skill.cells
    }


@settings(max_examples=200)
@given(policies, logs(), moments)
def test_one_learner_is_judged_as_the_reference_judges(policy: Policy, log: list[Observation], as_of: datetime) -> None:
    found = evaluate(policy, log, as_of=as_of)
    expected = reference.outcome(policy, log, as_of)
    seen = {cell: state for cell, state in expected.cells.items() if any(s != "not_assessed" for s in states_of(expected, cell[0]))}
    assert cells(found) == seen
    assert (found.pieces, not found.missing) == (expected.pieces, expected.met)
    assert found.next_review_at == reference.next_change(policy, log, as_of)


def states_of(found: reference.Outcome, skill: str) -> list[str]:
    return [state.state for (code, _), state in found.cells.items() if code == skill]


@given(policies, st.lists(logs(), min_size=1, max_size=5), moments, st.integers(0, 31), st.randoms(use_true_random=False))
def test_many_learners_are_judged_as_each_alone(
    policy: Policy, people: list[list[Observation]], as_of: datetime, completed: int, shuffle: random.Random
) -> None:
    for log in people:
        shuffle.shuffle(log)
    states = evaluate_columns(policy, columns_of(policy, people), as_of=as_of)
    before = np.array([bool(completed >> learner & 1) for learner in range(len(people))])
    verdicts = decide_columns(policy, states, completed_before=before)
    alone = [evaluate(policy, log, as_of=as_of) for log in people]
    assert [evaluation_of(policy, states, learner) for learner in range(len(people))] == alone
    assert requirements_met(policy, states).tolist() == [not evaluation.missing for evaluation in alone]
    assert states.assessed().tolist() == [evaluation.assessed for evaluation in alone]
    assert [verdicts[learner] for learner in range(len(people))] == [
        decide(policy, evaluation, completed_before=bool(done)) for evaluation, done in zip(alone, before, strict=True)
    ]
    assert len(verdicts.distinct) <= len(people)


@given(policies, logs(), moments)
def test_until_the_next_review_nothing_changes_and_then_something_does(policy: Policy, log: list[Observation], as_of: datetime) -> None:
    now = evaluate(policy, log, as_of=as_of)
    if now.next_review_at is None:
        assert evaluate(policy, log, as_of=datetime.max.replace(tzinfo=as_of.tzinfo)) == now
    else:
        assert now.next_review_at > as_of
        assert evaluate(policy, log, as_of=now.next_review_at - INSTANT) == now
        assert evaluate(policy, log, as_of=now.next_review_at) != now
