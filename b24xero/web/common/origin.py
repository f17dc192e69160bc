"""Whence a request comes, and whether it was meant for us."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import BadRequest

from b24xero.config import LOOPBACK
from b24xero.connections import settings

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

# What of an address does not stand below our path: WSGI's way to say so would be an address without that path.
_ELSEWHERE = "b24xero.elsewhere"
# Who looks whether we live asks by number, not by name.
_FOR_ANY_NAME = ("health.healthz", "health.readyz", "metrics.metrics")
LONGEST_ADDRESS = 4_000


def put_below(environ: WSGIEnvironment, base: str) -> None:
    """Split an address into the path of PUBLIC_URL and ours. The proxy in front hands addresses on as they are: with
    the path taken away, one of ours could not be told from one beside us."""
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    environ[_ELSEWHERE] = not (path == base or path.startswith(f"{base}/"))
    environ["SCRIPT_NAME"] = base
    environ["PATH_INFO"] = path if environ[_ELSEWHERE] else path[len(base) :] or "/"


def is_below() -> bool:
    """Whether the address that was asked stands below our path."""
    return request.endpoint in _FOR_ANY_NAME or not request.environ.get(_ELSEWHERE)


def is_for_us() -> bool:
    """Whether the address that was asked is ours: another name in Host would stand in links and redirects."""
    if request.endpoint in _FOR_ANY_NAME:
        return True
    ours = urlsplit(settings().public_url).hostname or ""
    try:
        told = urlsplit(f"//{request.host}").hostname or ""
    except (BadRequest, ValueError):
        return False
    return told == ours or (told in LOOPBACK and ours in LOOPBACK)


def is_from_us() -> bool:
    """Whether a page of ours sent it. Every browser of these years says so in one of two ways, and no page can forge
    them; who says neither is not believed."""
    ours, origin = request.host_url.rstrip("/"), request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    return origin == ours if origin is not None else site is not None


def is_no_text() -> bool:
    """A sign that no keyboard has and no row of PostgreSQL can hold, in the address or in a form; or a part of a form
    without a name, which werkzeug hands on as None."""
    sent = [text for name, value in request.form.items(multi=True) for text in (name, value)]
    return "\0" in request.path or any(text is None or "\0" in text for text in sent)


def is_too_long() -> bool:
    return len(request.full_path) > LONGEST_ADDRESS
