"""Whether the process is up, and whether it is ready to serve."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from b24xero.extensions import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers; no database is asked."""
    return jsonify(status="up")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and stands at the newest migration; 503 when not."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="no database"), 503
    if current != _newest():
        return jsonify(status="not migrated: run flask --app wsgi db upgrade"), 503
    return jsonify(status="ready"), 200


def _newest() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(current_app.extensions["migrate"].directory))
    return ScriptDirectory.from_config(config).get_current_head()
