"""Where log lines go, and what never stands in them.

Addresses are logged without their query, which may hold a code, a state or what somebody searched for, and without the
page that led there. Libraries that would write whole requests are kept to warnings.
"""

from __future__ import annotations

import logging
import secrets
import time
from urllib.parse import quote

from flask import Flask, Response, g, request

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
HEADER = "X-Request-Id"
_TALKATIVE = ("requests_oauthlib", "oauthlib", "urllib3", "requests", "sqlalchemy.engine", "huey", "xero_python")
_LONGEST_PATH = 200

log = logging.getLogger("b24xero.access")


def set_up() -> None:
    """For a process of its own; whoever embeds the app has set up logging already."""
    logging.basicConfig(level=logging.INFO, format=FORMAT)
    keep_quiet()


def keep_quiet() -> None:
    """At their debug level these write tokens, codes, secrets and bodies, so they never get there."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def register(app: Flask) -> None:
    """One line a request. Registered before everything else that looks at an answer, it is the last to see it."""

    @app.before_request
    def _begin() -> None:
        g.request_id = secrets.token_hex(6)
        g.arrived = time.perf_counter()

    @app.after_request
    def _tell(response: Response) -> Response:
        response.headers[HEADER] = reference()
        milliseconds = (time.perf_counter() - g.get("arrived", time.perf_counter())) * 1000
        path = quote(request.path, safe="/:@-._~")[:_LONGEST_PATH]
        log.info(
            "request=%s user=%s %s %s status=%s ms=%.0f", reference(), _user(), request.method[:10], path,
            response.status_code, milliseconds,
        )  # fmt: skip
        return response


def reference() -> str:
    """By which a person's word of an error and the log's come together."""
    return str(g.setdefault("request_id", "-") if request else "-")


def _user() -> str:
    """Whoever was looked up for this request; the log never asks the database."""
    known = g.get("_login_user")
    return str(getattr(known, "id", None) or "-")
