"""The invoices page: which list is shown, and what a press on a row answers."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from sqlalchemy import select
from sqlalchemy.orm import defer
from werkzeug.datastructures import MultiDict

from b24xero import connections, portal_invoices, rights
from b24xero.db.models import InvoiceLink, Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.domain import set_up as domain_set_up
from b24xero.domain.invoice import Kind, Stage, VatRate, is_old
from b24xero.domain.queries import ROWS, InvoicePage
from b24xero.errors import Forbidden, JobError, OutcomeUnknown, Rejected, RetryLater
from b24xero.extensions import db
from b24xero.push import single
from b24xero.push.choices import Choices
from b24xero.push.context import Outcome
from b24xero.runs import history
from b24xero.web import errors
from b24xero.web.common import admins, as_of, formats, labels, list_query, moments, urls
from b24xero.web.common.list_query import Asked
from b24xero.web.invoices import counted, panels
from b24xero.web.invoices import row as invoices_row
from b24xero.web.invoices.asking import Asking
from b24xero.web.messages import render

bp = Blueprint("invoices", __name__)

# What asks for the list without going anywhere: the page itself, "Try again", a search while it is typed.
_SAME_PLACE = ("list", "again", "search")

_SAME_COUNTS = ("next", "previous", "sort", "rows", "search")

_STATUS = {"refused": 422, "unsure": 422, "busy": 409, "later": 503, "unclear": 504}


@bp.get("/")
def home() -> Response:
    return make_response(redirect(url_for("invoices.index")))


@bp.get("/invoices")
@login_required
def index() -> Response:
    """The frame at once, with what was counted last; the list when htmx asks for it, or in the page with ?now=1."""
    organisation = connections.current_organisation(current_user)
    wanted = list_query.read(request.args, current_user.rows_per_page)
    _remember(wanted)
    db.session.commit()
    asking = Asking(wanted, organisation, surroundings(organisation, wanted.url()), counted=_counts())
    if not _is_fragment() and not wanted.now:
        seen = panels.of(counted.last(current_user, asking), wanted)
        context = {**_filters(wanted), **_steps(organisation), "panels": seen, "reserved": seen is None}
        context["moves"] = _moves_to_see_to()
        return make_response(render_template("invoices/index.html", **context))
    portal_invoices.invoice_kinds(current_user)
    return _list(asking, asking.page(connections.bitrix24_for(current_user)))


def _moves_to_see_to() -> int:
    """For an administrator of a portal with old invoices: how many moves changed more of them than their status."""
    if not current_user.is_admin or "legacy" not in portal_invoices.invoice_kinds():
        return 0
    found = len(history.changed_by_moves())
    db.session.commit()
    return found


def _counts() -> bool:
    """Whether the page's counts are asked for anew: another page of the same, or another order, has the same ones."""
    return htmx_request.htmx.trigger not in _SAME_COUNTS if _is_fragment() else True


def _steps(organisation: Organisation | None) -> dict[str, Any]:
    """What is still to be done once: 1 connect, 2 set up, 0 nothing. The invoices are shown beside it all the same."""
    if organisation is not None and organisation.is_set_up:
        return {"step": 0}
    return {"step": 1 if organisation is None else 2, "admins_words": admins.whom_to_ask()}


def _is_fragment() -> bool:
    return bool(htmx_request.htmx) and not htmx_request.htmx.history_restore_request


def _remember(wanted: Asked) -> None:
    if wanted.rows != current_user.rows_per_page:
        with writing():
            current_user.rows_per_page = wanted.rows


