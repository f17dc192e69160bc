"""Every fault at every write, pressed alone and in bulk: both vendors' books are right, nothing twice, nothing lost.

People do what people would: press again, connect again, put right what was refused. The rest is read from the vendors'
books and from Activity.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import create_app, worker
from b24xero.bitrix24 import wire
from b24xero.db.models import SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.pull import job
from b24xero.push import batch
from b24xero.xero import one_call
from tests.conftest import ROWS, Vendors, on_both
from tests.people import HTMX, Person, text

pytestmark = pytest.mark.slow

PAID = "DT31_7:P"
IN_BULK = 3
PATIENCE = 6
HTML = {"Content-Type": "text/html"}
PAGE = "<html><head><title>Error</title></head><body><h1>Error</h1></body></html>"
DAY, MINUTE = 73451, 26


# -- one person at both vendors ---------------------------------------------------------------------------------------


@dataclass
class Scene:
    """Who presses, in which process, on which invoices. ``mend`` is what a person puts right after a refusal."""

    person: Person
    vendors: Vendors
    app: Flask
    bulk: bool
    ids: list[int] = field(default_factory=list)
    mend: Callable[[], Any] = lambda: None

    def new_invoices(self, **values: Any) -> None:
        self.ids = [self.vendors.new_invoice(**values) for _ in range(IN_BULK if self.bulk else 1)]

    def push(self) -> None:
        """Until it is done, as a patient person does."""
        self._run_until_done("push") if self.bulk else self._press_until_done()

    def update_from_xero(self) -> None:
        self._run_until_done("pull")

    def _press_until_done(self) -> None:
        told = []
        for _ in range(PATIENCE):
            answer = self.person.press(self.ids[0])
            told.append((answer.status_code, text(answer.text)))
            if answer.status_code == 200:
                return
            assert answer.status_code in (401, 422, 503, 504), told
            if answer.status_code == 401:
                self.person.connect()
            self.mend()
        raise AssertionError(told)

    def _run_until_done(self, kind: str) -> None:
        told = []
        for _ in range(PATIENCE):
            run = self._run(kind)
            told.append((run.state, run.waits_for, run.counts, run.problems))
            assert run.state in ("finished", "waiting"), told
            if run.state == "finished" and not {"failed", "rejected", "skipped"} & set(run.counts) | set(run.problems):
                return
            if run.waits_for == "xero":
                self.person.connect()
            self.mend()
        raise AssertionError(told)

    def _run(self, kind: str) -> SyncRun:
        """The run that is under way goes on, as if its pause were over; else the next one."""
        with self.app.app_context():
            user = db.session.scalars(select(User).filter_by(name=self.person.name)).one()
            open_runs = select(SyncRun).where(SyncRun.kind == kind, SyncRun.state.in_(("queued", "waiting")))
            run = db.session.scalar(open_runs)
            if run is None:
                run = batch.ask(user, self.ids) if kind == "push" else job.ask(user, self._only)
            elif run.state == "waiting":
                with writing():
                    db.session.get_one(SyncRun, run.id).resume_at = utc_now() - timedelta(seconds=1)
            worker.take(run.id)
            return db.session.get_one(SyncRun, run.id, populate_existing=True)

    @property
    def _only(self) -> int:
        return 0 if self.bulk else self.ids[0]

    # -- what must be true at the end ---------------------------------------------------------------------------------

    def in_xero(self, invoice_id: int) -> list[dict[str, Any]]:
        end = f"/details/{invoice_id}/"
        return self.vendors.with_address(end)

    def stands_once_in_xero(self) -> None:
        for invoice_id in self.ids:
            (made,) = self.in_xero(invoice_id)
            item = self.vendors.invoice(invoice_id)["item"]
            assert Decimal(str(made["Total"])) == Decimal(str(item["opportunity"]))
            assert made["Status"] == "AUTHORISED"
            customer = self.vendors.control("bitrix24/state", id=item["companyId"], type=4)["item"]["title"]
            assert len(self.vendors.contacts_named(customer)) == 1
            assert made["Contact"]["Name"] == customer

    def nothing_is_left_to_write(self) -> None:
        self.vendors.forget_requests()
        if self.bulk:
            assert self._run("push").counts == {"unchanged": len(self.ids)}
        else:
            assert "Already up to date" in text(self.person.press(self.ids[0]).text)
        assert all(call.startswith("GET") for call in self.vendors.calls("xero"))

    def told_once(self, outcome: str) -> None:
        """Activity tells of it once for each invoice, and of everything else why."""
        with self.app.app_context():
            entries = db.session.scalars(select(SyncEntry).where(SyncEntry.bitrix24_id.in_(self.ids))).all()
        told = Counter(entry.bitrix24_id for entry in entries if entry.outcome == outcome)
        assert told == dict.fromkeys(self.ids, 1), [(e.bitrix24_id, e.outcome, e.problems) for e in entries]
        assert all(e.problems for e in entries if e.outcome in ("rejected", "failed", "skipped"))


# -- the writes -------------------------------------------------------------------------------------------------------


def _new(scene: Scene) -> None:
    scene.new_invoices(companyId=_company(scene, 1))


def _company(scene: Scene, n: int) -> int:
    made = scene.vendors.control("bitrix24/company", title=f"Acme Plumbing {n}", email=f"ap{n}@acme.example")
    return int(made["item"]["id"])


def _new_of_known_customer(scene: Scene) -> None:
    """The contact stands in Xero already, so that the first write is the invoice."""
    known = _company(scene, 1)
    assert scene.person.press(scene.vendors.new_invoice(companyId=known)).status_code == 200
    scene.new_invoices(companyId=known)


def _new_numbered_by_xero(scene: Scene) -> None:
    """Xero takes any number of these: nothing but our own care keeps a second one away."""
    scene.person.save_set_up(number="xero")
    _new_of_known_customer(scene)


def _changed(scene: Scene) -> None:
    _new(scene)
    for invoice_id in scene.ids:
        assert scene.person.press(invoice_id).status_code == 200
        scene.vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])


def _of_new_customers(scene: Scene) -> None:
    scene.new_invoices()
    for n, invoice_id in enumerate(scene.ids):
        scene.vendors.control("bitrix24/edit", id=invoice_id, fields={"companyId": _company(scene, n)})


def _paid(scene: Scene) -> None:
    _new(scene)
    for invoice_id in scene.ids:
        assert scene.person.press(invoice_id).status_code == 200
        scene.vendors.control("xero/pay", invoice=scene.in_xero(invoice_id)[0]["InvoiceID"])


def _created(scene: Scene) -> None:
    scene.stands_once_in_xero()
    scene.told_once("created")
    scene.nothing_is_left_to_write()


def _updated(scene: Scene) -> None:
    scene.stands_once_in_xero()
    scene.told_once("updated")
    scene.nothing_is_left_to_write()


def _moved(scene: Scene) -> None:
    moves = Counter(move["id"] for move in scene.vendors.control("bitrix24/moves"))
    for invoice_id in scene.ids:
        assert scene.vendors.invoice(invoice_id)["item"]["stageId"] == PAID
        assert moves[invoice_id] == 1
    scene.told_once("moved")
    assert scene._run("pull").counts == {}


@dataclass(frozen=True)
class Write:
    """A call that changes something: which one it is on the wire, what is there before it, how it is set off and what
    must be true in the end. ``refusal``: what makes the vendor itself refuse it, and ``mended`` puts it right."""

    where: dict[str, str]
    before: Callable[[Scene], None]
    set_off: Callable[[Scene], None]
    after: Callable[[Scene], None]
    refusal: dict[str, Any]
    mended: Callable[[Vendors], Any] = lambda vendors: None

    @property
    def vendor(self) -> str:
        return self.where["vendor"]


def _account_is_back(vendors: Vendors) -> None:
    books = next(iter(vendors.xero.organisations.values()))
    books.account("200")["Status"] = "ACTIVE"  # type: ignore[index]


_NO_ACCOUNT = {"control": "xero/accounts/archive", "values": {"code": "200"}}
_NAME_TAKEN = {"control": "xero/contacts/add", "values": {"set": {"Name": "Acme Plumbing 0"}}}
_MAY_NOT_MOVE = {"control": "bitrix24/user", "values": {"id": 1, "may_move_stages": False}}

# Items and products take their place in this table like every other write.
WRITES = {
    "create": Write(
        {"vendor": "xero", "method": "PUT", "path": "/Invoices"},
        _new_of_known_customer, Scene.push, _created, _NO_ACCOUNT, _account_is_back,
    ),
    "create, numbered by Xero": Write(
        {"vendor": "xero", "method": "PUT", "path": "/Invoices"},
        _new_numbered_by_xero, Scene.push, _created, _NO_ACCOUNT, _account_is_back,
    ),
    "update": Write(
        {"vendor": "xero", "method": "POST", "path": "/Invoices"},
        _changed, Scene.push, _updated, _NO_ACCOUNT, _account_is_back,
    ),
    "contact": Write(
        {"vendor": "xero", "method": "PUT", "path": "/Contacts"}, _of_new_customers, Scene.push, _created, _NAME_TAKEN
    ),
    "stage": Write(
        {"vendor": "bitrix24", "contains": "crm.item.update"}, _paid, Scene.update_from_xero, _moved, _MAY_NOT_MOVE,
        lambda vendors: vendors.control("bitrix24/user", id=1, may_move_stages=True),
    ),
}  # fmt: skip


# -- the faults -------------------------------------------------------------------------------------------------------


def _key_used(do: str) -> dict[str, Any]:
    """Xero's answer to a key that was spent on other words (facts §2.2, §6.2)."""
    body = '{"ErrorNumber": 10, "Message": "Idempotency Key: b24xero-1 is used with a different request."}'
    return {"do": do, "status": 400, "headers": {"Content-Type": "application/json"}, "body": body}


