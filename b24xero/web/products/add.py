"""Add product: the form, what a press on it answers, and the page of a half with its "Finish"."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request

from b24xero import connections
from b24xero.db.models import Organisation, ProductDraft
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.product import Catalogue, Draft
from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.products import add as products_add
from b24xero.products import add_progress, rules, usual
from b24xero.products.add_progress import Adding
from b24xero.products.rules import NotRight
from b24xero.web import errors
from b24xero.web.common import formats, moments
from b24xero.web.messages import render
from b24xero.web.products import add_form

bp = Blueprint("adding", __name__)

# Accounts and tax rates that are this old are read again before somebody types.
BOOKS_AGE = timedelta(hours=12)


# -- the form ---------------------------------------------------------------------------------------------------------


@bp.get("/products/add")
@login_required
def form() -> Response:
    """The form, with what was typed when a login ended. Whether this person may see the catalogue is said before."""
    organisation = connections.current_organisation(current_user)
    if organisation is None or not organisation.is_set_up:
        return _not_yet(organisation)
    books = _books(organisation)
    offered = connections.bitrix24_for(current_user).look().offered
    first = _usual(organisation, offered, books)
    return _form(_take_draft() or first, str(uuid.uuid4()), offered, books, HTTPStatus.OK)


def _usual(organisation: Organisation, offered: Catalogue, books: Books) -> Draft:
    """What most products have: the first measure, the usual account and the tax rate that goes with it."""
    set_up = organisation.set_up
    return Draft(
        currency=books.base_currency,
        account=set_up.sales_account,
        measure=next((str(measure.id) for measure in offered.measures), ""),
        vat=usual.vat(offered.vats, set_up, books, usual.common_tax_types(organisation)),
    )


def _not_yet(organisation: Organisation | None) -> Response:
    step = 1 if organisation is None else 2
    return make_response(render_template("products/later.html", step=step))


def _books(organisation: Organisation) -> Books:
    """Fresh enough, where Xero is connected and answers; else as last read."""
    try:
        return connections.refreshed_books(current_user, organisation, BOOKS_AGE)
    except (Disconnected, Forbidden, RetryLater):
        return organisation.books


def _form(
    draft: Draft, key: str, offered: Catalogue, books: Books, code: int, error: JobError | None = None
) -> Response:
    wrong = error.by_field if isinstance(error, NotRight) else {}
    notes = errors.notes_of(error) if error and not wrong else ()
    shown = add_form.form(draft, key, offered, books, wrong)
    page = render_template("products/add.html", form=shown, notes=notes, link=bool(request.form.get("link")))
    response = make_response(page, code)
    response.headers["Cache-Control"] = "no-store"  # a form that comes back from a cache has a key that is used up
    return response


@bp.post("/products/add")
@login_required
def add() -> Response:
    """Add it to both catalogues, in this request."""
    draft = replace(Draft.from_json(request.form.to_dict()), decimal_sign=formats.decimal_sign())
    key = request.form.get("key", "")
    key = key if add_progress.KEY.fullmatch(key) else str(uuid.uuid4())
    try:
        done = products_add.press(current_user, key, draft, link=bool(request.form.get("link")))
    except Disconnected as error:
        return _kept(draft, key, error)
    except (Rejected, Forbidden, RetryLater, NotFound) as error:
        return _not_added(draft, error)
    return _shown(done, draft)


def _shown(done: Adding, draft: Draft) -> Response:
    if not done.is_done:
        return _on_to(url_for("adding.half", key=done.key))
    flash(gettext("“%(name)s” is in Bitrix24 and in Xero, ready for the next invoice.", name=draft.name), "good")
    return _on_to(url_for("products.index", q=draft.code))


def _on_to(address: str) -> Response:
    """To another page; htmx would put what it is led to into this one."""
    if not htmx_request.htmx:
        return make_response(redirect(address, HTTPStatus.SEE_OTHER))
    response = make_response("")
    response.headers["HX-Redirect"] = address
    return response


def _not_added(draft: Draft, error: JobError) -> Response:
    """The form again, with all that was typed and every problem at its field. Its key is a new one: nothing came of the
    old one."""
    db.session.rollback()
    code = errors.status_of(error)
    organisation = connections.current_organisation(current_user)
    offered = error.offered if isinstance(error, NotRight) else None
    if organisation is None or (offered is None and htmx_request.htmx):
        return errors.job_failed(error)  # a notice over the form, which stays as it is on the screen
    books = organisation.books
    try:
        offered = offered or connections.bitrix24_for(current_user).look().offered
    except JobError:
        page = render_template("products/again.html", notes=errors.notes_of(error), draft=draft, key=str(uuid.uuid4()))
        return errors.with_retry(make_response(page, code), error)
    return errors.with_retry(_form(draft, str(uuid.uuid4()), offered, books, code, error), error)


# -- what was typed when a login ended --------------------------------------------------------------------------------


def _kept(draft: Draft, key: str, error: Disconnected) -> Response:
    """Off to sign in or to connect, and back to the form with all that was typed; or to the half that exists by now."""
    db.session.rollback()
    organisation = connections.current_organisation(current_user)
    if organisation and add_progress.find(organisation, current_user, key):
        raise error
    with writing():
        kept = db.session.get(ProductDraft, current_user.id)
        if kept is None:
            kept = ProductDraft(user_id=current_user.id)
            db.session.add(kept)
        kept.values = draft.as_json()
    return errors.disconnected(error)


def _take_draft() -> Draft | None:
    kept = db.session.get(ProductDraft, current_user.id)
    db.session.commit()
    if kept is None:
        return None
    draft = Draft.from_json(kept.values)
    with writing():
        db.session.delete(kept)
    return draft


# -- a half -----------------------------------------------------------------------------------------------------------


@bp.get("/products/adding/<key>")
@login_required
def half(key: str) -> Response:
    """What exists of it where, and the way on."""
    organisation = connections.current_organisation(current_user)
    found = add_progress.find(organisation, current_user, key) if organisation else None
    if organisation is None or found is None:
        raise NotFound(problem("not_found"))
    if found.is_done:
        return make_response(redirect(url_for("products.index"), HTTPStatus.SEE_OTHER))
    return _half(found, organisation, HTTPStatus.OK)


def _half(found: Adding, organisation: Organisation, code: int) -> Response:
    books = organisation.books
    codes = {one.code for one in found.trouble}
    return make_response(
        render_template(
            "products/half.html",
            half=found,
            price=_price(found.draft),
            notes=render.notes(found.trouble),
            begun=formats.clock(moments.here(found.begun_at)) if found.begun_at else "",
            free_at=formats.clock(moments.here(found.free_at)) if found.free_at else "",
            accounts=[(account.code, f"{account.code} · {account.name}") for account in books.live_accounts]
            if "item_account_refused" in codes
            else [],
            may_link="product_code_in_xero" in codes,
        ),
        code,
    )


def _price(draft: Draft) -> str:
    price = rules.price_of(draft)
    return draft.price if price is None else formats.money(price, draft.currency)


@bp.post("/products/adding/<key>/finish")
@login_required
def finish(key: str) -> Response:
    """Make what is missing, never a second one of what exists."""
    organisation = connections.current_organisation(current_user)
    before = add_progress.find(organisation, current_user, key) if organisation else None
    draft = before.draft if before else Draft()
    try:
        done = products_add.finish(
            current_user, key, account=request.form.get("account", ""), link=bool(request.form.get("link"))
        )
    except (Rejected, Forbidden, RetryLater) as error:
        if before is None or add_progress.find(organisation, current_user, key):  # type: ignore[arg-type]
            raise
        return _not_added(draft, error)  # nothing of it exists
    return _shown(done, draft)


@bp.post("/products/adding/<key>/leave")
@login_required
def leave(key: str) -> Response:
    """Leave it as it is: what exists stays, what is missing is not made."""
    left = products_add.leave(current_user, key)
    flash(gettext("“%(name)s” was left as it is.", name=left.draft.name or left.draft.code))
    return make_response(redirect(url_for("products.index"), HTTPStatus.SEE_OTHER))
