"""The transport for registries that are described as data: sign-in, what goes over the wire, and what each answer means."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from digiskills_framework.api import load_registry_profile
from digiskills_integrations.canonical import JsonObject
from digiskills_integrations.destinations.base import BatchTransport, IdentityMissingError, RegistryAnswer, TransportError
from digiskills_integrations.destinations.http_json import HttpJsonTransport
from digiskills_integrations.errors import ConfigurationError
from tests.integrations.conftest import NOW, Respond, Script, answer, serving
from tests.integrations.registries import REGISTRY_SECRET, config_for, event_for, golden_facts

VNEID, EDUCATION, PROVINCE = "vn/vneid/1", "vn/education/1", "vn/province/1"
TOKEN = b'{"access_token":"tok-1","token_type":"Bearer","expires_in":300}'


def registry(respond: Respond, token: Respond | None = None) -> Respond:
    """Answers for tokens at /oauth/token, and ``respond`` everywhere else."""

    def reaction(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        (token or answer(200, TOKEN) if handler.path == "/oauth/token" else respond)(handler, arrival)

    return reaction


def result(number: int = 1, status: str = "DA_GHI_NHAN", **more: str) -> JsonObject:
    return {"maGiaoDich": f"{number:064x}", "trangThai": status, "maBienNhan": f"BN-{number}", **more}


def one(content: JsonObject, status: int = 200) -> Respond:
    return answer(status, json.dumps(content).encode())


def many(*results: JsonObject, field: str = "chiTiet") -> Respond:
    return one({field: list(results)})


def records_in(script: Script) -> list[Any]:
    return [json.loads(arrival.body) for arrival in script.arrivals if arrival.path == "/records"]


def test_a_record_arrives_in_the_form_of_the_contract() -> None:
    with serving(registry(one(result()))) as script:
        given = HttpJsonTransport().send(event_for(VNEID), config_for(VNEID, script.url), now=NOW)
    assert (given.status, given.reference) == ("acknowledged", "BN-1")
    asked, posted = script.arrivals
    assert asked.path == "/oauth/token"
    assert asked.body == b"grant_type=client_credentials"
    assert posted.headers["authorization"] == "Bearer tok-1"
    assert posted.headers["idempotency-key"] == f"{1:064x}"
    Draft202012Validator(load_registry_profile(VNEID).schema).validate(json.loads(posted.body))


def test_the_client_secret_goes_to_the_tokens_server_alone() -> None:
    with serving(registry(one(result()))) as script:
        HttpJsonTransport().send(event_for(VNEID), config_for(VNEID, script.url, secret="s:ecret/é"), now=NOW)
    asked, posted = script.arrivals
    assert base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")) == b"digiskills-sandbox:s%3Aecret%2F%C3%A9"
    assert "ecret" not in str(posted.headers) + posted.body.decode()


def test_a_token_serves_until_it_ends() -> None:
    transport = HttpJsonTransport()
    with serving(registry(one(result()))) as script:
        for minutes in (0, 4, 6):
            transport.send(event_for(VNEID), config_for(VNEID, script.url), now=NOW + timedelta(minutes=minutes))
    assert [arrival.path for arrival in script.arrivals].count("/oauth/token") == 2


def test_a_token_that_is_refused_is_asked_for_anew() -> None:
    transport = HttpJsonTransport()
    with serving(registry(answer(401))) as script:
        for _ in range(2):
            with pytest.raises(TransportError, match="http_401") as caught:
                transport.send(event_for(VNEID), config_for(VNEID, script.url), now=NOW)
            assert not caught.value.permanent
    assert [arrival.path for arrival in script.arrivals].count("/oauth/token") == 2


@pytest.mark.parametrize(
    "token, code, retry_after",
    [
        (answer(401), "token_http_401", None),
        (answer(400), "token_http_400", None),
        (answer(503, headers={"Retry-After": "9"}), "token_http_503", 9.0),
        (answer(200, b"[]"), "token_unreadable", None),
        (answer(200, b'{"access_token":"t","token_type":"mac"}'), "token_unreadable", None),
        (answer(200, b'{"access_token":"","token_type":"bearer"}'), "token_unreadable", None),
        (answer(200, b'{"access_token":"a\\r\\nX: y","token_type":"bearer"}'), "token_unreadable", None),
    ],
)
def test_without_a_token_nothing_is_sent(token: Respond, code: str, retry_after: float | None) -> None:
    with serving(registry(one(result()), token)) as script, pytest.raises(TransportError) as caught:
        HttpJsonTransport().send(event_for(VNEID), config_for(VNEID, script.url), now=NOW)
    assert (caught.value.code, caught.value.permanent, caught.value.retry_after) == (code, False, retry_after)
    assert records_in(script) == []


def test_a_shared_key_signs_time_key_target_and_body() -> None:
    with serving(many(result())) as script:
        HttpJsonTransport().send(event_for(EDUCATION), config_for(EDUCATION, script.url), now=NOW)
    [arrival] = script.arrivals
    stamp, key = arrival.headers["x-digiskills-timestamp"], arrival.headers["x-request-id"]
    assert int(stamp) == int(NOW.timestamp())
    signed = "\n".join([stamp, key, "POST", "/records", hashlib.sha256(arrival.body).hexdigest()]).encode()
    wanted = hmac.new(base64.b64decode(REGISTRY_SECRET), signed, hashlib.sha256).hexdigest()
    assert arrival.headers["x-digiskills-signature"] == f"v1={wanted}"


@pytest.mark.parametrize("secret", ["", "!", "c2hvcnQ=", REGISTRY_SECRET + "!"])
def test_a_key_that_is_none_sends_nothing(secret: str) -> None:
    with serving(many(result())) as script, pytest.raises(ConfigurationError, match="at least 32") as caught:
        HttpJsonTransport().send(event_for(EDUCATION), config_for(EDUCATION, script.url, secret=secret), now=NOW)
    assert not secret or secret not in str(caught.value)
    assert script.arrivals == []


def test_a_batch_is_answered_record_by_record() -> None:
    answers = many(
        result(3, "TU_CHOI", lyDo="trùng"), result(1), result(2, "THU_LAI"), result(4, "LA"), result(5), result(5, "TU_CHOI"), result(99)
    )
    transport = HttpJsonTransport()
    assert isinstance(transport, BatchTransport)
    with serving(answers) as script:
        events = [event_for(EDUCATION, number=number) for number in range(1, 7)]
        outcomes = transport.send_batch(events, config_for(EDUCATION, script.url), now=NOW)
    assert [outcome.status if isinstance(outcome, RegistryAnswer) else outcome.code for outcome in outcomes] == [
        "acknowledged",
        "again",
        "rejected",
        "unreadable_receipt",
        "unreadable_receipt",
        "no_result",
    ]
    refused = outcomes[2]
    assert isinstance(refused, RegistryAnswer)
    assert refused.reason == "trùng"
    assert not any(outcome.permanent for outcome in outcomes if isinstance(outcome, TransportError))
    [body] = records_in(script)
    assert [record["maGiaoDich"] for record in body["duLieu"]] == [f"{number:064x}" for number in range(1, 7)]
    assert body["maGoi"] == script.arrivals[0].headers["x-request-id"]


def test_a_batch_that_is_too_large_is_sent_in_parts() -> None:
    def echo(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        keys = [record["maGiaoDich"] for record in json.loads(script.arrivals[-1].body)["banGhi"]]
        many(*({"maGiaoDich": key, "trangThai": "DA_GHI_NHAN"} for key in keys), field="ketQua")(handler, arrival)

    with serving(registry(echo)) as script:
        events = [event_for(PROVINCE, number=number) for number in range(1, 121)]
        outcomes = HttpJsonTransport().send_batch(events, config_for(PROVINCE, script.url), now=NOW)
    assert [len(body["banGhi"]) for body in records_in(script)] == [50, 50, 20]
    assert all(isinstance(outcome, RegistryAnswer) for outcome in outcomes)


def test_after_a_failure_of_the_registry_the_rest_is_not_sent() -> None:
    with serving(registry(answer(503, headers={"Retry-After": "7"}))) as script:
        events = [event_for(VNEID, number=number) for number in range(1, 5)]
        outcomes = HttpJsonTransport().send_batch(events, config_for(VNEID, script.url), now=NOW)
    assert len(records_in(script)) == 1
    assert [(outcome.code, outcome.retry_after) for outcome in outcomes if isinstance(outcome, TransportError)] == [("http_503", 7.0)] * 4


def test_a_record_that_the_registry_cannot_read_does_not_stop_the_others() -> None:
    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        number = int(json.loads(script.arrivals[-1].body)["maGiaoDich"], 16)
        (answer(400) if number == 1 else one(result(number)))(handler, arrival)

    with serving(registry(respond)) as script:
        events = [event_for(VNEID, number=number) for number in (1, 2)]
        first, second = HttpJsonTransport().send_batch(events, config_for(VNEID, script.url), now=NOW)
    assert isinstance(first, TransportError)
    assert (first.code, first.permanent) == ("http_400", True)
    assert isinstance(second, RegistryAnswer)


def test_a_refusal_of_one_record_is_an_answer() -> None:
    with serving(registry(one(result(status="TU_CHOI", lyDo="khong_tim_thay"), 422))) as script:
        given = HttpJsonTransport().send(event_for(VNEID), config_for(VNEID, script.url), now=NOW)
    assert (given.status, given.reason) == ("rejected", "khong_tim_thay")


@pytest.mark.parametrize(
    "respond",
    [one({}), one(result(2)), one(result(status="OK")), answer(200, b"[]"), answer(200, b"{"), one({**result(), "trangThai": 1})],
    ids=["nothing", "another transaction", "unknown status", "a list", "cut off", "not text"],
)
def test_an_answer_that_is_not_understood_is_asked_for_again(respond: Respond) -> None:
    with serving(registry(respond)) as script, pytest.raises(TransportError) as caught:
        HttpJsonTransport().send(event_for(VNEID), config_for(VNEID, script.url), now=NOW)
    assert (caught.value.code, caught.value.permanent) == ("unreadable_receipt", False)


@pytest.mark.parametrize(
    "change, error, code",
    [
        ({"identity": {"number": None}}, IdentityMissingError, "needs_identity"),
        ({"identity": {}}, IdentityMissingError, "needs_identity"),
        ({"record": {}}, TransportError, "record_missing_fact"),
        ({"identity": {"number": "12"}}, TransportError, "record_breaks_contract"),
    ],
)
def test_what_cannot_be_told_is_not_sent(change: JsonObject, error: type[TransportError], code: str) -> None:
    with serving(registry(one(result()))) as script, pytest.raises(error) as caught:
        HttpJsonTransport().send(event_for(VNEID, **change), config_for(VNEID, script.url), now=NOW)
    assert (caught.value.code, caught.value.permanent) == (code, True)
    assert script.arrivals == []


def test_a_registry_that_counts_by_place_is_told_nothing_without_one() -> None:
    with serving(registry(one({}))) as script, pytest.raises(TransportError, match="record_no_unit"):
        HttpJsonTransport().send(event_for(PROVINCE, unit={}), config_for(PROVINCE, script.url), now=NOW)
    assert script.arrivals == []


def test_the_number_stands_in_the_body_alone(caplog: pytest.LogCaptureFixture) -> None:
    number = golden_facts(VNEID)["identity"]["number"]
    event = event_for(VNEID)
    with caplog.at_level("DEBUG"), serving(registry(one(result()))) as script:
        HttpJsonTransport().send(event, config_for(VNEID, script.url), now=NOW)
    [_, posted] = script.arrivals
    assert number in posted.body.decode()
    assert number not in posted.path + str(posted.headers) + caplog.text + repr(event)


@pytest.mark.parametrize(
    "options, message",
    [
        ({"profile": None}, "no registry_profile"),
        ({"auth": {}}, r"auth\.kind: None; vn/vneid/1 accepts oauth2"),
        ({"auth": {"kind": "hmac", "key_id": "k"}}, r"auth\.kind: 'hmac'; vn/vneid/1 accepts oauth2"),
        ({"auth": {"kind": "oauth2", "client_id": "c"}}, "auth: token_url is missing"),
        ({"auth": {"kind": "oauth2", "client_id": "c", "token_url": "ftp://x/"}}, "not an absolute"),
        ({"auth": {"kind": "oauth2", "client_id": "c", "token_url": "https://x/", "secret": "s"}}, "auth: secret is not a field"),
        ({"auth": {"kind": "oauth2", "client_id": "", "token_url": "https://x/"}}, "1 to 500 printable"),
        (
            {"auth": {"kind": "oauth2", "client_id": "c", "token_url": "https://x/", "certificate": "/c.pem"}},
            "certificate and certificate_key belong together",
        ),
        (
            {
                "auth": {
                    "kind": "oauth2",
                    "client_id": "c",
                    "token_url": "https://x/",
                    "certificate": "/c.pem",
                    "certificate_key": "/k.pem",
                }
            },
            "over https only",
        ),
    ],
)
def test_a_destination_that_is_set_up_wrongly_is_named(options: dict[str, Any], message: str) -> None:
    with serving(registry(one(result()))) as script, pytest.raises(ConfigurationError, match=message):
        HttpJsonTransport().send(event_for(VNEID), config_for(VNEID, script.url, **options), now=NOW)
    assert script.arrivals == []
