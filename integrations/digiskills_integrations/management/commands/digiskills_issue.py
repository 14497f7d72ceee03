"""Issue the confirmations that decisions ask for."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_grading.api import note_worker_run
from digiskills_integrations.confirmations.issuing import issue_pending
from digiskills_integrations.errors import DigiskillsError
from digiskills_integrations.operations import runs


class Command(BaseCommand):
    """Exit code 1 when the configuration does not allow issuing."""

    help = "Issue pending confirmations, queue their deliveries, and print how many were made. Safe to run at any time and twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=1000, help="at most so many requests (default 1000)")

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        try:
            issued = issue_pending(now=timezone.now(), limit=limit)
        except DigiskillsError as error:
            raise CommandError(str(error)) from error
        note_worker_run(runs.ISSUE, now=timezone.now())
        self.stdout.write(f"issued {issued}")
