"""The Activity page: every run and every press, newest first, as a page, a history and a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from flask import Blueprint, Response, g, make_response, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import joinedload

from b24xero import connections, rights
from b24xero.db.models import SyncEntry, SyncRun, User, utc_now
from b24xero.db.states import Asked, Outcome
from b24xero.db.transactions import writing
from b24xero.db.types import Moment
from b24xero.domain import invoice_key
from b24xero.domain.invoice_key import numberless, written
from b24xero.domain.queries import ROWS
from b24xero.errors import NotFound, Problem, RetryLater, problem
from b24xero.extensions import db
from b24xero.ratelimit.deadlines import take_place
from b24xero.runs import history as runs_history
from b24xero.runs.history import Filter
from b24xero.web.activity import file as activity_file
from b24xero.web.activity import line as activity_line
from b24xero.web.activity import outcomes, run_line
from b24xero.web.common import formats, list_query, moments, quota
from b24xero.web.common.list_query import LARGEST_ID
from b24xero.web.messages import render

bp = Blueprint("activity", __name__)

# Of what a search matches so many of the newest are looked at, in one call.
MOST_LOOKED_FOR = 2_000


@dataclass(frozen=True)
class Wanted:
    """The state of the page as its address holds it; ``person``, ``run`` and ``invoice`` are ids, 0 for all."""

    q: str
    rows: int
    page: int
    remembered: int
    outcome: Outcome | Asked | Literal[""] = ""
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
            said |= (
                {"invoice": written(self.invoice)} if endpoint == "activity.download" else {"bitrix24_id": self.invoice}
            )
        return url_for(endpoint, **said)


def _read(invoice: int = 0) -> Wanted:
    g.silent = _confirmed()
    common = list_query.read(request.args, current_user.rows_per_page)
    outcome = request.args.get("outcome", "")
    return Wanted(
        q=common.q,
        rows=common.rows,
        page=common.page,
        remembered=current_user.rows_per_page,
        outcome=outcome if outcome in runs_history.TO_CHOOSE else "",
        person=_id("person") if current_user.is_admin else 0,
        run=_id("run"),
        invoice=invoice or invoice_key.read(request.args.get("invoice", "")),
    )


def _confirmed() -> tuple[Problem, ...]:
    """Why Bitrix24 does not say whether this is an administrator still, who then reads as anybody else does."""
    try:
        rights.confirm_admin(current_user)
    except RetryLater as error:
        return error.problems
    return ()


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


@bp.get("/invoices/<invoice:bitrix24_id>/history")
@login_required
def history(bitrix24_id: int) -> Response:
    """What happened to one invoice. Nothing is told of an invoice that this reader never dealt with."""
    if not rights.visible(current_user, {bitrix24_id}):
        raise NotFound(problem("not_found"))
    return _page(_read(bitrix24_id))


@bp.get("/activity.csv")
@login_required
def download() -> Response:
    """What is filtered, newest first, as a file that a spreadsheet opens without being told anything."""
    take_place()  # whoever reads it slowly holds a thread, so it counts as one who waits
    wanted = _read()
    query = _entries(wanted)
    # Asked of all at once, before the first line leaves: the file is whole, or there is none.
    seen = rights.visible(current_user, _ids_of(query, activity_file.LONGEST))
    response = Response(stream_with_context(activity_file.lines(query, seen)), mimetype="text/csv")
    name = f"b24xero-activity-{moments.here(utc_now()).date().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# -- the page ---------------------------------------------------------------------------------------------------------


def _entries(wanted: Wanted) -> Select[SyncEntry]:
    query = runs_history.entries_for(current_user, Filter(wanted.person, wanted.outcome, wanted.q, wanted.invoice))
    query = query.where(SyncEntry.run_id == wanted.run) if wanted.run else query
    return _of_seen_alone(query) if wanted.q or wanted.invoice else query


def _of_seen_alone(query: Select[SyncEntry]) -> Select[SyncEntry]:
    """Whoever looks for one invoice is told nothing by how much is found of those that are hidden."""
    if current_user.is_admin:
        return query
    seen = rights.visible(current_user, _ids_of(query, MOST_LOOKED_FOR))
    return query.where(or_(SyncEntry.kind.in_(runs_history.OF_PRODUCTS), SyncEntry.bitrix24_id.in_(seen)))


def _ids_of(query: Select[SyncEntry], most: int) -> list[int]:
    """The invoices of the newest entries."""
    newest = query.where(SyncEntry.kind.not_in(runs_history.OF_PRODUCTS)).limit(most).subquery()
    found = list(db.session.scalars(select(newest.c.bitrix24_id).distinct()))
    db.session.commit()
    return found


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
    lines, silent = _lines(wanted, total)
    first = (wanted.page - 1) * wanted.rows + 1
    context = {
        "asked": wanted,
        "heading": _heading(wanted, lines),
        "help": _help(wanted, total),
        "days": _days(lines),
        "silent": render.notes(g.silent or silent),
        "range": gettext("%(first)d–%(last)d of %(total)d", first=first, last=first + len(lines) - 1, total=total),
        "previous": wanted.page - 1,
        "next": wanted.page + 1 if wanted.page < last_page else 0,
        "people": _people(),
        "outcomes": [("", gettext("All outcomes")), *((o, str(outcomes.WORDS[o][0])) for o in runs_history.TO_CHOOSE)],
        "row_counts": [(count, count) for count in ROWS],
    }
    response = make_response(render_template("activity/index.html", **context))
    if htmx_request.htmx:
        name = "HX-Replace-Url" if htmx_request.htmx.trigger == "search" else "HX-Push-Url"
        response.headers[name] = wanted.url()
    return response


def _heading(wanted: Wanted, lines: list[activity_line.Line]) -> str:
    if wanted.invoice:
        number = lines[0].subject if lines else numberless(wanted.invoice)
        return gettext("History of %(number)s", number=number)
    return gettext("Activity")


def _help(wanted: Wanted, total: int) -> str:
    if wanted.invoice:
        said = gettext("What was done with it here, newest first.")
    elif current_user.is_admin:
        said = gettext("Every run and every press, newest first.")
    else:
        said = gettext("Your runs and presses, newest first.")
    if total > activity_file.LONGEST:
        said += " " + gettext("The file holds the newest %(rows)s lines.", rows=formats.whole(activity_file.LONGEST))
    calls = "" if wanted.invoice else quota.of_day(connections.current_organisation(current_user))
    return f"{said} {calls}".strip()


def _people() -> list[tuple[int, str]]:
    """Whose activity an administrator may choose."""
    if not current_user.is_admin:
        return []
    found = db.session.execute(select(User.id, User.name).order_by(User.name))
    return [(0, gettext("Everyone")), *found]


def _lines(wanted: Wanted, total: int) -> tuple[list[activity_line.Line], tuple[Problem, ...]]:
    """One page, entries and runs woven by time. A run stands where it ended, above what happened in it. And why
    Bitrix24 did not say which of the invoices may be told of, so that none is."""
    places = _places(wanted, total)
    entry_ids = [id for _at, id, is_run in places if not is_run]
    run_ids = [id for _at, id, is_run in places if is_run]
    entries = db.session.scalars(
        select(SyncEntry).where(SyncEntry.id.in_(entry_ids)).options(activity_file.WITH_NAMES)
    ).all()
    found = select(SyncRun).where(SyncRun.id.in_(run_ids))
    runs = {run.id: run for run in db.session.scalars(found.options(joinedload(SyncRun.user)))}
    seen, silent = activity_line.visible(entries)
    shared = activity_line.around(entries, connections.current_organisation(current_user), seen)
    told_entries = {entry.id: activity_line.entry_line(entry, shared) for entry in entries}
    lines = [run_line.run_line(runs[id], at) if is_run else told_entries[id] for at, id, is_run in places]
    return lines, silent


Place = tuple[datetime, int, bool]


def _places(wanted: Wanted, total: int) -> list[Place]:
    """When, id, and whether it is a run, newest first, found from the nearer end of the history: each side gives only
    what can stand on this page or between it and that end, by its index. So the first pages, which people read, cost
    the same however much there is, and so do the last ones."""
    first = (wanted.page - 1) * wanted.rows
    count = max(0, min(wanted.rows, total - first))
    if not count:
        return []  # and nothing is gone through a second time to find that
    from_oldest = first > total // 2
    skipped = total - first - count if from_oldest else first
    query = _woven(wanted, skipped, count, oldest_first=from_oldest)
    found = [(at, id, bool(is_run)) for at, id, is_run in db.session.execute(query)]
    return found[::-1] if from_oldest else found


def _woven(wanted: Wanted, skipped: int, count: int, *, oldest_first: bool) -> Select[datetime, int, int]:
    def ordered(*columns: Any) -> list[Any]:
        return [column if oldest_first else column.desc() for column in columns]

    entries = _entries(wanted).with_only_columns(SyncEntry.at, SyncEntry.id, literal(0).label("is_run"))
    entries = entries.order_by(None).order_by(*ordered(SyncEntry.id))
    if wanted.narrowed:
        return entries.limit(count).offset(skipped)
    at = func.coalesce(SyncRun.ended_at, literal(utc_now(), Moment), type_=Moment).label("at")
    runs = _runs(wanted).with_only_columns(at, SyncRun.id, literal(1).label("is_run")).order_by(*ordered(at))
    sides = [select(side.limit(skipped + count).subquery()) for side in (entries, runs)]
    both = sides[0].union_all(sides[1]).subquery()
    woven = select(both.c.at, both.c.id, both.c.is_run).order_by(*ordered(both.c.at, both.c.is_run, both.c.id))
    return woven.limit(count).offset(skipped)


def _days(lines: list[activity_line.Line]) -> list[tuple[str, list[activity_line.Line]]]:
    today = moments.here(utc_now()).date()
    return [(_day(day, today), list(of_day)) for day, of_day in groupby(lines, key=lambda line: line.at.date())]


def _day(day: date, today: date) -> str:
    if day == today:
        return gettext("Today, %(day)s", day=formats.day(day))
    if day == today - timedelta(days=1):
        return gettext("Yesterday, %(day)s", day=formats.day(day))
    return formats.day(day)
