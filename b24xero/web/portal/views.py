"""B24xero inside the portal: how it is opened in the frame, installed there, and taken away.

The portal's posts are unsigned and come from another site by design (Bitrix24 facts §2.1), so these two routes stand
outside of the form tokens and believe nothing before it is proven (§2.3).
"""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from flask_wtf.csrf import generate_csrf

from b24xero import connections, installation, rights, sessions
from b24xero.bitrix24 import iframe
from b24xero.bitrix24.iframe import Opening
from b24xero.db.models import User
from b24xero.errors import Forbidden, JobError, Problem, Rejected, RetryLater, problem
from b24xero.extensions import csrf, db
from b24xero.web import errors
from b24xero.web.common import urls
from b24xero.web.login import entering, frame_session
from b24xero.web.login.bitrix24 import client_with, go_on, keep_sign_in, known_member_id, note_refusal
from b24xero.web.messages import render
from b24xero.web.portal.placements import PlaceView, views

bp = Blueprint("frame", __name__)


@bp.post("/bitrix24/app")
@csrf.exempt
def opened() -> Response:
    """Opened from the portal's menu or in an invoice's card: signed in as whoever opened it, and on to the page."""
    opening = iframe.read(request.values)
    if opening is None:
        return _refused(Rejected(problem("frame_not_opened")), HTTPStatus.BAD_REQUEST)
    try:
        _enter(opening)
    except JobError as error:
        return _refused(error, errors.status_of(error))
    here = url_for("card.page", bitrix24_id=opening.invoice) if opening.invoice else url_for("invoices.index")
    return make_response(render_template("portal/open.html", here=here))


def _enter(opening: Opening, *, installing: bool = False) -> User:
    """Prove the post, then a session of its own for this frame."""
    with connections.unproven().trying(request.remote_addr or ""):
        iframe.check_shape(connections.bitrix24_app(), opening, known_member_id())
        if not installing:
            installation.check_word(opening.application_token)
        user = (None if installing else _proven_lately(opening)) or _prove(opening)
    entering.enter(user)
    session["language"] = opening.language
    generate_csrf()  # now, so that two first requests at once do not make one each
    go_on(user, "bitrix24")
    return user


def _prove(opening: Opening) -> User:
    """Whose token it is, by the word of the authorization server or the portal; the host that is called is the
    configured one."""
    with connections.proving():
        client = client_with(opening.access_token)
        proven = iframe.prove(connections.bitrix24_app(), opening, client)
        identity = client.identity()
    if not proven and not known_member_id():
        # Only our portal vouches for the token, and nobody yet for the member id that would be pinned with it.
        raise Rejected(problem("frame_sign_in_first"))
    user = keep_sign_in(opening.grant, identity)
    connections.unproven().keep_proof(_fingerprint(opening), user.id)
    return user


def _proven_lately(opening: Opening) -> User | None:
    """Who opened the frame with this very token some minutes ago, and is still known to Bitrix24 as far as we know."""
    user_id = connections.unproven().proof(_fingerprint(opening))
    user = db.session.get(User, user_id, populate_existing=True) if user_id else None
    return user if user and user.bitrix24_login and user.bitrix24_login.access_token else None


def _fingerprint(opening: Opening) -> str:
    return sessions.hashed(f"{opening.access_token} {opening.member_id}")


def _refused(error: JobError, code: int) -> Response:
    if not isinstance(error, RetryLater):
        note_refusal(error)
    found = error.problems or (Problem("not_allowed"),)
    notes = render.notes(found, urls.Places(portal=urls.portal_url()))
    return errors.with_retry(make_response(render_template("portal/refused.html", notes=notes), code), error)


def stay(response: Response) -> Response:
    """A redirect for a page that lives by the frame's header: frame.js asks for the next page itself, with the
    header and the session as it is now. The browser would follow without either."""
    headers = request.headers
    if frame_session.HEADER not in headers or "HX-History-Restore-Request" in headers:
        return response
    address = response.headers.pop("HX-Redirect", None)
    if address is None and response.status_code in (301, 302, 303, 307, 308):
        address = response.headers.pop("Location", None)
    if address is None:
        return response
    response.set_data(b"")
    response.status_code = HTTPStatus.OK
    response.headers["HX-Location"] = json.dumps({"path": address, "target": "body", "swap": "innerHTML show:body:top"})
    return response


# -- installing -------------------------------------------------------------------------------------------------------


@bp.get("/bitrix24/install")
def install() -> Response:
    """Opened by hand: what to fill in at the portal; for an administrator also where b24xero stands there."""
    if not current_user.is_authenticated:
        return _install_page()
    try:
        found = installation.look(current_user)
    except Forbidden:
        rights.note_admin(current_user, is_admin=False)
        return _install_page(told=(problem("frame_needs_admin"),))
    except JobError as error:
        return _install_page(told=error.problems, code=errors.status_of(error))
    return _install_page(views(found))


@bp.post("/bitrix24/install")
@csrf.exempt
def installed() -> Response:
    """The portal's first opening by an administrator (facts §2.2), or its word that the application is taken away."""
    event = iframe.read_event(request.form)
    if event is not None:
        if event.kind == "uninstalled":
            with connections.unproven().trying(request.remote_addr or ""):
                installation.hear_uninstalled(event.application_token)
        return Response(status=HTTPStatus.OK)
    opening = iframe.read(request.values)
    if opening is None:
        return _refused(Rejected(problem("frame_not_opened")), HTTPStatus.BAD_REQUEST)
    try:
        user = _enter(opening, installing=True)
    except JobError as error:
        return _refused(error, errors.status_of(error))
    if not user.is_admin:
        return _install_page(told=(problem("frame_needs_admin"),), code=HTTPStatus.FORBIDDEN)
    installation.keep_word(opening.application_token)
    return _bound(user)


def _bound(user: User) -> Response:
    """What is bound and what is not; a portal that allows none of it is no obstacle to finishing."""
    try:
        return _install_page(views(installation.bind(user)), finish=True)
    except JobError as error:
        return _install_page(told=error.problems or (problem("not_allowed"),), finish=True)


def _install_page(
    found: tuple[PlaceView, ...] = (), *, told: tuple[Problem, ...] = (), finish: bool = False, code: int = 200
) -> Response:
    notes = render.notes(told, urls.Places(portal=urls.portal_url()))
    page = render_template(
        "portal/install.html", places=found, notes=notes, finish=finish, addresses=installation.addresses()
    )
    return make_response(page, code)


@bp.post("/bitrix24/places")
@login_required
def change_places() -> Response:
    """By hand: show b24xero in the portal, or take it out of the portal's pages."""
    rights.confirm_admin(current_user)
    if not current_user.is_admin:
        abort(HTTPStatus.FORBIDDEN)
    if request.form.get("do") == "unbind":
        installation.unbind(current_user)
        flash(_("b24xero was taken out of the pages of Bitrix24."), "good")
    else:
        installation.bind(current_user)
        flash(_("Done. What Bitrix24 allows is listed below."), "good")
    return make_response(redirect(url_for("frame.install"), HTTPStatus.SEE_OTHER))
