"""A database that a release left behind, with data, goes on with head: upgraded, read, and pressed on."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import upgrade

from b24xero import maintenance
from b24xero.db.models import InvoiceLink, SyncEntry, SyncRun
from b24xero.extensions import db
from b24xero.version import version
from tests.conftest import Vendors, on_both
from tests.db.test_frozen import MIGRATIONS, frozen
from tests.people import Person, text
from tests.releases import dump
from tests.releases.kept import RELEASES, columns_of, text_of

each_release = pytest.mark.parametrize("release", RELEASES)


def rows(app: Flask) -> Counter[str]:
    with app.app_context(), db.engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if name in db.metadata.tables]
        return Counter(
            {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}
        )


@each_release
@on_both
def test_its_tables_become_those_of_head_and_no_row_is_lost(released: Flask) -> None:
    before = rows(released)
    with released.app_context():
        upgrade()
        db.engine.dispose()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = [found for found in compare_metadata(context, db.metadata) if found[0] != "remove_column"]
            assert differences == []
            assert context.get_current_revision() == max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))
        assert maintenance.lost_secrets() == 0
    assert {name: n for name, n in before.items() if rows(released)[name] < n} == {}


@each_release
@on_both
def test_people_go_on_where_they_were(released: Flask, vendors: Vendors) -> None:
    with released.app_context():
        upgrade()
        links = set(db.session.scalars(sa.select(InvoiceLink.bitrix24_id)))
        entries = db.session.scalars(sa.select(SyncEntry.number).where(SyncEntry.kind == "push")).all()
        runs = db.session.scalars(sa.select(SyncRun.id)).all()
        db.session.commit()
    mere = Person(released, "Mere Tautahi").sign_in().connect()
    assert set(filter(None, entries)) <= set(text(mere.client.get("/activity").text).replace("·", " ").split())
    for address in ("/invoices?now=1", "/setup", "/products", "/month-end", "/health", *(f"/runs/{id}" for id in runs)):
        assert mere.client.get(address).status_code == 200, address
    acme = vendors.control("bitrix24/company", title="Nord Works", email="ap@nord.example")["item"]["id"]
    new = next(id for id in iter(lambda: vendors.new_invoice(companyId=acme), 0) if id not in links)
    assert mere.press(new).status_code == 200
    number = vendors.invoice(new)["item"]["accountNumber"]
    assert len(vendors.in_xero(number)) == 1


# -- what is kept -----------------------------------------------------------------------------------------------------


@each_release
@pytest.mark.parametrize("database", dump.DATABASES)
def test_a_dump_has_rows_in_each_table_and_no_sign_in_but_the_tests_own(release: str, database: str) -> None:
    held = text_of(release, database)
    tables = {name.partition(".")[0] for name in columns_of(release)}
    filled = set(re.findall(r'^INSERT INTO (?:public\.)?"?(\w+)"? ', held, re.MULTILINE))
    assert tables - filled == set()
    assert held.count("gAAAA") == held.count(dump.A_TOKEN) > 0


def test_every_migration_of_a_release_is_frozen() -> None:
    carried = [line for line in text_of(RELEASES[-1], "sqlite").splitlines() if '"alembic_version"' in line]
    (revision,) = [line.split("'")[1] for line in carried if line.startswith("INSERT")]
    assert max(frozen())[:4] == revision


def test_the_version_that_is_told_is_the_last_release_or_one_after_it() -> None:
    def number(name: str) -> tuple[int, ...]:
        return tuple(map(int, name.split(".")))

    assert number(version()) >= number(RELEASES[-1])


def test_what_differs_from_one_making_to_the_next_is_settled() -> None:
    made = (
        "('2026-11-28 22:50:01.5+00', '2026-11-28T22:49:59.123456+00:00', 1795906286.97, 'gAAAAAB" + "x" * 80 + "==')"
    )
    assert dump.settled(made) == (
        f"('2026-01-01 00:00:01.000001+00', '2026-01-01T00:00:00.000001+00:00', 1767225600.0, '{dump.A_TOKEN}')"
    )