def _too_many(problem: str, seconds: int) -> dict[str, Any]:
    headers = {"Retry-After": str(seconds), "X-Rate-Limit-Problem": problem}
    return {"do": "answer", "status": 429, "headers": headers}


def _bitrix24_refuses(code: str, status: int) -> dict[str, Any]:
    body = f'{{"error": "{code}", "error_description": "Leider nicht"}}'
    return {"do": "answer", "status": status, "headers": {"Content-Type": "application/json"}, "body": body}


UNCLEAR: dict[str, dict[str, Any]] = {
    "dropped before": {"do": "drop_before"},
    "applied, answer lost": {"do": "drop_after"},
    "time-out, applied at once": {"do": "drop_after", "seconds": 0.8},
    "time-out, applied later": {"do": "delay", "seconds": 0.8},
    "500": {"do": "answer", "status": 500, "headers": HTML, "body": PAGE},
    "500, applied": {"do": "answer_after", "status": 500, "headers": HTML, "body": PAGE},
    "502 in html": {"do": "answer", "status": 502, "headers": HTML, "body": PAGE},
    "502 in html, applied": {"do": "answer_after", "status": 502, "headers": HTML, "body": PAGE},
    "half an answer": {"do": "truncate"},
}
AT_XERO: dict[str, dict[str, Any]] = {
    "limit of the minute": _too_many("minute", MINUTE),
    "limit of the day": _too_many("day", DAY),
    "login over": {"do": "act", "control": "xero/tokens/expire"},
    "key used for other words": _key_used("answer"),
    "key used for other words, applied": _key_used("answer_after"),
    "503": {"do": "answer", "status": 503, "body": "The resource is unavailable"},
}
AT_BITRIX24: dict[str, dict[str, Any]] = {
    "too many calls": _bitrix24_refuses("QUERY_LIMIT_EXCEEDED", 503),
    "time of the method used up": _bitrix24_refuses("OPERATION_TIME_LIMIT", 429),
    "token over": {"do": "act", "control": "bitrix24/tokens/expire"},
    "broken at work": _bitrix24_refuses("INTERNAL_SERVER_ERROR", 500),
}

