"""The checker of the fault run sees each of the faults that it is there for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import attrs
import pytest

from digiskills_integrations.outbox.messages import idempotency_key
from digiskills_integrations.sandbox.store import NewEffect, SandboxStore
from tests.faults.checker import Committed, Effect, compare, read_effects
from tests.faults.network import MODES, UnreliableProxy
from tests.integrations.conftest import NOW, answer, running, serving

HERE = "sandbox"


def event(seq: int = 1, operation: str = "issued", *, number: str = "T1", version: int = 1, **changes: object) -> Committed:
    return attrs.evolve(Committed(number, seq, operation, version, state="acknowledged", receipts=1), **changes)


def effect(of: Committed) -> Effect:
    return Effect(of.key(HERE), of.number, of.operation)


LIFE = [event(), event(2, "corrected", version=2), event(3, "withdrawn", version=2)]
DONE = [effect(each) for each in LIFE]


def line(committed: list[Committed], effects: list[Effect]) -> tuple[str, bool]:
    verdict = compare(committed, effects, destination=HERE)
    return verdict.line(), verdict.is_good


def test_equal_histories_are_good() -> None:
    expected = "committed 3 delivered 3 effects 3 lost 0 doubled 0 out-of-order 0"
    assert line(LIFE, DONE) == (expected, True)
    others = [event(number="T2"), event(2, "withdrawn", number="T2")]
    assert line([*LIFE, *others], [effect(others[0]), *DONE, effect(others[1])])[1]


@pytest.mark.parametrize(
    "committed, effects, expected",
    [
        (LIFE, DONE[:2], "committed 3 delivered 3 effects 2 lost 1 doubled 0 out-of-order 0"),
        (LIFE, [*DONE, DONE[0]], "committed 3 delivered 3 effects 4 lost 0 doubled 1 out-of-order 1"),
        (LIFE, [DONE[0], DONE[2], DONE[1]], "committed 3 delivered 3 effects 3 lost 0 doubled 0 out-of-order 1"),
        (LIFE[:1], DONE[:2], "committed 1 delivered 1 effects 2 lost 0 doubled 1 out-of-order 0"),
        ([event(state="cancelled")], DONE[:1], "committed 0 delivered 0 effects 1 lost 0 doubled 1 out-of-order 0"),
        ([event(state="dead", receipts=0)], DONE[:1], "committed 1 delivered 0 effects 1 lost 0 doubled 0 out-of-order 0"),
        ([event(receipts=2)], DONE[:1], "committed 1 delivered 0 effects 1 lost 0 doubled 0 out-of-order 0"),
        ([event(state=None, receipts=0)], [], "committed 1 delivered 0 effects 0 lost 1 doubled 0 out-of-order 0"),
        ([event(), event()], DONE[:1], "committed 2 delivered 2 effects 1 lost 1 doubled 0 out-of-order 0"),
    ],
    ids=["lost", "doubled", "order", "rolled back", "taken back", "dead", "two receipts", "no delivery", "one key for two"],
)
def test_each_fault_is_seen(committed: list[Committed], effects: list[Effect], expected: str) -> None:
    assert line(committed, effects) == (expected, False)


def test_it_computes_the_keys_that_the_product_sends() -> None:
    assert event(3, "withdrawn", version=2).key(HERE) == idempotency_key(HERE, "T1", 2, "withdrawn", 3)


def test_it_reads_the_registrys_history_in_order(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    store = SandboxStore(path)
    names = [field.name for field in attrs.fields(NewEffect)]
    for key in ("b", "a"):
        values = {"idempotency_key": key, "number": "T1", "operation": "issued", "test_mark": True}
        store.record(NewEffect(**{name: values.get(name, "x") for name in names}), now=NOW)
    assert read_effects(path) == [Effect("b", "T1", "issued"), Effect("a", "T1", "issued")]
    with pytest.raises(sqlite3.OperationalError):
        read_effects(tmp_path / "missing.sqlite3")


@pytest.fixture
def calls() -> Iterator[UnreliableProxy]:
    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        answer(200, b'{"arrival": %d}' % arrival)(handler, arrival)

    with serving(respond) as script:
        target = ("127.0.0.1", int(script.url.rsplit(":", 1)[1]))
        with running(UnreliableProxy(target, failing=7, seed=1)) as proxy:
            yield proxy


def test_the_bad_line_fails_as_often_as_it_says(calls: UnreliableProxy) -> None:
    heard = 0
    for _ in range(100):
        connection = HTTPConnection("127.0.0.1", calls.server_port, timeout=5)
        try:
            connection.request("POST", "/events", body=b"{}")
            reply = connection.getresponse()
            heard += reply.status == 200 and reply.read().startswith(b'{"arrival')
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
    assert (calls.calls["works"], heard) == (65, 65)
    assert calls.calls.keys() - {"works"} == MODES
