"""A page with the player alone, served from a loopback port: the real scripts and the real engine, without Django."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

from digiskills_framework.tasks import load_task
from digiskills_simulator import api
from digiskills_xblock import ui_strings

PUBLIC = resources.files("digiskills_xblock") / "public"
CONTENT_TYPES = {"js": "text/javascript", "css": "text/css"}
# What a platform with a strict content security policy sends: no inline script, no inline style, no eval.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"

PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Player</title><link rel="stylesheet" href="/public/player.css"><link rel="stylesheet" href="/page.css"><link rel="icon" href="/empty">
<body><main><h1 class="page-title">Bài học</h1><h2>Thực hành</h2><div id="one"><div class="digiskills-practice"></div></div></main>
<script src="/public/player.js"></script><script src="/page.js"></script>"""

PAGE_SCRIPT = """
const runtime = { handlerUrl: (element, name) => "/handler/" + name };
fetch("/init" + location.search).then((reply) => reply.json()).then((init) => {
  window.player = window.DigiskillsPractice(runtime, document.getElementById("one"), init);
});
"""


@dataclass
class PlayerSite:
    """The site's memory: what the browser asked, and how the server is to answer.

    Attributes:
        failures: answers to give to the next ``submit`` requests instead of a score: HTTP status and body.
        submitted: the body of every ``submit``, in order.
    """

    task_id: str = "S3-01"
    seed: int = 7
    url: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    failures: list[tuple[int, str]] = field(default_factory=list)
    submitted: list[dict[str, Any]] = field(default_factory=list)
    started: int = 0

    def init(self, language: str, user: str) -> dict[str, Any]:
        raw = load_task(self.task_id).raw
        lesson = [{"title": page["title"][language], "body": page["body"][language]} for page in raw["lesson"]]
        task = {**{name: raw[name][language] for name in ("title", "goal", "why")}, "minutes": raw["minutes"], "lesson": lesson}
        return {
            "strings": ui_strings.translated(language),  # type: ignore[arg-type]  # the page asks for one of the two
            "task": task,
            "state": self._state(),
            "user": user,
            "usage": "block",
            "language": language,
        }

    def start(self, body: dict[str, Any]) -> dict[str, Any]:
        self.started += 1
        payload = api.render_payload(self._scenario(), language=body["language"], run_kind=body["run_kind"])
        return {"attempt": f"attempt-{self.started}", "token": None, "stored": True, "payload": payload, "state": self._state()}

    def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        scenario = self._scenario()
        trace = api.sanitize_trace(scenario, api.parse_trace(body["trace"]))
        scored = api.score(scenario, api.replay(scenario, trace))
        feedback = api.render_feedback(scenario, scored, language=body["language"])
        return {"feedback": {**feedback, "stored": True}, "state": {**self._state(), "counted_used": 1}}

    def _scenario(self) -> api.Scenario:
        return api.instantiate(api.compile_task(load_task(self.task_id)), self.seed)

    def _state(self) -> dict[str, Any]:
        return {"stored": True, "counted_used": 0, "max_attempts": 3, "limit_reached": False, "past_due": False, **self.state}


@contextmanager
def serve(site: PlayerSite) -> Iterator[PlayerSite]:
    """Serve the site until the block is left; ``site.url`` is where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            wanted = dict(pair.split("=") for pair in query.split("&") if pair)
            language = wanted.get("language", "vi")
            if path == "/":
                self._answer("text/html", PAGE.format(language=language).encode())
            elif path == "/page.js":
                self._answer("text/javascript", PAGE_SCRIPT.encode())
            elif path == "/init":
                self._json(site.init(language, wanted.get("user", "learner")))
            elif path.startswith("/public/"):
                name = path.removeprefix("/public/")
                self._answer(CONTENT_TYPES[name.rpartition(".")[2]], (PUBLIC / name).read_bytes())
            else:
                self._answer("text/css", b"body { margin: 0 auto; padding: 0 12px; } .page-title { font: 600 20px sans-serif; }")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = self.path.removeprefix("/handler/")
            if name == "submit":
                site.submitted.append(body)
                if site.failures:
                    status, text = site.failures.pop(0)
                    self._answer("application/json", text.encode(), HTTPStatus(status))
                    return
                self._json(site.submit(body))
            else:
                self._json(site.start(body) if name == "start" else {"state": site._state()})

        def _json(self, data: dict[str, Any]) -> None:
            self._answer("application/json", json.dumps(data).encode())

        def _answer(self, kind: str, content: bytes, status: HTTPStatus = HTTPStatus.OK) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
