"""What something costs, counted: calls to each vendor and the bytes of their answers, queries, commits, CPU."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, event

from b24xero.extensions import db
from bench.place import Place

# How much of the vendors' limits is left, which is noted by the clock.
_PACE = "call_budget"
# What begins and ends a transaction is counted by its end.
_NO_QUERY = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Cost:
    """Calls go by vendor; ``asked`` tells which they were, by method and path. Queries and commits are those of the
    thread that counts, and so is its CPU: what beats or listens beside it does so by the clock."""

    calls: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    bytes_read: int = 0
    queries: int = 0
    savepoints: int = 0
    commits: int = 0
    cpu: float = 0.0
    seconds: float = 0.0

    @property
    def of_both(self) -> int:
        return self.calls["bitrix24"] + self.calls["xero"]


@contextlib.contextmanager
def counted(here: Place) -> Iterator[Cost]:
    """Around the work, within the app's context; complete at its end."""
    cost = Cost()
    here.control("requests/clear")
    with _database(cost):
        began, cpu = time.perf_counter(), time.thread_time()
        yield cost
        cost.seconds, cost.cpu = time.perf_counter() - began, time.thread_time() - cpu
    for seen in here.control("requests"):
        cost.calls[seen["vendor"]] += 1
        cost.asked[f"{seen['method']} {seen['path']}"] += 1
        cost.bytes_read += seen["size"]


@contextlib.contextmanager
def _database(cost: Cost) -> Iterator[None]:
    mine = threading.get_ident()

    def asked(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() != mine:
            return
        if _PACE in statement:
            connection.info["paced"] = True
        elif statement.startswith(_NO_QUERY):
            cost.savepoints += statement.startswith("SAVEPOINT")
        else:
            cost.queries += 1

    def ended(connection: Connection) -> None:
        if threading.get_ident() == mine and not connection.info.pop("paced", False):
            cost.commits += 1

    event.listen(db.engine, "before_cursor_execute", asked)
    event.listen(db.engine, "commit", ended)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", asked)
        event.remove(db.engine, "commit", ended)
