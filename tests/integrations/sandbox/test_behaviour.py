"""The sandbox on bad days: each way to misbehave, seen from the sender's side, and the control endpoint."""

from __future__ import annotations

import base64
import http.client
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.credentials.keys import SigningKey
from digiskills_integrations.destinations.base import DestinationConfig, OutgoingEvent, RegistryAnswer, TransportError
from digiskills_integrations.destinations.webhook import WebhookTransport
from digiskills_integrations.http import parse_networks
from digiskills_integrations.sandbox.behaviour import MODES, BadBehaviourError, Behaviour, Mischief, Mode, parse_behaviour
from digiskills_integrations.sandbox.checks import Expectations
from digiskills_integrations.sandbox.control import CONTROL_PATH, ControlServer
from digiskills_integrations.sandbox.server import SandboxServer
from digiskills_integrations.sandbox.store import SandboxStore
from tests.integrations.conftest import NOW, NUMBER, SECRET, running

KEY = "e" * 64


@pytest.fixture
def server(tmp_path: Path, key: SigningKey) -> Iterator[SandboxServer]:
    expectations = Expectations(secret=base64.b64decode(SECRET.removeprefix("whsec_")), key_set=lambda: {"keys": [key.public_jwk]})
    store = SandboxStore(tmp_path / "sandbox.sqlite3")
    with running(SandboxServer(("127.0.0.1", 0), store=store, expectations=expectations, clock=lambda: NOW)) as made:
        assert isinstance(made, SandboxServer)
        yield made


@attrs.frozen
class Sender:
    """Sends one event to the sandbox."""

    server: SandboxServer
    event: OutgoingEvent

    def send(self) -> RegistryAnswer:
        return WebhookTransport().send(self.event, self._config, now=NOW)

    def find(self) -> RegistryAnswer | None:
        return WebhookTransport().find(self.event, self._config, reference="", now=NOW)

    def arrivals(self) -> list[int]:
        return [effect.arrivals for effect in self.server.store.effects()]

    @property
    def _config(self) -> DestinationConfig:
        url = f"http://127.0.0.1:{self.server.server_port}/events"
        return DestinationConfig(code="sandbox", endpoint=url, secret=SECRET, allowed_networks=parse_networks(["127.0.0.0/8"]))


@pytest.fixture
def sender(server: SandboxServer, token: str) -> Sender:
    data: JsonObject = {"operation": "issued", "confirmation": {"number": NUMBER}, "credential": token}
    return Sender(server, OutgoingEvent(KEY, "org.digiskills.confirmation.issued.v1", NOW, data))


def bad(*modes: Mode, **options: Any) -> Behaviour:
    return Behaviour(modes=modes, hold_seconds=0.05, slow_seconds=0.05, **options)


@pytest.mark.parametrize(
    "mode, code, retry_after, effects",
    [
        ("error", "http_503", None, []),
        ("throttle", "http_429", 7.0, []),
        ("timeout", "connection", None, []),
        ("effect_then_timeout", "connection", None, [1]),
        ("half_answer", "connection", None, [1]),
    ],
)
def test_a_bad_day_and_the_day_after(sender: Sender, mode: Mode, code: str, retry_after: float | None, effects: list[int]) -> None:
    sender.server.mischief.set(bad(mode, calls=1, retry_after=7))
    with pytest.raises(TransportError) as caught:
        sender.send()
    assert (caught.value.code, caught.value.permanent, caught.value.retry_after) == (code, False, retry_after)
    assert sender.arrivals() == effects
    assert sender.send().status == "acknowledged"
    assert len(sender.arrivals()) == 1


@pytest.mark.parametrize("mode, arrivals", [("slow", 1), ("duplicate", 2)])
def test_a_day_that_the_sender_does_not_notice(sender: Sender, mode: Mode, arrivals: int) -> None:
    sender.server.mischief.set(bad(mode))
    assert sender.send().status == "acknowledged"
    assert sender.arrivals() == [arrivals]


