"""What an update of an old invoice changes besides what was sent: it saves the whole (source facts §3.3, §3.4)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, OTHER_SELLER, SELLER, Asker, portal
from tests.simulator.test_bitrix24_old_invoices import PIPE, acme, old


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    return served.fresh(invoices="both", limits=False)


def sent(b24: Asker, number: str, user: int = ADMIN, /, **fields: Any) -> dict[str, Any]:
    """The invoice after an update."""
    assert b24.result("crm.invoice.update", user, id=number, fields=fields) == int(number)
    found: dict[str, Any] = b24.control("old-invoice/state", id=number)
    return found


def refused(b24: Asker, user: int, /, **params: Any) -> str:
    body = b24.raw("crm.invoice.update", user, **params).json()
    assert body["error"] == ""
    return str(body["error_description"])


# -- what it changes besides ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spelt", "bill", "due"), [
    ("DD/MM/YYYY", "2026-05-09", ""), ("DD.MM.YYYY", "2026-09-05", "2026-09-18"),
    ("MM/DD/YYYY", "2026-09-05", "2026-09-18"), ("YYYY-MM-DD", "2026-09-05", "2026-09-18"),
])  # fmt: skip
def test_days_that_are_not_sent_are_read_back_with_american_eyes(b24: Asker, spelt: str, bill: str, due: str) -> None:
    b24.control("settings", date_format=spelt)
    number = old(b24, DATE_BILL="2026-09-05", DATE_PAY_BEFORE="2026-09-18")["ID"]
    after = sent(b24, number, STATUS_ID="S")
    assert ((after["DATE_BILL"] or "")[:10], (after["DATE_PAY_BEFORE"] or "")[:10]) == (bill, due)


def test_days_that_are_sent_are_kept(b24: Asker) -> None:
    number = old(b24, DATE_BILL="2026-09-05", DATE_PAY_BEFORE="2026-09-18")["ID"]
    after = sent(b24, number, STATUS_ID="S", DATE_BILL="2026-09-05", DATE_PAY_BEFORE="2026-09-18")
    assert (after["DATE_BILL"][:10], after["DATE_PAY_BEFORE"][:10]) == ("2026-09-05", "2026-09-18")


def test_a_day_written_back_as_it_was_read_west_of_greenwich_moves_a_day_back(b24: Asker) -> None:
    b24.control("settings", zone="America/New_York", date_format="YYYY-MM-DD")
    before = old(b24, DATE_BILL="2026-09-18")
    after = sent(b24, before["ID"], DATE_BILL=before["DATE_BILL"])
    assert after["DATE_BILL"] != before["DATE_BILL"]


def test_printed_details_are_filled_anew_except_those_that_are_sent(b24: Asker) -> None:
    company = acme(b24)
    number = old(b24, UF_COMPANY_ID=company)["ID"]
    b24.control("company", id=company, title="Acme Heating", email="office@acme.example")
    after = sent(b24, number, STATUS_ID="S", INVOICE_PROPERTIES={"COMPANY": "Acme Plumbing", "EMAIL": ""})
    assert after["INVOICE_PROPERTIES"] == {
        "COMPANY": "Acme Plumbing", "EMAIL": "office@acme.example", "PHONE": "+64 3 555 0101",
    }  # fmt: skip


def test_an_address_comes_from_the_requisite_of_today(b24: Asker) -> None:
    company = acme(b24)
    requisite = b24.control("requisite", type=4, entity_id=company, RQ_COMPANY_NAME="Acme Plumbing Ltd")["ID"]
    b24.control("address", requisite_id=requisite, TYPE_ID="6", ADDRESS_1="1 High St", CITY="Nelson")
    before = old(b24, UF_COMPANY_ID=company)
    assert before["INVOICE_PROPERTIES"]["COMPANY_ADR"] == "1 High St, Nelson"
    b24.control("address", requisite_id=requisite, TYPE_ID="6", ADDRESS_1="9 Low Rd", CITY="Nelson")
    assert sent(b24, before["ID"], STATUS_ID="S")["INVOICE_PROPERTIES"]["COMPANY_ADR"] == "9 Low Rd, Nelson"


def test_rows_keep_their_ids_and_those_that_are_not_sent_are_gone(b24: Asker) -> None:
    before = old(b24, rows=[PIPE, {**PIPE, "PRODUCT_NAME": "Bend"}])
    first, second = before["PRODUCT_ROWS"]
    kept = sent(b24, before["ID"], STATUS_ID="S")["PRODUCT_ROWS"]
    assert [row["ID"] for row in kept] == [first["ID"], second["ID"]]
    anew = sent(b24, before["ID"], PRODUCT_ROWS=[{**PIPE, "ID": second["ID"], "PRICE": 11}, PIPE])["PRODUCT_ROWS"]
    assert [(row["ID"] == second["ID"], Decimal(row["PRICE"])) for row in anew] == [(True, 11), (False, 10)]
    assert first["ID"] not in {row["ID"] for row in anew}


def test_a_free_row_gets_a_new_stand_in_each_time(b24: Asker) -> None:
    before = old(b24)
    after = sent(b24, before["ID"], STATUS_ID="S")
    ((was,), (now,)) = before["PRODUCT_ROWS"], after["PRODUCT_ROWS"]
    assert (now["ID"], now["PRODUCT_ID"], now["CUSTOMIZED"]) == (was["ID"], "0", "Y")
    assert now["PRODUCT_XML_ID"] != was["PRODUCT_XML_ID"]


def test_the_label_of_the_currency_becomes_the_shops_without_conversion(b24: Asker) -> None:
    before = old(b24)
    b24.control("currency", code="USD")
    after = sent(b24, before["ID"], STATUS_ID="S")
    assert (before["CURRENCY"], after["CURRENCY"], after["PRICE"]) == ("NZD", "USD", before["PRICE"])
    b24.control("settings", invoice_currency="AUD")
    assert sent(b24, before["ID"], STATUS_ID="N")["CURRENCY"] == "AUD"


def test_sums_are_reckoned_anew_with_the_present_precision(b24: Asker) -> None:
    b24.control("settings", precision="old")
    before = old(b24, rows=[{**PIPE, "PRICE": "9.99", "QUANTITY": "0.5", "VAT_INCLUDED": "Y"}] * 3)
    b24.control("settings", precision="new")
    assert (before["PRICE"], sent(b24, before["ID"], STATUS_ID="S")["PRICE"]) == ("15.00", "14.9850")


def test_the_person_type_follows_who_pays(b24: Asker) -> None:
    contact = b24.control("contact", name="Sarah", lastName="Mitchell", email="sarah@example.com")["item"]["id"]
    by_contact = old(b24, UF_CONTACT_ID=contact)
    assert by_contact["INVOICE_PROPERTIES"] == {"FIO": "Sarah Mitchell", "EMAIL": "sarah@example.com"}
    after = sent(b24, by_contact["ID"], UF_COMPANY_ID=acme(b24), PERSON_TYPE_ID=by_contact["PERSON_TYPE_ID"])
    assert after["INVOICE_PROPERTIES"]["COMPANY"] == "Acme Plumbing"
    assert after["PERSON_TYPE_ID"] != by_contact["PERSON_TYPE_ID"]


# -- statuses ---------------------------------------------------------------------------------------------------------


def test_the_order_pays_and_cancels(b24: Asker) -> None:
    b24.control("old-status", code="B", name="In the bank", sort=135)
    b24.control("old-status", code="H", name="On hold", sort=120)
    number = old(b24)["ID"]
    paid = [(status, sent(b24, number, STATUS_ID=status)["PAYED"]) for status in ("H", "P", "B", "D", "B", "S")]
    assert paid == [("H", "N"), ("P", "Y"), ("B", "Y"), ("D", "N"), ("B", "Y"), ("S", "Y")]


@pytest.mark.parametrize("change", [("old-status/delete", {"code": "D"}), ("old-status", {"code": "P", "sort": 150})])
def test_without_a_sound_order_a_status_stays_and_the_answer_is_the_id_all_the_same(
    b24: Asker, change: tuple[str, dict[str, Any]]
) -> None:
    number = old(b24)["ID"]
    b24.control(change[0], **change[1])
    after = sent(b24, number, STATUS_ID="P")
    assert (after["STATUS_ID"], after["PAYED"]) == ("N", "N")


def test_a_paid_one_is_unpaid_saved_and_paid_again(b24: Asker) -> None:
    before = old(b24, STATUS_ID="P")
    b24.session.post(f"{b24.base}/_control/clock", json={"seconds": 90})
    after = sent(b24, before["ID"], ORDER_TOPIC="Bathroom")
    assert (after["STATUS_ID"], after["PAYED"]) == ("P", "Y")
    assert after["DATE_PAYED"] > before["DATE_PAYED"]


def test_vouchers_are_kept_with_any_status_and_as_long_as_they_may_be(b24: Asker) -> None:
    number = old(b24)["ID"]
    after = sent(b24, number, STATUS_ID="S", PAY_VOUCHER_NUM="INV-0042", PAY_VOUCHER_DATE="2026-11-02")
    assert (after["PAY_VOUCHER_NUM"], after["PAY_VOUCHER_DATE"][:10]) == ("INV-0042", "2026-11-02")
    assert "too long" in refused(b24, ADMIN, id=number, fields={"PAY_VOUCHER_NUM": "x" * 21})


# -- who may, and what is checked -------------------------------------------------------------------------------------


def test_rights_come_before_the_fields_and_the_fields_before_the_existence(b24: Asker) -> None:
    """So that fields with nothing in them tell who may change an invoice, and nothing is saved."""
    before = old(b24, RESPONSIBLE_ID=SELLER)
    number = before["ID"]
    assert refused(b24, ADMIN, id=0) == "Invalid identifier."
    for user in (OTHER_SELLER, AUDITOR):
        assert refused(b24, user, id=number, fields={}) == "Access denied."
        assert refused(b24, user, id=number, fields={"STATUS_ID": "S"}) == "Access denied."
    for user in (ADMIN, SELLER):
        assert refused(b24, user, id=number) == "Invalid parameters."
        assert refused(b24, user, id=number, fields={"PRICE": 5}) == "Invalid parameters."
    assert refused(b24, ADMIN, id=999, fields={}) == "Invalid parameters."
    assert refused(b24, ADMIN, id=999, fields={"STATUS_ID": "S"}) == "Not found."
    assert b24.control("old-invoice/state", id=number) == before


def test_who_is_responsible_afterwards_is_looked_at_too(b24: Asker) -> None:
    number = old(b24, RESPONSIBLE_ID=SELLER)["ID"]
    assert "no permission" in refused(b24, SELLER, id=number, fields={"RESPONSIBLE_ID": OTHER_SELLER})
    assert sent(b24, number, SELLER, STATUS_ID="S")["STATUS_ID"] == "S"


@pytest.mark.parametrize("fields", [
    {"STATUS_ID": "X"}, {"ORDER_TOPIC": ""}, {"UF_COMPANY_ID": 0}, {"PAY_SYSTEM_ID": 0},
    {"PRODUCT_ROWS": [{**PIPE, "QUANTITY": 0}]},
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_saved(b24: Asker, fields: dict[str, Any]) -> None:
    before = old(b24)
    assert refused(b24, ADMIN, id=before["ID"], fields=fields).endswith("<br />")
    assert b24.control("old-invoice/state", id=before["ID"]) == before


def test_adding_answers_the_id_and_deleting_wants_the_right_to_change(b24: Asker) -> None:
    fields = {"ORDER_TOPIC": "Bathroom", "PAY_SYSTEM_ID": 1, "STATUS_ID": "N", "UF_COMPANY_ID": acme(b24)}
    number = b24.result("crm.invoice.add", fields={**fields, "PRODUCT_ROWS": [PIPE]})
    assert isinstance(number, int)
    assert b24.error("crm.invoice.delete", AUDITOR, id=number) == (400, "")
    assert b24.result("crm.invoice.delete", id=number) == number
    assert b24.error("crm.invoice.add", fields={}) == (400, "")


def test_a_person_changes_an_invoice_in_its_form_without_losing_days(b24: Asker) -> None:
    before = old(b24, DATE_BILL="2026-09-18")
    after = b24.control("old-invoice/edit", id=before["ID"], by=SELLER, ORDER_TOPIC="Bathroom, upper floor")
    assert (after["ORDER_TOPIC"], after["DATE_BILL"]) == ("Bathroom, upper floor", before["DATE_BILL"])
    kept = b24.control("old-invoice/keep", id=before["ID"], CURRENCY="USD")
    assert kept["CURRENCY"] == "USD"
    b24.control("old-invoice/delete", id=before["ID"])
    assert b24.control("old-invoice/state") == []
