"""The page "Month end": which sheet is shown, how one is made, its file and its paper."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, stream_with_context
from flask_babel import gettext
from flask_login import current_user, login_required

from b24xero import connections, rights
from b24xero.db.models import MonthEndSheet, Organisation, utc_now
from b24xero.errors import Forbidden, NotFound, Problem, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.reconciliation import job, kept
from b24xero.reconciliation.brief import Brief
from b24xero.reconciliation.sheet import Sheet
from b24xero.runs import lookup
from b24xero.web.common import list_query, moments
from b24xero.web.messages import render
from b24xero.web.month_end import file, page
from b24xero.web.month_end import period as periods
from b24xero.web.month_end.page import Around, SheetView
from b24xero.web.month_end.period import Period
from b24xero.web.runs.panel import view

bp = Blueprint("month_end", __name__)


@bp.get("/month-end")
@login_required
def index() -> Response:
    """The newest sheet of the period, or the one that is asked for; above it the run that makes one."""
    organisation = connections.current_organisation(current_user)
    if organisation is None or not organisation.is_set_up:
        return _page(step=1 if organisation is None else 2, period=periods.closing(utc_now().date()))
    _confirm_admin()
    today = organisation.books.day(utc_now())
    period = periods.asked(request.args, today)
    found = kept.of_period(current_user, organisation, period.since, period.until)
    chosen = _chosen(found)
    run = lookup.active("sheet", current_user, organisation)
    shown, silent = _shown(chosen, organisation) if chosen else (None, ())
    earlier = found[found.index(chosen) + 1 :] if chosen else []
    return _page(
        step=0, period=period, organisation=organisation, run=view(run) if run else None, shown=shown,
        silent=render.notes(silent), sheets=found, others=[one for one in found if one is not chosen],
        months=[(one, periods.short_name(one)) for one in periods.months(today)],
        before=list(page.month_rows(kept.before(current_user, organisation, period.since))),
        since_last=page.since_last(shown.sheet, earlier[0]) if shown and earlier else "",
    )  # fmt: skip


@bp.post("/month-end")
@login_required
def start() -> Response:
    """ "Read both now"."""
    organisation = connections.current_organisation(current_user)
    today = organisation.books.day(utc_now()) if organisation else utc_now().date()
    period = periods.asked(request.form, today)
    job.ask(current_user, period.since, period.until)
    return make_response(redirect(period.url(), HTTPStatus.SEE_OTHER))


@bp.get("/month-end/<int:sheet_id>.csv")
@login_required
def download(sheet_id: int) -> Response:
    organisation, found = _one(sheet_id)
    shown, silent = _shown(found, organisation)
    if silent:
        raise RetryLater(silent[0])
    response = Response(stream_with_context(file.lines(shown)), mimetype="text/csv")
    name = f"month-end-{found.since.isoformat()}-{found.until.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/month-end/<int:sheet_id>.css")
@login_required
def foot_of_paper(sheet_id: int) -> Response:
    """What stands in the foot of each printed page: a stylesheet, since only one can say it."""
    organisation, found = _one(sheet_id)
    name = Period(found.since, found.until).name
    left = _quoted(gettext("%(organisation)s · Month end: %(period)s", organisation=organisation.name, period=name))
    of_pages = gettext("Page %(page)s of %(pages)s", page="\x01", pages="\x02")
    right = " ".join(
        {"\x01": "counter(page)", "\x02": "counter(pages)"}.get(part) or _quoted(part)
        for part in re.split("([\x01\x02])", of_pages)
        if part
    )
    text = "font: 8pt system-ui, sans-serif; color: #586173"
    sheet = (
        f"@media print {{ @page {{ @bottom-left {{ content: {left}; {text} }} "
        f"@bottom-right {{ content: {right}; {text} }} }} }}"
    )
    return Response(sheet, mimetype="text/css")


def _quoted(words: str) -> str:
    """As a string of a stylesheet: whatever is no plain letter by its number."""
    plain = "".join(letter if letter.isalnum() or letter in " .,:-" else f"\\{ord(letter):x} " for letter in words)
    return json.dumps(plain, ensure_ascii=False).replace("\\\\", "\\")


# -- the line on the main page ----------------------------------------------------------------------------------------


def last_line() -> tuple[str, str] | None:
    """Of the newest sheet: "October 2026: both systems agree, …", and where it is; None before the first."""
    organisation = connections.current_organisation(current_user)
    found = kept.last(current_user, organisation) if organisation else None
    if found is None:
        return None
    period = Period(found.since, found.until)
    said = gettext(
        "Month end: %(period)s. %(verdict)s Made %(when)s.", period=period.name,
        verdict=page.verdict(Brief.from_json(found.brief)), when=moments.moment(found.made_at),
    )  # fmt: skip
    return said, period.url()


bp.add_app_template_global(last_line, "last_month_end")


# -- which sheet, and for whose eyes ----------------------------------------------------------------------------------


def _confirm_admin() -> None:
    """Whether this is an administrator still, who reads everybody's sheets; while Bitrix24 does not say, nobody is."""
    try:
        rights.confirm_admin(current_user)
    except RetryLater:
        return  # then one reads one's own, as anybody does


def _one(sheet_id: int) -> tuple[Organisation, MonthEndSheet]:
    organisation = connections.current_organisation(current_user)
    _confirm_admin()
    known = organisation and sheet_id <= list_query.LARGEST_ID
    found = kept.one(current_user, organisation, sheet_id) if organisation and known else None
    if organisation is None or found is None:
        raise NotFound(problem("not_found"))
    return organisation, found


def _chosen(found: list[MonthEndSheet]) -> MonthEndSheet | None:
    wanted = request.args.get("sheet", "")
    return next((one for one in found if str(one.id) == wanted), found[0] if found else None)


def _shown(one: MonthEndSheet, organisation: Organisation) -> tuple[SheetView, tuple[Problem, ...]]:
    """With the names of invoices that Bitrix24 shows this reader now; and why it does not say which, so that none is
    named."""
    sheet = Sheet.from_json(one.sheet)
    ids = {line.bitrix24_id for line in (*sheet.lines, *sheet.owed) if line.bitrix24_id}
    short_code = organisation.books.short_code
    db.session.commit()
    silent: tuple[Problem, ...] = ()
    try:
        seen = rights.visible(current_user, ids)
    except (RetryLater, Forbidden, Rejected) as error:
        seen, silent = frozenset(), error.problems or (problem("bitrix24_forbidden"),)
    return SheetView(one, sheet, Around(seen, short_code, current_user.is_admin)), silent


def _page(period: Period, **context: object) -> Response:
    heading = gettext("Month end: %(period)s", period=period.name)
    shared = {
        "heading": heading, "period": period, "money_list": page.money_list, "invoices": page.invoices,
        "moment": moments.moment, "signed": page.signed, "signed_count": page.signed_count,
    }  # fmt: skip
    return make_response(render_template("month_end/index.html", **shared, **context))
