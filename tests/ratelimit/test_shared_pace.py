"""One budget of calls for all processes: hammered by several, obeyed, kept for presses, and told to people."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from b24xero import connections, create_app, worker
from b24xero.bitrix24 import wire
from b24xero.db.models import CallBudget, Organisation, SyncRun, User, utc_now
from b24xero.errors import RetryLater
from b24xero.extensions import db
from b24xero.push import batch, bulk_preview, call_estimate
from b24xero.ratelimit import deadlines, shared_pace
from b24xero.ratelimit.budget import Budget, NotNow, Rules, Said
from b24xero.ratelimit.shared_pace import SharedPace
from b24xero.xero import client, one_call
from tests.conftest import ROWS, Vendors, on_both
from tests.people import Person
from tests.people import text as words

XERO = Rules(60, 60, together=4, days=(1000, 5000))
NAME = "xero 1"


def in_app(app: Flask, work: Callable[[], Any]) -> Any:
    """In a thread's own context and outside of any request, as a worker does it."""
    with app.app_context():
        try:
            return work()
        finally:
            db.session.remove()


def budget_of(app: Flask, name: str = NAME) -> Budget:
    return in_app(app, lambda: shared_pace.read(name))  # type: ignore[no-any-return]


def paced_app(environ: dict[str, str], instance: Path, **rates: str) -> Flask:
    app = create_app({**environ, **rates}, instance)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def paced(environ: dict[str, str], tmp_path: Path) -> Iterator[Flask]:
    """The app as people have it, at Xero's pace."""
    app = paced_app(environ, tmp_path, XERO_RATE="60")
    yield app
    app.extensions["b24xero.queue"].storage.close()
    in_app(app, lambda: db.engine.dispose())


@pytest.fixture
def busy(paced: Flask) -> Person:
    """The admin, ready, where the pace is on."""
    return Person(paced, "Mere Tautahi").sign_in().connect().save_set_up()


# -- several processes ------------------------------------------------------------------------------------------------


def hammer(environ: dict[str, str], instance: str, calls: int) -> list[float]:
    """What each of several processes does: real calls, as fast as they are let through. When each began."""
    app, began = paced_app(environ, Path(instance)), []
    with app.app_context():
        xero, _organisation = connections.xero_for(db.session.scalars(select(User)).one())
        for _ in range(calls):
            try:
                xero.contact("11111111-2222-4333-8444-555555555555")
                began.append(time.time())
            except RetryLater:
                continue
    return began


@pytest.mark.slow
@on_both
def test_four_processes_together_never_meet_a_limit(
    ready: Person, vendors: Vendors, environ: dict[str, str], tmp_path: Path
) -> None:
    """Each call takes a moment on its way, so that they overlap; Xero counts what comes at once and in a minute."""
    vendors.control("xero/limits", enforced=True, minute=30, minute_used=0)
    vendors.fault("delay", vendor="xero", path="/Contacts", seconds=0.05, times=1000)
    vendors.forget_requests()
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        work = [({**environ, "XERO_RATE": "30"}, str(tmp_path), 9) for _ in range(4)]
        through = sum(len(began) for began in pool.starmap(hammer, work))
    statuses = [seen["status"] for seen in vendors.control("requests", vendor="xero")]
    assert set(statuses) == {404}  # a contact that is not there, and never a 429
    assert through == 0 or len(statuses) <= 30
    assert len(statuses) > 15


