"""The only module that opens outbound connections.

One exchange: no redirects, no proxies or credentials from the environment, a limit on time and size, TLS verified. Private addresses are
refused unless the caller's allow-list of networks admits them. The host name is resolved once, every address is judged, and the socket is
opened to the judged address itself, so that a second DNS answer (rebinding) cannot lead elsewhere. A connection is closed after its
exchange, unless the caller asks to keep connections for a while.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import attrs
import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError as Urllib3Error

from digiskills_integrations.credentials.keys import read_secret
from digiskills_integrations.errors import ConfigurationError, IntegrationsError

if TYPE_CHECKING:
    from urllib3.poolmanager import PoolManager

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
USER_AGENT = "digiskills-xblock"
_CHUNK_BYTES = 8 * 1024
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@attrs.frozen
class HttpLimits:
    """What one exchange may do.

    Attributes:
        allowed_networks: networks that are admitted although they are not public; plain ``http`` is admitted to them only.
        connect_seconds: limit for opening the connection.
        read_seconds: longest silence while waiting for the answer.
        total_seconds: limit for the whole exchange, however steadily the other side trickles.
        max_response_bytes: largest body that is read, after decompression.
    """

    allowed_networks: tuple[Network, ...] = ()
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    total_seconds: float = 25.0
    max_response_bytes: int = 64 * 1024

    def admits(self, address: Address) -> bool:
        """Whether a connection to ``address`` is allowed. An IPv4 address inside IPv6 (``::ffff:10.0.0.1``) is judged as what it is."""
        plain = _unmapped(address)
        return _is_public(plain) or self.admits_privately(plain)

    def admits_privately(self, address: Address) -> bool:
        """Whether the allow-list names a network of ``address``."""
        plain = _unmapped(address)
        return any(plain.version == network.version and plain in network for network in self.allowed_networks)


@attrs.frozen
class TlsOptions:
    """Certificates of an exchange over TLS.

    Attributes:
        certificate, certificate_key: PEM files by which we show who we are (mutual TLS); empty: we show nothing. Only their owner may read
            the key.
        ca_file: PEM file of the authorities that the other side's certificate is checked against; empty: the public ones.
    """

    certificate: str = ""
    certificate_key: str = ""
    ca_file: str = ""

    def check(self) -> None:
        """Look at the files before anything is sent.

        Raises:
            ConfigurationError: a file is missing, or others can read the key.
        """
        for path in filter(None, (self.certificate, self.ca_file)):
            if not Path(path).is_file():
                raise ConfigurationError(f"{path}: the certificate file cannot be read; name an existing PEM file")
        if self.certificate_key:
            read_secret(Path(self.certificate_key))


NO_TLS_OPTIONS = TlsOptions()


@attrs.frozen
class HttpAnswer:
    """An answer of any status; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpError(IntegrationsError):
    """No answer was obtained.

    Attributes:
        code: ``address_refused``, ``scheme_refused``, ``bad_url``, ``timeout``, ``connection``, ``tls``, ``too_large``.
        permanent: True when trying again cannot help before somebody changes the configuration.
    """

    def __init__(self, code: str, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.code = code
        self.permanent = permanent


def parse_networks(texts: list[str]) -> tuple[Network, ...]:
    """Networks in CIDR form.

    Raises:
        ConfigurationError: naming the text that is not a network.
    """
    networks = []
    for text in texts:
        try:
            networks.append(ipaddress.ip_network(text))
        except ValueError as error:
            raise ConfigurationError(f"{text!r} is not a network in CIDR form such as 10.20.0.0/16: {error}") from error
    return tuple(networks)


def post(url: str, *, body: bytes, headers: Mapping[str, str], limits: HttpLimits, tls: TlsOptions = NO_TLS_OPTIONS) -> HttpAnswer:
    """POST ``body`` and return the answer, whatever its status.

    Raises:
        HttpError: no answer within the limits, or the address is refused.
        ConfigurationError: a file of ``tls`` cannot be used.
    """
    return _exchange(_Request("POST", url, body, headers), limits, tls)


def get(url: str, *, limits: HttpLimits, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """GET ``url`` and return the answer, whatever its status.

    Raises:
        HttpError: as :func:`post`.
    """
    return _exchange(_Request("GET", url, None, headers or {}), limits, NO_TLS_OPTIONS)


@attrs.frozen
class _Request:
    method: str
    url: str
    body: bytes | None
    headers: Mapping[str, str]


def _exchange(request: _Request, limits: HttpLimits, tls: TlsOptions) -> HttpAnswer:
    scheme = urlsplit(request.url).scheme
    if scheme not in ("http", "https"):
        raise HttpError("scheme_refused", f"only https (or http inside an allowed network) is spoken, not {scheme!r}", permanent=True)
    tls.check()
    deadline = _Deadline(limits.total_seconds)
    with _line(_Place(scheme, limits, tls)) as line, deadline, _translated(deadline):
        line.dialler.deadline = deadline
        response = line.session.request(
            request.method,
            request.url,
            data=request.body,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", **request.headers},
            timeout=(limits.connect_seconds, limits.read_seconds),
            allow_redirects=False,
            stream=True,
        )
        with response:
            content = _read_limited(response, limits.max_response_bytes)
            if deadline.passed:
                raise TimeoutError  # a header cut short looks like its end
            names = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(status=response.status_code, headers=names, body=content)


@contextmanager
def connections_kept() -> Iterator[None]:
    """Exchanges of this thread keep their connections for the next one to the same place until the block ends; a failed one keeps none."""
    lines: dict[_Place, _Line] = {}
    token = _KEPT.set(lines)
    try:
        yield
    finally:
        _KEPT.reset(token)
        for line in lines.values():
            line.session.close()


@attrs.frozen
class _Place:
    """What must be equal for a connection to serve again; the host and the port are told apart by the session's own pools."""

    scheme: str
    limits: HttpLimits
    tls: TlsOptions


@attrs.frozen
class _Line:
    session: requests.Session
    dialler: _Dialler


_KEPT: ContextVar[dict[_Place, _Line] | None] = ContextVar("digiskills_kept_connections", default=None)


@contextmanager
def _line(place: _Place) -> Iterator[_Line]:
    kept = _KEPT.get()
    line = kept.pop(place, None) if kept is not None else None
    if line is None:
        line = _open_line(place)
    keep = False
    try:
        yield line
        keep = kept is not None
    finally:
        if kept is not None and keep:
            kept[place] = line
        else:
            line.session.close()


def _open_line(place: _Place) -> _Line:
    dialler = _Dialler(place.limits)
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.verify = place.tls.ca_file or True
    session.cert = (place.tls.certificate, place.tls.certificate_key) if place.tls.certificate else None
    session.mount(f"{place.scheme}://", _GuardedAdapter(dialler))
    return _Line(session, dialler)


def _read_limited(response: requests.Response, limit: int) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_CHUNK_BYTES):
        content += chunk
        if len(content) > limit:
            raise HttpError("too_large", f"the answer is larger than {limit} bytes", permanent=False)
    return bytes(content)


class _Deadline:
    """Ends an exchange by shutting its socket down. A socket's own timeout bounds one silence only, not a server that trickles."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def watch(self, connection: socket.socket) -> None:
        """Make this the socket of the exchange. A duplicate stays valid when TLS takes over the original's descriptor."""
        earlier, self._socket = self._socket, socket.socket(fileno=os.dup(connection.fileno()))
        if earlier is not None:
            earlier.close()

    def _end(self) -> None:
        self.passed = True
        if self._socket is not None:
            _shut_down(self._socket)

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._socket is not None:
            self._socket.close()


def _shut_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


@attrs.define
class _Dialler:
    """Opens sockets. ``deadline``: of the exchange at hand."""

    limits: HttpLimits
    deadline: _Deadline | None = None

    def dial(self, host: str, port: int, scheme: str) -> socket.socket:
        """A connected socket to an admitted address of ``host``.

        Raises:
            HttpError: no address is admitted, or plain http leads to an address outside the allow-list.
            OSError: the name does not resolve or nothing answers.
        """
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        targets = [info[4] for info in infos if self._admitted(_address(info[4]), scheme)]
        if not targets:
            raise HttpError("address_refused", _refusal(host, scheme), permanent=True)
        failure = OSError(f"{host} has no address")
        for target in targets:
            try:
                connection = socket.create_connection((str(target[0]), port), timeout=self.limits.connect_seconds)
            except OSError as error:
                failure = error
                continue
            # Header and body are two writes; on a kept connection the second would wait for the other side's delayed acknowledgement.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.watch(connection)
            return connection
        raise failure

    def watch(self, connection: socket.socket | None) -> None:
        """Put a socket, new or kept, under the deadline of the exchange."""
        if self.deadline is not None and connection is not None:
            self.deadline.watch(connection)

    def _admitted(self, address: Address, scheme: str) -> bool:
        return self.limits.admits(address) if scheme == "https" else self.limits.admits_privately(address)


def _refusal(host: str, scheme: str) -> str:
    if scheme == "http":
        return f"{host} is reached over plain http, which is admitted to allowed networks only; use https or name its network"
    return f"{host} has no public address and no allowed network contains it; name its network in the destination's allowed_networks"


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, dialler: _Dialler) -> None:
        self._dialler = dialler
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _guarded_pools(self._dialler)


