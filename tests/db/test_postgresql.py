"""What PostgreSQL is asked for: connections that died are noticed, nobody waits for ever, each process holds few."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import engine_options
from b24xero.extensions import db
from tests.conftest import on_both
from tests.people import Person


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_that_were_cut_are_noticed_before_they_are_used(app: Flask, ready: Person) -> None:
    assert ready.client.get("/activity").status_code == 200
    with app.app_context():
        options = db.engine.url
    other = sa.create_engine(options, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        cut = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'here' AND pid != pg_backend_pid()"
        )
        assert connection.execute(sa.text(cut)).all()
    other.dispose()
    assert ready.client.get("/activity").status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_statement_and_a_lock_have_their_time(app: Flask) -> None:
    with app.app_context():
        told = {name: db.session.scalar(sa.text(f"SHOW {name}")) for name in ("statement_timeout", "lock_timeout")}
        db.session.commit()
    assert told == {"statement_timeout": "2min", "lock_timeout": "20s"}


@on_both
def test_no_error_tells_what_was_being_stored(app: Flask) -> None:
    settings = app.extensions["b24xero.settings"]
    assert engine_options(settings)["hide_parameters"]
    assert ("pool_size" in engine_options(settings)) == settings.database_url.startswith("postgresql")
