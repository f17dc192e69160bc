"""Tables change by expanding: the last release's code runs on head's tables while it is replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from b24xero.extensions import db
from tests.conftest import on_both
from tests.releases.expand_only import Column, Table, Tables, broken_for_old_code
from tests.releases.kept import RELEASES, columns_of

WHOLE, TEXT, NOTE = Column("INTEGER", required=True), Column("VARCHAR", length=16), Column("TEXT")
BEFORE = {"invoice": Table({"id": WHOLE, "number": TEXT, "note": NOTE}, [frozenset({"id"})])}
USED = {"invoice.id", "invoice.number"}


def now(**columns: Column | None) -> Tables:
    changed = {**BEFORE["invoice"].columns, **columns}
    return {"invoice": replace(BEFORE["invoice"], columns={n: c for n, c in changed.items() if c is not None})}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (now(), []),
        (now(note=None), []),  # nobody uses it any more
        (now(due=Column("DATE"), number=replace(TEXT, length=64)), []),
        (now(number=replace(TEXT, length=0)), []),
        ({}, ["invoice is gone"]),
        (now(number=None), ["invoice.number is gone"]),
        (now(number=Column("INTEGER")), ["invoice.number was VARCHAR and is INTEGER"]),
        (now(number=replace(TEXT, length=8)), ["invoice.number holds 8 characters and no more"]),
        (now(number=replace(TEXT, required=True)), ["invoice.number must be given now"]),
        (now(due=Column("DATE", required=True)), ["invoice.due must be given by code that does not know it"]),
        (now(note=replace(NOTE, required=True)), ["invoice.note must be given by code that does not know it"]),
        (
            {"invoice": replace(BEFORE["invoice"], unique=[frozenset({"id"}), frozenset({"number"})])},
            ["invoice lets no two rows have the same number"],
        ),
    ],
)  # fmt: skip
def test_what_old_code_stumbles_over_is_said(after: Tables, said: list[str]) -> None:
    assert broken_for_old_code(BEFORE, after, USED) == said


def reflected(app: Flask) -> Tables:
    with app.app_context(), db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {name: table(inspector, name) for name in inspector.get_table_names() if name in db.metadata.tables}


def table(inspector: sa.Inspector, name: str) -> Table:
    keys = set(inspector.get_pk_constraint(name)["constrained_columns"])
    indexes = [index["column_names"] for index in inspector.get_indexes(name) if index["unique"]]
    unique = [*indexes, *(found["column_names"] for found in inspector.get_unique_constraints(name))]
    columns = {column["name"]: _column(column, keys) for column in inspector.get_columns(name)}
    return Table(columns, {frozenset(filter(None, names)) for names in unique})


def _column(column: Any, keys: set[str]) -> Column:
    required = not column["nullable"] and column["default"] is None and column["name"] not in keys
    return Column(type(column["type"]).__name__, required, getattr(column["type"], "length", None) or 0)


@on_both
def test_the_last_release_runs_on_the_tables_of_head(released: Flask) -> None:
    before = reflected(released)
    with released.app_context():
        upgrade()
        db.engine.dispose()
    assert broken_for_old_code(before, reflected(released), columns_of(RELEASES[-1])) == []
