"""What an operator does: registries from settings, dead letters, commands."""

from __future__ import annotations

import io
import json
import os
import signal
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.errors import ConfigurationError, DestinationNotFoundError
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination
from digiskills_integrations.outbox.operations import SyncReport, redrive, sync_destinations
from digiskills_integrations.outbox.worker import worker_name
from tests.integrations.conftest import NOW, SECRET, answer, serving
from tests.integrations.outbox.conftest import Issue, later_event
from tests.integrations.records import completed_learner

SPEC: dict[str, Any] = {"code": "vneid", "kind": "webhook", "environment": "live", "endpoint": "https://registry.example/events"}


@pytest.fixture
def secrets(platform: Settings) -> Settings:
    platform.DIGISKILLS_DESTINATION_SECRETS = {"vneid": SECRET, "shared": SECRET}
    return platform


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_destinations_follow_the_setting(secrets: Settings) -> None:
    second = {**SPEC, "code": "edu", "secret_ref": "shared", "allowed_networks": ["10.1.0.0/16", "fc00::/7"], "share_name": True}
    assert sync_destinations([SPEC, second]) == SyncReport(created=("vneid", "edu"), updated=(), disabled=())
    assert sync_destinations([{**SPEC, "endpoint": "https://new.example/"}]) == SyncReport(
        created=(), updated=("vneid",), disabled=("edu",)
    )
    rows = Destination.objects.order_by("code").values_list("code", "enabled", "endpoint", "allowed_networks", "share_name")
    assert list(rows) == [
        ("edu", False, SPEC["endpoint"], "10.1.0.0/16,fc00::/7", True),
        ("vneid", True, "https://new.example/", "", False),
    ]


@pytest.mark.parametrize(
    "change, message",
    [
        ({"code": "VNeID"}, r"\[1\]\.code: 'VNeID'"),
        ({"code": "vneid"}, r"names 'vneid' twice"),
        ({"code": "nosecret"}, r"no secret named 'nosecret'"),
        ({"kind": "fax"}, r"'fax' is not installed"),
        ({"environment": "prod"}, r"\[1\]\.environment: 'prod'"),
        ({"endpoint": "registry.example"}, r"\[1\]\.endpoint"),
        ({"endpoint": "https://user:pass@registry.example/"}, r"\[1\]\.endpoint: not an absolute"),
        ({"allowed_networks": ["10.0.0.1/8"]}, r"'10\.0\.0\.1/8' is not a network"),
        ({"enabled": "yes"}, r"\[1\]\.enabled: 'yes'"),
        ({"tokn": "x"}, r"\[1\]: tokn is not a field"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_named_and_nothing_is_written(secrets: Settings, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        sync_destinations([SPEC, {**SPEC, "code": "edu", "secret_ref": change.get("code", "shared"), **change}])
    assert not Destination.objects.exists()
    assert SECRET not in str(caught.value)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("specs", [["text"], [{}], [{"code": "x"}]], ids=str)
def test_an_entry_of_another_form_is_named(secrets: Settings, specs: list[Any]) -> None:
    with pytest.raises(ConfigurationError, match=r"DIGISKILLS_DESTINATIONS\[0\]"):
        sync_destinations(specs)


def test_dead_letters_can_be_put_back(issue: Issue) -> None:
    [first] = issue()
    later_event(first.confirmation)
    Delivery.objects.filter(pk=first.pk).update(state=DeliveryState.DEAD, attempts=10)
    assert redrive("sandbox", now=NOW + timedelta(days=9)) == 1
    states = Delivery.objects.order_by("seq").values_list("state", "attempts", "due_at")
    assert list(states) == [("ready", 0, NOW + timedelta(days=9)), ("blocked", 0, NOW)]
    with pytest.raises(DestinationNotFoundError, match="'other'"):
        redrive("other", now=NOW)


def test_the_commands_carry_a_record_the_whole_way(platform: Settings) -> None:
    with serving(answer(200, b'{"status":"accepted","receipt":"R"}')) as script:
        platform.DIGISKILLS_DESTINATION_SECRETS = {"vneid": SECRET}
        networks = ["127.0.0.0/8"]
        platform.DIGISKILLS_DESTINATIONS = [
            {**SPEC, "environment": "sandbox", "endpoint": f"{script.url}/events", "allowed_networks": networks}
        ]
        assert run("digiskills_destinations", "sync") == "created: vneid\nupdated: -\ndisabled: -\n"
        completed_learner()
        assert run("digiskills_issue") == "issued 1\n"
        assert run("digiskills_issue") == "issued 0\n"
        assert run("digiskills_destinations", "list") == "vneid  webhook  sandbox  on  ready 1\n"
        report = json.loads(run("digiskills_deliver", "--once", "--json"))
        assert report["acknowledged"] == 1
        assert run("digiskills_deliver", "--once") == ""
    [row] = json.loads(run("digiskills_destinations", "list", "--json"))
    assert (row["code"], row["acknowledged"], row["dead"]) == ("vneid", 1, 0)
    assert run("digiskills_destinations", "redrive", "vneid") == "redriven 0\n"


def test_commands_fail_with_a_reason(platform: Settings) -> None:
    platform.DIGISKILLS_DESTINATIONS = [{}]
    with pytest.raises(CommandError, match=r"DIGISKILLS_DESTINATIONS\[0\]"):
        run("digiskills_destinations", "sync")
    with pytest.raises(CommandError, match="no destination 'x'"):
        run("digiskills_destinations", "redrive", "x")
    platform.DIGISKILLS_KEY_DIR = None
    completed_learner()
    with pytest.raises(CommandError, match="DIGISKILLS_KEY_DIR"):
        run("digiskills_issue")
    assert not Confirmation.objects.exists()


def test_a_destination_without_a_secret_fails_a_single_run(issue: Issue, platform: Settings) -> None:
    issue()
    platform.DIGISKILLS_DESTINATION_SECRETS = {}
    with pytest.raises(CommandError, match="no secret named 'sandbox'"):
        run("digiskills_deliver", "--once")


def test_the_worker_runs_until_it_is_told_to_stop(issue: Issue) -> None:
    """The registry's answer comes with a signal to the worker: it writes the result down and ends."""

    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        answer(200, b'{"status":"accepted","receipt":"R"}')(handler, arrival)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with serving(respond) as script:
            issue(script.url)
            assert run("digiskills_deliver", "--interval", "60").startswith("acknowledged 1,")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert Delivery.objects.get().state == DeliveryState.ACKNOWLEDGED


def test_worker_names_are_unique_and_fit() -> None:
    names = {worker_name() for _ in range(50)}
    assert len(names) == 50
    assert all(len(name) <= 64 and name.isascii() for name in names)
