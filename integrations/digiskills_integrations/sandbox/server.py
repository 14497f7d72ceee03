"""The sandbox's HTTP server (standard library; for trials on one machine, not for the Internet)."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.sandbox.checks import Expectations, RefusedError, check_request
from digiskills_integrations.sandbox.page import render_page
from digiskills_integrations.sandbox.store import KeyReusedError, SandboxStore

logger = logging.getLogger(__name__)
EVENTS_PATH = "/events"
MAX_BODY_BYTES = 256 * 1024
_READ_SECONDS = 10


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SandboxServer(ThreadingHTTPServer):
    """Takes events at ``/events`` and shows what it holds at ``/``.

    Args:
        address: host and port; port 0 takes a free one (see ``server_port``).
        fail_first: so many valid requests are answered 503 before the first is accepted, to show that the sender tries again.
        clock: aware time of an arrival.
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
    ) -> None:
        self.store = store
        self.expectations = expectations
        self.fail_first = fail_first
        self.clock = clock
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up before the answer is ordinary: it will come again with the same key."""
        if isinstance(sys.exception(), ConnectionError):
            logger.info("sandbox: the sender hung up")
        else:
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    timeout = _READ_SECONDS
    protocol_version = "HTTP/1.1"
    server_version = "digiskills-sandbox"
    sys_version = ""

    def do_GET(self) -> None:
        if self.path != "/":
            self._answer_json(HTTPStatus.NOT_FOUND, {"error": "not_found"})
            return
        self._answer(HTTPStatus.OK, "text/html; charset=utf-8", render_page(self.server.store.effects()).encode("utf-8"))

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.path != EVENTS_PATH:
            self._answer_json(HTTPStatus.NOT_FOUND, {"error": "not_found"})
            return
        try:
            self._take(body)
        except RefusedError as refused:
            status = HTTPStatus(refused.status)
            content = {"status": "rejected", "reason": refused.code} if refused.status == 422 else {"error": refused.code}
            self._answer_json(status, content)

    def _take(self, body: bytes) -> None:
        server, now = self.server, self.server.clock()
        headers = {name.lower(): value for name, value in self.headers.items()}
        new = check_request(headers, body, server.expectations, now=now)
        if server.store.refuse_first(server.fail_first):
            self._answer_json(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "refused_on_purpose"}, retry_after=1)
            return
        try:
            effect, repeated = server.store.record(new, now=now)
        except KeyReusedError as error:
            raise RefusedError(422, "key_reused") from error
        answer = {"status": "accepted", "receipt": effect.receipt, "receivedAt": effect.received_at, "repeated": repeated}
        self._answer_json(HTTPStatus.OK if repeated else HTTPStatus.CREATED, answer)

    def _body(self) -> bytes | None:
        """The request's body; None when it was refused by its length, which has then been answered."""
        text = self.headers.get("Content-Length", "")
        if not text.isascii() or not text.isdigit():
            self._answer_json(HTTPStatus.LENGTH_REQUIRED, {"error": "length_required"})
            return None
        if int(text) > MAX_BODY_BYTES:
            self.close_connection = True
            self._answer_json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "too_large"})
            return None
        return self.rfile.read(int(text))

    def _answer_json(self, status: HTTPStatus, content: JsonObject, *, retry_after: int | None = None) -> None:
        self._answer(status, "application/json", json.dumps(content).encode("utf-8"), retry_after=retry_after)

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes, *, retry_after: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if content_type.startswith("text/html"):
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        logger.info("sandbox: " + format, *args)  # noqa: G003 - the base class passes a format
