"""The sandbox's control endpoint: how it is told to misbehave while it runs. On loopback only, on a port of its own."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from digiskills_integrations.canonical import JsonObject, parse_object
from digiskills_integrations.sandbox.behaviour import BadBehaviourError, Mischief, parse_behaviour

logger = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
CONTROL_PATH = "/behaviour"
_MAX_BODY_BYTES = 16 * 1024


class ControlServer(ThreadingHTTPServer):
    """``GET /behaviour`` shows how the sandbox behaves, ``PUT /behaviour`` sets it. Nobody but this machine can reach it.

    Args:
        port: 0 takes a free one (see ``server_port``).
    """

    daemon_threads = True

    def __init__(self, port: int, mischief: Mischief) -> None:
        self.mischief = mischief
        super().__init__((LOOPBACK, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: ControlServer
    timeout = 10
    server_version = "digiskills-sandbox-control"
    sys_version = ""

    def do_GET(self) -> None:
        if self._is_ours():
            self._answer(HTTPStatus.OK, self.server.mischief.behaviour.as_json())

    def do_PUT(self) -> None:
        if not self._is_ours():
            return
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > _MAX_BODY_BYTES:
            self._answer(HTTPStatus.LENGTH_REQUIRED, {"error": "length_required"})
            return
        try:
            behaviour = parse_behaviour(parse_object(self.rfile.read(int(length))))
        except (BadBehaviourError, ValueError) as error:
            self._answer(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            return
        self.server.mischief.set(behaviour)
        self._answer(HTTPStatus.OK, behaviour.as_json())

    def _is_ours(self) -> bool:
        # A page in a browser on this machine could reach the port under a name of its own (DNS rebinding): the Host gives it away.
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in (LOOPBACK, "localhost") or self.path != CONTROL_PATH:
            self._answer(HTTPStatus.NOT_FOUND, {"error": "not_found"})
            return False
        return True

    def _answer(self, status: HTTPStatus, content: JsonObject) -> None:
        body = json.dumps(content).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        logger.info("sandbox control: " + format, *args)  # noqa: G003 - the base class passes a format
