"""POST of records as JSON, to a registry whose form is data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs

from digiskills_framework.api import RegistryProfile
from digiskills_integrations import http
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.destinations.base import DestinationConfig, OutgoingEvent, RegistryAnswer, TransportError
from digiskills_integrations.destinations.http_answers import failure, is_success
from digiskills_integrations.destinations.http_json.answers import Result, read_results
from digiskills_integrations.destinations.http_json.auth import Auth, parse_auth
from digiskills_integrations.destinations.http_json.oauth import Tokens
from digiskills_integrations.destinations.http_json.records import record_of, request_body, request_key
from digiskills_integrations.destinations.http_json.signature import signature_headers
from digiskills_integrations.errors import ConfigurationError

CONTENT_TYPE = "application/json; charset=utf-8"
_MAX_RESPONSE_BYTES = 1024 * 1024


@attrs.frozen
class _Line:
    """A registry that is about to be spoken to."""

    destination: DestinationConfig
    profile: RegistryProfile
    auth: Auth
    tls: http.TlsOptions


@attrs.frozen
class _Prepared:
    """A record with its place among the events."""

    place: int
    key: str
    record: JsonObject


class HttpJsonTransport:
    """Sends to any registry that has a registry profile."""

    def __init__(self) -> None:
        self._tokens = Tokens()

    def send(self, event: OutgoingEvent, destination: DestinationConfig, *, now: datetime) -> RegistryAnswer:
        """Deliver one event; errors as for `send_batch`, those of the record too."""
        [outcome] = self.send_batch([event], destination, now=now)
        if isinstance(outcome, RegistryAnswer):
            return outcome
        raise outcome

    def send_batch(self, events: Sequence[OutgoingEvent], destination: DestinationConfig, *, now: datetime) -> list[Result]:
        """Deliver all once, as many in a request as the registry takes; one outcome for each event, in their order.

        After a request that failed for a reason of the registry's the rest is not sent: it gets the same outcome.

        Raises:
            ConfigurationError: profile, secret or certificate cannot be used.
        """
        line = _line(destination)
        outcomes: dict[int, Result] = {}
        prepared: list[_Prepared] = []
        for place, event in enumerate(events):
            try:
                prepared.append(_Prepared(place, event.idempotency_key, record_of(event, line.profile)))
            except TransportError as error:
                outcomes[place] = error
        trouble: TransportError | None = None
        for request in _requests(prepared, line.profile):
            results: Sequence[Result] = [trouble] * len(request) if trouble else []
            if trouble is None:
                try:
                    results = self._exchange(line, request, now)
                except TransportError as error:
                    results = [error] * len(request)
                    trouble = None if error.permanent and not error.gone else error
            outcomes.update((item.place, outcome) for item, outcome in zip(request, results, strict=True))
        return [outcomes[place] for place in range(len(events))]

    def _exchange(self, line: _Line, request: Sequence[_Prepared], now: datetime) -> Sequence[Result]:
        keys = [item.key for item in request]
        key = request_key(keys)
        body = request_body(line.profile, [item.record for item in request], key)
        headers = {
            "Content-Type": CONTENT_TYPE,
            line.profile.idempotency_header: key,
            **self._credentials(line, key, body, now),
        }
        limits = http.HttpLimits(allowed_networks=line.destination.allowed_networks, max_response_bytes=_MAX_RESPONSE_BYTES)
        try:
            answer = http.post(line.destination.endpoint, body=body, headers=headers, limits=limits, tls=line.tls)
        except http.HttpError as error:
            raise TransportError(error.code, permanent=error.permanent) from error
        if answer.status == 401 and line.auth.kind == "oauth2":
            self._tokens.drop(line.auth, line.destination)
        # A single record that is refused comes as 422 with its result; a batch is answered record by record.
        if is_success(answer) or (answer.status == 422 and line.profile.batch is None):
            return read_results(line.profile, answer.body, keys)
        raise failure(answer, now)

    def _credentials(self, line: _Line, key: str, body: bytes, now: datetime) -> dict[str, str]:
        auth, destination = line.auth, line.destination
        if auth.kind == "oauth2":
            return {"Authorization": f"Bearer {self._tokens.get(auth, destination, line.tls, now=now)}"}
        if auth.kind == "hmac":
            return signature_headers(url=destination.endpoint, key=key, body=body, key_id=auth.key_id, secret=destination.secret, now=now)
        return {}


def _line(destination: DestinationConfig) -> _Line:
    profile = destination.profile
    if profile is None:
        raise ConfigurationError(f"destination {destination.code}: no registry_profile; name one, such as vn/vneid/1")
    auth = parse_auth(destination.auth, profile, where=f"destination {destination.code}: auth")
    if auth.certificate and not destination.endpoint.startswith("https://"):
        raise ConfigurationError(f"destination {destination.code}: a certificate is shown over https only; correct the endpoint")
    tls = http.TlsOptions(certificate=auth.certificate, certificate_key=auth.certificate_key, ca_file=auth.ca_file)
    return _Line(destination=destination, profile=profile, auth=auth, tls=tls)


def _requests(prepared: Sequence[_Prepared], profile: RegistryProfile) -> Iterator[Sequence[_Prepared]]:
    size = 1 if profile.batch is None else profile.batch.max_records
    for start in range(0, len(prepared), size):
        yield prepared[start : start + size]
