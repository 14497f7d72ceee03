"""Issuing and delivering on MariaDB with real processes: nothing is issued or delivered twice, nothing is lost to a kill."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from digiskills_grading.models import CounterDelta, IssueTodo, Learner, Track
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.conf import key_places
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, ConfirmationVersion, Holder
from digiskills_integrations.credentials.keys import public_key_set
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.locking import lock_confirmation
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Receipt
from digiskills_integrations.outbox.policy import DEFAULT_POLICY
from digiskills_integrations.outbox.worker import DeliveryReport, deliver_due
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.server import SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore
from tests.integrations.conftest import NOW, SECRET, answer, platform, running, serving
from tests.integrations.records import completed_learner, registry

__all__ = ["platform"]

ROOT = Path(__file__).parents[2]
DEADLINE_SECONDS = 60
LEASE = DEFAULT_POLICY.lease
HAND_OVER = ("DIGISKILLS_KEY_DIR", "DIGISKILLS_PII_KEYS", "DIGISKILLS_DESTINATION_SECRETS")
ACCEPTED = answer(200, b'{"status":"accepted","receipt":"R"}')


class Child:
    """A process that is ready to act and waits to be told."""

    def __init__(self, environment: dict[str, str], settings: dict[str, Any], action: str, order: dict[str, Any]) -> None:
        arguments = [action, json.dumps(order), json.dumps(settings)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.integrations_child", *arguments],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def go(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._line())
        return content

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


Start = Callable[..., Child]


@pytest.fixture
def start(child_environment: dict[str, str], platform: Settings) -> Iterator[Start]:
    """Starts children with this test's keys and secrets; kills those that are left at the end."""
    children: list[Child] = []

    def run(action: str, **order: Any) -> Child:
        settings = {name: getattr(platform, name) for name in HAND_OVER}
        children.append(Child(child_environment, settings, action, {"now": NOW.isoformat()} | order))
        return children[-1]

    yield run
    for child in children:
        child.kill()


def wait_until_waiting(statement: str, count: int) -> None:
    """Returns when ``count`` other connections wait inside a statement of this form."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE %s",
                [statement],
            )
            if cursor.fetchone()[0] == count:
                return
    pytest.fail(f"{count} connections never waited in {statement!r}")


def deliver(now: datetime) -> DeliveryReport:
    return deliver_due(now=now, owner="test", limit=100)


def test_two_issuing_workers_make_one_confirmation(start: Start, platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/")
    learner = completed_learner()
    children = [start("issue") for _ in range(2)]
    with transaction.atomic():
        Learner.objects.select_for_update().get(public_id=learner)
        for child in children:
            child.go()
        wait_until_waiting("UPDATE `digiskills_grading_learner` SET `rev`%", 2)
    assert sorted(child.answer()["issued"] for child in children) == [0, 1]
    tables = (Confirmation, ConfirmationVersion, ConfirmationEvent, Holder, Delivery)
    assert [table.objects.count() for table in tables] == [1] * len(tables)
    assert CounterDelta.objects.filter(fact="confirmed").count() == 1


def test_a_worker_killed_before_its_commit_leaves_nothing_and_the_next_one_issues(start: Start, platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/")
    completed_learner()
    child = start("issue")
    with transaction.atomic():
        # The fact is the last write of an issue; the worker waits there with everything else written.
        Track.objects.select_for_update().get()
        child.go()
        wait_until_waiting("UPDATE `digiskills_grading_track` SET `confirmed`%", 1)
        child.kill()
    assert not Confirmation.objects.exists()
    assert IssueTodo.objects.count() == 1
    assert issue_pending(now=NOW, limit=1) == 1
    assert (Confirmation.objects.count(), Delivery.objects.count(), IssueTodo.objects.count()) == (1, 1, 0)


def test_two_delivery_workers_deliver_each_event_once(start: Start, platform: Settings) -> None:
    both_at_work = threading.Barrier(2, timeout=DEADLINE_SECONDS)

    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        if arrival <= 2:
            both_at_work.wait()  # a worker sends one at a time, so the first two arrivals are of two workers
        ACCEPTED(handler, arrival)

    with serving(respond) as script:
        registry(platform, script.url)
        for _ in range(40):
            completed_learner()
        assert issue_pending(now=NOW, limit=100) == 40
        children = [start("deliver", owner=f"worker-{n}") for n in range(2)]
        for child in children:
            child.go()
        reports = [child.answer() for child in children]
    assert sum(report["acknowledged"] for report in reports) == 40
    assert all(report["acknowledged"] > 0 for report in reports)
    assert set(Counter(arrival.headers["webhook-id"] for arrival in script.arrivals).values()) == {1}
    assert Delivery.objects.filter(state=DeliveryState.ACKNOWLEDGED, attempts=1, fence=1).count() == 40
    assert Receipt.objects.count() == 40


def test_a_worker_killed_while_the_registry_works_leads_to_one_effect(start: Start, platform: Settings, tmp_path: Path) -> None:
    arrived, killed = threading.Event(), threading.Event()

    def key_set() -> JsonObject:
        """The registry looks the issuer's keys up; the first time that takes until the sender is dead."""
        if not arrived.is_set():
            arrived.set()
            killed.wait(DEADLINE_SECONDS)
        return public_key_set(key_places())

    store = SandboxStore(tmp_path / "sandbox.sqlite3")
    expectations = Expectations(secret=decode_secret(SECRET), key_set=key_set)
    server = SandboxServer(("127.0.0.1", 0), store=store, expectations=expectations, clock=lambda: NOW + LEASE / 2)
    with running(server):
        registry(platform, f"http://127.0.0.1:{server.server_port}/events")
        completed_learner()
        issue_pending(now=NOW, limit=1)
        child = start("deliver", owner="killed")
        child.go()
        assert arrived.wait(DEADLINE_SECONDS)
        child.kill()
        killed.set()
        assert deliver(NOW + LEASE / 2) == DeliveryReport()
        assert deliver(NOW + LEASE + timedelta(minutes=1)) == DeliveryReport(acknowledged=1)
    assert len(store.effects()) == 1
    assert [receipt.fence for receipt in Receipt.objects.all()] == [2]


def test_a_later_event_waits_for_the_resolution_that_is_being_written(start: Start, platform: Settings) -> None:
    """Without the confirmation's lock the event would see "unresolved" and stay blocked for ever: nobody would be left to unblock it."""
    registry(platform, "http://127.0.0.1:9/")
    completed_learner()
    issue_pending(now=NOW, limit=1)
    first = Delivery.objects.get()
    child = start("add_event", confirmation=first.confirmation_id)
    with transaction.atomic():
        lock_confirmation(first.confirmation_id)
        child.go()
        wait_until_waiting("UPDATE `digiskills_integrations_confirmation` SET `rev`%", 1)
        Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.ACKNOWLEDGED)
    assert child.answer() == {"states": ["ready"]}
    assert not Delivery.objects.filter(state=DeliveryState.BLOCKED).exists()
