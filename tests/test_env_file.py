"""The .env of the checkout is read, and the environment goes before it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from b24xero import env_file


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout with two settings in its .env, of which the environment names one."""
    (tmp_path / ".env").write_text("HOST=0.0.0.0\nXERO_LOGIN_MINUTES='20'\n")
    monkeypatch.setattr(env_file, "ROOT", tmp_path)
    monkeypatch.setenv("HOST", "127.0.0.1")
    monkeypatch.setenv("XERO_LOGIN_MINUTES", "")  # so that it is taken back after the test
    monkeypatch.delenv("XERO_LOGIN_MINUTES")


def test_what_the_environment_does_not_say_comes_from_the_file(written: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLASK_SKIP_DOTENV", raising=False)
    env_file.read()
    assert (os.environ["HOST"], os.environ["XERO_LOGIN_MINUTES"]) == ("127.0.0.1", "20")


def test_the_demo_and_the_tests_pass_it_by(written: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_SKIP_DOTENV", "1")
    env_file.read()
    assert "XERO_LOGIN_MINUTES" not in os.environ
