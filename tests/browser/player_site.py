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
from digiskills_xblock import browser_files, ui_strings

PUBLIC = resources.files("digiskills_xblock") / "public"
CONTENT_TYPES = {"js": "text/javascript", "css": "text/css"}
# What a platform with a strict content security policy sends: no inline script, no inline style, no eval.
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Player</title><link rel="stylesheet" href="/public/player.css"><link rel="stylesheet" href="/page.css">
<body><main><h1>Bài học</h1><h2>Thực hành</h2><div id="one"><div class="digiskills-practice"></div></div></main>
<script src="/public/player.js"></script><script src="/page.js"></script>"""

PAGE_SCRIPT = """
const runtime = { handlerUrl: (element, name) => "/handler/" + name };
fetch("/init" + location.search).then((reply) => reply.json()).then((init) => {
  window.player = window.DigiskillsPractice(runtime, document.getElementById("one"), init);
});
"""

# A unit of a course with two of our blocks, between neighbours of which one breaks and one claims the names of module loaders.
UNIT = """<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unit</title><link rel="stylesheet" href="/public/player.css"><link rel="stylesheet" href="/page.css">
<body><main><h1>Bài học</h1><h2>Thực hành</h2>
<section id="one" aria-label="one"><div class="digiskills-practice"></div></section>
<section id="two" aria-label="two"><div class="digiskills-practice"></div></section></main>
<script src="/neighbour.js"></script><script src="/public/player.js"></script><script src="/unit.js"></script>"""

NEIGHBOUR_SCRIPT = """
window.define = () => { throw new Error("a module loader was called"); };
window.define.amd = {};
window.Neighbour = () => { throw new Error("the neighbour is broken"); };
"""

UNIT_SCRIPT = """
const runtime = { handlerUrl: (element, name) => "/handler/" + name };
const begin = (name, element, init) => { window.setTimeout(() => window[name](runtime, element, init)); };
fetch("/init").then((reply) => reply.json()).then((init) => {
  begin("DigiskillsPractice", document.getElementById("one"), { ...init, usage: "one" });
  begin("Neighbour", document.body, {});
  // Studio and the LMS hand over what jQuery makes: a list of elements.
  begin("DigiskillsPractice", [document.getElementById("two")], { ...init, usage: "two" });
});
"""

PAGES = {
    "/unit": ("text/html", UNIT),
    "/unit.js": ("text/javascript", UNIT_SCRIPT),
    "/neighbour.js": ("text/javascript", NEIGHBOUR_SCRIPT),
    "/": ("text/html", PAGE),
    "/page.js": ("text/javascript", PAGE_SCRIPT),
    "/page.css": ("text/css", "body { margin: 0 auto; padding: 0 12px; } h1, h2 { font: 600 20px sans-serif; }"),
    "/favicon.ico": ("image/x-icon", ""),
}


@dataclass
class PlayerSite:
    """The site's memory: what the browser asked, and how the server is to answer.

    Attributes:
        failures: answers to give to the next ``submit`` requests instead of a score: HTTP status and body.
        payload: given at a start instead of the task's.
        submitted: the body of every ``submit``, in order.
        variant: the equal other way that the last ``start`` asked for.
        helped: every answer to the question whether somebody helped: attempt and answer.
    """

    task_id: str = "S3-01"
    seed: int = 7
    url: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    failures: list[tuple[int, str]] = field(default_factory=list)
    submitted: list[dict[str, Any]] = field(default_factory=list)
    helped: list[tuple[str, bool]] = field(default_factory=list)
    started: int = 0
    payload: dict[str, Any] | None = None
    variant: str | None = None

    def init(self, language: str, user: str) -> dict[str, Any]:
        raw = load_task(self.task_id).raw
        lesson = [{"title": page["title"][language], "body": page["body"][language]} for page in raw["lesson"]]
        task = {**{name: raw[name][language] for name in ("title", "goal", "why")}, "minutes": raw["minutes"], "lesson": lesson}
        task["variants"] = list(load_task(self.task_id).variants)
        return {
            "strings": ui_strings.translated(language),  # type: ignore[arg-type]  # the page asks for one of the two
            "task": task,
            "state": self.shown_state(),
            "user": user,
            "usage": "block",
            "language": language,
            "files": {name: f"/{path}" for name, path in self._files().items()},
        }

    def start(self, body: dict[str, Any]) -> dict[str, Any]:
        self.started += 1
        self.variant = body.get("variant")
        payload = self.payload or api.render_payload(self._scenario(), language=body["language"], run_kind=body["run_kind"])
        return {"attempt": f"attempt-{self.started}", "token": None, "stored": True, "payload": payload, "state": self.shown_state()}

    def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        scenario = self._scenario()
        trace = api.sanitize_trace(scenario, api.parse_trace(body["trace"]))
        scored = api.score(scenario, api.replay(scenario, trace))
        feedback = api.render_feedback(scenario, scored, language=body["language"])
        return {"feedback": {**feedback, "stored": True}, "state": {**self.shown_state(), "counted_used": 1}}

    def answer(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """What the other handlers answer."""
        if name == "helped":
            self.helped.append((body["attempt"], body["helped"]))
            return {"helped": body["helped"]}
        if name == "solution":
            return self.solution(body)
        return self.start(body) if name == "start" else {"state": self.shown_state()}

    def _files(self) -> dict[str, str]:
        if self.payload is None:
            return browser_files.needed(load_task(self.task_id))
        skins = {f"skins/{app['kind']}.css": browser_files.SKINS[app["kind"]] for app in self.payload["apps"]}
        return {**browser_files.FILES, "pictures.js": "public/pictures.js", **skins}

    def solution(self, body: dict[str, Any]) -> dict[str, Any]:
        payload = api.render_payload(self._scenario(), language=body["language"], run_kind="guided")
        return {"payload": payload, "steps": api.trace_to_json(api.witness_trace(self._scenario(), "solve"))["actions"]}

    def _scenario(self) -> api.Scenario:
        task = load_task(self.task_id)
        worn = task.wearing(task.overlay_for("citizen", variant=self.variant))
        return api.instantiate(api.compile_task(worn), self.seed)

    def shown_state(self) -> dict[str, Any]:
        return {"stored": True, "counted_used": 0, "max_attempts": 3, "limit_reached": False, "past_due": False, **self.state}


class _Handler(BaseHTTPRequestHandler):
    site: PlayerSite

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        wanted = dict(pair.split("=") for pair in query.split("&") if pair)
        if path == "/init":
            self._json(self.site.init(wanted.get("language", "vi"), wanted.get("user", "learner")))
        elif path.startswith("/public/"):
            name = path.removeprefix("/public/")
            self._answer(CONTENT_TYPES[name.rpartition(".")[2]], (PUBLIC / name).read_bytes())
        else:
            kind, text = PAGES[path]
            self._answer(kind, text.encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.removeprefix("/handler/")
        if name == "submit":
            self.site.submitted.append(body)
            if self.site.failures:
                status, text = self.site.failures.pop(0)
                self._answer("application/json", text.encode(), HTTPStatus(status))
            else:
                self._json(self.site.submit(body))
        else:
            self._json(self.site.answer(name, body))

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


@contextmanager
def serve(site: PlayerSite) -> Iterator[PlayerSite]:
    """Serve the site until the block is left; ``site.url`` is where."""
    handler = type("Handler", (_Handler,), {"site": site})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        site.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
