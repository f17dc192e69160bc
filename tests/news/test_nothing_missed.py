"""What goes wrong in the middle of automatic sync: what one run did not get to, a later one does."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.bitrix24.changed_invoices import Changed, Changes
from b24xero.checks import automatic as check
from b24xero.checks.result import Around
from b24xero.db.models import AutomaticSync, Bitrix24Login, InvoiceLink, ServiceLogin, SyncRun, utc_now
from b24xero.db.transactions import writing
from b24xero.errors import Disconnected
from b24xero.extensions import db
from b24xero.news import look, owed, sends
from b24xero.runs import lifecycle
from b24xero.service_login import ServiceTokens
from b24xero.token_renewal import Renewed
from tests.conftest import Vendors, on_both
from tests.news.test_automatic import automatic, carry_on, deliver, environ, later, sync_of
from tests.people import Person, text
from tests.pull.test_job import PAID, SENT, pushed, stage

__all__ = ["automatic", "environ"]


def begun(app: Flask, now: datetime) -> list[SyncRun]:
    """Look, and carry on nothing."""
    with app.app_context():
        known = set(db.session.scalars(select(SyncRun.id)))
        look.look(now)
        return [run for run in db.session.scalars(select(SyncRun).order_by(SyncRun.id)) if run.id not in known]


def number_of(vendors: Vendors, invoice_id: int) -> str:
    return str(vendors.invoice(invoice_id)["item"]["accountNumber"])


# -- runs that do not come to their end -------------------------------------------------------------------------------


@pytest.mark.slow
@on_both
@pytest.mark.parametrize("state", ["failed", "closed", "stopped", "finished"])
def test_what_a_run_did_not_get_to_is_written_by_the_next(
    automatic: Person, vendors: Vendors, app: Flask, state: Any
) -> None:
    carry_on(app)
    invoice_id = vendors.new_invoice(stageId=SENT)
    (run,) = begun(app, later(minutes=3))
    with app.app_context():
        taken = lifecycle.claim(run.id, utc_now())
        assert taken
        lifecycle.end(taken, state)
    vendors.server.clock.advance(60)
    assert [run.counts for run in carry_on(app, later(minutes=40)) if run.kind == "push"] == [{"created": 1}]
    assert len(vendors.in_xero(number_of(vendors, invoice_id))) == 1
    assert [run for run in carry_on(app, later(minutes=80)) if run.kind == "push"] == []


def test_what_left_its_stage_in_the_meantime_is_not_written(automatic: Person, vendors: Vendors, app: Flask) -> None:
    carry_on(app)
    invoice_id = vendors.new_invoice(stageId=SENT)
    (run,) = begun(app, later(minutes=3))
    with app.app_context():
        lifecycle.ask_to_stop(db.session.get_one(SyncRun, run.id))
    vendors.control("bitrix24/edit", id=invoice_id, fields={"stageId": "DT31_7:N"})
    assert [run for run in carry_on(app, later(minutes=40)) if run.kind == "push"] == []
    assert sync_of(app).owed == {}


def test_what_somebody_else_was_writing_just_then_is_looked_at_again(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    """What they read may be older than the change that the look has seen."""
    invoice_id, number = pushed(automatic, vendors)
    carry_on(app)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, both floors"})
    hold(app, invoice_id, utc_now() + timedelta(minutes=5))
    (run,) = [run for run in carry_on(app, later(minutes=3)) if run.kind == "push"]
    assert run.counts == {"skipped": 1}
    hold(app, invoice_id, None)
    assert [run.counts for run in carry_on(app, later(minutes=40)) if run.kind == "push"] == [{"updated": 1}]
    assert vendors.in_xero(number)[0]["Reference"] == "Bathroom, both floors"


def hold(app: Flask, invoice_id: int, until: datetime | None) -> None:
    with app.app_context(), writing():
        link = db.session.scalars(select(InvoiceLink).filter_by(bitrix24_id=invoice_id)).one()
        link.claim, link.claimed_until = ("somebody's" if until else None), until


def test_what_fails_every_time_is_tried_less_and_less_often() -> None:
    """A hundred times a day would hide the rest of Activity."""
    begins, left, tries = utc_now(), owed.after({}, [7], (), utc_now()), 0
    for minutes in range(2, 24 * 60, 2):
        now = begins + timedelta(minutes=minutes)
        if owed.due(left, now) == [7]:
            tries, left = tries + 1, owed.after(left, [7], (), now)
    assert 8 <= tries <= 12
    assert owed.after(left, [7], {7}, begins) == {}


def test_what_is_owed_in_a_year_was_dated_by_a_wrong_clock() -> None:
    left = owed.after({}, [7], (), later(days=365))
    assert owed.due(left, utc_now()) == [7]


# -- clocks -----------------------------------------------------------------------------------------------------------


def test_a_word_of_a_machine_whose_clock_is_behind_is_looked_at(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id, number = pushed(automatic, vendors)
    carry_on(app)
    deliver(automatic, vendors)
    carry_on(app, later(seconds=20))
    vendors.control("xero/pay", invoice=number)
    deliver(automatic, vendors)
    assert [run.kind for run in carry_on(app, later(seconds=22))] == ["pull"]
    assert stage(vendors, invoice_id) == PAID


def test_a_word_of_a_machine_whose_clock_is_ahead_is_looked_at_once(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    pushed(automatic, vendors)
    carry_on(app)
    deliver(automatic, vendors)
    looks = [[run.kind for run in carry_on(app, later(hours=-1, seconds=2 * n))] for n in range(5)]
    assert [kinds.count("pull") for kinds in looks] == [1, 0, 0, 0, 0]


def test_a_clock_that_was_an_hour_ahead_stops_nothing(automatic: Person, vendors: Vendors, app: Flask) -> None:
    carry_on(app, later(hours=1))
    vendors.new_invoice(stageId=SENT)
    kinds = [run.kind for run in carry_on(app)]
    assert sorted(kinds) == ["pull", "push"], "what was last asked in an hour was never asked"


def test_what_is_turned_on_begins_by_the_portals_clock(ready: Person, vendors: Vendors, app: Flask) -> None:
    """Ours may be an hour ahead, and what changes in that hour is news."""
    ready.give_service_login()
    vendors.server.clock.advance(-3600)
    ready.turn_on(stage=[SENT])
    carry_on(app)
    invoice_id = vendors.new_invoice(stageId=SENT)
    carry_on(app, later(minutes=3))
    assert len(vendors.in_xero(number_of(vendors, invoice_id))) == 1


def test_a_portal_whose_clock_is_put_back_loses_nothing(automatic: Person, vendors: Vendors, app: Flask) -> None:
    vendors.server.clock.advance(3600)
    carry_on(app)
    vendors.server.clock.advance(-3600)
    vendors.new_invoice(stageId=SENT)
    carry_on(app, later(minutes=3))
    carry_on(app, later(minutes=6))
    with app.app_context():
        assert [r.counts for r in db.session.scalars(select(SyncRun).filter_by(kind="push"))] == [{"created": 1}]


def test_a_backup_of_yesterday_is_caught_up_with_and_nothing_is_written_twice(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    before = sync_of(app)
    first = vendors.new_invoice(stageId=SENT)
    company = vendors.invoice(first)["item"]["companyId"]
    carry_on(app, later(minutes=3))
    with app.app_context(), writing():
        sync = db.session.scalars(select(AutomaticSync)).one()
        for name in ("changed_until", "asked_bitrix24_at", "asked_xero_at", "seen", "push_run_id", "owed"):
            setattr(sync, name, getattr(before, name))
        db.session.delete(db.session.scalars(select(InvoiceLink)).one())
    second = vendors.new_invoice(stageId=SENT, companyId=company)
    carry_on(app, later(minutes=6))
    assert [len(vendors.in_xero(number_of(vendors, id))) for id in (first, second)] == [1, 1]


# -- two workers, other organisations ---------------------------------------------------------------------------------


@on_both
def test_of_two_workers_that_looked_in_the_same_second_one_writes(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    """The other one asks the portal, and a third has looked and finished before it answers."""
    carry_on(app)
    vendors.new_invoice(stageId=SENT)
    now = later(minutes=3)
    with app.app_context():
        login = db.session.scalars(select(ServiceLogin)).one()
        mine = sends.claim(login, now)
        assert mine is not None
        assert sends.claim(login, now) is None
    later_on = later(minutes=6)
    assert [run.counts for run in carry_on(app, later_on)] == [{"created": 1}]
    with app.app_context():
        login = db.session.scalars(select(ServiceLogin)).one()
        late = Changes((Changed(1, SENT, now),), now, True)
        assert sends.begin(login, mine, late, now) is None, "another one looked since"


def test_a_portal_that_breaks_one_look_keeps_no_other_organisation_waiting(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    with app.app_context():
        asked: list[str] = []

        def guard(name: str, _task: object) -> bool:
            asked.append(name)
            return False

        look.look(utc_now(), guard)
    assert len(asked) == 4, "each thing of each organisation is done for itself"


# -- the person who gave it -------------------------------------------------------------------------------------------


def test_an_administrator_who_is_none_any_more_reads_nothing_and_health_says_so(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    """They would be shown their own invoices alone, and the rest would be passed over."""
    carry_on(app)
    until = sync_of(app).changed_until
    vendors.control("bitrix24/user", id=1, admin=False)
    vendors.new_invoice(stageId=SENT)
    assert carry_on(app, later(minutes=3)) == []
    assert sync_of(app).changed_until == until
    with app.app_context():
        assert verdict(app) == ("broken", "no_admin")
    vendors.control("bitrix24/user", id=1, admin=True)
    assert [run.counts for run in carry_on(app, later(minutes=6))] == [{"created": 1}]


def test_somebody_who_is_signed_out_of_bitrix24_is_told_of_at_health(
    automatic: Person, vendors: Vendors, app: Flask
) -> None:
    carry_on(app)
    with app.app_context(), writing():
        db.session.delete(db.session.scalars(select(Bitrix24Login)).one())
    assert verdict(app) == ("broken", "signed_out")


def test_a_run_that_did_not_come_through_is_told_of_at_health(automatic: Person, vendors: Vendors, app: Flask) -> None:
    carry_on(app)
    vendors.new_invoice(stageId=SENT)
    (run,) = begun(app, later(minutes=3))
    with app.app_context():
        taken = lifecycle.claim(run.id, utc_now())
        assert taken
        lifecycle.fail(taken, "0badcafe")
    assert verdict(app) == ("see_to", "stuck")


def verdict(app: Flask) -> tuple[str, str]:
    with app.app_context():
        said = check.look(Around(app.extensions["b24xero.settings"], utc_now(), None))
        return said.state, said.code


def test_xero_that_refuses_every_new_token_ends_the_run(automatic: Person, vendors: Vendors, app: Flask) -> None:
    """It would be renewed every ten seconds for ever, and nothing else would be looked at."""
    _invoice_id, _number = pushed(automatic, vendors)
    vendors.fault("answer", vendor="xero", path="/api.xro/", status=401, body="{}", times=1000)
    renewed = vendors.calls("xero").count("POST /connect/token")
    (run,) = [run for run in carry_on(app) if run.kind == "pull"]
    for _ in range(5):
        with app.app_context(), writing():
            again = db.session.get_one(SyncRun, run.id)
            again.resume_at = utc_now() if again.resume_at else None
        with app.app_context():
            worker.take(run.id)
    with app.app_context():
        ended = db.session.get_one(SyncRun, run.id)
        assert (ended.state, [stored["code"] for stored in ended.problems]) == ("closed", ["service_login_shut_out"])
    assert verdict(app) == ("broken", "shut_out")
    assert vendors.calls("xero").count("POST /connect/token") - renewed <= 2, "once for each of two runs"
    assert "Xero does not let it in" in text(automatic.client.get("/automatic").text)


# -- renewals ---------------------------------------------------------------------------------------------------------


@on_both
def test_a_renewal_that_was_taken_over_overwrites_nothing(automatic: Person, app: Flask) -> None:
    """Its process slept for a minute; the other's tokens are the newer ones."""
    with app.app_context():
        organisation_id = db.session.scalars(select(ServiceLogin.organisation_id)).one()
        tokens = Overtaken(organisation_id, Renewed("older", "older refresh", 1800))
        assert tokens.renew(tokens.access()) == "newer"
        assert tokens.access() == "newer"


