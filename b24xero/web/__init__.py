"""What every page shares: its blueprints, its headers, and what its templates may call."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, request
from flask_login import current_user

from b24xero import connections
from b24xero.db.models import utc_now
from b24xero.domain import invoice_key
from b24xero.domain.invoice import Stage
from b24xero.extensions import login_manager
from b24xero.version import version
from b24xero.web import errors
from b24xero.web.access import own as own_access
from b24xero.web.access import views as access_views
from b24xero.web.activity import views as activity_views
from b24xero.web.automatic import views as automatic_views
from b24xero.web.common import (
    admins,
    compiled_templates,
    cookies,
    formats,
    kind_mark,
    language,
    metrics,
    odd_rows,
    origin,
    static,
    urls,
)
from b24xero.web.common import health as liveness
from b24xero.web.common.invoice_address import InvoiceKey
from b24xero.web.health import views as health_views
from b24xero.web.invoices import bulk, eligibility
from b24xero.web.invoices import views as invoices_views
from b24xero.web.login import entering, frame_session, xero
from b24xero.web.matching import views as matching_views
from b24xero.web.messages import render
from b24xero.web.month_end import views as month_end_views
from b24xero.web.portal import invoice_tab
from b24xero.web.portal import views as portal_views
from b24xero.web.preview import views as preview_views
from b24xero.web.products import add
from b24xero.web.products import views as products_views
from b24xero.web.record import views as record_views
from b24xero.web.runs import views as runs_views
from b24xero.web.runs import work_views
from b24xero.web.setup import file_views as setup_file_views
from b24xero.web.setup import views as setup_views
from b24xero.web.webhooks import views as webhook_views

# Everything comes from here. Icons are masks in app.css, hence data:. The portal may show us in its frame, and there
# alone its own script may run (Bitrix24 facts §2.5; whether it wants more than that is unverified: without it nothing
# but the frame's height is lost). No X-Frame-Options: it knows no single other site.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self' {portal}"
)
# What a page of bookkeeping never asks a browser for, so that nothing put into one can either.
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer",
        "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip
PAGES = (
    liveness, metrics, xero, setup_views, setup_file_views, invoices_views, preview_views, record_views, bulk,
    eligibility, runs_views, work_views, activity_views, invoice_tab, portal_views, matching_views, products_views,
    month_end_views, add, language, access_views, own_access, health_views, automatic_views, webhook_views,
)  # fmt: skip
FRAMED = "; script-src 'self' {script}"


@dataclass(frozen=True)
class Account:
    """The connected organisation, as the bar shows it."""

    name: str
    ends: datetime
    minutes: int


def look_first(app: Flask) -> None:
    """Before anything else reads the request: the check of tokens breaks over a part of a form without a name."""
    app.before_request(_look_at_address)


def register(app: Flask) -> None:
    app.url_map.converters["invoice"] = InvoiceKey
    for pages in PAGES:
        app.register_blueprint(pages.bp)
    static.register(app)
    # A cookie goes out only when the session has changed: an answer that is late (a stylesheet, the list) would else
    # bring back the session as it was, and with it forget a consent that has been begun since.
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    errors.register(app)
    login_manager.user_loader(entering.known_user)
    login_manager.unauthorized_handler(errors.signed_out)
    app.session_interface = frame_session.Sessions()
    app.after_request(_guard)
    app.after_request(portal_views.stay)
    app.context_processor(_shared)
    app.jinja_env.globals["whom_to_ask"] = admins.whom_to_ask
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = compiled_templates.COMPILED
    app.jinja_env.filters |= {
        "clock": formats.clock,
        "figure": formats.figure,
        "invoice_key": invoice_key.written,
        "numberless": invoice_key.numberless,
        "kind_mark": kind_mark.kind_mark,
        "currency_name": formats.currency_name,
        "day": formats.day,
        "near_day": formats.near_day,
    }


def _look_at_address() -> None:
    """Nobody is answered under another name than ours, nor at an address that no page of ours has."""
    if not origin.is_for_us():
        abort(HTTPStatus.MISDIRECTED_REQUEST)
    if not origin.is_below():
        abort(HTTPStatus.NOT_FOUND)
    if origin.is_too_long():
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)
    if origin.is_no_text():
        abort(HTTPStatus.BAD_REQUEST)


def _guard(response: Response) -> Response:
    """What browsers and caches are told. One address answers with a page or, to htmx, with a part of it."""
    portal = "/".join(urls.portal_url().split("/")[:3])
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY.format(portal=portal)
    if frame_session.is_framed():
        headers["Content-Security-Policy"] += FRAMED.format(script=connections.settings().bitrix24_js_url + "/")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    # No page that opened one of ours, or was opened by it, gets hold of its window; frames are not concerned.
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if connections.settings().is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if not response.cache_control.public:
        response.vary.add("HX-Request")
        headers.setdefault("Cache-Control", "no-store" if "HX-Request" in request.headers else "private, no-cache")
    return response


def _shared() -> dict[str, Any]:
    theme = request.cookies.get(cookies.named("theme"), "")
    return {
        "account": _account,
        "active_run": runs_views.active_view,
        "colors": _colors,
        "cookie": cookies.named,
        "cookie_path": cookies.own_path(),
        "framed": frame_session.is_framed(),
        "frame_header": frame_session.HEADER,
        "frame_script": connections.settings().bitrix24_js_url + "/",
        "frame_token": frame_session.token,
        "this_address": urls.here,
        "xero_pass": entering.xero_pass,
        "plurals": language.plurals,
        "language": language.language(),
        "languages": language.NAMES,
        "login_minutes": round(connections.settings().xero_login_minutes),
        "portal_host": urls.portal_host(),
        "portal_is_readable": connections.settings().is_portal_readable,
        "portal_url": urls.portal_url(),
        "theme": theme if theme in ("light", "dark") else "",
        "note_of": render.stored_note,
        "odd_rows": odd_rows.notes,
        "version": version(),
    }


def _account() -> Account | None:
    """Who is connected to what, and for how long still."""
    login = connections.xero_login(current_user)
    if login is None or login.organisation is None:
        return None
    return Account(login.organisation.name, login.ends_at, formats.minutes_left(login.ends_at, utc_now()))


def _colors(stages: tuple[Stage, ...]) -> dict[str, str]:
    """The stages' colours for the address of their stylesheet; a colour that is none is left out."""
    found = {stage.id: stage.color.lstrip("#") for stage in stages}
    return {id: color for id, color in found.items() if re.fullmatch(r"[0-9a-fA-F]{6}", color)}
