"""Observations sent by machines: by those who may observe the learner, once for each key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from digiskills_grading import api
from digiskills_grading.models import Evidence
from tests.grading.helpers import AUDIENCE, account
from tests.grading.rest_api.people import BASE, belongs, organisation, program, public_id, signed_in, user

pytestmark = pytest.mark.django_db
REGULATION = "vn-default/2"  # names observers
SEEN = {"role": "teacher", "skill": "S3", "value_milli": 800}


@pytest.fixture
def man() -> str:
    """A pupil of a class whose regulation lets teachers observe."""
    api.ensure_track(account("man"), regulation=REGULATION, audience=AUDIENCE)
    belongs("man", organisation("class-8a"), "pupil")
    belongs("lan", organisation("class-8a"), "teacher")
    return public_id("man")


def send(client: Client, learner: str, key: str = "k1", **fields: Any) -> Any:
    address = f"{BASE}/learners/{learner}/observations"
    return client.post(address, SEEN | fields, content_type="application/json", headers={"Idempotency-Key": key})


def test_what_a_teacher_saw_becomes_evidence_that_the_learner_can_read(man: str) -> None:
    answer = send(signed_in("lan"), man)
    assert answer.status_code == 200
    (entry,) = signed_in("man").get(f"{BASE}/me/evidence").json()["items"]
    assert (entry["id"], entry["source"], entry["value_milli"], entry["assurance"]) == (answer.json()["id"], "observation", 800, "observed")


def test_the_same_key_records_it_once(man: str) -> None:
    teacher = signed_in("lan")
    assert send(teacher, man).json() == send(teacher, man).json()
    assert Evidence.objects.count() == 1
    assert send(teacher, man, value_milli=900).json()["code"] == "idempotency_key_reused"
    assert send(teacher, man, key="k2").status_code == 200
    assert Evidence.objects.count() == 2


def test_who_may_not_read_the_learner_is_not_told_that_there_is_one(man: str) -> None:
    stranger = send(signed_in("duoc"), man)
    unknown = send(signed_in("duoc"), "01M82CAW2Z8DTF4XEBW3J3Y8GN")
    assert stranger.status_code == unknown.status_code == 404
    assert stranger.content == unknown.content


def test_who_may_read_may_not_therefore_observe(man: str) -> None:
    assert send(signed_in("registrar", "view_evidence"), man).json()["code"] == "not_permitted"
    assert send(signed_in("man"), man).json()["code"] == "not_permitted"
    assert send(signed_in("lan"), man, role="pupil").json()["code"] == "not_permitted"
    assert not Evidence.objects.exists()


def test_a_program_needs_the_scope_and_everybodys_account(man: str) -> None:
    user("lan")
    assert send(program("lan", scopes=["digiskills:read"]), man).status_code == 403
    assert send(program("lan", scopes=["digiskills:write"], filters=["user:me"]), man).status_code == 404
    assert send(program("lan", scopes=["digiskills:write"]), man).status_code == 200
    assert send(Client(), man).status_code == 401


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"value_milli": 1001}, "value_milli"),
        ({"value_milli": "800"}, "value_milli"),
        ({"value_milli": True}, "value_milli"),
        ({"skill": 3}, "skill"),
        ({"skill": "S3\n"}, "skill"),
        ({"practical": "yes"}, "practical"),
        ({"session": "short"}, "session"),
        ({"note": "x" * 2001}, "note"),
        ({"practise": True}, ""),
    ],
)
def test_a_field_that_cannot_be_read_is_named(man: str, fields: dict[str, Any], field: str) -> None:
    answer = send(signed_in("lan"), man, **fields)
    assert (answer.status_code, [problem["field"] for problem in answer.json()["problems"]]) == (400, [field])


@pytest.mark.parametrize("fields", [{"skill": "Z9"}, {"facet": "none"}, {"session": "01M82CAW2Z8DTF4XEBW3J3Y8GN"}])
def test_what_the_regulation_does_not_know_is_refused(man: str, fields: dict[str, Any]) -> None:
    assert send(signed_in("lan"), man, **fields).status_code == 422
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "[]", "3", '{"value_milli": NaN}', "\ud800".encode("utf-8", "surrogatepass")])
def test_a_body_that_is_no_object_is_a_problem(man: str, body: Any) -> None:
    address = f"{BASE}/learners/{man}/observations"
    answer = signed_in("lan").post(address, body, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_long_body_is_refused_unread(man: str) -> None:
    assert send(signed_in("lan"), man, note="x" * 70_000).status_code == 413
