"""Processes as they are served, and a person who reaches them over HTTP as a browser would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.people import Person


class Client:
    """The few words of werkzeug's test client that ``Person`` uses, spoken on a socket."""

    def __init__(self, base: str, verify: str | bool = True) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env, self.session.verify = False, verify
        self.session.headers.update({"Origin": base, "Referer": f"{base}/"})  # every browser says where a form stood

    def get(self, path: str, query_string: Mapping[str, Any] | None = None, **options: Any) -> requests.Response:
        return self._ask("GET", path, params=query_string, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self._ask("POST", path, **options)

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.session.request(method, self.base + path, allow_redirects=False, timeout=60, **options)


class Visitor(Person):
    """Somebody whose browser reaches a served b24xero. ``verify``: the authority that it believes."""

    def __init__(self, base: str, name: str, verify: str | bool = True) -> None:
        self.name = name
        self.client = Client(base, verify)  # type: ignore[assignment]  # see there
        self.vendor = requests.Session()
        self.vendor.trust_env, self.vendor.verify = False, verify


class Process:
    """``python -m …`` of a checkout, its words in a log."""

    def __init__(self, checkout: Path, environ: Mapping[str, str], log: Path, *command: str) -> None:
        self.log = log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=checkout, env={**os.environ, **environ}, stdout=file, stderr=file
            )  # fmt: skip

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(60)


def until_ready(base: str, process: Process, seconds: float = 90) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            if requests.get(f"{base}/healthz", timeout=2).ok:
                return
        except requests.ConnectionError:
            pass  # it does not listen yet
        if process.process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"{base} does not answer: {process.log.read_text()[-2000:]}")
