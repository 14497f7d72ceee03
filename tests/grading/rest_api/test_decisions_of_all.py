"""The sequence of all decisions: each appears once, after those that had appeared, however late it was committed."""

from __future__ import annotations

from typing import Any

import pytest

from digiskills_grading import api, sequencing
from digiskills_grading.models import Decision
from tests.grading.helpers import AUDIENCE, REGULATION, account, attempt, block, later, observe
from tests.grading.rest_api.people import BASE, program, signed_in

pytestmark = pytest.mark.django_db
ALL = f"{BASE}/decisions"


@pytest.fixture
def three_learners() -> None:
    for name in ("a", "b", "c"):
        attempt(account(name), block())


def test_it_is_for_those_who_may_view_everybodys_decisions(three_learners: None) -> None:
    reads = {"scopes": ["digiskills:read"]}
    assert signed_in("registrar", "view_decision").get(ALL).status_code == 200
    assert program("registry", "view_decision", **reads).get(ALL).status_code == 200
    assert program("registry", "view_decision", **reads, filters=["user:me"]).get(ALL).status_code == 403
    assert program("registry", "view_decision").get(ALL).status_code == 403
    assert signed_in("a").get(ALL).status_code == 403
    assert signed_in("clerk", "view_reports", "view_evidence").get(ALL).status_code == 403


def test_who_comes_again_gets_what_is_new_and_only_that(three_learners: None) -> None:
    client = signed_in("registrar", "view_decision")
    first = client.get(ALL, {"limit": 2}).json()
    second = client.get(ALL, {"cursor": first["next"]}).json()
    assert (len(first["items"]), first["more"], len(second["items"]), second["more"]) == (2, True, 1, False)
    observe(account("a"), now=later(1))
    third = client.get(ALL, {"cursor": second["next"]}).json()
    assert [(item["n"], item["status"]) for item in third["items"]] == [(2, "completed")]
    assert client.get(ALL, {"cursor": third["next"]}).json()["items"] == []


def test_a_decision_with_a_low_id_that_is_seen_late_is_not_missed(three_learners: None) -> None:
    """Another connection inserts first and commits last: to a reader its row appears behind rows that were read."""
    early = Decision.objects.order_by("id").first()
    assert early is not None
    hidden = {field.attname: getattr(early, field.attname) for field in Decision._meta.concrete_fields}
    Decision.objects.filter(pk=early.pk).delete()
    client = signed_in("registrar", "view_decision")
    seen = client.get(ALL).json()
    Decision.objects.create(**hidden)
    late = client.get(ALL, {"cursor": seen["next"]}).json()
    assert (len(seen["items"]), len(late["items"])) == (2, 1)
    assert late["items"][0]["learner"] == early.track.learner.public_id


def test_only_under_one_regulation(three_learners: None) -> None:
    api.ensure_track(account("a"), regulation="demo-s3-a1/2", audience=AUDIENCE)
    client = signed_in("registrar", "view_decision")
    shown: list[dict[str, Any]] = client.get(ALL, {"regulation": REGULATION}).json()["items"]
    assert [item["regulation"] for item in shown] == [REGULATION] * 3
    assert len(client.get(ALL).json()["items"]) == 4
    assert client.get(ALL, {"regulation": "none/1"}).json()["items"] == []


def test_places_are_given_in_bounded_pieces_without_gaps(three_learners: None) -> None:
    assert [sequencing.place_decisions(limit=2) for _ in range(3)] == [2, 1, 0]
    assert list(Decision.objects.order_by("id").values_list("place", flat=True)) == [1, 2, 3]


def test_nobody_is_named(three_learners: None) -> None:
    text = signed_in("registrar", "view_decision").get(ALL).content.decode()
    assert "username" not in text
    assert "user_id" not in text
