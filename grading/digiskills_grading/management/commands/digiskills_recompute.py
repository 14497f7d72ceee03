"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError

from digiskills_grading.data import LearnerRef, RecomputeReport
from digiskills_grading.errors import DigiskillsError
from digiskills_grading.recomputing import recompute


class Command(BaseCommand):
    help = (
        "Derive every mastery and decision from the evidence again and compare. Without --check, what differs is corrected: masteries "
        "are rewritten, and a new decision follows where the last one no longer holds. Exit code 1 if anything differed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare, write nothing")
        parser.add_argument("--learner", metavar="ID", help="public id of one learner; without it, all learners")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        ref = LearnerRef(public_id=options["learner"]) if options["learner"] else None
        try:
            report = recompute(learner=ref, check=options["check"], progress=self._progress(options))
        except DigiskillsError as error:
            raise CommandError(str(error)) from error
        self._print(report, as_json=options["json"])
        if report.difference_count:
            raise SystemExit(1)

    def _progress(self, options: dict[str, Any]) -> Any:
        if options["json"] or options["verbosity"] < 1:
            return None
        return lambda done: self.stderr.write(f"{done} learners …")

    def _print(self, report: RecomputeReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
            return
        for difference in report.differences:
            self.stdout.write(
                f"learner {difference.learner_public_id}: {difference.what}: stored {difference.stored}, expected {difference.expected}"
            )
        self.stdout.write(report.summary())
