"""What Xero's webhook tells is noted without waiting for anybody who writes."""

from __future__ import annotations

from flask import Flask

from b24xero.extensions import db
from tests.conftest import Vendors
from tests.news.test_automatic import automatic, deliver, environ, sync_of
from tests.people import Person
from tests.pull.test_job import pushed

__all__ = ["automatic", "environ"]


def test_a_post_of_what_is_known_to_wait_waits_for_no_writer(automatic: Person, vendors: Vendors, app: Flask) -> None:
    """A run that writes holds SQLite's one lock, and Xero wants its answer."""
    _invoice_id, number = pushed(automatic, vendors)
    deliver(automatic, vendors)
    assert sync_of(app).has_news
    vendors.control("xero/pay", invoice=number)
    with app.app_context(), db.engine.connect() as other:
        other.exec_driver_sql("SELECT 1")  # its BEGIN takes the lock
        assert deliver(automatic, vendors) == [200]  # it would have waited for 15 s, and failed
