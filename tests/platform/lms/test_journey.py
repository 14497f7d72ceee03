"""One record the whole way in the real LMS: task, decision, Celery, registry, stranger, registrar in the platform's own admin.

These tests really commit: a worker refuses to send inside somebody else's transaction, and the admin's requests are transactions here
(openedx/edx-platform: lms/envs/test.py ``ATOMIC_REQUESTS``). Celery runs at once (the same file, ``CELERY_ALWAYS_EAGER``).
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digiskills_grading import api as grading
from digiskills_grading.data import LearnerRef
from digiskills_integrations import conf, tasks
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.confirmations.selectors import signed_badge
from digiskills_integrations.credentials.keys import public_key_set
from digiskills_integrations.credentials.verify_badge import check_status, verify_badge
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.outbox.models import Delivery, Receipt
from digiskills_integrations.outbox.operations import sync_destinations
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.server import EVENTS_PATH, SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore
from tests.platform.people import PASSWORD, Person
from tests.platform.places import Course

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

LISTS = ("test-revocation-1", "test-suspension-1")


@pytest.fixture
def registry(settings: Any, tmp_path: Path) -> Iterator[SandboxServer]:
    """A sandbox registry on loopback, the platform's only destination."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    expectations = Expectations(secret=decode_secret(secret), key_set=lambda: public_key_set(conf.key_places()))
    settings.DIGISKILLS_DESTINATION_SECRETS = {"sandbox": secret}
    with SandboxServer(("127.0.0.1", 0), store=SandboxStore(tmp_path / "sandbox.sqlite3"), expectations=expectations) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        destination = {
            "code": "sandbox",
            "kind": "webhook",
            "environment": "sandbox",
            "endpoint": f"http://127.0.0.1:{server.server_port}{EVENTS_PATH}",
            "allowed_networks": ["127.0.0.0/8"],
            "share_name": True,
        }
        sync_destinations([destination])
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def registrar(db: None) -> Client:
    """A browser of somebody who may change records. openedx/edx-platform: common/djangoapps/student/tests/factories.py::SuperuserFactory"""
    from common.djangoapps.student.tests.factories import SuperuserFactory

    user = SuperuserFactory(is_staff=True, password=PASSWORD)
    client = Client()
    assert client.login(username=user.username, password=PASSWORD)
    return client


def complete(course: Course, learner: Person) -> Confirmation:
    """The learner does all tasks, and Celery's issuing task does its work."""
    for usage_key in course.tasks.values():
        learner.play(usage_key)
    tasks.issue.delay()
    return Confirmation.objects.get()


def change(registrar: Client, record: Confirmation, order: str, reason: str) -> None:
    """What a registrar does in the admin: choose the record, choose the action, give a reason."""
    changelist = reverse("admin:digiskills_integrations_confirmation_changelist")
    form = registrar.post(changelist, {"action": "change_records", "_selected_action": [str(record.pk)]})
    assert form.status_code == 302, form.content
    assert registrar.post(form["Location"], {"order": order, "reason": reason}).status_code == 302


def page(record: Confirmation) -> str:
    """What a stranger sees."""
    response = Client().get(reverse("digiskills:verify", args=[record.number]), {"lang": "en"})
    assert response.status_code == 200
    return str(response.content.decode())


def status_of_badge(record: Confirmation) -> str:
    """What a wallet finds out by the issuer's public documents, fetched from the platform."""
    documents = {name: Client().get(reverse(f"digiskills:{name}")).content.decode() for name in ("did", "jwks")}
    did_document = json.loads(documents["did"])
    badge = signed_badge(record.number)
    assert badge is not None
    verified = verify_badge(badge, did_document, now=timezone.now())
    lists = [Client().get(reverse("digiskills:status-list", args=[code])).content.decode() for code in LISTS]
    return check_status(verified.credential, lists, did_document, now=timezone.now())


def test_a_record_goes_the_whole_way_and_comes_back(course: Course, learner: Person, registry: SandboxServer, registrar: Client) -> None:
    record = complete(course, learner)
    tasks.deliver.delay()
    (effect,) = registry.store.effects()
    assert (effect.operation, effect.holder) == ("issued", learner.user.profile.name)
    assert Receipt.objects.get().reference == effect.receipt
    assert "intact" in page(record)
    assert not re.search(re.escape(learner.user.profile.name), page(record))
    assert status_of_badge(record) == "good"

    change(registrar, record, "withdraw", "under_review")
    tasks.deliver.delay()
    assert "was withdrawn" in page(record)
    assert status_of_badge(record) == "suspended"

    change(registrar, record, "reinstate", "review_ended")
    tasks.deliver.delay()
    tasks.sweep.delay()
    assert "intact" in page(record)
    assert status_of_badge(record) == "good"
    assert [effect.operation for effect in reversed(registry.store.effects())] == ["issued", "withdrawn", "reinstated"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"acknowledged"}


def test_a_learner_cannot_reach_the_registrar_s_form(course: Course, learner: Person) -> None:
    record = complete(course, learner)
    address = f"{reverse('admin:digiskills_integrations_confirmation_order')}?records={record.pk}"
    assert learner.client.post(address, {"order": "withdraw", "reason": "fraud"}).status_code in (302, 403)
    record.refresh_from_db()
    assert record.status == "valid"


def test_a_reset_of_the_attempt_asks_a_registrar_to_look(course: Course, learner: Person) -> None:
    """The demo regulation takes nothing back by itself."""
    record = complete(course, learner)
    grading.request_reset(LearnerRef(user_id=learner.user.id), course_key=str(course.key), usage_key=str(course.pay), actor=None)
    grading.process_requests(now=timezone.now())
    tasks.issue.delay()
    record.refresh_from_db()
    assert (record.status, record.review) == ("valid", "decision_fell_back")
    assert "intact" in page(record)


def test_a_retired_learner_s_name_is_gone_and_the_record_still_verifies(course: Course, learner: Person, registry: SandboxServer) -> None:
    record = complete(course, learner)
    grading.retire_learner(LearnerRef(user_id=learner.user.id))
    tasks.deliver.delay()
    (effect,) = registry.store.effects()
    assert effect.holder == ""
    assert "intact" in page(record)
    assert status_of_badge(record) == "good"
