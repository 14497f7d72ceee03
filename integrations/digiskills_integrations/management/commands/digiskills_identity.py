"""Record verified identities of learners, change keys, and show who is waited for."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone

from digiskills_framework.api import FrameworkDataError, load_identity_scheme
from digiskills_integrations import conf
from digiskills_integrations.errors import DigiskillsError
from digiskills_integrations.identity import vault
from digiskills_integrations.identity.importing import Row, read_rows
from digiskills_integrations.outbox.models import Delivery, DeliveryState


class Command(BaseCommand):
    """Exit code 1 when something is wrong with the file or the keys. Numbers are read from a file, never from the command line."""

    help = "Verified identities: import FILE (CSV: learner, number[, birth_year, sex]), rotate (to the newest keys), waiting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        reading = actions.add_parser("import", help="record the numbers of a CSV file; nothing is written if a row is wrong")
        reading.add_argument("file", type=Path)
        reading.add_argument("--pack", default="vn", help="country pack whose identity scheme the numbers follow (default vn)")
        reading.add_argument("--source", required=True, help="how they were verified: a code such as desk-check")
        reading.add_argument("--dry-run", action="store_true", help="only judge the file")
        actions.add_parser("rotate", help="put every number under the newest keys; afterwards old keys may be dropped")
        actions.add_parser("waiting", help="how many deliveries of each registry wait for an identity")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            if action == "import":
                self._import(options["file"], options["pack"], options["source"], dry_run=options["dry_run"])
            elif action == "rotate":
                self.stdout.write(f"rotated {vault.rotate()}")
            else:
                self._waiting()
        except (DigiskillsError, FrameworkDataError) as error:
            raise CommandError(str(error)) from error

    def _import(self, file: Path, pack: str, source: str, *, dry_run: bool) -> None:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: cannot be read ({error}); save it as CSV in UTF-8") from error
        rows, problems = read_rows(lines, load_identity_scheme(pack, conf.data_directories()))
        if problems:
            raise CommandError("\n".join([f"{file}: nothing was written", *map(str, problems)]))
        for row in rows:
            for warning in row.warnings:
                self.stdout.write(f"line {row.line}: warning {warning}")
        if not dry_run:
            self._record(file, rows, pack, source)
        self.stdout.write(f"{'would record' if dry_run else 'recorded'} {len(rows)}")

    def _record(self, file: Path, rows: list[Row], pack: str, source: str) -> None:
        for done, row in enumerate(rows):
            try:
                vault.record_identity(row.learner, row.number, pack=pack, source=source, now=timezone.now())
            except DigiskillsError as error:
                raise CommandError(f"{file}, line {row.line}: {error}; the {done} rows before it are recorded, import again") from error

    def _waiting(self) -> None:
        waiting = Delivery.objects.filter(state=DeliveryState.NEEDS_IDENTITY).values("destination__code")
        counts = list(waiting.annotate(deliveries=Count("pk"), learners=Count("confirmation__learner_public_id", distinct=True)))
        for row in sorted(counts, key=lambda row: row["destination__code"]):
            self.stdout.write(f"{row['destination__code']}  deliveries {row['deliveries']}  learners {row['learners']}")
        if not counts:
            self.stdout.write("nobody is waited for")
