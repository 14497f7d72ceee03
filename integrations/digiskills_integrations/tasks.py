"""Celery's ways in: issuing, delivering, sweeping. Their names never change.

Celery is not imported by anything else, so that a site without it loses nothing. Tasks carry codes and ids, never content: the schedule
and the state are in the database, a lost or doubled message does no harm. Handles (keys, connections) are made in the process that works,
on first use, since workers fork.
"""

from __future__ import annotations

from typing import Any

import attrs
from celery import shared_task
from django.utils import timezone

from digiskills_grading.api import note_worker_run
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import end_periods
from digiskills_integrations.operations import runs
from digiskills_integrations.outbox.selectors import due_destinations
from digiskills_integrations.outbox.sweeping import sweep as sweep_outbox
from digiskills_integrations.outbox.worker import deliver_due, worker_name

LIMIT = 500


@shared_task(name="digiskills_integrations.tasks.issue", ignore_result=True)
def issue(limit: int = LIMIT) -> int:
    """Issue what is due; returns how many confirmations were made."""
    issued = issue_pending(now=timezone.now(), limit=limit)
    note_worker_run(runs.ISSUE, now=timezone.now())
    return issued


@shared_task(name="digiskills_integrations.tasks.deliver", ignore_result=True)
def deliver(destination: str | None = None, limit: int = LIMIT) -> dict[str, Any]:
    """Deliver to one destination; without a code, ask for one task for each destination that has something due.

    One task serves one registry, so that a slow one holds up no other.
    """
    if destination is None:
        codes = due_destinations(now=timezone.now())
        for code in codes:
            deliver.delay(code, limit)
        note_worker_run(runs.DELIVER, now=timezone.now())
        return {"asked": codes}
    report = deliver_due(now=timezone.now(), owner=worker_name(), limit=limit, destination=destination)
    return attrs.asdict(report)


@shared_task(name="digiskills_integrations.tasks.sweep", ignore_result=True)
def sweep(limit: int = LIMIT) -> dict[str, int]:
    """Put right what time has brought about, in the outbox (see `outbox.sweeping.sweep`) and in records whose period is over."""
    now = timezone.now()
    done = attrs.asdict(sweep_outbox(now=now, limit=limit)) | attrs.asdict(end_periods(now=now, limit=limit))
    note_worker_run(runs.SWEEP, now=timezone.now())
    return done
