"""The sandbox's HTTP server (standard library; for trials on one machine, not for the Internet)."""

from __future__ import annotations

import json
import logging
import ssl
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.sandbox.behaviour import Behaviour, Mischief, Mode
from digiskills_integrations.sandbox.checks import Expectations, RefusedError, check_request, check_signature
from digiskills_integrations.sandbox.page import render_page
from digiskills_integrations.sandbox.registries import REGISTRIES_PATH, TOKEN_PATH, Arrival, Desk, TokenDesk
from digiskills_integrations.sandbox.store import KeyReusedError, SandboxStore

logger = logging.getLogger(__name__)
EVENTS_PATH = "/events"
# Batches of a registry hold up to 200 records with their credentials.
MAX_BODY_BYTES = 4 * 1024 * 1024
_READ_SECONDS = 10


def _utc_now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen
class _Answer:
    status: HTTPStatus
    content: JsonObject
    retry_after: int | None = None


class SandboxServer(ThreadingHTTPServer):
    """Takes events at ``/events`` and at ``/registries/<pack>/<code>/<version>``, and shows what it holds at ``/``.

    Args:
        address: host and port; port 0 takes a free one (see ``server_port``).
        fail_first: so many valid requests are answered 503 before the first is accepted, to show that the sender tries again.
        clock: aware time of an arrival.
        tls: serve over TLS; a context that demands client certificates opens the registries that sign in by mutual TLS.
    """

    daemon_threads = True

    def __init__(
        self,
        address: tuple[str, int],
        *,
        store: SandboxStore,
        expectations: Expectations,
        fail_first: int = 0,
        clock: Callable[[], datetime] = _utc_now,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.store = store
        self.expectations = expectations
        self.fail_first = fail_first
        self.clock = clock
        self.tls = tls
        self.mischief = Mischief(Behaviour())
        self.closing = threading.Event()
        self.tokens = TokenDesk(expectations.registry_secret)
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[Any, Any]:
        """The next connection. The handshake is left to the connection's own thread: a sender that stalls must not stop the others."""
        connection, address = super().get_request()
        if self.tls is None:
            return connection, address
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def server_close(self) -> None:
        """Let go of the connections that are held on purpose, too."""
        self.closing.set()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up before the answer is ordinary: it will come again with the same key."""
        if isinstance(sys.exception(), (ConnectionError, ssl.SSLError)):
            logger.info("sandbox: the sender hung up")
        else:
            super().handle_error(request, client_address)

    def take(self, arrival: Arrival) -> _Answer:
        """Judge a request and have its effect, if it deserves one."""
        try:
            if arrival.path == TOKEN_PATH:
                return _Answer(HTTPStatus.OK, self.tokens.give(arrival, now=self.clock()))
            return self._take_event(arrival) if arrival.path == EVENTS_PATH else self._take_records(arrival)
        except RefusedError as refused:
            content = {"status": "rejected", "reason": refused.code} if refused.status == 422 else {"error": refused.code}
            return _Answer(HTTPStatus(refused.status), content, retry_after=1 if refused.code == "refused_on_purpose" else None)

    def find(self, arrival: Arrival) -> _Answer:
        """The receipt of an event, for a sender who asks under its key."""
        key = arrival.path.removeprefix(f"{EVENTS_PATH}/")
        try:
            check_signature(arrival.headers, b"", self.expectations.secret, now=self.clock())
        except RefusedError as refused:
            return _Answer(HTTPStatus(refused.status), {"error": refused.code})
        effect = self.store.find(key)
        if effect is None or arrival.headers.get("webhook-id") != key:
            return _Answer(HTTPStatus.NOT_FOUND, {"status": "unknown"})
        return _Answer(HTTPStatus.OK, {"status": "accepted", "receipt": effect.receipt, "receivedAt": effect.received_at, "repeated": True})

    def _take_event(self, arrival: Arrival) -> _Answer:
        now = self.clock()
        new = check_request(arrival.headers, arrival.body, self.expectations, now=now)
        self._refuse_first()
        try:
            effect, repeated = self.store.record(new, now=now)
        except KeyReusedError as error:
            raise RefusedError(422, "key_reused") from error
        content = {"status": "accepted", "receipt": effect.receipt, "receivedAt": effect.received_at, "repeated": repeated}
        return _Answer(HTTPStatus.OK if repeated else HTTPStatus.CREATED, content)

    def _take_records(self, arrival: Arrival) -> _Answer:
        desk = Desk(self.store, self.tokens, self.expectations.registry_secret, before_effects=self._refuse_first)
        status, content = desk.take(arrival, self.expectations.key_set, now=self.clock())
        return _Answer(HTTPStatus(status), content)

    def _refuse_first(self) -> None:
        if self.store.refuse_first(self.fail_first):
            raise RefusedError(503, "refused_on_purpose")


def server_tls(certificate: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    """A context that shows ``certificate`` and, if ``client_ca`` is given, demands a client certificate of that authority.

    Raises:
        OSError, ssl.SSLError: a file cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    timeout = _READ_SECONDS
    protocol_version = "HTTP/1.1"
    server_version = "digiskills-sandbox"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path == "/":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", render_page(self.server.store.effects()).encode("utf-8"))
        elif self.path.startswith(f"{EVENTS_PATH}/"):
            self._answer(self.server.find(self._arrival(b"")))
        else:
            self._answer(_Answer(HTTPStatus.NOT_FOUND, {"error": "not_found"}))

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        arrival = self._arrival(body)
        if self.path == TOKEN_PATH:
            self._answer(self.server.take(arrival))
        elif self.path == EVENTS_PATH or self.path.startswith(REGISTRIES_PATH):
            self._react(arrival, self.server.mischief.next())
        else:
            self._answer(_Answer(HTTPStatus.NOT_FOUND, {"error": "not_found"}))

    def _react(self, arrival: Arrival, mode: Mode | None) -> None:
        """Take the request, or do to it what ``mode`` says (see behaviour.py)."""
        server, behaviour = self.server, self.server.mischief.behaviour
        if mode in ("error", "throttle", "timeout"):
            self._refuse(mode, behaviour)
            return
        if mode == "slow":
            server.closing.wait(behaviour.slow_seconds)
        answer = server.take(arrival)
        if mode == "duplicate":
            answer = server.take(arrival)
        if mode == "effect_then_timeout":
            self._hang_up_after(behaviour.hold_seconds)
        elif mode == "half_answer":
            self._answer(answer, half=True)
        else:
            self._answer(answer)

    def _refuse(self, mode: Mode, behaviour: Behaviour) -> None:
        if mode == "timeout":
            self._hang_up_after(behaviour.hold_seconds)
        elif mode == "throttle":
            self._answer(_Answer(HTTPStatus.TOO_MANY_REQUESTS, {"error": "too_many_requests"}, retry_after=behaviour.retry_after))
        else:
            self._answer(_Answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "out_of_order"}))

    def _hang_up_after(self, seconds: float) -> None:
        self.server.closing.wait(seconds)
        self.close_connection = True

    def _arrival(self, body: bytes) -> Arrival:
        headers = {name.lower(): value for name, value in self.headers.items()}
        shown = isinstance(self.connection, ssl.SSLSocket) and bool(self.connection.getpeercert())
        return Arrival(path=self.path, headers=headers, body=body, client_certificate=shown)

    def _body(self) -> bytes | None:
        """The request's body; None when it was refused by its length, which has then been answered."""
        text = self.headers.get("Content-Length", "")
        if not text.isascii() or not text.isdigit():
            self._answer(_Answer(HTTPStatus.LENGTH_REQUIRED, {"error": "length_required"}))
            return None
        if int(text) > MAX_BODY_BYTES:
            self.close_connection = True
            self._answer(_Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too_large"}))
            return None
        return self.rfile.read(int(text))

    def _answer(self, answer: _Answer, *, half: bool = False) -> None:
        body = json.dumps(answer.content, ensure_ascii=False).encode("utf-8")
        self._send(answer.status, "application/json", body, retry_after=answer.retry_after, half=half)

    def _send(self, status: HTTPStatus, content_type: str, body: bytes, *, retry_after: int | None = None, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if content_type.startswith("text/html"):
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = self.close_connection or half

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        logger.info("sandbox: " + format, *args)  # noqa: G003 - the base class passes a format
