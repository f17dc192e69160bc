"""Every fault at every write, pressed alone and in bulk: both vendors' books are right, nothing twice, nothing lost.

The rest is read from the vendors' books and from Activity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Vendors
from tests.faults.kinds import AT, UNCLEAR, impatient
from tests.faults.scene import Scene, begun
from tests.faults.writes import WRITES, Write

pytestmark = pytest.mark.slow

TWICE = ("applied, answer lost", "500", "half an answer")


@pytest.fixture
def scene(app: Flask, environ: dict[str, str], vendors: Vendors, bulk: bool, write: Write) -> Scene:
    return begun(app, environ, vendors, write.before, bulk=bulk, today_first=write.today_first)


def carried_through(scene: Scene, write: Write, fault: dict[str, Any]) -> None:
    scene.vendors.fault(**write.where, **fault)
    with impatient(fault):
        write.set_off(scene)
    write.after(scene)


def _places() -> Iterator[tuple[str, str, Write, bool]]:
    """Which invoices the portal has, the write and its name, whether in bulk."""
    for world, writes in WRITES.items():
        for name, write in writes.items():
            yield from ((world, name, write, bulk) for bulk in (False, True))


def _cells() -> list[Any]:
    return [
        pytest.param(world, bulk, write, fault, id=f"{world}-{name}-{kind}-{_how(bulk)}")
        for world, name, write, bulk in _places()
        for kind, fault in (UNCLEAR | AT[write.vendor]).items()
    ]


def _twice() -> list[Any]:
    return [
        pytest.param(world, database, bulk, write, UNCLEAR[kind], id=f"{world}-{name}-{kind}-{_how(bulk)}-{database}")
        for world, name, write, bulk in _places()
        for kind in TWICE
        for database in {"new": ("sqlite", "postgresql"), "old": ("sqlite",), "both": ()}[world]
    ]


def _refusals() -> list[Any]:
    return [
        pytest.param(world, bulk, write, id=f"{world}-{name}-{_how(bulk)}") for world, name, write, bulk in _places()
    ]


def _how(bulk: bool) -> str:
    return "in bulk" if bulk else "alone"


@pytest.mark.parametrize(("which_invoices", "bulk", "write", "fault"), _cells())
def test_nothing_is_doubled_or_lost(scene: Scene, write: Write, fault: dict[str, Any]) -> None:
    carried_through(scene, write, fault)


@pytest.mark.parametrize(
    ("which_invoices", "database_url", "bulk", "write", "fault"), _twice(), indirect=["database_url"]
)
def test_nothing_is_doubled_or_lost_when_the_second_try_fails_too(
    scene: Scene, write: Write, fault: dict[str, Any]
) -> None:
    carried_through(scene, write, {**fault, "times": 2})


@pytest.mark.parametrize(("which_invoices", "bulk", "write"), _refusals())
def test_what_the_vendor_refused_is_written_once_when_it_is_put_right(scene: Scene, write: Write) -> None:
    scene.mend = lambda: write.mended(scene.vendors)
    carried_through(scene, write, {"do": "act", **write.refusal})
