"""What is told of a run on pages that do not show it, and when there is something to tell."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from b24xero.db.models import SyncRun, utc_now
from b24xero.db.states import RunState, WaitsFor
from b24xero.errors import Problem, problem
from b24xero.extensions import db
from b24xero.runs import lookup, workers
from b24xero.web.activity import line, outcomes
from b24xero.web.common.look import Tone
from b24xero.web.runs import xero_news

# By how it ended, or by what it waits for.
_WORDS: dict[RunState | WaitsFor, LazyString] = {
    "finished": _("%(what)s finished: %(counts)s."),
    "stopped": _("%(what)s was stopped: %(counts)s."),
    "closed": _("%(what)s was closed after 24 hours of waiting: %(counts)s."),
    "failed": _("%(what)s failed: %(counts)s."),
    "xero": _("%(what)s waits for your Xero login."),
    "bitrix24": _("%(what)s waits for your sign-in to Bitrix24."),
}


def moves(run: SyncRun) -> bool:
    """By itself: it has not ended, and waits for nobody."""
    return run.state in ("queued", "running") or (run.state == "waiting" and run.waits_for == "time")


def moving() -> list[int]:
    """This person's runs that move, for every page: one that does not show them asks for their news."""
    by_itself = or_(SyncRun.state.in_(("queued", "running")), SyncRun.waits_for == "time")
    query = select(SyncRun.id).where(SyncRun.user_id == current_user.id, SyncRun.state.in_(lookup.ACTIVE), by_itself)
    return list(db.session.scalars(query))


def words(run: SyncRun) -> str:
    told_by = (run.waits_for if run.state == "waiting" else None) or run.state
    return str(_WORDS[told_by]) % {"what": line.KINDS[run.kind], "counts": xero_news.line(run)}


def tone(run: SyncRun) -> Tone:
    """ "warn" where something is left for its person to do."""
    if run.state in ("waiting", "closed") or run.problems or any(run.counts.get(one) for one in outcomes.OPEN):
        return "warn"
    return "good" if run.state == "finished" else ""


def no_worker(run: SyncRun) -> tuple[Problem, ...]:
    """What is told of a run that should go on and has nobody to carry it on."""
    if not workers.stuck(run, utc_now()):
        return ()
    seen = workers.last_sign()
    return (problem("no_worker", moment=seen.isoformat() if seen else ""),)
