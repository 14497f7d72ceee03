"""The only outbound socket: where it goes, how long it waits, how much it reads. Real servers on loopback."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from http.server import BaseHTTPRequestHandler

import attrs
import pytest

from digiskills_integrations import http
from digiskills_integrations.errors import ConfigurationError
from digiskills_integrations.http import HttpError, HttpLimits, parse_networks
from tests.integrations.conftest import LOOPBACK, answer, serving


def test_an_answer_of_any_status_is_handed_back() -> None:
    with serving(answer(422, b'{"a":1}', {"Retry-After": "7"})) as script:
        result = http.post(f"{script.url}/events", body=b"body", headers={"X-Mine": "1"}, limits=LOOPBACK)
    assert (result.status, result.body, result.headers["retry-after"]) == (422, b'{"a":1}', "7")
    [arrival] = script.arrivals
    assert (arrival.method, arrival.path, arrival.body, arrival.headers["x-mine"]) == ("POST", "/events", b"body", "1")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving(answer(200)) as target, serving(answer(status, headers={"Location": target.url})) as script:
        assert http.get(script.url, limits=LOOPBACK).status == status
    assert target.arrivals == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_refused_before_a_connection_is_made(host: str) -> None:
    with serving(answer(200)) as script:
        url = script.url.replace("127.0.0.1", host)
        with pytest.raises(HttpError) as caught:
            http.get(url, limits=HttpLimits())
        with pytest.raises(HttpError):
            http.get(url.replace("http://", "https://"), limits=HttpLimits(allowed_networks=parse_networks(["10.0.0.0/8"])))
    assert (caught.value.code, caught.value.permanent) == ("address_refused", True)
    assert script.arrivals == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",  # noqa: S104
        "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:0a00:0001::1", "64:ff9b::a00:1",
        "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_need_the_allow_list(address: str) -> None:
    parsed = ipaddress.ip_address(address)
    assert not HttpLimits().admits(parsed)
    assert HttpLimits(allowed_networks=parse_networks(["0.0.0.0/0", "::/0"])).admits(parsed)


@pytest.mark.parametrize("address", ["8.8.8.8", "203.162.4.190", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_admitted_over_tls_only(address: str) -> None:
    parsed = ipaddress.ip_address(address)
    assert HttpLimits().admits(parsed)
    assert not HttpLimits().admits_privately(parsed)


def test_the_socket_goes_to_the_judged_address_even_if_the_name_changes_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is harmless, the second leads inside."""
    resolved: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: int, **options: int) -> list[object]:
        if host == "registry.example":
            resolved.append(host)
            return list(real("127.0.0.1" if len(resolved) == 1 else "127.0.0.2", port, *args, **options))
        return list(real(host, port, *args, **options))

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    limits = HttpLimits(allowed_networks=parse_networks(["127.0.0.1/32"]))
    with serving(answer(200)) as script:
        assert http.get(script.url.replace("127.0.0.1", "registry.example"), limits=limits).status == 200
        assert resolved == ["registry.example"]
        with pytest.raises(HttpError) as caught:
            http.get(script.url.replace("127.0.0.1", "registry.example"), limits=limits)
    assert caught.value.code == "address_refused"
    assert len(script.arrivals) == 1


def test_an_answer_that_is_too_large_is_cut_off() -> None:
    limits = attrs.evolve(LOOPBACK, max_response_bytes=1000)
    with serving(answer(200, b"x" * 1000)) as script:
        assert len(http.get(script.url, limits=limits).body) == 1000
    with serving(answer(200, b"x" * 1001)) as script, pytest.raises(HttpError) as caught:
        http.get(script.url, limits=limits)
    assert (caught.value.code, caught.value.permanent) == ("too_large", False)


def test_a_compressed_bomb_counts_as_what_it_becomes() -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    with serving(answer(200, bomb, {"Content-Encoding": "gzip"})) as script, pytest.raises(HttpError) as caught:
        http.get(script.url, limits=LOOPBACK)
    assert caught.value.code == "too_large"


