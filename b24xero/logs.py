"""Where log lines go, and what never stands in them.

Addresses are logged without their query, which may hold a code, a state or what somebody searched for, and without the
page that led there. Libraries that would write whole requests are kept to warnings. Of an error that nobody foresaw the
place is told and its kind; its words may be a customer's name, a row of the database or an address with a secret in it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, has_app_context, has_request_context, request
from sqlalchemy import inspect

from b24xero.errors import JobError
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
    handler.setFormatter(JsonLines() if os.environ.get("LOG_FORMAT", "").strip() == "json" else TextLines(TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    keep_quiet()


# -- what a line is about ---------------------------------------------------------------------------------------------


def about(**ids: object) -> None:
    """Learnt while a request or a run goes on: its later lines say so, too. Ids, never names."""
    if has_app_context():
        g.log_fields = {**g.get("log_fields", {}), **{name: str(value) for name, value in ids.items()}}


def known() -> dict[str, str]:
    """Ids, by their names. The log never asks the database."""
    if not has_app_context():
        return {}
    learnt: dict[str, str] = g.get("log_fields", {})
    return ({"request": reference(), "user": _user()} if has_request_context() else {}) | learnt


# -- lines ------------------------------------------------------------------------------------------------------------


class _Lines(logging.Formatter):
    def formatException(self, ei: Any) -> str:
        """Python's name of the method."""
        return "\n".join(_places(traceback.TracebackException(*ei), ei[1]))


def _places(told: traceback.TracebackException, error: BaseException | None) -> Iterator[str]:
    for cause, link in ((told.__cause__, "__cause__"), (told.__context__, "__context__")):
        if cause and not (link == "__context__" and told.__suppress_context__):
            yield from _places(cause, getattr(error, link, None))
            yield "which led to:"
    yield from (line.rstrip("\n") for line in told.stack.format())
    yield f"{type(error).__module__}.{type(error).__qualname__}" + (f": {error}" if isinstance(error, _PLAIN) else "")


# Their words are ours or Python's own.
_PLAIN = (JobError, AttributeError, ImportError, NameError, TypeError, NotImplementedError)


class TextLines(_Lines):
    """A line as it is, and what it is about where it does not say so itself."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler's trace, with all the error's words, would be taken for ours
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        said = super().formatMessage(record)
        more = [f"{name}={value}" for name, value in known().items() if f"{name}=" not in said]
        return " ".join([said, *more])


class JsonLines(_Lines):
    """One JSON object a line: what a line says as name=value become fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        said = record.getMessage()
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": said,
        }
        line |= known()
        if has_app_context():
            line["portal"] = urlsplit(current_app.extensions["b24xero.settings"].bitrix24_portal_url).hostname
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
            "request=%s user=%s organisation=%s %s %s status=%s ms=%.0f calls=%s", reference(), _user(),
            known().get("organisation", "-"), request.method[:10], path, response.status_code, milliseconds,
            counts.made(),
        )  # fmt: skip
        return response


def reference() -> str:
    """By which a person's word of an error and the log's come together."""
    return str(g.setdefault("request_id", "-") if request else "-")


def _user() -> str:
    """Whoever was looked up for this request; the log never asks the database, which may have gone since."""
    known = inspect(g.get("_login_user"), raiseerr=False)
    identity = getattr(known, "identity", None)
    return str(identity[0]) if identity else "-"
