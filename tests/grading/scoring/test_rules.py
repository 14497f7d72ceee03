"""The rules of mastery and decision, one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from attrs import evolve

from digiskills_framework.api import AllOf, AnyOf, Assurance, AtLeast, CountedAttempts, RequirementTree, SkillRequired
from digiskills_grading.scoring import (
    Observation,
    Policy,
    Reason,
    SkillState,
    decide,
    evaluate,
    next_counted_attempt,
    reasons_from_json,
    reasons_to_json,
    required_skills,
    retraction_key,
    source_key,
)
from tests.grading.scoring.strategies import FACETS, NOW, POLICY, START, VALUES, observation, retraction

ALL_A1 = [observation("A1", facet, 900) for facet in FACETS]


def rules(policy: Policy = POLICY, **changes: object) -> Policy:
    return evolve(policy, values=replace(policy.values, **changes))


def state(skill: str, rows: list[Observation], policy: Policy = POLICY) -> SkillState:
    return next(found for found in evaluate(policy, rows, as_of=NOW).skills if found.skill == skill)


def codes(rows: list[Observation], policy: Policy = POLICY) -> list[tuple[str, object]]:
    return [(reason.code, reason.params.get("facet", reason.params.get("skill"))) for reason in evaluate(policy, rows, as_of=NOW).missing]


def test_a_value_at_the_threshold_is_enough_and_one_below_is_not() -> None:
    assert state("S3", [observation(value=700)]).state == "mastered"
    assert state("S3", [observation(value=699)]).state == "not_yet"


def test_a_skill_with_facets_takes_the_least_of_them() -> None:
    rows = [*ALL_A1[:2], observation("A1", "recover", 750)]
    assert (state("A1", rows).state, state("A1", rows).value_milli) == ("mastered", 750)


def test_a_missing_facet_keeps_the_skill_unassessed_in_value_and_unmastered() -> None:
    found = state("A1", ALL_A1[:2])
    assert (found.state, found.value_milli) == ("not_yet", None)
    assert codes([observation(), *ALL_A1[:2]]) == [("not_assessed", "recover")]


def test_evidence_for_facets_and_skills_that_the_framework_does_not_have_counts_for_nothing() -> None:
    assert evaluate(POLICY, [observation("S3", "recover"), observation("Z9"), observation("A1")], as_of=NOW).skills == ()


def test_best_keeps_the_best_and_latest_takes_the_last() -> None:
    rows = [observation(value=900, day=0), observation(value=300, day=1)]
    latest = rules(counted_attempts=CountedAttempts.LATEST, raise_only=False)
    assert state("S3", rows).value_milli == 900
    assert (state("S3", rows, latest).value_milli, state("S3", rows, latest).state) == (300, "not_yet")


def test_raise_only_keeps_mastery_through_a_weaker_later_attempt() -> None:
    rows = [observation(value=900, day=0), observation(value=300, day=1)]
    assert state("S3", rows, rules(counted_attempts=CountedAttempts.LATEST)).state == "mastered"


def test_mastered_since_is_when_the_last_facet_was() -> None:
    rows = [observation("A1", facet, 900, day=day) for day, facet in enumerate(FACETS)]
    assert state("A1", rows).since == START + timedelta(days=2)


def test_an_unrecovered_hazard_blocks_its_own_attempt_and_not_the_next() -> None:
    harmful = observation(value=1000, kind="hazard")
    assert (state("S3", [harmful]).state, state("S3", [harmful]).value_milli) == ("not_yet", 699)
    assert codes([harmful, *ALL_A1]) == [("hazard", "S3")]
    assert state("S3", [harmful, observation(value=700, day=1)]).state == "mastered"


def test_a_hazard_does_not_block_where_the_regulation_says_so() -> None:
    assert state("S3", [observation(kind="hazard")], rules(hazard_blocks_mastery=False)).state == "mastered"


def test_a_hazard_under_the_threshold_is_told_as_too_few_points() -> None:
    assert codes([observation(value=300, kind="hazard"), *ALL_A1]) == [("below_threshold", "S3")]


def test_excluded_retracted_and_weakly_assured_evidence_counts_nowhere() -> None:
    row = observation()
    assert evaluate(POLICY, [evolve(row, excluded=True)], as_of=NOW).skills == ()
    assert evaluate(POLICY, [row, retraction(row)], as_of=NOW).skills == ()
    assert evaluate(rules(min_assurance=Assurance.SUPERVISED), [row], as_of=NOW).skills == ()
    assert state("S3", [evolve(row, assurance="observed")], rules(min_assurance=Assurance.SUPERVISED)).state == "mastered"


def test_mastery_expires_so_many_days_after_the_newest_proof() -> None:
    rows = [observation(value=900, day=0), observation(value=100, day=9), observation(value=800, day=3)]
    assert state("S3", rows, rules(validity_days=10)).expires_at == START + timedelta(days=13)
    assert state("S3", rows).expires_at is None


def test_the_decision_goes_from_not_yet_to_completed_and_is_withdrawn_when_proof_is_taken_back() -> None:
    rows = [observation(), *ALL_A1]
    before = decide(POLICY, evaluate(POLICY, ALL_A1, as_of=NOW), completed_before=False)
    done = decide(POLICY, evaluate(POLICY, rows, as_of=NOW), completed_before=False)
    lost = decide(POLICY, evaluate(POLICY, [*rows, retraction(rows[0])], as_of=NOW), completed_before=True)
    assert [verdict.status for verdict in (before, done, lost)] == ["not_yet", "completed", "withdrawn"]
    assert before.reasons == (Reason("not_assessed", {"skill": "S3"}),)
    assert [reason.code for reason in lost.reasons] == ["no_longer_met", "not_assessed"]


def test_the_digest_stays_while_what_is_missing_stays() -> None:
    low, lower = ([observation(value=value), *ALL_A1] for value in (600, 200))
    verdicts = [decide(POLICY, evaluate(POLICY, rows, as_of=NOW), completed_before=False) for rows in (low, lower)]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0].digest != decide(POLICY, evaluate(POLICY, low[:1], as_of=NOW), completed_before=False).digest


def missing(requires: RequirementTree, *skills: str) -> list[Reason]:
    policy = evolve(POLICY, requires=requires)
    return list(evaluate(policy, [observation(skill) for skill in skills], as_of=NOW).missing)


def test_requirement_trees() -> None:
    s3, k1, a1 = SkillRequired("S3"), SkillRequired("K1"), SkillRequired("A1")
    assert missing(AnyOf((s3, k1)), "K1") == []
    assert missing(AnyOf((s3, k1))) == [Reason("at_least", {"n": 1, "skills": ("S3", "K1")})]
    assert missing(AtLeast(2, (s3, k1, a1)), "K1") == [Reason("at_least", {"n": 1, "skills": ("S3", "A1")})]
    assert missing(AtLeast(2, (s3, k1, a1)), "K1", "S3") == []
    assert missing(AllOf((s3, AllOf((s3, k1)))), "K1") == [Reason("not_assessed", {"skill": "S3"})]


def test_one_facet_can_be_required_by_itself() -> None:
    policy = evolve(POLICY, requires=SkillRequired("A1", "recover"))
    assert evaluate(policy, [observation("A1", "recover")], as_of=NOW).missing == ()
    assert codes([observation("A1", "recognise")], policy) == [("not_assessed", "recover")]


def test_required_skills_are_named_once_in_their_order() -> None:
    assert required_skills(evolve(POLICY, requires=AllOf((SkillRequired("S3"), SkillRequired("A1"), SkillRequired("S3"))))) == ("S3", "A1")


def test_the_next_counted_attempt_waits_for_the_last_one() -> None:
    scored = [START + timedelta(days=day) for day in (4, 0)]
    weekly = replace(VALUES, retest_delay_days=7)
    assert next_counted_attempt(weekly, scored) == START + timedelta(days=11)
    assert next_counted_attempt(weekly, []) is None
    assert next_counted_attempt(VALUES, scored) is None


def test_reasons_survive_storage() -> None:
    reasons = (Reason("at_least", {"n": 2, "skills": ("S3", "A1")}), Reason("hazard", {"skill": "A1", "facet": "recover"}))
    assert reasons_from_json(reasons_to_json(reasons)) == reasons


def test_source_keys_differ_by_every_part_and_are_stable() -> None:
    parts = {"source_id": "A", "skill": "A1", "facet": "recover", "revision": 0}
    key = source_key("attempt", **parts)
    assert key == "7b8d1b" or len(key) == 64
    others = [parts | change for change in ({"source_id": "B"}, {"skill": "S3"}, {"facet": ""}, {"revision": 1})]
    keys = {key, retraction_key(key), source_key("import", **parts), *(source_key("attempt", **other) for other in others)}
    assert len(keys) == 7


def test_the_values_of_the_demo_regulation_are_those_of_this_module() -> None:
    from digiskills_framework.api import load_framework, load_regulation
    from digiskills_grading.scoring import policy_for

    regulation = load_regulation("demo-s3-a1/1")
    policy = policy_for(regulation, load_framework(regulation.framework), "citizen")
    assert policy.values == VALUES
    assert policy.facets["A1"] == FACETS
    assert len(policy.facets) == 26
