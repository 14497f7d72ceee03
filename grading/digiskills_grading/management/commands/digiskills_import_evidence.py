"""See `help`."""

from __future__ import annotations

import csv
import json
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_framework.api import Assurance
from digiskills_grading import imports
from digiskills_grading.csv_export import BYTE_ORDER_MARK, safe_cell
from digiskills_grading.data import ImportOptions, ImportReport, RowError
from digiskills_grading.errors import CallerError, ConfigurationError, RecordingStopped

BROKEN_OFF = 130  # as of a process that Ctrl-C has ended
REPORT_COLUMNS = ("row", "field", "value", "problem", "remedy")


class Command(BaseCommand):
    help = (
        "Import results from elsewhere: a CSV file in UTF-8 or an XLSX file, one result a row. Importing rows again changes nothing; a row "
        "of the same reference that says something else corrects. Row by row, what is right goes in; broken off, run it again. Exit code "
        "0: every row is in; 1: rows were rejected; 2: the file was refused and nothing was written; 130: broken off by Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX")
        parser.add_argument("--source", required=True, help="code of the system that sent the results; its references are its own")
        parser.add_argument("--scale", choices=["milli", "percent", "ten"], help="of the values; without it, of the column 'scale'")
        parser.add_argument("--dates", choices=["iso", "day_first"], default="iso", help="iso: 2026-11-22; day_first: also 22/11/2026")
        parser.add_argument("--timezone", help="of times without an offset, e.g. Asia/Ho_Chi_Minh; default: the site's")
        parser.add_argument("--organisation", metavar="CODE", help="whose own numbers the column 'external_id' holds")
        parser.add_argument("--framework", help="whose skills are meant, e.g. digiskills-vn/1.0; default: those of every framework")
        parser.add_argument("--regulation", help="put the learners on the way under this regulation, e.g. vn-default/2")
        parser.add_argument("--audience", help="as this audience; needed with --regulation")
        parser.add_argument("--school-level", help="for students, e.g. TC1")
        parser.add_argument("--practical", action="store_true", help="rows without the column 'practical' are practice, not knowledge")
        parser.add_argument(
            "--highest-assurance",
            choices=[item.value for item in Assurance],
            default=Assurance.IMPORTED.value,
            help="what rows may claim at most (default: %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="tell what would become of every row; write nothing")
        parser.add_argument("--all-or-nothing", action="store_true", help="one rejected row keeps all others out")
        parser.add_argument("--report", type=Path, metavar="CSV", help="write all errors to this file")
        parser.add_argument("--actor", type=int, metavar="ID", help="platform account of whoever answers for the import")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._run(options)
        except KeyboardInterrupt as stopped:
            self.stderr.write("Broken off. What was written stands; run the same command again to write the rest.")
            raise SystemExit(BROKEN_OFF) from stopped
        except (CallerError, ConfigurationError, RecordingStopped, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        self._print(report, as_json=options["json"])
        if report.rejected:
            raise SystemExit(1)

    def _run(self, options: dict[str, Any]) -> ImportReport:
        file: Path = options["file"]
        quiet = options["json"] or options["verbosity"] < 1
        with file.open("rb") as stream, _error_file(options["report"]) as on_error:
            return imports.run(
                stream,
                filename=file.name,
                options=_import_options(options),
                now=timezone.now(),
                actor_id=options["actor"],
                progress=None if quiet else lambda done: self.stderr.write(f"{done} rows …"),
                on_error=on_error,
            )

    def _print(self, report: ImportReport, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(report), ensure_ascii=False))
            return
        for error in report.errors:
            self.stdout.write(str(error))
        if report.error_count > len(report.errors):
            self.stdout.write(f"… and {report.error_count - len(report.errors)} more errors; --report writes all of them to a file")
        self.stdout.write(f"{report.summary()}; {'written' if report.written else 'nothing written'}")


def _import_options(options: dict[str, Any]) -> ImportOptions:
    names = ("source", "scale", "dates", "timezone", "organisation", "framework", "regulation", "audience", "school_level", "practical")
    return ImportOptions(
        **{name: options[name] for name in (*names, "dry_run", "all_or_nothing")},
        highest_assurance=Assurance(options["highest_assurance"]),
    )


@contextmanager
def _error_file(path: Path | None) -> Iterator[Callable[[RowError], None] | None]:
    """Where errors go, one row each, for a spreadsheet. The file appears whole at the end, or not at all."""
    if path is None:
        yield None
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, suffix=".part", delete=False) as file:
        fresh = Path(file.name)
        try:
            yield _writer(file)
        except BaseException:
            fresh.unlink()
            raise
    fresh.replace(path)


def _writer(file: IO[str]) -> Callable[[RowError], None]:
    file.write(BYTE_ORDER_MARK)
    table = csv.writer(file)
    table.writerow(REPORT_COLUMNS)
    return lambda error: table.writerow([safe_cell(cell) for cell in (error.row, error.field, error.value, error.problem, error.remedy)])
