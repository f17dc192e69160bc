"""A whole installation for a browser: the world of both vendors, the app on a real port, a worker in a thread."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from b24xero import create_app, runs, worker
from b24xero.commands import free_port
from b24xero.extensions import db
from b24xero.models import utc_now
from b24xero.simulator import http, world
from tests.conftest import KEYS, Vendors

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    args = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": args}


class Installation(Vendors):
    """The vendors' world, and where the connector is."""

    url: str


@pytest.fixture
def vendors_host() -> str:
    """What browsers call the vendors' machine; "127.0.0.1" is another site than the connector's "localhost"."""
    return "localhost"


@pytest.fixture
def installation(migrated_sqlite: Path, tmp_path: Path, vendors_host: str) -> Iterator[Installation]:
    database = tmp_path / "app.db"
    shutil.copy(migrated_sqlite, database)
    port = free_port(20000 + os.getpid() % 20000)
    url = f"http://localhost:{port}"
    built = world.build(url, limits=False)
    with http.serving(built.server) as served:
        base = served.replace("localhost", vendors_host)
        environ = {**world.settings(base), **KEYS, "DATABASE_URL": f"sqlite:///{database}", "PUBLIC_URL": url}
        app = create_app({**environ, "BITRIX24_RATE": "0", "XERO_RATE": "0"}, tmp_path)
        server = make_server("127.0.0.1", port, app, threaded=True)
        over = threading.Event()
        threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}),
            threading.Thread(target=_carry_on, args=(app, over)),
        ]
        for thread in threads:
            thread.start()
        installation = Installation(base, built)
        installation.url = url
        try:
            yield installation
        finally:
            over.set()
            server.shutdown()
            for thread in threads:
                thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()


def _carry_on(app: Any, over: threading.Event) -> None:
    """What the worker process does, without its queue."""
    with app.app_context():
        while not over.wait(0.1):
            for run_id in runs.claimable(utc_now()):
                worker.take(run_id)
            db.session.remove()
