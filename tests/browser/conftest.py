"""What journeys share: the system's Chromium, and a whole installation for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gallery.installation import Installation, installed, lacking, launch_options, listener
from gallery.walk import come_in
from tests.conftest import shared_app

__all__ = ["DRAFTS", "Installation", "come_in"]

DRAFTS = {"stage:DT31_7:S": "DRAFT"}  # a set-up by which what is sent is a draft in Xero


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if lacking():
                item.add_marker(pytest.mark.skip(reason=lacking()))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **launch_options()}


@pytest.fixture
def vendors_host() -> str:
    """What browsers call the vendors' machine; "127.0.0.1" is another site than the connector's "localhost"."""
    return "localhost"


@pytest.fixture(scope="session")
def address_of_ours() -> Iterator[socket.socket]:
    """Where every browser test of this process finds b24xero, so that they can share the app."""
    with listener() as listening:
        yield listening


@pytest.fixture
def installation(
    database_url: str, place_of_sqlite: Path, address_of_ours: socket.socket, vendors_host: str, which_invoices: str
) -> Iterator[Installation]:
    with installed(
        place_of_sqlite, vendors_host, which_invoices, listening=address_of_ours, app_of=shared_app
    ) as standing:
        yield standing
        standing.app.extensions["b24xero.queue"].storage.close()
