"""Coverage rules: read, checked against their regulation, applied to numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_framework import api
from digiskills_framework.library import SHIPPED, read_lock
from digiskills_framework.validation import validate
from tests.framework_data.builders import text, write
from tests.framework_data.regulations import skills

HOUSEHOLD = "household-five-basic/1"


def coverage() -> dict[str, Any]:
    """Coverage rule ``mine/1``: half of a class have completed."""
    said = {"basis": "test", "source": "test"}
    return {
        "schema": "coverage/1",
        "id": "mine",
        "version": 1,
        "label": text("Mine"),
        "notice": text("Notice"),
        "group_kind": {"value": "class", **said},
        "condition": {"regulation": "vn-default/2", "requires": "completed", **said},
        "members": {"share_milli": 500, **said},
    }


def load(directory: Path, content: dict[str, Any]) -> api.CoverageRule:
    write(directory, "coverage/mine/1", content)
    return api.load_coverage("mine/1", (directory,))


def test_a_household_needs_one_member_proficient_in_the_five() -> None:
    rule = api.load_coverage(HOUSEHOLD)
    assert HOUSEHOLD in api.list_coverage()
    assert (rule.group_kind, rule.at_least, rule.share_milli) == (api.GroupKind.HOUSEHOLD, 1, None)
    assert (rule.regulation, rule.audience, rule.condition) == ("vn-five-basic/1", api.Audience.CITIZEN, api.COMPLETED)
    assert rule.digest == read_lock(SHIPPED)[f"coverage/{HOUSEHOLD}"]


def test_the_target_is_the_dispatchs_and_the_level_is_ours() -> None:
    rule = api.load_coverage(HOUSEHOLD)
    sources = {one.name: one.source for one in rule.statements}
    assert sources["members"] == sources["group_kind"] == "CV-3240-BTTTT-2024"
    assert sources["condition"].startswith("own assumption")
    assert "assumption" in rule.notice.en


def test_a_rule_of_a_share_under_any_audience(tmp_path: Path) -> None:
    rule = load(tmp_path, coverage())
    assert (rule.key, rule.audience, rule.condition, rule.at_least, rule.share_milli) == ("mine/1", None, "completed", None, 500)


def test_a_condition_may_be_a_tree(tmp_path: Path) -> None:
    content = coverage()
    content["condition"] |= {"audience": "citizen", "requires": {"all": [{"group": "S"}, {"skill": "A1", "facet": "recover"}]}}
    rule = load(tmp_path, content)
    assert rule.condition == api.AllOf((api.AllOf(skills("S1", "S2", "S3", "S4"), named="group:S"), api.SkillRequired("A1", "recover")))


@pytest.mark.parametrize(
    "part, change, path, message",
    [
        ("members", {"at_least": 1}, "members", "either how many members or which share"),
        ("members", {"share_milli": 1001}, "members.share_milli", "out of range"),
        ("condition", {"regulation": "vn-default/9"}, "condition.regulation", "cannot be used: is not known"),
        (
            "condition",
            {"regulation": "vn-five-basic/1", "audience": "student"},
            "condition.audience",
            "is an audience of which vn-five-basic/1 says nothing",
        ),
        ("condition", {"requires": "proficient"}, "condition.requires", "not the value demanded"),
        ("condition", {"requires": {"skill": "Z9"}}, "condition.requires.skill", "is not a skill known"),
        ("condition", {"requires": {"group": "S"}}, "condition.requires.group", "requires of no audience"),
        ("condition", {"requires": {"not": {"skill": "S1"}}}, "condition.requires.not", "unknown field"),
        ("group_kind", {"value": "village"}, "group_kind.value", "not one of the values allowed"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(tmp_path: Path, part: str, change: dict[str, Any], path: str, message: str) -> None:
    content = coverage()
    content[part] |= change
    with pytest.raises(api.FrameworkDataError) as caught:
        load(tmp_path, content)
    assert caught.value.path == path
    assert message in caught.value.message
    assert caught.value.remedy


def test_validate_looks_at_coverage_rules(tmp_path: Path) -> None:
    write(tmp_path, "coverage/mine/1", coverage() | {"id": "other"})
    report = validate(tmp_path)
    assert report.checked == ("coverage/mine/1",)
    assert [finding.message for finding in report.findings] == ["contradicts the place of the file"]


@pytest.mark.property
@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 1000))
def test_a_share_counts_whole_members(meeting: int, others: int, share: int) -> None:
    rule = _with(at_least=None, share_milli=share)
    members = meeting + others
    assert rule.covered(meeting=meeting, members=members) == (members > 0 and meeting / members >= share / 1000)


@pytest.mark.parametrize("meeting, covered", [(0, False), (1, False), (2, True), (3, True)])
def test_a_number_counts_whatever_the_size(meeting: int, covered: bool) -> None:
    assert _with(at_least=2, share_milli=None).covered(meeting=meeting, members=9) is covered


def _with(*, at_least: int | None, share_milli: int | None) -> api.CoverageRule:
    return replace(api.load_coverage(HOUSEHOLD), at_least=at_least, share_milli=share_milli)
