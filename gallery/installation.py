"""A whole installation for a browser: the world of both vendors, the app on a real port, a worker."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from b24xero import create_app, worker
from b24xero.db.models import utc_now
from b24xero.extensions import db
from b24xero.runs import lifecycle
from b24xero.simulator import http, world
from tests.conftest import KEYS, Vendors

_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@functools.cache
def lacking() -> str:
    """What no browser can be driven without and is not here; empty when all of it is."""
    if CHROMIUM is None:
        return "no Chromium on this machine"
    version = [sys.executable, "-m", "playwright", "--version"]
    tried = subprocess.run(version, capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"Playwright's driver does not start: {tried.stderr.strip()}"


def launch_options() -> dict[str, Any]:
    """The system's Chromium, quiet: it looks for nothing on the net."""
    args = [
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    return {"executable_path": CHROMIUM, "args": args}


class Installation(Vendors):
    """The vendors' world, and where the connector is."""

    url: str
    app: Flask


@contextlib.contextmanager
def installed(
    database: Path, vendors_host: str = "localhost", invoices: str = "new", *,
    listening: socket.socket | None = None, app_of: Callable[[dict[str, str], Path], Flask] = create_app,
) -> Iterator[Installation]:  # fmt: skip
    """A fresh world and the app on ``database``, a migrated SQLite file.

    Args:
        vendors_host: what browsers call the vendors' machine; "127.0.0.1" is another site than our own "localhost".
        invoices: which the portal has, "new", "old" or "both".
        listening: where the app is reached; without it on a port of its own.
        app_of: makes the app.
    """
    listening = listening or listener()
    url = f"http://localhost:{listening.getsockname()[1]}"
    built = world.build(url, limits=False, invoices=invoices)
    with http.serving(built.server) as served:
        base = served.replace("localhost", vendors_host)
        environ = {**world.settings(base), **KEYS, "DATABASE_URL": f"sqlite:///{database}", "PUBLIC_URL": url}
        app = app_of({**environ, "BITRIX24_RATE": "0", "XERO_RATE": "0"}, database.parent)
        installation = Installation(base, built)
        installation.url, installation.app = url, app
        with _serving(app, listening), _working(app):
            yield installation
        with app.app_context():
            db.engine.dispose()


def listener() -> socket.socket:
    """A port that is taken now and kept: tests run side by side."""
    return socket.create_server(("127.0.0.1", 0))


class _Counted:
    """The app, and how many requests it is at."""

    def __init__(self, app: Flask) -> None:
        self.app, self.under_way, self.ended = app, 0, threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self.ended:
            self.under_way += 1
        try:
            with contextlib.closing(self.app(environ, start_response)) as pieces:  # type: ignore[type-var]
                return list(pieces)
        finally:
            with self.ended:
                self.under_way -= 1
                self.ended.notify_all()

    def until_idle(self) -> None:
        with self.ended:
            assert self.ended.wait_for(lambda: self.under_way == 0, timeout=60), "a request never ended"


@contextlib.contextmanager
def _serving(app: Flask, listening: socket.socket) -> Iterator[None]:
    host, port = listening.getsockname()
    counted = _Counted(app)
    server = make_server(host, port, counted, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        counted.until_idle()  # the next installation may have the same app


@contextlib.contextmanager
def _working(app: Flask) -> Iterator[None]:
    """What the worker process does, without its queue."""
    over = threading.Event()

    def carry_on() -> None:
        with app.app_context():
            while not over.wait(0.1):
                for run_id in lifecycle.claimable(utc_now()):
                    worker.take(run_id)
                db.session.remove()

    thread = threading.Thread(target=carry_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
