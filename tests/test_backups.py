"""A back-up is whole, made while runs are in flight, the same for both databases; and yesterday's doubles nothing."""

from __future__ import annotations

import contextlib
import json
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import backups, create_app
from b24xero.db.models import Backup, InvoiceLink, KeptReading, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.runs import workers
from tests.conftest import KEYS, Vendors, _database, _on_server, on_both
from tests.people import Person
from tests.web.test_runs import a_run


def held(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is copied, as it is stored."""
    with app.app_context():
        found = {}
        for table in backups._tables():
            rows = db.session.execute(sa.select(*backups._raw(table))).all()
            found[table.name] = sorted(tuple(map(repr, row)) for row in rows)
        db.session.commit()
    return found


def command(app: Flask, *arguments: str) -> str:
    ran = app.test_cli_runner().invoke(args=list(arguments))
    assert ran.exit_code == 0, ran.output
    return str(ran.output)


def refused(app: Flask, *arguments: str) -> str:
    ran = app.test_cli_runner().invoke(args=list(arguments))
    assert ran.exit_code == 1, ran.output
    return str(ran.output)


@on_both
def test_what_was_copied_comes_back_row_by_row(app: Flask, ready: Person, vendors: Vendors, tmp_path: Path) -> None:
    ready.press(vendors.new_invoice())
    a_run(app, state="running", lease="x", lease_until=utc_now() + timedelta(minutes=1))
    copy = tmp_path / "copy.zip"
    before = held(app)
    said = command(app, "backup", str(copy))
    assert "The keys are not" in said
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    ready.press(vendors.new_invoice())
    assert held(app) != before
    assert "throw" in refused(app, "restore", str(copy))
    assert "Everybody signs in again" in command(app, "restore", str(copy), "--replace")
    after = held(app)
    ended = {"session", "access_event"}
    assert {name: rows for name, rows in after.items() if name not in ended} == {
        name: rows for name, rows in before.items() if name not in ended
    }
    # and ids go on after the largest
    ready.sign_in().connect()
    ready.press(vendors.new_invoice())


@on_both
def test_no_key_and_no_token_in_clear_is_in_it(app: Flask, ready: Person, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    command(app, "backup", str(copy))
    with app.app_context():
        from b24xero.db.models import Bitrix24Login

        token = db.session.scalars(sa.select(Bitrix24Login.access_token)).one()
    with zipfile.ZipFile(copy) as file:
        everything = b"".join(file.read(name) for name in file.namelist()).decode()
    for secret in (*KEYS.values(), token):
        assert secret
        assert secret not in everything


@on_both
def test_a_press_after_yesterdays_copy_was_put_back_doubles_nothing(
    app: Flask, ready: Person, vendors: Vendors, tmp_path: Path
) -> None:
    other = vendors.control("bitrix24/company", title="Brick & Sons", email="ap@brick.example")["item"]["id"]
    first, second = vendors.new_invoice(), vendors.new_invoice(companyId=other)
    ready.press(first)
    command(app, "backup", str(tmp_path / "yesterday.zip"))
    ready.press(second)
    command(app, "restore", str(tmp_path / "yesterday.zip"), "--replace")
    ready.sign_in().connect()
    for invoice_id in (first, second, second):
        ready.press(invoice_id)
    for invoice_id in (first, second):
        number = vendors.invoice(invoice_id)["item"]["accountNumber"]
        assert len(vendors.in_xero(number)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(InvoiceLink)) == 2


@contextlib.contextmanager
def after_each_table(app: Flask, act: Callable[[], None]) -> Iterator[list[str]]:
    """``act`` by another than who copies, and whole before the copying goes on; what was read so far."""
    read: list[str] = []

    def copied(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if statement.startswith("SELECT") and context.execution_options.get("yield_per"):  # so asks who copies alone
            read.append(statement)
            acting = threading.Thread(target=act, daemon=True)
            acting.start()
            acting.join(60)
            assert not acting.is_alive(), f"it waits for the copying: {statement}"

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "after_cursor_execute", copied)
    try:
        yield read
    finally:
        sa.event.remove(engine, "after_cursor_execute", copied)


@on_both
def test_it_is_of_one_moment_and_nobody_waits_for_it(app: Flask, ready: Person, tmp_path: Path) -> None:
    """After each table that is read, two that change together are written: nobody waits, and they are never apart."""
    run_id = a_run(app, state="running", total=0, done=0)
    written: list[int] = []

    def write() -> None:
        with app.app_context(), writing():
            written.append(len(written) + 1)
            db.session.get_one(SyncRun, run_id).total = written[-1]
            db.session.scalars(sa.select(User)).one().rows_per_page = written[-1]

    write()
    with after_each_table(app, write) as read:
        command(app, "backup", str(tmp_path / "copy.zip"))
    assert len(written) == 1 + len(read) == 1 + len(backups._tables())
    with zipfile.ZipFile(tmp_path / "copy.zip") as file:
        columns = json.loads(file.read("about.json"))["columns"]
        told = {
            table: dict(zip(columns[table], json.loads(file.read(f"{table}.jsonl")), strict=True))
            for table in ("sync_run", "user")
        }
    assert told["sync_run"]["total"] == told["user"]["rows_per_page"] == 1
    with app.app_context():
        assert db.session.get_one(SyncRun, run_id).total == written[-1]


@on_both
def test_it_waits_for_nobody_who_writes(app: Flask, ready: Person, tmp_path: Path) -> None:
    begun, read = threading.Event(), threading.Event()
    seen: list[bool] = []

    def write_until_something_is_read() -> None:
        with app.app_context(), writing():
            db.session.scalars(sa.select(User)).one().rows_per_page = 50
            db.session.flush()
            begun.set()
            seen.append(read.wait(60))

    writer = threading.Thread(target=write_until_something_is_read, daemon=True)
    writer.start()
    assert begun.wait(60)
    with after_each_table(app, read.set):
        command(app, "backup", str(tmp_path / "copy.zip"))
    writer.join(60)
    assert seen == [True]


def test_health_knows_of_it(app: Flask, tmp_path: Path) -> None:
    command(app, "backup", str(tmp_path / "copy.zip"))
    with app.app_context():
        kept = db.session.scalars(sa.select(Backup)).one()
        assert kept.size == (tmp_path / "copy.zip").stat().st_size


def test_nothing_is_overwritten(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "copy.zip").write_text("something else")
    assert "is there already" in refused(app, "backup", str(tmp_path / "copy.zip"))
    assert (tmp_path / "copy.zip").read_text() == "something else"
    assert "cannot be written" in refused(app, "backup", str(tmp_path / "no" / "such" / "copy.zip"))


def test_what_cannot_be_restored_changes_nothing(app: Flask, ready: Person, tmp_path: Path) -> None:
    copy = tmp_path / "copy.zip"
    command(app, "backup", str(copy))
    before = held(app)
    (tmp_path / "page.zip").write_text("<html>")
    assert "no back-up" in refused(app, "restore", str(tmp_path / "page.zip"), "--replace")
    assert "no back-up" in refused(app, "restore", str(tmp_path / "none.zip"), "--replace")
    for field, value, words in (
        ("revision", "0003", "restore it with that version"),
        ("format", 99, "with that version"),
    ):
        assert words in refused(app, "restore", str(changed(copy, **{field: value})), "--replace")
    broken = changed(copy, lose="organisation.jsonl")
    assert "no back-up" in refused(app, "restore", str(broken), "--replace")
    with app.app_context():
        workers.beat("one", utc_now())
    assert "stop web and worker first" in refused(app, "restore", str(copy), "--replace")
    assert held(app) == before


def changed(copy: Path, lose: str = "", **about: Any) -> Path:
    """Another copy, in which something is other than it was."""
    path = copy.with_name(f"{lose or '-'.join(about)}.zip")
    with zipfile.ZipFile(copy) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "about.json":
                data = json.dumps({**json.loads(data), **about}).encode()
            if name != lose:
                new.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["sync_entry", "invoice_link", "organisation", "bitrix24_login", "intent"])
def test_the_tables_that_matter_are_in_it(app: Flask, name: str) -> None:
    with app.app_context():
        assert name in {table.name for table in backups._tables()}


def test_a_copy_of_sqlite_goes_into_postgresql(
    app: Flask, ready: Person, vendors: Vendors, tmp_path: Path, migrated_postgres: str, environ: dict[str, str]
) -> None:
    ready.press(vendors.new_invoice())
    command(app, "backup", str(tmp_path / "copy.zip"))
    before = held(app)
    _on_server(migrated_postgres, "CREATE DATABASE moved TEMPLATE pattern")
    moved = create_app({**environ, "DATABASE_URL": _database(migrated_postgres, "moved")}, tmp_path)
    try:
        command(moved, "restore", str(tmp_path / "copy.zip"))
        after = held(moved)
        for name in ("user", "organisation", "contact_link", "bitrix24_login"):
            assert len(after[name]) == len(before[name]) > 0
        assert after["invoice_link"] == before["invoice_link"]
    finally:
        with moved.app_context():
            db.engine.dispose()
        _on_server(migrated_postgres, "DROP DATABASE moved WITH (FORCE)")


def test_a_copy_is_made_while_a_summary_waits_for_its_run(app: Flask, ready: Person, tmp_path: Path) -> None:
    with app.app_context(), writing():
        user = db.session.scalars(sa.select(User)).first()
        assert user
        db.session.add(KeptReading(user_id=user.id, read_at=utc_now(), content=b"what was read"))
    with app.app_context():
        assert backups.make(tmp_path / "copy.zip", utc_now()) > 0


def test_every_column_of_a_copy_is_something_that_json_has() -> None:
    assert [column for table in backups._tables() for column in table.columns if column.type.python_type is bytes] == []
