"""A database as it is after years: many links, each with what happened to it, as rows alone and without a vendor."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, text

from b24xero.db.models import InvoiceLink, Organisation, SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from bench.place import Place

# Ids of invoices that the simulated portal does not have.
FIRST = 1_000_000
# Entries of one run.
A_RUN = 1_000
# When the first thing happened; the others follow by the minute.
BEGAN = utc_now() - timedelta(days=300)

Row = dict[str, Any]


def fill(here: Place, links: int, entries: int) -> None:
    """For the one organisation and its first person; so many entries for each link."""
    with here.app.app_context():
        user = db.session.scalars(select(User).order_by(User.id)).first()
        assert user is not None
        whose: Row = {"organisation_id": db.session.scalars(select(Organisation)).one().id, "user_id": user.id}
        db.session.commit()
        runs = [_run(whose, n) for n in range(-(-entries // A_RUN))]
        _insert(InvoiceLink, [_link(whose["organisation_id"], n) for n in range(links)])
        _insert(SyncRun, runs)
        _insert(SyncEntry, [_entry(whose, n, entries // links) for n in range(entries)])
        with writing():
            db.session.execute(text("ANALYZE"))


def _insert(model: type[Any], rows: list[Row]) -> None:
    for first in range(0, len(rows), 5_000):
        with writing():
            db.session.execute(insert(model), rows[first : first + 5_000])


def _link(organisation: int, n: int) -> Row:
    return {
        "organisation_id": organisation, "bitrix24_id": FIRST + n, "xero_id": f"x-{n}", "xero_number": f"INV-{n}",
        "xero_status": "PAID" if n % 10 else "AUTHORISED", "xero_total": Decimal(115), "xero_due": Decimal(0),
        "xero_settled": Decimal(115), "told": "paid", "line_ids": {}, "problems": [], "written_at": utc_now(),
    }  # fmt: skip


def _run(whose: Row, n: int) -> Row:
    ended = BEGAN + timedelta(minutes=A_RUN * n)
    return {**whose, "id": FIRST + n, "kind": "push", "state": "finished", "ended_at": ended}


def _entry(whose: Row, n: int, of_each: int) -> Row:
    id, is_first = FIRST + n // of_each, n % of_each == 0
    return {
        **whose, "run_id": FIRST + n // A_RUN, "kind": "push", "bitrix24_id": id, "number": f"INV-{id}",
        "outcome": "created" if is_first else "unchanged", "before": "", "after": "paid", "problems": [],
        "facts": {"customer": "Acme Plumbing", "total": "115.00"}, "milliseconds": 12,
        "at": BEGAN + timedelta(minutes=n),
    }  # fmt: skip
