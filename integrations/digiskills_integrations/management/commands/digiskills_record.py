"""Change issued records from the command line, and end the periods of those that are over."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_integrations.confirmations.lifecycle import end_periods
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.confirmations.orders import PEOPLES_REASONS, Instruction, Order, carry_out
from digiskills_integrations.errors import DigiskillsError


class Command(BaseCommand):
    """Exit code 1 when a record cannot be changed so; nothing of it is written then."""

    help = "Withdraw, reinstate, correct or renew a record by its number, or end the periods that are over (end-periods)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for order in Order:
            one = actions.add_parser(order.value, help=str(order.label))
            one.add_argument("number", help="as printed, or without hyphens")
            one.add_argument("--reason", required=True, choices=[reason.value for reason in PEOPLES_REASONS])
            one.add_argument("--actor", required=True, help="who orders it: user:<account id>, or a word for a program")
            one.add_argument("--note", default="", help="for the file; sent to nobody")
        ending = actions.add_parser("end-periods", help="expire records whose period is over, or renew them if the skills were shown again")
        ending.add_argument("--limit", type=int, default=1000, help="at most so many records (default 1000)")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        now = timezone.now()
        try:
            if action == "end-periods":
                report = end_periods(now=now, limit=options["limit"])
                self.stdout.write(f"expired {report.expired}, renewed {report.renewed}")
                return
            instruction = Instruction(order=Order(action), reason=options["reason"], actor=options["actor"], note=options["note"])
            event = carry_out(instruction, options["number"], now=now)
        except DigiskillsError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{format_number(event.confirmation.number)}: {event.type}, version {event.version.version}, event {event.seq}")
