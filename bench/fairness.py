"""Fairness on a real server: what a vendor that hangs, and clients that are slow, leave to everybody else."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

import run
from bench.place import ROOT, Place, admin, colleagues
from tests.people import HTMX, Person

PEOPLE = 100
# A vendor that hangs for so long outlasts every time-out of ours.
HANGS = 45.0
SOON = 0.2
# What needs no vendor.
PAGES = ("/healthz", "/readyz", "/login", "/activity", "/static/app.css")


@dataclass(frozen=True)
class Answer:
    """One answer; ``status`` 0: none came."""

    status: int
    seconds: float
    again: str = ""


@contextlib.contextmanager
def served(here: Place) -> Iterator[str]:
    """The web process as ``run.py serve`` starts it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**here.environ, "PORT": str(port), "HOST": "127.0.0.1"}
    command = [sys.executable, "-m", *run.web_command()]
    with (here.folder / "web.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            _await(f"http://localhost:{port}/readyz")
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _await(address: str) -> None:
    for _ in range(150):
        with contextlib.suppress(requests.RequestException):
            if requests.get(address, timeout=2).ok:
                return
        time.sleep(0.2)
    raise RuntimeError("the web process does not answer")


def cookie(person: Person) -> dict[str, str]:
    found = person.client.get_cookie("b24xero")
    assert found
    return {"Cookie": f"b24xero={found.value}"}


def ask(address: str, headers: dict[str, str] | None = None, timeout: float = 60) -> Answer:
    began = time.monotonic()
    try:
        answer = requests.get(address, headers=headers, timeout=timeout, allow_redirects=False)
    except requests.RequestException:
        return Answer(0, time.monotonic() - began)
    return Answer(answer.status_code, time.monotonic() - began, answer.headers.get("Retry-After", ""))


def others(base: str, headers: dict[str, str], seconds: float) -> dict[str, list[Answer]]:
    """What is answered to those who need no vendor while so many seconds pass."""
    found: dict[str, list[Answer]] = {path: [] for path in PAGES}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for path, answers in found.items():
            answers.append(ask(base + path, headers, timeout=10))
        time.sleep(0.1)
    return found


def nine_in_ten(answers: list[Answer]) -> float:
    """Seconds within which nine of ten were answered: the tenth may meet a moment of the machine's own."""
    return sorted(answer.seconds for answer in answers)[len(answers) * 9 // 10]


# -- a vendor that hangs ----------------------------------------------------------------------------------------------


def hanging(here: Place) -> tuple[dict[str, object], list[str]]:
    """A hundred press at once while the portal hangs; the figures, and what is not as it must be."""
    cookies = [cookie(person) for person in [admin(here), *colleagues(here)]]
    with served(here) as base:
        for headers in cookies * 2:  # each process has answered before
            ask(f"{base}/activity", headers)
        here.control("faults", do="delay", vendor="bitrix24", path="/rest/", seconds=HANGS, times=1000)
        answers: list[Answer] = []
        pressing = [
            threading.Thread(
                target=lambda n=n: answers.append(ask(f"{base}/invoices", {**HTMX, **cookies[n % len(cookies)]}))
            )
            for n in range(PEOPLE)
        ]
        for thread in pressing:
            thread.start()
        pages = others(base, cookies[0], 20)
        for thread in pressing:
            thread.join(90)
        here.control("faults/clear")
    return _told(answers, pages)


def _told(answers: list[Answer], pages: dict[str, list[Answer]]) -> tuple[dict[str, object], list[str]]:
    refused = [answer for answer in answers if answer.status == 503 and answer.seconds < 20]
    figures: dict[str, object] = {
        "presses": len(answers),
        **{f"answered {status}": n for status, n in sorted(Counter(answer.status for answer in answers).items())},
        "refused while it hangs": len(refused),
        "seconds until the last of those": round(max((answer.seconds for answer in refused), default=0.0), 1),
        "seconds of the longest press": round(max(answer.seconds for answer in answers), 1),
    }
    wrong = [f"a press was answered {answer}" for answer in answers if answer.status not in (200, 503)]
    wrong += [f"refused without Retry-After: {answer}" for answer in refused if not answer.again]
    return {**figures, **_of_pages(pages)}, wrong + _slow(pages)


def _of_pages(pages: dict[str, list[Answer]]) -> dict[str, object]:
    return {f"nine in ten {path}": f"{round(nine_in_ten(answers) * 1000)} ms" for path, answers in pages.items()}


def _slow(pages: dict[str, list[Answer]]) -> list[str]:
    missing = [f"{path}: {one}" for path, answers in pages.items() for one in answers if not 0 < one.status < 400]
    late = [f"{path}: {nine_in_ten(answers):.2f} s" for path, answers in pages.items() if nine_in_ten(answers) > SOON]
    return missing + late


# -- clients that are slow --------------------------------------------------------------------------------------------


def half_a_head(wire: socket.socket) -> None:
    wire.sendall(b"GET /invoices HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")


def half_a_body(wire: socket.socket) -> None:
    wire.sendall(
        b"POST /runs/pull HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 5000\r\n\r\ncsrf_token="
    )


def a_chunk_of_many(wire: socket.socket) -> None:
    wire.sendall(
        b"POST /runs/pull HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n400\r\ncsrf_token="
    )


def nothing(_wire: socket.socket) -> None:
    """Connected, and no word."""


def many_unread(wire: socket.socket) -> None:
    """Large answers are asked for, one behind the other, and never taken."""
    wire.sendall(b"GET /static/app.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 40)


def never_hung_up(wire: socket.socket) -> None:
    """Answered, and told that this was the last answer."""
    wire.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")


def no_request(wire: socket.socket) -> None:
    wire.sendall(b"\r\n\r\n")


SLOW: dict[str, Callable[[socket.socket], None]] = {
    "half a head": half_a_head, "half a body": half_a_body, "a chunk of many": a_chunk_of_many, "no word": nothing,
    "answers never taken": many_unread, "never hung up": never_hung_up, "no request": no_request,
}  # fmt: skip


@contextlib.contextmanager
def slow_clients(base: str, say: Callable[[socket.socket], None], count: int = PEOPLE) -> Iterator[None]:
    """So many connections that say so much and wait; a byte every second follows where half was said."""
    parts = urlsplit(base)
    with contextlib.ExitStack() as stack:
        wires = []
        for _ in range(count):
            wire = socket.socket()
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.connect((parts.hostname, parts.port))
            wires.append(stack.enter_context(wire))
            say(wire)
        over = threading.Event()
        dripping = threading.Thread(target=_drip, args=(wires if "half" in say.__name__ else [], over))
        dripping.start()
        try:
            yield
        finally:
            over.set()
            dripping.join()


def _drip(wires: list[socket.socket], over: threading.Event) -> None:
    while not over.wait(1.0):
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.send(b"x")


def slow(here: Place) -> tuple[dict[str, object], list[str]]:
    """A hundred slow clients of each kind, one kind after the other; the slowest answers of everybody else."""
    headers = cookie(admin(here))
    figures: dict[str, object] = {}
    wrong: list[str] = []
    for kind, say in SLOW.items():
        with served(here) as base:
            for _ in range(8):
                ask(f"{base}/activity", headers)
            with slow_clients(base, say):
                pages = others(base, headers, 8)
        everything = [answer for answers in pages.values() for answer in answers]
        figures[f"{kind}: answered"] = f"{sum(answer.status > 0 for answer in everything)} of {len(everything)}"
        figures[f"{kind}: nine in ten"] = f"{round(nine_in_ten(everything) * 1000)} ms"
        wrong += [f"{kind}: {one}" for one in _slow(pages)]
    return figures, wrong