CELLS = [
    pytest.param(write, fault, id=f"{name}-{kind}")
    for name, write in WRITES.items()
    for kind, fault in (UNCLEAR | (AT_XERO if write.vendor == "xero" else AT_BITRIX24)).items()
]
ALONE_AND_IN_BULK = pytest.mark.parametrize("bulk", [False, True], ids=["alone", "in bulk"])


@contextlib.contextmanager
def impatient(fault: dict[str, Any]) -> Iterator[None]:
    """Clients that wait less than a slow fault takes."""
    with pytest.MonkeyPatch.context() as patched:
        if fault.get("seconds"):
            for name in ("WRITE_TIMEOUT", "MANY_TIMEOUT"):
                patched.setattr(one_call, name, (0.3, 0.3))
            patched.setattr(wire, "WRITE_TIMEOUT", (0.3, 0.3))
        yield


@ALONE_AND_IN_BULK
@pytest.mark.parametrize(("write", "fault"), CELLS)
def test_nothing_is_doubled_or_lost(
    ready: Person, vendors: Vendors, app: Flask, write: Write, fault: dict[str, Any], bulk: bool
) -> None:
    scene = Scene(ready, vendors, app, bulk)
    write.before(scene)
    vendors.fault(**write.where, **fault)
    with impatient(fault):
        write.set_off(scene)
    write.after(scene)


LOST_TWICE = [
    pytest.param(write, UNCLEAR[kind], id=f"{name}-{kind}")
    for name, write in WRITES.items()
    for kind in ("applied, answer lost", "500", "half an answer")
]