def _list(asking: Asking, page: InvoicePage) -> Response:
    wanted, organisation, fragment = asking.wanted, asking.organisation, _is_fragment()
    worklist = asking.worklist(page)
    counted.keep(current_user, asking, page, worklist)
    number = (page.first - 1) // wanted.rows + 1 if page.rows else 1
    rows = _rows(wanted, page, organisation)
    context = {
        **_filters(wanted, page, fragment=fragment),
        **_steps(organisation),
        "page": page,
        "rows": rows,
        "gaps": _gaps(page, organisation),
        "range": gettext("%(first)d–%(last)d of %(total)d", first=page.first, last=page.last, total=page.total)
        if page.rows
        else "",
        "previous": number - 1,
        "next": number + 1 if page.last < page.total else 0,
        "order": str(labels.SORTS[wanted.sort]),
        "starts": page.starts,
        "back": wanted.url(page=number, start=page.starts.own),
        "panels": panels.of(worklist, wanted),
        "sums": panels.sums_of_rows(rows),
    }
    if not fragment:
        return make_response(render_template("invoices/index.html", **context))
    response = make_response(render_template("invoices/_list.html", **context))
    response.headers["HX-Replace-Url" if htmx_request.htmx.trigger in _SAME_PLACE else "HX-Push-Url"] = context["back"]
    return response


def _filters(wanted: Asked, page: InvoicePage | None = None, *, fragment: bool = False) -> dict[str, Any]:
    """What the filters show. Stages are known once Bitrix24 has been asked."""
    stages = page.stages if page else ()
    kinds = portal_invoices.invoice_kinds()
    choices = [(stage.id, _stage_words(stage, kinds)) for stage in stages]
    unknown = gettext("One stage") if not stages else gettext("A stage that is gone")
    choices += [(id, unknown) for id in wanted.stages if id not in {stage.id for stage in stages}]
    return {
        "asked": wanted,
        "kinds": [("", labels.ALL_KINDS), *labels.KINDS.values()] if len(kinds) > 1 else (),
        "renewed": fragment,
        "stages": stages,
        "stage_choices": choices,
        "sorts": labels.SORTS.items(),
        "row_counts": [(count, count) for count in ROWS],
        "periods": labels.PERIODS.items(),
        "views": [(name, labels.VIEWS[name]) for name in list_query.BAR],
        "view_words": labels.VIEWS[wanted.view],
        "ages": [labels.VIEWS[name] for name in list_query.AGES],
        "in_bar": wanted.view in list_query.BAR,
        "as_of": as_of.xero(),
    }


def _stage_words(stage: Stage, kinds: Collection[Kind]) -> str:
    """Both kinds may call a stage the same."""
    if len(kinds) > 1 and is_old(stage.id):
        return gettext("%(stage)s (old invoices)", stage=stage.name)
    return stage.name


def _rows(wanted: Asked, page: InvoicePage, organisation: Organisation | None) -> list[invoices_row.RowView]:
    known = (
        select(InvoiceLink)
        .where(
            InvoiceLink.organisation_id == (organisation.id if organisation else 0),
            InvoiceLink.bitrix24_id.in_([row.id for row in page.rows]),
        )
        .options(defer(InvoiceLink.written), defer(InvoiceLink.line_ids))
    )
    links = {link.bitrix24_id: link for link in db.session.scalars(known)}
    around = surroundings(organisation, wanted.url(), page)
    return [invoices_row.row_view(row, links.get(row.id), around) for row in page.rows]


def surroundings(
    organisation: Organisation | None, back: str, page: InvoicePage | None = None
) -> invoices_row.Surroundings:
    stages = {stage.id: stage for stage in page.stages} if page else {}
    if organisation is None:
        return invoices_row.Surroundings(utc_now(), back, stages=stages, is_admin=current_user.is_admin)
    return invoices_row.Surroundings(
        now=utc_now(),
        back=back,
        set_up=organisation.set_up if organisation.stored_set_up else None,
        stages=stages,
        books=organisation.books,
        withheld=rights.withheld(current_user, organisation.set_up),
        is_admin=current_user.is_admin,
    )


def _gaps(page: InvoicePage, organisation: Organisation | None) -> tuple[render.Note, ...]:
    """What of the set-up no longer fits. The portal's tax rates would cost a call more, so the saved ones stand in."""
    if organisation is None or not organisation.is_set_up:
        return ()
    set_up = organisation.set_up
    rates = [VatRate(formats.percent(key), None if key == "none" else Decimal(key)) for key in set_up.taxes]
    old = tuple(stage for stage in page.stages if is_old(stage.id))
    new = tuple(stage for stage in page.stages if not is_old(stage.id))
    return render.notes(domain_set_up.gaps(set_up, new, rates, organisation.books, old))


