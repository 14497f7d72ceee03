"""Kill switches on the registries' side: what is stopped waits, and goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from digiskills_grading import switches
from digiskills_grading.errors import SwitchRefused
from digiskills_grading.models import IssueTodo
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import end_periods
from digiskills_integrations.confirmations.models import Confirmation
from digiskills_integrations.outbox.models import Delivery
from digiskills_integrations.outbox.selectors import due_destinations
from digiskills_integrations.outbox.worker import deliver_due
from tests.integrations.conftest import NOW, answer, serving
from tests.integrations.records import completed_learner, registry


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    switches.forget()
    yield
    switches.forget()


def turn(name: str, *, on: bool) -> None:
    switches.turn(name, on=on, reason="a test", actor_id=None, now=NOW)


def test_issuing_waits_and_goes_on(platform: Settings) -> None:
    completed_learner()
    turn("issuing", on=False)
    assert issue_pending(now=NOW, limit=10) == 0
    assert IssueTodo.objects.count() == 1
    turn("issuing", on=True)
    assert issue_pending(now=NOW, limit=10) == 1


def test_nothing_is_signed_at_the_end_of_a_period_either(platform: Settings) -> None:
    completed_learner()
    issue_pending(now=NOW, limit=1)
    Confirmation.objects.update(valid_until=NOW + timedelta(days=1))
    turn("issuing", on=False)
    assert end_periods(now=NOW + timedelta(days=2), limit=10).renewed == 0
    turn("issuing", on=True)
    assert end_periods(now=NOW + timedelta(days=2), limit=10).renewed == 1


def test_deliveries_to_one_registry_wait_and_those_to_another_go(platform: Settings) -> None:
    with serving(answer(200, b'{"status":"accepted","receipt":"R"}')) as script:
        for code in ("first", "second"):
            registry(platform, script.url, code=code)
        completed_learner()
        issue_pending(now=NOW, limit=1)
        turn("destination:first", on=False)
        assert due_destinations(now=NOW) == ["second"]
        deliver_due(now=NOW, owner="tests", limit=10)
        assert dict(Delivery.objects.values_list("destination__code", "state")) == {"first": "ready", "second": "acknowledged"}
        assert Delivery.objects.get(destination__code="first").attempts == 0
        turn("destination:first", on=True)
        deliver_due(now=NOW, owner="tests", limit=10)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"acknowledged"}


def test_a_registry_that_is_not_there_has_no_switch(platform: Settings) -> None:
    registry(platform, "http://127.0.0.1:9/events", code="first")
    with pytest.raises(SwitchRefused, match="destination:first"):
        turn("destination:fisrt", on=False)
