"""The page "Find in Xero": what was found, side by side, and what a person confirms or declines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import FoundInvoice, Organisation, SyncRun, utc_now
from b24xero.db.states import FoundState
from b24xero.domain.invoice_key import numberless
from b24xero.domain.set_up import one_of
from b24xero.domain.statuses import standing
from b24xero.errors import Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.matching import candidates, confirm, job
from b24xero.matching.confirm import Adopted
from b24xero.runs import lookup
from b24xero.web.activity import outcomes
from b24xero.web.common import formats, labels, list_query, urls
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Note
from b24xero.web.runs.panel import RunView, view

bp = Blueprint("finding", __name__)

STATES: tuple[FoundState, ...] = ("sure", "review")


@dataclass(frozen=True)
class Side:
    """An invoice as one of the two systems has it; ``day`` None: it does not tell."""

    number: str
    customer: str
    day: date | None
    total: Decimal
    currency: str
    url: str


@dataclass(frozen=True)
class PairView:
    """Two invoices that may be the same. ``alone`` False: one of several for the same invoice of Bitrix24, of which one
    is chosen. ``chosen``: ticked from the first."""

    id: int
    field: str
    ours: Side
    stage: str
    theirs: Side
    status: StatusLook
    status_words: str
    alone: bool
    chosen: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Wanted:
    """The state of the page as its address holds it. ``show``: one of STATES."""

    show: FoundState
    page: int
    rows: int

    def url(self, show: str = "", page: int = 1) -> str:
        return url_for("finding.index", show=show or self.show, page=page if page > 1 else None, rows=self.rows)


# -- the addresses ----------------------------------------------------------------------------------------------------


@bp.get("/invoices/find")
@login_required
def index() -> Response:
    """While a run is under way its panel, else what was found: as much of it as Bitrix24 shows this person now."""
    organisation = connections.current_organisation(current_user)
    if organisation is None or not organisation.is_set_up:
        return make_response(render_template("matching/index.html", step=1 if organisation is None else 2))
    if run := _under_way(organisation):
        return make_response(render_template("matching/index.html", run=run, counted={}))
    counted = candidates.counts(current_user, organisation)
    wanted = _wanted(counted)
    page = _visible(
        candidates.page(current_user, organisation, wanted.show, wanted.page, wanted.rows),
        organisation,
        wanted,
    )
    last = (page.number - 1) * wanted.rows + len({pair.bitrix24_id for pair in page.pairs})
    return make_response(
        render_template(
            "matching/index.html",
            counted=candidates.counts(current_user, organisation),
            last_run=_last_run(organisation),
            wanted=wanted,
            pairs=_views(page.pairs, organisation),
            total=page.total,
            range=gettext("%(first)d–%(last)d of %(total)d", first=(page.number - 1) * wanted.rows + 1, last=last,
                          total=page.total) if page.pairs else "",
            previous=page.number - 1,
            next=page.number + 1 if last < page.total else 0,
        )
    )  # fmt: skip


@bp.post("/invoices/find")
@login_required
def start() -> Response:
    """ "Look for them": what was found before is looked for anew, what was declined stays declined."""
    job.ask(current_user)
    return _back()


@bp.post("/invoices/find/link")
@login_required
def link() -> Response:
    """Link the chosen ones, in this request."""
    ids = _chosen()
    if not ids:
        flash(gettext("Nothing was chosen, so nothing was linked."), "warn")
        return _back()
    _say(confirm.adopt(current_user, _organisation(), ids))
    return _back()


@bp.post("/invoices/find/link-all")
@login_required
def link_all() -> Response:
    confirm.ask(current_user, _organisation())
    return _back()


@bp.post("/invoices/find/decline")
@login_required
def decline() -> Response:
    """ "Not this one": the pair leaves the page and does not come again."""
    declined = confirm.decline(current_user, _organisation(), _id(request.form.get("not", "")))
    if declined is None:
        abort(HTTPStatus.NOT_FOUND)
    if not htmx_request.htmx:
        return _back()
    words = gettext(
        "%(number)s in Bitrix24 and %(other)s in Xero are two invoices. They are not shown together again.",
        number=declined.number, other=declined.xero_number,
    )  # fmt: skip
    return make_response(render_template("matching/_declined.html", words=words))


def _back() -> Response:
    wanted = _wanted({})
    return make_response(redirect(wanted.url(page=wanted.page), HTTPStatus.SEE_OTHER))


def _organisation() -> Organisation:
    organisation = connections.current_organisation(current_user)
    if organisation is None:
        raise Rejected(problem("set_up_missing"))
    return organisation


# -- what was asked ---------------------------------------------------------------------------------------------------


def _wanted(counted: dict[str, int]) -> Wanted:
    """Of the address; without a wish the first list that has anything in it."""
    common = list_query.read(request.values, current_user.rows_per_page)
    first: FoundState = "review" if counted.get("review") and not counted.get("sure") else "sure"
    show = request.values.get("show", "")
    return Wanted(one_of(show, STATES, first), common.page, common.rows)


def _chosen() -> list[int]:
    """Ticked pairs, and the one that was chosen of several."""
    given = [value for name, value in request.form.items(multi=True) if re.fullmatch(r"pair(-[0-9]{1,10})?", name)]
    return [id for value in dict.fromkeys(given) if (id := _id(value))]


def _id(value: str) -> int:
    number = int(value) if re.fullmatch(r"[0-9]{1,10}", value) else 0
    return number if number <= list_query.LARGEST_ID else 0


# -- what is shown ----------------------------------------------------------------------------------------------------


def _under_way(organisation: Organisation) -> RunView | None:
    run = lookup.active("find", current_user, organisation) or lookup.active("link", current_user, organisation)
    return view(run) if run else None


def _last_run(organisation: Organisation) -> str:
    """ "Last looked 5 min ago: 3 sure, 2 for review, 40 not found." """
    query = select(SyncRun).where(
        SyncRun.organisation_id == organisation.id, SyncRun.user_id == current_user.id, SyncRun.kind == "find",
        SyncRun.state == "finished",
    )  # fmt: skip
    run = db.session.scalar(query.order_by(SyncRun.id.desc()).limit(1))
    if run is None or run.ended_at is None:
        return ""
    if run.problems:
        return " ".join(note.text for note in render.notes(Problem.from_json(kept) for kept in run.problems))
    when = formats.ago(run.ended_at, utc_now())
    return gettext("Last looked %(when)s: %(counts)s.", when=when, counts=outcomes.counted(run))


def _visible(page: candidates.Page, organisation: Organisation, wanted: Wanted) -> candidates.Page:
    """Without what Bitrix24 shows this person no more, which is forgotten: one call, and none for an empty page."""
    ids = {pair.bitrix24_id for pair in page.pairs}
    db.session.commit()
    if not ids:
        return page
    hidden = ids - connections.bitrix24_for(current_user).standings(sorted(ids)).keys()
    if not hidden:
        return page
    candidates.drop(current_user, organisation, hidden)
    found = candidates.page(current_user, organisation, wanted.show, wanted.page, wanted.rows)
    return _visible(found, organisation, wanted)


def _views(pairs: tuple[FoundInvoice, ...], organisation: Organisation) -> list[PairView]:
    several = Counter(pair.bitrix24_id for pair in pairs)
    books, today = organisation.books, organisation.books.day(utc_now())
    return [_pair_view(pair, several[pair.bitrix24_id] == 1, books.short_code, today) for pair in pairs]


def _pair_view(pair: FoundInvoice, alone: bool, short_code: str, today: date) -> PairView:
    status = standing(pair, today)
    return PairView(
        id=pair.id,
        field="pair" if alone else f"pair-{pair.bitrix24_id}",
        ours=Side(
            pair.number or numberless(pair.bitrix24_id),
            pair.customer or labels.unseen_customer(is_admin=current_user.is_admin),
            pair.day, pair.total, pair.currency, urls.bitrix24_invoice(pair.bitrix24_id),
        ),
        stage=pair.stage_name,
        theirs=Side(
            pair.xero_number or gettext("no number"), pair.xero_customer, pair.xero_day,
            pair.xero_total or Decimal(0), pair.xero_currency, urls.xero_invoice(short_code, pair.xero_id),
        ),
        status=status,
        status_words=str(labels.STATUSES.get(status, status)),
        alone=alone,
        chosen=pair.state == "sure",
        notes=render.notes(Problem.from_json(stored) for stored in pair.problems),
    )  # fmt: skip


def _say(adopted: Adopted) -> None:
    if adopted == Adopted():
        flash(gettext("Nothing was linked: the list has changed meanwhile. Look at it again."), "warn")
    if adopted.linked:
        said = ngettext("%(num)d invoice is linked.", "%(num)d invoices are linked.", adopted.linked)
        then = gettext("The next update from Xero moves those whose status asks for another stage.")
        flash(f"{said} {then}", "good")
    if adopted.taken:
        flash(
            ngettext(
                "%(num)d invoice was not linked: somebody else has just linked it or is writing it.",
                "%(num)d invoices were not linked: somebody else has just linked them or is writing them.",
                adopted.taken,
            ),
            "warn",
        )
    if adopted.withheld:
        flash(
            ngettext(
                "%(num)d invoice was not linked: Bitrix24 does not say that you may change it.",
                "%(num)d invoices were not linked: Bitrix24 does not say that you may change them.",
                adopted.withheld,
            ),
            "warn",
        )
    if adopted.hidden:
        flash(
            ngettext(
                "%(num)d invoice was not linked: Bitrix24 does not show it to you any more.",
                "%(num)d invoices were not linked: Bitrix24 does not show them to you any more.",
                adopted.hidden,
            ),
            "warn",
        )
