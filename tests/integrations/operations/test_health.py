"""Our part of the doctor: keys, deliveries, registries."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from digiskills_grading import doctor
from digiskills_grading.data import Finding
from digiskills_integrations import conf
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.credentials.key_store import create_keys
from digiskills_integrations.identity.index import index_keys
from digiskills_integrations.identity.models import VerifiedIdentity
from digiskills_integrations.outbox.models import Delivery, Destination
from tests.integrations.conftest import NOW
from tests.integrations.records import completed_learner, registry


def findings(name: str) -> list[Finding]:
    return [finding for finding in doctor.examine(now=timezone.now()) if finding.check == name]


def level(name: str) -> str:
    (finding,) = findings(name)
    return finding.level


@pytest.fixture
def waiting(platform: Settings) -> Delivery:
    """A delivery that was due when it was made, in the past."""
    registry(platform, "http://127.0.0.1:9/events")
    completed_learner()
    issue_pending(now=NOW, limit=1)
    return Delivery.objects.get()


def test_development_keys_are_a_warning_and_none_is_made_by_looking(platform: Settings) -> None:
    assert level("signing_keys") == "warn"
    assert not list(Path(platform.DIGISKILLS_KEY_DIR).glob("**/*.pem"))


def test_real_keys_sign_and_verify(platform: Settings) -> None:
    create_keys(conf.key_places())
    assert level("signing_keys") == "ok"
    platform.DIGISKILLS_ISSUER, platform.DIGISKILLS_PUBLIC_URL = None, ""
    assert (level("issuer"), level("public_url")) == ("fail", "fail")
    platform.DIGISKILLS_ISSUER = {"id": "https://so.example", "name": "Sở"}
    platform.DIGISKILLS_PUBLIC_URL = "https://hoc.example"
    assert (level("issuer"), level("public_url")) == ("ok", "ok")


@pytest.mark.parametrize("spoil", ["open", "gone", "unset"])
def test_keys_that_cannot_be_used_fail(platform: Settings, spoil: str) -> None:
    create_keys(conf.key_places())
    folder = Path(platform.DIGISKILLS_KEY_DIR)
    if spoil == "open":
        (folder / "active-es256.pem").chmod(0o644)
    elif spoil == "gone":
        (folder / "active-ed25519.pem").unlink()
    else:
        platform.DIGISKILLS_KEY_DIR = None
    assert level("signing_keys") == "fail"


def test_a_delivery_that_waits_is_told_with_its_age(waiting: Delivery) -> None:
    now = timezone.now()
    for age, expected in ((timedelta(minutes=5), "ok"), (timedelta(hours=1), "warn"), (timedelta(hours=5), "fail")):
        Delivery.objects.update(due_at=now - age)
        assert level("deliveries.sandbox") == expected


def test_dead_letters_pauses_and_missing_identities_are_told(waiting: Delivery) -> None:
    assert not findings("dead.sandbox")
    Delivery.objects.update(state="dead")
    Destination.objects.update(paused_until=timezone.now() + timedelta(minutes=5), failures=4)
    assert (level("dead.sandbox"), level("paused.sandbox"), level("deliveries.sandbox")) == ("warn", "warn", "ok")
    Delivery.objects.update(state="needs_identity")
    assert "1 deliveries to sandbox wait for a verified identity" in findings("identity.sandbox")[0].what


def test_a_registry_whose_secret_is_gone_cannot_be_spoken_to(waiting: Delivery, platform: Settings) -> None:
    assert level("destination.sandbox") == "ok"
    platform.DIGISKILLS_DESTINATION_SECRETS = {}
    assert level("destination.sandbox") == "fail"


def test_a_number_under_a_lost_key_is_told(platform: Settings) -> None:
    assert level("identity_keys") == "ok"
    values = {"scheme": "vn-cccd", "number": "x", "number_index": "0" * 64, "is_test": True, "source": "test", "verified_at": NOW}
    VerifiedIdentity.objects.create(learner_public_id="0" * 26, index_key="f" * 16, **values)
    assert level("identity_keys") == "fail"
    VerifiedIdentity.objects.update(index_key=index_keys()[0].name)
    assert level("identity_keys") == "ok"


def test_records_that_a_registrar_has_to_look_at_are_counted(waiting: Delivery) -> None:
    assert not findings("reviews")
    Confirmation.objects.update(review="decision_fell_back")
    assert level("reviews") == "warn"


def test_a_key_directory_that_vanished_is_no_crash(platform: Settings) -> None:
    create_keys(conf.key_places())
    shutil.rmtree(platform.DIGISKILLS_KEY_DIR)
    assert not os.path.lexists(platform.DIGISKILLS_KEY_DIR)
    assert level("signing_keys") == "warn"
