"""Which runs there are: a person's, those of automatic sync, and which of them somebody may read."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from b24xero.db.models import Organisation, SyncRun, User
from b24xero.db.states import RunKind, RunState
from b24xero.errors import NotFound, problem
from b24xero.extensions import db

ACTIVE: tuple[RunState, ...] = ("queued", "running", "waiting")
ENDED: tuple[RunState, ...] = ("finished", "stopped", "closed", "failed")


def active(kind: RunKind, user: User, organisation: Organisation) -> SyncRun | None:
    """The run of this kind that this person began and that has not ended."""
    return _active(kind, organisation, SyncRun.user_id == user.id, SyncRun.by_service.is_(False))


def active_by_service(kind: RunKind, organisation: Organisation) -> SyncRun | None:
    """The same of automatic sync."""
    return _active(kind, organisation, SyncRun.by_service.is_(True))


def last_by_service(kind: RunKind, organisation: Organisation) -> SyncRun | None:
    """The newest of automatic sync, whether it has ended or not."""
    query = select(SyncRun).where(
        SyncRun.kind == kind, SyncRun.organisation_id == organisation.id, SyncRun.by_service.is_(True)
    )
    return db.session.scalar(query.order_by(SyncRun.id.desc()).limit(1))


def is_stuck(run: SyncRun) -> bool:
    """Whether it ended before it was through, and nobody wanted that."""
    return run.state in ("closed", "failed") or run.state == "finished" and bool(run.problems)


# The problem of a run of automatic sync that Xero did not let in, with a token that it had just given.
SHUT_OUT = "service_login_shut_out"


def is_shut_out(organisation: Organisation) -> bool:
    """Whether that is how the run of automatic sync ended that ended last."""
    query = select(SyncRun.problems).where(
        SyncRun.organisation_id == organisation.id, SyncRun.by_service.is_(True), SyncRun.state.in_(ENDED)
    )
    newest = db.session.scalar(query.order_by(SyncRun.ended_at.desc(), SyncRun.id.desc()).limit(1))
    return any(stored["code"] == SHUT_OUT for stored in newest or ())


def _active(kind: RunKind, organisation: Organisation, *whose: ColumnElement[bool]) -> SyncRun | None:
    query = select(SyncRun).where(
        SyncRun.kind == kind, SyncRun.organisation_id == organisation.id, SyncRun.state.in_(ACTIVE), *whose
    )
    return db.session.scalar(query.order_by(SyncRun.id.desc()).limit(1))


def whose(run_id: int) -> int | None:
    return db.session.scalar(select(SyncRun.user_id).where(SyncRun.id == run_id))


def readable(run_id: int, reader: User) -> SyncRun:
    """The run, for its person and for admins.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    run = db.session.get(SyncRun, run_id, populate_existing=True)
    if run is None or not (run.user_id == reader.id or reader.is_admin):
        raise NotFound(problem("not_found"))
    return run
