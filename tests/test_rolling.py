"""Processes of the Procfile are replaced while people press: nothing is lost, nothing is unclear.

The long form is ``python3 run.py bench rolling``.
"""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from bench import rolling
from bench.place import place
from bench.router import routing
from bench.verdict import of_push
from tests.conftest import ROOT


@pytest.mark.slow
def test_a_web_and_a_worker_are_replaced_under_load(tmp_path: Path) -> None:
    with place("postgresql", tmp_path) as here:
        told, ids = rolling.replaced(here, 24, rounds=1, of=1)
        assert of_push(here, ids).wrong == {}
    assert set(told.answers) == {"200"}
    assert told.run == {"created": 6}
    assert told.codes == {0: 6}


def test_the_processes_are_those_of_the_procfile() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    assert lines["web"].split()[:2] == list(rolling.WEB)
    assert lines["worker"].split() == list(rolling.WORKER)


def test_the_router_asks_another_where_one_takes_no_connection() -> None:
    with routing() as router, socket.create_server(("127.0.0.1", 0)) as alive, socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))  # nobody listens
        router.ports = [gone.getsockname()[1], alive.getsockname()[1]]
        host, port = router.base.removeprefix("http://").split(":")
        for _ in range(2):  # whoever's turn it is
            with socket.create_connection((host, int(port))) as client:
                threading.Thread(target=_say, args=(alive,), daemon=True).start()
                assert client.recv(5) == b"hello"


def _say(listener: socket.socket) -> None:
    connection, _address = listener.accept()
    with connection:
        connection.sendall(b"hello")
