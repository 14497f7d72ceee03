"""The demo's background work, in one thread: what a platform's Celery beat would start again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.utils import timezone

from digiskills_grading import api as grading
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.confirmations.lifecycle import end_periods
from digiskills_integrations.outbox.worker import deliver_due

log = logging.getLogger(__name__)
PAUSE = 1.0  # seconds between two rounds
LIMIT = 100
OWNER = "demo"


def one_round() -> None:
    """Scores of questions, resets and rescores that were asked for, grades that were not published, confirmations, deliveries."""
    now = timezone.now()
    jobs: tuple[Callable[[], object], ...] = (
        lambda: grading.process_inbox(now=now, limit=LIMIT),
        lambda: grading.process_requests(now=now, limit=LIMIT),
        lambda: grading.sweep_grades(grading.configured_sink(), now=now, limit=LIMIT),
        lambda: issue_pending(now=now, limit=LIMIT),
        lambda: end_periods(now=now, limit=LIMIT),
        lambda: deliver_due(now=now, owner=OWNER, limit=LIMIT),
    )
    for job in jobs:
        try:
            job()
        except DatabaseError:
            # The database is busy with a request; the next round does it.
            log.exception("a round of the worker was broken off")


@contextmanager
def running_worker() -> Iterator[None]:
    """Works in a thread until the end of the block; a round that has begun is finished."""
    stopping = Event()

    def work() -> None:
        while not stopping.wait(PAUSE):
            one_round()
        connection.close()

    thread = Thread(target=work, name="worker")
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