def test_a_sender_can_ask_what_became_of_an_event(sender: Sender) -> None:
    assert sender.find() is None
    sender.server.mischief.set(bad("effect_then_timeout", calls=1))
    with pytest.raises(TransportError):
        sender.send()
    found = sender.find()
    assert found is not None
    assert found.reference == "SBX-000001"


def test_a_sender_must_sign_to_ask(sender: Sender) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", sender.server.server_port, timeout=10)
    connection.request("GET", f"/events/{KEY}")
    assert connection.getresponse().status == 401
    connection.close()


@given(seed=st.integers(0, 2**53), rate=st.floats(0, 1))
def test_the_same_seed_gives_the_same_day(seed: int, rate: float) -> None:
    behaviour = Behaviour(modes=MODES, rate=rate, seed=seed)
    first, second = Mischief(behaviour), Mischief(behaviour)
    assert [first.next() for _ in range(30)] == [second.next() for _ in range(30)]


def test_about_as_many_calls_fail_as_were_asked_for() -> None:
    mischief = Mischief(Behaviour(modes=MODES, rate=0.35, seed=7))
    counts = Counter(mischief.next() for _ in range(4000))
    assert 0.6 < counts.pop(None) / 4000 < 0.7
    assert set(counts) == set(MODES)


def test_it_behaves_again_after_so_many_calls() -> None:
    mischief = Mischief(Behaviour(modes=("error",), calls=2))
    assert [mischief.next() for _ in range(4)] == ["error", "error", None, None]


@pytest.mark.parametrize(
    "content, message",
    [
        ({"modes": ["sulk"]}, "modes: 'sulk'; use some of error"),
        ({"modes": "error"}, "modes: 'error'; use a list"),
        ({"rate": 2}, "rate: 2; use a number from 0 to 1"),
        ({"rate": True}, "rate: True"),
        ({"seed": "x"}, "seed: 'x'"),
        ({"calls": -1}, "calls: -1"),
        ({"hold_seconds": 1e9}, "hold_seconds"),
        ({"mood": "bad"}, "mood: is not a field; use modes"),
    ],
)
def test_what_is_no_behaviour_is_refused(content: JsonObject, message: str) -> None:
    with pytest.raises(BadBehaviourError, match=message):
        parse_behaviour(content)


@pytest.fixture
def control(server: SandboxServer) -> Iterator[ControlServer]:
    with running(ControlServer(0, server.mischief)) as made:
        assert isinstance(made, ControlServer)
        yield made


def ask(control: ControlServer, method: str, body: bytes | None = None, **headers: str) -> tuple[int, JsonObject]:
    connection = http.client.HTTPConnection("127.0.0.1", control.server_port, timeout=10)
    try:
        connection.request(method, CONTROL_PATH, body, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_it_can_be_told_to_misbehave_while_it_runs(control: ControlServer, sender: Sender) -> None:
    assert ask(control, "GET")[1]["modes"] == []
    status, content = ask(control, "PUT", b'{"modes": ["error"], "calls": 1}')
    assert (status, content["modes"], content["calls"]) == (200, ["error"], 1)
    with pytest.raises(TransportError, match="http_503"):
        sender.send()
    assert sender.send().status == "acknowledged"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"modes": ["sulk"]}', b'{"rate": NaN}'])
def test_a_wrong_order_changes_nothing(control: ControlServer, server: SandboxServer, body: bytes) -> None:
    status, content = ask(control, "PUT", body)
    assert status == 400
    assert content["error"]
    assert server.mischief.behaviour == Behaviour()


def test_control_is_for_this_machine_alone(control: ControlServer, server: SandboxServer) -> None:
    assert control.server_address[0] == "127.0.0.1"
    assert ask(control, "PUT", b'{"modes": ["error"]}', Host="sandbox.example:80")[0] == 404
    assert server.mischief.behaviour == Behaviour()


def test_control_is_not_on_the_registrys_own_port(server: SandboxServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request("GET", CONTROL_PATH)
    assert connection.getresponse().status == 404
    connection.close()
