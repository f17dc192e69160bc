"""This file knows the Set-up page: who may change it, what it shows, what it saves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from htmx_flask import request as htmx_request
from sqlalchemy import select

from b24xero import connections, mapping
from b24xero.bitrix24.client import PortalLists
from b24xero.books import Books
from b24xero.database import writing
from b24xero.errors import Disconnected, Problem, RetryLater
from b24xero.extensions import db
from b24xero.mapping import Mapping
from b24xero.models import Organisation, User, utc_now
from b24xero.web import failures, formats, forms, wording
from b24xero.web.forms import SetUpForm

bp = Blueprint("setup", __name__)

JUST_READ = timedelta(seconds=10)
_STATUS_GAPS = {"stage_without_status", "stage_vanished"}


@dataclass(frozen=True)
class Step:
    anchor: str
    words: str
    done: bool
    current: bool = False


@dataclass(frozen=True)
class Page:
    """What the page is about; ``notes`` say what could not be read afresh."""

    organisation: Organisation
    lists: PortalLists
    books: Books
    connected: bool
    notes: tuple[wording.Note, ...]

    @property
    def saved(self) -> Mapping | None:
        stored = self.organisation.mapping
        return Mapping.from_json(stored) if stored is not None else None

    @property
    def gaps(self) -> tuple[Problem, ...]:
        if self.saved is None:
            return ()
        return mapping.gaps(self.saved, self.lists.stages, self.lists.vat_rates, self.books)

    def shown(self, form: SetUpForm | None) -> str:
        return render_template(
            "setup/index.html",
            organisation=self.organisation,
            stages=self.lists.stages,
            connected=self.connected,
            editable=self.connected or request.method == "POST",
            form=form,
            gaps=(*self.notes, *wording.notes(self.gaps)),
            steps=_steps(self.saved, self.gaps, self.connected),
            saved_words=_saved_words(self.organisation),
        )


@bp.route("/setup", methods=["GET", "POST"])
@login_required
def index() -> Response:
    """The admin's tables. Whether this person is an admin is asked of the portal each time."""
    organisation = connections.current_organisation(current_user)
    login = connections.xero_login(current_user)
    connected = login is not None and login.organisation_id is not None
    db.session.commit()
    lists = connections.bitrix24_for(current_user).portal_lists()
    connections.remember_categories(lists.category_ids)
    if not lists.is_admin:
        return make_response(render_template("setup/ask.html", admins_words=whom_to_ask()), HTTPStatus.FORBIDDEN)
    if organisation is None:
        return make_response(render_template("setup/index.html", stages=lists.stages, steps=_steps(None, (), False)))
    books, notes = _books(organisation, connected=connected)
    page = Page(organisation, lists, books, connected, notes)
    return _save(page) if request.method == "POST" else make_response(page.shown(_form(page)))


@bp.errorhandler(RetryLater)
def not_saved(error: RetryLater) -> Response:
    """A save that the portal could not be asked about keeps what was typed, to be sent again as it is."""
    if request.method != "POST" or htmx_request.htmx:  # htmx leaves the form on the screen by itself
        return failures.job_failed(error)
    db.session.rollback()
    typed = [(name, value) for name, value in request.form.items() if name != "csrf_token"]
    page = render_template("setup/later.html", notes=failures.notes_of(error), typed=typed)
    return failures.with_retry(make_response(page, HTTPStatus.SERVICE_UNAVAILABLE), error)


def _books(organisation: Organisation, *, connected: bool) -> tuple[Books, tuple[wording.Note, ...]]:
    """Live where Xero is connected and answers; else as last read, so that a form on its way is never lost."""
    cached = Books.from_json(organisation.reference)
    if not connected:
        return cached, ()
    try:
        # The page after a save need not ask again what the save has just read.
        age = JUST_READ if "saved" in request.args else timedelta()
        return connections.refreshed_books(current_user, organisation, age), ()
    except (RetryLater, Disconnected) as error:
        if not organisation.reference or (isinstance(error, Disconnected) and request.method == "GET"):
            raise
        return cached, wording.notes(error.problems)


def _form(page: Page) -> SetUpForm | None:
    """What was saved, or what is suggested; nothing where nothing is known of the organisation yet."""
    if page.saved is not None:
        return forms.shown(page.saved, page.lists, page.books, suggested=False)
    if not page.connected:
        return None
    suggested = mapping.suggest(page.lists.stages, page.lists.vat_rates, page.books)
    return forms.shown(suggested, page.lists, page.books, suggested=True)


def _save(page: Page) -> Response:
    form = forms.read(request.form, page.lists, page.books)
    if form.wrong:
        return make_response(page.shown(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    with writing():
        organisation = db.session.get_one(Organisation, page.organisation.id)
        organisation.mapping = _kept(form.mapping(), page).as_json()
        organisation.mapping_saved_at, organisation.mapping_saved_by = utc_now(), current_user.name
    flash(gettext("Set-up saved"), "good")
    return make_response(redirect(url_for("setup.index", saved=1), HTTPStatus.SEE_OTHER))


def _kept(chosen: Mapping, page: Page) -> Mapping:
    """What is saved. A portal that shows no stages lacks rights, not stages (Bitrix24 facts §10.9): then what was
    mapped before stays. So does a tax rate that is listed no more: older invoices may still have it."""
    if page.saved is None:
        return chosen
    listed = {rate.key for rate in page.lists.vat_rates}
    unlisted = {key: tax for key, tax in page.saved.taxes.items() if key not in listed}
    chosen = replace(chosen, taxes={**unlisted, **chosen.taxes})
    if page.lists.stages:
        return chosen
    return replace(chosen, stages=page.saved.stages, statuses=page.saved.statuses)


def _saved_words(organisation: Organisation) -> str:
    if organisation.mapping_saved_at is None:
        return ""
    when = formats.ago(organisation.mapping_saved_at, utc_now())
    return gettext("Last saved %(when)s by %(name)s.", when=when, name=organisation.mapping_saved_by)


def _steps(saved: Mapping | None, gaps: tuple[Problem, ...], connected: bool) -> list[Step]:
    """Where one is; the first step that is not done is the current one."""
    open_codes = {gap.code for gap in gaps}
    parts = [
        ("connect", gettext("Connect"), connected),
        ("statuses", gettext("Statuses"), saved is not None and not open_codes & _STATUS_GAPS),
        ("accounts", gettext("Account and taxes"), saved is not None and not open_codes - _STATUS_GAPS),
        ("save-panel", gettext("Save"), saved is not None),
    ]
    current = next((anchor for anchor, _words, done in parts if not done), "")
    return [Step(anchor, words, done, anchor == current) for anchor, words, done in parts]


def whom_to_ask() -> str:
    """The portal's administrators that have signed in here."""
    people = db.session.scalars(select(User.name).where(User.is_admin).order_by(User.name)).all()
    if not people:
        return gettext("Ask an administrator of the portal to do it.")
    return gettext("Please ask %(people)s.", people=", ".join(people))
