"""See `help`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from digiskills_grading import worker_runs
from digiskills_grading.course_figures import refresh_course_figures


class Command(BaseCommand):
    help = (
        "Take the figures that course teams see, of courses that are due: at most every quarter of an hour, less often for courses with "
        "many runs and where nothing changes. The schedule does it every five minutes; running it twice at a time shares the work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=50, help="most courses in one run (default 50)")

    def handle(self, *args: Any, **options: Any) -> None:
        taken = refresh_course_figures(now=timezone.now(), limit=options["limit"])
        worker_runs.note(worker_runs.REFRESH_COURSES, now=timezone.now())
        self.stdout.write(f"figures of {taken} courses taken")
