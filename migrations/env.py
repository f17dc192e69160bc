"""Alembic, bound to the app's own engine: the same migrations on SQLite and PostgreSQL."""

from alembic import context
from flask import current_app

from b24xero.db import models  # noqa: F401  (the tables register themselves)

db = current_app.extensions["migrate"].db


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            # SQLite cannot alter a column in place; batch mode copies the table.
            render_as_batch=True,
            compare_type=True,
            # The job runner keeps its own tables in the same PostgreSQL.
            include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("huey"),
        )
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET statement_timeout = 0")  # a large table takes its time
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
