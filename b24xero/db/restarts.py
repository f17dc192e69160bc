"""A database that is being restarted: how it is told from one that refuses, and how long it is waited for."""

from __future__ import annotations

import time

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from b24xero.extensions import db

# A restart takes seconds; a request that waited so long still ends before a hosting platform's router hangs up.
LONGEST_WAIT = 8.0
LOOK_EVERY = 0.2
# PostgreSQL's own words for it (class 57P): it shuts down, it has crashed, it cannot take connections yet.
_LEAVING = "57P"


def lost(error: SQLAlchemyError) -> bool:
    """Whether the connection went away or could not be made, so that the same may be asked again; a statement that was
    too slow or a lock that did not come free is none of that."""
    if not isinstance(error, DBAPIError) or db.engine.dialect.name != "postgresql":
        return False
    state = getattr(error.orig, "sqlstate", None)
    # without a code no server has spoken: it is the connection that failed
    return error.connection_invalidated or state is None or str(state).startswith(_LEAVING)


def is_back(seconds: float = LONGEST_WAIT) -> bool:
    """Wait until the database takes connections again, for so long at most; whether it does."""
    until = time.monotonic() + seconds
    while True:
        try:
            with db.engine.connect():
                return True
        except SQLAlchemyError:
            if time.monotonic() + LOOK_EVERY > until:
                return False
        time.sleep(LOOK_EVERY)
