"""Old invoices as the app reads them: whole ones, one or many, the neutral object and what it cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from b24xero.bitrix24 import legacy_invoices, legacy_parse, rows
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import Address, Invoice, Person
from b24xero.errors import Forbidden, NotFound, Rejected, RetryLater
from b24xero.simulator import world
from tests.bitrix24.test_stages import Tokens, calls, fault
from tests.conftest import APP_URL
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, OTHER_SELLER, SELLER, Asker, portal
from tests.simulator.test_bitrix24_old_invoices import PIPE, acme, old

D = Decimal


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    served.server.faults.clear()
    return served.fresh(invoices="old", limits=False)


def session(b24: Asker, user: int = ADMIN) -> Session:
    return Session(f"{b24.base}/bitrix24", Tokens(b24, user))


def read(b24: Asker, made: dict[str, Any]) -> Invoice:
    return legacy_invoices.invoice(session(b24), int(made["ID"]))


# -- which there are --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("invoices", "kinds"), [("new", {"smart"}), ("old", {"legacy"}), ("both", {"smart", "legacy"})]
)
def test_one_call_tells_which_invoices_a_portal_has(b24: Asker, invoices: str, kinds: set[str]) -> None:
    b24.control("settings", invoices=invoices)
    asking = session(b24)
    calls(b24)
    assert legacy_invoices.kinds(asking) == kinds
    assert len(calls(b24)) == 1


# -- one --------------------------------------------------------------------------------------------------------------


def test_an_old_invoice_becomes_the_neutral_one(b24: Asker) -> None:
    company = acme(b24)
    requisite = b24.control("requisite", type=4, entity_id=company, RQ_VAT_ID="GB123456789")["ID"]
    b24.control("address", requisite_id=requisite, TYPE_ID="6", ADDRESS_1="1 High St", CITY="Nelson")
    made = old(
        b24, UF_COMPANY_ID=company, ACCOUNT_NUMBER="INV-0042", ORDER_TOPIC="Bathroom, upper floor", STATUS_ID="S",
        DATE_BILL="2026-09-14", DATE_PAY_BEFORE="2026-09-28",
    )  # fmt: skip
    asking = session(b24)
    calls(b24)
    invoice = legacy_invoices.invoice(asking, int(made["ID"]))
    assert len(calls(b24)) == 1
    assert (invoice.kind, invoice.number, invoice.title) == ("legacy", "INV-0042", "Bathroom, upper floor")
    assert (invoice.date, invoice.due_date) == (date(2026, 9, 14), date(2026, 9, 28))
    assert (invoice.total, invoice.tax, invoice.currency) == (D("34.50"), D("4.50"), "NZD")
    assert (invoice.stage, invoice.stage_name, invoice.stage_gone) == ("S", "Sent to client", False)
    assert invoice.customer is not None
    assert (invoice.customer.number, invoice.customer.name) == (f"B24-CO-{company}", "Acme Plumbing")
    assert (invoice.customer.tax_number, invoice.customer.address.lines) == ("GB123456789", ("1 High St",))
    assert (invoice.rows_total, invoice.document_tax, invoice.may_change) == (D("34.50"), False, True)


@pytest.mark.parametrize(("row", "expected"), [
    ({"VAT_INCLUDED": "N"}, {"unit_net": "100", "unit_gross": "115", "list_net": "125", "list_gross": "143.75",
                             "total": "345", "tax": "45", "discount_sum": "25", "discount_rate": "20"}),
    ({"VAT_INCLUDED": "Y"}, {"unit_net": "86.95652174", "unit_gross": "100", "list_net": "108.69565217",
                             "list_gross": "125", "total": "300", "tax": "39.13043478",
                             "discount_sum": "21.73913043", "discount_rate": "20"}),
    ({"VAT_RATE": "0"}, {"unit_net": "100", "unit_gross": "100", "tax_rate": "0", "total": "300", "tax": "0"}),
])  # fmt: skip
def test_a_rows_price_is_after_the_discount_and_may_hold_the_tax(
    b24: Asker, row: dict[str, Any], expected: dict[str, str]
) -> None:
    given = {"PRICE": 100, "DISCOUNT_PRICE": 25, "QUANTITY": 3, "VAT_RATE": "0.15", "PRODUCT_NAME": "Shower tray"}
    (item,) = read(b24, old(b24, rows=[{**given, **row}])).line_items
    assert {name: getattr(item, name) for name in expected} == {name: D(value) for name, value in expected.items()}


def test_no_vat_is_not_zero_and_a_free_row_is_nobodys_product(b24: Asker) -> None:
    free, none = read(b24, old(b24, rows=[{**PIPE, "VAT_RATE": None}, {**PIPE, "VAT_RATE": 0}])).line_items
    assert (free.tax_rate, none.tax_rate, free.product_id, free.discount_rate) == (None, D(0), 0, None)


@pytest.mark.parametrize(("precision", "total", "former"), [("new", "14.99", "15.00"), ("old", "15.00", "14.99")])
def test_the_total_is_read_in_either_precision(b24: Asker, precision: str, total: str, former: str) -> None:
    b24.control("settings", precision=precision)
    half = {**PIPE, "PRICE": "9.99", "QUANTITY": "0.5", "VAT_RATE": "0.19", "VAT_INCLUDED": "Y"}
    invoice = read(b24, old(b24, rows=[half] * 3))
    assert (invoice.total, invoice.rows_total, invoice.former_totals) == (D(total), D(total), (D(former),))


def test_where_each_tax_on_top_was_rounded_rows_say_so(b24: Asker) -> None:
    b24.control("settings", precision="old")
    bend = {**PIPE, "PRICE": "0.07", "QUANTITY": "0.5", "VAT_RATE": "0.19"}
    invoice = read(b24, old(b24, rows=[bend] * 3))
    assert (invoice.total, invoice.rows_total) == (D("0.15"), D("0.15"))
    assert sum(item.total for item in invoice.line_items) == invoice.total


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Auckland", "America/St_Johns"])
def test_a_day_is_the_same_day_in_every_zone(b24: Asker, zone: str) -> None:
    b24.control("settings", zone=zone)
    invoice = read(b24, old(b24, DATE_BILL="2026-09-14", DATE_PAY_BEFORE="2026-03-28"))
    assert (invoice.date, invoice.due_date) == (date(2026, 9, 14), date(2026, 3, 28))


def test_without_a_day_it_is_of_the_day_on_which_it_was_made(b24: Asker) -> None:
    made = old(b24, DATE_BILL="", DATE_PAY_BEFORE="")
    invoice = read(b24, made)
    assert (invoice.date, invoice.due_date) == (date.fromisoformat(made["DATE_INSERT"][:10]), None)


@pytest.mark.parametrize("rate", [8.5, 0])
def test_a_portal_in_document_tax_mode_is_seen(b24: Asker, rate: float) -> None:
    b24.control("settings", location_tax=rate)
    assert read(b24, old(b24)).document_tax
    b24.control("settings", location_tax=-1)
    assert not read(b24, old(b24)).document_tax


def test_who_is_printed_pays_where_neither_company_nor_contact_is_named(b24: Asker) -> None:
    made = old(b24, UF_COMPANY_ID=0, PERSON_TYPE_ID=4, properties={
        "FIO": "Sarah Mitchell", "EMAIL": "sarah@example.com", "ADDRESS": "1 High St, Nelson", "PHONE": "555",
    })  # fmt: skip
    customer = read(b24, made).customer
    assert customer is not None
    assert (customer.number, customer.name, customer.email) == (
        f"B24-I-{made['ID']}",
        "Sarah Mitchell",
        "sarah@example.com",
    )
    assert customer.address == Address(lines=("1 High St, Nelson",))
    assert customer.person == Person("Sarah", "Mitchell", "sarah@example.com")


def test_who_is_printed_pays_where_the_company_is_deleted_and_by_its_number(b24: Asker) -> None:
    company = acme(b24)
    made = old(b24, UF_COMPANY_ID=company)
    b24.control("delete", type=4, id=company)
    customer = read(b24, made).customer
    assert customer is not None
    assert (customer.number, customer.name, customer.phone) == (f"B24-CO-{company}", "Acme Plumbing", "+64 3 555 0101")


def test_a_stage_that_was_deleted_is_said(b24: Asker) -> None:
    b24.control("old-status", code="H", name="On hold", sort=120)
    made = old(b24, STATUS_ID="H")
    b24.control("old-status/delete", code="H")
    assert read(b24, made).stage_gone


# -- rights -----------------------------------------------------------------------------------------------------------


def test_a_hidden_one_is_forbidden_and_a_missing_one_is_gone(b24: Asker) -> None:
    number = int(old(b24, RESPONSIBLE_ID=SELLER)["ID"])
    with pytest.raises(Forbidden):
        legacy_invoices.invoice(session(b24, OTHER_SELLER), number)
    with pytest.raises(NotFound):
        legacy_invoices.invoice(session(b24), 999)
    assert legacy_invoices.gone(session(b24), [number, 999]) == {999}


def test_a_template_is_no_invoice(b24: Asker) -> None:
    number = int(old(b24, IS_RECURRING="Y")["ID"])
    with pytest.raises(Rejected) as raised:
        legacy_invoices.invoice(session(b24), number)
    assert raised.value.problems[0].code == "recurring_template"
    assert legacy_invoices.invoices(session(b24), [number]) == {}


def test_who_may_change_an_invoice_is_asked_without_saving_anything(b24: Asker) -> None:
    made = old(b24, RESPONSIBLE_ID=SELLER)
    number = int(made["ID"])
    told = {
        user: legacy_invoices.may_change(session(b24, user), [number])[number]
        for user in (ADMIN, SELLER, OTHER_SELLER, AUDITOR)
    }
    assert told == {ADMIN: True, SELLER: True, OTHER_SELLER: False, AUDITOR: False}
    assert legacy_invoices.invoice(session(b24, AUDITOR), number, ask_right=True).may_change is False
    assert legacy_invoices.invoice(session(b24, SELLER), number, ask_right=True).may_change is True
    assert b24.control("old-invoice/state", id=number) == made


# -- many -------------------------------------------------------------------------------------------------------------


def test_each_of_many_is_the_invoice_that_is_read_alone() -> None:
    with portal() as b24:
        built = world.build(APP_URL, invoices="old")
        built.bitrix24.world.base = b24.bitrix24.world.base
        b24.bitrix24.live_in(built.bitrix24.world)
        ids = list(built.bitrix24.world.old_invoices)
        asking = session(b24)
        b24.control("settings", limits=False)
        calls(b24)
        found = legacy_invoices.invoices(asking, ids)
        assert len(calls(b24)) <= 12
        assert list(found) == ids
        for id in ids[::7]:
            alone = legacy_invoices.invoice(asking, id)
            for field in fields(Invoice):
                assert getattr(found[id], field.name) == getattr(alone, field.name), f"{field.name} of {alone.number}"
        assert {invoice.customer.kind for invoice in found.values() if invoice.customer} == {"company", "contact"}


@pytest.mark.slow
def test_a_thousand_cost_at_most_fifty_calls(b24: Asker) -> None:
    companies = [acme(b24) for _ in range(20)]
    ids = [int(old(b24, UF_COMPANY_ID=companies[n % 20])["ID"]) for n in range(1000)]
    asking = session(b24)
    calls(b24)
    assert list(legacy_invoices.invoices(asking, ids)) == ids
    assert len(calls(b24)) == 21


def test_of_many_those_are_missing_that_one_may_not_see(b24: Asker) -> None:
    mine, other = (int(old(b24, RESPONSIBLE_ID=user)["ID"]) for user in (SELLER, OTHER_SELLER))
    assert list(legacy_invoices.invoices(session(b24, SELLER), [mine, other, 999])) == [mine]


def test_a_row_that_cannot_be_read_costs_its_invoice_and_no_other(b24: Asker) -> None:
    good, bad = (int(old(b24)["ID"]) for _ in range(2))
    b24.bitrix24.world.old_invoices[bad]["rows"][0]["PRICE"] = "a lot"
    assert list(legacy_invoices.invoices(session(b24), [good, bad])) == [good]
    with pytest.raises(RetryLater):
        legacy_invoices.invoice(session(b24), bad)


def test_an_answer_that_is_cut_off_is_asked_for_again(b24: Asker) -> None:
    made = old(b24)
    fault(b24, "truncate")
    assert read(b24, made).total == D("34.50")


def test_rows_under_other_keys_and_details_that_are_none_are_read(b24: Asker) -> None:
    """PHP writes a list whose keys are not 0, 1, 2 as a map, and nothing as False."""
    said = session(b24).call("crm.invoice.get", {"id": old(b24)["ID"]})["result"]
    usual = legacy_parse.invoice(said, None)
    odd = {**said, "PRODUCT_ROWS": {str(7 + n): row for n, row in enumerate(said["PRODUCT_ROWS"])}}
    cleaned, wrong = rows.readable({**odd, "INVOICE_PROPERTIES": False})
    assert not wrong
    assert legacy_parse.is_readable(cleaned, usual.id)
    assert legacy_parse.invoice(cleaned, None) == replace(usual, customer=None)


def test_what_is_said_of_the_field_of_rows_is_no_list_of_rows() -> None:
    said = {"PRODUCT_ROWS": {"type": "product_row", "isRequired": False, "isMultiple": True}}
    assert rows.readable(said) == (said, [])
