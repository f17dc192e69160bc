"""One file for both ways of hearing and both kinds of invoices: what changes on either side shows in the other within
the time that is promised, once, also after a backup of before and with a clock that is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from b24xero import worker
from b24xero.db.models import Organisation, SyncEntry, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.days import moment_in
from b24xero.extensions import db
from b24xero.news.due import BITRIX24_EVERY, XERO_EVERY
from b24xero.runs import lifecycle
from tests.conftest import Vendors
from tests.news.heard import tell
from tests.news.test_automatic import KEY, carry_on, deliver
from tests.people import Person

HEARD = ("webhook and events", "no inbound")
SOON = timedelta(seconds=10)


@pytest.fixture(params=HEARD)
def heard(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["new", "old"])
def which_invoices(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def environ(environ: dict[str, str], heard: str) -> dict[str, str]:
    return {**environ, "XERO_WEBHOOK_KEYS": KEY} if heard == HEARD[0] else environ


@dataclass
class Office:
    """A working day: ``now`` is ours and begins at noon where the books are kept."""

    person: Person
    app: Flask
    vendors: Vendors
    is_told: bool
    is_old: bool
    now: datetime
    key: int = 0

    # -- what people do -----------------------------------------------------------------------------------------------

    def write(self) -> None:
        self.key = self.vendors.new_old_invoice() if self.is_old else self.vendors.new_invoice()

    def change(self, title: str) -> None:
        if self.is_old:
            self.vendors.control("bitrix24/old-invoice/edit", id=-self.key, ORDER_TOPIC=title)
        else:
            self.vendors.control("bitrix24/edit", id=self.key, fields={"title": title})

    def move(self, new: str, old: str) -> None:
        """In Bitrix24's own list, where nothing else is saved."""
        if self.is_old:
            self.vendors.control("bitrix24/old-invoice/status", id=-self.key, status=old)
        else:
            self.vendors.control("bitrix24/move", id=self.key, stage=new)

    def pay(self) -> None:
        (found,) = self.in_xero()
        self.vendors.control("xero/pay", invoice=found["InvoiceID"])

    # -- what stands there --------------------------------------------------------------------------------------------

    def in_xero(self) -> list[dict[str, Any]]:
        end = f"/show/{-self.key}/" if self.is_old else f"/{self.key}/"
        return self.vendors.with_address(end)

    def is_paid_in_bitrix24(self) -> bool:
        if self.is_old:
            return str(self.vendors.old_invoice(self.key)["STATUS_ID"]) == "P"
        return str(self.vendors.invoice(self.key)["item"]["stageId"]) == "DT31_7:P"

    def writes(self) -> int:
        seen = self.vendors.control("requests", vendor="xero")
        return sum(one["method"] in ("PUT", "POST") and "/Invoices" in one["path"] for one in seen)

    def moves(self) -> list[str]:
        known = self.vendors.control("bitrix24/moves")
        return [one["to"] for one in known if one["id"] == abs(self.key) and ("kind" in one) == self.is_old]

    # -- time ---------------------------------------------------------------------------------------------------------

    def passes(self, time: timedelta) -> None:
        """For us, and by the vendors' own clocks."""
        self.now += time
        self.vendors.server.clock.advance(time.total_seconds())
        self.look()

    def look(self) -> None:
        """Everything is told at once, what is due begins, and what waits for a moment goes on."""
        if self.is_told:
            deliver(self.person, self.vendors)
            assert set(tell(self.app, self.vendors)) <= {200}
        carry_on(self.app, self.now)
        with self.app.app_context():
            with writing():
                resumed = {"resume_at": utc_now() - timedelta(seconds=1)}
                db.session.execute(update(SyncRun).where(SyncRun.state == "waiting").values(resumed))
            for id in lifecycle.claimable(utc_now()):
                worker.take(id)

    def within(self, polled: timedelta, shows: Callable[[], bool]) -> None:
        """Ten seconds where we are told, the poll's own time and ten seconds where we are not."""
        step, until = timedelta(seconds=5), self.now + SOON
        if not self.is_told:
            step, until = polled / 3 + timedelta(seconds=3), until + polled
        while not shows():
            assert self.now + step <= until, f"not shown in {until - self.now + SOON}"
            self.passes(step)


