"""See `help`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from attrs import asdict
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_grading import switches
from digiskills_grading.data import SwitchState
from digiskills_grading.errors import SwitchRefused


class Command(BaseCommand):
    """Exit code 1 when there is no such switch or no reason."""

    help = (
        "Show the kill switches, or turn one: recording, issuing, destination:CODE. Every process goes by it within five seconds. What "
        "waits stays where it is and goes on when the switch is turned on again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="recording, issuing or destination:CODE; without it, all are shown")
        parser.add_argument("state", nargs="?", choices=("on", "off"), help="without it, the history of the switch is shown")
        parser.add_argument("--reason", default="", help="why; needed to turn a switch, shown to operators, kept for ever")
        parser.add_argument("--json", action="store_true", help="print one JSON array instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        name, state = options["name"], options["state"]
        if name is not None and state is not None:
            try:
                shown = [switches.turn(name, on=state == "on", reason=options["reason"], actor_id=None, now=timezone.now())]
            except SwitchRefused as error:
                raise CommandError(str(error)) from error
        elif name is not None:
            shown = list(switches.history(name))
        else:
            shown = list(switches.states())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(row) for row in shown], default=str, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(map(_line, shown)) or "never turned, so it is on")


def _line(row: SwitchState) -> str:
    state = "on" if row.is_on else "off"
    if row.changed_at is None:
        return f"{row.name}  {state}"
    who = "the command line" if row.actor_id is None else f"account {row.actor_id}"
    return f"{row.name}  {state}  since {row.changed_at.isoformat(timespec='seconds')} by {who}: {row.reason}"
