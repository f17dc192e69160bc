"""The faults of ``test_faults`` at every write of old invoices, alone and in bulk; mixed where both are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.bitrix24.test_legacy_moves import says
from tests.conftest import OLD_ROWS, Vendors, on_old
from tests.people import Person
from tests.test_faults import (
    ALONE_AND_IN_BULK,
    AT_BITRIX24,
    AT_XERO,
    IN_BULK,
    UNCLEAR,
    WRITES,
    Scene,
    Write,
    _company,
    impatient,
)

pytestmark = pytest.mark.slow


class OldScene(Scene):
    """The same person, with old invoices, or with both kinds in turn."""

    before: dict[int, dict[str, Any]]

    def new_invoices(self, **values: Any) -> None:
        self.ids = [self._new(n, values["companyId"]) for n in range(IN_BULK if self.bulk else 1)]

    def _new(self, n: int, company: int) -> int:
        if self.mixed and n % 2:
            return self.vendors.new_invoice(companyId=company)
        return self.vendors.new_old_invoice(UF_COMPANY_ID=company)

    @property
    def mixed(self) -> bool:
        return bool(self.vendors.bitrix24.world.settings.has_new_invoices)

    def in_xero(self, invoice_id: int) -> list[dict[str, Any]]:
        if invoice_id > 0:
            return super().in_xero(invoice_id)
        end = f"/crm/invoice/show/{-invoice_id}/"
        return self.vendors.with_address(end)

    def stands_once_in_xero(self) -> None:
        for key in self.ids:
            (made,) = self.in_xero(key)
            if key > 0:
                total, company = (self.vendors.invoice(key)["item"][name] for name in ("opportunity", "companyId"))
            else:
                total, company = (self.vendors.old_invoice(key)[name] for name in ("PRICE", "UF_COMPANY_ID"))
            assert Decimal(str(made["Total"])) == Decimal(str(total))
            assert made["Status"] == "AUTHORISED"
            customer = self.vendors.control("bitrix24/state", id=int(company), type=4)["item"]["title"]
            assert len(self.vendors.contacts_named(customer)) == 1
            assert made["Contact"]["Name"] == customer


def _pressed(scene: Scene, keys: Sequence[int]) -> None:
    assert {scene.person.press(key).status_code for key in keys} == {200}


def _of_known_customer(scene: Scene) -> None:
    known = _company(scene, 1)
    _pressed(scene, [scene.vendors.new_old_invoice(UF_COMPANY_ID=known)])
    scene.new_invoices(companyId=known)


def _changed(scene: Scene) -> None:
    scene.new_invoices(companyId=_company(scene, 1))
    _pressed(scene, scene.ids)
    for key in scene.ids:
        rows = [{**OLD_ROWS[0], "QUANTITY": "5"}]
        scene.vendors.control("bitrix24/old-invoice/edit", id=-key, rows=rows)


def _of_new_customers(scene: Scene) -> None:
    companies = [_company(scene, n) for n in range(IN_BULK if scene.bulk else 1)]
    scene.ids = [scene.vendors.new_old_invoice(UF_COMPANY_ID=company) for company in companies]


def _paid(scene: Scene) -> None:
    assert isinstance(scene, OldScene)
    scene.new_invoices(companyId=_company(scene, 1))
    _pressed(scene, scene.ids)
    for key in scene.ids:
        scene.vendors.control("xero/pay", invoice=scene.in_xero(key)[0]["InvoiceID"])
    scene.before = {key: scene.vendors.old_invoice(key) for key in scene.ids if key < 0}


def _moved(scene: Scene) -> None:
    """Each once, and of an old one nothing is another than before but its payment."""
    assert isinstance(scene, OldScene)
    kept = scene.vendors.control("bitrix24/moves")
    moves = Counter(-move["id"] if move.get("kind") == "old" else move["id"] for move in kept)
    assert [moves[key] for key in scene.ids] == [1] * len(scene.ids)
    for key, before in scene.before.items():
        after = scene.vendors.old_invoice(key)
        assert after["STATUS_ID"] == "P"
        assert after["PAY_VOUCHER_DATE"]
        assert {**says(after), "PAY_VOUCHER_DATE": None} == {**says(before), "PAY_VOUCHER_DATE": None}
    assert all(scene.vendors.invoice(key)["item"]["stageId"] == "DT31_7:P" for key in scene.ids if key > 0)
    scene.told_once("moved")
    assert scene._run("pull").counts == {}


_NO_ORDER = {"control": "bitrix24/old-status", "values": {"code": "P", "sort": 190}}

OLD_WRITES = {
    "create": replace(WRITES["create"], before=_of_known_customer),
    "update": replace(WRITES["update"], before=_changed),
    "contact": replace(WRITES["contact"], before=_of_new_customers),
    "stage": replace(
        WRITES["stage"], where={"vendor": "bitrix24", "contains": "crm.invoice.update"}, before=_paid, after=_moved,
        refusal=_NO_ORDER, mended=lambda vendors: vendors.control("bitrix24/old-status", code="P", sort=130),
    ),
}  # fmt: skip

CELLS = [
    pytest.param(write, fault, id=f"{name}-{kind}")
    for name, write in OLD_WRITES.items()
    for kind, fault in (UNCLEAR | (AT_XERO if write.vendor == "xero" else AT_BITRIX24)).items()
]


@on_old
@ALONE_AND_IN_BULK
@pytest.mark.parametrize(("write", "fault"), CELLS)
def test_nothing_is_doubled_or_lost(
    ready: Person, vendors: Vendors, app: Flask, write: Write, fault: dict[str, Any], bulk: bool
) -> None:
    scene = OldScene(ready, vendors, app, bulk)
    write.before(scene)
    vendors.fault(**write.where, **fault)
    with impatient(fault):
        write.set_off(scene)
    write.after(scene)


LOST_TWICE = [
    pytest.param(write, UNCLEAR[kind], id=f"{name}-{kind}")
    for name, write in OLD_WRITES.items()
    for kind in ("applied, answer lost", "500", "half an answer")
]


@on_old
@ALONE_AND_IN_BULK
@pytest.mark.parametrize(("write", "fault"), LOST_TWICE)
def test_nothing_is_doubled_or_lost_when_the_second_try_fails_too(
    ready: Person, vendors: Vendors, app: Flask, write: Write, fault: dict[str, Any], bulk: bool
) -> None:
    scene = OldScene(ready, vendors, app, bulk)
    write.before(scene)
    vendors.fault(**write.where, **fault, times=2)
    write.set_off(scene)
    write.after(scene)


@on_old
@ALONE_AND_IN_BULK
@pytest.mark.parametrize("write", OLD_WRITES.values(), ids=OLD_WRITES)
def test_what_the_vendor_refused_is_written_once_when_it_is_put_right(
    ready: Person, vendors: Vendors, app: Flask, write: Write, bulk: bool
) -> None:
    scene = OldScene(ready, vendors, app, bulk, mend=lambda: write.mended(vendors))
    write.before(scene)
    vendors.fault(**write.where, do="act", **write.refusal)
    write.set_off(scene)
    write.after(scene)


BOTH = [
    pytest.param(OLD_WRITES[name], UNCLEAR[kind], id=f"{name}-{kind}")
    for name in ("create", "stage")
    for kind in ("applied, answer lost", "500", "time-out, applied later")
]


@pytest.mark.parametrize("which_invoices", ["both"])
@pytest.mark.parametrize(("write", "fault"), BOTH)
def test_of_a_mixed_choice_nothing_is_doubled_or_lost(
    ready: Person, vendors: Vendors, app: Flask, write: Write, fault: dict[str, Any]
) -> None:
    scene = OldScene(ready, vendors, app, bulk=True)
    write.before(scene)
    vendors.fault(**write.where, **fault)
    with impatient(fault):
        write.set_off(scene)
    write.after(scene)