@on_both
def test_a_renewal_that_was_taken_over_and_refused_throws_nothing_away(automatic: Person, app: Flask) -> None:
    with app.app_context():
        organisation_id = db.session.scalars(select(ServiceLogin.organisation_id)).one()
        tokens = Overtaken(organisation_id, Disconnected("xero"))
        assert tokens.renew(tokens.access()) == "newer"
        assert tokens.access() == "newer"


@on_both
def test_a_login_that_is_ended_during_its_renewal_is_over(automatic: Person, app: Flask) -> None:
    with app.app_context():
        organisation_id = db.session.scalars(select(ServiceLogin.organisation_id)).one()
        tokens = Ended(organisation_id)
        with pytest.raises(Disconnected):
            tokens.renew(tokens.access())


class Overtaken(ServiceTokens):
    """While Xero answers, another process renews."""

    def __init__(self, organisation_id: int, answer: Renewed | Disconnected) -> None:
        super().__init__(organisation_id)
        self.answer = answer

    def ask(self, refresh_token: str) -> Renewed:
        with writing():
            login = db.session.get_one(ServiceLogin, self._key, populate_existing=True)
            login.access_token, login.refresh_token, login.version = "newer", "newer refresh", login.version + 1
            login.expires_at, login.renewing_until = utc_now() + timedelta(minutes=30), None
        if isinstance(self.answer, Disconnected):
            raise self.answer
        return self.answer


class Ended(ServiceTokens):
    def ask(self, refresh_token: str) -> Renewed:
        with writing():
            db.session.delete(db.session.get_one(ServiceLogin, self._key))
        return Renewed("new", "new refresh", 1800)
