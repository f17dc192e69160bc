"""The addresses of Set-up: who may change it, what is saved, tried, exported and imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from werkzeug.exceptions import RequestEntityTooLarge

from b24xero import connections, portal_invoices, rights
from b24xero.bitrix24.client import PortalLists
from b24xero.db.models import Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.invoice import is_old
from b24xero.domain.set_up import SetUp
from b24xero.errors import Disconnected, JobError, Problem, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.ratelimit import side_by_side
from b24xero.setup import consequences, recent_invoices
from b24xero.setup import file as setup_file
from b24xero.web import errors
from b24xero.web.common import admins, moments
from b24xero.web.common.look import Tone
from b24xero.web.messages import render
from b24xero.web.setup import check as setup_check
from b24xero.web.setup import draft
from b24xero.web.setup import form as setup_form
from b24xero.web.setup import page as setup_page
from b24xero.web.setup.check import Check
from b24xero.web.setup.form import SetUpForm
from b24xero.web.setup.page import Page, Said

bp = Blueprint("setup", __name__)

JUST_READ = timedelta(seconds=10)


@bp.route("/setup", methods=["GET", "POST"])
@login_required
def index() -> Response:
    """The admin's tables. Whether this person is an admin is asked of the portal each time."""
    page = _opened()
    if isinstance(page, Response):
        return page
    return _save(page) if request.method == "POST" else _shown(page)


def _opened() -> Page | Response:
    """What the page is about; a page of its own for whoever may not, and where there is nothing to set up yet."""
    organisation, connected = _organisation()
    with side_by_side.begun(*_xero(organisation, connected=connected)) as asked:
        lists = rights.portal_lists(current_user)
    portal_invoices.remember_categories(lists.category_ids)
    portal_invoices.remember_kinds(lists.kinds)
    if not lists.is_admin:
        return _not_allowed()
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


def _organisation() -> tuple[Organisation | None, bool]:
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


def _not_allowed() -> Response:
    return make_response(render_template("setup/ask.html", admins_words=admins.whom_to_ask()), HTTPStatus.FORBIDDEN)


def _shown(page: Page) -> Response:
    """What was saved or is suggested, or what was typed when the sign-in ended."""
    typed = draft.take(current_user, page.organisation)
    if typed is None:
        return make_response(page.shown(page.form()))
    said = Said("", gettext("What you had typed is here again"), gettext("It is not saved yet."), again=True)
    return make_response(page.shown(setup_form.read(typed, page.lists, page.books), said))


# -- saving -----------------------------------------------------------------------------------------------------------


