"""Put DIGISKILLS_DESTINATIONS into force, show destinations, and redrive dead letters."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Q
from django.utils import timezone

from digiskills_integrations import conf
from digiskills_integrations.errors import DigiskillsError
from digiskills_integrations.outbox.models import Delivery, DeliveryState, Destination
from digiskills_integrations.outbox.operations import redrive, sync_destinations


class Command(BaseCommand):
    """Exit code 1 when the setting is wrong or the destination does not exist; nothing is written then."""

    help = "Manage external registries: sync (from the setting DIGISKILLS_DESTINATIONS), list, redrive CODE (dead letters)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("sync", help="make the destinations equal to the setting")
        listing = actions.add_parser("list", help="show destinations and the state of their deliveries")
        listing.add_argument("--json", action="store_true", help="one JSON array")
        again = actions.add_parser("redrive", help="put the dead letters of a destination back on the schedule")
        again.add_argument("code")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            if action == "sync":
                self._sync()
            elif action == "redrive":
                self.stdout.write(f"redriven {redrive(options['code'], now=timezone.now())}")
            else:
                self._list(as_json=options["json"])
        except DigiskillsError as error:
            raise CommandError(str(error)) from error

    def _sync(self) -> None:
        report = sync_destinations(conf.destination_specs())
        for verb, codes in (("created", report.created), ("updated", report.updated), ("disabled", report.disabled)):
            self.stdout.write(f"{verb}: {', '.join(codes) or '-'}")

    def _list(self, *, as_json: bool) -> None:
        rows = [
            {**row, **_states(row["id"])}
            for row in Destination.objects.order_by("code").values("id", "code", "kind", "environment", "enabled")
        ]
        if as_json:
            self.stdout.write(json.dumps([{name: value for name, value in row.items() if name != "id"} for row in rows]))
            return
        for row in rows:
            counts = ", ".join(f"{state} {row[state]}" for state in DeliveryState.values if row[state])
            enabled = "on" if row["enabled"] else "off"
            self.stdout.write(f"{row['code']}  {row['kind']}  {row['environment']}  {enabled}  {counts or 'no deliveries'}")


def _states(destination_id: int) -> dict[str, int]:
    counts = {state: Count("pk", filter=Q(state=state)) for state in DeliveryState.values}
    return dict(Delivery.objects.filter(destination_id=destination_id).aggregate(**counts))
