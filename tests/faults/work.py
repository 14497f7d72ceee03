"""What each worker process does until it is killed: issue, change records, deliver. Loaded once by the process from which they fork."""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import OperationalError, transaction
from django.db.models import Count
from django.utils import timezone

from digiskills_integrations.confirmations import lifecycle
from digiskills_integrations.confirmations.events import append_event
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.models import Confirmation, EventType
from digiskills_integrations.errors import TransitionRefusedError
from digiskills_integrations.outbox.models import RESOLVED_STATES, Delivery
from digiskills_integrations.outbox.policy import DeliveryPolicy
from digiskills_integrations.outbox.sweeping import sweep
from digiskills_integrations.outbox.worker import deliver_due, worker_name

# The life of a record, by the remainder of its id: what happens to it after it was issued.
LIVES = ((), ("correct", "withdraw"), ("correct", "correct", "withdraw"), ("withdraw",), ("correct",))
ACTOR = "faults"
ROLLBACK_SHARE = 0.15
# Everything as in production but faster, and a registry is asked again more often than it fails.
POLICY = DeliveryPolicy(
    lease=timedelta(seconds=3),
    retry_delays=(timedelta(milliseconds=50), timedelta(milliseconds=200), *[timedelta(milliseconds=500)] * 60),
    max_retry_after=timedelta(milliseconds=300),
    breaker_failures=6,
    breaker_pause=timedelta(milliseconds=100),
    breaker_max_pause=timedelta(milliseconds=400),
)


def work() -> None:
    """Works for ever; a process of this ends by SIGKILL only."""
    chance = random.Random(os.getpid())
    owner = worker_name()
    while True:
        issue_pending(now=timezone.now(), limit=3)
        for confirmation_id in unfinished(limit=20)[:2]:
            _change(confirmation_id, chance)
        deliver_due(now=timezone.now(), owner=owner, limit=16, policy=POLICY)
        sweep(now=timezone.now(), limit=10)
        time.sleep(0.01)


def unfinished(*, limit: int) -> list[int]:
    """Ids of records whose life has not come to its end, in random order."""
    rows = Confirmation.objects.annotate(happened=Count("events")).values_list("pk", "happened")
    found = [pk for pk, happened in rows.order_by("?") if happened < 1 + len(LIVES[pk % len(LIVES)])]
    return found[:limit]


def is_drained() -> bool:
    """Whether every record has come to its end and every delivery to its answer."""
    return not unfinished(limit=1) and not Delivery.objects.exclude(state__in=RESOLVED_STATES).exists()


def _change(confirmation_id: int, chance: random.Random) -> None:
    confirmation = Confirmation.objects.get(pk=confirmation_id)
    if chance.random() < ROLLBACK_SHARE:
        _roll_back(confirmation)
    life = LIVES[confirmation_id % len(LIVES)]
    step = confirmation.events.count() - 1
    if step >= len(life):
        return
    try:
        getattr(lifecycle, life[step])(confirmation.number, reason="data_error", actor=ACTOR, now=timezone.now())
    except TransitionRefusedError:
        return  # another worker was faster


def _roll_back(confirmation: Confirmation) -> None:
    """A whole change with its event and its deliveries, up to the moment before the commit."""
    version = confirmation.versions.latest("version")
    try:
        with transaction.atomic():
            append_event(confirmation, kind=EventType.CORRECTED, version=version, now=timezone.now())
            transaction.set_rollback(True)
    except OperationalError:
        return  # the loser of a deadlock has changed nothing either
