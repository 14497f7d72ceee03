"""See `help`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_grading.backfilling import backfill
from digiskills_grading.csv_export import csv_lines
from digiskills_grading.errors import ConfigurationError
from digiskills_grading.mapping import current
from digiskills_grading.mapping_preview import mapped_in
from digiskills_grading.mapping_rows import TableChange, import_table, table_lines
from digiskills_grading.models import BlockMapping
from digiskills_grading.score_sources import configured_source


class Command(BaseCommand):
    help = (
        "The table that says which blocks of courses assess which skills: write it as CSV, replace it by a CSV, show what the blocks of a "
        "course are mapped to, or look at the scores that the platform holds already."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write the table as CSV")
        export.add_argument("file", nargs="?", help="where to; without it, to standard output")
        replace = actions.add_parser("import", help="make the table what a CSV file says: all or nothing")
        replace.add_argument("file")
        replace.add_argument("--dry-run", action="store_true", help="only say what would be done")
        check = actions.add_parser("check", help="show every scored block of a course and what it is mapped to")
        check.add_argument("--course", required=True, metavar="KEY")
        late = actions.add_parser("backfill", help="look at the scores that the platform holds of a course, after its mapping was changed")
        late.add_argument("--course", required=True, metavar="KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            {"export": self._export, "import": self._import, "check": self._check, "backfill": self._backfill}[options["action"]](options)
        except (ConfigurationError, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error

    def _export(self, options: dict[str, Any]) -> None:
        lines = csv_lines(table_lines(BlockMapping.objects.order_by("pk")))
        if options["file"] is None:
            self.stdout.write("".join(lines), ending="")
        else:
            Path(options["file"]).write_text("".join(lines), encoding="utf-8", newline="")

    def _import(self, options: dict[str, Any]) -> None:
        with Path(options["file"]).open(encoding="utf-8", newline="") as stream:
            change = import_table(stream, dry_run=options["dry_run"])
        self._refuse(change, options["file"])
        verb = "would be" if options["dry_run"] else "were"
        self.stdout.write(f"{change.added} rows {verb} added, {change.removed} removed, {change.unchanged} unchanged")

    def _refuse(self, change: TableChange, file: str) -> None:
        """Ends the command if the file cannot be taken."""
        for problem in change.problems:
            self.stderr.write(f"{file}, line {problem.line}, {problem.column}: {problem.problem}")
        if change.problems:
            raise CommandError(f"nothing was changed: {len(change.problems)} problems in {file}")

    def _check(self, options: dict[str, Any]) -> None:
        now, source = timezone.now(), configured_source()
        mapped = 0
        for found in mapped_in(options["course"], current(source, now=now), source, now=now):
            mapped += bool(found.targets)
            self.stdout.write(f"{found.block.usage_key}\t{found.cells or '-'}")
        self.stdout.write(f"{mapped} blocks of {options['course']} are mapped")

    def _backfill(self, options: dict[str, Any]) -> None:
        noted = backfill(options["course"], now=timezone.now(), progress=lambda done: self.stderr.write(f"{done} scores …"))
        self.stdout.write(f"{noted} scores noted; the inbox looks at them next")
