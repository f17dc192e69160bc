"""Moving to another address, portal or organisation: told first, done with --yes, and what is left to people said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from b24xero import service_login
from b24xero.bitrix24.placements import CODES
from b24xero.db.models import InvoiceLink, Organisation, ServiceLogin, SyncRun, User, XeroLogin, utc_now
from b24xero.extensions import db
from b24xero.moving import portal
from b24xero.moving.plan import Change, Plan, printed
from b24xero.push import batch
from b24xero.runs import workers
from b24xero.xero.oauth import Grant
from tests.conftest import Vendors, on_both
from tests.people import Person

OLD = "https://old.example"
Run = Callable[..., str]


@pytest.fixture
def run(app: Flask) -> Run:
    """A command of ours; what it prints. ``code``: what it ends with."""

    def run(*arguments: str, code: int = 0) -> str:
        ran = app.test_cli_runner().invoke(args=list(arguments))
        assert ran.exit_code == code, ran.output
        return ran.output

    return run


def folded(said: str) -> str:
    return " ".join(said.split())


def rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        found = {
            name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in db.metadata.tables.items()
        }
        db.session.commit()
    return found


def test_a_plan_is_a_table_and_what_is_left_to_people() -> None:
    told = Plan((Change("runs of the old one", "2", "stopped"),), ("Tell people.",))
    assert list(printed(told)) == [
        "what                 now  then",
        "runs of the old one  2    stopped",
        "\nBy hand:",
        "  1. Tell people.",
    ]


# -- another PUBLIC_URL -----------------------------------------------------------------------------------------------


@pytest.fixture
def bound(ready: Person, vendors: Vendors) -> list[dict[str, Any]]:
    """What the portal has of the older address: two places, and who is told of an uninstallation."""
    vendors.control("bitrix24/settings", handlers_anywhere=True)
    world = vendors.bitrix24.world
    world.placements += [
        {"placement": CODES[name], "userId": 0, "handler": f"{OLD}/bitrix24/app", "title": "Xero"}
        for name in ("menu", "tab")
    ]
    world.handlers.append({"event": "ONAPPUNINSTALL", "handler": f"{OLD}/bitrix24/install", "auth_type": "0"})
    return world.placements


def stands(vendors: Vendors) -> set[tuple[str, str]]:
    world = vendors.bitrix24.world
    places = {(one["placement"], one["handler"]) for one in world.placements}
    return places | {(one["event"], one["handler"]) for one in world.handlers}


def test_another_address_is_told_first_and_nothing_is_changed(run: Run, bound: list[Any], vendors: Vendors) -> None:
    before = stands(vendors)
    said = folded(run("move-public-url"))
    assert f"place “tab” in the portal {OLD}/bitrix24/app http://localhost/bitrix24/app" in said
    assert f"who is told of an uninstallation {OLD}/bitrix24/install http://localhost/bitrix24/install" in said
    for words in ("handler path http://localhost/bitrix24/app", "redirect URI http://localhost/xero/callback", "--yes"):
        assert words in said
    assert stands(vendors) == before


def test_another_address_takes_what_stood_at_the_older_one_with_it(
    run: Run, bound: list[Any], vendors: Vendors
) -> None:
    said = run("move-public-url", "--yes")
    assert "place “menu”: bound" in said
    assert stands(vendors) == {
        (CODES["menu"], "http://localhost/bitrix24/app"),
        (CODES["tab"], "http://localhost/bitrix24/app"),
        ("ONAPPUNINSTALL", "http://localhost/bitrix24/install"),
    }
    moved = stands(vendors)
    run("move-public-url", "--yes")
    assert stands(vendors) == moved


def test_a_place_that_the_portal_refuses_at_the_new_address_stays_where_it_was(
    run: Run, bound: list[Any], vendors: Vendors
) -> None:
    vendors.control("bitrix24/settings", handlers_anywhere=False)  # localhost is no address for a portal
    assert "place “menu”: refused (" in run("move-public-url", "--yes")
    assert (CODES["menu"], f"{OLD}/bitrix24/app") in stands(vendors)
    assert ("ONAPPUNINSTALL", "http://localhost/bitrix24/install") in stands(vendors)


def test_without_an_administrator_or_a_portal_it_is_said(run: Run, app: Flask, vendors: Vendors) -> None:
    assert "No administrator has signed in" in run("move-public-url", code=1)


def test_a_portal_that_is_away_is_said(run: Run, ready: Person, vendors: Vendors) -> None:
    vendors.fault("answer", vendor="bitrix24", status=500, body="", times=20)
    assert "Bitrix24 could not be asked" in run("move-public-url", code=1)


# -- another portal ---------------------------------------------------------------------------------------------------


def test_every_table_either_goes_with_the_portal_or_stays(app: Flask) -> None:
    with app.app_context():
        assert {table.name for table in portal._gone()} | portal.STAYS == set(db.metadata.tables)


@on_both
def test_another_portal_begins_anew_with_the_organisation_known(
    run: Run, app: Flask, ready: Person, vendors: Vendors, tmp_path: Path
) -> None:
    assert ready.press(vendors.new_invoice()).status_code == 200
    before = rows(app)
    said = run("move-portal")
    assert "invoices that are linked" in said
    assert "save it as a file" in said
    assert rows(app) == before
    assert "No back-up was made" in run("move-portal", "--yes", code=1)
    run("backup", str(tmp_path / "before.zip"))
    assert "is the portal that b24xero is pinned to" in run("move-portal", "--yes", code=1)
    assert rows(app)["invoice_link"] == 1
    vendors.fault("answer", vendor="bitrix24", status=401, body='{"error": "invalid_token"}', times=20)
    vendors.fault("answer", vendor="bitrix24-oauth", status=401, body='{"error": "invalid_grant"}', times=20)
    assert "rows are gone" in run("move-portal", "--yes")
    after = rows(app)
    assert {name for name, n in after.items() if n} <= portal.STAYS
    assert after["organisation"] == 1
    with app.app_context():
        organisation = db.session.scalars(sa.select(Organisation)).one()
        assert (organisation.is_set_up, organisation.watermark) == (False, None)


def test_another_portal_waits_until_the_workers_have_stopped(run: Run, app: Flask, ready: Person) -> None:
    with app.app_context():
        workers.beat("one", utc_now())
    assert "stop web and worker first" in run("move-portal", "--yes", code=1)


def test_a_new_portal_is_pinned_at_the_first_sign_in(
    run: Run, app: Flask, ready: Person, vendors: Vendors, tmp_path: Path
) -> None:
    run("backup", str(tmp_path / "before.zip"))
    vendors.fault("answer", vendor="bitrix24", status=401, body='{"error": "invalid_token"}', times=4)
    vendors.fault("answer", vendor="bitrix24-oauth", status=401, body='{"error": "invalid_grant"}', times=4)
    run("move-portal", "--yes")
    vendors.control("faults/clear")
    vendors.bitrix24.world.member_id = "b" * 32
    invoice_id = vendors.new_invoice()
    assert Person(app, ready.name).sign_in().connect().save_set_up().press(invoice_id).status_code == 200


# -- another organisation ---------------------------------------------------------------------------------------------


@pytest.fixture
def second(app: Flask, ready: Person) -> str:
    with app.app_context():
        db.session.add(Organisation(xero_id="second", name="Harbour Hill (real)", stored_books={}))
        db.session.commit()
    return "Harbour Hill (real)"


def first(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).first().name  # type: ignore[union-attr]


@on_both
def test_another_organisation_takes_the_people_and_leaves_the_links(
    run: Run, app: Flask, ready: Person, vendors: Vendors, second: str
) -> None:
    assert ready.press(vendors.new_invoice()).status_code == 200
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        run_id = batch.ask(user, [vendors.new_invoice()]).id
        old = db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
        assert old
        service_login.give(user, old, Grant("a", 1800, "", "b"), "", utc_now())
    before = rows(app)
    said = folded(run("move-organisation", first(app), "second"))
    assert "stay, as the old one's history" in said
    assert "Connected apps" in said
    assert "set-up of the new one none to be made" in said
    assert rows(app) == before
    run("move-organisation", first(app), second, "--yes")
    with app.app_context():
        user = db.session.scalars(sa.select(User)).one()
        new = db.session.scalars(sa.select(Organisation).filter_by(xero_id="second")).one()
        assert user.last_organisation_id == new.id
        assert db.session.scalars(sa.select(XeroLogin)).all() == []
        assert db.session.scalars(sa.select(ServiceLogin)).all() == []
        assert db.session.get_one(SyncRun, run_id).state == "stopped"
        assert db.session.scalars(sa.select(InvoiceLink.organisation_id)).first() != new.id
    assert rows(app)["invoice_link"] == before["invoice_link"]


def test_organisations_are_named_as_they_are_known(run: Run, app: Flask, second: str) -> None:
    assert f"second  {second}  (no set-up yet)" in run("move-organisation")
    assert "Nobody has connected to it yet. Known are:" in run("move-organisation", first(app), "Nord", code=1)
    assert "both the old and the new one" in run("move-organisation", second, "second", code=1)
