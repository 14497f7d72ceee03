"""The rules of a regulation: defaults, layers, and what they may not say together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from digiskills_framework import api
from digiskills_framework.api import Assurance
from digiskills_framework.library import SHIPPED, read_lock
from tests.framework_data import builders
from tests.framework_data.regulations import build, regulation, rule, superseding

PIECE = {"n": 1, "assurance": ["observed"], "group": "S"}


def test_rules_that_are_not_given_change_nothing() -> None:
    values = build(regulation()).values("citizen")
    assert (values.counted_m, values.counted_n, values.hazard_veto_days, values.renewal_notice_days) == (1, 1, 0, 0)
    assert values.accepted_assurance == frozenset(Assurance)
    assert values.observers == values.exempters == ()


@pytest.mark.parametrize("minimum", list(Assurance))
def test_what_is_accepted_follows_from_the_minimum(minimum: Assurance) -> None:
    found = build(regulation(min_assurance=minimum.value, observers=["assessor"]))
    assert found.values("citizen").accepted_assurance == {one for one in Assurance if one.rank >= minimum.rank}
    assert not found.rule("accepted_assurance", "citizen").stated


def test_a_rule_that_is_given_has_its_basis_and_source() -> None:
    raw = regulation(observers=["teacher", "assessor"])
    raw["rules"]["observers"].update(basis="Article 7", source="Decision 12")
    found = build(raw).rule("observers", "citizen")
    assert (found.value, found.basis, found.source, found.stated) == (("assessor", "teacher"), "Article 7", "Decision 12", True)


def test_a_level_overrides_optional_rules_too() -> None:
    raw = regulation(accepted_assurance=["supervised"], counted_attempts="m_of_n", counted_m=2, counted_n=3)
    raw["audiences"]["student"] = {
        "requires": {"skill": "S3"},
        "levels": {
            "CB1": {
                "requires": {"skill": "D1"},
                "rules": {"accepted_assurance": rule(["self", "supervised"]), "counted_attempts": rule("best")},
            }
        },
    }
    found = build(raw)
    assert found.values("student").accepted_assurance == {Assurance.SUPERVISED}
    assert found.values("student", "CB1").accepted_assurance == {Assurance.SELF, Assurance.SUPERVISED}
    assert (found.values("student").counted_m, found.values("student").counted_n) == (2, 3)
    assert (found.values("student", "CB1").counted_m, found.values("student", "CB1").counted_n) == (1, 1)


def test_an_unknown_rule_is_no_default() -> None:
    with pytest.raises(KeyError, match="luck"):
        build(regulation()).rule("luck")


CONTRADICTIONS: list[tuple[dict[str, Any], str, str]] = [
    ({"counted_attempts": "m_of_n"}, "rules.counted_attempts", "needs counted_m"),
    ({"counted_attempts": "m_of_n", "counted_m": 2}, "rules.counted_attempts", "needs counted_n"),
    ({"counted_attempts": "m_of_n", "counted_m": 4, "counted_n": 3}, "rules.counted_m", "is more than counted_n (3)"),
    ({"counted_m": 1}, "rules.counted_m", "says nothing unless counted_attempts is m_of_n"),
    ({"hazard_veto_days": 7, "hazard_blocks_mastery": False}, "rules.hazard_veto_days", "lets count"),
    ({"renewal_notice_days": 30}, "rules.renewal_notice_days", "rules out"),
    ({"renewal_notice_days": 30, "validity_days": 30}, "rules.renewal_notice_days", "is not shorter than validity_days (30)"),
    ({"accepted_assurance": ["self", "observed"], "min_assurance": "assisted"}, "rules.accepted_assurance", "accepts self"),
    ({"min_assurance": "observed"}, "rules.min_assurance", "nobody may observe"),
    ({"accepted_assurance": ["observed"]}, "rules.accepted_assurance", "nobody may observe"),
    ({"requires": {"evidence": PIECE}}, "audiences.citizen.requires", "nobody may observe"),
    (
        {"requires": {"evidence": PIECE}, "accepted_assurance": ["self", "supervised"], "observers": ["teacher"]},
        "audiences.citizen.requires",
        "not accepted here: observed",
    ),
]


@pytest.mark.parametrize("content, path, message", CONTRADICTIONS)
def test_rules_that_contradict_one_another_are_refused(content: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(api.InconsistentDataError) as caught:
        build(regulation(**content))
    finding = caught.value.findings[0]
    assert finding.path == path
    assert message in finding.message
    assert finding.remedy


def test_a_contradiction_is_shown_where_the_rule_is_written_and_for_whom() -> None:
    raw = regulation()
    raw["audiences"]["student"] = {
        "requires": {"skill": "S3"},
        "rules": {"renewal_notice_days": rule(20)},
        "levels": {"CB1": {"requires": {"skill": "D1"}, "rules": {"counted_m": rule(1)}}},
    }
    with pytest.raises(api.InconsistentDataError) as caught:
        build(raw)
    assert [(finding.path, finding.value) for finding in caught.value.findings] == [
        ("audiences.student.rules.renewal_notice_days", "20 (for student)"),
        ("audiences.student.levels.CB1.rules.counted_m", "1"),
        ("audiences.student.rules.renewal_notice_days", "20 (for student CB1)"),
    ]


@pytest.mark.parametrize(
    "name, value",
    [
        ("observers", ["mayor"]),
        ("exempters", ["official", "official"]),
        ("accepted_assurance", []),
        ("counted_n", 0),
        ("hazard_veto_days", -1),
    ],
)
def test_optional_rules_have_closed_values(name: str, value: object) -> None:
    with pytest.raises(api.InvalidShapeError) as caught:
        build(regulation(**{name: value}))
    assert caught.value.path.startswith(f"rules.{name}.value")


@pytest.mark.parametrize("key", api.list_regulations())
def test_the_digest_is_the_one_of_the_lock(key: str) -> None:
    assert api.load_regulation(key).digest == read_lock(SHIPPED)[f"regulations/{key}"]


def test_what_the_default_regulations_successor_means_for_people() -> None:
    new = api.load_regulation("vn-default/2")
    assert new.supersedes == "vn-default/1"
    assert new.change_policy is not None
    assert (new.change_policy.who, new.change_policy.completed) == (api.MovedLearners.NOT_COMPLETED, api.CompletedLearners.KEEP)
    assert {one.name for one in new.change_policy.statements} == {"who", "completed"}
    assert api.load_regulation("vn-default/1").change_policy is None


@pytest.mark.parametrize(
    "fields, path, message",
    [
        (superseding("vn-default/9"), "supersedes", "cannot be used: is not known"),
        (superseding("mine/2"), "supersedes", "is not known"),
        (superseding("demo-s3-a1/1", completed="review"), "change_policy.completed.value", "whom who: not_completed does not move"),
        (superseding("demo-s3-a1/1", who="new", completed="withdraw"), "change_policy.completed.value", "whom who: new does not move"),
        (superseding("vn-default/1", who="undecided"), "audiences", "is an audience of vn-default/1 that is left without rules"),
    ],
)
def test_a_succession_that_makes_no_sense_is_refused(fields: dict[str, Any], path: str, message: str) -> None:
    with pytest.raises(api.InconsistentDataError) as caught:
        build(regulation() | fields)
    assert caught.value.path == path
    assert message in caught.value.message


def test_a_version_for_new_learners_may_leave_audiences_out() -> None:
    assert build(regulation() | superseding("vn-default/1", who="new")).supersedes == "vn-default/1"


@pytest.mark.parametrize("field", ["supersedes", "change_policy"])
def test_superseding_without_saying_what_it_means_is_refused(field: str) -> None:
    raw = regulation() | superseding("demo-s3-a1/1")
    del raw[field]
    with pytest.raises(api.InvalidShapeError, match="needs another"):
        build(raw)


def test_superseded_versions_form_no_circle(tmp_path: Path) -> None:
    builders.write_framework(tmp_path)
    for version, old in ((1, 2), (2, 1)):
        content = builders.regulation() | {"version": version} | superseding(f"sample-rules/{old}")
        builders.write(tmp_path, f"regulations/sample-rules/{version}", content)
    with pytest.raises(api.InconsistentDataError) as caught:
        api.load_regulation("sample-rules/1", (tmp_path,))
    assert [finding.message for finding in caught.value.findings] == ["leads back to this version", "is a later version"]
