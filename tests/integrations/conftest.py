"""What the tests of the integrations share: keys in a temporary directory, a sample credential, and scripted HTTP servers on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import attrs
import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from digiskills_grading import dimensions
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.disclosure import Disclosure
from digiskills_integrations.credentials.keys import KeyPlaces, SigningKey, load_signing_key
from digiskills_integrations.credentials.vc_jwt import VC_CONTEXT, VC_TYPE, sign_vc_jwt
from digiskills_integrations.http import HttpLimits, parse_networks

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LOOPBACK = HttpLimits(allowed_networks=parse_networks(["127.0.0.0/8"]))
DISCLOSURE = Disclosure(name="Nguyễn Thị Lan", salt="AAECAwQFBgcICQoLDA0ODw")
NUMBER = "T0000000000001"


@pytest.fixture
def places(tmp_path: Path) -> KeyPlaces:
    return KeyPlaces(directory=tmp_path / "keys")


@pytest.fixture
def key(places: KeyPlaces) -> SigningKey:
    return load_signing_key(places)


def sample_credential(number: str = NUMBER) -> JsonObject:
    return {
        "@context": [VC_CONTEXT, {"@vocab": "https://digiskills.org/ns/confirmation/v1#"}],
        "id": f"urn:digiskills:confirmation:{number}:1",
        "type": [VC_TYPE, "DigitalSkillsConfirmation"],
        "issuer": {"id": "https://test.invalid/issuer", "name": "TEST – not a real confirmation"},
        "validFrom": "2026-11-22T09:00:00Z",
        "validUntil": "2027-11-22T09:00:00Z",
        "credentialSubject": {
            "id": "urn:digiskills:learner:01JDA4V8Q0000000000000000A",
            "confirmationNumber": number,
            "regulation": "demo-s3-a1/1",
            "audience": "citizen",
            "skills": [{"skill": "S3", "valueMilli": 1000}, {"skill": "A1", "valueMilli": 850}],
            "nameCommitment": DISCLOSURE.commitment,
        },
        "testMark": True,
    }


@pytest.fixture
def token(key: SigningKey) -> str:
    return sign_vc_jwt(sample_credential(), key, now=NOW)


@attrs.frozen
class Arrival:
    """A request as a scripted server saw it; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@attrs.define
class Script:
    """A scripted server: its address and what has arrived."""

    url: str = ""
    arrivals: list[Arrival] = attrs.Factory(list)


Respond = Callable[[BaseHTTPRequestHandler, int], None]


def answer(status: int, body: bytes = b"{}", headers: dict[str, str] | None = None) -> Respond:
    """A reaction that answers with these."""

    def respond(handler: BaseHTTPRequestHandler, _arrival: int) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


@contextmanager
def serving(respond: Respond) -> Iterator[Script]:
    """Run a server on loopback that records each request and reacts with ``respond(handler, arrival number from 1)``."""
    script = Script()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            script.arrivals.append(Arrival(self.command, self.path, headers, body))
            respond(self, len(script.arrivals))

        do_GET = do_POST  # noqa: N815 - the base class looks for this name

        def log_message(self, *_: object) -> None:
            """Keeps the test's output clean."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        script.url = f"http://127.0.0.1:{server.server_port}"
        yield script


@contextmanager
def running(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    """``server`` serving in a thread until the block ends."""
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def platform(settings: Settings, tmp_path: Path, transactional_db: None) -> Settings:
    """A platform with a key directory of its own, encryption keys and no registries yet; each step really commits."""
    dimensions.forget()
    settings.DIGISKILLS_KEY_DIR = str(tmp_path / "keys")
    settings.DIGISKILLS_SIGNING_KEY_FILE = None
    settings.DIGISKILLS_PII_KEYS = [Fernet.generate_key().decode()]
    settings.DIGISKILLS_DESTINATIONS = []
    settings.DIGISKILLS_DESTINATION_SECRETS = {}
    return settings