def _noon(app: Flask) -> datetime:
    now = utc_now()
    with app.app_context():
        zone = db.session.query(Organisation).one().books.time_zone
    return now + timedelta(hours=(12 - moment_in(now, zone).hour) % 24)


@pytest.fixture
def office(ready: Person, app: Flask, vendors: Vendors, heard: str, which_invoices: str) -> Office:
    ready.give_service_login()
    ready.turn_on(moves_stages="on", stage=["DT31_7:S", "S"])
    made = Office(ready, app, vendors, heard == HEARD[0], which_invoices == "old", _noon(app))
    made.passes(timedelta(0))
    made.passes(timedelta(seconds=6))
    vendors.forget_requests()
    return made


def test_each_change_shows_on_the_other_side_in_time_and_once(office: Office) -> None:
    office.write()
    office.within(BITRIX24_EVERY, lambda: len(office.in_xero()) == 1)
    office.change("Bathroom, both floors")
    office.within(BITRIX24_EVERY, lambda: office.in_xero()[0]["Reference"] == "Bathroom, both floors")
    office.pay()
    office.within(XERO_EVERY, office.is_paid_in_bitrix24)
    for _ in range(8):
        office.passes(BITRIX24_EVERY + timedelta(seconds=1))
    assert office.writes() == 2
    assert office.moves() == ["P" if office.is_old else "DT31_7:P"]


def test_what_is_moved_into_a_stage_that_is_sent_goes_to_xero(office: Office) -> None:
    office.write()
    office.move("N", "N")
    office.passes(timedelta(minutes=3))
    assert office.in_xero() == []
    office.passes(timedelta(minutes=20))
    office.move("S", "S")
    office.within(BITRIX24_EVERY, lambda: len(office.in_xero()) == 1)


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_is_wrong_by_an_hour_and_put_right_doubles_nothing(office: Office, wrong: timedelta) -> None:
    office.write()
    office.now += wrong
    office.look()
    office.change("Bathroom, both floors")
    office.passes(timedelta(minutes=3))
    office.now -= wrong
    for _ in range(4):
        office.passes(timedelta(minutes=3))
    (found,) = office.in_xero()
    assert found["Reference"] == "Bathroom, both floors"
    office.pay()
    office.within(XERO_EVERY, office.is_paid_in_bitrix24)


def test_a_backup_of_before_is_caught_up_with_while_both_go_on_telling(office: Office, place_of_sqlite: Path) -> None:
    """Its login is one that Xero has replaced since: it is given anew; what was written since the backup is found, and
    what changed after that asks a person, since nobody knows any more what was written."""
    kept = place_of_sqlite.with_suffix(".kept")
    with office.app.app_context():
        db.engine.dispose()
    _copy(place_of_sqlite, kept)
    office.write()
    office.within(BITRIX24_EVERY, lambda: len(office.in_xero()) == 1)
    with office.app.app_context():
        db.session.remove()
        db.engine.dispose()
    _copy(kept, place_of_sqlite)
    office.vendors.control("xero/tokens/expire", refresh=True)
    office.change("Bathroom, both floors")
    office.passes(timedelta(minutes=3))
    office.person.give_service_login()
    for _ in range(4):
        office.passes(timedelta(minutes=16))
    assert len(office.in_xero()) == 1
    with office.app.app_context():
        (entry,) = db.session.query(SyncEntry).filter_by(kind="push").all()
        assert (entry.outcome, [one["code"] for one in entry.problems]) == ("found", ["found_differs"])
    office.pay()
    office.within(XERO_EVERY, office.is_paid_in_bitrix24)


def _copy(file: Path, to: Path) -> None:
    for end in ("-wal", "-shm"):
        to.with_name(to.name + end).unlink(missing_ok=True)
    shutil.copy(file, to)
