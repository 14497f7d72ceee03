"""Demands for pieces of evidence, weights, and choices that hold them."""

from __future__ import annotations

from dataclasses import replace

from attrs import evolve

from digiskills_framework.api import AllOf, AnyOf, Assurance, EvidenceRequired, RequirementTree, SkillRequired, Weighted
from digiskills_grading.scoring import Evaluation, Observation, Policy, Reason, evaluate
from tests.grading.scoring.strategies import POLICY, at, observation, retraction

WATCHED = frozenset({Assurance.SUPERVISED, Assurance.OBSERVED})
ONE_WATCHED = EvidenceRequired(n=1, skills=("S3", "K1"), assurance=WATCHED, named="group:S")


def judged(tree: RequirementTree, rows: list[Observation], *, day: float = 20, **changes: object) -> Evaluation:
    policy = evolve(POLICY, requires=tree, values=replace(POLICY.values, **changes))
    return evaluate(policy, rows, as_of=at(day))


def watched(skill: str = "S3", value: int = 900, **rest: object) -> Observation:
    return observation(skill, value=value, assurance="supervised", **rest)


def test_one_supervised_piece_is_enough_whatever_its_skill() -> None:
    assert judged(ONE_WATCHED, [watched("K1")]).missing == ()
    lacking = {"n": 1, "skills": ("S3", "K1"), "assurance": ("supervised", "observed"), "named": "group:S"}
    for rows in ([], [observation()], [watched(value=699)], [watched(kind="hazard")], [watched("A1", facet="recover")]):
        assert judged(ONE_WATCHED, rows).missing == (Reason("evidence", lacking),)


def test_a_piece_that_is_taken_back_or_whose_assurance_does_not_count_is_none() -> None:
    row = watched()
    assert judged(ONE_WATCHED, [row, retraction(row)]).pieces == (0,)
    assert judged(ONE_WATCHED, [row], accepted_assurance=frozenset({Assurance.OBSERVED})).pieces == (0,)


def test_one_attempt_is_one_piece_however_many_skills_it_shows() -> None:
    two = replace(ONE_WATCHED, n=2)
    rows = [watched("S3", piece="attempt 7"), watched("K1", piece="attempt 7")]
    assert (judged(two, rows).pieces, judged(two, [*rows, watched("K1", day=1)]).pieces) == ((1,), (2,))


def test_practice_and_knowledge_are_told_apart() -> None:
    practice, knowledge = (replace(ONE_WATCHED, practical=practical) for practical in (True, False))
    rows = [watched(practical=False)]
    assert judged(AllOf((practice, knowledge)), rows).pieces == (0, 1)
    assert judged(practice, rows).missing[0].params["form"] == "practice"


def test_a_piece_is_as_long_valid_as_a_mastery_by_it() -> None:
    two = replace(ONE_WATCHED, n=2)
    rows = [watched(day=day) for day in (0, 1, 5)]
    found = [judged(two, rows, day=day, validity_days=10) for day in (9, 10, 11, 15)]
    assert [(one.pieces, one.next_review_at) for one in found] == [((2,), at(11)), ((2,), at(11)), ((1,), at(15)), ((0,), None)]


def test_the_review_of_a_demand_waits_for_the_piece_that_decides() -> None:
    rows = [watched(day=day, piece=f"p{day}") for day in (0, 1, 5)]
    only_the_demand = {"validity_days": 10, "mastery_threshold_milli": 700}
    evaluation = judged(ONE_WATCHED, [evolve(row, skill="K1") for row in rows], day=5, **only_the_demand)
    assert (evaluation.pieces, evaluation.next_review_at) == ((1,), at(15))


def test_skills_from_which_the_learner_is_exempt_ask_for_no_piece() -> None:
    away = [observation(skill, value=0, kind="exemption", key=skill) for skill in ("S3", "K1")]
    assert judged(ONE_WATCHED, away, exempters=("course_staff",)).missing == ()
    assert [reason.code for reason in judged(ONE_WATCHED, away[:1], exempters=("course_staff",)).missing] == ["evidence"]


def test_weights_add_up() -> None:
    tree = Weighted(needed=3, weights=(2, 1, 1), of=(SkillRequired("S3"), SkillRequired("K1"), SkillRequired("A1", "recover")))
    assert judged(tree, [observation("S3"), observation("K1")]).missing == ()
    assert judged(tree, [observation("K1")]).missing == (Reason("weighted", {"n": 2, "skills": ("S3", "A1")}),)


def test_a_choice_with_a_demand_is_told_as_conditions() -> None:
    tree = AnyOf((ONE_WATCHED, SkillRequired("A1")))
    assert judged(tree, []).missing == (Reason("conditions", {"n": 1, "skills": ("S3", "K1", "A1")}),)
    assert judged(tree, [watched()]).missing == ()


def test_the_same_demand_twice_is_one() -> None:
    found = judged(AllOf((ONE_WATCHED, AllOf((ONE_WATCHED,)))), [])
    assert (found.pieces, len(found.missing)) == ((0,), 1)


def test_the_reason_stays_while_as_many_pieces_are_missing() -> None:
    policy = Policy(
        regulation="r/1", audience="citizen", school_level=None, values=POLICY.values, requires=ONE_WATCHED, facets=POLICY.facets
    )
    lower, higher = (evaluate(policy, [observation(value=value)], as_of=at(1)).missing for value in (300, 900))
    assert lower == higher
