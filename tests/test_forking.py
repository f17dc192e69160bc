"""The app is made once and then forked (gunicorn.conf.py): so nothing may be open that two processes must not share."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from b24xero.simulator import world
from tests.conftest import APP_URL, KEYS

ROOT = Path(__file__).resolve().parent.parent
# Its threads, and what it holds open beside its three streams.
LOOK = """
import json, os, threading
before = set(os.listdir("/proc/self/fd"))
import wsgi
held = {}
for number in set(os.listdir("/proc/self/fd")) - before:
    try:
        held[number] = os.readlink(f"/proc/self/fd/{number}")
    except FileNotFoundError:
        pass  # the listing's own
print(json.dumps({"threads": threading.active_count(), "held": sorted(held.values())}))
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="told by Linux alone")
def test_to_make_the_app_starts_no_thread_and_opens_no_file_no_socket_and_no_database(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'app.db'}"
    settings = {**world.settings("http://localhost:9"), **KEYS, "PUBLIC_URL": APP_URL, "DATABASE_URL": database}
    looked = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env={**os.environ, **settings, "DATA_DIR": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(looked.stdout) == {"threads": 1, "held": []}
    assert list(tmp_path.glob("app.db*")) == []


def test_the_server_forks_what_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of ours
    assert runpy.run_path(str(ROOT / "gunicorn.conf.py"))["preload_app"] is True
