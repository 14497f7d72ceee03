"""The sandbox registry: what it takes, what it turns away, and that one key has one effect. Requests are signed by the test itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.keys import KeyPlaces, SigningKey, load_signing_key
from digiskills_integrations.credentials.vc_jwt import sign_vc_jwt
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.key_sets import key_set_source
from digiskills_integrations.sandbox.server import MAX_BODY_BYTES, SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore
from tests.integrations.conftest import DISCLOSURE, NOW, NUMBER, SECRET, answer, running, sample_credential, serving

KEY = "e" * 64
SECRET_BYTES = base64.b64decode(SECRET.removeprefix("whsec_"))


@attrs.define
class Client:
    """A sender for one sandbox."""

    server: SandboxServer
    token: str

    def event(self, **data: Any) -> JsonObject:
        content = {"operation": "issued", "confirmation": {"number": NUMBER}, "credential": self.token, **data}
        return {"specversion": "1.0", "id": KEY, "type": "org.digiskills.confirmation.issued.v1", "data": content}

    def post(
        self, event: JsonObject | bytes, *, at: datetime = NOW, secret: bytes = SECRET_BYTES, **headers: str
    ) -> tuple[int, JsonObject]:
        body = event if isinstance(event, bytes) else json.dumps(event, ensure_ascii=False).encode()
        stamp = str(int(at.timestamp()))
        mac = hmac.new(secret, f"{KEY}.{stamp}.".encode() + body, hashlib.sha256).digest()
        signed = {"webhook-id": KEY, "webhook-timestamp": stamp, "webhook-signature": f"v1,{base64.b64encode(mac).decode()}"}
        return self.request("POST", "/events", body, {**signed, **{name.replace("_", "-"): value for name, value in headers.items()}})

    def request(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, JsonObject]:
        status, _, content = self.raw(method, path, body, headers)
        return status, json.loads(content)

    def raw(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, Any, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


@pytest.fixture
def client(tmp_path: Path, key: SigningKey, token: str) -> Iterator[Client]:
    expectations = Expectations(secret=SECRET_BYTES, key_set=lambda: {"keys": [key.public_jwk]})
    store = SandboxStore(tmp_path / "sandbox.sqlite3")
    with running(SandboxServer(("127.0.0.1", 0), store=store, expectations=expectations, clock=lambda: NOW)) as server:
        assert isinstance(server, SandboxServer)
        yield Client(server, token)


def held(client: Client) -> list[tuple[str, str, int]]:
    return [(effect.number, effect.holder, effect.arrivals) for effect in client.server.store.effects()]


def test_a_good_event_has_an_effect_and_a_receipt(client: Client) -> None:
    holder = {"name": DISCLOSURE.name, "salt": DISCLOSURE.salt}
    status, content = client.post(client.event(holder=holder))
    assert (status, content["status"], content["receipt"], content["repeated"]) == (201, "accepted", "SBX-000001", False)
    assert held(client) == [(NUMBER, DISCLOSURE.name, 1)]


def test_the_same_event_again_has_no_second_effect(client: Client) -> None:
    first, again = client.post(client.event()), client.post(client.event(), at=NOW + timedelta(minutes=4))
    assert (first[0], again[0]) == (201, 200)
    assert again[1] == {**first[1], "repeated": True}
    assert held(client) == [(NUMBER, "", 2)]


def test_many_at_once_have_one_effect(client: Client) -> None:
    start = threading.Barrier(6)
    answers: list[tuple[int, JsonObject]] = []

    def arrive() -> None:
        start.wait()
        answers.append(client.post(client.event()))

    threads = [threading.Thread(target=arrive) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [200] * 5 + [201]
    assert {content["receipt"] for _, content in answers} == {"SBX-000001"}
    assert held(client) == [(NUMBER, "", 6)]


def test_a_name_that_was_deleted_meanwhile_makes_no_new_event(client: Client) -> None:
    first = client.post(client.event(holder={"name": DISCLOSURE.name, "salt": DISCLOSURE.salt}))
    again = client.post(client.event(holder=None))
    assert (first[0], again[0]) == (201, 200)
    assert held(client) == [(NUMBER, DISCLOSURE.name, 2)]


def test_a_key_with_another_record_is_rejected(client: Client, key: SigningKey) -> None:
    client.post(client.event())
    status, content = client.post(client.event(credential=sign_vc_jwt(sample_credential(), key, now=NOW)))
    assert (status, content) == (422, {"status": "rejected", "reason": "key_reused"})
    assert held(client) == [(NUMBER, "", 1)]


@pytest.mark.parametrize(
    "options, reason",
    [
        ({"secret": b"x" * 24}, "bad_signature"),
        ({"webhook_signature": "v1,AAAA"}, "bad_signature"),
        ({"webhook_signature": ""}, "bad_signature"),
        ({"webhook_id": "f" * 64}, "bad_signature"),
        ({"webhook_id": ""}, "missing_signature_headers"),
        ({"webhook_timestamp": "now"}, "missing_signature_headers"),
        ({"webhook_timestamp": "9" * 30}, "missing_signature_headers"),
        ({"webhook_timestamp": str(int(NOW.timestamp()) + 1)}, "bad_signature"),
        ({"at": NOW - timedelta(minutes=5, seconds=1)}, "timestamp_out_of_tolerance"),
        ({"at": NOW + timedelta(minutes=5, seconds=1)}, "timestamp_out_of_tolerance"),
    ],
    ids=str,
)
def test_a_request_that_is_not_proved_is_turned_away(client: Client, options: dict[str, Any], reason: str) -> None:
    assert client.post(client.event(), **options) == (401, {"error": reason})
    assert held(client) == []


def test_one_good_signature_of_several_is_enough(client: Client) -> None:
    """Standard Webhooks sends two while a secret is being changed."""
    body = json.dumps(client.event()).encode()
    stamp = str(int(NOW.timestamp()))
    mac = base64.b64encode(hmac.digest(SECRET_BYTES, f"{KEY}.{stamp}.".encode() + body, "sha256")).decode()
    headers = {"webhook-id": KEY, "webhook-timestamp": stamp, "webhook-signature": f"v1,AAAA v1a,xyz v1,{mac}"}
    assert client.request("POST", "/events", body, headers)[0] == 201


@pytest.mark.parametrize(
    "change, status, reason",
    [
        ({"id": "other"}, 400, "key_mismatch"),
        ({"specversion": "0.3"}, 400, "bad_envelope"),
        ({"data": []}, 400, "bad_envelope"),
        ({"type": "org.digiskills.confirmation.unheard.v1"}, 422, "unknown_type"),
        ({"data": {}}, 400, "bad_data"),
        ({"data": {"confirmation": {}, "credential": "a.b.c"}}, 422, "credential_malformed"),
    ],
    ids=str,
)
def test_an_event_of_another_form_is_refused(client: Client, change: JsonObject, status: int, reason: str) -> None:
    code, content = client.post({**client.event(), **change})
    assert (code, content.get("error", content.get("reason"))) == (status, reason)
    assert held(client) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"id":1,"id":2}', b"\xff"], ids=str)
def test_what_is_no_json_object_is_refused(client: Client, body: bytes) -> None:
    assert client.post(body) == (400, {"error": "bad_json"})


def test_a_header_that_contradicts_the_event_is_refused(client: Client) -> None:
    assert client.post(client.event(), Idempotency_Key="other") == (400, {"error": "key_mismatch"})


@pytest.mark.parametrize(
    "data, reason",
    [
        ({"confirmation": {"number": "T9999999999999"}}, "number_mismatch"),
        ({"holder": {"name": "Trần Văn Khác", "salt": DISCLOSURE.salt}}, "holder_mismatch"),
    ],
    ids=str,
)
def test_what_the_record_does_not_say_is_rejected(client: Client, data: JsonObject, reason: str) -> None:
    assert client.post(client.event(**data)) == (422, {"status": "rejected", "reason": reason})


@pytest.mark.parametrize("holder", ["Lan", {"name": "Lan"}, {"name": 1, "salt": "x"}], ids=str)
def test_a_holder_of_another_form_is_refused(client: Client, holder: object) -> None:
    assert client.post(client.event(holder=holder)) == (400, {"error": "bad_holder"})


def test_a_record_signed_by_somebody_else_is_rejected(client: Client, tmp_path: Path) -> None:
    stranger = load_signing_key(KeyPlaces(tmp_path / "stranger"))
    forged = sign_vc_jwt(sample_credential(), stranger, now=NOW)
    assert client.post(client.event(credential=forged)) == (422, {"status": "rejected", "reason": "credential_unknown_key"})


def test_a_real_record_does_not_belong_here(client: Client, key: SigningKey) -> None:
    live = attrs.evolve(key, kid="live", public_jwk={**key.public_jwk, "kid": "live"}, is_test=False)
    client.server.expectations = attrs.evolve(client.server.expectations, key_set=lambda: {"keys": [live.public_jwk]})
    content = {name: value for name, value in sample_credential().items() if name != "testMark"}
    event = client.event(credential=sign_vc_jwt(content, live, now=NOW))
    assert client.post(event) == (422, {"status": "rejected", "reason": "real_record_in_sandbox"})


def test_it_refuses_the_first_ones_on_purpose(client: Client) -> None:
    client.server.fail_first = 2
    assert client.post(client.event(), webhook_signature="v1,AAAA")[0] == 401
    assert [client.post(client.event())[0] for _ in range(4)] == [503, 503, 201, 200]
    assert held(client) == [(NUMBER, "", 2)]


def test_what_it_holds_survives_a_restart(client: Client, tmp_path: Path) -> None:
    client.post(client.event())
    client.server.store = SandboxStore(tmp_path / "sandbox.sqlite3")
    assert client.post(client.event())[0] == 200


def test_a_key_set_that_cannot_be_had_is_no_reason_to_reject(client: Client, tmp_path: Path, key: SigningKey) -> None:
    path = tmp_path / "jwks.json"
    client.server.expectations = attrs.evolve(client.server.expectations, key_set=key_set_source(str(path)))
    assert client.post(client.event()) == (503, {"error": "key_set_unavailable"})
    path.write_text(json.dumps({"keys": [key.public_jwk]}), encoding="utf-8")
    assert client.post(client.event())[0] == 201


def test_a_key_set_may_be_fetched(client: Client, key: SigningKey) -> None:
    with serving(answer(200, json.dumps({"keys": [key.public_jwk]}).encode())) as issuer:
        client.server.expectations = attrs.evolve(client.server.expectations, key_set=key_set_source(f"{issuer.url}/jwks.json"))
        assert client.post(client.event())[0] == 201
    assert [arrival.path for arrival in issuer.arrivals] == ["/jwks.json"]
    assert client.post(client.event())[0] == 503


def test_the_page_shows_what_is_held_and_says_that_it_is_a_trial(client: Client) -> None:
    status, headers, page = client.raw("GET", "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "No confirmation has arrived yet" in page.decode()

    holder = {"name": DISCLOSURE.name, "salt": DISCLOSURE.salt}
    client.post(client.event(holder=holder))
    page = client.raw("GET", "/")[2].decode()
    assert "T0-0000-0000-0001" in page
    assert DISCLOSURE.name in page
    assert "TEST" in page
    assert "<script" not in page


def test_names_cannot_put_markup_on_the_page(client: Client, key: SigningKey) -> None:
    evil = attrs.evolve(DISCLOSURE, name="<script>alert(1)</script>")
    content = sample_credential()
    content["credentialSubject"]["nameCommitment"] = evil.commitment
    event = client.event(credential=sign_vc_jwt(content, key, now=NOW), holder={"name": evil.name, "salt": evil.salt})
    assert client.post(event)[0] == 201
    assert b"<script" not in client.raw("GET", "/")[2]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_paths_are_not_found(client: Client, method: str) -> None:
    assert client.request(method, "/other", b"")[0] == 404


def test_lengths_are_bounded(client: Client) -> None:
    assert client.request("POST", "/events", None, {"Content-Length": "x"})[0] == 411
    assert client.request("POST", "/events", None, {"Content-Length": str(MAX_BODY_BYTES + 1)})[0] == 413


@pytest.mark.parametrize("operation", ["corrected", "withdrawn", "reinstated", "expired", "renewed"])
def test_what_happens_later_is_taken_even_after_the_record_has_ended(client: Client, operation: str) -> None:
    later = NOW + timedelta(days=900)
    client.server.clock = lambda: later
    event = {**client.event(operation=operation), "type": f"org.digiskills.confirmation.{operation}.v1"}
    assert client.post(event, at=later)[0] == 201
    assert [effect.operation for effect in client.server.store.effects()] == [operation]
