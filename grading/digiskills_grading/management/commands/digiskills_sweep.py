"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand
from django.utils import timezone

from digiskills_grading import worker_runs
from digiskills_grading.grades import configured_sink
from digiskills_grading.reviewing import review_due
from digiskills_grading.sweeping import sweep


class Command(BaseCommand):
    help = (
        "Publish grades that were committed but never published, do the resets and rescores that staff asked for, ask again for course "
        "certificates that waited for a decision, delete traces whose retention is over, and assess again whose mastery is over. Run it "
        "every minute; running it twice at a time or after a crash does no harm."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, help="most rows of each kind in one run (default 1000)")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        report = sweep(configured_sink(), now=timezone.now(), limit=options["limit"])
        worker_runs.note(worker_runs.SWEEP, now=timezone.now())
        reviewed = review_due(now=timezone.now(), limit=options["limit"])
        worker_runs.note(worker_runs.REVIEW_DUE, now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(report), "reviewed": reviewed}))
        else:
            self.stdout.write(
                f"{report.grades} grades published, {report.requests} requests done, {report.purged} traces purged, "
                f"{report.certificates} certificates asked for again, {reviewed} learners reviewed"
            )
