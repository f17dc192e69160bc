"""b24xero: Bitrix24 invoices in Xero, once and to the cent."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from b24xero import call_counts, commands, config, error_reports, logs, web, worker
from b24xero.db import migrating
from b24xero.db.transactions import let_go, prepare_sqlite
from b24xero.extensions import babel, compress, csrf, db, htmx, login_manager, vault
from b24xero.outbound import counts, odd_rows, trust
from b24xero.ratelimit import deadlines
from b24xero.ratelimit.places import Places
from b24xero.ratelimit.unproven import Unproven
from b24xero.web.common import cookies as cookie_names
from b24xero.web.common import language, origin, words

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
TEXTS = [
    "text/html", "text/css", "text/csv", "text/plain", "text/javascript", "application/javascript", "application/json",
    "image/svg+xml",
]  # fmt: skip


def create_app(environ: Mapping[str, str] | None = None, instance: Path | None = None) -> Flask:
    """The whole program. ``environ`` holds the settings of ``config.py``; ``instance`` keeps what is made here.

    Raises:
        config.BadSettings: names everything that is missing or malformed.
    """
    instance = instance or ROOT / "instance"
    settings = config.load(os.environ if environ is None else environ, instance)
    instance = Path(settings.data_dir)
    trust.also(settings.extra_ca_file)
    error_reports.start(settings)
    app = Flask(
        "b24xero", root_path=str(ROOT / "b24xero"), instance_path=str(instance.resolve()),
        template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"), static_url_path="/static",
    )  # fmt: skip
    configure(app, settings)
    stand_behind(app, settings.trusted_proxies)
    logs.register(app)
    count_time(app)
    compress_answers(app)
    web.look_first(app)
    bind_extensions(app)
    worker.bind(app)
    web.register(app)
    commands.register(app)
    return app


def configure(app: Flask, settings: config.Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_key[1:]),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        SESSION_COOKIE_NAME=cookie_names.of(settings, "b24xero"),
        SESSION_COOKIE_PATH=cookie_names.path(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        MAX_CONTENT_LENGTH=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="en",
    )
    app.extensions["b24xero.settings"] = settings
    app.extensions["b24xero.noted"] = {}
    app.extensions["b24xero.unproven"] = Unproven()
    if settings.xero_identity_url.startswith("http://"):
        # Only a loopback address passes config.py with plain http; oauthlib would refuse the simulator otherwise.
        os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


def stand_behind(app: Flask, proxies: int) -> None:
    """Whose word on who asks, and under which name, is believed: that of so many proxies in front, and of nobody else.

    How we are reached, and below which path, is never read from a request: PUBLIC_URL says it. Each proxy adds whom it
    was asked by to X-Forwarded-For, so the last but so many is the first that none of ours has written; of the name
    they pass on one.
    """
    settings: config.Settings = app.extensions["b24xero.settings"]
    inner: WSGIApplication = app.wsgi_app
    if proxies:
        inner = ProxyFix(inner, x_for=proxies, x_proto=0, x_host=1)
    elif settings.is_https:
        log.warning("TRUSTED_PROXIES is 0: whoever comes through one proxy shares one count of failed sign-ins")
    scheme = "https" if settings.is_https else "http"

    def as_published(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.url_scheme"] = scheme
        origin.put_below(environ, settings.base_path)
        return inner(environ, start_response)

    app.wsgi_app = as_published  # type: ignore[method-assign]


def engine_options(settings: config.Settings) -> dict[str, Any]:
    """An error's text must not hold what was being stored. Of PostgreSQL: a connection that died is found before it is
    used, and nobody waits for ever for a statement, a lock or a connection."""
    options: dict[str, Any] = {"hide_parameters": True}
    if settings.database_url.startswith("postgresql"):
        limits = "-c statement_timeout=120s -c lock_timeout=20s -c idle_in_transaction_session_timeout=120s"
        options |= {
            "pool_pre_ping": True, "pool_size": settings.database_pool, "max_overflow": 0, "pool_timeout": 10,
            "connect_args": {"connect_timeout": 5, "options": limits},
        }  # fmt: skip
    return options


def bind_extensions(app: Flask) -> None:
    settings: config.Settings = app.extensions["b24xero.settings"]
    vault.open(settings.token_keys)
    db.init_app(app)
    app.teardown_appcontext(lambda _error: let_go())  # before the extension's own, which a dead connection would break
    migrating.register(app, str(ROOT / "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)
    htmx.init_app(app)
    babel.init_app(app, locale_selector=language.locale)
    words.register(app, babel)
    if settings.database_url.startswith("sqlite"):
        with app.app_context():
            prepare_sqlite(db.engine)


def count_time(app: Flask) -> None:
    """``Server-Timing`` on every page: what vendors took and what we took, in milliseconds. And a place to wait at."""
    places = Places()

    @app.before_request
    def _begin() -> None:
        deadlines.start_counting(lambda: places.take(_person()))
        odd_rows.start_counting()
        counts.start_counting()
        g.began = time.perf_counter()

    @app.after_request
    def _tell(response: Response) -> Response:
        upstream = deadlines.waited() * 1000
        own = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000 - upstream
        response.headers["Server-Timing"] = f"upstream;dur={upstream:.1f}, app;dur={max(own, 0):.1f}"
        return response

    @app.teardown_request
    def _over(_error: BaseException | None) -> None:
        deadlines.stop_counting()
        if request.method == "POST":  # a page that only reads never waits for a lock
            call_counts.keep_now_and_then()


def _person() -> str:
    """Whose place it is; all who are not signed in share theirs."""
    return str(getattr(g.get("_login_user"), "id", None) or "nobody")


def compress_answers(app: Flask) -> None:
    """After everything that writes an answer, before its time is told: what is registered first comes last."""
    app.config.update(
        COMPRESS_MIMETYPES=TEXTS,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,  # the first that is smaller than gzip, in the same time
        COMPRESS_REGISTER=False,
    )
    compress.init_app(app)

    @app.after_request
    def _compress(response: Response) -> Response:
        # Whoever makes a browser open our pages with words of theirs in them, and sees on the wire how much comes back,
        # could guess the page letter by letter (BREACH). What another site asks with words is therefore not compressed.
        from_elsewhere = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        return response if from_elsewhere and request.query_string else compress.after_request(response)
