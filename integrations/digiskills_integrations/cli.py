"""Subcommands of ``digiskills`` that need no database: the sandbox registry and offline verification."""

from __future__ import annotations

import logging
import os
import ssl
from contextlib import ExitStack
from pathlib import Path
from threading import Thread
from typing import Any

import click

from digiskills_framework.api import list_registry_profiles
from digiskills_integrations.credential_commands import credential
from digiskills_integrations.destinations.http_json.signature import decode_key
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.sandbox.behaviour import MODES, Behaviour
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.control import CONTROL_PATH, LOOPBACK, ControlServer
from digiskills_integrations.sandbox.key_sets import key_set_source
from digiskills_integrations.sandbox.registries import REGISTRIES_PATH
from digiskills_integrations.sandbox.server import EVENTS_PATH, SandboxServer, server_tls
from digiskills_integrations.sandbox.store import SandboxStore

__all__ = ["credential", "sandbox"]

SECRET_VARIABLE = "DIGISKILLS_SANDBOX_SECRET"  # noqa: S105 - the variable's name
REGISTRY_SECRET_VARIABLE = "DIGISKILLS_SANDBOX_REGISTRY_SECRET"  # noqa: S105 - the variable's name
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def sandbox() -> None:
    """A registry for trials: checks what a real one should check and shows what it holds."""


@sandbox.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8010, show_default=True, help="Port to listen on; 0 takes a free one.")
@click.option("--db", "database", type=click.Path(dir_okay=False, path_type=Path), required=True, help="SQLite file, made if missing.")
@click.option("--jwks", required=True, help="The issuer's key set: a file, or an http(s) URL that is fetched for each event.")
@click.option("--secret-file", type=_FILE, help=f"Webhook secret; default ${SECRET_VARIABLE}.")
@click.option(
    "--registry-secret-file",
    type=_FILE,
    help=f"Shared key and OAuth2 client secret (base64 of 32 bytes) for /registries/…; default ${REGISTRY_SECRET_VARIABLE}.",
)
@click.option("--tls-certificate", type=_FILE, help="Serve over TLS with this PEM certificate.")
@click.option("--tls-key", type=_FILE, help="Its PEM key.")
@click.option("--client-ca", type=_FILE, help="Demand client certificates of this PEM authority (mutual TLS).")
@click.option("--fail-first", default=0, show_default=True, help="Answer so many valid events with 503 first, to see the sender try again.")
@click.option("--misbehave", "modes", multiple=True, type=click.Choice(MODES), help="A way to misbehave; may be given several times.")
@click.option("--failure-rate", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="Share of the calls that meet one.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same sequence of choices.")
@click.option("--control-port", type=int, help="Open PUT http://127.0.0.1:PORT/behaviour, to change this meanwhile; 0 takes a free one.")
def serve(host: str, port: int, database: Path, jwks: str, **options: Any) -> None:
    """Take events at /events and /registries/…, show them at /, until interrupted. Exit code 2: a wrong option or secret."""
    try:
        expectations = _expectations(jwks, options)
        tls = _tls(options["tls_certificate"], options["tls_key"], options["client_ca"])
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    server = SandboxServer((host, port), store=SandboxStore(database), expectations=expectations, fail_first=options["fail_first"], tls=tls)
    server.mischief.set(Behaviour(modes=options["modes"], rate=options["failure_rate"], seed=options["seed"]))
    with server, ExitStack() as stack:
        try:
            _announce(server, f"{'http' if tls is None else 'https'}://{host}:{server.server_port}")
            if options["control_port"] is not None:
                _control(stack.enter_context(ControlServer(options["control_port"], server.mischief)))
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped; what was received is in the database")


def _announce(server: SandboxServer, base: str) -> None:
    click.echo(f"sandbox registry: page {base}/  events {base}{EVENTS_PATH}")
    if server.expectations.registry_secret:
        for key in list_registry_profiles():
            click.echo(f"  {base}{REGISTRIES_PATH}{key}")


def _control(control: ControlServer) -> None:
    Thread(target=control.serve_forever, name="control", daemon=True).start()
    click.echo(f"control http://{LOOPBACK}:{control.server_port}{CONTROL_PATH}")


def _expectations(jwks: str, options: dict[str, Any]) -> Expectations:
    try:
        secret = decode_secret(_secret(options["secret_file"], SECRET_VARIABLE))
    except ConfigurationError as error:
        raise ConfigurationError(f"{error} (--secret-file or ${SECRET_VARIABLE})") from error
    registry_secret = _secret(options["registry_secret_file"], REGISTRY_SECRET_VARIABLE)
    if registry_secret:
        decode_key(registry_secret)
    return Expectations(secret=secret, key_set=key_set_source(jwks), registry_secret=registry_secret)


def _secret(file: Path | None, variable: str) -> str:
    return (file.read_text(encoding="utf-8") if file else os.environ.get(variable, "")).strip()


def _tls(certificate: Path | None, key: Path | None, client_ca: Path | None) -> ssl.SSLContext | None:
    if certificate is None and key is None and client_ca is None:
        return None
    if certificate is None or key is None:
        raise ConfigurationError("TLS needs both --tls-certificate and --tls-key")
    try:
        return server_tls(certificate, key, client_ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"certificate, key or authority cannot be used: {error}") from error
