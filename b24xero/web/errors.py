"""What a request answers that could not be done: the status, the words, and the way on.

A page gets a page. htmx gets what fits into the page that it has: a notice on top, which keeps everything else as it
is, or a new address where nothing but that helps.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import AnonymousUserMixin, current_user, logout_user
from flask_wtf.csrf import CSRFError
from htmx_flask import request as htmx_request
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    SQLAlchemyError,
    TimeoutError,
)
from werkzeug.exceptions import HTTPException

from b24xero import connections, logs, rights
from b24xero.db import restarts, transactions
from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, OutcomeUnknown, Problem, RetryLater
from b24xero.extensions import db
from b24xero.ratelimit.unproven import TooMany
from b24xero.web.common import flashed, origin, urls
from b24xero.web.messages import render
from b24xero.web.messages.render import Note
from b24xero.writes import claims, intents, request_writes

log = logging.getLogger(__name__)

# IANA has no number for "the page's token is over"; this one is in wide use for it.
TOKEN_OVER = 419


def register(app: Flask) -> None:
    app.register_error_handler(JobError, job_failed)
    app.register_error_handler(Disconnected, disconnected)
    app.register_error_handler(CSRFError, token_over)
    app.register_error_handler(HTTPException, http_failed)
    for away in (DatabaseError, InterfaceError, TimeoutError):
        app.register_error_handler(away, database_away)
    for ours in (IntegrityError, DataError, ProgrammingError, Exception):  # the database answers, and refuses
        app.register_error_handler(ours, unexpected)


def status_of(error: JobError) -> int:
    if isinstance(error, TooMany):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, RetryLater):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(error, OutcomeUnknown):
        return HTTPStatus.GATEWAY_TIMEOUT
    if isinstance(error, Forbidden):
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.UNPROCESSABLE_ENTITY


def job_failed(error: JobError) -> Response:
    db.session.rollback()
    response = answer(status_of(error), notes_of(error), again=again_address())
    return with_retry(response, error)


def notes_of(error: JobError) -> tuple[Note, ...]:
    found = error.problems or (Problem("not_allowed" if isinstance(error, Forbidden) else "not_found"),)
    return render.notes(found, urls.Places(portal=urls.portal_url()))


def with_retry(response: Response, error: JobError) -> Response:
    if isinstance(error, RetryLater):
        response.headers["Retry-After"] = str(max(1, round(error.seconds)))
    return response


def disconnected(error: Disconnected) -> Response:
    """Off to sign in or to connect, and back to where one was."""
    db.session.rollback()
    if error.system == "xero":
        connections.end_xero_login(current_user)
        why = "ended" if current_user.last_organisation_id else "needed"
        address = url_for("auth.connect", why=why, next=urls.way_back())
    else:
        rights.forget(current_user.id)
        logout_user()  # all of the person's sessions have ended at the wire
        flashed.problems(error.problems)
        address = url_for("auth.login", next=urls.way_back())
    return elsewhere(address)


def elsewhere(address: str) -> Response:
    if htmx_request.htmx:
        response = make_response("", HTTPStatus.UNAUTHORIZED)
        response.headers["HX-Redirect"] = address
        return response
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def token_over(error: CSRFError) -> Response:
    note = Note(gettext("This page was open too long or came from elsewhere, so nothing was done. Load it again."))
    return answer(TOKEN_OVER, [note], again=urls.way_back())


def signed_out() -> Response:
    """Nobody is signed in: off to the sign-in, and back to where one was."""
    return elsewhere(url_for("auth.login", next=urls.way_back()))


def http_failed(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = answer(error.code, [Note(_http_words(error.code))], again="")
    if allowed := getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _http_words(code: int) -> str:
    if code == HTTPStatus.NOT_FOUND and not origin.is_below():
        return gettext(
            "b24xero is at %(address)s. If that is what you opened, the proxy in front of it takes the path away, and "
            "has to leave it as it is.", address=connections.settings().public_url,
        )  # fmt: skip
    if code == HTTPStatus.NOT_FOUND:
        return gettext("There is no such page. Perhaps the address was shortened or the invoice is not in this portal.")
    if code == HTTPStatus.MISDIRECTED_REQUEST:
        return gettext("This is not the address of b24xero. Ask whoever runs it for the right one.")
    if code == HTTPStatus.REQUEST_URI_TOO_LONG:
        return gettext("This address is too long, so it was not looked at.")
    if code == HTTPStatus.FORBIDDEN:
        return gettext("You may not do this.")
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        return gettext("This address cannot be used like that. Nothing was done.")
    if code >= 500:
        return gettext(
            "Something broke on our side. It is written down for whoever runs b24xero; try again in a moment."
        )
    return gettext("That could not be understood, so nothing was done.")


def database_away(error: SQLAlchemyError) -> Response:
    """The page must not ask the database who reads it, so it is a page for nobody in particular. What was sent to a
    vendor before is not undone by a database that fails after it."""
    if restarts.lost(error):
        if _may_ask_once_more():
            return _asked_once_more()
        _let_go()
    db.session.rollback()
    kind = type(getattr(error, "orig", None) or error).__name__
    log.error("database away at %s request=%s: %s", request.endpoint, logs.reference(), kind)
    g._login_user = AnonymousUserMixin()  # Flask-Login's place for who is signed in
    if system := request_writes.may_have_written():
        words = gettext(
            "The database of b24xero does not answer, so it is not noted what was done: %(system)s may have it. Press "
            "again in a moment: nothing is written twice.", system=system,
        )  # fmt: skip
    else:
        words = gettext(
            "The database of b24xero does not answer. Nothing was written to Xero or Bitrix24. Try again in a moment."
        )
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, [Note(words)], again=again_address())


def _may_ask_once_more() -> bool:
    """Once a request: nothing was sent before the connection went away, and the database is back."""
    if "asked_once_more" in g or request_writes.may_have_written():
        return False
    g.asked_once_more = True
    transactions.let_go()
    return restarts.is_back()


def _asked_once_more() -> Response:
    """From the view on: what comes before it (addresses, the form's token) asks no database, so it was passed. A press
    has the claim that it had (``claims.of_press``), so it does not stand in its own way."""
    log.warning("database was away at %s request=%s: once more", request.endpoint, logs.reference())
    g.pop("_login_user", None)
    try:
        return current_app.make_response(current_app.dispatch_request())
    except Exception as error:  # whatever it is, it has its handler, as the first time
        return current_app.make_response(current_app.handle_user_exception(error))


def _let_go() -> None:
    """What this press held is free as soon as the database is back, so that the next press looks at once."""
    transactions.let_go()
    claim = claims.of_this_request()
    if not claim or not restarts.is_back():
        return
    try:
        intents.leave_unclear(claim)
    except SQLAlchemyError:
        db.session.rollback()
        log.exception("the claim of a press stays until it lapses")


def unexpected(error: Exception) -> Response:
    """Nothing of ours should come here; whoever runs b24xero finds the trace in the log."""
    db.session.rollback()
    log.exception("unexpected error at %s request=%s", request.endpoint, logs.reference())
    if system := request_writes.may_have_written():
        words = gettext(
            "Something broke on our side in the middle of it, so %(system)s may have it. Press again: nothing is "
            "written twice. It is written down for whoever runs b24xero.", system=system,
        )  # fmt: skip
    else:
        words = _http_words(500)
    return answer(500, [Note(words)], again=again_address())


def answer(code: int, notes: Sequence[Note], *, again: str) -> Response:
    """The page, or for htmx a notice over the page that stays."""
    if htmx_request.htmx:
        response = make_response(render_template("_problem.html", notes=notes, reference=_reference(code)), code)
        response.headers["HX-Retarget"] = "#notices"
        response.headers["HX-Reswap"] = "innerHTML show:#notices:top"
        response.headers["HX-Reselect"] = ".notice"
        return response
    page = render_template(
        "error.html", heading=_heading(code), notes=notes, again=again, code=int(code), reference=_reference(code)
    )
    return make_response(page, code)


def _reference(code: int) -> str:
    """Told where whoever runs b24xero has to look into the log."""
    return logs.reference() if code >= 500 else ""


def _heading(code: int) -> str:
    headings = {
        403: gettext("You may not do this"),
        404: gettext("Not found"),
        TOKEN_OVER: gettext("Please load the page again"),
        422: gettext("That did not work"),
        429: gettext("Not right now"),
        503: gettext("Not right now"),
        504: gettext("No answer yet"),
    }
    return headings.get(code, gettext("Something went wrong") if code >= 500 else gettext("That did not work"))


def again_address() -> str:
    """Asking the same again is offered for questions only; what writes is pressed again where its button is."""
    return urls.here() if request.method == "GET" else urls.way_back()
