"""Who may read whose records: the owner, another learner, those who answer for the learner, officials, programs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.grading.helpers import COURSE, account, attempt, block
from tests.grading.rest_api.people import BASE, NOBODY, belongs, lives_in, organisation, program, public_id, signed_in, unit

pytestmark = pytest.mark.django_db
RESOURCES = {"": "view_learner", "/evidence": "view_evidence", "/mastery": "view_mastery", "/decisions": "view_decision"}
EVERY = pytest.mark.parametrize("resource", RESOURCES)


@pytest.fixture
def man() -> str:
    """A learner with evidence, mastery and a decision, who lives in a commune of a province and goes to a class."""
    attempt(account("man"), block())
    lives_in("man", unit("00101", unit("01")))
    belongs("man", organisation("class-8a", unit("00101")), "pupil")
    return public_id("man")


def status(client: Client, learner: str, resource: str, query: str = "") -> int:
    return client.get(f"{BASE}/learners/{learner}{resource}{query}").status_code


@EVERY
def test_the_owner_reads_the_own_records_by_either_address(man: str, resource: str) -> None:
    client = signed_in("man")
    by_id, by_me = client.get(f"{BASE}/learners/{man}{resource}"), client.get(f"{BASE}/me{resource}")
    assert by_id.status_code == by_me.status_code == 200
    if resource:
        assert by_id.json()["items"] == by_me.json()["items"] != []
    else:
        assert by_id.json() == by_me.json()


@EVERY
def test_to_a_stranger_the_learner_looks_as_if_there_were_none(man: str, resource: str) -> None:
    stranger = signed_in("duoc")
    public_id("duoc")
    forbidden = stranger.get(f"{BASE}/learners/{man}{resource}")
    unknown = stranger.get(f"{BASE}/learners/{NOBODY}{resource}")
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.content == unknown.content
    assert stranger.get(f"{BASE}/me{resource}").status_code == 200


@EVERY
def test_who_is_not_signed_in_is_told_how(man: str, resource: str) -> None:
    for address in (f"{BASE}/learners/{man}{resource}", f"{BASE}/me{resource}"):
        answer = Client().get(address)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert answer["WWW-Authenticate"]


@EVERY
def test_an_official_reads_what_the_account_may_view_and_nothing_else(man: str, resource: str) -> None:
    for other, permission in RESOURCES.items():
        expected = 200 if other == resource else 404
        assert status(signed_in(f"official-{permission}", permission), man, resource) == expected


@EVERY
def test_seeing_reports_opens_nobodys_records(man: str, resource: str) -> None:
    assert status(signed_in("clerk", "view_reports"), man, resource) == 404


@EVERY
@pytest.mark.parametrize(
    "role, place, sees",
    [
        ("assessor", "00101", True),
        ("assessor", "01", True),
        ("official", "01", True),
        ("assessor", "00102", False),
        ("teacher", "00101", False),
        ("pupil", "00101", False),
    ],
)
def test_a_role_for_an_admin_unit_reaches_its_learners(man: str, resource: str, role: str, place: str, sees: bool) -> None:
    belongs("binh", organisation("team", unit(place, unit("01") if place == "00102" else None)), role)
    assert status(signed_in("binh"), man, resource) == (200 if sees else 404)


@pytest.mark.parametrize("role, sees", [("teacher", True), ("assessor", True), ("official", False), ("pupil", False)])
def test_a_role_in_an_organisation_reaches_its_members(man: str, role: str, sees: bool) -> None:
    belongs("lan", organisation("class-8a"), role)
    expected = sees or role == "official"  # the organisation's own commune makes the official one of the learner's unit
    assert status(signed_in("lan"), man, "/evidence") == (200 if expected else 404)


def test_a_role_that_is_over_opens_nothing(man: str) -> None:
    belongs("lan", organisation("class-8a"), "teacher", until=date(2021, 6, 30))
    assert status(signed_in("lan"), man, "/evidence") == 404


def test_the_team_of_a_course_reads_what_was_left_in_the_course_and_no_more(man: str, settings: Any) -> None:
    settings.DIGISKILLS_COURSE_TEAM = f"{__name__}.huong_teaches"
    teacher = signed_in("huong")
    course = COURSE.replace("+", "%2B")
    seen = teacher.get(f"{BASE}/learners/{man}/evidence?course={course}")
    assert {item["course_key"] for item in seen.json()["items"]} == {COURSE}
    assert status(teacher, man, "/evidence") == 404
    assert status(teacher, man, "/evidence", "?course=course-v1:Other%2BX%2B1") == 404
    assert status(teacher, man, "/decisions") == 404
    assert status(teacher, public_id("duoc"), "/evidence", f"?course={course}") == 404
    assert status(signed_in("duoc"), man, "/evidence", f"?course={course}") == 404


def huong_teaches(user_id: int, course_key: str) -> bool:
    """Stands for the platform's answer."""
    return course_key == COURSE and user_id == account("huong").user_id


@EVERY
def test_a_program_needs_the_scope_and_the_accounts_permission(man: str, resource: str) -> None:
    permission = RESOURCES[resource]
    assert status(program("machine", permission, scopes=["digiskills:read"]), man, resource) == 200
    assert status(program("machine", permission, scopes=["digiskills:write"]), man, resource) == 403
    assert status(program("stranger", scopes=["digiskills:read"]), man, resource) == 404


@EVERY
def test_a_program_that_was_lent_the_own_records_reads_those_alone(man: str, resource: str) -> None:
    claims = {"scopes": ["digiskills:read"], "filters": ["user:me"]}
    public_id("chief")
    chief = program("chief", RESOURCES[resource], **claims)
    assert status(chief, man, resource) == 404
    assert chief.get(f"{BASE}/me{resource}").status_code == 200


def test_a_filter_that_would_be_overlooked_closes_everything(man: str) -> None:
    narrowed = program("machine", "view_evidence", scopes=["digiskills:read"], filters=["content_org:MayTrang"])
    assert status(narrowed, man, "/evidence") == 403


def test_a_program_of_the_platform_itself_acts_as_the_account(man: str) -> None:
    assert status(program("man", is_restricted=False, scopes=["profile"], filters=["user:me"]), man, "/evidence") == 200
    assert status(program("duoc", is_restricted=False), man, "/evidence") == 404


@EVERY
def test_who_has_not_begun_has_no_records(resource: str) -> None:
    assert signed_in("newcomer").get(f"{BASE}/me{resource}").status_code == 404
