"""Where log lines go, and what never stands in them.

Addresses are logged without their query, which may hold a code, a state or what somebody searched for, and without the
page that led there. Libraries that would write whole requests are kept to warnings.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, has_request_context, request

from b24xero.outbound import counts

TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
HEADER = "X-Request-Id"
_TALKATIVE = ("requests_oauthlib", "oauthlib", "urllib3", "requests", "sqlalchemy.engine", "huey", "xero_python")
_LONGEST_PATH = 200

log = logging.getLogger("b24xero.access")


def set_up() -> None:
    """For a process of its own; whoever embeds the app has set up logging already. ``LOG_FORMAT`` is read here, because
    what is wrong with the settings is logged too."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if os.environ.get("LOG_FORMAT", "").strip() == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    keep_quiet()


class JsonLines(logging.Formatter):
    """One JSON object a line: what a line says as name=value become fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said,
        }
        if has_request_context():
            line |= {"request": reference(), "user": _user()}
        line |= {name: value.strip('"') for name, value in _FIELDS.findall(said) if name not in line}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


_FIELDS = re.compile(r'(?<!\S)([a-z_0-9]+)=("[^"]*"|\S*)')


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
            "request=%s user=%s %s %s status=%s ms=%.0f calls=%s", reference(), _user(), request.method[:10], path,
            response.status_code, milliseconds, counts.made(),
        )  # fmt: skip
        return response


def reference() -> str:
    """By which a person's word of an error and the log's come together."""
    return str(g.setdefault("request_id", "-") if request else "-")


def _user() -> str:
    """Whoever was looked up for this request; the log never asks the database."""
    known = g.get("_login_user")
    return str(getattr(known, "id", None) or "-")
