"""A vendor that refuses connections: what was pressed in vain is written once when it is back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from b24xero import create_app
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.faults.scene import Scene
from tests.faults.writes import OF_TODAY, Write
from tests.people import Person

pytestmark = pytest.mark.slow

NOBODY = "http://localhost:9"


@contextlib.contextmanager
def cut_off(environ: dict[str, str], setting: str, folder: Path) -> Iterator[Flask]:
    """Another process of the same installation, from which one vendor cannot be reached."""
    app = create_app({**environ, setting: NOBODY}, folder)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        yield app
    finally:
        app.extensions["b24xero.queue"].storage.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.mark.parametrize("bulk", [False, True], ids=["alone", "in bulk"])
@pytest.mark.parametrize("write", OF_TODAY.values(), ids=OF_TODAY)
def test_a_vendor_that_refuses_connections_gets_it_once_when_it_is_back(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str], tmp_path: Path, write: Write, bulk: bool
) -> None:
    scene = Scene(ready, vendors, app, bulk)
    write.before(scene)
    setting = "XERO_API_URL" if write.vendor == "xero" else "BITRIX24_PORTAL_URL"
    with cut_off(environ, setting, tmp_path) as away:
        _press_in_vain(Scene(ready.elsewhere(away), vendors, away, bulk, scene.ids), write)
    write.set_off(scene)
    write.after(scene)


def _press_in_vain(scene: Scene, write: Write) -> None:
    if write.set_off is Scene.push and not scene.bulk:
        assert scene.person.press(scene.ids[0]).status_code == 503
        return
    run = scene.run("push" if write.set_off is Scene.push else "pull")
    assert (run.state, run.waits_for) == ("waiting", "time")
