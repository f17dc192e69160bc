"""The products page: the catalogue with each product's item in Xero, and what a press on it answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from sqlalchemy import select

from b24xero import connections
from b24xero.db.models import ItemLink, Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.product import Item, Product
from b24xero.domain.queries import ROWS, ProductPage, ProductQuery
from b24xero.errors import Disconnected, Forbidden, JobError, OutcomeUnknown, Rejected, RetryLater
from b24xero.extensions import db
from b24xero.products import add_progress, item_links, items_job
from b24xero.products.create_items import Made
from b24xero.runs import lookup
from b24xero.web import errors
from b24xero.web.common import formats, list_query, moments, urls
from b24xero.web.common.list_query import Asked
from b24xero.web.messages import render
from b24xero.web.messages.render import Note
from b24xero.web.products import row as products_row
from b24xero.web.products.row import Known, ProductRow
from b24xero.web.runs import panel

bp = Blueprint("products", __name__)

MOST = 1000
_SAME_PLACE = ("list", "again", "search")
_STATUS = {"refused": 422, "busy": 409, "unclear": 504}


class Wanted(Asked):
    """The state of this page as its address holds it."""

    def url(self, **changes: Any) -> str:
        said = {**vars(self), **changes}
        kept: dict[str, Any] = {name: said[name] for name in ("q", "page") if said[name] != getattr(Asked, name)}
        if said["rows"] != list_query.USUAL_ROWS or self.remembered != list_query.USUAL_ROWS:
            kept["rows"] = said["rows"]
        if said["now"]:
            kept["now"] = 1
        return url_for("products.index", **kept)


# -- the list ---------------------------------------------------------------------------------------------------------


@bp.get("/products")
@login_required
def index() -> Response:
    """The frame at once; the list when htmx asks for it, or in the page itself with ?now=1."""
    wanted = _wanted()
    _remember(wanted)
    organisation = connections.current_organisation(current_user)
    db.session.commit()
    if not _is_fragment() and not wanted.now:
        return make_response(render_template("products/index.html", **_frame(wanted, organisation)))
    page = connections.bitrix24_for(current_user).product_page(ProductQuery(wanted.page, wanted.rows, wanted.q))
    return _list(wanted, page, organisation)


def _wanted() -> Wanted:
    return Wanted(**vars(list_query.read(request.args, current_user.rows_per_page)))


def _is_fragment() -> bool:
    return bool(htmx_request.htmx) and not htmx_request.htmx.history_restore_request


def _remember(wanted: Wanted) -> None:
    if wanted.rows != current_user.rows_per_page:
        with writing():
            current_user.rows_per_page = wanted.rows


def _frame(wanted: Wanted, organisation: Organisation | None) -> dict[str, Any]:
    halves = add_progress.half_done(organisation, current_user) if organisation else []
    run = lookup.active("items", current_user, organisation) if organisation else None
    return {
        "asked": wanted,
        "row_counts": [(count, count) for count in ROWS],
        "halves": halves,
        "run": panel.view(run) if run else None,
    }


def _list(wanted: Wanted, page: ProductPage, organisation: Organisation | None) -> Response:
    fragment = _is_fragment()
    known, notes = _known(page.rows, organisation)
    number = (page.first - 1) // wanted.rows + 1 if page.rows else 1
    context = {
        "asked": wanted,
        "page": page,
        "rows": [products_row.row(product, known) for product in page.rows],
        "notes": notes,
        "range": gettext("%(first)d–%(last)d of %(total)d", first=page.first, last=page.last, total=page.total)
        if page.rows
        else "",
        "previous": number - 1,
        "next": number + 1 if page.last < page.total else 0,
        "back": wanted.url(page=number, now=False),
        "renewed": fragment,
    }
    if not fragment:
        return make_response(render_template("products/index.html", **_frame(wanted, organisation) | context))
    response = make_response(render_template("products/_list.html", **context))
    response.headers["HX-Replace-Url" if htmx_request.htmx.trigger in _SAME_PLACE else "HX-Push-Url"] = context["back"]
    return response


def _known(products: Sequence[Product], organisation: Organisation | None) -> tuple[Known, tuple[Note, ...]]:
    """What our links and Xero say of these products. Xero is asked once; where it cannot be, the list stands without
    it and says why."""
    if organisation is None:
        return Known(Books()), render.notes([connections.not_connected(current_user)])
    books = organisation.books
    links = item_links.links(organisation, [product.id for product in products])
    halves = {half.product_id: half for half in add_progress.half_done(organisation, current_user) if half.product_id}
    try:
        there = _there(organisation, products_row.codes_of(products, links))
    except (Disconnected, Forbidden, RetryLater, Rejected) as error:
        if isinstance(error, Disconnected):
            connections.end_xero_login(current_user)
        return Known(books, links, None, {}, halves), errors.notes_of(error)
    return Known(books, links, there, _taken(organisation, there), halves), ()


def _there(organisation: Organisation, codes: Sequence[str]) -> dict[str, Item]:
    xero, connected = connections.xero_for(current_user)
    if connected.id != organisation.id:
        raise Disconnected("xero")
    return {item.code.casefold(): item for item in xero.items_coded(codes)}


def _taken(organisation: Organisation, there: dict[str, Item]) -> dict[str, int]:
    query = select(ItemLink.xero_id, ItemLink.bitrix24_id).where(
        ItemLink.organisation_id == organisation.id, ItemLink.xero_id.in_([item.id for item in there.values()])
    )
    found = {one.xero_id: one.bitrix24_id for one in db.session.execute(query)}
    db.session.commit()
    return found


@bp.errorhandler(RetryLater)
@bp.errorhandler(Rejected)
@bp.errorhandler(OutcomeUnknown)
@bp.errorhandler(Forbidden)
def no_list(error: JobError) -> Response:
    """In place of the list: what is the matter, and "Try again"."""
    if request.endpoint != "products.index":
        return errors.job_failed(error)
    db.session.rollback()
    wanted = _wanted()
    code = errors.status_of(error)
    context = {
        **_frame(wanted, connections.current_organisation(current_user)),
        "down": True,
        "notes": errors.notes_of(error),
        "portal_url": urls.portal_url(),
        "time": formats.clock(moments.here(utc_now())),
        "code": int(code),
    }
    template = "products/_down.html" if _is_fragment() else "products/index.html"
    return errors.with_retry(make_response(render_template(template, **context), code), error)


# -- presses ----------------------------------------------------------------------------------------------------------


@bp.post("/products/<int:product_id>/item")
@login_required
def make_item(product_id: int) -> Response:
    """ "Create in Xero" or "Link" of one product, in this request; the row comes back with its result."""
    if not 0 < product_id <= list_query.LARGEST_ID:
        abort(HTTPStatus.NOT_FOUND)
    product, made = items_job.press(current_user, product_id)
    back = urls.own_page(request.form.get("back") or url_for("products.index"))
    row = _pressed(product, made)
    code = _STATUS.get(made.kind, HTTPStatus.OK)
    if htmx_request.htmx:
        return make_response(render_template("products/_answer.html", row=row, back=back), code)
    for note in row.notes:
        flash(f"{product.name}: {note.text}", note.tone)
    return make_response(redirect(back, HTTPStatus.SEE_OTHER))


def _pressed(product: Product, made: Made) -> ProductRow:
    organisation = connections.current_organisation(current_user)
    if organisation is None:
        raise Disconnected("xero")
    links = item_links.links(organisation, [product.id])
    said = {
        "created": gettext("Created in Xero as item %(code)s.", code=made.code),
        "linked": gettext("Linked with the item %(code)s in Xero.", code=made.code),
        "unchanged": gettext("The product has its item %(code)s in Xero already.", code=made.code),
    }
    notes = (Note(said[made.kind], "good"),) if made.kind in said else render.notes(made.problems)
    known = Known(organisation.books, links, None if links else {})
    return products_row.row(product, known, notes, fresh=made.kind in said)


@bp.post("/products/many")
@login_required
def make_items() -> Response:
    """The same for all that were chosen, as a run."""
    ids = _chosen()
    if not ids:
        back = urls.own_page(request.form.get("back") or url_for("products.index"))
        return make_response(redirect(back, HTTPStatus.SEE_OTHER))
    run = items_job.ask(current_user, ids)
    return make_response(redirect(url_for("runs.show", run_id=run.id), HTTPStatus.SEE_OTHER))


def _chosen() -> list[int]:
    """The ids of the form, each once; what is none is left out."""
    ids = [int(value) for value in request.form.getlist("id") if re.fullmatch(r"[0-9]{1,10}", value)]
    return [id for id in dict.fromkeys(ids) if 0 < id <= list_query.LARGEST_ID][:MOST]
