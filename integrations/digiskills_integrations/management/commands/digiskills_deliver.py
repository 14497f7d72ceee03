"""Send what is due to registries, once or again and again."""

from __future__ import annotations

import json
import signal
import threading
from argparse import ArgumentParser
from typing import Any

import attrs
from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from digiskills_grading.api import note_worker_run
from digiskills_integrations.operations import runs
from digiskills_integrations.outbox.worker import DeliveryReport, deliver_due, worker_name


class Command(BaseCommand):
    """With ``--once``: exit code 1 when a destination is not configured, so that a cron job reports it."""

    help = "Deliver due events to registries. Several of these may run at the same time, also for one destination."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one run, then end (default: until interrupted)")
        parser.add_argument("--destination", help="serve only the destination with this code")
        parser.add_argument("--limit", type=int, default=500, help="at most so many deliveries a run and destination (default 500)")
        parser.add_argument("--interval", type=float, default=5.0, help="seconds between two runs (default 5)")
        parser.add_argument("--json", action="store_true", help="print each run's report as one JSON line")

    def handle(self, *args: Any, once: bool, interval: float, **options: Any) -> None:
        owner = worker_name()
        if once:
            report = self._run(owner, options)
            if report.misconfigured:
                raise CommandError("; ".join(f"{code}: {reason}" for code, reason in report.misconfigured.items()))
            return
        stopping = threading.Event()
        # An interrupt ends the loop between two runs; what is on its way is finished and written down.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.set())
        while not stopping.is_set():
            close_old_connections()  # the database closes idle connections; nothing else does this outside of requests
            self._run(owner, options)
            stopping.wait(interval)

    def _run(self, owner: str, options: dict[str, Any]) -> DeliveryReport:
        report = deliver_due(now=timezone.now(), owner=owner, limit=options["limit"], destination=options["destination"])
        note_worker_run(runs.DELIVER, now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(attrs.asdict(report)))
        elif report.attempts or report.misconfigured:
            self.stdout.write(
                f"acknowledged {report.acknowledged}, rejected {report.rejected}, awaiting {report.awaiting}, "
                f"postponed {report.postponed}, dead {report.dead}, stale {report.stale}, misconfigured {len(report.misconfigured)}"
            )
        return report
