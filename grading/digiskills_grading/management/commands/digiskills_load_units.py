"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError

from digiskills_framework.api import FrameworkDataError
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.units import load_units


class Command(BaseCommand):
    help = (
        "Load the admin units of a country pack: new ones are added, changed names and parents corrected, nothing is deleted. "
        "All or nothing; running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pack", required=True, help="code of the country pack, e.g. vn")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_units(options["pack"])
        except (FrameworkDataError, ConfigurationError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(f"{report.added} units added, {report.changed} changed, {report.unchanged} unchanged")
