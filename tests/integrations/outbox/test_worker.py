"""The delivery worker against real servers: what it sends, and what becomes of it."""

from __future__ import annotations

import hashlib
import json
import logging
import socket
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest
from cryptography.fernet import Fernet
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from digiskills_integrations.confirmations.models import Confirmation, ConfirmationVersion, Holder
from digiskills_integrations.outbox import claim
from digiskills_integrations.outbox.messages import idempotency_key
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination, Receipt
from digiskills_integrations.outbox.policy import DEFAULT_POLICY
from digiskills_integrations.outbox.worker import DeliveryReport, deliver_due
from tests.integrations.conftest import NOW, SECRET, answer, serving
from tests.integrations.outbox.conftest import Issue
from tests.integrations.records import NAME, names, registry

ACCEPTED = answer(201, b'{"status":"accepted","receipt":"R-7"}')
DAY = timedelta(days=1)
BATCH, LEASE, MAX_ATTEMPTS = DEFAULT_POLICY.batch, DEFAULT_POLICY.lease, DEFAULT_POLICY.max_attempts


def deliver(after: timedelta = timedelta(), *, limit: int = 100) -> DeliveryReport:
    """One run, with the clock standing still and no jitter."""
    return deliver_due(now=NOW + after, owner="test", limit=limit, monotonic=lambda: 0.0, jitter=lambda: 1.0)


