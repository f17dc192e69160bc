"""What the panel of a run shows: how far it is, what it waits for, what it leaves to do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import SyncEntry, SyncRun, utc_now
from b24xero.errors import Problem
from b24xero.extensions import db
from b24xero.runs import history, lookup
from b24xero.web.activity import line as activity_line
from b24xero.web.activity import outcomes, run_line
from b24xero.web.common import formats, moments
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Fix, Note
from b24xero.web.runs import notice, xero_news

LATEST = 5
# Asked again while something moves by itself; a run that waits for its person asks nothing. Each second while most runs
# end, then less often, by how many seconds it has gone on.
_ASK_AGAIN = ((30, "1s"), (180, "2s"))
_ASK_LATER = "5s"
# The heading and the button say this already, and to the right person.
_SAID_BY_HEADING = {"xero_disconnected", "bitrix24_disconnected"}
# Why it waits, where it goes on by itself.
_WAITS_OUT = {
    "xero_down": _("Xero does not answer at the moment."),
    "xero_unreadable": _("Xero gave an answer that cannot be read."),
    "xero_busy": _("Xero takes no more calls at the moment."),
    "bitrix24_down": _("Bitrix24 does not answer at the moment."),
    "bitrix24_bad_answer": _("Bitrix24 gave an answer that cannot be read."),
    "bitrix24_busy": _("Bitrix24 has too much to do right now."),
    "bitrix24_own_pace": _("b24xero has asked Bitrix24 as often as its own limit allows."),
}


@dataclass(frozen=True)
class RunView:
    """The panel of a run for one reader. ``every``: how soon it asks again, empty where it does not. ``words`` under
    ``status``; ``counted`` is "57 of 128"; ``way_on`` is what the person has to do first, ``news`` what
    an update brought."""

    run: SyncRun
    title: str
    status: StatusLook
    words: str
    counted: str
    every: str
    hint: str
    notes: tuple[Note, ...]
    counts: Sequence[tuple[str, int]]
    latest: Sequence[tuple[activity_line.Line, Note]]
    way_on: Fix | None
    news: str

    @property
    def ended(self) -> bool:
        return self.run.state in lookup.ENDED

    @property
    def left(self) -> int:
        """Of how many something is left to do."""
        return sum(self.run.counts.get(outcome, 0) for outcome in outcomes.OPEN)

    @property
    def busy(self) -> bool:
        return self.run.state in ("queued", "running")

    @property
    def stopping(self) -> bool:
        return self.run.stop_asked and not self.ended

    @property
    def state(self) -> str:
        """A mark that is another one as soon as the panel shows anything else."""
        shown = (
            self.title, self.status, self.words, self.counted, self.every, self.hint, self.notes, self.news,
            [(str(words), number) for words, number in self.counts], self.way_on, self.stopping,
            self.run.done, self.run.total, [(line.key, line.again, note) for line, note in self.latest],
        )  # fmt: skip
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def view(run: SyncRun) -> RunView:
    words, look = _heading(run)
    counts = history.counts(run)
    waits_for_person = run.state == "waiting" and run.waits_for != "time"
    return RunView(
        run=run,
        title=_title(run),
        status=look,
        words=words,
        counted=_counted(run),
        every="" if waits_for_person or run.state in lookup.ENDED else _every(run),
        hint=_hint(run),
        notes=_notes(run),
        counts=[(str(outcomes.WORDS[one][0]), counts.get(one, 0)) for one in history.counted(run.kind)],
        latest=_latest(run),
        way_on=_way_on(run) if waits_for_person else None,
        news=xero_news.line(run) if run.kind == "pull" and run.state in lookup.ENDED and run.counts else "",
    )


def _every(run: SyncRun) -> str:
    if run.state == "waiting":
        return _ASK_LATER
    age = (utc_now() - run.created_at).total_seconds()
    return next((every for until, every in _ASK_AGAIN if age < until), _ASK_LATER)


def _title(run: SyncRun) -> str:
    when = formats.moment(run.created_at)
    if run.asked.get("only"):
        return gettext("Update from Xero of one invoice, %(when)s", when=when)
    if run.kind == "pull" and run.state in lookup.ENDED:
        return gettext("News from Xero, %(when)s", when=when)
    if run.kind == "push" and run.state in lookup.ENDED:
        return gettext("Sent to Xero, %(when)s", when=when)
    if run.kind == "push":
        return gettext("Sending to Xero, %(when)s", when=when)
    return gettext("%(what)s, %(when)s", what=activity_line.KINDS.get(run.kind, run.kind), when=when)


def _heading(run: SyncRun) -> tuple[str, StatusLook]:
    words, look = run_line.state_words(run)
    if run.stop_asked and run.state == "running":
        return gettext("Stopping"), look
    if run.state == "running":
        return _doing(run), look
    return (_waits(run), look) if run.state == "waiting" else (words, look)


def _doing(run: SyncRun) -> str:
    if run.kind == "sheet":
        return gettext("Reading both systems")
    if run.kind == "find":
        return gettext("Looking in Xero") if run.asked.get("listed") else gettext("Reading Bitrix24")
    if run.kind == "link":
        return gettext("Linking")
    if run.kind in ("push", "items"):
        return gettext("Writing to Xero")
    return gettext("Updating Bitrix24") if run.total else gettext("Looking in Xero")


def _waits(run: SyncRun) -> str:
    mine = run.user_id == current_user.id
    if run.waits_for == "time" and run.resume_at:
        return gettext("Waits until %(time)s", time=formats.moment(run.resume_at))
    if run.waits_for == "bitrix24":
        return gettext("Waits for your sign-in to Bitrix24") if mine else gettext("Waits for a sign-in to Bitrix24")
    if mine:
        return gettext("Waits for your Xero login")
    return gettext("Waits for the Xero login of %(name)s", name=run.user.name)


def _counted(run: SyncRun) -> str:
    counted = _so_far(run) if run.total else ""
    if run.state not in lookup.ENDED or not run.ended_at:
        return counted
    lasted = (run.ended_at - run.created_at).total_seconds()
    took = moments.seconds(Decimal(max(lasted, 0)))
    return gettext("%(counted)s in %(took)s", counted=counted, took=took) if counted else took


def _so_far(run: SyncRun) -> str:
    if run.kind != "find":
        return gettext("%(done)d of %(total)d", done=run.done, total=run.total)
    return ngettext(
        "%(done)d of %(num)d invoice in Xero", "%(done)d of %(num)d invoices in Xero", run.total, done=run.done
    )  # fmt: skip


def _hint(run: SyncRun) -> str:
    if run.state in ("queued", "running"):
        return gettext("You may leave this page: the run goes on.")
    if run.state == "waiting" and run.waits_for == "time":
        return gettext("It goes on by itself. You may leave this page.")
    if run.state == "waiting":
        return gettext("Then the run goes on by itself. After 24 hours of waiting it is closed.")
    if run.kind == "find" and run.state in ("stopped", "failed"):
        return gettext("Nothing was kept of it, because half a search could link the wrong invoices.")
    if run.kind in ("find", "sheet"):
        return ""
    if run.state in ("stopped", "failed") and run.kind == "pull":
        return gettext("What was done stays done. The rest waits for the next update.")
    if run.state in ("stopped", "failed"):
        return gettext("What was done stays done. Nothing was done with the rest.")
    unseen = run.total - sum(run.counts.values())
    if run.state == "finished" and unseen > 0:
        return ngettext(
            "%(num)d invoice waits for somebody to whom Bitrix24 shows it.",
            "%(num)d invoices wait for somebody to whom Bitrix24 shows them.",
            unseen,
        )
    return "" if run.total or run.problems else gettext("Xero has nothing new: Bitrix24 is up to date.")


def _notes(run: SyncRun) -> tuple[Note, ...]:
    stored = (Problem.from_json(kept) for kept in run.problems)
    told = [found for found in stored if found.code not in _SAID_BY_HEADING]
    by_itself = run.state == "waiting" and run.waits_for == "time"
    return (*render.notes(notice.no_worker(run)), *(_note(found, by_itself=by_itself) for found in told))


def _note(found: Problem, *, by_itself: bool) -> Note:
    """A run that goes on by itself asks nobody to try again."""
    words = _WAITS_OUT.get(found.code) if by_itself else None
    return Note(str(words), "warn") if words else render.note(found)


def _latest(run: SyncRun) -> list[tuple[activity_line.Line, Note]]:
    """The newest invoices of this run that leave something to do, each with its first reason."""
    if not any(run.counts.get(outcome) for outcome in outcomes.OPEN):
        return []
    query = select(SyncEntry).where(SyncEntry.run_id == run.id, SyncEntry.outcome.in_(outcomes.OPEN))
    entries = db.session.scalars(query.order_by(SyncEntry.id.desc()).limit(LATEST)).all()
    # The panel asks every second: where Bitrix24 does not say, nothing is told of them until it does.
    seen, _why_not = activity_line.visible(entries)
    shared = activity_line.around(entries, connections.current_organisation(current_user), seen)
    lines = [activity_line.entry_line(entry, shared) for entry in entries]
    return [(line, line.notes[0] if line.notes else Note(line.said)) for line in lines]


def _way_on(run: SyncRun) -> Fix | None:
    """Only the run's own person can open the way; straight to the vendor, and back to the run."""
    if run.user_id != current_user.id:
        return None
    back = url_for("runs.show", run_id=run.id)
    if run.waits_for == "bitrix24":
        return Fix(gettext("Sign in with Bitrix24"), url_for("auth.start", next=back))
    return Fix(gettext("Connect to Xero"), url_for("auth.connect", next=back))
