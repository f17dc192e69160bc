"""Connections whose answers come whole within a time and a size, and are never followed to another host.

Time-outs to connect and to read count each silence alone: a server that sends one byte every three seconds would hold
its caller for as long as it likes. Here the two together are also the end of the whole call, headers and body.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse, HTTPResponse

from b24xero.outbound import private, trust

# Unpacked; four times the largest page that either vendor gives (1,000 invoices with their lines). Text may take eight
# times as much once more while it is read, and a process is to stay under 300 MB.
LARGEST = 16 * 1024 * 1024
# Where a caller names no time-outs.
LONGEST = 60.0
# Connections to one host that a process keeps for its next calls: more than it has threads that wait for vendors.
KEPT = 32
_PIECE = 64 * 1024
# What tells of the body as it travelled; here it is unpacked and whole.
_OF_THE_WAY = ("content-encoding", "content-length", "transfer-encoding")

_ends: ContextVar[float | None] = ContextVar("call_ends", default=None)


class TooLarge(ProtocolError):
    """The answer has more bytes than any answer that is meant for us."""


# -- time -------------------------------------------------------------------------------------------------------------


class _Hurried(io.RawIOBase):
    """Reads of a socket, each waiting no longer than the call still has."""

    def __init__(self, raw: Any, sock: socket.socket, ends: float) -> None:
        self._raw = raw
        self._sock = sock
        self._ends = ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the call has taken all its time")
        self._sock.settimeout(min(left, self._sock.gettimeout() or left))
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """Its headers are read before anybody else can look at the clock, so the clock goes below them."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        ends = _ends.get()
        if ends is not None:
            self.fp = io.BufferedReader(_Hurried(self.fp.detach(), sock, ends))


class _Connection(HTTPConnection):
    """Plain http, which everybody on the way can read: it never leaves the private network, whatever the name that was
    asked for means today, nor does it go to a proxy that would look the name up by itself."""

    response_class = _Response

    def connect(self) -> None:
        if self.proxy:
            self._refuse("plain http goes through no proxy: name the host in NO_PROXY")
        super().connect()
        peer = str(self.sock.getpeername()[0])
        if not private.is_private(peer):
            self.close()
            self._refuse(f"plain http is for private addresses, and {peer} is a public one")

    def _refuse(self, why: str) -> None:
        raise NewConnectionError(self, why) from OSError(why)


class _SecureConnection(HTTPSConnection):
    response_class = _Response

    def connect(self) -> None:
        self.ca_cert_data = trust.extra() or self.ca_cert_data  # it is loaded beside the file of the public ones
        super().connect()


@contextmanager
def _within(timeout: Any) -> Iterator[None]:
    parts = (timeout.connect_timeout, timeout.read_timeout) if isinstance(timeout, urllib3.Timeout) else ()
    known = [part for part in parts if isinstance(part, int | float)]
    token = _ends.set(time.monotonic() + (sum(known) if known else LONGEST))
    try:
        yield
    finally:
        _ends.reset(token)


# -- size -------------------------------------------------------------------------------------------------------------


def _whole(response: BaseHTTPResponse, pool: Any, url: str) -> HTTPResponse:
    """The same answer with its body read and unpacked. urllib3 unpacks piece by piece, so that a few packed bytes
    cannot become more than is asked for."""
    body = io.BytesIO()
    try:
        for piece in response.stream(_PIECE, decode_content=True):
            body.write(piece)
            if body.tell() > LARGEST:
                raise TooLarge(f"more than {LARGEST} bytes")
            if (ends := _ends.get()) is not None and time.monotonic() > ends:
                raise ReadTimeoutError(pool, url, "the call has taken all its time")
    except BaseException:
        response.close()
        raise
    response.release_conn()
    body.seek(0)
    headers = [(name, value) for name, value in response.headers.iteritems() if name.lower() not in _OF_THE_WAY]
    return HTTPResponse(
        body=body, headers=urllib3.HTTPHeaderDict(headers), status=response.status, reason=response.reason,
        version=response.version, preload_content=False, retries=response.retries, request_url=url,
    )  # fmt: skip


def _read_whole(pool: Any, urlopen: Any, method: str, url: str, **options: Any) -> BaseHTTPResponse:
    with _within(options.get("timeout")):
        return _whole(urlopen(method, url, **{**options, "preload_content": False}), pool, url)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection

    def urlopen(self, method: str, url: str, *args: Any, **options: Any) -> BaseHTTPResponse:
        named = dict(zip(("body", "headers", "retries", "redirect"), args, strict=False))
        return _read_whole(self, super().urlopen, method, url, **named, **options)


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection

    def urlopen(self, method: str, url: str, *args: Any, **options: Any) -> BaseHTTPResponse:
        named = dict(zip(("body", "headers", "retries", "redirect"), args, strict=False))
        return _read_whole(self, super().urlopen, method, url, **named, **options)


def bound(manager: urllib3.PoolManager) -> urllib3.PoolManager:
    """The same manager of connections, whose answers are bounded and whose redirects are handed back as they are."""
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    manager.connection_pool_kw["retries"] = urllib3.Retry(False)
    return manager


# -- sessions ---------------------------------------------------------------------------------------------------------


class Adapter(HTTPAdapter):
    """The transport of requests over bounded connections."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> urllib3.PoolManager:
        return bound(super().proxy_manager_for(proxy, **options))


class ByEnvironment:
    """A manager of connections for who does not know of proxies: through HTTPS_PROXY, and past it where NO_PROXY says
    so, by the same rules as a session of requests. ``direct``: its settings hold for both ways."""

    def __init__(self, direct: urllib3.PoolManager) -> None:
        self._direct = bound(direct)
        self._through = Adapter()

    def request(self, method: str, url: str, **options: Any) -> BaseHTTPResponse:
        return self._way(url).request(method, url, **options)

    def _way(self, url: str) -> urllib3.PoolManager:
        proxy = select_proxy(url, get_environ_proxies(url))
        if not proxy:
            return self._direct
        kept = self._direct.connection_pool_kw
        return self._through.proxy_manager_for(proxy, **{name: kept[name] for name in ("cert_reqs", "ca_certs")})


class StaysAtHost(requests.Session):
    """Never follows a redirect, whoever asks: a code, a token or a secret would travel with it. The answer that wants
    to lead elsewhere is handed back. It keeps connections and never cookies."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["User-Agent"] = "b24xero"
        for scheme in ("https://", "http://"):
            self.mount(scheme, Adapter(pool_maxsize=KEPT))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None
