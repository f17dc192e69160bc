"""Where the database's tables stand beside the migrations of this version."""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from b24xero.extensions import db

Standing = Literal["current", "older", "newer", "missing", "away"]


def standing() -> Standing:
    """ "missing": no table of ours; "older": migrations are to be carried out; "newer": it has some that this version
    does not know; "away": no database answers."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_revision()
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
    return MigrationContext.configure(db.session.connection()).get_current_revision() or "none"


def newest() -> str:
    return _known()[0]


def _known() -> list[str]:
    """Newest first."""
    config = Config()
    config.set_main_option("script_location", str(current_app.extensions["migrate"].directory))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