class Clock:
    """The clock, and what it told each thread last: within the lock that is the moment in which a call began."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self) -> None:
        self.told = threading.local()

    def time(self) -> float:
        self.told.last = time.time()
        return float(self.told.last)


@on_both
def test_no_window_sees_more_than_the_limit_however_many_ask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, through, clock = Rules(5, 0.5), list[float](), Clock()
    monkeypatch.setattr(shared_pace, "time", clock)

    def ask() -> None:
        pace = SharedPace(NAME, rules, run=False)
        for _ in range(5):
            pace.begin(1)
            through.append(clock.told.last)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _n: in_app(app, ask), range(4)))
    assert len(through) == 20
    starts = sorted(through)
    assert all(sixth - first > 0.499 for first, sixth in zip(starts, starts[5:], strict=False))


@on_both
def test_the_places_of_a_killed_process_come_back(app: Flask) -> None:
    def ask() -> None:
        pace = SharedPace(NAME, XERO, run=False)
        began = time.monotonic()
        killed = [pace.begin(2) for _ in range(4)]
        assert len(set(killed)) == 4
        again = [pace.begin(1) for _ in range(4)]  # or it would be told to come again
        assert time.monotonic() - began >= 2
        for place in again:
            pace.end(place, Said())

    in_app(app, ask)
    assert budget_of(app).under_way == {}


@on_both
def test_nobody_waits_for_a_place_with_a_transaction_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, committed = threading.Event(), threading.Event()

    def pause(seconds: float) -> None:
        waits.set()
        assert committed.wait(60)
        deadlines.pause(seconds)

    def ask() -> None:
        db.session.execute(text("SELECT 1"))
        pace = SharedPace(NAME, Rules(1, 0.3), run=False)
        pace.begin(1)
        assert not db.session().in_transaction()
        monkeypatch.setattr(shared_pace, "pause", pause)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(in_app, app, lambda: pace.begin(1))
            assert waits.wait(60)
            db.session.add(User(bitrix24_id=4711, name="Tom Hallam"))
            db.session.commit()  # on SQLite it would wait in vain for whoever holds the one lock
            committed.set()
            waiting.result()

    in_app(app, ask)


def test_a_page_that_only_reads_takes_its_place_all_the_same(app: Flask) -> None:
    """A GET begins without SQLite's write lock; several of them at once must not lose the race for it."""

    def page(_n: int) -> None:
        with app.test_request_context("/invoices"):
            pace = SharedPace(NAME, Rules(1000, 60, together=100), run=False)
            for _ in range(10):
                pace.end(pace.begin(1), Said())
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(page, range(8)))
    assert len(budget_of(app).recent) == 80


def test_who_would_wait_too_long_is_told_how_long(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_pace, "pause", lambda seconds: pytest.fail(f"it waits for {seconds} s"))

    def ask() -> None:
        pace = SharedPace(NAME, Rules(1, 60), run=False)
        before = time.time()
        pace.begin(1)
        with pytest.raises(NotNow) as raised:
            pace.begin(1)
        assert 60 - (time.time() - before) <= raised.value.seconds <= 60

    in_app(app, ask)


def test_what_the_vendor_said_is_noted_now_and_then_where_there_is_no_limit_of_ours(app: Flask) -> None:
    pace = shared_pace.Listening(NAME, Rules(0, 60, days=(1000, 5000)), app.extensions["b24xero.noted"])
    in_app(app, lambda: [pace.end(pace.begin(1), Said(day_left=left)) for left in (4999, 4998, 4997)])
    assert budget_of(app).day_left == 4999
    app.extensions["b24xero.noted"].clear()
    in_app(app, lambda: pace.end("", Said(day_left=4996)))
    assert budget_of(app).day_left == 4996


def test_an_answer_is_not_lost_when_the_database_is_away_at_its_end(app: Flask) -> None:
    def ask() -> None:
        pace = SharedPace(NAME, XERO, run=False)
        place = pace.begin(1)
        CallBudget.metadata.tables["call_budget"].drop(db.engine)
        pace.end(place, Said(day_left=4000))

    in_app(app, ask)


# -- Xero's limits ----------------------------------------------------------------------------------------------------


def refuse(vendors: Vendors, headers: dict[str, str], **values: Any) -> None:
    vendors.fault("answer", **{"vendor": "xero", "path": "/api.xro", "status": 429, "headers": headers, **values})


def test_too_many_at_once_is_waited_out_even_by_a_write(busy: Person, vendors: Vendors) -> None:
    """Refused is not carried out: a second or two later it is, without anybody being told."""
    invoice_id = vendors.new_invoice()
    refuse(vendors, {"x-rate-limit-problem": "Concurrent"}, method="PUT", path="/Invoices")
    assert busy.press(invoice_id).status_code == 200
    assert len(vendors.in_xero("INV-0413")) == 1


