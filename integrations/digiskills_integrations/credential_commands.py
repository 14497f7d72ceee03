"""``digiskills credential``: verification of signed records by anybody, without an account and without a database, and an example."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import click

from digiskills_integrations import http
from digiskills_integrations.canonical import JsonObject, canonical_json, parse_object
from digiskills_integrations.confirmations.numbers import format_number
from digiskills_integrations.credentials.did import document_url
from digiskills_integrations.credentials.keys import KeyPlaces
from digiskills_integrations.credentials.sample import write_sample
from digiskills_integrations.credentials.verify import verify_vc_jwt
from digiskills_integrations.credentials.verify_badge import StatusWord, check_status, verify_badge
from digiskills_integrations.errors import ConfigurationError, CredentialError

_MAX_BYTES = 1024 * 1024
_STATUS_TEXT: dict[StatusWord, str] = {
    "good": "not withdrawn",
    "revoked": "WITHDRAWN",
    "suspended": "WITHDRAWN until further notice",
    "not_checked": "not checked (a badge: --status-list or --fetch; the verification page always knows)",
}


@attrs.frozen
class _Sources:
    """Where the things beside the record come from. ``fetch``: what is not given may be fetched from the issuer."""

    did: str | None
    jwks: str | None
    status_lists: tuple[str, ...]
    fetch: bool
    limits: http.HttpLimits

    def read(self, source: str) -> str:
        """The text of a file, of standard input (-) or at an http(s) URL.

        Raises:
            ConfigurationError: it cannot be had; that says nothing about the record.
        """
        try:
            if source.startswith(("https://", "http://")):
                answer = http.get(source, limits=self.limits)
                if answer.status != 200:
                    raise ConfigurationError(f"{source}: the server answered {answer.status}")
                return answer.body.decode("utf-8")
            raw = sys.stdin.buffer.read(_MAX_BYTES + 1) if source == "-" else Path(source).read_bytes()
            return raw.decode("utf-8")
        except (OSError, UnicodeDecodeError, http.HttpError) as error:
            raise ConfigurationError(f"{source} cannot be read: {error}") from error

    def document(self, source: str, what: str) -> JsonObject:
        """The JSON object in a source.

        Raises:
            ConfigurationError: as :meth:`read`, or it is no JSON object.
        """
        try:
            return parse_object(self.read(source))
        except ValueError as error:
            raise ConfigurationError(f"{source}: not a {what} ({error}); save the issuer's there") from error


@attrs.frozen
class _Judgement:
    """A genuine record, and what is known of its withdrawal."""

    payload: JsonObject
    kid: str
    is_test: bool
    status: StatusWord


@click.group()
def credential() -> None:
    """Signed confirmations."""


@credential.command()
@click.argument("source")
@click.option("--did", help="The issuer's DID document, for a badge: file or URL.")
@click.option("--jwks", help="The issuer's key set, for a vc+jwt: file or URL.")
@click.option("--status-list", "status_lists", multiple=True, help="A signed status list, for a badge: file or URL; repeat for each.")
@click.option("--fetch", is_flag=True, help="Fetch what is not given: the DID document of a did:web, and the status lists.")
@click.option("--allow-network", multiple=True, metavar="CIDR", help="A private network from which may be fetched, such as 127.0.0.0/8.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(source: str, allow_network: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Verify the signed confirmation SOURCE: a badge or a vc+jwt in a file, at a URL or on standard input (-).

    Without --fetch and without URLs no network is used. Exit code 0: genuine, in its period, and not known to be withdrawn; 1: not;
    2: usage, or something needed cannot be had.
    """
    try:
        limits = http.HttpLimits(allowed_networks=http.parse_networks(list(allow_network)), max_response_bytes=_MAX_BYTES)
        sources = _Sources(limits=limits, **given)
        judgement = _judge(sources.read(source).strip(), sources, datetime.now(UTC))
    except CredentialError as error:
        failure = {"valid": False, "code": error.code, "message": str(error)}
        click.echo(json.dumps(failure, ensure_ascii=False) if as_json else f"NOT VALID ({error.code}): {error}")
        sys.exit(1)
    except ConfigurationError as error:
        raise click.UsageError(str(error)) from error
    withdrawn = judgement.status in ("revoked", "suspended")
    click.echo(_as_json(judgement, valid=not withdrawn) if as_json else _describe(judgement))
    sys.exit(1 if withdrawn else 0)


@credential.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the files; made if missing.")
def sample(out: Path) -> None:
    """Write a made-up badge, the same record as vc+jwt, the DID document, the key set and the status lists, for outside verifiers.

    The keys are development keys in OUT/keys: everything carries the test mark.
    """
    try:
        written = write_sample(out, KeyPlaces(out / "keys"), now=datetime.now(UTC))
    except (ConfigurationError, OSError) as error:
        raise click.UsageError(str(error)) from error
    for path in written.paths:
        click.echo(path)


def _judge(text: str, sources: _Sources, now: datetime) -> _Judgement:
    if not text.startswith("{"):
        if sources.jwks is None:
            raise ConfigurationError("a vc+jwt needs --jwks, the issuer's key set")
        verified = verify_vc_jwt(text, sources.document(sources.jwks, "JWK set"), now=now)
        return _Judgement(verified.payload, verified.kid, verified.is_test, "not_checked")
    did_document = _did_document(text, sources)
    badge = verify_badge(text, did_document, now=now)
    lists = list(sources.status_lists)
    if sources.fetch and not lists:
        lists = [entry["statusListCredential"] for entry in badge.credential.get("credentialStatus", [])]
    status = check_status(badge.credential, [sources.read(place) for place in lists], did_document, now=now)
    return _Judgement({name: value for name, value in badge.credential.items() if name != "proof"}, badge.kid, badge.is_test, status)


def _did_document(text: str, sources: _Sources) -> JsonObject:
    if sources.did is not None:
        return sources.document(sources.did, "DID document")
    if not sources.fetch:
        raise ConfigurationError("a badge needs --did, the issuer's DID document, or --fetch")
    try:
        issuer = parse_object(text).get("issuer")
    except ValueError as error:
        raise CredentialError("malformed", f"cannot be read: {error}") from error
    return sources.document(document_url(str(issuer.get("id")) if isinstance(issuer, dict) else ""), "DID document")


def _as_json(judgement: _Judgement, *, valid: bool) -> str:
    result = {
        "valid": valid,
        "test": judgement.is_test,
        "status": judgement.status,
        "kid": judgement.kid,
        "credential": judgement.payload,
    }
    return canonical_json(result).decode("utf-8")


def _describe(judgement: _Judgement) -> str:
    payload = judgement.payload
    subject, issuer = payload["credentialSubject"], payload.get("issuer")
    lines = ["VALID signature"] + (["TEST – not a real confirmation"] if judgement.is_test else [])
    lines.append(f"number      {format_number(str(subject.get('confirmationNumber', '')))}")
    lines.append(f"regulation  {subject.get('regulation')}")
    lines.append(f"audience    {subject.get('audience')}")
    lines.append(f"issuer      {issuer.get('name') if isinstance(issuer, dict) else issuer}")
    lines.append(f"valid       {payload.get('validFrom')} – {payload.get('validUntil', 'no end')}")
    lines.append(f"status      {_STATUS_TEXT[judgement.status]}")
    return "\n".join(lines)
