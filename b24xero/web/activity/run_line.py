"""How a run is told among the lines of Activity: its words, its outcome, its facts."""

from __future__ import annotations

from datetime import datetime

from flask import url_for
from flask_babel import LazyString, gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from b24xero.db.models import SyncRun
from b24xero.db.states import RunState
from b24xero.errors import Problem
from b24xero.runs import history
from b24xero.web.activity import outcomes
from b24xero.web.activity.line import KINDS, Line
from b24xero.web.common import moments, urls, who
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Fix


def run_line(run: SyncRun, at: datetime) -> Line:
    """The run as a line among its entries; it stands where it ended, or on top while it has not."""
    address = url_for("runs.show", run_id=run.id)
    words, look = state_words(run)
    counted, pressed = outcomes.counted(run), str(KINDS.get(run.kind, run.kind))
    return Line(
        key=f"of-run-{run.id}",
        at=moments.here(at),
        status=look,
        outcome=words,
        subject=gettext("Run %(id)s", id=run.id),
        about=gettext("%(what)s: %(counts)s", what=pressed, counts=counted) if run.ended_at else pressed,
        who=who.begun(run),
        said=counted[:1].upper() + counted[1:] + ".",
        notes=render.notes((Problem.from_json(stored) for stored in run.problems), urls.Places()),
        facts=_run_facts(run),
        links=(
            Fix(gettext("Open the run"), address),
            Fix(
                gettext("Its products") if run.kind in history.OF_PRODUCTS else gettext("Its invoices"),
                url_for("activity.index", run=run.id),
            ),
        ),
        busy=run.state in ("queued", "running"),
    )


def _run_facts(run: SyncRun) -> tuple[tuple[str, str], ...]:
    facts = [
        (gettext("Organisation"), run.organisation.name),
        (gettext("Begun"), gettext("%(when)s by %(name)s", when=moments.moment(run.created_at), name=who.begun(run))),
    ]
    if run.ended_at:
        facts.append((gettext("Ended"), moments.moment(run.ended_at)))
    return tuple(facts)


_STATES: dict[RunState, tuple[LazyString, StatusLook]] = {
    "queued": (_("Waits for its turn"), ""),
    "running": (_("Running"), ""),
    "waiting": (_("Waits"), "info"),
    "finished": (_("Finished"), "ok"),
    "stopped": (lazy_pgettext("a run", "Stopped"), "none"),
    "closed": (_("Closed"), "differs"),
    "failed": (lazy_pgettext("a run", "Failed"), "problem"),
}


def state_words(run: SyncRun) -> tuple[str, StatusLook]:
    words, look = _STATES[run.state]
    return str(words), look
