"""Households are covered by their members, and counted where they are."""

from __future__ import annotations

import dataclasses

import pytest

from digiskills_framework.api import AllOf, GroupKind, SkillRequired, load_coverage
from digiskills_grading import api, assessment, coverage, learners, standings
from digiskills_grading.data import CoverageState, LearnerRef
from digiskills_grading.errors import HouseholdNotFound, OrganisationNotFound, UnitNotFound
from digiskills_grading.models import AdminUnit, HouseholdCoverage, HouseholdMember, Learner, Membership, MemberStanding, Organisation
from tests.grading.helpers import NOW, account, later
from tests.grading.proficiency import REGULATION, RULE, complete, lose, on_the_way

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> str:
    AdminUnit.objects.create(code="00101", name="Xã Đồi Sim", level="commune")
    AdminUnit.objects.create(code="00102", name="Phường Bến Sen", level="commune")
    return api.create_household(admin_unit="00101", now=NOW)


def member(name: str, household: str) -> LearnerRef:
    learner = on_the_way(account(name))
    api.join_household(learner, household, now=NOW)
    return learner


def counted() -> dict[str, tuple[int | None, int | None]]:
    """Households and covered ones by unit, and that the recount agrees."""
    assert api.verify_counters(now=NOW).differences == ()
    return {row.unit: (row.households, row.covered) for row in api.household_report(RULE, now=later(60 * 24 * 30)).rows}


def state(home: str) -> tuple[bool, int, int]:
    found = api.coverage(RULE, home, now=NOW)
    line = HouseholdCoverage.objects.get(household__public_id=home, rule=RULE)
    assert (found.met, found.members, found.members_meeting) == (line.covered, line.members, line.meeting)
    return found.met, found.members, found.members_meeting


def test_a_household_is_counted_from_its_first_member_on_and_covered_by_one_who_is_proficient(home: str) -> None:
    assert counted() == {}
    mother, son = member("mother", home), member("son", home)
    assert counted() == {"00101": (1, 0)}
    complete(son, now=NOW)
    assert (state(home), counted()) == ((True, 2, 1), {"00101": (1, 1)})
    complete(mother, now=NOW)
    assert (state(home), counted()) == ((True, 2, 2), {"00101": (1, 1)})
    lose(son, now=NOW)
    assert (state(home), counted()) == ((True, 2, 1), {"00101": (1, 1)})
    lose(mother, now=NOW)
    assert (state(home), counted()) == ((False, 2, 0), {"00101": (1, 0)})


def test_who_moves_out_takes_proficiency_along(home: str) -> None:
    other = api.create_household(admin_unit="00102", now=NOW)
    son = member("son", home)
    member("mother", home)
    complete(son, now=NOW)
    api.join_household(son, other, now=later(1))
    assert (state(home), state(other)) == ((False, 1, 0), (True, 1, 1))
    assert counted() == {"00101": (1, 0), "00102": (1, 1)}
    api.join_household(son, other, now=later(2))
    api.leave_household(son, now=later(3))
    api.leave_household(son, now=later(4))
    assert (api.household_of(son), counted()) == (None, {"00101": (1, 0)})
    assert HouseholdMember.objects.filter(valid_to=None).count() == 1


def test_a_household_moves_with_its_figures_folded_or_not(home: str) -> None:
    complete(member("son", home), now=NOW)
    api.fold_counters(now=NOW)
    api.move_household(home, admin_unit="00102", now=NOW)
    assert counted() == {"00102": (1, 1)}
    api.fold_counters(now=NOW)
    assert counted() == {"00102": (1, 1)}


def test_who_is_forgotten_lives_nowhere(home: str) -> None:
    son = member("son", home)
    complete(son, now=NOW)
    api.retire_learner(son)
    assert not HouseholdMember.objects.exists()
    assert counted() == {}


def test_a_rule_that_is_newer_than_a_household_counts_from_the_rebuild_on(home: str) -> None:
    son = member("son", home)
    HouseholdCoverage.objects.all().delete()
    MemberStanding.objects.all().delete()
    complete(son, now=NOW)
    assert api.verify_counters(now=NOW).difference_count > 0
    assert api.rebuild_counters(now=NOW).difference_count == 0
    assert counted() == {"00101": (1, 1)}
    lose(son, now=NOW)
    assert counted() == {"00101": (1, 0)}


def test_a_line_that_was_changed_by_hand_is_found_and_put_right(home: str) -> None:
    complete(member("son", home), now=NOW)
    HouseholdCoverage.objects.update(members=3)
    (difference,) = api.verify_counters(now=NOW).differences
    assert (difference.counted, difference.expected) == (3, 1)
    assert difference.what.startswith("members of household row")
    assert api.rebuild_counters(now=NOW).difference_count == 0
    assert state(home) == (True, 1, 1)


def test_a_condition_of_its_own_is_met_without_a_decision(home: str) -> None:
    rule = dataclasses.replace(load_coverage(RULE), condition=AllOf(of=(SkillRequired("S1"), SkillRequired("S2"))))
    learner = on_the_way(account("son"))
    pk = learners.resolve(learner).pk
    assert coverage.meeting_learners(rule, [pk], now=NOW) == set()
    complete(learner, now=NOW)
    assert coverage.meeting_learners(rule, [pk], now=NOW) == {pk}
    assert standings.meets_rule(rule, pk, assessment.read_evidence(pk).observations, now=NOW)


@pytest.mark.parametrize("meeting, covered", [(0, False), (1, False), (2, True)])
def test_an_organisation_is_covered_by_a_share_of_those_who_belong_today(
    meeting: int, covered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three reach 600 of 1000; a member who left does not count."""
    rule = dataclasses.replace(load_coverage(RULE), group_kind=GroupKind.ORGANISATION, at_least=None, share_milli=600)
    monkeypatch.setattr(coverage, "load_coverage", {RULE: rule}.__getitem__)
    school = Organisation.objects.create(code="c6a", name="Lớp 6A", kind="class")
    for index, name in enumerate(("an", "binh", "chi", "gone")):
        learner = on_the_way(account(name))
        person = Learner.objects.get(user_id=learner.user_id)
        left = NOW.date() if name != "gone" else NOW.date().replace(day=1)
        Membership.objects.create(
            learner=person, organisation=school, role="pupil", valid_from=NOW.date().replace(day=1), valid_to=left if name != "an" else None
        )
        if index < meeting or name == "gone":
            complete(learner, now=NOW)
    expected = CoverageState(rule=RULE, met=covered, members=3, members_meeting=meeting, needed=2)
    assert api.coverage(RULE, "c6a", now=NOW) == expected


def test_what_is_not_there_is_said(home: str) -> None:
    with pytest.raises(HouseholdNotFound):
        api.coverage(RULE, "x" * 26, now=NOW)
    with pytest.raises(HouseholdNotFound):
        api.join_household(account("a"), "x" * 26, now=NOW)
    with pytest.raises(UnitNotFound):
        api.move_household(home, admin_unit="nowhere", now=NOW)
    with pytest.raises(UnitNotFound):
        api.create_household(admin_unit="nowhere", now=NOW)
    assert api.household_of(account("stranger")) is None


def test_an_organisation_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = dataclasses.replace(load_coverage(RULE), group_kind=GroupKind.CLASS)
    monkeypatch.setattr(coverage, "load_coverage", {RULE: rule}.__getitem__)
    with pytest.raises(OrganisationNotFound, match="c9z"):
        api.coverage(RULE, "c9z", now=NOW)


def test_the_rule_of_the_report_names_its_regulation() -> None:
    assert load_coverage(RULE).regulation == REGULATION
