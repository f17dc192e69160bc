"""``run.py serve``: a process that was killed is started again, one that cannot begin ends the command."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

import run


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