def _guarded_pools(dialler: _Dialler) -> dict[str, type[HTTPConnectionPool]]:
    """Connection pools whose connections are opened by ``dialler`` (urllib3 takes classes here, so they are made for each session)."""

    class PlainConnection(HTTPConnection):
        scheme: ClassVar[str] = "http"

        def _new_conn(self) -> socket.socket:
            return dialler.dial(self._dns_host, self.port, "http")

        def request(self, *args: Any, **kwargs: Any) -> None:
            dialler.watch(self.sock)  # a kept one was dialled for an earlier exchange
            super().request(*args, **kwargs)

    class TlsConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dialler.dial(self._dns_host, self.port, "https")

        def request(self, *args: Any, **kwargs: Any) -> None:
            dialler.watch(self.sock)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}


@contextmanager
def _translated(deadline: _Deadline) -> Iterator[None]:
    """Turn what requests, urllib3 and sockets raise into :class:`HttpError`; messages name no URL, since URLs end in logs."""
    try:
        yield
    except (requests.RequestException, Urllib3Error, OSError) as error:
        if deadline.passed or isinstance(error, (requests.Timeout, TimeoutError)):
            raise HttpError("timeout", "no complete answer in time", permanent=False) from error
        if isinstance(error, requests.exceptions.SSLError):
            raise HttpError("tls", "the other side's certificate was not accepted", permanent=False) from error
        if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
            raise HttpError("bad_url", "the address of the destination is not a URL", permanent=True) from error
        raise HttpError("connection", f"no connection ({type(error).__name__})", permanent=False) from error


def _address(target: tuple[Any, ...]) -> Address:
    return ipaddress.ip_address(str(target[0]).partition("%")[0])


def _unmapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, 6to4, NAT64), else the address itself."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast
