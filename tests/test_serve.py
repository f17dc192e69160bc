"""``run.py serve``: a process that was killed is started again, one that cannot begin ends the command."""

from __future__ import annotations

import os
import runpy
import signal
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

import run
from b24xero import create_app
from b24xero.simulator import world
from b24xero.version import version
from tests.conftest import KEYS


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module "sleeper" that runs until it is ended, and one that ends at once."""
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n")
    (tmp_path / "ender.py").write_text("raise SystemExit(3)\n")
    monkeypatch.setattr(run, "PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def ended(child: run.Child) -> None:
    child.process.wait(10)


@pytest.mark.usefixtures("module")
def test_a_worker_that_was_killed_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SECONDS_TO_PROVE", 0.1)
    child = run.Child("worker", ["sleeper"])
    try:
        first = child.process.pid
        time.sleep(0.2)
        os.kill(first, signal.SIGKILL)
        ended(child)
        assert child.keep()
        assert child.process.pid != first
        assert child.process.poll() is None
    finally:
        run.stop_all([child.process])


@pytest.mark.usefixtures("module")
def test_one_that_ends_as_soon_as_it_is_started_is_left_and_its_code_is_the_commands() -> None:
    child = run.Child("web", ["ender"])
    ended(child)
    assert not child.keep()
    stop = run.StopRequest.__new__(run.StopRequest)  # without taking this process's signals
    stop.asked = False
    assert run.serve_code(stop, [child]) == 3


# -- where it listens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "listens"),
    [("", "127.0.0.1:8000"), ("0.0.0.0", "0.0.0.0:8000"), ("::", "[::]:8000"), ("[::1]", "[::1]:8000")],
)
def test_only_this_machine_is_listened_to_unless_host_says_more(
    host: str, listens: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.delenv("PORT", raising=False)
    assert run.listening() == listens
    assert runpy.run_path(str(run.HERE / "gunicorn.conf.py"))["bind"] == listens


def test_the_start_tells_what_is_to_be_registered_and_no_secret(app: Flask) -> None:
    ran = app.test_cli_runner().invoke(args=["show-settings"])
    assert ran.exit_code == 0, ran.output
    lines = {tuple(line.strip().split("  ", 1)) for line in ran.output.splitlines()}
    told = {name.strip(): value.strip() for name, value in lines}
    assert told["Bitrix24, handler path"] == "http://localhost/bitrix24/app"
    assert told["Bitrix24, path for initial installation"] == "http://localhost/bitrix24/install"
    assert told["Xero, redirect URI"] == "http://localhost/xero/callback"
    assert told["b24xero"].startswith(f"{version()} at ")
    settings = app.extensions["b24xero.settings"]
    for secret in (*settings.secret_key, *settings.token_keys, settings.xero_client_secret):
        assert secret not in ran.output


def test_the_password_of_a_database_is_not_told(tmp_path: Path) -> None:
    environ = {**world.settings("http://localhost:9"), **KEYS, "DATABASE_URL": "postgresql://b24xero:hush@db.example/b"}
    ran = create_app(environ, tmp_path).test_cli_runner().invoke(args=["show-settings"])
    assert "db.example" in ran.output
    assert "hush" not in ran.output
