"""The server in front of the app: nobody who is slow holds a thread, and what is no request never comes to the app."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
import requests

from bench.fairness import SLOW, ask, half_a_body, half_a_head, nothing, slow_clients
from tests.conftest import ROOT

if os.name != "posix":
    pytest.skip("gunicorn runs on POSIX systems", allow_module_level=True)

from b24xero.server.arriving import LARGEST_BODY, LARGEST_HEAD, Arriving, refusal

APP = """
def app(environ, start_response):
    if environ["PATH_INFO"] == "/large":
        body = b"x" * 100_000
    else:
        told = [environ["REQUEST_METHOD"], environ["SCRIPT_NAME"] + environ["PATH_INFO"], environ["wsgi.url_scheme"]]
        body = " ".join(told).encode() + b" " + environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
# As b24xero is served, but with fewer threads than there are slow clients, and less patience than suits people.
CONFIG = """
exec(open({conf!r}).read())
from b24xero.server import worker
worker.WHOLE_WITHIN = {whole}
threads, workers = 4, 1
"""


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[float], str]]:
    """Starts the server once for each patience; its address."""
    started: dict[float, tuple[str, subprocess.Popen[bytes]]] = {}

    def address(whole_within: float = 60) -> str:
        if whole_within not in started:
            started[whole_within] = start(tmp_path_factory.mktemp("server"), whole_within)
        return started[whole_within][0]

    yield address
    for _address, process in started.values():
        process.terminate()
    for _address, process in started.values():
        process.wait(60)


def start(folder: Path, whole_within: float) -> tuple[str, subprocess.Popen[bytes]]:
    (folder / "echo.py").write_text(APP)
    (folder / "conf.py").write_text(CONFIG.format(conf=str(ROOT / "gunicorn.conf.py"), whole=whole_within))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "gunicorn", "-c", str(folder / "conf.py"), "echo:app"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        if ask(base, timeout=2).status:
            return base, process
        time.sleep(0.1)
    raise AssertionError((folder / "log").read_text())


def wire(base: str) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), timeout=60)


def say(base: str, *pieces: bytes) -> bytes:
    """All that is answered until the connection ends, or nothing more comes for a moment."""
    with wire(base) as sock:
        for piece in pieces:
            sock.sendall(piece)
            time.sleep(0.05)
        sock.settimeout(1)
        return everything(sock)


def everything(sock: socket.socket) -> bytes:
    said = b""
    try:
        while piece := sock.recv(65536):
            said += piece
    except TimeoutError:
        pass  # kept open for the next one
    return said


@pytest.mark.parametrize("kind", SLOW)
def test_a_hundred_slow_clients_leave_everybody_else_their_answers(serve: Callable[[float], str], kind: str) -> None:
    base = serve(60)
    with slow_clients(base, SLOW[kind]):
        time.sleep(0.5)
        answers = [ask(base, timeout=30) for _ in range(10)]  # half as long as the slow ones may hold a thread
    assert {answer.status for answer in answers} == {200}


@pytest.mark.parametrize("begin", [half_a_head, half_a_body, nothing])
def test_what_is_not_whole_in_time_ends(serve: Callable[[float], str], begin: Callable[[socket.socket], None]) -> None:
    with wire(serve(0.5)) as sock:
        begin(sock)
        began = time.monotonic()
        for _ in range(300):  # a byte at a time is no sign of life
            try:
                sock.send(b"x" if begin is not nothing else b"")
                sock.settimeout(0.1)
                if sock.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 30


def test_a_request_that_comes_in_pieces_is_answered_as_one(serve: Callable[[float], str]) -> None:
    head = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"
    said = say(serve(60), head[:7], head[7:40], head[40:-2], head[-2:] + b"hello", b" world")
    assert said.endswith(b"POST /a http hello world")


def test_one_behind_the_other_all_are_answered(serve: Callable[[float], str]) -> None:
    one = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    said = say(serve(60), one + one + one[:-3], b"llo")
    assert said.count(b"POST /a http hello") == 3


def test_a_connection_that_is_kept_is_answered_again(serve: Callable[[float], str]) -> None:
    with requests.Session() as session:
        for n in range(5):
            answer = session.post(f"{serve(60)}/{n}", data=b"x" * 200_000, timeout=60)
            assert answer.text == f"POST /{n} http " + "x" * 200_000


