"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand
from django.utils import timezone

from digiskills_grading import counting, recounting, worker_runs
from digiskills_grading.data import CounterReport


class Command(BaseCommand):
    help = (
        "The counters behind the reports. fold: add new facts to the counters of their days (the schedule does it every minute). "
        "verify: recount all tracks and households and compare; writes nothing; exit code 1 if anything differs. "
        "rebuild: correct what differs, booked on today's date. All three may run while learners work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("fold", "verify", "rebuild"))
        parser.add_argument("--limit", type=int, default=1_000_000, help="fold: most facts in one run (default 1000000)")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["action"] == "fold":
            folded = counting.fold(now=now, limit=options["limit"])
            worker_runs.note(worker_runs.FOLD_COUNTERS, now=timezone.now())
            sentence = f"{folded.deltas} facts folded, {folded.left} left, {folded.checkpoints} days closed"
            self.stdout.write(json.dumps(asdict(folded)) if options["json"] else sentence)
            return
        work = recounting.verify if options["action"] == "verify" else recounting.rebuild
        self._print(work(now=now, progress=self._progress(options)), as_json=options["json"])

    def _progress(self, options: dict[str, Any]) -> Callable[[int], None] | None:
        if options["json"] or options["verbosity"] < 1:
            return None
        return lambda done: self.stderr.write(f"{done} households …")

    def _print(self, report: CounterReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
        else:
            for difference in report.differences:
                place = difference.unit or "unit not known"
                self.stdout.write(f"{difference.what}, {place}: counted {difference.counted}, expected {difference.expected}")
            self.stdout.write(report.summary())
        if report.difference_count:
            raise SystemExit(1)
