"""The Activity page: every run and every press, newest first, as a page, a history and a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import joinedload

from b24xero import connections
from b24xero.db.models import SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.db.types import Moment
from b24xero.domain.queries import ROWS
from b24xero.extensions import db
from b24xero.runs import history as runs_history
from b24xero.runs.history import OUTCOMES, Filter
from b24xero.web.activity import line as activity_line
from b24xero.web.activity import outcomes
from b24xero.web.common import formats, list_query, moments, quota
from b24xero.web.common.list_query import LARGEST_ID

bp = Blueprint("activity", __name__)

LONGEST_FILE = 10_000
_PIECE = 500
_WITH_NAMES = joinedload(SyncEntry.user)


@dataclass(frozen=True)
class Wanted:
    """The state of the page as its address holds it; ``person``, ``run`` and ``invoice`` are ids, 0 for all."""

    q: str
    rows: int
    page: int
    remembered: int
    outcome: str = ""
    person: int = 0
    run: int = 0
    invoice: int = 0

    @property
    def narrowed(self) -> bool:
        """Narrowed to invoices, so that runs are none of it."""
        return bool(self.q or self.outcome or self.run or self.invoice)

    def url(self, **changes: Any) -> str:
        return replace(self, **changes)._address("activity.index" if not self.invoice else "activity.history")

    @property
    def file_url(self) -> str:
        return replace(self, page=1)._address("activity.download")

    def _address(self, endpoint: str) -> str:
        said: dict[str, Any] = {n: v for n in ("q", "outcome", "person", "run") if (v := getattr(self, n))}
        if self.page > 1:
            said["page"] = self.page
        if endpoint != "activity.download" and list_query.USUAL_ROWS not in (self.rows, self.remembered):
            said["rows"] = self.rows
        if self.invoice:
            said["invoice" if endpoint == "activity.download" else "bitrix24_id"] = self.invoice
        return url_for(endpoint, **said)


def _read(invoice: int = 0) -> Wanted:
    common = list_query.read(request.args, current_user.rows_per_page)
    outcome = request.args.get("outcome", "")
    return Wanted(
        q=common.q,
        rows=common.rows,
        page=common.page,
        remembered=current_user.rows_per_page,
        outcome=outcome if outcome in OUTCOMES else "",
        person=_id("person") if current_user.is_admin else 0,
        run=_id("run"),
        invoice=invoice or _id("invoice"),
    )


def _id(name: str) -> int:
    value = request.args.get(name, "")
    number = int(value) if re.fullmatch(r"[0-9]{1,10}", value) else 0
    return number if number <= LARGEST_ID else 0


# -- the addresses ----------------------------------------------------------------------------------------------------


@bp.get("/activity")
@login_required
def index() -> Response:
    wanted = _read()
    return _page(wanted) if not wanted.invoice else history(wanted.invoice)


@bp.get("/invoices/<int:bitrix24_id>/history")
@login_required
def history(bitrix24_id: int) -> Response:
    """What happened to one invoice. Nothing is told of an invoice that this reader never dealt with."""
    if not 0 < bitrix24_id <= LARGEST_ID:
        abort(HTTPStatus.NOT_FOUND)
    return _page(_read(bitrix24_id))


@bp.get("/activity.csv")
@login_required
def download() -> Response:
    """What is filtered, newest first, as a file that a spreadsheet opens without being told anything."""
    response = Response(stream_with_context(_lines_of_file(_entries(_read()))), mimetype="text/csv")
    name = f"b24xero-activity-{moments.here(utc_now()).date().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# -- the page ---------------------------------------------------------------------------------------------------------


def _entries(wanted: Wanted) -> Select[SyncEntry]:
    query = runs_history.entries_for(current_user, Filter(wanted.person, wanted.outcome, wanted.q, wanted.invoice))
    return query.where(SyncEntry.run_id == wanted.run) if wanted.run else query


def _runs(wanted: Wanted) -> Select[SyncRun]:
    query = select(SyncRun)
    if not current_user.is_admin:
        return query.where(SyncRun.user_id == current_user.id)
    return query.where(SyncRun.user_id == wanted.person) if wanted.person else query


def _page(wanted: Wanted) -> Response:
    if wanted.rows != current_user.rows_per_page:
        with writing():
            current_user.rows_per_page = wanted.rows
    total = runs_history.count(_entries(wanted))
    if not wanted.narrowed:
        total += db.session.scalar(select(func.count()).select_from(_runs(wanted).subquery())) or 0
    last_page = max(1, -(-total // wanted.rows))
    wanted = replace(wanted, page=min(wanted.page, last_page))
    lines = _lines(wanted)
    first = (wanted.page - 1) * wanted.rows + 1
    context = {
        "asked": wanted,
        "heading": _heading(wanted, lines),
        "help": _help(wanted, total),
        "days": _days(lines),
        "range": gettext("%(first)d–%(last)d of %(total)d", first=first, last=first + len(lines) - 1, total=total),
        "previous": wanted.page - 1,
        "next": wanted.page + 1 if wanted.page < last_page else 0,
        "people": _people(),
        "outcomes": [("", gettext("All outcomes")), *((o, str(outcomes.WORDS[o][0])) for o in OUTCOMES)],
        "row_counts": [(count, count) for count in ROWS],
    }
    response = make_response(render_template("activity/index.html", **context))
    if htmx_request.htmx:
        name = "HX-Replace-Url" if htmx_request.htmx.trigger == "search" else "HX-Push-Url"
        response.headers[name] = wanted.url()
    return response


def _heading(wanted: Wanted, lines: list[activity_line.Line]) -> str:
    if wanted.invoice:
        number = lines[0].subject if lines else f"#{wanted.invoice}"
        return gettext("History of %(number)s", number=number)
    return gettext("Activity")


def _help(wanted: Wanted, total: int) -> str:
    if wanted.invoice:
        said = gettext("What was done with it here, newest first.")
    elif current_user.is_admin:
        said = gettext("Every run and every press, newest first.")
    else:
        said = gettext("Your runs and presses, newest first.")
    if total > LONGEST_FILE:
        said += " " + gettext("The file holds the newest %(rows)s lines.", rows=formats.whole(LONGEST_FILE))
    calls = "" if wanted.invoice else quota.of_day(connections.current_organisation(current_user))
    return f"{said} {calls}".strip()


def _people() -> list[tuple[int, str]]:
    """Whose activity an administrator may choose."""
    if not current_user.is_admin:
        return []
    found = db.session.execute(select(User.id, User.name).order_by(User.name))
    return [(0, gettext("Everyone")), *found]


def _lines(wanted: Wanted) -> list[activity_line.Line]:
    """One page, entries and runs woven by time. A run stands where it ended, above what happened in it."""
    places = list(db.session.execute(_woven(wanted, utc_now())))
    entry_ids = [id for _at, id, is_run in places if not is_run]
    run_ids = [id for _at, id, is_run in places if is_run]
    entries = db.session.scalars(select(SyncEntry).where(SyncEntry.id.in_(entry_ids)).options(_WITH_NAMES)).all()
    found = select(SyncRun).where(SyncRun.id.in_(run_ids))
    runs = {run.id: run for run in db.session.scalars(found.options(joinedload(SyncRun.user)))}
    shared = activity_line.around(entries, connections.current_organisation(current_user))
    told_entries = {entry.id: activity_line.entry_line(entry, shared) for entry in entries}
    return [activity_line.run_line(runs[id], at) if is_run else told_entries[id] for at, id, is_run in places]


def _woven(wanted: Wanted, now: datetime) -> Select[datetime, int, int]:
    """When, id, and whether it is a run. Each side gives only what can stand on this page or before it, found by its
    index: the first pages, which people read, cost the same however much there is."""
    end = wanted.page * wanted.rows
    entries = _entries(wanted).with_only_columns(SyncEntry.at, SyncEntry.id, literal(0).label("is_run")).limit(end)
    if wanted.narrowed:
        return entries.limit(wanted.rows).offset(end - wanted.rows)
    at = func.coalesce(SyncRun.ended_at, literal(now, Moment), type_=Moment).label("at")
    runs = _runs(wanted).with_only_columns(at, SyncRun.id, literal(1).label("is_run")).order_by(at.desc()).limit(end)
    sides = [select(side.subquery()) for side in (entries, runs)]
    both = sides[0].union_all(sides[1]).subquery()
    newest = (both.c.at.desc(), both.c.is_run.desc(), both.c.id.desc())
    return select(both.c.at, both.c.id, both.c.is_run).order_by(*newest).limit(wanted.rows).offset(end - wanted.rows)


def _days(lines: list[activity_line.Line]) -> list[tuple[str, list[activity_line.Line]]]:
    today = moments.here(utc_now()).date()
    return [(_day(day, today), list(of_day)) for day, of_day in groupby(lines, key=lambda line: line.at.date())]


def _day(day: date, today: date) -> str:
    if day == today:
        return gettext("Today, %(day)s", day=formats.day(day))
    if day == today - timedelta(days=1):
        return gettext("Yesterday, %(day)s", day=formats.day(day))
    return formats.day(day)


# -- the file ---------------------------------------------------------------------------------------------------------


def _lines_of_file(query: Select[SyncEntry]) -> Iterator[str]:
    """In pieces, each read by itself, so that a slow reader holds neither memory nor a transaction."""
    yield "\ufeff" + _csv(
        [gettext("Time"), gettext("Person"), gettext("Organisation"), gettext("Pressed"), gettext("Run"),
         gettext("Invoice"), gettext("Bitrix24 id"), gettext("Outcome"), gettext("Before"), gettext("After"),
         gettext("Why"), gettext("Seconds")]
    )  # fmt: skip
    shared = activity_line.around((), None)
    left, below = LONGEST_FILE, LARGEST_ID
    while left:
        piece = query.where(SyncEntry.id < below).limit(min(_PIECE, left)).options(_WITH_NAMES)
        entries = db.session.scalars(piece).all()
        db.session.commit()
        yield "".join(_csv(_cells(entry, shared)) for entry in entries)
        if len(entries) < _PIECE:
            return
        left, below = left - len(entries), entries[-1].id
        db.session.expunge_all()


def _cells(entry: SyncEntry, shared: activity_line.Around) -> list[str]:
    line = activity_line.entry_line(entry, shared)
    return [
        entry.at.isoformat(timespec="seconds"),
        line.who,
        shared.organisations.get(entry.organisation_id, ""),
        str(activity_line.KINDS.get(entry.kind, entry.kind)),
        str(entry.run_id or ""),
        line.subject,
        str(entry.bitrix24_id),
        line.outcome,
        activity_line.spoken(entry, entry.before),
        activity_line.spoken(entry, entry.after),
        " ".join(note.text for note in line.notes),
        str(entry.milliseconds / 1000),
    ]


def _csv(cells: list[str]) -> str:
    """One line. A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV injection)."""
    written = io.StringIO()
    csv.writer(written).writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
                                  for cell in cells])  # fmt: skip
    return written.getvalue()