def test_an_event_arrives_and_its_receipt_is_kept(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        [delivery] = issue(f"{script.url}/events")
        assert deliver() == DeliveryReport(acknowledged=1)
        assert deliver(DAY) == DeliveryReport()
    [arrival] = script.arrivals
    confirmation = Confirmation.objects.get()
    event = json.loads(arrival.body)
    assert event["type"] == "org.digiskills.confirmation.issued.v1"
    assert event["id"] == idempotency_key("sandbox", confirmation.number, 1, "issued", 1)
    assert event["data"]["confirmation"]["number"] == confirmation.number
    assert event["data"]["credential"] == ConfirmationVersion.objects.get().jwt
    delivery.refresh_from_db()
    assert (delivery.state, delivery.owner, delivery.lease_until) == (DeliveryState.ACKNOWLEDGED, "", None)
    receipt = Receipt.objects.get()
    assert (receipt.delivery, receipt.fence, receipt.status, receipt.reference) == (delivery, 1, "acknowledged", "R-7")


@pytest.mark.parametrize("share_name", [True, False])
def test_the_name_goes_only_to_registries_that_may_have_it(issue: Issue, share_name: bool, caplog: pytest.LogCaptureFixture) -> None:
    with serving(ACCEPTED) as script, caplog.at_level(logging.DEBUG):
        issue(f"{script.url}/events", share_name=share_name)
        deliver()
    [arrival] = script.arrivals
    holder = json.loads(arrival.body)["data"].get("holder")
    assert (holder is not None and holder["name"] == NAME) == share_name
    assert (NAME in arrival.body.decode()) == share_name
    assert not names(caplog.text)
    assert SECRET not in caplog.text


def test_after_shredding_the_event_goes_out_without_a_name(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(f"{script.url}/events")
        Holder.objects.all().delete()
        assert deliver().acknowledged == 1
    assert json.loads(script.arrivals[0].body)["data"]["holder"] is None


def test_a_refusal_of_the_record_is_final_and_kept(issue: Issue) -> None:
    with serving(answer(422, b'{"status":"rejected","reason":"unknown_person"}')) as script:
        issue(script.url)
        assert deliver() == DeliveryReport(rejected=1)
        assert deliver(DAY) == DeliveryReport()
    assert Delivery.objects.get().state == DeliveryState.REJECTED
    assert Receipt.objects.get().reason == "unknown_person"


def test_a_registry_that_refuses_once_gets_the_same_again(issue: Issue) -> None:
    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        (answer(503) if arrival == 1 else ACCEPTED)(handler, arrival)

    with serving(respond) as script:
        issue(script.url)
        assert deliver() == DeliveryReport(postponed=1)
        row = Delivery.objects.get()
        assert (row.state, row.last_error, row.due_at) == (DeliveryState.READY, "http_503", NOW + timedelta(seconds=5))
        assert deliver(timedelta(seconds=4)) == DeliveryReport()
        assert deliver(timedelta(seconds=5)) == DeliveryReport(acknowledged=1)
    first, second = script.arrivals
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert Receipt.objects.get().fence == 2


def test_a_wish_for_time_is_honoured_and_the_registry_left_alone(issue: Issue) -> None:
    with serving(answer(429, headers={"Retry-After": "3600"})) as script:
        issue(script.url, count=3)
        assert deliver() == DeliveryReport(postponed=1)
    assert len(script.arrivals) == 1
    assert sorted(Delivery.objects.values_list("due_at", "attempts")) == [(NOW, 0), (NOW, 0), (NOW + timedelta(hours=1), 1)]


def test_a_dead_registry_is_given_up_for_the_run_and_slows_no_other(issue: Issue, platform: Settings) -> None:
    with socket.socket() as closed, serving(ACCEPTED) as script:
        closed.bind(("127.0.0.1", 0))
        registry(platform, f"http://127.0.0.1:{closed.getsockname()[1]}/", code="a-dead")
        issue(script.url, count=BATCH + 2)
        assert deliver() == DeliveryReport(acknowledged=BATCH + 2, postponed=3)
    assert Delivery.objects.filter(destination__code="a-dead", attempts=0, state="ready").count() == BATCH - 1


def test_the_schedule_ends_in_a_visible_dead_letter(issue: Issue, caplog: pytest.LogCaptureFixture) -> None:
    with serving(answer(500)) as script:
        issue(script.url)
        reports = [deliver(DAY * attempt) for attempt in range(MAX_ATTEMPTS + 1)]
    assert [report.postponed for report in reports] == [1] * (MAX_ATTEMPTS - 1) + [0, 0]
    assert [report.dead for report in reports] == [0] * (MAX_ATTEMPTS - 1) + [1, 0]
    assert (Delivery.objects.get().state, Delivery.objects.get().last_error) == (DeliveryState.DEAD, "http_500")
    assert "dead letter" in caplog.text
    assert len({arrival.headers["webhook-id"] for arrival in script.arrivals}) == 1


def test_what_will_not_change_is_not_tried_again(issue: Issue) -> None:
    with serving(answer(400)) as script:
        issue(script.url)
        assert deliver() == DeliveryReport(dead=1)
        assert deliver(DAY) == DeliveryReport()
    assert len(script.arrivals) == 1


def test_a_registry_that_is_gone_is_switched_off(issue: Issue) -> None:
    with serving(answer(410)) as script:
        issue(script.url, count=3)
        assert deliver() == DeliveryReport(dead=1)
        assert deliver(DAY) == DeliveryReport()
    assert len(script.arrivals) == 1
    assert not Destination.objects.get().enabled
    assert Delivery.objects.filter(state=DeliveryState.READY, attempts=0).count() == 2


def test_a_worker_that_died_while_sending_is_replaced(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        [delivery] = issue(script.url)
        claim.claim(delivery.destination_id, now=NOW, owner="killed", lease=LEASE, limit=1)
        assert deliver() == DeliveryReport()
        assert deliver(LEASE) == DeliveryReport(acknowledged=1)
    assert len(script.arrivals) == 1


def test_a_delivery_that_kills_every_worker_is_buried(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url)
        Delivery.objects.update(attempts=MAX_ATTEMPTS)
        assert deliver() == DeliveryReport(dead=1)
    assert Delivery.objects.get().last_error == "worker_lost"
    assert script.arrivals == []


def test_a_slow_worker_whose_lease_has_ended_does_not_write(issue: Issue) -> None:
    """The clock, which the worker asks between claiming and writing, lets another worker take over."""

    def monotonic() -> float:
        for row in Delivery.objects.filter(owner="slow"):
            claim.claim(row.destination_id, now=NOW + LEASE, owner="thief", lease=LEASE, limit=1)
        return 0.0

    with serving(ACCEPTED) as script:
        issue(script.url)
        report = deliver_due(now=NOW, owner="slow", limit=1, monotonic=monotonic, jitter=lambda: 1.0)
    assert report == DeliveryReport(stale=1)
    row = Delivery.objects.get()
    assert (row.owner, row.state, row.fence) == ("thief", DeliveryState.LEASED, 2)
    assert not Receipt.objects.exists()


def test_a_test_record_never_reaches_a_live_registry(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url)
        Destination.objects.update(environment="live")
        assert deliver() == DeliveryReport(dead=1)
    assert script.arrivals == []
    assert Delivery.objects.get().last_error == "wrong_environment"


def test_a_destination_without_a_secret_is_passed_over_and_named(issue: Issue, platform: Settings) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url)
        platform.DIGISKILLS_DESTINATION_SECRETS = {}
        report = deliver()
        assert list(report.misconfigured) == ["sandbox"]
        assert Delivery.objects.get().attempts == 0
    assert script.arrivals == []


def test_a_lost_encryption_key_postpones_and_names_no_one(issue: Issue, platform: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url)
        keys, platform.DIGISKILLS_PII_KEYS = platform.DIGISKILLS_PII_KEYS, [Fernet.generate_key().decode()]
        assert deliver() == DeliveryReport(postponed=1)
        assert Delivery.objects.get().last_error == "misconfigured"
        platform.DIGISKILLS_PII_KEYS = [*platform.DIGISKILLS_PII_KEYS, *keys]
        assert deliver(DAY) == DeliveryReport(acknowledged=1)
    assert not names(caplog.text)


def test_a_disabled_destination_is_left_alone(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url)
        Destination.objects.update(enabled=False)
        assert deliver() == DeliveryReport()
    assert script.arrivals == []


def test_the_limit_bounds_one_run_for_each_destination(issue: Issue) -> None:
    with serving(ACCEPTED) as script:
        issue(script.url, count=BATCH + 3)
        assert [deliver(limit=BATCH + 1).acknowledged for _ in range(3)] == [BATCH + 1, 2, 0]


def test_a_run_may_serve_one_destination(issue: Issue) -> None:
    issue()
    assert deliver_due(now=NOW, owner="test", limit=1, destination="other") == DeliveryReport()


def test_a_worker_does_not_run_inside_a_transaction(platform: Settings) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside"):
        deliver()


def test_idempotency_keys_are_fixed_for_ever() -> None:
    # A key that changed with a release would make every registry take every record again.
    known = idempotency_key("vneid", "T0000000000001", 1, "issued", 1)
    assert known == hashlib.sha256(b'["vneid","T0000000000001",1,"issued",1]').hexdigest()
    assert known == "7f86123e54c4344a8704f23e5e98c4dd2e11f411dd24a6e1a429bc4f508ea0b5"


@pytest.mark.property
@given(*[st.tuples(st.text(), st.text(), st.integers(1, 99), st.text(), st.integers(1, 99))] * 2)
def test_two_events_never_share_a_key(one: tuple[str, str, int, str, int], other: tuple[str, str, int, str, int]) -> None:
    assert (idempotency_key(*one) == idempotency_key(*other)) == (one == other)
