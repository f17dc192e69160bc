"""Signing in: the portal's authorize page and the authorization server's tokens (facts §1)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from b24xero.simulator.bitrix24.state import SCOPES, Portal, Token, User
from b24xero.simulator.bitrix24.wire import Json, RestError, answer, bracketed, query

CODE_LIFE = timedelta(seconds=30)
ACCESS_LIFE = timedelta(seconds=3600)
REFRESH_LIFE = timedelta(days=180)

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in to Bitrix24</title>
<style>body{{font:16px/1.5 system-ui;max-width:26rem;margin:4rem auto;padding:0 1rem}}
button{{display:block;width:100%;margin:.5rem 0;padding:.6rem;font:inherit;text-align:left}}</style></head>
<body><h1>{title}</h1>{body}</body></html>"""


def authorize(portal: Portal, request: Request) -> Response:
    """GET shows who may sign in, POST (a press of a button) sends the browser back to the app with a code.

    Failures are shown by Bitrix24 itself: the app never gets an error redirect (facts §1.2).
    """
    values = request.values
    if values.get("client_id") != portal.client[0]:
        return _page("Application not found", "<p>Unknown client_id. Ask the administrator of this portal.</p>", 400)
    if request.method != "POST":
        return _page("Sign in to Bitrix24", _buttons(portal, values.get("state", "")))
    user = portal.users.get(int(values["user"])) if values.get("user", "").isdigit() else None
    if user is None or not user.active:
        return _page("Wrong sign-in", "<p>This person cannot sign in here.</p>", 403)
    code = portal.issue(portal.codes, user.id, CODE_LIFE)
    back = {
        "code": code, "state": values.get("state", ""), "domain": request.host, "member_id": portal.member_id,
        "scope": ",".join(SCOPES), "server_domain": request.host,
    }  # fmt: skip
    return Response(status=302, headers={"Location": f"{portal.app_url}/bitrix24/app?{urlencode(back)}"})


def _page(title: str, body: str, status: int = 200) -> Response:
    return Response(_PAGE.format(title=escape(title), body=body), status=status, mimetype="text/html")


def _buttons(portal: Portal, state: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("client_id", portal.client[0]), ("state", state))
    )
    people = [user for user in portal.users.values() if user.active]
    buttons = "".join(_button(user) for user in people)
    return f'<form method="post" action="">{hidden}{buttons}</form>'


def _button(user: User) -> str:
    return f'<button name="user" value="{user.id}">Sign in as {escape(user.full_name)}</button>'


# -- tokens -------------------------------------------------------------------------------------------------------


def token(portal: Portal, request: Request) -> Response:
    """GET with a query string (documented) or POST with a form; both grants; errors of facts §1.4."""
    if request.method not in ("GET", "POST"):
        return Response(status=405)
    values = {**request.args.to_dict(), **request.form.to_dict()}
    try:
        _check_client(portal, values)
        user_id = _GRANTS[_need(values, "grant_type")](portal, values)
    except KeyError:
        return answer({"error": "invalid_request", "error_description": "Unknown grant type"}, 400)
    except RestError as error:
        return answer(error.body(), error.status)
    return answer(_pair(portal, request, user_id))


def _need(values: dict[str, str], name: str) -> str:
    if not values.get(name):
        raise RestError("invalid_request", f'No "{name}" parameter found')
    return values[name]


def _check_client(portal: Portal, values: dict[str, str]) -> None:
    client_id, secret = _need(values, "client_id"), _need(values, "client_secret")
    if client_id != portal.client[0]:
        raise RestError("wrong_client", "Unknown client", 200)
    if secret != portal.client[1]:
        raise RestError("invalid_client", "Wrong client secret")
    if portal.settings.app == "not_installed":
        raise RestError("NOT_INSTALLED", "Application not installed", 401)
    if portal.settings.app == "payment_required":
        raise RestError("PAYMENT_REQUIRED", "Payment required", 401)


def _by_code(portal: Portal, values: dict[str, str]) -> int:
    return _used_up(portal, portal.codes, _need(values, "code"))


def _by_refresh(portal: Portal, values: dict[str, str]) -> int:
    """Strict single use: the old refresh token is dead at once (facts §1.3)."""
    return _used_up(portal, portal.refresh, _need(values, "refresh_token"))


_GRANTS = {"authorization_code": _by_code, "refresh_token": _by_refresh}


def _used_up(portal: Portal, store: dict[str, Token], text: str) -> int:
    known = store.pop(text, None)
    if known is None or known.expires <= portal.utc():
        raise RestError("invalid_grant", "The code or token is wrong, used or too old")
    return known.user_id


def new_pair(portal: Portal, user_id: int) -> tuple[str, str]:
    """(access token, refresh token)."""
    return portal.issue(portal.access, user_id, ACCESS_LIFE), portal.issue(portal.refresh, user_id, REFRESH_LIFE)


def _pair(portal: Portal, request: Request, user_id: int) -> dict[str, Json]:
    """Field by field as facts §1.2; ``domain`` is the authorization server's, never the portal's."""
    access, refresh = new_pair(portal, user_id)
    body: dict[str, Json] = {
        "access_token": access,
        "refresh_token": refresh,
        "expires": int(portal.access[access].expires.timestamp()),
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "scope": ",".join(SCOPES),
        "domain": request.host,
        "server_endpoint": f"{portal.base}/bitrix24-oauth/rest/",
        "client_endpoint": f"{portal.base}/bitrix24/rest/",
        "status": "L",
        "member_id": portal.member_id,
        "user_id": user_id,
    }
    if portal.settings.short_tokens:
        del body["expires"], body["user_id"]
    return body


# -- proving a token ----------------------------------------------------------------------------------------------


def app_info(portal: Portal, request: Request) -> Response:
    """``/rest/app.info`` of the authorization server: whose token, which app, which portal (facts §2.3)."""
    body = bracketed(request.form.items()) | (request.get_json(silent=True) or {})
    text = str((query(request.query_string.decode()) | body).get("auth") or "")
    try:
        known = _proved(portal, text)
    except RestError as error:
        return answer(error.body(), error.status)
    scope = ",".join(SCOPES)
    install = {
        "installed": True, "version": "1", "status": "L", "scope": scope, "domain": request.host,
        "uri": f"{portal.base}/bitrix24", "client_endpoint": f"{portal.base}/bitrix24/rest/",
        "member_id": portal.member_id, "member_type": "company",
    }  # fmt: skip
    result = {
        "client_id": portal.client[0], "scope": scope, "expires": known.expires.isoformat(timespec="seconds"),
        "user_id": known.user_id, "install": install,
    }  # fmt: skip
    return answer({"result": result, "time": {}})


def well_formed(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32,}", text) is not None


def _proved(portal: Portal, text: str) -> Token:
    if not well_formed(text):
        raise RestError("invalid_client", "Malformed token")
    known = portal.access.get(text)
    if known is None:
        raise RestError("NO_AUTH_FOUND", "Wrong authorization data", 401)
    if known.expires <= portal.utc():
        raise RestError("expired_token", "The access token provided has expired.", 401)
    return known
