"""Many rows in one statement, each unless the database has one already that a unique index takes for the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from b24xero.extensions import Model, db


def unless_there(model: type[Model]) -> Any:
    """The statement, into the transaction that is open; its rows are given beside. One that another transaction is
    writing in this very moment is waited for, so rows go in one order everywhere: two who insert the same ones in
    different orders would wait for each other."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return insert(model).on_conflict_do_nothing()