@bp.errorhandler(RetryLater)
@bp.errorhandler(Rejected)
@bp.errorhandler(OutcomeUnknown)
@bp.errorhandler(Forbidden)
def no_list(error: JobError) -> Response:
    """In place of the list: what is the matter, and "Try again". The filters stay."""
    if request.endpoint != "invoices.index":
        return errors.job_failed(error)
    db.session.rollback()
    if any(told.code == "only_old_invoices" for told in error.problems):
        portal_invoices.doubt_kinds()
    wanted = list_query.read(request.args, current_user.rows_per_page)
    code = errors.status_of(error)
    context = {
        **_filters(wanted),
        **_steps(connections.current_organisation(current_user)),
        "down": True,
        "notes": errors.notes_of(error),
        "portal_url": urls.portal_url(),
        "time": formats.clock(moments.here(utc_now())),
        "code": int(code),
    }
    template = "invoices/_down.html" if _is_fragment() else "invoices/index.html"
    return errors.with_retry(make_response(render_template(template, **context), code), error)


@bp.post("/invoices/<invoice:bitrix24_id>/push")
@login_required
def push_invoice(bitrix24_id: int) -> Response:
    """Create or edit on Xero, in this request; the row comes back with its result."""
    choices, back = Choices.of(request.form), urls.own_page(request.form.get("back", ""))
    if choices.given:
        urls.come_back_to(url_for("preview.page", bitrix24_id=bitrix24_id, back=back, **choices.given))
    outcome = single.press(bitrix24_id, current_user, choices)
    around = surroundings(connections.current_organisation(current_user), back)
    row = invoices_row.outcome_view(bitrix24_id, outcome, around)
    code = _STATUS.get(outcome.kind, HTTPStatus.OK)
    response = _row_answer(row, back, code, outcome) if htmx_request.htmx else _page_answer(row, back, code)
    if outcome.kind == "later":
        response.headers["Retry-After"] = str(max(1, round(outcome.seconds)))
    return response


def _row_answer(row: invoices_row.RowView, back: str, code: int, outcome: Outcome) -> Response:
    over = _over(back, outcome)
    response = make_response(render_template("invoices/_answer.html", row=row, back=back, **over), code)
    if not row.whole:
        response.headers["HX-Retarget"] = f"#invoice-{row.key} .said"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


def _over(back: str, outcome: Outcome) -> dict[str, Any]:
    """What stands over the list, with this invoice as it is now; nobody is asked for it."""
    organisation = connections.current_organisation(current_user)
    if organisation is None or not organisation.is_set_up:
        return {}
    wanted = list_query.read(MultiDict(parse_qsl(urlsplit(back).query)), current_user.rows_per_page)
    asking = Asking(wanted, organisation, surroundings(organisation, back), counted=True)
    found = counted.renewed(current_user, asking, outcome.row)
    return {**_filters(wanted, fragment=True), "panels": panels.of(found, wanted)} if found else {}


def _page_answer(row: invoices_row.RowView, back: str, code: int) -> Response:
    """For a form sent without scripts: back to the list, or a page that keeps the choice open."""
    if code == HTTPStatus.OK:
        for note in row.notes:
            flash(f"{row.number}: {note.text}", note.tone)
        return make_response(redirect(back, HTTPStatus.SEE_OTHER))
    heading = (
        gettext("Edit on Xero, %(number)s", number=row.number)
        if row.in_xero
        else gettext("Create on Xero, %(number)s", number=row.number)
    )
    return make_response(render_template("invoices/outcome.html", row=row, back=back, heading=heading), code)


@bp.get("/stages.css")
def stage_colors() -> Response:
    """The colours that the address itself holds (stage=rrggbb): nothing is looked up, and only ids and colours pass."""
    rules = [
        f'[data-stage="{stage}"]{{--stage:#{color}}}'
        for stage, color in list(request.args.items())[:500]
        if re.fullmatch(r"[A-Za-z0-9_:.-]{1,50}", stage) and re.fullmatch(r"[0-9a-fA-F]{6}", color)
    ]
    response = make_response("\n".join(rules), {"Content-Type": "text/css; charset=utf-8"})
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
