"""The usual work on many invoices, carried out in this process and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import SyncRun, User
from b24xero.extensions import db
from b24xero.pull import job as pull
from b24xero.push import batch, bulk_preview
from bench import company
from bench.company import Company
from bench.costs import Cost, counted
from bench.place import Place

Costs = dict[str, Cost]


def pushes(here: Place, made: Company, *, summary: bool = False) -> Costs:
    """A push, the same again unchanged, and with half of them edited. ``summary``: with the one that a person sees
    before the first."""
    ids = company.found(here, made)
    half = len(ids) // 2
    costs = {"summary": _summary(here, ids)} if summary else {}
    costs["push"] = push(here, ids, created=len(ids))
    here.control("clock", seconds=60)
    costs["again"] = push(here, ids, unchanged=len(ids))
    company.edit(here, ids[:half])
    here.control("clock", seconds=60)
    costs["edited"] = push(here, ids, updated=half, unchanged=len(ids) - half)
    return costs


def _summary(here: Place, ids: Sequence[int]) -> Cost:
    with here.app.app_context():
        user = _user()
        with counted(here) as cost:
            found = bulk_preview.outlook(user, ids)
    if len(found.create) != len(ids):
        raise RuntimeError(f"{len(found.create)} of {len(ids)} are to be created")
    return cost


def push(here: Place, ids: Sequence[int], **wanted: int) -> Cost:
    return run(here, lambda user: batch.ask(user, ids), wanted)


def pulls(here: Place, count: int) -> Costs:
    """Without news, with news of one in a hundred, with news of all."""
    ids = company.linked(here, count)
    few = max(1, count // 100)
    costs = {"pull, nothing": run(here, pull.ask, {})}
    company.pay(here, ids[:few])
    costs["pull, 1 %"] = run(here, pull.ask, {"moved": few})
    company.pay(here, ids[few:])
    costs["pull, all"] = run(here, pull.ask, {"moved": count - few})
    return costs


def run(here: Place, ask: Callable[[User], SyncRun], wanted: Mapping[str, int] | None) -> Cost:
    """From the moment when a worker takes it; what it came to must be what was ``wanted``, where that is said."""
    with here.app.app_context():
        run_id = ask(_user()).id
        with counted(here) as cost:
            worker.take(run_id)
        ended = db.session.get_one(SyncRun, run_id, populate_existing=True)
        counts = ended.counts if wanted is None else dict(wanted)
        if (ended.state, ended.counts) != ("finished", counts) or ended.problems:
            raise RuntimeError(f"the run is {ended.state}: {ended.counts} {ended.problems}, not {wanted}")
    return cost


def _user() -> User:
    return db.session.scalars(select(User).order_by(User.id)).first() or User()
