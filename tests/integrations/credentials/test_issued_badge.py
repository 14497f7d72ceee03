"""The badge of a confirmation, from issuing to withdrawal, seen by a stranger who has only what is published."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from digiskills_integrations import conf
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.credentials.key_ring import did_document
from digiskills_integrations.credentials.status import set_status
from digiskills_integrations.credentials.status_reference import Purpose
from digiskills_integrations.credentials.verify_badge import StatusWord, check_status, verify_badge
from tests.integrations.conftest import NOW
from tests.integrations.records import NAME, completed_learner


@pytest.fixture
def issued(platform: Settings) -> Confirmation:
    completed_learner()
    issue_pending(now=NOW, limit=10)
    return Confirmation.objects.get(record_type="confirmation")


def published_lists(client: Client, badge: dict[str, object]) -> list[str]:
    entries = badge["credentialStatus"]
    assert isinstance(entries, list)
    addresses = [entry["statusListCredential"].removeprefix("https://test.invalid") for entry in entries]
    return [client.get(address).content.decode() for address in addresses]


def test_an_issued_badge_is_genuine_and_names_nobody(issued: Confirmation) -> None:
    text = issued.versions.get().badge
    assert text is not None
    verified = verify_badge(text, did_document(conf.issuer_did(test=True), conf.key_places()), now=NOW)
    subject = verified.credential["credentialSubject"]
    record = json.loads(issued.versions.get().payload)
    assert subject["confirmationNumber"] == issued.number
    assert sorted(entry["targetCode"] for entry in subject["achievement"]["alignment"]) == ["A1", "S3"]
    assert verified.credential["credentialStatus"] == record["credentialStatus"]
    assert subject["nameCommitment"] == record["credentialSubject"]["nameCommitment"]
    assert NAME not in text
    assert verified.is_test


@pytest.mark.parametrize("purpose, word", [("revocation", "revoked"), ("suspension", "suspended")])
def test_a_stranger_sees_the_withdrawal(issued: Confirmation, client: Client, purpose: Purpose, word: StatusWord) -> None:
    badge = json.loads(str(issued.versions.get().badge))
    did = json.loads(client.get(reverse("digiskills:did")).content)
    # The page signs with the clock of the server; its lists are good from the hour that has begun.
    assert check_status(badge, published_lists(client, badge), did, now=timezone.now()) == "good"
    set_status(issued, purpose, value=True)
    assert check_status(badge, published_lists(client, badge), did, now=timezone.now()) == word
