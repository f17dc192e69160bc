"""The addresses of a set-up as a file: exported, and imported into the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from werkzeug.exceptions import RequestEntityTooLarge

from b24xero import rights
from b24xero.db.models import utc_now
from b24xero.errors import Problem, Rejected, problem
from b24xero.setup import file as setup_file
from b24xero.web import errors
from b24xero.web.common import moments
from b24xero.web.common.look import Tone
from b24xero.web.messages import render
from b24xero.web.setup import form as setup_form
from b24xero.web.setup.form import SetUpForm
from b24xero.web.setup.page import Said
from b24xero.web.setup.views import not_allowed, opened, organisation_here

bp = Blueprint("setup_file", __name__)


@bp.get("/setup/export")
@login_required
def export() -> Response:
    """The set-up that is saved, as a file; for administrators, as the page is."""
    organisation, _connected = organisation_here()
    lists = rights.portal_lists(current_user, for_rules=True)
    if not lists.is_admin:
        return not_allowed()
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
    page = opened()
    if isinstance(page, Response):
        return page
    try:
        file = setup_file.read(_chosen_file())
    except Rejected as error:
        said = Said("bad", gettext("The file was not imported"), notes=render.notes(error.problems), again=True)
        return make_response(page.shown(page.form(), said), HTTPStatus.UNPROCESSABLE_ENTITY)
    lists = page.lists
    fitted = setup_file.fitted(file, lists.all_stages, lists.vat_rates, page.books, lists.choices)
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
    if request.endpoint != "setup_file.take_in":
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
