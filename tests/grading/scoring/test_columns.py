"""Columns: their borders, one moment for each learner, and that distinct verdicts are made once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from attrs import evolve

from digiskills_framework.api import AllOf, CountedAttempts
from digiskills_grading.scoring import (
    Observation,
    columns_of,
    decide,
    decide_columns,
    evaluate,
    evaluate_columns,
    requirements_met,
    skill_columns,
)
from digiskills_grading.scoring.columns import micros, moment
from digiskills_grading.scoring.decision import evaluation_of
from tests.grading.scoring.strategies import FACETS, NOW, POLICY, at, observation

EXPIRING = evolve(POLICY, values=replace(POLICY.values, validity_days=5))
EVERYTHING = [observation(), *(observation("A1", facet) for facet in FACETS)]


@pytest.mark.parametrize("people", [[], [[]], [[], []]])
def test_nobody_and_no_evidence(people: list[list[Observation]]) -> None:
    states = evaluate_columns(EXPIRING, columns_of(EXPIRING, people), as_of=NOW)
    verdicts = decide_columns(EXPIRING, states, completed_before=np.zeros(len(people), dtype=np.bool_))
    assert states.learners == len(people) == len(verdicts.of)
    assert not states.assessed().any()
    assert not requirements_met(EXPIRING, states).any()
    assert skill_columns(EXPIRING, states).status.shape == (len(people), 3)


def test_a_policy_without_skills_or_requirements() -> None:
    empty = evolve(POLICY, requires=AllOf(()), facets={})
    evaluation = evaluate(empty, EVERYTHING, as_of=NOW)
    assert (evaluation.skills, evaluation.missing, evaluation.assessed) == ((), (), False)
    assert decide(empty, evaluation, completed_before=False).status == "completed"


def test_each_learner_can_have_a_moment_of_their_own() -> None:
    moments = [at(4), at(5), at(6)]
    columns = columns_of(EXPIRING, [EVERYTHING] * 3)
    states = evaluate_columns(EXPIRING, columns, as_of=np.array([micros(when) for when in moments]))
    expected = [evaluate(EXPIRING, EVERYTHING, as_of=when) for when in moments]
    assert [evaluation_of(EXPIRING, states, learner) for learner in range(3)] == expected
    assert requirements_met(EXPIRING, states).tolist() == [True, False, False]


def test_learners_to_whom_the_same_is_missing_share_a_verdict() -> None:
    people = [EVERYTHING, EVERYTHING[:1], [], [observation(value=710)], EVERYTHING]
    states = evaluate_columns(POLICY, columns_of(POLICY, people), as_of=NOW)
    completed = np.array([False, False, False, False, True])
    verdicts = decide_columns(POLICY, states, completed_before=completed)
    assert [verdicts[learner].status for learner in range(5)] == ["completed", "not_yet", "not_yet", "not_yet", "completed"]
    assert verdicts[1] is verdicts[3]
    assert verdicts[0] == verdicts[4]


def test_one_learner_s_retraction_does_not_touch_another_s_evidence() -> None:
    row = observation(key="same key")
    taken_back = [row, evolve(row, key="back", kind="retraction", retracts="same key")]
    states = evaluate_columns(POLICY, columns_of(POLICY, [taken_back, [row]]), as_of=NOW)
    assert states.assessed().tolist() == [False, True]


@pytest.mark.parametrize("when", ["0001-01-01", "1969-12-31T23:59:59.999999", "2026-01-01", "9999-12-31T23:59:59.999999"])
def test_times_survive_to_the_microsecond(when: str) -> None:
    moment_of = datetime.fromisoformat(when).replace(tzinfo=UTC)
    assert moment(micros(moment_of)) == moment_of


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        evaluate(POLICY, [], as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_moments_centuries_apart_are_still_told_apart() -> None:
    """Moment and cell are sorted as one number; what does not fit into it is compared in full."""
    latest = evolve(POLICY, values=replace(POLICY.values, counted_attempts=CountedAttempts.LATEST, raise_only=False))
    ends = [datetime(1, 1, 2, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)]
    for value, other in ((900, 100), (100, 900)):
        rows = [observation(value=item, key=f"k{n}", occurred_at=NOW.replace(microsecond=n)) for n, item in enumerate((value, other))]
        people = [[observation("K1", key=str(when), occurred_at=when) for when in ends], *([rows] * 300)]
        states = evaluate_columns(latest, columns_of(POLICY, people), as_of=NOW)
        assert set(states.value[1:, POLICY.layout.index["S3", ""]].tolist()) == {other}
