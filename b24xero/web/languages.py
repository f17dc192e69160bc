"""This file knows the languages: which there are, which one a reader gets, and how somebody chooses another."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, request, session
from flask_login import login_required

from b24xero import connections
from b24xero.web import failures

bp = Blueprint("languages", __name__)

# Each by its own name, so that whoever is in the wrong one finds the way out.
NAMES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pl": "Polski",
    "pt_BR": "Português (Brasil)",
    "ru": "Русский",
}
# Bitrix24's own codes where they differ from ours [U]: the facts (§2.1) name only "en".
OF_PORTAL = {"br": "pt_BR", "la": "es"}
COOKIE = "language"
KEPT = timedelta(days=365)


def language() -> str:
    """The one that the person chose; else the portal's in its frame; else the browser's; English where none is ours."""
    portal = str(session.get("language") or "")
    for told in (session.get("spoken"), request.cookies.get(COOKIE), OF_PORTAL.get(portal, portal)):
        if told in NAMES:
            return str(told)
    return request.accept_languages.best_match(list(NAMES), "en")


@bp.post("/language")
@login_required
def choose() -> Response:
    """Kept in a cookie, and in the session as well for the frame, which has no cookies."""
    wanted = request.form.get("language", "")
    if wanted not in NAMES:
        abort(HTTPStatus.BAD_REQUEST)
    session["spoken"] = wanted
    response = make_response(redirect(failures.own_page(request.form.get("back", "")), HTTPStatus.SEE_OTHER))
    response.set_cookie(
        COOKIE, wanted, max_age=KEPT, secure=connections.settings().is_https, httponly=True, samesite="Lax"
    )
    return response
