"""The order of practice: the estimate by hand, the rules of the order, and that nothing is ever left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework.api import AllOf, Assurance, CountedAttempts, EvidenceRequired, SkillRequired, StartAnswer, load_placement
from digiskills_grading.scoring import Observation, Policy, evaluate
from digiskills_grading.scoring.needs import needs_of, standing, successes_needed
from digiskills_grading.scoring.pieces import Offer
from digiskills_grading.scoring.placement import Learning, Planned, Recommendation, TaskStep, estimate_milli, fitting_task, recommend
from digiskills_grading.scoring.shortest import Step, shortest_way
from tests.grading.scoring.strategies import POLICY, START, VALUES, logs, moments, observation, policies, retraction

MODEL = load_placement("default/1")
NOW = START + timedelta(days=10)
STEPS: dict[str, TaskStep] = {"S3-01": "guided", "S3-03": "standard", "S3-05": "transfer", "D2-01": "guided"}


def step(skill: str = "S3", *, facets: tuple[str, ...] = ("",), offers: tuple[str, ...] = (), assurance: tuple[str, ...] = ()) -> Step:
    return Step(cells=tuple((skill, facet) for facet in facets), offers=offers, skills=(skill,), assurance=assurance)


def order(*planned: Planned, seen: tuple[Observation, ...] = (), **start: StartAnswer) -> tuple[Recommendation, ...]:
    return recommend(MODEL, planned, STEPS, Learning(observations=seen, start=start), as_of=NOW)


def first(*planned: Planned, **rest: Any) -> str:
    return order(*planned, **rest)[0].skills[0]


def codes(found: Recommendation) -> list[str]:
    return [reason.code for reason in found.reasons]


@pytest.mark.parametrize(
    "seen, expected",
    [
        ([], 400),
        ([observation(value=1000, day=10)], (2000 * 400 + 1000 * 1000) // 3000),
        ([observation(value=1000, day=10, assurance="supervised")], (2000 * 400 + 1500 * 1000) // 3500),
        ([observation(value=900, day=10, kind="hazard")], (2000 * 400 + 1000 * 300) // 3000),
        ([observation("A1", "recover", 1000)], 400),
    ],
)
def test_the_estimate_is_the_published_formula(seen: list[Observation], expected: int) -> None:
    assert estimate_milli(MODEL.values, Learning(observations=seen), "S3", as_of=NOW) == expected


def test_old_evidence_weighs_half_for_every_half_life() -> None:
    old = observation(value=1000)
    for days, weight in ((179, 1000), (180, 500), (359, 500), (360, 250)):
        expected = (2000 * 400 + weight * 1000) // (2000 + weight)
        assert estimate_milli(MODEL.values, Learning(observations=[old]), "S3", as_of=START + timedelta(days=days)) == expected


@given(logs(), st.dictionaries(st.sampled_from(["S3", "A1"]), st.sampled_from(StartAnswer)), st.integers(-10, 4000))
def test_an_estimate_stays_between_nothing_and_everything(log: list[Observation], start: dict[str, StartAnswer], days: int) -> None:
    learning = Learning(observations=standing(log), start=start)
    assert 0 <= estimate_milli(MODEL.values, learning, "S3", as_of=START + timedelta(days=days)) <= 1000


plans = st.lists(
    st.builds(
        lambda skill, soon, offers: Planned(step=step(skill, offers=tuple(sorted(offers))), expires_at=NOW if soon else None),
        st.sampled_from(["S3", "A1", "D1", "D2", "S1"]),
        st.booleans(),
        st.sets(st.sampled_from(sorted(STEPS))),
    ),
    max_size=5,
)


@given(plans, logs(), st.dictionaries(st.sampled_from(["S3", "A1", "D1", "D2"]), st.sampled_from(StartAnswer)))
def test_whatever_the_model_believes_nothing_is_left_out_and_everything_has_a_reason(
    planned: list[Planned], log: list[Observation], start: dict[str, StartAnswer]
) -> None:
    found = recommend(MODEL, planned, STEPS, Learning(observations=standing(log), start=start), as_of=NOW)
    assert sorted(item.skills for item in found) == sorted(item.step.skills for item in planned)
    assert all(item.reasons for item in found)
    assert sum(item.task is None for item in found) == sum(not item.step.offers for item in planned)


def test_what_expires_soon_comes_first_and_says_when() -> None:
    ends = NOW + timedelta(days=3)
    found = order(Planned(step=step("D1")), Planned(step=step("S3"), expires_at=ends))
    assert found[0].skills == ("S3",)
    assert dict(found[0].reasons[0].params) == {"skill": "S3", "on": ends.isoformat()}


def test_what_builds_on_something_that_is_ahead_waits_for_it() -> None:
    assert first(Planned(step=step("D2")), Planned(step=step("D1"))) == "D1"
    assert codes(order(Planned(step=step("D2")), Planned(step=step("D1")))[1]) == ["not_tried", "builds_on"]
    assert first(Planned(step=step("D2")), Planned(step=step("S3"))) == "D2"


def test_it_does_not_wait_for_a_skill_that_nobody_asks_for_or_that_is_well_known() -> None:
    assert codes(order(Planned(step=step("D2")))[0]) == ["not_tried"]
    both = Planned(step=step("D2")), Planned(step=step("D1"))
    assert first(*both, D1=StartAnswer.WELL, D2=StartAnswer.WELL) == "D2"


def test_what_was_tried_just_now_rests_behind_the_others() -> None:
    tried = observation(value=600, day=10, occurred_at=NOW - timedelta(hours=1))
    planned = Planned(step=step("S3")), Planned(step=step("A1", facets=("recover",)))
    assert first(*planned, seen=(tried,)) == "A1"
    assert "rests" in codes(order(*planned, seen=(tried,))[1])
    assert first(*planned, seen=(evolve(tried, occurred_at=NOW - timedelta(hours=21)),)) == "S3"


def test_what_the_learner_says_chooses_where_to_begin() -> None:
    planned = Planned(step=step("D1")), Planned(step=step("I1"))
    assert first(*planned) == "D1"
    assert first(*planned, I1=StartAnswer.WELL) == "I1"
    assert codes(order(*planned, I1=StartAnswer.WELL)[0]) == ["said_well"]
    assert first(*planned, D1=StartAnswer.NOT_YET) == "I1"


@pytest.mark.parametrize(
    "estimate, expected", [(0, "S3-01"), (449, "S3-01"), (450, "S3-03"), (749, "S3-03"), (750, "S3-05"), (1000, "S3-05")]
)
def test_the_step_of_the_task_follows_the_estimate(estimate: int, expected: str) -> None:
    assert fitting_task(MODEL.values, ["S3-05", "S3-01", "S3-03"], STEPS, estimate) == expected


def test_the_nearest_step_is_taken_where_the_wanted_one_is_missing() -> None:
    assert fitting_task(MODEL.values, ["S3-01", "S3-05"], STEPS, 500) == "S3-01"
    assert fitting_task(MODEL.values, ["S3-05"], STEPS, 0) == "S3-05"
    assert fitting_task(MODEL.values, [], STEPS, 0) is None


def test_a_guided_run_comes_first_where_little_is_known_unless_somebody_must_be_there() -> None:
    assert order(Planned(step=step(offers=("S3-01",))))[0].run_kind == "guided"
    assert order(Planned(step=step(offers=("S3-01",))), S3=StartAnswer.WELL)[0].run_kind == "counted"
    asked_for = order(Planned(step=step(offers=("S3-01",), assurance=("supervised",))))[0]
    assert asked_for.run_kind == "counted"
    assert codes(asked_for) == ["not_tried", "in_this_way"]


def test_the_reason_tells_a_harmful_step_from_one_that_was_not_enough() -> None:
    planned = Planned(step=step())
    assert codes(order(planned, seen=(observation(value=500),))[0])[0] == "tried"
    assert codes(order(planned, seen=(observation(value=900, kind="hazard"),))[0])[0] == "after_hazard"
    other_part = Planned(step=step("A1", facets=("recover",)))
    assert codes(order(other_part, seen=(observation("A1", "recognise", 900),))[0])[0] == "part_not_tried"


def test_what_was_taken_back_or_excluded_does_not_stand() -> None:
    kept, wrong = observation(value=500), observation(value=900, day=1)
    staff = observation(value=100, day=2, excluded=True)
    assert standing([wrong, retraction(wrong), staff, kept, kept]) == (kept,)


@pytest.mark.parametrize(
    "values, expected", [([], 2), ([1000], 1), ([0], 2), ([1000, 0], 1), ([1000, 0, 0], 2), ([0, 0, 1000], 1), ([0, 1000, 0], 1)]
)
def test_m_of_n_needs_what_the_last_n_leave_open(values: list[int], expected: int) -> None:
    """Two of the last three."""
    rules = replace(VALUES, counted_attempts=CountedAttempts.M_OF_N, counted_m=2, counted_n=3)
    items = [observation(value=value, day=day) for day, value in enumerate(values)]
    assert successes_needed(rules, items) == expected


def test_needs_name_open_cells_and_open_pieces() -> None:
    supervised = EvidenceRequired(2, ("S3", "A1"), frozenset({Assurance.SUPERVISED}))
    skills = AllOf((SkillRequired("S3"), SkillRequired("A1", "recover")))
    policy = evolve(POLICY, requires=AllOf((skills, supervised)))
    seen = [
        observation(value=900, assurance="supervised", piece="p"),
        observation("A1", "recognise", 900, assurance="supervised", piece="p"),
    ]
    needs = needs_of(policy, evaluate(policy, seen, as_of=NOW), seen)
    assert needs.cells == {("A1", "recover"): 1}
    assert needs.pieces == {supervised: 1}


@given(policies, logs(), moments)
def test_nothing_is_needed_exactly_when_nothing_is_missing(policy: Policy, log: list[Observation], moment: datetime) -> None:
    evaluation = evaluate(policy, log, as_of=moment)
    needs = needs_of(policy, evaluation, log)
    way = shortest_way(policy.requires, needs, (), facets=policy.facets, accepted=policy.values.accepted_assurance)
    assert (way is not None and not way.steps) == (not evaluation.missing)


def test_the_example_of_the_page_is_as_it_says() -> None:
    paid = observation(value=600, occurred_at=NOW - timedelta(days=2))
    learning = Learning(observations=[paid], start={"A1": StartAnswer.NOT_YET})
    assert [estimate_milli(MODEL.values, learning, skill, as_of=NOW) for skill in ("S3", "A1")] == [466, 200]
    offers = [
        Offer(key="S3-01", cells=frozenset({("S3", "")})),
        Offer(key="A1-03", cells=frozenset({("A1", "recognise"), ("A1", "refuse_and_check")})),
        Offer(key="A1-10", cells=frozenset({("A1", "recover")})),
    ]
    way = shortest_way(POLICY.requires, needs_of(POLICY, evaluate(POLICY, [paid], as_of=NOW), [paid]), offers, facets=POLICY.facets)
    assert way is not None
    steps: dict[str, TaskStep] = {"S3-01": "guided", "A1-03": "standard", "A1-10": "transfer"}
    found = recommend(MODEL, [Planned(step=step) for step in way.steps], steps, learning, as_of=NOW)
    assert [(item.task, item.run_kind) for item in found] == [("S3-01", "counted"), ("A1-03", "guided"), ("A1-10", "guided")]
    just_now = Learning(observations=[evolve(paid, occurred_at=NOW - timedelta(hours=1))], start=learning.start)
    assert recommend(MODEL, [Planned(step=step) for step in way.steps], steps, just_now, as_of=NOW)[-1].task == "S3-01"