def test_after_a_refused_minute_the_next_press_asks_nothing(busy: Person, paced: Flask, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    refuse(vendors, {"Retry-After": "26", "X-Rate-Limit-Problem": "minute"})
    assert "for the next 26 s." in words(busy.press(invoice_id).text)
    vendors.forget_requests()
    answer = Person(paced, "Mere Tautahi").sign_in().connect().press(invoice_id)
    assert answer.status_code == 503
    assert 20 <= int(answer.headers["Retry-After"]) <= 26
    assert [call for call in vendors.calls("xero") if "/api.xro/" in call] == []


def test_a_used_up_day_tells_a_press_when_it_is_renewed(busy: Person, paced: Flask, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.control("xero/limits", enforced=True, day_used=5000, day_seconds=73451)
    for calls in (1, 0):
        vendors.forget_requests()
        answer = busy.press(invoice_id)
        renewed = (datetime.now() + timedelta(seconds=73451)).strftime("%H:%M")
        assert answer.status_code == 503
        assert "limit of calls for today is used up" in words(answer.text)
        assert f"renewed at {renewed}" in words(answer.text) or f", {renewed}" in words(answer.text)
        assert len([call for call in vendors.calls("xero") if "/api.xro/" in call]) == calls
    assert budget_of(paced).day_left == 0


def chosen(app: Flask, ids: list[int]) -> SyncRun:
    """A run over these invoices, carried on as a worker does it."""

    def carry_on() -> SyncRun:
        run = batch.ask(db.session.scalars(select(User)).one(), ids)
        worker.take(run.id)
        return db.session.get_one(SyncRun, run.id, populate_existing=True)

    return in_app(app, carry_on)  # type: ignore[no-any-return]


def test_a_run_stops_at_what_is_kept_for_presses_and_a_press_goes_on(
    busy: Person, paced: Flask, vendors: Vendors
) -> None:
    ids = [vendors.new_invoice() for _ in range(3)]
    vendors.control("xero/limits", enforced=True, day=1000, day_used=849)
    set_day(paced, 150, 1000, renews=time.time() + 7200)
    run = chosen(paced, ids)
    assert (run.state, run.waits_for, run.done) == ("waiting", "time", 0)
    assert run.problems[0]["code"] == "xero_day_kept"
    assert run.resume_at is not None
    assert timedelta(hours=1.9) < run.resume_at - utc_now() <= timedelta(hours=2)
    page = words(busy.client.get(f"/runs/{run.id}").text)
    assert "kept for single presses" in page
    assert "Waits until" in page
    assert busy.press(ids[0]).status_code == 200


def set_day(app: Flask, left: int, limit: int, renews: float = 0.0) -> None:
    def note() -> None:
        known = Budget(day_left=left, day_limit=limit, renews=renews, heard=time.time())
        db.session.merge(CallBudget(name=NAME, state=vars(known)))
        db.session.commit()

    in_app(app, note)


def test_a_day_that_ends_in_the_middle_of_a_run_parks_it_with_what_is_done(
    busy: Person, paced: Flask, vendors: Vendors
) -> None:
    acme = vendors.control("bitrix24/company", title="Acme Plumbing")["item"]["id"]
    ids = [vendors.new_invoice(companyId=acme, rows=ROWS[:1]) for _ in range(60)]
    vendors.control("xero/limits", enforced=True, day_used=0)
    vendors.fault(
        "answer", vendor="xero", method="PUT", path="/Invoices", skip=1, status=429,
        headers={"Retry-After": "73451", "X-Rate-Limit-Problem": "day"},
    )  # fmt: skip
    run = chosen(paced, ids)
    assert (run.state, run.waits_for, run.done) == ("waiting", "time", 50)
    assert run.resume_at is not None
    assert abs((run.resume_at - utc_now()).total_seconds() - 73451) < 60
    assert run.problems[0]["code"] == "xero_day_limit"


# -- reads and refusals that are tried again --------------------------------------------------------------------------


def test_a_read_is_tried_three_times_with_growing_pauses_and_no_more(
    ready: Person, app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one_call.READ_AGAIN_AFTER == (0.0,)  # as tests have it
    monkeypatch.setattr(one_call, "READ_AGAIN_AFTER", (0.05, 0.2))
    vendors.fault("answer", vendor="xero", method="GET", path="/Contacts", status=503, times=2)
    began = time.monotonic()
    assert in_app(app, lambda: xero_of().contacts_like("B24-CO-7", "Acme Plumbing", "")) == ()
    assert time.monotonic() - began >= 0.25
    vendors.fault("answer", vendor="xero", method="GET", path="/Contacts", status=503, times=3)
    vendors.forget_requests()
    with pytest.raises(RetryLater):
        in_app(app, lambda: xero_of().contacts_like("B24-CO-7", "Acme Plumbing", ""))
    assert len(vendors.calls("xero")) == 3


def xero_of() -> client.Xero:
    return connections.xero_for(db.session.scalars(select(User)).one())[0]


def test_a_call_that_came_too_fast_for_the_portal_is_made_again(
    ready: Person, app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "REFUSED_AGAIN_AFTER", (0.05, 0.1))
    body = json.dumps({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"})
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=503, body=body, times=2)
    assert ready.list().status_code == 200


# -- Bitrix24's limits ------------------------------------------------------------------------------------------------


@on_both
def test_a_burst_stays_within_the_portals_bucket(
    ready: Person, vendors: Vendors, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_pace, "LONGEST_WAIT", 0.3)
    vendors.control("bitrix24/settings", limits=True)
    vendors.forget_requests()
    app = paced_app(environ, tmp_path, BITRIX24_RATE="2")

    def ask() -> int:
        session, through = connections.bitrix24_for(db.session.scalars(select(User)).one()), 0
        for _ in range(15):
            try:
                session.call("profile", {})
                through += 1
            except RetryLater:
                continue
        return through

    with ThreadPoolExecutor(4) as pool:
        through = sum(pool.map(lambda _n: in_app(app, ask), range(4)))
    statuses = [seen["status"] for seen in vendors.control("requests", vendor="bitrix24")]
    assert set(statuses) == {200}
    assert through >= 42  # a run leaves a sixth of the bucket to presses
    in_app(app, lambda: db.engine.dispose())


def test_a_press_beyond_the_bucket_waits_half_a_second_and_is_not_refused(
    ready: Person, vendors: Vendors, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors.control("bitrix24/settings", limits=True)
    app = paced_app(environ, tmp_path, BITRIX24_RATE="2")
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        deadlines.pause(seconds)

    def ask() -> int:
        with app.test_request_context(method="POST"):  # somebody waits
            session = connections.bitrix24_for(db.session.scalars(select(User)).one())
            return sum(bool(session.call("profile", {})["result"]) for _ in range(53))

    monkeypatch.setattr(shared_pace, "pause", pause)
    assert in_app(app, ask) == 53
    assert all(wait <= 0.5 for wait in waits)
    in_app(app, lambda: db.engine.dispose())


@pytest.mark.parametrize(("refused_by", "told"), [("us", "bitrix24_own_pace"), ("them", "bitrix24_busy")])
def test_it_is_said_whose_limit_is_reached(
    ready: Person, vendors: Vendors, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    refused_by: str, told: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(shared_pace, "LONGEST_WAIT", 0.0)
    app = paced_app(environ, tmp_path, BITRIX24_RATE="0.04" if refused_by == "us" else "2")
    if refused_by == "them":
        body = json.dumps({"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"})
        vendors.fault("answer", vendor="bitrix24", path="/rest/", status=503, body=body, times=1)

    def ask() -> Any:
        session = connections.bitrix24_for(db.session.scalars(select(User)).one())
        with contextlib.suppress(RetryLater):
            session.call("profile", {})
        with pytest.raises(RetryLater) as raised:
            session.call("profile", {})
        return raised.value.problems[0].code

    assert in_app(app, ask) == told
    in_app(app, lambda: db.engine.dispose())


def test_a_method_whose_time_is_used_up_is_left_alone_by_everybody(
    ready: Person, vendors: Vendors, environ: dict[str, str], tmp_path: Path
) -> None:
    app = paced_app(environ, tmp_path, BITRIX24_RATE="2")
    vendors.control("bitrix24/settings", blocked_method="user.admin")

    def ask(method: str) -> Any:
        return connections.bitrix24_for(db.session.scalars(select(User)).one()).call(method, {})

    with pytest.raises(RetryLater):
        in_app(app, lambda: ask("user.admin"))
    vendors.forget_requests()
    with pytest.raises(RetryLater) as raised:
        in_app(app, lambda: ask("user.admin"))
    assert vendors.calls("bitrix24") == []
    assert 590 < raised.value.seconds <= 600
    assert raised.value.problems[0].code == "bitrix24_time_limit"
    assert in_app(app, lambda: ask("profile"))["result"]
    in_app(app, lambda: db.engine.dispose())


def test_less_than_one_call_in_a_window_is_slow_and_not_without_limit(environ: dict[str, str], tmp_path: Path) -> None:
    """A call every 50 seconds."""
    app = paced_app(environ, tmp_path, BITRIX24_RATE="0.02")

    def ask() -> None:
        connections.bitrix24_pace().begin(1)
        with pytest.raises(NotNow) as raised:
            connections.bitrix24_pace().begin(1)
        assert 49 < raised.value.seconds <= 50

    in_app(app, ask)
    in_app(app, lambda: db.engine.dispose())


# -- what people are told ---------------------------------------------------------------------------------------------


def test_activity_tells_the_calls_of_the_day(busy: Person, paced: Flask) -> None:
    set_day(paced, 4588, 5000, renews=time.time() + 60)
    renewed = (datetime.now() + timedelta(seconds=60)).strftime("%H:%M")
    said = words(busy.client.get("/activity").text)
    assert "Xero calls today: 412 of 5,000, of which 1,000 are kept for presses; renewed by" in said
    assert renewed in said
    set_day(paced, 4588, 5000)
    assert "renewed within 24 hours" in words(busy.client.get("/activity").text)


def test_activity_says_nothing_of_a_day_that_is_over(busy: Person, paced: Flask) -> None:
    set_day(paced, 4588, 5000, renews=time.time() - 1)
    assert "Xero calls today" not in words(busy.client.get("/activity").text)


def look_at(person: Person, ids: list[int]) -> str:
    page = person.client.get("/invoices").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "id": [str(id) for id in ids], "back": "/invoices"}
    return words(person.client.post("/invoices/many", data=data).text)


def test_before_a_run_its_calls_are_told_and_what_happens_when_they_do_not_fit(
    busy: Person, paced: Flask, vendors: Vendors
) -> None:
    ids = [vendors.new_invoice() for _ in range(2)]
    set_day(paced, 4812, 5000)
    assert "of the 4,812 calls that Xero still allows today" in look_at(busy, ids)
    set_day(paced, 1001, 5000)
    said = look_at(busy, ids)
    assert "Not enough calls of Xero for today" in said
    assert "Xero allows 1,001 more today, and 1 of them are for runs" in said


@pytest.mark.slow
@pytest.mark.parametrize("number", ["bitrix24", "xero"])
def test_the_forecast_is_what_a_run_takes(ready: Person, app: Flask, vendors: Vendors, number: str) -> None:
    """120 new invoices for 30 new customers; then the same again, as 120 edits and one invoice of a new customer."""
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        organisation.stored_set_up = {**(organisation.stored_set_up or {}), "number": number}
        db.session.commit()
    companies = [vendors.control("bitrix24/company", title=f"Acme {n}")["item"]["id"] for n in range(30)]
    ids = [vendors.new_invoice(companyId=companies[n % 30], rows=ROWS[:1]) for n in range(120)]
    expect_forecast(app, vendors, ids)
    for id in ids:
        vendors.control("bitrix24/rows", id=id, rows=ROWS)
    expect_forecast(app, vendors, [*ids, vendors.new_invoice()])


def expect_forecast(app: Flask, vendors: Vendors, ids: list[int]) -> None:
    def told() -> tuple[int, list[int]]:
        found = bulk_preview.outlook(db.session.scalars(select(User)).one(), ids)
        return call_estimate.calls(found, db.session.scalars(select(Organisation)).one()), list(found.to_write)

    expected, to_write = in_app(app, told)
    assert len(to_write) == len(ids)
    vendors.forget_requests()
    assert chosen(app, to_write).state == "finished"
    assert abs(len(vendors.calls("xero")) - expected) <= 1
