"""Which version runs is told where somebody looks for it, and is written down once."""

from __future__ import annotations

import re

from flask import Flask

from b24xero.version import version
from tests.conftest import ROOT
from tests.people import Person, parsed, text

TEXTS = {".py", ".html", ".yaml", ".service", ".conf"}


def test_the_foot_of_each_page_tells_it_to_whoever_is_signed_in(mere: Person, app: Flask) -> None:
    for address in ("/invoices", "/setup", "/activity", "/health"):
        (foot,) = parsed(mere.client.get(address).text).findall(".//footer[@class='foot']")
        assert f"b24xero {version()}" in "".join(foot.itertext()), address
    assert version() not in text(app.test_client().get("/login").text)  # strangers need not know


def test_the_check_begins_with_it(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["check"]).output.startswith(f"b24xero {version()}\n")


def test_it_is_written_down_once() -> None:
    """What was released keeps its own number; everything else asks ``version``."""
    rooms = (ROOT / room for room in ("b24xero", "templates", "deploy"))
    files = [file for room in rooms for file in room.rglob("*") if file.suffix in TEXTS]
    files += [ROOT / name for name in ("run.py", "app.json", "pyproject.toml", "wsgi.py")]
    assert [file.name for file in files if version() in file.read_text()] == ["pyproject.toml"]


def test_the_changes_are_told_by_version_newest_first() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1] == version()
    numbers = [tuple(map(int, heading.split("."))) for heading in headings[1:]]
    assert numbers == sorted(set(numbers), reverse=True)
