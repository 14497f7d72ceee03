"""`demo/manage.py journey`: one record the whole way, from nothing, with a sentence for every step."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo import installation, journey, registry
from demo.browser import StepFailed
from demo.generated import figures
from demo.issued import REFUSALS
from demo.walking import Clock
from digiskills_framework.errors import FrameworkDataError
from digiskills_grading.errors import DigiskillsError as GradingError
from digiskills_integrations.errors import DigiskillsError as IntegrationsError


class Command(BaseCommand):
    help = (
        "Take one learner from the first practice task to a signed confirmation, its receipts, its withdrawal and its reinstatement, "
        "on an empty database. "
        "The last line is 'journey ok: …' and the exit code 0; otherwise 'journey failed: …' and 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=0, help="port of the sandbox registry (default: a free one)")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        with installation.only_process():
            self._say(" 0. An empty database, 34 provinces, 3 learners, a registry that fails on the first two deliveries")
            installation.remove_old()
            installation.prepare()
            self._say(f"    course built: {figures()}, lint ok")
            clock = Clock()
            with registry.running_registry(port, fail_first=REFUSALS, clock=clock.now) as server:
                try:
                    counts = journey.run(server, clock, self._say)
                except (StepFailed, FrameworkDataError, GradingError, IntegrationsError) as error:
                    self._say(f"journey failed: {error}")
                    sys.exit(1)
            self._say(f"journey ok: {counts}")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
