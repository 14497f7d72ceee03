"""The webhook transport: what goes over the wire, and what each answer means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from digiskills_integrations.destinations.base import DestinationConfig, OutgoingEvent, RegistryAnswer, TransportError
from digiskills_integrations.destinations.webhook import WebhookTransport
from digiskills_integrations.destinations.webhook.transport import envelope, signed_headers
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.http import parse_networks
from tests.integrations.conftest import NOW, SECRET, answer, serving
from tests.integrations.records import names

EVENT = OutgoingEvent(
    idempotency_key="k" * 64,
    event_type="org.digiskills.confirmation.issued.v1",
    occurred_at=NOW,
    data={"confirmation": {"number": "T1"}, "holder": {"name": "Nguyễn Thị Lan", "salt": "s"}},
)
ACCEPTED = b'{"status":"accepted","receipt":"R-1","extra":[1]}'


def send(url: str, *, secret: str = SECRET, now: datetime = NOW) -> RegistryAnswer:
    config = DestinationConfig(code="x", endpoint=url, secret=secret, allowed_networks=parse_networks(["127.0.0.0/8"]))
    return WebhookTransport().send(EVENT, config, now=now)


def test_the_request_is_signed_so_that_others_can_check_it() -> None:
    now = datetime.now(UTC)  # the library compares with the real clock
    with serving(answer(200, ACCEPTED)) as script:
        send(script.url, now=now)
    [arrival] = script.arrivals
    assert Webhook(SECRET).verify(arrival.body, arrival.headers)["type"] == EVENT.event_type
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(arrival.body + b" ", arrival.headers)

    signed = b".".join([arrival.headers["webhook-id"].encode(), arrival.headers["webhook-timestamp"].encode(), arrival.body])
    mac = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert arrival.headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


def test_the_envelope_is_a_cloud_event_that_never_changes() -> None:
    with serving(answer(200, ACCEPTED)) as script:
        send(script.url)
        send(script.url, now=NOW + timedelta(hours=5))
    first, second = script.arrivals
    assert first.body == second.body == envelope(EVENT)
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == first.headers["idempotency-key"] == EVENT.idempotency_key
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 5 * 3600
    event = json.loads(first.body)
    assert {name: event[name] for name in ("specversion", "id", "type", "time")} == {
        "specversion": "1.0",
        "id": EVENT.idempotency_key,
        "type": EVENT.event_type,
        "time": "2026-11-22T09:30:00Z",
    }
    assert event["data"] == EVENT.data


def test_no_person_is_named_in_address_or_headers() -> None:
    with serving(answer(200, ACCEPTED)) as script:
        send(f"{script.url}/events")
    [arrival] = script.arrivals
    assert not names(arrival.path + str(arrival.headers))
    assert not names(repr(EVENT))


def test_time_zones_do_not_change_the_signature() -> None:
    elsewhere = NOW.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+07:00").tzinfo)
    assert signed_headers(b"{}", key="k", secret=SECRET, now=NOW) == signed_headers(b"{}", key="k", secret=SECRET, now=elsewhere)


@pytest.mark.parametrize(
    "status, body, expected",
    [
        (200, ACCEPTED, ("acknowledged", "R-1", "")),
        (201, b'{"status":"accepted"}', ("acknowledged", "", "")),
        (200, json.dumps({"status": "accepted", "receipt": "r" * 500}).encode(), ("acknowledged", "r" * 128, "")),
        (422, b'{"status":"rejected","reason":"unknown_person"}', ("rejected", "", "unknown_person")),
        (422, b'{"status":"rejected","reason":{"no":"text"}}', ("rejected", "", "")),
    ],
)
def test_an_understood_answer_is_a_receipt(status: int, body: bytes, expected: tuple[str, str, str]) -> None:
    with serving(answer(status, body)) as script:
        result = send(script.url)
    assert (result.status, result.reference, result.reason) == expected
    assert result.raw == json.loads(body)


@pytest.mark.parametrize(
    "status, body",
    [
        (200, b""),
        (200, b"OK"),
        (200, b'{"status":"maybe"}'),
        (200, b'{"status":["accepted"]}'),
        (200, b'{"status":"rejected"}'),
        (422, b'{"status":"accepted"}'),
        (422, b"{}"),
        (202, b'{"status":"accepted","status":"rejected"}'),
    ],
)
def test_an_answer_that_is_not_understood_is_asked_for_again(status: int, body: bytes) -> None:
    with serving(answer(status, body)) as script, pytest.raises(TransportError) as caught:
        send(script.url)
    assert (caught.value.code, caught.value.permanent) == ("unreadable_receipt", False)


@pytest.mark.parametrize("status", [401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 504, 599])
def test_a_registry_in_trouble_is_tried_again(status: int) -> None:
    with serving(answer(status)) as script, pytest.raises(TransportError) as caught:
        send(script.url)
    assert (caught.value.code, caught.value.permanent, caught.value.gone) == (f"http_{status}", False, False)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 405, 410, 413, 415])
def test_an_answer_that_will_not_change_is_permanent(status: int) -> None:
    with serving(answer(status, headers={"Location": "http://127.0.0.1:9/"})) as script, pytest.raises(TransportError) as caught:
        send(script.url)
    assert (caught.value.permanent, caught.value.gone) == (True, status == 410)


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Sun, 22 Nov 2026 09:31:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 400, 999999999.0),
    ],
)
def test_a_registry_may_ask_for_time(header: str, seconds: float | None) -> None:
    with serving(answer(503, headers={"Retry-After": header})) as script, pytest.raises(TransportError) as caught:
        send(script.url)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("secret", ["whsec_!", "whsec_", "whsec_é", "c2hvcnQ=", f"{SECRET}!", "A" * 400])
def test_a_secret_that_is_none_sends_nothing(secret: str) -> None:
    with serving(answer(200, ACCEPTED)) as script, pytest.raises(ConfigurationError, match="24 to 64 random bytes") as caught:
        send(script.url, secret=secret)
    assert secret not in str(caught.value)
    assert script.arrivals == []
