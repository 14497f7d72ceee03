"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand
from django.utils import timezone

from digiskills_grading import doctor


class Command(BaseCommand):
    """Exit code 0: all is well; 1: somebody should look; 2: something does not work."""

    help = (
        "Say whether this installation is healthy and, where it is not, what to do. Reads only. Run it in the LMS and in Studio: each "
        "loads its plugins itself."
    )
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's contract; a broken site is what the doctor is for

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
        parser.add_argument("--quiet", action="store_true", help="only what is not ok")

    def handle(self, *args: Any, **options: Any) -> None:
        found = doctor.examine(now=timezone.now())
        verdict = doctor.verdict(found)
        shown = [finding for finding in found if finding.level != "ok" or not options["quiet"]]
        if options["json"]:
            self.stdout.write(json.dumps({"level": verdict, "findings": [asdict(finding) for finding in shown]}, ensure_ascii=False))
        else:
            for finding in shown:
                self.stdout.write(f"{finding.level:<4}  {finding.check}: {finding.what}")
                if finding.todo:
                    self.stdout.write(f"      → {finding.todo}")
            bad = [sum(finding.level == level for finding in found) for level in ("warn", "fail")]
            self.stdout.write(f"{len(found)} checks, {bad[0]} to look at, {bad[1]} failed")
        if verdict != "ok":
            raise SystemExit(doctor.EXIT_CODES[verdict])
