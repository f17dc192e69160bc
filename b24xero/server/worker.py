"""gunicorn's worker whose threads are given whole requests only, so that nobody who is slow holds one.

Its own worker gives a connection to a thread as soon as the first byte is there, and the thread then waits for the last
one: a hundred half-sent requests hold every thread for as long as they like. Here the loop that watches all connections
collects what comes, as a proxy that buffers does. What it costs is memory, which is bounded.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import selectors
import socket
import struct
import termios
import time
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors
from gunicorn.workers.gthread import TConn, ThreadWorker

from b24xero.server.arriving import Arriving, refusal

# From the first byte, or the connection, to the last.
WHOLE_WITHIN = 20.0
# A piece of an answer that does not fit into the kernel's buffer is taken within this, or the connection ends.
TAKEN_WITHIN = 20.0
# Of all requests of a process that are not answered yet.
MOST_KEPT = 64 * 1024 * 1024
# Most answers fit into it, so that a thread need not wait until somebody has taken theirs.
SEND_BUFFER = 512 * 1024
# After the last answer the other side has so long to hang up, and may have so much on its way still.
HANG_UP_WITHIN = 2.0
MOST_ON_ITS_WAY = 64 * 1024
# So many connections are kept for those who come; the oldest that is not whole makes room.
ROOM = 50
_PIECE = 64 * 1024
_LITTLE = 32 * 1024


class _Socket(socket.socket):
    """Waits in a thread for so long and no longer."""

    def setblocking(self, flag: bool) -> None:
        self.settimeout(TAKEN_WITHIN if flag else 0.0)

    def sendall(self, data: Any, flags: int = 0) -> None:
        try:
            super().sendall(data, flags)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the answer was not taken in time") from error

    def takes_answers(self) -> bool:
        """Whether those before have been taken, but for a little: who asks and never takes is given no thread. A
        request that comes after an answer says itself that it was received."""
        try:
            (waiting,) = struct.unpack("i", fcntl.ioctl(self, termios.TIOCOUTQ, bytes(4)))
        except OSError:
            return True  # not every system tells
        return int(waiting) <= _LITTLE


class _Connection(TConn):  # type: ignore[misc]  # gunicorn ships no types
    """Ends without keeping anybody waiting: gunicorn would wait in its loop, two seconds for each that stays."""

    def __init__(self, worker: Worker, *args: Any) -> None:
        super().__init__(*args)
        self._worker = worker
        self.on_its_way = 0
        self.held = 0

    def close(self, graceful: bool = False) -> None:
        if graceful:
            self._worker.see_off(self)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """``enqueue_req`` is where a connection would go to a thread: after it came, after its last answer, after more."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._arriving: dict[_Connection, Arriving] = {}  # the oldest first
        self._leaving: dict[_Connection, float] = {}  # until when
        self._kept = 0

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:
        super().check_config(cfg, log)
        if cfg.is_ssl:
            raise RuntimeError("TLS ends at the proxy in front of b24xero: start without a certificate")

    def accept(self, listener: Any) -> None:
        try:
            sock, client = listener.accept()
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                return
            raise
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self.nr_conns += 1
        if self.nr_conns > self.worker_connections - ROOM and self._arriving:
            self._drop(next(iter(self._arriving)))
        self.enqueue_req(_Connection(self, self.cfg, _Socket(fileno=sock.detach()), client, listener.getsockname()))

    def enqueue_req(self, conn: _Connection) -> None:
        """Not yet: when all of it has come. Something of it may have come with the one before."""
        begun = conn.parser.unreader.take_buffered() if conn.parser else b""
        conn.sock.setblocking(False)
        self._arriving[conn] = Arriving(time.monotonic() + WHOLE_WITHIN)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_readable, conn))
        self._take(conn, begun)

    def _on_readable(self, conn: _Connection, _sock: Any) -> None:
        if conn not in self._arriving:
            return  # it made room for another in this very round
        piece = _came(conn)
        if piece:
            self._take(conn, piece)
        elif piece is not None:
            self._drop(conn)

    def _take(self, conn: _Connection, piece: bytes) -> None:
        arriving = self._arriving[conn]
        self._kept += len(piece)
        arriving.add(piece)
        if arriving.refused or self._kept > MOST_KEPT:
            self._refuse(conn, arriving.refused or HTTPStatus.SERVICE_UNAVAILABLE)
        elif arriving.is_whole:
            self._hand_over(conn)
        elif arriving.may_go_ahead:
            arriving.may_go_ahead = False
            with contextlib.suppress(OSError):
                conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, conn: _Connection) -> None:
        if not conn.sock.takes_answers():
            self._drop(conn)
            return
        whole = bytes(self._forget(conn).data)
        conn.held = len(whole)
        self._kept += conn.held
        conn.init()
        conn.parser.unreader.unread(whole)
        super().enqueue_req(conn)

    def finish_request(self, conn: _Connection, fs: Any) -> None:
        self._kept -= conn.held
        conn.held = 0
        super().finish_request(conn, fs)

    def _refuse(self, conn: _Connection, status: HTTPStatus) -> None:
        with contextlib.suppress(OSError):
            conn.sock.send(refusal(status))
        self._forget(conn)
        self.nr_conns -= 1
        self.see_off(conn)

    def _drop(self, conn: _Connection) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: _Connection) -> Arriving:
        self.poller.unregister(conn.sock)
        arriving = self._arriving.pop(conn)
        self._kept -= len(arriving.data)
        return arriving

    def see_off(self, conn: _Connection) -> None:
        """Nothing more is said; it ends when the other side hangs up, or soon. Before that the last answer may still be
        on its way, and to close would take it back (RFC 9112, 9.6)."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        conn.sock.setblocking(False)
        self.nr_conns += 1
        self._leaving[conn] = time.monotonic() + HANG_UP_WITHIN
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._on_leaving, conn))

    def _on_leaving(self, conn: _Connection, _sock: Any) -> None:
        piece = _came(conn)
        if piece is None:
            return
        conn.on_its_way += len(piece)
        if conn in self._leaving and (not piece or conn.on_its_way > MOST_ON_ITS_WAY):
            self._gone(conn)

    def _gone(self, conn: _Connection) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """gunicorn's name; called once a second at least. Those whose time is over end, and all when we stop."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, until in self._leaving.items() if until < now or not self.alive]:
            self._gone(conn)
        for conn in [conn for conn, arriving in self._arriving.items() if arriving.ends < now or not self.alive]:
            self._drop(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """What never came to the app: no request by the rules. What it said is neither logged nor sent back."""
        status = status_of(exc)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log.error("a request broke before or after the app", exc_info=exc)
        else:
            self.log.warning("no request: %s", type(exc).__name__)
        with contextlib.suppress(OSError):
            client.sendall(refusal(status))


def _came(conn: _Connection) -> bytes | None:
    """What has come of it; nothing when the other side hung up; None when there is nothing yet after all."""
    try:
        piece: bytes = conn.sock.recv(_PIECE)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""
    return piece


def status_of(error: BaseException) -> HTTPStatus:
    of_kind = {
        errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
        errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
        errors.InvalidResponseHeader: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.InvalidResponseHeaderName: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
    usual = HTTPStatus.BAD_REQUEST if isinstance(error, errors.ParseException) else HTTPStatus.INTERNAL_SERVER_ERROR
    return of_kind.get(type(error), usual)
