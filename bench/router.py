"""What stands before several web processes: hands each connection to one that is there, and asks nothing twice."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator


class Router:
    """``ports``: of the processes that get new connections; taken out of it, one may end what it has."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._turn = itertools.count()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return  # closed: it is over
            threading.Thread(target=self._hand_over, args=(client,), daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # wakes who waits in accept
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _hand_over(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), self._next() as process:
            back = threading.Thread(target=_pour, args=(process, client), daemon=True)
            back.start()
            _pour(client, process)
            back.join()

    def _next(self) -> socket.socket:
        """One that takes a connection: nothing of the request has gone anywhere yet, so another may be asked."""
        ports = list(self.ports)
        first = next(self._turn)
        for n in range(len(ports)):
            try:
                return socket.create_connection(("127.0.0.1", ports[(first + n) % len(ports)]), timeout=60)
            except OSError:
                continue  # it has just gone
        raise ConnectionRefusedError("no web process is there")


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def routing() -> Iterator[Router]:
    router = Router()
    thread = threading.Thread(target=router.serve, daemon=True)
    thread.start()
    try:
        yield router
    finally:
        router.close()
        thread.join()
