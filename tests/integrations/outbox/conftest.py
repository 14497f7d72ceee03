"""An issued confirmation and its delivery."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from pytest_django import Settings

from digiskills_integrations.confirmations.events import append_event
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation, ConfirmationEvent, EventType
from digiskills_integrations.outbox.models import Delivery
from tests.integrations.conftest import NOW
from tests.integrations.records import completed_learner, registry

Issue = Callable[..., list[Delivery]]


@pytest.fixture
def issue(platform: Settings) -> Issue:
    """Issue ``count`` confirmations for one registry at ``url``; returns its deliveries in order."""

    def make(url: str = "http://127.0.0.1:9/events", *, count: int = 1, **options: object) -> list[Delivery]:
        destination = registry(platform, url, **options)
        for _ in range(count):
            completed_learner()
        issue_pending(now=NOW, limit=count)
        return list(Delivery.objects.filter(destination=destination).order_by("id"))

    return make


def later_event(confirmation: Confirmation) -> ConfirmationEvent:
    """A second event of a confirmation, with its deliveries."""
    version = confirmation.versions.latest("version")
    with transaction.atomic():
        return append_event(confirmation, kind=EventType.ISSUED, version=version, now=NOW)
