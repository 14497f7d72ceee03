"""A process of its own that issues, enqueues or delivers, for tests of what happens when two do it at once.

    python -m tests.services.integrations_child ACTION JSON

Talks in lines: it prints ``ready``, waits for a line, acts, and prints its answer as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import django


def say(value: object) -> None:
    sys.stdout.write(f"{value}\n")
    sys.stdout.flush()


def issue(order: dict[str, Any]) -> dict[str, Any]:
    """An issuing worker."""
    from digiskills_integrations.confirmations.issuing import issue_pending

    return {"issued": issue_pending(now=datetime.fromisoformat(order["now"]), limit=100)}


def deliver(order: dict[str, Any]) -> dict[str, Any]:
    """A delivery worker."""
    from digiskills_integrations.outbox.worker import deliver_due

    return attrs.asdict(deliver_due(now=datetime.fromisoformat(order["now"]), owner=order["owner"], limit=1000))


def add_event(order: dict[str, Any]) -> dict[str, Any]:
    """A later event of a confirmation."""
    from digiskills_integrations.confirmations.models import Confirmation
    from tests.integrations.outbox.conftest import later_event

    event = later_event(Confirmation.objects.get(pk=order["confirmation"]))
    return {"states": list(event.deliveries.values_list("state", flat=True))}


ACTIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {action.__name__: action for action in (issue, deliver, add_event)}


def main(action: str, order: str, settings: str) -> None:
    django.setup()
    from django.conf import settings as django_settings
    from django.db import connection

    for name, value in json.loads(settings).items():
        setattr(django_settings, name, value)
    connection.ensure_connection()
    say("ready")
    sys.stdin.readline()
    say(json.dumps(ACTIONS[action](json.loads(order))))


if __name__ == "__main__":
    main(*sys.argv[1:])
