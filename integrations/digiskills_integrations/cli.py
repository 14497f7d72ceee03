"""Subcommands of ``digiskills`` that need no database: the sandbox registry and offline verification."""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from digiskills_integrations.canonical import JsonObject, canonical_json, parse_object
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.credentials.verify import MAX_TOKEN_CHARACTERS, VerifiedCredential, verify_vc_jwt
from digiskills_integrations.destinations.webhook.secret import decode_secret
from digiskills_integrations.errors import ConfigurationError, CredentialError
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.key_sets import key_set_source
from digiskills_integrations.sandbox.server import EVENTS_PATH, SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore

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


@click.group()
def credential() -> None:
    """Signed confirmations."""


@credential.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="The issuer's key set.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(file: TextIO, jwks: Path, as_json: bool) -> None:
    """Verify the signed confirmation in FILE (- for standard input) without network.

    Withdrawal cannot be seen offline: the verification page knows it. Exit code 0: genuine and in its period of validity; 1: not; 2: usage.
    """
    try:
        verified = verify_vc_jwt(file.read(MAX_TOKEN_CHARACTERS + 1).strip(), _read_key_set(jwks), now=datetime.now(UTC))
    except CredentialError as error:
        failure = {"valid": False, "code": error.code, "message": str(error)}
        click.echo(json.dumps(failure) if as_json else f"NOT VALID ({error.code}): {error}")
        sys.exit(1)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        result = {"valid": True, "test": verified.is_test, "kid": verified.kid, "credential": verified.payload}
        click.echo(canonical_json(result).decode("utf-8"))
    else:
        click.echo(_describe(verified))


def _describe(verified: VerifiedCredential) -> str:
    payload = verified.payload
    subject, issuer = payload["credentialSubject"], payload.get("issuer")
    lines = ["VALID signature"] + (["TEST – not a real confirmation"] if verified.is_test else [])
    lines.append(f"number      {format_number(str(subject.get('confirmationNumber', '')))}")
    lines.append(f"regulation  {subject.get('regulation')}")
    lines.append(f"audience    {subject.get('audience')}")
    lines.append(f"issuer      {issuer.get('name') if isinstance(issuer, dict) else issuer}")
    lines.append(f"valid       {payload.get('validFrom')} – {payload.get('validUntil', 'no end')}")
    return "\n".join(lines)


def _read_key_set(path: Path) -> JsonObject:
    try:
        return parse_object(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: not a JWK set ({error}); save the issuer's jwks.json there") from error
