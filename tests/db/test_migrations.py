"""The migrations: an upgraded database is what the models say, on both databases, and the way down works."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from b24xero.db import schema
from b24xero.db.models import InvoiceLink, Organisation
from b24xero.extensions import db
from tests.conftest import ROOT, on_both
from tests.people import Person

# Columns that nothing uses any more: the version before still writes them while it is replaced, so the next one drops
# them.
LEAVING = {("xero_login", "started_at")}


def stays(item: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    return kind != "column" or (item.table.name, name) not in LEAVING


def differences(app: Flask) -> list[Any]:
    with app.app_context(), db.engine.connect() as connection:
        # A new column may keep the default that filled it in old rows.
        options = {"compare_type": True, "include_object": stays}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata))


def constraints(app: Flask, table: str) -> dict[str, set[tuple[str, ...]]]:
    with app.app_context():
        inspector = sa.inspect(db.engine)
        unique = {tuple(found["column_names"]) for found in inspector.get_unique_constraints(table)}
        foreign = {
            (*found["constrained_columns"], found["referred_table"], str(found["options"].get("ondelete")))
            for found in inspector.get_foreign_keys(table)
        }
        return {"unique": unique, "foreign": foreign}


def in_models(table: str) -> dict[str, set[tuple[str, ...]]]:
    declared = db.metadata.tables[table]
    unique = {
        tuple(column.name for column in c.columns) for c in declared.constraints if isinstance(c, sa.UniqueConstraint)
    }
    foreign = {
        (*c.column_keys, c.referred_table.name, str(c.ondelete))
        for c in declared.constraints
        if isinstance(c, sa.ForeignKeyConstraint)
    }
    return {"unique": unique, "foreign": foreign}


def tables(app: Flask) -> set[str]:
    with app.app_context():
        return set(sa.inspect(db.engine).get_table_names())


@on_both
def test_an_upgraded_database_is_what_the_models_say(app: Flask) -> None:
    assert differences(app) == []
    assert tables(app) == {*db.metadata.tables, "alembic_version"}


@on_both
@pytest.mark.parametrize("table", sorted(db.metadata.tables))
def test_constraints_and_what_goes_with_what_are_the_models(app: Flask, table: str) -> None:
    assert constraints(app, table) == in_models(table)


@on_both
def test_the_way_down_and_up_again_works(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        db.engine.dispose()
    assert tables(app) <= {"alembic_version"}
    with app.app_context():
        upgrade()
        db.engine.dispose()
    assert differences(app) == []


@pytest.mark.slow
@on_both
def test_each_step_down_and_up_works(app: Flask) -> None:
    for _ in range(len(revisions())):
        with app.app_context():
            downgrade(revision="-1")
            upgrade(revision="+1")
            downgrade(revision="-1")
            db.engine.dispose()
    assert tables(app) <= {"alembic_version"}


@on_both
def test_upgrading_twice_keeps_what_is_there(ready: Person, app: Flask) -> None:
    with app.app_context():
        upgrade()
        organisation = db.session.scalars(sa.select(Organisation)).one()
        assert organisation.stored_set_up
        db.session.commit()


def revisions() -> list[Any]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return list(ScriptDirectory.from_config(config).walk_revisions())


def test_there_is_one_line_of_numbered_migrations_each_with_its_reason() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    files = [Path(revision.path) for revision in script.walk_revisions()]
    assert all(file.name[:4].isdigit() and file.name[4] == "_" for file in files)
    assert all(len(revision.doc or "") > 20 for revision in script.walk_revisions())


@on_both
def test_money_and_moments_come_back_as_they_went(app: Flask) -> None:
    moment = datetime(2026, 9, 27, 13, 59, 59, 123456, tzinfo=UTC)
    with app.app_context():
        organisation = Organisation(xero_id="o", name="Māpua Wharf", stored_books={}, reference_at=moment)
        db.session.add(organisation)
        db.session.flush()
        db.session.add(
            InvoiceLink(organisation_id=organisation.id, bitrix24_id=1, xero_total=Decimal("12345678901.2345"))
        )
        db.session.commit()
        db.session.expire_all()
        assert db.session.scalars(sa.select(InvoiceLink)).one().xero_total == Decimal("12345678901.2345")
        assert db.session.scalars(sa.select(Organisation)).one().reference_at == moment
        db.session.commit()


def test_the_numbers_of_their_files_are_what_alembic_knows(app: Flask) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    with app.app_context():
        assert (schema.newest(), schema.revision(), schema.standing()) == (known[0], known[0], "current")


def test_who_only_serves_loads_nothing_that_migrates() -> None:
    loaded = "import sys, b24xero; print(sorted({'alembic', 'flask_migrate', 'mako'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_flask_db_has_the_commands_of_migrations(app: Flask) -> None:
    run = app.test_cli_runner()
    assert {"upgrade", "downgrade", "current"} <= set(run.invoke(args=["db", "--help"]).output.split())
    assert run.invoke(args=["db", "-x", "anything", "upgrade"]).exit_code == 0
    assert run.invoke(args=["db", "no-such-command"]).exit_code == 2
