"""Old invoices of the simulated portal: which there are, how they are listed, read and counted (source facts §3)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from b24xero.simulator import world
from b24xero.simulator.bitrix24.state import INVOICE
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, MANAGER, OTHER_SELLER, SELLER, Asker, portal

D = Decimal
PIPE = {"PRODUCT_NAME": "Copper pipe, 15 mm", "PRICE": 10, "QUANTITY": 3, "VAT_RATE": 0.15, "VAT_INCLUDED": "N"}


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    return served.fresh(invoices="both", limits=False)


def acme(b24: Asker) -> int:
    made = b24.control("company", title="Acme Plumbing", email="accounts@acme.example", phone="+64 3 555 0101")
    return int(made["item"]["id"])


def old(b24: Asker, **values: Any) -> dict[str, Any]:
    """An old invoice of Acme Plumbing unless told otherwise."""
    if "UF_CONTACT_ID" not in values:
        values.setdefault("UF_COMPANY_ID", acme(b24))
    made: dict[str, Any] = b24.control("old-invoice", **{"rows": [PIPE], **values})
    return made


def ids(b24: Asker, user: int = ADMIN, /, **params: Any) -> list[int]:
    return [int(row["ID"]) for row in b24.result("crm.invoice.list", user, **params)]


# -- which there are --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("invoices", "kinds"), [
    ("new", ["SMART_INVOICE_STAGE_7"]), ("old", ["INVOICE_STATUS"]),
    ("both", ["INVOICE_STATUS", "SMART_INVOICE_STAGE_7"]),
])  # fmt: skip
def test_the_kinds_of_statuses_tell_which_invoices_there_are(b24: Asker, invoices: str, kinds: list[str]) -> None:
    b24.control("settings", invoices=invoices)
    told = [row["ID"] for row in b24.result("crm.status.entity.types")]
    assert [kind for kind in told if "INVOICE" in kind] == kinds


def test_a_portal_of_old_invoices_has_no_items_no_rows_and_no_catalogue_for_them(b24: Asker) -> None:
    b24.control("settings", invoices="old")
    assert b24.error("crm.item.list", entityTypeId=31) == (400, "NOT_FOUND")
    assert b24.error("crm.category.list", entityTypeId=31) == (400, "NOT_FOUND")
    assert b24.error("crm.item.productrow.list", filter={}) == (404, "ERROR_METHOD_NOT_FOUND")
    assert b24.error("catalog.product.list") == (404, "ERROR_METHOD_NOT_FOUND")
    assert b24.result("crm.status.list", filter={"ENTITY_ID": "SMART_INVOICE_STAGE_7"}) == []
    acme(b24)
    (company,) = b24.result("crm.item.list", entityTypeId=4, select=["*"])["items"]
    assert ("fm" in company, company["email"]) == (False, "accounts@acme.example")


def test_the_methods_are_there_though_no_old_invoices_are_switched_on(b24: Asker) -> None:
    number = old(b24)["ID"]
    b24.control("settings", invoices="new")
    assert b24.result("crm.invoice.get", id=number)["ID"] == number


def test_a_switch_takes_no_other_value(b24: Asker) -> None:
    for values in ({"invoices": "ancient"}, {"date_format": "D. M."}, {"precision": "none"}, {"no_such": 1}):
        answer = b24.session.post(f"{b24.base}/_control/bitrix24/settings", json=values)
        assert answer.status_code == 400


def test_statuses_of_old_invoices_are_single_letters_in_an_order(b24: Asker) -> None:
    b24.control("old-status", code="H", name="On hold", sort=120)
    rows = b24.result("crm.status.list", filter={"ENTITY_ID": "INVOICE_STATUS"}, order={"SORT": "ASC"})
    assert [(row["STATUS_ID"], row["SORT"], row["SEMANTICS"]) for row in rows] == [
        ("N", "100", None), ("S", "110", None), ("H", "120", None), ("P", "130", "S"), ("D", "140", "F"),
    ]  # fmt: skip


# -- reading ----------------------------------------------------------------------------------------------------------


def test_every_value_is_a_text_and_rows_and_details_are_absent_where_there_are_none(b24: Asker) -> None:
    invoice = b24.result("crm.invoice.get", id=old(b24)["ID"])
    assert invoice["PRODUCT_ROWS"][0]["PRICE"] == "10.00000000"
    assert invoice["INVOICE_PROPERTIES"] == {
        "COMPANY": "Acme Plumbing", "EMAIL": "accounts@acme.example", "PHONE": "+64 3 555 0101",
    }  # fmt: skip
    flat = {name: value for name, value in invoice.items() if name not in ("PRODUCT_ROWS", "INVOICE_PROPERTIES")}
    assert {type(value) for value in flat.values()} == {str, type(None)}
    bare = b24.result("crm.invoice.get", id=old(b24, rows=[], UF_COMPANY_ID=0)["ID"])
    assert not {"PRODUCT_ROWS", "INVOICE_PROPERTIES", "PR_LOCATION"} & set(bare)


def test_the_right_to_read_is_looked_at_before_the_existence(b24: Asker) -> None:
    number = old(b24, RESPONSIBLE_ID=SELLER)["ID"]
    assert b24.result("crm.invoice.get", SELLER, id=number)["ID"] == number
    assert b24.result("crm.invoice.get", AUDITOR, id=number)["ID"] == number
    for user, id, said in (
        (OTHER_SELLER, number, "Access denied."), (OTHER_SELLER, 999, "Access denied."), (MANAGER, 999, "Not found."),
    ):  # fmt: skip
        body = b24.raw("crm.invoice.get", user, id=id).json()
        assert (body["error"], body["error_description"]) == ("", said)


def test_a_seller_lists_own_ones_alone_and_the_total_says_so(b24: Asker) -> None:
    mine = int(old(b24, RESPONSIBLE_ID=SELLER)["ID"])
    old(b24, RESPONSIBLE_ID=OTHER_SELLER)
    answer = b24.call("crm.invoice.list", SELLER)
    assert ([int(row["ID"]) for row in answer["result"]], answer["total"]) == ([mine], 1)


def test_a_filter_that_is_not_known_or_a_date_that_is_none_brings_the_whole_table(b24: Asker) -> None:
    first, second = int(old(b24, STATUS_ID="S")["ID"]), int(old(b24)["ID"])
    both = [second, first]
    assert ids(b24, filter={"STATUS_ID": "S"}) == [first]
    assert ids(b24, filter={"status_id": "S"}) == [first]
    assert ids(b24, filter={"STAGE": "S"}) == both
    assert ids(b24, filter={"^STATUS_ID": "S"}) == both
    assert ids(b24, filter={">=DATE_BILL": "the day before yesterday"}) == both
    assert ids(b24, filter={">=DATE_BILL": "2999-01-01"}) == []
    assert ids(b24, filter={"0": {"LOGIC": "OR", "0": {"STATUS_ID": "S"}}}) == both
    assert ids(b24, filter={"PRODUCT_ROWS": 1, "!@ID": [first]}) == [second]


def test_a_shop_that_was_never_converted_knows_fewer_operators(b24: Asker) -> None:
    first, second = int(old(b24, STATUS_ID="S")["ID"]), int(old(b24)["ID"])
    b24.control("settings", invoices="old")
    assert ids(b24, filter={"=STATUS_ID": "S"}) == [second, first]
    assert ids(b24, filter={"!@ID": [first]}) == [second, first]
    assert ids(b24, filter={"STATUS_ID": "S"}) == [first]
    assert ids(b24, filter={"@ID": [second]}) == [second]
    assert ids(b24, filter={">ID": first}) == [second]


def test_the_newest_come_first_and_unknown_orders_are_left_out(b24: Asker) -> None:
    first, second = int(old(b24, ACCOUNT_NUMBER="A")["ID"]), int(old(b24, ACCOUNT_NUMBER="B")["ID"])
    assert ids(b24) == [second, first]
    assert ids(b24, order={"ACCOUNT_NUMBER": "ASC"}) == [first, second]
    assert ids(b24, order={"NUMBER": "ASC"}) == [second, first]


def test_a_page_beyond_the_end_is_page_one_again(b24: Asker) -> None:
    company = acme(b24)
    made = [int(old(b24, UF_COMPANY_ID=company)["ID"]) for _ in range(51)]
    answer = b24.call("crm.invoice.list", start=50)
    assert ([int(row["ID"]) for row in answer["result"]], answer["total"]) == (made[:1], 51)
    beyond = b24.call("crm.invoice.list", start=100)
    assert (len(beyond["result"]), beyond["result"][0]["ID"], beyond["next"]) == (50, str(made[-1]), 50)


def test_user_fields_come_only_when_they_are_named(b24: Asker) -> None:
    old(b24)
    (row,) = b24.result("crm.invoice.list")
    assert ("UF_COMPANY_ID" in row, "PRICE" in row, "PRODUCT_ROWS" in row) == (False, True, False)
    (row,) = b24.result("crm.invoice.list", select=["*", "UF_*"])
    assert "UF_COMPANY_ID" in row
    (row,) = b24.result("crm.invoice.list", select=["ID", "UF_COMPANY_ID", "NAME"])
    assert set(row) == {"ID", "UF_COMPANY_ID"}
    assert b24.error("crm.invoice.list", select=["NAME"]) == (400, "")


def test_templates_are_among_the_invoices_and_say_so(b24: Asker) -> None:
    old(b24, IS_RECURRING="Y")
    (row,) = b24.result("crm.invoice.list")
    assert row["IS_RECURRING"] == "Y"


@pytest.mark.parametrize(("zone", "spelt"), [
    ("Europe/Berlin", "2026-09-18T02:00:00+02:00"), ("America/New_York", "2026-09-17T19:00:00-05:00"),
])  # fmt: skip
def test_a_day_goes_out_as_local_midnight_and_the_present_offset(b24: Asker, zone: str, spelt: str) -> None:
    b24.control("settings", zone=zone)
    number = old(b24, DATE_BILL="2026-09-18")["ID"]
    said = b24.result("crm.invoice.get", id=number)["DATE_BILL"]
    assert said[:10] == spelt[:10]


def test_fields_are_told_with_their_sizes(b24: Asker) -> None:
    told = b24.result("crm.invoice.fields")
    assert (told["PAY_VOUCHER_NUM"]["size"], told["PRICE"]["isReadOnly"]) == ("20", True)
    assert {"PRODUCT_ROWS", "INVOICE_PROPERTIES"} <= set(told)


def test_what_lies_around_an_old_invoice_is_there(b24: Asker) -> None:
    company = acme(b24)
    b24.control("requisite", type=4, entity_id=company, RQ_VAT_ID="GB123456789")
    number = old(b24, UF_COMPANY_ID=company, RESPONSIBLE_ID=SELLER)["ID"]
    link = b24.result("crm.requisite.link.get", entityTypeId=5, entityId=number)
    assert (link["ENTITY_TYPE_ID"], link["ENTITY_ID"], link["REQUISITE_ID"]) == (5, int(number), "27")
    assert b24.error("crm.requisite.link.get", OTHER_SELLER, entityTypeId=5, entityId=number) == (400, "")
    assert "/pub/pay/" in b24.result("crm.invoice.getexternallink", id=number)
    assert {row["NAME"] for row in b24.result("crm.persontype.list")} == {"CRM_COMPANY", "CRM_CONTACT"}


@pytest.mark.parametrize(("invoices", "list_menus"), [
    ("new", ["CRM_SMART_INVOICE_LIST_MENU"]), ("old", ["CRM_INVOICE_LIST_MENU"]),
    ("both", ["CRM_SMART_INVOICE_LIST_MENU", "CRM_INVOICE_LIST_MENU"]),
])  # fmt: skip
def test_each_kind_of_invoices_has_its_list_menu_and_an_old_one_no_tab(
    b24: Asker, invoices: str, list_menus: list[str]
) -> None:
    b24.control("settings", invoices=invoices)
    told = b24.result("placement.list", scope="crm")
    assert [code for code in told if code.endswith("LIST_MENU")] == list_menus
    assert ("CRM_SMART_INVOICE_DETAIL_TAB" in told) == (invoices != "old")
    assert "ONCRMINVOICESETSTATUS" in b24.result("events")


# -- money ------------------------------------------------------------------------------------------------------------

HALF = {"PRODUCT_NAME": "Copper pipe", "PRICE": "9.99", "QUANTITY": "0.5", "VAT_RATE": "0.19", "VAT_INCLUDED": "Y"}
ON_TOP = {"PRODUCT_NAME": "Bend", "PRICE": "0.07", "QUANTITY": "0.5", "VAT_RATE": "0.19", "VAT_INCLUDED": "N"}


@pytest.mark.parametrize(("precision", "rows", "price", "tax"), [
    ("new", [HALF] * 3, "14.9850", "2.4000"), ("old", [HALF] * 3, "15.00", "2.40"),
    ("new", [ON_TOP] * 3, "0.1250", "0.0300"), ("old", [ON_TOP] * 3, "0.15", "0.03"),
    ("new", [PIPE], "34.5000", "4.5000"), ("old", [PIPE], "34.50", "4.50"),
])  # fmt: skip
def test_a_row_is_reckoned_from_its_price_after_discount(
    b24: Asker, precision: str, rows: list[dict[str, Any]], price: str, tax: str
) -> None:
    """A discount is none of it, and whether the tax is in the price is said of each row."""
    b24.control("settings", precision=precision)
    invoice = old(b24, rows=[{**row, "DISCOUNT_PRICE": "1.50"} for row in rows])
    assert (invoice["PRICE"], invoice["TAX_VALUE"]) == (price, tax)


def test_in_document_tax_mode_the_rows_rates_are_nothing_and_a_location_is_told(b24: Asker) -> None:
    b24.control("settings", location_tax=8.5)
    invoice = old(b24)
    assert (D(invoice["PRICE"]), D(invoice["TAX_VALUE"])) == (D("32.55"), D("2.55"))
    assert invoice["PR_LOCATION"] == "1"


# -- the demo ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("invoices", "new", "olds"), [("new", 240, 0), ("old", 0, 240), ("both", 240, 40)])
def test_the_demo_has_the_invoices_that_its_portal_knows(invoices: str, new: int, olds: int) -> None:
    built = world.build("http://localhost:9", invoices=invoices).bitrix24.world
    assert (len(built.items[INVOICE]), len(built.old_invoices)) == (new, olds)
    assert len({invoice["ACCOUNT_NUMBER"] for invoice in built.old_invoices.values()}) == olds
    assert all(invoice["rows"] for invoice in built.old_invoices.values())


def test_an_old_one_of_the_demo_comes_to_what_the_new_one_does() -> None:
    """But for those whose total somebody typed, and for what rounding leaves."""
    built = world.build("http://localhost:9", invoices="both").bitrix24.world
    by_number = {f"OLD-{item['accountNumber']}": item for item in built.items[INVOICE].values()}
    for invoice in built.old_invoices.values():
        item = by_number[invoice["ACCOUNT_NUMBER"]]
        if item["isManualOpportunity"] == "N":
            assert abs(invoice["PRICE"] - item["opportunity"]) <= D("0.01")
