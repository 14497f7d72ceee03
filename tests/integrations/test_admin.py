"""Staff change records by orders with a reason: who may, what happens, and that it works where requests run in transactions."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent
from tests.integrations.conftest import NOW
from tests.integrations.records import NAME, completed_learner

CHANGELIST = "admin:digiskills_integrations_confirmation_changelist"
ORDER = "admin:digiskills_integrations_confirmation_order"


@pytest.fixture
def records(platform: Settings) -> list[Confirmation]:
    for _ in range(2):
        completed_learner()
    issue_pending(now=NOW, limit=10)
    return list(Confirmation.objects.order_by("number"))


def staff(*codenames: str) -> Client:
    """A browser of a member of staff with these permissions."""
    user = get_user_model().objects.create_user(f"staff{len(codenames)}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="digiskills_integrations", codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def registrar() -> Client:
    return staff("view_confirmation", "change_record")


def choose(client: Client, records: list[Confirmation]) -> str:
    """The address to which the action leads."""
    chosen = {"action": "change_records", "_selected_action": [str(record.pk) for record in records]}
    response = client.post(reverse(CHANGELIST), chosen)
    assert response.status_code == 302, "the action was not offered"
    return str(response["Location"])


def statuses() -> list[str]:
    return list(Confirmation.objects.order_by("number").values_list("status", flat=True))


def test_a_registrar_withdraws_and_reinstates_with_reason_and_name(records: list[Confirmation]) -> None:
    client = registrar()
    address = choose(client, records)
    page = client.get(address).content.decode()
    assert all(record.number[-4:] in page for record in records)
    assert NAME not in page
    assert client.post(address, {"order": "withdraw", "reason": "under_review", "note": "số 12"}).status_code == 302
    assert statuses() == ["withdrawn", "withdrawn"]
    event = ConfirmationEvent.objects.filter(type="withdrawn").latest("id")
    assert (event.reason, event.note) == ("under_review", "số 12")
    assert event.actor == f"user:{get_user_model().objects.get().pk}"
    client.post(choose(client, records[:1]), {"order": "reinstate", "reason": "review_ended"})
    assert statuses() == ["valid", "withdrawn"]


def test_it_works_where_every_request_is_a_transaction(records: list[Confirmation], monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the LMS (``ATOMIC_REQUESTS``)."""
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    client = registrar()
    client.post(choose(client, records), {"order": "withdraw-for-good", "reason": "fraud"})
    assert statuses() == ["withdrawn", "withdrawn"]


def test_what_cannot_be_done_is_said_and_the_others_are_done(records: list[Confirmation]) -> None:
    client = registrar()
    client.post(choose(client, records[:1]), {"order": "withdraw", "reason": "fraud"})
    response = client.post(choose(client, records), {"order": "withdraw", "reason": "fraud"}, follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert told[-2:] == [f"{records[0].number}: it is withdrawn already", "1 record was changed."]
    assert statuses() == ["withdrawn", "withdrawn"]


@pytest.mark.parametrize("order, reason", [("", ""), ("withdraw", ""), ("burn", "fraud"), ("withdraw", "new_decision")])
def test_without_order_and_reason_nothing_happens(records: list[Confirmation], order: str, reason: str) -> None:
    client = registrar()
    assert client.post(choose(client, records), {"order": order, "reason": reason}).status_code == 200
    assert statuses() == ["valid", "valid"]


def test_support_and_strangers_cannot_change_records(records: list[Confirmation]) -> None:
    address = f"{reverse(ORDER)}?records={records[0].pk}"
    support = staff("view_confirmation")
    chosen = {"action": "change_records", "_selected_action": [str(records[0].pk)]}
    assert support.post(reverse(CHANGELIST), chosen).status_code in (200, 403)
    for client, status in ((support, 403), (Client(), 302)):
        assert client.get(address).status_code == status
        assert client.post(address, {"order": "withdraw", "reason": "fraud"}).status_code == status
    assert statuses() == ["valid", "valid"]


@pytest.mark.parametrize("chosen", ["", "x", "999999", "1;2"])
def test_a_form_about_no_record_says_so(records: list[Confirmation], chosen: str) -> None:
    assert "No record was chosen" in registrar().get(reverse(ORDER), {"records": chosen}).content.decode()


def command(*arguments: str) -> str:
    output = StringIO()
    call_command("digiskills_record", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_does_the_same(records: list[Confirmation]) -> None:
    number = records[0].number
    why = ("--reason", "fraud", "--actor", "registrar")
    assert "withdrawn, version 1, event 2" in command("withdraw", number, *why)
    with pytest.raises(CommandError, match="withdrawn already"):
        command("withdraw", number, *why)
    assert "reinstated, version 1, event 3" in command("reinstate", number, "--reason", "review_ended", "--actor", "registrar")
    assert "corrected, version 2, event 4" in command("correct", number, "--reason", "data_error", "--actor", "registrar")
    assert "renewed, version 3, event 5" in command("renew", number, "--reason", "period_extended", "--actor", "registrar")
    assert "withdrawn, version 3, event 6" in command("withdraw-for-good", number, *why)
    assert command("end-periods") == "expired 0, renewed 0\n"
