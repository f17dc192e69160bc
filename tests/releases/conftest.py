"""An app on the database that a release left behind, not upgraded yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import create_app
from b24xero.extensions import db
from tests.conftest import Vendors, _database, _on_server
from tests.pgtest import server_at
from tests.releases import dump
from tests.releases.kept import RELEASES, text_of


@pytest.fixture
def release() -> str:
    """The last one, unless a test asks for each."""
    return RELEASES[-1]


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, vendors: Vendors, release: str) -> Iterator[str]:
    """The dump of the release, on SQLite or on what ``on_both`` asks for."""
    database = getattr(request, "param", "sqlite")
    text = dump.at(text_of(release, database), vendors.base)
    if database == "sqlite":
        dump.into_sqlite(text, tmp_path / "app.db")
        yield f"sqlite:///{tmp_path / 'app.db'}"
        return
    url = request.getfixturevalue("migrated_postgres")
    _on_server(url, "CREATE DATABASE released")
    dump.into_postgresql(text, server_at(url), "released")
    yield _database(url, "released")
    _on_server(url, "DROP DATABASE released WITH (FORCE)")


@pytest.fixture
def released(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    app = create_app(environ, tmp_path)
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
    _of_another_world(app)
    yield app
    app.extensions["b24xero.queue"].storage.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _of_another_world(app: Flask) -> None:
    """The dump's vendors gave out the ids that those of the test will give out again, to others."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE invoice_link SET xero_id = 'before-' || xero_id"))
        connection.execute(sa.text("UPDATE contact_link SET bitrix24_id = bitrix24_id + 100000"))
