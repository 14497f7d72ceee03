"""Make, replace, show and revoke the keys that sign confirmations."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from digiskills_integrations import conf
from digiskills_integrations.credentials.key_store import ListedKey, create_keys, list_keys, revoke_key, rotate_keys
from digiskills_integrations.errors import DigiskillsError


class Command(BaseCommand):
    """Exit code 1 when nothing was done; the message says why. No private key is ever printed."""

    help = "Keys that sign confirmations: create, rotate (twice, an hour apart; --now at once), list, revoke KID."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("create", help="make the first real keys; until then development keys sign, with the test mark")
        rotate = actions.add_parser("rotate", help="publish the next keys; run again after an hour to let them sign")
        rotate.add_argument("--now", action="store_true", help="let them sign at once: for a key that was stolen")
        listing = actions.add_parser("list", help="show all keys and their states")
        listing.add_argument("--json", action="store_true", help="one JSON array")
        revoke = actions.add_parser(
            "revoke",
            help="take a retired key out of the published documents; its records verify no more",
            # A name is base64url and may begin with a hyphen; there are no options that it could be taken for.
            prefix_chars="+",
            add_help=False,
        )
        revoke.add_argument("kid")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        try:
            self._show(self._act(action, options), as_json=options.get("json", False))
        except DigiskillsError as error:
            raise CommandError(str(error)) from error

    def _act(self, action: str, options: dict[str, Any]) -> list[ListedKey]:
        places = conf.key_places()
        match action:
            case "create":
                return create_keys(places)
            case "rotate":
                return rotate_keys(places, now=timezone.now(), at_once=options["now"])
            case "revoke":
                return [revoke_key(places, options["kid"])]
            case _:
                return list_keys(places)

    def _show(self, keys: list[ListedKey], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps([{"kid": key.kid, "algorithm": key.algorithm, "state": key.state} for key in keys]))
            return
        for key in keys:
            self.stdout.write(f"{key.state:<12} {key.algorithm:<8} {key.kid}")
        if any(key.state == "next" for key in keys) and all(key.state == "next" for key in keys):
            self.stdout.write("published; run digiskills_keys rotate again after an hour to let them sign")
