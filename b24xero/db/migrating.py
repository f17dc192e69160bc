"""How the tables are brought to this version: by flask-migrate and Alembic, which are loaded for that alone.

They are a tenth of what a process takes, in time and in memory, and neither the web nor a worker ever migrates.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import click
from flask import Flask

from b24xero.extensions import db


class Migrations:
    """What flask-migrate looks for in ``app.extensions["migrate"]``."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.db = db
        self.configure_args: dict[str, Any] = {}

    @cached_property
    def migrate(self) -> Any:
        from flask_migrate import Migrate

        return Migrate(db=db, directory=self.directory)


class Commands(click.Group):
    """``flask db …``: flask-migrate's own group, which is loaded when it is asked for anything."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return self._own().get_params(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._own().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._own().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        self.callback = self._own().callback
        return super().invoke(ctx)

    @staticmethod
    def _own() -> click.Group:
        from flask_migrate.cli import db as group

        own: click.Group = group
        return own


def register(app: Flask, directory: str) -> None:
    app.extensions["migrate"] = Migrations(directory)
    app.cli.add_command(Commands("db", help="Perform database migrations."))
