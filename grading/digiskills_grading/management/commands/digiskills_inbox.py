"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_grading import inbox, worker_runs
from digiskills_grading.errors import ConfigurationError


class Command(BaseCommand):
    help = (
        "Turn the scores of mapped blocks that the platform told us of into evidence. Run it every minute where Celery's beat does not; "
        "running it twice at a time or after a crash does no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, help="most rows in one run (default 1000)")
        parser.add_argument("--retry", action="store_true", help="first make due again what failed, also what was given up")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["retry"]:
            inbox.retry(now=now)
        try:
            report = inbox.process(now=now, limit=options["limit"])
        except ConfigurationError as error:
            raise CommandError(str(error)) from error
        worker_runs.note(worker_runs.PROCESS_INBOX, now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(
                f"{report.processed} scores done ({report.dropped} say nothing), {report.evidence} rows of evidence, {report.failed} failed"
            )