@on_both
@ALONE_AND_IN_BULK
@pytest.mark.parametrize(("write", "fault"), LOST_TWICE)
def test_nothing_is_doubled_or_lost_when_the_second_try_fails_too(
    ready: Person, vendors: Vendors, app: Flask, write: Write, fault: dict[str, Any], bulk: bool
) -> None:
    scene = Scene(ready, vendors, app, bulk)
    write.before(scene)
    vendors.fault(**write.where, **fault, times=2)
    write.set_off(scene)
    write.after(scene)


@ALONE_AND_IN_BULK
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_the_vendor_refused_is_written_once_when_it_is_put_right(
    ready: Person, vendors: Vendors, app: Flask, write: Write, bulk: bool
) -> None:
    scene = Scene(ready, vendors, app, bulk, mend=lambda: write.mended(vendors))
    write.before(scene)
    vendors.fault(**write.where, do="act", **write.refusal)
    write.set_off(scene)
    write.after(scene)


# -- nobody listens ---------------------------------------------------------------------------------------------------

NOBODY = "http://localhost:9"


@contextlib.contextmanager
def cut_off(environ: dict[str, str], setting: str, folder: Path) -> Iterator[Flask]:
    """Another process of the same installation, from which one vendor cannot be reached."""
    app = create_app({**environ, setting: NOBODY}, folder)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        yield app
    finally:
        app.extensions["b24xero.queue"].storage.close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@ALONE_AND_IN_BULK
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_vendor_that_refuses_connections_gets_it_once_when_it_is_back(
    ready: Person, vendors: Vendors, app: Flask, environ: dict[str, str], tmp_path: Path, write: Write, bulk: bool
) -> None:
    scene = Scene(ready, vendors, app, bulk)
    write.before(scene)
    setting = "XERO_API_URL" if write.vendor == "xero" else "BITRIX24_PORTAL_URL"
    with cut_off(environ, setting, tmp_path) as away:
        _press_in_vain(Scene(_there(ready, away), vendors, away, bulk, scene.ids), write)
    write.set_off(scene)
    write.after(scene)


def _there(person: Person, app: Flask) -> Person:
    """The same browser, answered by another process."""
    other = Person(app, person.name)
    cookie = person.client.get_cookie("b24xero")
    assert cookie
    other.client.set_cookie("b24xero", cookie.value)
    return other


def _press_in_vain(scene: Scene, write: Write) -> None:
    if write.set_off is Scene.push and not scene.bulk:
        assert scene.person.press(scene.ids[0]).status_code == 503
        return
    run = scene._run("push" if write.set_off is Scene.push else "pull")
    assert (run.state, run.waits_for) == ("waiting", "time")


# -- tokens -----------------------------------------------------------------------------------------------------------


@on_both
def test_a_token_that_ends_under_many_presses_is_renewed_once_and_all_of_them_go_through(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """A refresh token is good for one use: whoever comes second takes what the first one got."""
    scene = Scene(ready, vendors, app, bulk=True)
    _new_of_known_customer(scene)
    tabs = [_there(ready, app) for _ in scene.ids]
    tokens = [tab.token() for tab in tabs]
    vendors.control("bitrix24/tokens/expire")
    vendors.forget_requests()
    codes = _at_once([_press(tab, id, token) for tab, id, token in zip(tabs, scene.ids, tokens, strict=True)])
    assert codes == [200] * IN_BULK
    assert len([call for call in vendors.calls("bitrix24") if "/oauth/token" in call]) == 1
    _created(scene)


@on_both
def test_a_token_renewed_by_a_page_while_a_run_is_at_work_serves_the_run_too(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    scene = Scene(ready, vendors, app, bulk=True)
    _paid(scene)
    vendors.fault("act", vendor="bitrix24", contains="crm.item.update", control="bitrix24/tokens/expire")
    vendors.fault("delay", vendor="bitrix24", path="/oauth/token", seconds=0.3)

    def update() -> int:
        scene.update_from_xero()
        return 200

    assert _at_once([update, lambda: ready.list().status_code]) == [200, 200]
    _moved(scene)


def _press(tab: Person, invoice_id: int, token: str) -> Callable[[], int]:
    return lambda: tab.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX).status_code


def _at_once(presses: Sequence[Callable[[], int]]) -> list[int]:
    codes: list[int] = [0] * len(presses)

    def carry_out(n: int) -> None:
        codes[n] = presses[n]()

    threads = [threading.Thread(target=carry_out, args=(n,)) for n in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return codes