def _save(page: Page) -> Response:
    form = setup_form.read(request.form, page.lists, page.books)
    if form.wrong:
        words = gettext("Please look at the fields that are marked. Everything else is kept as you left it.")
        said = Said("bad", gettext("Not saved yet"), words)
        return make_response(page.shown(form, said), HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.sends_nothing and "nothing" not in request.form:
        return make_response(page.shown(form, setup_page.asked_for_nothing()), HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        organisation = db.session.get_one(Organisation, page.organisation.id)
        consequences.save(organisation, _kept(form.set_up(), page), current_user, utc_now())
    flash(gettext("Set-up saved"), "good")
    return make_response(redirect(url_for("setup.index", saved=1), HTTPStatus.SEE_OTHER))


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
    organisation, connected = _organisation()
    if organisation is None:
        return make_response(redirect(url_for("setup.index"), HTTPStatus.SEE_OTHER))
    try:
        looked = recent_invoices.look(current_user, afresh="afresh" in request.form)
    except Disconnected:
        raise
    except JobError as error:
        return _not_checked(error, organisation)
    if not looked.lists.is_admin:
        return _not_allowed()
    return _checked(looked, Page(organisation, looked.lists, organisation.books, connected))


def _checked(looked: recent_invoices.Look, page: Page) -> Response:
    form = setup_form.read(request.form, looked.lists, page.books)
    set_up = _kept(form.set_up(), page)
    found = setup_check.check(looked, set_up, page.books, page.organisation)
    return make_response(page.checked(form, found) if htmx_request.htmx else page.shown(form, check=found))


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
    if request.endpoint != "setup.index" or request.method != "POST" or htmx_request.htmx:
        return errors.job_failed(error)  # htmx leaves the form on the screen by itself
    db.session.rollback()
    return _later(error, gettext("Set-up was not saved yet"))


def _later(error: JobError, heading: str) -> Response:
    typed = [(name, value) for name, value in request.form.items() if name not in ("csrf_token", "afresh")]
    page = render_template("setup/later.html", notes=errors.notes_of(error), typed=typed, heading=heading)
    return errors.with_retry(make_response(page, errors.status_of(error)), error)


@bp.errorhandler(Disconnected)
def signed_out(error: Disconnected) -> Response:
    """Off to sign in again, and back to the page with all that was typed."""
    if error.system == "bitrix24" and request.endpoint in ("setup.index", "setup.check"):
        db.session.rollback()
        draft.keep(current_user, request.form)
    return errors.disconnected(error)


# -- as a file --------------------------------------------------------------------------------------------------------


@bp.get("/setup/export")
@login_required
def export() -> Response:
    """The set-up that is saved, as a file; for administrators, as the page is."""
    organisation, _connected = _organisation()
    lists = rights.portal_lists(current_user)
    if not lists.is_admin:
        return _not_allowed()
    if organisation is None or not organisation.is_set_up:
        return make_response(redirect(url_for("setup.index"), HTTPStatus.SEE_OTHER))
    saved, books = organisation.set_up, organisation.books
    now = utc_now()
    whole = setup_file.written(saved, organisation.name, lists.all_stages, lists.vat_rates, books, now)
    response = Response(whole, mimetype="application/json")
    name = f"b24xero-set-up-{moments.here(now).date().isoformat()}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.route("/setup/import", methods=["GET", "POST"])
@login_required
def take_in() -> Response:
    """The form filled with what a file says, as far as it fits; nothing is saved by it."""
    if request.method == "GET":
        return make_response(redirect(url_for("setup.index", _anchor="import")))
    page = _opened()
    if isinstance(page, Response):
        return page
    try:
        file = setup_file.read(_chosen_file())
    except Rejected as error:
        said = Said("bad", gettext("The file was not imported"), notes=render.notes(error.problems), again=True)
        return make_response(page.shown(page.form(), said), HTTPStatus.UNPROCESSABLE_ENTITY)
    fitted = setup_file.fitted(file, page.lists.all_stages, page.lists.vat_rates, page.books)
    form = setup_form.shown(fitted.set_up, page.lists, page.books, suggested=False)
    words = gettext("It is the set-up of %(name)s. Look it over: nothing is saved before you press Save set-up.",
                    name=file.organisation or "–")  # fmt: skip
    tone: Tone = "warn" if fitted.problems else ""
    notes = render.notes(_named(fitted.problems, form))
    said = Said(tone, gettext("The form shows what the file says"), words, notes, again=True)
    return make_response(page.shown(form, said))


def _named(problems: Iterable[Problem], form: SetUpForm) -> Iterator[Problem]:
    """A choice is told in the words of its field."""
    words = {field.name: field.label for field in form.fields}
    for found in problems:
        option = found.values.get("option", "")
        yield replace(found, values={**found.values, "option": words[option]}) if option else found


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Response:
    """Larger than any form may be, so it was not even read."""
    if request.endpoint != "setup.take_in":
        return errors.http_failed(error)
    notes = render.notes([problem("set_up_file_too_large", limit=setup_file.LARGEST // 1000)])
    return errors.answer(HTTPStatus.UNPROCESSABLE_ENTITY, notes, again=url_for("setup.index"))


def _chosen_file() -> bytes:
    """Raises: Rejected, when none was chosen."""
    sent = request.files.get("file")
    raw = sent.read(setup_file.LARGEST + 1) if sent else b""
    if not raw:
        raise Rejected(problem("set_up_file_missing"))
    return raw
