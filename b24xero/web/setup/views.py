"""The addresses of Set-up: who may change it, what is saved, tried, exported and imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request

from b24xero import connections, portal_invoices, rights
from b24xero.bitrix24.client import PortalLists
from b24xero.db.models import Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.invoice import is_old
from b24xero.domain.set_up import SetUp
from b24xero.errors import Disconnected, JobError, RetryLater
from b24xero.extensions import db
from b24xero.ratelimit import side_by_side
from b24xero.setup import consequences, recent_invoices, ruled_invoices
from b24xero.setup.ruled_invoices import Ruling
from b24xero.web import errors
from b24xero.web.common import admins
from b24xero.web.messages import render
from b24xero.web.setup import check as setup_check
from b24xero.web.setup import draft, rule_counts, rule_fields
from b24xero.web.setup import form as setup_form
from b24xero.web.setup import page as setup_page
from b24xero.web.setup.check import Check
from b24xero.web.setup.page import Page, Said

bp = Blueprint("setup", __name__)

JUST_READ = timedelta(seconds=10)


@bp.route("/setup", methods=["GET", "POST"])
@login_required
def index() -> Response:
    """The admin's tables. Whether this person is an admin is asked of the portal each time."""
    page = opened()
    if isinstance(page, Response):
        return page
    return _save(page) if request.method == "POST" else _shown(page)


def opened() -> Page | Response:
    """What the page is about; a page of its own for whoever may not, and where there is nothing to set up yet."""
    organisation, connected = organisation_here()
    with side_by_side.begun(*_xero(organisation, connected=connected)) as asked:
        lists = rights.portal_lists(current_user, for_rules=True)
    portal_invoices.remember_categories(lists.category_ids)
    portal_invoices.remember_kinds(lists.kinds)
    if not lists.is_admin:
        return not_allowed()
    if organisation is None:
        steps = setup_page.steps(None, (), connected=False)
        return make_response(render_template("setup/index.html", stages=lists.all_stages, steps=steps))
    books, notes = _books(organisation, asked, connected=connected)
    return Page(organisation, lists, books, connected, notes)


def _xero(organisation: Organisation | None, *, connected: bool) -> list[Callable[[], Books]]:
    """What Xero is asked while Bitrix24 says whether this person is an administrator. Of whom that is not known yet,
    it is asked afterwards, for nobody else's visit costs calls to Xero."""
    if organisation is None or not connected or not current_user.is_admin or _has_just_read(organisation):
        return []
    return [connections.xero_of(current_user, organisation).books]


def _has_just_read(organisation: Organisation) -> bool:
    """The page after a save need not ask again what the save has just read."""
    read_at = organisation.reference_at
    return "saved" in request.args and read_at is not None and utc_now() - read_at < JUST_READ


def organisation_here() -> tuple[Organisation | None, bool]:
    """The organisation, and whether Xero is connected with it."""
    organisation = connections.current_organisation(current_user)
    login = connections.xero_login(current_user)
    connected = login is not None and login.organisation_id is not None
    db.session.commit()
    return organisation, connected


def _books(
    organisation: Organisation, asked: Sequence[Callable[[], Books]], *, connected: bool
) -> tuple[Books, tuple[render.Note, ...]]:
    """Live where Xero is connected and answers; else as last read, so that a form on its way is never lost."""
    cached = organisation.books
    if not connected or _has_just_read(organisation):
        return cached, ()
    try:
        books = asked[0]() if asked else connections.xero_of(current_user, organisation).books()
        return connections.keep_books(organisation, books), ()
    except (RetryLater, Disconnected) as error:
        if not organisation.stored_books or (isinstance(error, Disconnected) and request.method == "GET"):
            raise
        return cached, render.notes(error.problems)


def not_allowed() -> Response:
    return make_response(render_template("setup/ask.html", admins_words=admins.whom_to_ask()), HTTPStatus.FORBIDDEN)


def _shown(page: Page) -> Response:
    """What was saved or is suggested, or what was typed when the sign-in ended."""
    typed = draft.take(current_user, page.organisation)
    if typed is None:
        return make_response(page.shown(page.form()))
    said = Said("", gettext("What you had typed is here again"), gettext("It is not saved yet."), again=True)
    return make_response(page.shown(setup_form.read(typed, page.lists, page.books, page.saved), said))


# -- saving -----------------------------------------------------------------------------------------------------------


