"""Subcommands of ``digiskills`` that need no database: the sandbox registry and offline verification."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import click

from digiskills_integrations.credential_commands import credential
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.key_sets import key_set_source
from digiskills_integrations.sandbox.server import EVENTS_PATH, SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore

__all__ = ["credential", "sandbox"]

SECRET_VARIABLE = "DIGISKILLS_SANDBOX_SECRET"  # noqa: S105 - the variable's name


@click.group()
def sandbox() -> None:
    """A registry for trials: checks what a real one should check and shows what it holds."""


@sandbox.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8010, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--db", "database", type=click.Path(dir_okay=False, path_type=Path), required=True, help="SQLite file, made if missing.")
@click.option("--jwks", required=True, help="The issuer's key set: a file, or an http(s) URL that is fetched for each event.")
@click.option(
    "--secret-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=f"Webhook secret; default ${SECRET_VARIABLE}."
)
@click.option("--fail-first", default=0, show_default=True, help="Answer so many valid events with 503 first, to see the sender try again.")
def serve(host: str, port: int, database: Path, jwks: str, secret_file: Path | None, fail_first: int) -> None:
    """Take events at /events and show them at / until interrupted. Exit code 2: a wrong option or secret."""
    secret = secret_file.read_text(encoding="utf-8") if secret_file else os.environ.get(SECRET_VARIABLE, "")
    try:
        expectations = Expectations(secret=decode_secret(secret), key_set=key_set_source(jwks))
    except ConfigurationError as error:
        raise click.UsageError(f"{error} (--secret-file or ${SECRET_VARIABLE})") from error
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    store = SandboxStore(database)
    with SandboxServer((host, port), store=store, expectations=expectations, fail_first=fail_first) as server:
        try:
            click.echo(
                f"sandbox registry: page http://{host}:{server.server_port}/  events http://{host}:{server.server_port}{EVENTS_PATH}"
            )
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped; what was received is in the database")
