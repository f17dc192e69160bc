"""The languages: which there are, which one a reader gets, how another is chosen, how one counts."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus

from babel import Locale
from flask import Blueprint, Response, abort, make_response, redirect, request, session
from flask_babel import get_translations
from flask_login import login_required

from b24xero import connections
from b24xero.web.common import cookies, formats, urls

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
_LOCALES = {name: Locale.parse(name) for name in NAMES}
COOKIE = "language"
KEPT = timedelta(days=365)
# Some number of every plural that one of these languages has.
_NUMBERS = (1_000_000, *reversed(range(101)))


def language() -> str:
    """The one that the person chose; else the portal's in its frame; else the browser's; English where none is ours."""
    portal = str(session.get("language") or "")
    for told in (session.get("spoken"), request.cookies.get(cookies.named(COOKIE)), OF_PORTAL.get(portal, portal)):
        if told in NAMES:
            return str(told)
    return request.accept_languages.best_match(list(NAMES), "en")


def plurals(one: str, many: str) -> str:
    """For app.js, which counts by itself: the words for each plural of the reader's language, by CLDR's name for it, as
    JSON with {n} for the number."""
    words, kind_of = get_translations(), formats.locale().plural_form
    found = {kind_of(n): str(words.ungettext(one, many, n)).replace("%(num)d", "{n}") for n in _NUMBERS}
    return json.dumps({"other": found.get("many", ""), **found}, ensure_ascii=False)


def locale() -> Locale:
    """The same, as Babel wants it: always the same object of each, since Babel compares others part by part."""
    return _LOCALES[language()]


@bp.post("/language")
@login_required
def choose() -> Response:
    """Kept in a cookie, and in the session as well for the frame, which has no cookies."""
    wanted = request.form.get("language", "")
    if wanted not in NAMES:
        abort(HTTPStatus.BAD_REQUEST)
    session["spoken"] = wanted
    response = make_response(redirect(urls.own_page(request.form.get("back", "")), HTTPStatus.SEE_OTHER))
    secure = connections.settings().is_https
    response.set_cookie(
        cookies.named(COOKIE), wanted, max_age=KEPT, path=cookies.own_path(), secure=secure, httponly=True,
        samesite="Lax",
    )  # fmt: skip
    return response