def _save(page: Page) -> Response:
    form = setup_form.read(request.form, page.lists, page.books, page.saved)
    if form.wrong:
        words = gettext("Please look at the fields that are marked. Everything else is kept as you left it.")
        said = Said("bad", gettext("Not saved yet"), words)
        return make_response(page.shown(form, said), HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.sends_nothing and "nothing" not in request.form:
        return make_response(page.shown(form, setup_page.asked_for_nothing()), HTTPStatus.UNPROCESSABLE_ENTITY)
    set_up = _kept(form.set_up(), page)
    ruling = _ruling(set_up, page)
    with writing():
        organisation = db.session.get_one(Organisation, page.organisation.id)
        consequences.save(organisation, set_up, current_user, utc_now())
        consequences.keep(organisation, ruling.found.invoices if ruling else ())
    flash(gettext("Set-up saved"), "good")
    return make_response(redirect(url_for("setup.index", saved=1), HTTPStatus.SEE_OTHER))


def _ruling(set_up: SetUp, page: Page) -> Ruling | None:
    """What the rules go by, those that stand in the form and those that are saved, where either has any."""
    saved = page.saved.rules if page.saved else ()
    same = set_up.rules == saved and request.endpoint == "setup.index"
    return None if same else ruled_invoices.look(current_user, (*set_up.rules, *saved))


def _kept(chosen: SetUp, page: Page) -> SetUp:
    """What is saved. A portal that shows no stages lacks rights, not stages (Bitrix24 facts §10.9): then what was
    mapped before stays. So does a tax rate that is listed no more: older invoices may still have it."""
    if page.saved is None:
        return chosen
    listed = {rate.key for rate in page.lists.vat_rates}
    unlisted = {key: tax for key, tax in page.saved.taxes.items() if key not in listed}
    chosen = replace(chosen, taxes={**unlisted, **chosen.taxes})
    kept = {id: to for id, to in page.saved.stages.items() if not _shown_by(page.lists, id)}
    return replace(
        chosen,
        stages={**kept, **chosen.stages},
        statuses=chosen.statuses if page.lists.stages else page.saved.statuses,
        old_statuses=chosen.old_statuses if page.lists.old_statuses else page.saved.old_statuses,
    )


def _shown_by(lists: PortalLists, stage: str) -> bool:
    """Whether the portal shows stages of this one's kind."""
    return bool(lists.old_statuses if is_old(stage) else lists.stages)


# -- trying -----------------------------------------------------------------------------------------------------------


@bp.get("/setup/check")
@login_required
def unchecked() -> Response:
    """The address of a check that was loaded again: what was tried is not in it."""
    return make_response(redirect(url_for("setup.index")))


@bp.post("/setup/check")
@login_required
def check() -> Response:
    """What stands in the form, tried on the invoices of the last 30 days; nothing is saved. To htmx the check alone."""
    organisation, connected = organisation_here()
    if organisation is None:
        return make_response(redirect(url_for("setup.index"), HTTPStatus.SEE_OTHER))
    try:
        needs = rule_fields.needs(request.form)
        looked = recent_invoices.look(current_user, afresh="afresh" in request.form, needs=needs)
    except Disconnected:
        raise
    except JobError as error:
        return _not_checked(error, organisation)
    if not looked.lists.is_admin:
        return not_allowed()
    return _checked(looked, Page(organisation, looked.lists, organisation.books, connected))


def _checked(looked: recent_invoices.Look, page: Page) -> Response:
    form = setup_form.read(request.form, looked.lists, page.books, page.saved)
    form = replace(form, rules=rule_fields.unchecked(form.rules))
    set_up = _kept(form.set_up(), page)
    ruling = _ruling(set_up, page)
    counted = rule_counts.counted(ruling, form.rules) if ruling else None
    read = ruling.found.invoices if ruling else ()
    found = setup_check.check(looked, set_up, page.books, page.organisation, counted, read)
    return make_response(page.checked(form, found) if htmx_request.htmx else page.shown(form, check=found))


@bp.get("/setup/rules")
@login_required
def without_rules() -> Response:
    """The address of a form that was loaded again: what stood in it is not in it."""
    return make_response(redirect(url_for("setup.index", _anchor="rules")))


@bp.post("/setup/rules")
@login_required
def rules() -> Response:
    """The form as it stands with a rule more, less or in another place; nothing is checked or saved. Xero is not
    asked."""
    organisation, connected = organisation_here()
    if organisation is None:
        return make_response(redirect(url_for("setup.index"), HTTPStatus.SEE_OTHER))
    lists = rights.portal_lists(current_user, for_rules=True)
    if not lists.is_admin:
        return not_allowed()
    page = Page(organisation, lists, organisation.books, connected)
    form = setup_form.read(request.form, lists, page.books, page.saved)
    fields = rule_fields.acted(rule_fields.unchecked(form.rules), request.form.get("act", ""))
    said = Said("", gettext("The rules are changed"), gettext("It is not saved yet."), again=True)
    return make_response(page.shown(replace(form, rules=fields), said, acted=True))


def _not_checked(error: JobError, organisation: Organisation) -> Response:
    """The form stays on the screen, or what was typed in a page of its own; the panel says why and tries again."""
    db.session.rollback()
    if not htmx_request.htmx:
        return _later(error, gettext("Set-up was not checked yet"))
    known = Page(organisation, PortalLists((), (), True, ()), Books(), connected=True)
    panel = known.checked(None, Check(notes=errors.notes_of(error)))
    return errors.with_retry(make_response(panel, errors.status_of(error)), error)


@bp.errorhandler(RetryLater)
def not_saved(error: RetryLater) -> Response:
    """A save that the portal could not be asked about keeps what was typed, to be sent again as it is."""
    if request.endpoint not in ("setup.index", "setup.rules") or request.method != "POST" or htmx_request.htmx:
        return errors.job_failed(error)  # htmx leaves the form on the screen by itself
    db.session.rollback()
    return _later(error, gettext("Set-up was not saved yet"))


def _later(error: JobError, heading: str) -> Response:
    typed = [(name, value) for name, value in request.form.items() if name not in ("csrf_token", "afresh", "act")]
    page = render_template("setup/later.html", notes=errors.notes_of(error), typed=typed, heading=heading)
    return errors.with_retry(make_response(page, errors.status_of(error)), error)


@bp.errorhandler(Disconnected)
def signed_out(error: Disconnected) -> Response:
    """Off to sign in again, and back to the page with all that was typed."""
    if error.system == "bitrix24" and request.endpoint in ("setup.index", "setup.check", "setup.rules"):
        db.session.rollback()
        draft.keep(current_user, request.form)
    return errors.disconnected(error)