def test_all_that_is_kept_of_requests_is_given_back_with_their_answers(serve: Callable[[float], str]) -> None:
    """Three hundred of 300 kB are more than a process keeps at once."""
    with requests.Session() as session:
        statuses = {session.post(serve(60), data=b"x" * 300_000, timeout=60).status_code for _ in range(300)}
    assert statuses == {200}


def test_who_waits_to_be_told_to_go_on_is_told(serve: Callable[[float], str]) -> None:
    with wire(serve(60)) as sock:
        sock.sendall(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"hello")
        sock.settimeout(1)
        assert everything(sock).endswith(b"POST /a http hello")


def test_who_asks_and_never_takes_gets_no_thread_for_long(serve: Callable[[float], str]) -> None:
    with wire(serve(60)) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
        time.sleep(0.5)
        assert ask(serve(60), timeout=30).status == 200
        with pytest.raises(ConnectionError):  # it has ended before the last was answered
            ask_on(sock)


def ask_on(sock: socket.socket) -> None:
    for _ in range(20):
        sock.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)


REFUSED = {
    "in chunks": (b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411),
    "two lengths": (b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    "no length": (b"Content-Length: -5\r\n\r\n", 400),
    "a length with a sign": (b"Content-Length: +5\r\n\r\nhello", 400),
    "an endless length": (b"Content-Length: 99999999999999999999\r\n\r\n", 400),
    "too large": (b"Content-Length: %d\r\n\r\n" % (LARGEST_BODY + 1), 413),
    "an endless head": (b"X: " + b"x" * LARGEST_HEAD, 431),
    "a head of many fields": (b"".join(b"X%d: y\r\n" % n for n in range(150)) + b"\r\n", 431),
    "no field": (b"<script>alert(1)</script>\r\n\r\n", 400),
    "two hosts": (b"Host: evil.example\r\n\r\n", 400),
    "a folded field": (b"X: a\r\n b\r\n\r\n", 400),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_request_is_refused_with_the_headers_and_none_of_its_words(
    serve: Callable[[float], str], case: str
) -> None:
    rest, status = REFUSED[case]
    guarded(say(serve(60), b"POST /a HTTP/1.1\r\nHost: x\r\n" + rest), status)


@pytest.mark.parametrize(
    ("line", "status"),
    [(b"GET /" + b"x" * 5000 + b" HTTP/1.1", 414), (b"GET", 400), (b"<script> / HTTP/1.1", 400),
     (b"GET / HTTP/9.9", 400), (b"GET /\xff HTTP/1.1", 400)],
)  # fmt: skip
def test_a_first_line_that_is_none_is_refused_likewise(serve: Callable[[float], str], line: bytes, status: int) -> None:
    guarded(say(serve(60), line + b"\r\nHost: x\r\n\r\n"), status)


def guarded(said: bytes, status: int) -> None:
    assert said.startswith(b"HTTP/1.1 %d " % status), said[:200]
    head = said.lower()
    for name in (b"content-security-policy: default-src 'none'", b"x-content-type-options: nosniff",
                 b"cache-control: no-store", b"connection: close", b"content-type: text/plain"):  # fmt: skip
        assert name in head
    assert b"script" not in said
    assert b"evil" not in said


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "PATH_INFO", "X-Forwarded-Proto", "X-Forwarded-Ssl"])
def test_no_header_says_where_the_app_stands_or_how_it_is_reached(serve: Callable[[float], str], header: str) -> None:
    for value in ("//evil.example", "https", "on"):
        answer = requests.get(f"{serve(60)}//evil.example/invoices", headers={header: value}, timeout=60)
        assert answer.text.rstrip() == "GET //evil.example/invoices http"


# -- the request on its way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", range(1, 50, 7))
def test_wherever_it_is_cut_it_is_whole_when_its_last_byte_is_there(cut: int) -> None:
    whole = b"POST / HTTP/1.1\r\nHost: x\r\ncOnTent-LENGTH:\t5 \r\n\r\nhello"
    arriving = Arriving(0)
    arriving.add(whole[:cut])
    assert not arriving.is_whole or cut >= len(whole)
    arriving.add(whole[cut:-1])
    assert not arriving.is_whole
    arriving.add(whole[-1:])
    assert arriving.is_whole
    assert arriving.refused is None


def test_a_length_in_the_body_is_none() -> None:
    arriving = Arriving(0)
    arriving.add(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nContent-Length: 500\r\n\r\n")
    assert arriving.is_whole


def test_a_refusal_is_as_long_as_it_says() -> None:
    head, _, body = refusal(HTTPStatus.LENGTH_REQUIRED).partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
