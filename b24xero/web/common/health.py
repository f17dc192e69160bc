"""Whether the process is up, and whether it is ready to serve."""

from __future__ import annotations

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from b24xero.db import schema
from b24xero.db.models import utc_now
from b24xero.runs import workers

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers; no database is asked."""
    return jsonify(status="up")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and stands at the newest migration; 503 when not. Whether a worker lives is told beside it:
    pages are served without one."""
    at = schema.standing()
    if at != "current":
        return jsonify(status=_NOT_READY[at], web=at), 503
    return jsonify(status="ready", web="ready", worker=_worker()), 200


_NOT_READY = {
    "away": "no database",
    "missing": "not migrated: run flask --app wsgi db upgrade",
    "older": "not migrated: run flask --app wsgi db upgrade",
    "newer": "migrated by a newer version of b24xero than this one",
}


def _worker() -> str:
    now = utc_now()
    if workers.alive(now):
        return "ready"
    seen = workers.last_sign()
    return f"none since {seen.isoformat(timespec='seconds')}" if seen else "none yet"