def test_silence_ends_in_a_timeout() -> None:
    done = threading.Event()
    limits = attrs.evolve(LOOPBACK, read_seconds=0.05)
    try:
        with serving(lambda _handler, _arrival: done.wait(10)) as script, pytest.raises(HttpError) as caught:
            http.get(script.url, limits=limits)
    finally:
        done.set()
    assert (caught.value.code, caught.value.permanent) == ("timeout", False)


def test_a_server_that_trickles_is_cut_off_at_the_total_limit() -> None:
    stop = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler, _arrival: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not stop.wait(0.01):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    limits = attrs.evolve(LOOPBACK, read_seconds=5.0, total_seconds=0.2)
    try:
        with serving(trickle) as script, pytest.raises(HttpError) as caught:
            http.get(script.url, limits=limits)
    finally:
        stop.set()
    assert caught.value.code == "timeout"


def test_nobody_listening_is_a_transient_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(HttpError) as caught:
            http.get(f"http://127.0.0.1:{port}/", limits=LOOPBACK)
    assert (caught.value.code, caught.value.permanent) == ("connection", False)


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with serving(answer(200)) as script, pytest.raises(HttpError) as caught:
        http.get(script.url.replace("http://", "https://"), limits=LOOPBACK)
    assert caught.value.code in ("tls", "connection")
    assert script.arrivals == []


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "//example.org", "gopher://x", "", "http://", "https:///x"])
def test_other_schemes_and_broken_urls_are_refused(url: str) -> None:
    with pytest.raises(HttpError) as caught:
        http.get(url, limits=LOOPBACK)
    assert caught.value.permanent


def test_errors_name_no_url() -> None:
    with pytest.raises(HttpError) as caught:
        http.get("http://127.0.0.1:9/secret-path?token=1", limits=LOOPBACK)
    assert "secret-path" not in str(caught.value)


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer(200)) as proxy, serving(answer(200)) as script:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        http.get(script.url, limits=LOOPBACK)
    assert (len(proxy.arrivals), len(script.arrivals)) == (0, 1)


def lasting(handler: BaseHTTPRequestHandler, arrival: int) -> None:
    """An answer after which the connection stays open; the arrival's body names its own connection."""
    handler.protocol_version = "HTTP/1.1"
    handler.close_connection = False
    answer(200, str(handler.client_address[1]).encode(), {"Set-Cookie": "a=b", "Connection": "keep-alive"})(handler, arrival)


def ports(url: str, count: int = 2, **options: object) -> list[bytes]:
    """The client's port of each exchange, as the server saw it."""
    return [http.post(url, body=b"", headers={}, limits=attrs.evolve(LOOPBACK, **options)).body for _ in range(count)]


def test_each_exchange_has_its_own_connection_unless_they_are_kept() -> None:
    with serving(lasting) as script:
        assert len(set(ports(script.url))) == 2
        with http.connections_kept():
            kept = ports(script.url, 3)
            assert len(set(kept)) == 1
            assert ports(script.url, 1, read_seconds=7.0) != kept[:1]
        assert ports(script.url, 1) != kept[:1]
    assert not [arrival for arrival in script.arrivals if "cookie" in arrival.headers]


def test_a_kept_connection_that_the_other_side_closed_is_opened_again() -> None:
    with serving(answer(200)) as script, http.connections_kept():
        for _ in range(3):
            assert http.get(script.url, limits=LOOPBACK).status == 200
    assert len(script.arrivals) == 3


def test_a_kept_connection_is_under_the_limit_of_each_exchange() -> None:
    stop = threading.Event()

    def respond(handler: BaseHTTPRequestHandler, arrival: int) -> None:
        if arrival == 1:
            lasting(handler, arrival)
            return
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.01):
            try:
                handler.wfile.write(b"X-Slow: 1\r\n")
            except OSError:
                return

    limits = attrs.evolve(LOOPBACK, total_seconds=0.3)
    try:
        with serving(respond) as script, http.connections_kept():
            http.get(script.url, limits=limits)
            with pytest.raises(HttpError) as caught:
                http.get(script.url, limits=limits)
    finally:
        stop.set()
    assert caught.value.code == "timeout"


def test_a_network_must_be_one() -> None:
    with pytest.raises(ConfigurationError, match=r"'10\.0\.0\.1/8'"):
        parse_networks(["10.0.0.1/8"])
