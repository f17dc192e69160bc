"""One person at both vendors, who does what people would: press again, connect again, put right what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import SyncEntry, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.pull import job
from b24xero.push import batch
from tests.conftest import Vendors, own_settings
from tests.copied import copied
from tests.people import Person, text

IN_BULK = 3
PATIENCE = 6


@dataclass
class Scene:
    """Who presses, in which process, on which invoices. ``mend`` is what a person puts right after a refusal.
    ``today_first``: where the portal has both kinds, the first invoice is one of today, else an old one."""

    person: Person
    vendors: Vendors
    app: Flask
    bulk: bool
    ids: list[int] = field(default_factory=list)
    mend: Callable[[], Any] = lambda: None
    before: dict[int, dict[str, Any]] = field(default_factory=dict)
    today_first: bool = False

    def new_invoices(self, company: int) -> None:
        self.ids = [self.new(company, n) for n in range(self.many)]

    @property
    def many(self) -> int:
        return IN_BULK if self.bulk else 1

    def new(self, company: int, n: int = 0) -> int:
        """An invoice of this portal's kind, by its key; where it has both, an old one and one of today in turn."""
        settings = self.vendors.bitrix24.world.settings
        if settings.has_new_invoices and ((n + self.today_first) % 2 or not settings.has_old_invoices):
            return self.vendors.new_invoice(companyId=company)
        return self.vendors.new_old_invoice(UF_COMPANY_ID=company)

    def company(self, n: int) -> int:
        made = self.vendors.control("bitrix24/company", title=f"Acme Plumbing {n}", email=f"ap{n}@acme.example")
        return int(made["item"]["id"])

    def pressed(self, *keys: int) -> None:
        assert {self.person.press(key).status_code for key in keys} == {200}

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
            run = self.run(kind)
            told.append((run.state, run.waits_for, run.counts, run.problems))
            assert run.state in ("finished", "waiting"), told
            if run.state == "finished" and not {"failed", "rejected", "skipped"} & set(run.counts) | set(run.problems):
                return
            if run.waits_for == "xero":
                self.person.connect()
            self.mend()
        raise AssertionError(told)

    def run(self, kind: str) -> SyncRun:
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

    def in_xero(self, key: int) -> list[dict[str, Any]]:
        return self.vendors.with_address(f"/details/{key}/" if key > 0 else f"/crm/invoice/show/{-key}/")

    def stands_once_in_xero(self) -> None:
        for key in self.ids:
            (made,) = self.in_xero(key)
            total, company = self._total_and_company(key)
            assert Decimal(str(made["Total"])) == Decimal(str(total))
            assert made["Status"] == "AUTHORISED"
            customer = self.vendors.control("bitrix24/state", id=int(company), type=4)["item"]["title"]
            assert len(self.vendors.contacts_named(customer)) == 1
            assert made["Contact"]["Name"] == customer

    def _total_and_company(self, key: int) -> tuple[Any, Any]:
        if key > 0:
            item = self.vendors.invoice(key)["item"]
            return item["opportunity"], item["companyId"]
        old = self.vendors.old_invoice(key)
        return old["PRICE"], old["UF_COMPANY_ID"]

    def nothing_is_left_to_write(self) -> None:
        self.vendors.forget_requests()
        if self.bulk:
            assert self.run("push").counts == {"unchanged": len(self.ids)}
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


@dataclass(frozen=True)
class Beginning:
    """What is there before a write, made by somebody who signed in and set up; two are equal that lead to the same."""

    make: Callable[[Scene], None]
    which_invoices: str
    bulk: bool
    today_first: bool
    scene: Scene = field(compare=False)

    def __call__(self, person: Person) -> None:
        person.sign_in().connect().save_set_up()
        self.make(self.scene)
        _begun[self] = replace(self.scene)


# Which invoices each has: the same whenever it is made, since all worlds are seeded alike.
_begun: dict[Beginning, Scene] = {}


def begun(
    app: Flask, environ: dict[str, str], vendors: Vendors, make: Callable[[Scene], None], *,
    bulk: bool, today_first: bool = False,
) -> Scene:  # fmt: skip
    """A scene in which ``make`` has happened: once for all the faults of its kind, which get copies."""
    scene = Scene(Person(app, "Mere Tautahi"), vendors, app, bulk, today_first=today_first)
    which_invoices = vendors.bitrix24.world.settings.invoices
    beginning = Beginning(make, which_invoices, bulk, today_first, scene)
    copied(scene.person, vendors, own_settings(environ), beginning)
    made = _begun[beginning]
    scene.person.form_token_of(made.person)
    scene.ids, scene.before = list(made.ids), dict(made.before)
    return scene
