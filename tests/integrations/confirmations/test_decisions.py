"""What later decisions do to records: withdrawal where the regulation says so, results of every decision, caps and settling."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pytest_django import Settings

from digiskills_grading.models import IssueTodo, Track
from digiskills_integrations.confirmations.caps import WINDOW
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import withdraw
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent
from digiskills_integrations.confirmations.selectors import confirmations_of, verify_number
from tests.integrations.conftest import NOW
from tests.integrations.records import completed_learner, decide

LOSABLE = "demo-s3-a1/2"
LATER = NOW + timedelta(days=1)


def kinds(record_type: str) -> list[str]:
    rows = ConfirmationEvent.objects.filter(confirmation__record_type=record_type).order_by("id")
    return list(rows.values_list("type", flat=True))


def record(record_type: str) -> Confirmation:
    return Confirmation.objects.filter(record_type=record_type).latest("issue_no")


def test_a_decision_that_falls_back_withdraws_where_skills_can_be_lost(platform: Settings) -> None:
    learner = completed_learner(regulation=LOSABLE)
    issue_pending(now=NOW, limit=10)
    decide(learner, regulation=LOSABLE, status="withdrawn")
    issue_pending(now=LATER, limit=10)
    event = ConfirmationEvent.objects.filter(confirmation__record_type="confirmation").latest("seq")
    assert (event.type, event.reason, event.actor) == ("withdrawn", "decision_fell_back", "system")
    assert (record("confirmation").status, record("confirmation").final) == ("withdrawn", False)
    assert Track.objects.get().confirmed == 0

    decide(learner, regulation=LOSABLE)
    issue_pending(now=LATER, limit=10)
    assert (record("confirmation").issue_no, record("confirmation").status) == (2, "valid")


def test_elsewhere_a_registrar_is_asked_to_look(platform: Settings) -> None:
    learner = completed_learner()
    issue_pending(now=NOW, limit=10)
    decide(learner, status="withdrawn")
    issue_pending(now=LATER, limit=10)
    assert (record("confirmation").status, record("confirmation").review) == ("valid", "decision_fell_back")
    assert kinds("confirmation") == ["issued"]
    assert not IssueTodo.objects.exists()

    decide(learner)
    issue_pending(now=LATER, limit=10)
    assert (record("confirmation").status, record("confirmation").review) == ("valid", "")


def test_every_decision_leaves_a_result_under_one_number(platform: Settings) -> None:
    learner = completed_learner(regulation=LOSABLE, status="not_yet")
    assert issue_pending(now=NOW, limit=10) == 1
    assert (kinds("result"), kinds("confirmation")) == (["issued"], [])
    decide(learner, regulation=LOSABLE)
    assert issue_pending(now=LATER, limit=10) == 1
    assert (kinds("result"), kinds("confirmation")) == (["issued", "renewed"], ["issued"])
    decide(learner, regulation=LOSABLE, status="withdrawn")
    issue_pending(now=LATER, limit=10)
    assert (kinds("result"), kinds("confirmation")) == (["issued", "renewed", "renewed"], ["issued", "withdrawn"])
    assert Confirmation.objects.count() == 2


def test_a_result_says_what_was_found_and_is_no_badge(platform: Settings) -> None:
    completed_learner(regulation=LOSABLE, status="not_yet")
    issue_pending(now=NOW, limit=10)
    version = record("result").versions.get()
    payload = json.loads(version.payload)
    assert payload["type"] == ["VerifiableCredential", "DigitalSkillsResult"]
    assert payload["credentialSubject"]["decision"]["status"] == "not_yet"
    assert payload["credentialSubject"]["skills"][0] == {"skill": "A1", "valueMilli": 850, "state": "mastered"}
    assert (version.badge, version.valid_until, Track.objects.get().confirmed) == (None, None, 0)
    assert verify_number(record("result").number, now=LATER).record_type == "result"
    assert confirmations_of(record("result").learner_public_id) == []


def test_a_decision_that_is_recorded_already_is_not_recorded_again(platform: Settings) -> None:
    learner = completed_learner(regulation=LOSABLE)
    issue_pending(now=NOW, limit=10)
    track = Track.objects.get()
    IssueTodo.objects.create(learner_id=track.learner_id, track_id=track.pk, decision_n=track.decision_n, created_at=NOW, not_before=NOW)
    assert issue_pending(now=LATER, limit=10) == 0
    assert (kinds("result"), learner) == (["issued"], track.learner.public_id)


def test_what_is_too_much_for_a_year_waits_and_only_the_newest_is_recorded(platform: Settings) -> None:
    """The demo regulation's second version allows 12 results within 365 days."""
    learner = completed_learner(regulation=LOSABLE, status="not_yet")
    for day in range(12):
        issue_pending(now=NOW + timedelta(days=day), limit=10)
        decide(learner, regulation=LOSABLE, status="not_yet")
    issue_pending(now=NOW + timedelta(days=12), limit=10)
    assert len(kinds("result")) == 12
    assert IssueTodo.objects.get().not_before == NOW + WINDOW
    assert issue_pending(now=NOW + WINDOW - timedelta(seconds=1), limit=10) == 0
    issue_pending(now=NOW + WINDOW, limit=10)
    assert (len(kinds("result")), IssueTodo.objects.count()) == (13, 0)


def test_a_cap_on_results_holds_no_withdrawal_back(platform: Settings) -> None:
    learner = completed_learner(regulation=LOSABLE)
    for day in range(12):
        issue_pending(now=NOW + timedelta(days=day), limit=10)
        decide(learner, regulation=LOSABLE, status="completed")
    decide(learner, regulation=LOSABLE, status="withdrawn")
    issue_pending(now=NOW + timedelta(days=12), limit=10)
    assert (len(kinds("result")), record("confirmation").status) == (12, "withdrawn")


@pytest.mark.parametrize("issues", [4])
def test_confirmations_have_a_cap_of_their_own(platform: Settings, issues: int) -> None:
    learner = completed_learner(regulation=LOSABLE)
    for day in range(issues + 1):
        issue_pending(now=NOW + timedelta(days=day), limit=10)
        current = record("confirmation")
        if current.status == "valid":
            withdraw(current.number, reason="data_error", actor="registrar", now=NOW + timedelta(days=day))
        decide(learner, regulation=LOSABLE)
    assert kinds("confirmation").count("issued") == issues
