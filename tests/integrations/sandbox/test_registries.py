"""The sandbox as a country's registry: what it turns away. Requests are signed by the test itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from digiskills_framework.api import build_record, load_registry_profile
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.keys import SigningKey
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.registries import CLIENT_ID
from digiskills_integrations.sandbox.server import SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore
from tests.integrations.conftest import NOW, NUMBER, running
from tests.integrations.registries import REAL_NUMBER, REGISTRY_SECRET, golden_facts

EDUCATION, VNEID, CIVIL_SERVANTS = "vn/education/1", "vn/vneid/1", "vn/civil_servants/1"
KEY = "c" * 64


@attrs.define
class Client:
    """A sender to the registries of one sandbox."""

    server: SandboxServer
    token: str

    def record(self, profile: str = EDUCATION, *, key: str = KEY, number: str = NUMBER, identity: str | None = None) -> JsonObject:
        facts = golden_facts(profile)
        facts["event"]["key"] = key
        facts["confirmation"]["number"] = number
        facts["record"]["credential"] = self.token
        if identity is not None:
            facts["identity"]["number"] = identity
        return build_record(load_registry_profile(profile), facts)

    def batch(self, *records: JsonObject, key: str = KEY, **headers: str) -> tuple[int, JsonObject]:
        """POST a batch to the education database, signed."""
        return self.signed(json.dumps({"maGoi": key, "duLieu": list(records)}).encode(), key=key, **headers)

    def signed(self, body: bytes, *, key: str = KEY, **headers: str) -> tuple[int, JsonObject]:
        path, stamp = f"/registries/{EDUCATION}", str(int(NOW.timestamp()))
        stamp = headers.pop("stamp", stamp)
        text = "\n".join([stamp, key, "POST", path, hashlib.sha256(body).hexdigest()])
        mac = hmac.new(base64.b64decode(REGISTRY_SECRET), text.encode(), hashlib.sha256).hexdigest()
        known = {"X-Request-Id": key, "X-Digiskills-Timestamp": stamp, "X-Digiskills-Signature": f"v1={mac}"}
        return self.post(path, body, {**known, **{name.replace("_", "-"): value for name, value in headers.items()}})

    def login(self, secret: str = REGISTRY_SECRET, body: bytes = b"grant_type=client_credentials") -> tuple[int, JsonObject]:
        basic = base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()
        return self.post("/oauth/token", body, {"Authorization": f"Basic {basic}"})

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, JsonObject]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def held(self) -> list[tuple[str, int]]:
        return [(effect.number, effect.arrivals) for effect in self.server.store.effects()]


@pytest.fixture
def client(tmp_path: Path, key: SigningKey, token: str) -> Iterator[Client]:
    expectations = Expectations(secret=b"w" * 24, key_set=lambda: {"keys": [key.public_jwk]}, registry_secret=REGISTRY_SECRET)
    store = SandboxStore(tmp_path / "sandbox.sqlite3")
    with running(SandboxServer(("127.0.0.1", 0), store=store, expectations=expectations, clock=lambda: NOW)) as server:
        assert isinstance(server, SandboxServer)
        yield Client(server, token)


def test_each_record_of_a_batch_gets_its_own_answer(client: Client) -> None:
    good, wrong = client.record(), client.record(key="d" * 64, number="T9999999999999")
    status, content = client.batch(good, wrong)
    assert status == 200
    assert content["chiTiet"] == [
        {"maGiaoDich": KEY, "trangThai": "DA_GHI_NHAN", "maBienNhan": "SBX-000001"},
        {"maGiaoDich": "d" * 64, "trangThai": "TU_CHOI", "lyDo": "number_mismatch"},
    ]
    assert client.held() == [(NUMBER, 1)]


def test_a_record_is_known_again_in_another_batch(client: Client) -> None:
    client.batch(client.record())
    _, content = client.batch(client.record(), key="f" * 64)
    assert content["chiTiet"][0]["trangThai"] == "DA_CO"
    assert content["chiTiet"][0]["maBienNhan"] == "SBX-000001"
    assert client.held() == [(NUMBER, 2)]


def test_a_real_citizen_number_is_refused(client: Client) -> None:
    _, content = client.batch(client.record(identity=REAL_NUMBER))
    assert content["chiTiet"][0]["lyDo"] == "real_identity_in_sandbox"
    assert client.held() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Digiskills_Signature": "v1=00"},
        {"X_Digiskills_Signature": ""},
        {"X_Digiskills_Timestamp": "soon"},
        {"stamp": str(int((NOW - timedelta(minutes=6)).timestamp()))},
        {"X_Request_Id": "d" * 64},
    ],
    ids=str,
)
def test_a_request_that_is_not_proved_is_turned_away(client: Client, headers: dict[str, str]) -> None:
    assert client.batch(client.record(), **headers) == (401, {"error": "not_signed_in"})
    assert client.held() == []


@pytest.mark.parametrize(
    "body, error",
    [
        (b"[]", "bad_json"),
        (b"{", "bad_json"),
        (b"{}", "bad_batch"),
        (json.dumps({"maGoi": "d" * 64, "duLieu": []}).encode(), "bad_batch"),
        (json.dumps({"maGoi": KEY, "duLieu": []}).encode(), "bad_batch"),
        (json.dumps({"maGoi": KEY, "duLieu": {}}).encode(), "bad_batch"),
        (json.dumps({"maGoi": KEY, "duLieu": [{}] * 201}).encode(), "bad_batch"),
        (json.dumps({"maGoi": KEY, "duLieu": ["x"]}).encode(), "breaks_contract"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_batch_of_another_form_is_refused(client: Client, body: bytes, error: str) -> None:
    assert client.signed(body) == (400, {"error": error})


def test_a_record_that_breaks_the_contract_stops_the_batch(client: Client) -> None:
    record = {**client.record(), "soDienThoai": "0900000000"}
    assert client.batch(client.record(key="d" * 64), record) == (400, {"error": "breaks_contract"})
    assert client.held() == []


def test_a_key_must_be_one(client: Client) -> None:
    assert client.batch(client.record(), key="short") == (400, {"error": "bad_key"})


def test_a_token_opens_one_registry_and_ends(client: Client) -> None:
    status, given = client.login()
    assert (status, given["token_type"], given["expires_in"]) == (200, "Bearer", 300)
    headers = {"Authorization": f"Bearer {given['access_token']}", "Idempotency-Key": KEY}
    body = json.dumps(client.record(VNEID)).encode()
    assert client.post(f"/registries/{VNEID}", body, headers)[0] == 201
    assert client.post(f"/registries/{VNEID}", body, headers)[0] == 200
    assert client.post(f"/registries/{EDUCATION}", body, headers)[0] == 401
    client.server.clock = lambda: NOW + timedelta(minutes=5)
    assert client.post(f"/registries/{VNEID}", body, headers) == (401, {"error": "not_signed_in"})


@pytest.mark.parametrize(
    "options, answer",
    [
        ({"secret": "wrong"}, (401, {"error": "invalid_client"})),
        ({"body": b"grant_type=password"}, (400, {"error": "unsupported_grant_type"})),
        ({"body": b""}, (400, {"error": "unsupported_grant_type"})),
    ],
    ids=str,
)
def test_no_token_for_strangers(client: Client, options: dict[str, Any], answer: tuple[int, JsonObject]) -> None:
    assert client.login(**options) == answer


@pytest.mark.parametrize("authorization", ["", "Basic", "Basic !!", "Bearer x", "Basic /////w=="])
def test_credentials_of_any_form_are_answered(client: Client, authorization: str) -> None:
    status, _ = client.post("/oauth/token", b"grant_type=client_credentials", {"Authorization": authorization})
    assert status == 401


def test_a_single_record_must_carry_the_key_of_its_request(client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.login()[1]['access_token']}", "Idempotency-Key": "d" * 64}
    answer = client.post(f"/registries/{VNEID}", json.dumps(client.record(VNEID)).encode(), headers)
    assert answer == (400, {"error": "key_mismatch"})
    assert client.held() == []


def test_a_single_record_that_is_refused_comes_as_422(client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.login()[1]['access_token']}", "Idempotency-Key": KEY}
    body = json.dumps(client.record(VNEID, number="T9999999999999")).encode()
    status, content = client.post(f"/registries/{VNEID}", body, headers)
    assert (status, content["trangThai"], content["lyDo"]) == (422, "TU_CHOI", "number_mismatch")


def test_mutual_tls_is_not_spoken_in_the_clear(client: Client) -> None:
    assert client.post(f"/registries/{CIVIL_SERVANTS}", b"{}", {"Idempotency-Key": KEY}) == (401, {"error": "not_signed_in"})


@pytest.mark.parametrize("path", ["/registries/", "/registries/vn/unheard/1", "/registries/../etc", "/registries/vn/vneid/1/x"])
def test_other_registries_are_not_found(client: Client, path: str) -> None:
    assert client.post(path, b"{}", {}) == (404, {"error": "not_found"})


def test_without_a_shared_key_the_registries_are_closed(client: Client) -> None:
    client.server.expectations = attrs.evolve(client.server.expectations, registry_secret="")
    assert client.batch(client.record()) == (503, {"error": "registries_closed"})


def test_it_refuses_the_first_ones_on_purpose_here_too(client: Client) -> None:
    client.server.fail_first = 1
    assert client.batch(client.record())[0] == 503
    assert client.batch(client.record())[0] == 200
    assert client.held() == [(NUMBER, 1)]


def test_a_file_of_an_earlier_version_is_read_on(tmp_path: Path, client: Client) -> None:
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE effect (id INTEGER PRIMARY KEY, idempotency_key TEXT NOT NULL UNIQUE, credential_digest TEXT NOT NULL,"
            " number TEXT NOT NULL, operation TEXT NOT NULL, holder TEXT NOT NULL, regulation TEXT NOT NULL, test_mark INTEGER NOT NULL,"
            " received_at TEXT NOT NULL, arrivals INTEGER NOT NULL DEFAULT 1)"
        )
        connection.execute("INSERT INTO effect VALUES (1, 'k', 'd', ?, 'issued', '', 'r', 1, '2026-11-22', 1)", (NUMBER,))
    connection.close()
    client.server.store = SandboxStore(path)
    assert [effect.registry for effect in client.server.store.effects()] == ["webhook"]
