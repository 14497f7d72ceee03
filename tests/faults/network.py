"""A bad line and a bad registry: a proxy before the sandbox that fails a share of the calls, each time in another way.

Every way has its own answer to the question that matters, whether the registry has the effect although the sender heard nothing.
"""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import attrs

LATE_SECONDS = 1.0
DECK = 20  # calls among which the failures are dealt


@attrs.frozen
class Reply:
    """An answer of the registry."""

    status: int
    body: bytes


class UnreliableProxy(ThreadingHTTPServer):
    """Listens on a free port of loopback and passes requests on to ``target`` (host, port), most of the time.

    Args:
        failing: how many of each 20 calls fail.
        seed: of the random choice. The order of arrivals is the scheduler's, so that two runs are alike but not equal.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, target: tuple[str, int], *, failing: int, seed: int) -> None:
        self.target = target
        self.failing = failing
        self.calls: Counter[str] = Counter()
        self._random = random.Random(seed)
        self._deck: list[str] = []
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def choose(self) -> str:
        """What happens to the next call, counted."""
        with self._lock:
            if not self._deck:
                self._deck = ["works"] * (DECK - self.failing) + self._random.choices(sorted(MODES), k=self.failing)
                self._random.shuffle(self._deck)
            mode = self._deck.pop()
            self.calls[mode] += 1
            return mode

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that was killed hangs up; that is the point."""


class _Handler(BaseHTTPRequestHandler):
    server: UnreliableProxy
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        getattr(self, f"_{self.server.choose()}")(body)

    def _works(self, body: bytes) -> None:
        self._answer(self._pass_on(body))

    def _error_before(self, body: bytes) -> None:
        self._answer(Reply(503, b"{}"))

    def _error_after(self, body: bytes) -> None:
        self._pass_on(body)
        self._answer(Reply(500, b"{}"))

    def _hang_up_before(self, body: bytes) -> None:
        self._hang_up()

    def _hang_up_after(self, body: bytes) -> None:
        self._pass_on(body)
        self._hang_up()

    def _late(self, body: bytes) -> None:
        """The sender has long given up when the request reaches the registry."""
        self._hang_up()
        time.sleep(LATE_SECONDS)
        self._pass_on(body)

    def _twice(self, body: bytes) -> None:
        """The line doubles the request and then loses the answer."""
        self._pass_on(body)
        self._pass_on(body)
        self._hang_up()

    def _half_an_answer(self, body: bytes) -> None:
        reply = self._pass_on(body)
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2])
        self._hang_up()

    def _nonsense(self, body: bytes) -> None:
        self._pass_on(body)
        self._answer(Reply(200, b"<html>welcome</html>"))

    def _busy(self, body: bytes) -> None:
        self._answer(Reply(429, b"{}"), retry_after="1")

    def _pass_on(self, body: bytes) -> Reply:
        connection = http.client.HTTPConnection(*self.server.target, timeout=20)
        try:
            connection.request(self.command, self.path, body=body, headers=dict(self.headers))
            answer = connection.getresponse()
            return Reply(answer.status, answer.read())
        finally:
            connection.close()

    def _answer(self, reply: Reply, *, retry_after: str | None = None) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(reply.body)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Says nothing: the counts tell enough."""


MODES = frozenset({"error_before", "error_after", "hang_up_before", "hang_up_after", "late", "twice", "half_an_answer", "nonsense", "busy"})
