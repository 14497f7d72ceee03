"""From a decision to a confirmation: all of it or nothing, once."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from django.db import DatabaseError, connection, models, transaction
from pytest_django import Settings

from digiskills_grading.models import CounterDelta, IssueTodo
from digiskills_integrations import conf
from digiskills_integrations.confirmations import vault
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationStatus, ConfirmationVersion, Holder
from digiskills_integrations.confirmations.numbers import parse_number
from digiskills_integrations.credentials.keys import new_private_pem, private_pem, public_key_set, write_secret_once
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.outbox.models import Delivery, DeliveryState
from tests.integrations.conftest import NOW
from tests.integrations.records import NAME, completed_learner, decide, names, registry

TABLES = (Confirmation, ConfirmationVersion, ConfirmationEvent, Holder, Delivery)


def counts() -> list[int]:
    return [table.objects.count() for table in TABLES]


def confirmed() -> int:
    return sum(CounterDelta.objects.filter(fact="confirmed").values_list("amount", flat=True))


def test_a_completed_decision_becomes_a_confirmation_with_everything(platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/events")
    learner = completed_learner()
    assert issue_pending(now=NOW, limit=10) == 1

    confirmation = Confirmation.objects.get()
    assert (confirmation.learner_public_id, confirmation.issue_no, confirmation.status) == (learner, 1, "valid")
    assert confirmation.test_mark
    assert parse_number(confirmation.number) == confirmation.number
    version = confirmation.versions.get()
    assert version.digest == hashlib.sha256(version.payload.encode()).hexdigest()
    verified = verify_vc_jwt(version.jwt, public_key_set(conf.key_places()), now=NOW)
    assert verified.payload == json.loads(version.payload)
    subject = verified.payload["credentialSubject"]
    assert subject["skills"] == [{"skill": "A1", "valueMilli": 850}, {"skill": "S3", "valueMilli": 1000}]
    assert verified.payload["issuer"]["name"].startswith("TEST")
    delivery = Delivery.objects.get()
    assert (delivery.event.type, delivery.seq, delivery.state, delivery.due_at) == ("issued", 1, DeliveryState.READY, NOW)
    assert confirmed() == 1
    assert not IssueTodo.objects.exists()


def test_issuing_again_makes_nothing_more(platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/events")
    learner = completed_learner()
    issue_pending(now=NOW, limit=10)
    decide(learner)
    assert [issue_pending(now=NOW, limit=10) for _ in range(2)] == [0, 0]
    assert counts() == [1, 1, 1, 1, 1]
    assert confirmed() == 1
    assert not IssueTodo.objects.exists()


def test_after_a_withdrawal_a_new_decision_is_a_new_issue(platform: Settings) -> None:
    learner = completed_learner()
    issue_pending(now=NOW, limit=10)
    Confirmation.objects.update(status=ConfirmationStatus.WITHDRAWN)
    decide(learner)
    assert issue_pending(now=NOW, limit=10) == 1
    assert list(Confirmation.objects.order_by("issue_no").values_list("issue_no", "status")) == [(1, "withdrawn"), (2, "valid")]
    assert len(set(Confirmation.objects.values_list("number", flat=True))) == 2


def test_without_keys_nothing_is_written_and_the_request_stays(platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/events")
    completed_learner()
    good, platform.DIGISKILLS_KEY_DIR = platform.DIGISKILLS_KEY_DIR, None
    with pytest.raises(ConfigurationError, match="DIGISKILLS_KEY_DIR"):
        issue_pending(now=NOW, limit=10)
    assert (counts(), IssueTodo.objects.count(), confirmed()) == ([0, 0, 0, 0, 0], 1, 0)

    platform.DIGISKILLS_KEY_DIR = good
    assert issue_pending(now=NOW, limit=10) == 1
    assert counts() == [1, 1, 1, 1, 1]


def test_a_failure_after_the_record_was_written_rolls_it_back(platform: Settings) -> None:
    """The holder is stored after confirmation, version, event and deliveries."""
    registry(platform, "http://127.0.0.1:9/events")
    completed_learner()
    with transaction.atomic(), pytest.raises(RuntimeError):
        issue_pending(now=NOW, limit=10)
    with without_table_of(Holder), pytest.raises(DatabaseError):
        issue_pending(now=NOW, limit=10)
    assert (counts(), IssueTodo.objects.count(), confirmed()) == ([0, 0, 0, 0, 0], 1, 0)
    assert issue_pending(now=NOW, limit=10) == 1


@contextmanager
def without_table_of(model: type[models.Model]) -> Iterator[None]:
    """The database loses a table for a while, as when it fails in the middle of a transaction."""
    table = model._meta.db_table
    with connection.schema_editor() as editor:
        editor.alter_db_table(model, table, f"{table}_away")
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(model, f"{table}_away", table)


def test_a_request_that_no_longer_stands_is_consumed(platform: Settings) -> None:
    completed_learner(status="withdrawn")
    assert issue_pending(now=NOW, limit=10) == 0
    assert not Confirmation.objects.exists()
    assert not IssueTodo.objects.exists()


def test_a_settling_period_is_waited_for(platform: Settings) -> None:
    completed_learner(not_before=NOW + timedelta(seconds=1))
    assert issue_pending(now=NOW, limit=10) == 0
    assert issue_pending(now=NOW + timedelta(seconds=1), limit=10) == 1


def test_the_limit_bounds_one_run(platform: Settings) -> None:
    for _ in range(3):
        completed_learner()
    assert [issue_pending(now=NOW, limit=2) for _ in range(3)] == [2, 1, 0]


def test_the_name_is_nowhere_in_clear(platform: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        completed_learner()
        issue_pending(now=NOW, limit=10)
    holder, version = Holder.objects.get(), ConfirmationVersion.objects.get()
    stored = [holder.disclosure, version.payload, version.jwt, str(holder), str(version), caplog.text]
    assert not [text for text in stored if names(text)]
    disclosure = vault.unseal(holder.disclosure)
    assert disclosure.name == NAME
    assert disclosure.opens(json.loads(version.payload)["credentialSubject"]["nameCommitment"])


def test_without_a_name_there_is_no_holder(platform: Settings) -> None:
    completed_learner(name=None)
    issue_pending(now=NOW, limit=10)
    assert not Holder.objects.exists()
    assert "nameCommitment" not in ConfirmationVersion.objects.get().payload


def live_keys(platform: Settings, folder: Path) -> None:
    write_secret_once(folder / "live.pem", new_private_pem())
    write_secret_once(folder / "badge.pem", private_pem(ed25519.Ed25519PrivateKey.generate()))
    platform.DIGISKILLS_SIGNING_KEY_FILE = str(folder / "live.pem")
    platform.DIGISKILLS_BADGE_KEY_FILE = str(folder / "badge.pem")
    platform.DIGISKILLS_PUBLIC_URL = "https://learn.example"
    platform.DIGISKILLS_ISSUER = {"id": "https://issuer.example/", "name": "Sở Khoa học và Công nghệ"}


def test_real_keys_and_a_real_regulation_make_a_real_record(platform: Settings, tmp_path: Path) -> None:
    live_keys(platform, tmp_path)
    registry(platform, "http://127.0.0.1:9/events", code="trial")
    registry(platform, "http://127.0.0.1:9/events", code="real", environment="live")
    completed_learner(regulation="vn-default/1")
    issue_pending(now=NOW, limit=10)
    confirmation = Confirmation.objects.get()
    payload = json.loads(confirmation.versions.get().payload)
    assert confirmation.number.startswith("D")
    assert not confirmation.test_mark
    assert "testMark" not in payload
    assert payload["issuer"] == platform.DIGISKILLS_ISSUER
    assert [delivery.destination.code for delivery in Delivery.objects.all()] == ["real"]


def test_a_demo_regulation_keeps_the_test_mark_under_real_keys(platform: Settings, tmp_path: Path) -> None:
    live_keys(platform, tmp_path)
    registry(platform, "http://127.0.0.1:9/events", code="real", environment="live")
    completed_learner()
    issue_pending(now=NOW, limit=10)
    confirmation = Confirmation.objects.get()
    assert confirmation.number.startswith("T")
    assert json.loads(confirmation.versions.get().payload)["testMark"] is True
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("setting, value", [("DIGISKILLS_ISSUER", {"id": "http://x", "name": "y"}), ("DIGISKILLS_PII_KEYS", ["no key"])])
def test_a_wrong_setting_is_named_and_nothing_is_issued(platform: Settings, tmp_path: Path, setting: str, value: object) -> None:
    live_keys(platform, tmp_path)
    completed_learner(regulation="vn-default/1")
    setattr(platform, setting, value)
    with pytest.raises(ConfigurationError, match=setting):
        issue_pending(now=NOW, limit=10)
    assert counts() == [0, 0, 0, 0, 0]
    assert IssueTodo.objects.count() == 1
