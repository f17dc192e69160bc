"""Where the database's tables stand beside the migrations of this version."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from b24xero.extensions import db

Standing = Literal["current", "older", "newer", "missing", "away"]


def standing() -> Standing:
    """ "missing": no table of ours; "older": migrations are to be carried out; "newer": it has some that this version
    does not know; "away": no database answers."""
    try:
        current = _current()
        empty = current is None and not sa.inspect(db.session.connection()).has_table("portal")
    except SQLAlchemyError:
        db.session.rollback()
        return "away"
    if empty:
        return "missing"
    known = _known()
    if current == known[0]:
        return "current"
    return "older" if current is None or current in known or current < known[-1] else "newer"


def revision() -> str:
    """The number of the migration that the database stands at."""
    return _current() or "none"


def newest() -> str:
    return _known()[0]


def _current() -> str | None:
    """Where Alembic notes it, read without Alembic, which only those load who migrate."""
    connection = db.session.connection()
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _known() -> list[str]:
    """Newest first. The file of a migration begins with its number, and each follows the one before."""
    folder = Path(current_app.extensions["migrate"].directory) / "versions"
    return sorted((path.name.partition("_")[0] for path in folder.glob("[0-9]*_*.py")), reverse=True)
