"""Put DIGISKILLS_DESTINATIONS into force, show destinations, and deal with what is stuck."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

import attrs
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_grading.api import note_worker_run
from digiskills_integrations import conf
from digiskills_integrations.confirmations.numbers import parse_number
from digiskills_integrations.errors import DigiskillsError
from digiskills_integrations.operations import runs
from digiskills_integrations.outbox.models import DeliveryState
from digiskills_integrations.outbox.operations import cancel, give_up, redrive, sync_destinations
from digiskills_integrations.outbox.selectors import Backlog, backlogs
from digiskills_integrations.outbox.sweeping import sweep

SWEEP_LIMIT = 10_000


class Command(BaseCommand):
    """Exit code 1 when the setting is wrong, or the destination or number does not exist; nothing is written then."""

    help = "Manage external registries: sync (from the setting DIGISKILLS_DESTINATIONS), list, redrive, cancel, give-up, sweep."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("sync", help="make the destinations equal to the setting")
        listing = actions.add_parser("list", help="show destinations and the state of their deliveries")
        listing.add_argument("--json", action="store_true", help="one JSON array")
        again = actions.add_parser("redrive", help="put the dead letters of a destination back on the schedule")
        again.add_argument("code")
        for name, text in (("cancel", "cancel what was not sent yet"), ("give-up", "give up a dead letter, so that later events go on")):
            closing = actions.add_parser(name, help=f"{text}, of one confirmation")
            closing.add_argument("code")
            closing.add_argument("number", help="of the confirmation, as printed")
        actions.add_parser("sweep", help="release the claims of dead workers and what waits for nothing any more")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        now = timezone.now()
        try:
            if action == "sync":
                self._sync()
            elif action == "list":
                self._list(backlogs(now=now), as_json=options["json"])
            else:
                self.stdout.write(_act(action, options, now))
        except DigiskillsError as error:
            raise CommandError(str(error)) from error

    def _sync(self) -> None:
        report = sync_destinations(conf.destination_specs())
        for verb, codes in (("created", report.created), ("updated", report.updated), ("disabled", report.disabled)):
            self.stdout.write(f"{verb}: {', '.join(codes) or '-'}")

    def _list(self, rows: list[Backlog], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([attrs.asdict(row) | _all_states(row) for row in rows], default=str))
            return
        for row in rows:
            counts = ", ".join(f"{state} {count}" for state, count in _all_states(row).items() if count)
            switch = "on" if row.enabled else "off"
            pause = f"  paused until {row.paused_until.isoformat(timespec='seconds')}" if row.paused_until else ""
            self.stdout.write(f"{row.code}  {row.kind}  {row.environment}  {switch}  {counts or 'no deliveries'}{pause}")


def _act(action: str, options: dict[str, Any], now: datetime) -> str:
    if action == "sweep":
        report = sweep(now=now, limit=SWEEP_LIMIT)
        note_worker_run(runs.SWEEP, now=now)
        return f"released {report.released}, unblocked {report.unblocked}"
    if action == "redrive":
        return f"redriven {redrive(options['code'], now=now)}"
    number = parse_number(options["number"])
    if number is None:
        raise CommandError(f"{options['number']!r} is not the number of a confirmation; look for a typing error")
    if action == "cancel":
        return f"cancelled {cancel(options['code'], number, now=now)}"
    return f"given up {give_up(options['code'], number, now=now)}"


def _all_states(row: Backlog) -> dict[str, int]:
    return {state: row.states.get(state, 0) for state in DeliveryState.values}
