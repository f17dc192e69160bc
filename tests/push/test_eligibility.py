"""Why is this not in Xero? The conditions in order, the first that fails, nothing written."""

from __future__ import annotations

import pytest

from b24xero.errors import problem
from b24xero.push.eligibility import CONDITIONS, ordered
from tests.conftest import Vendors
from tests.matching.test_find_in_xero import by_hand
from tests.people import Person, text

BELOW_ZERO = [{"productName": "Returned pipes", "price": -100, "quantity": 1, "taxRate": 15, "sort": 10}]


def test_all_that_stands_against_it_is_told_at_once_and_only_what_rests_on_it_waits() -> None:
    states = {c.name: c.state for c in ordered([problem("no_rows"), problem("date_locked", date="", until="")])}
    assert states["customer"] == "fulfilled"
    assert (states["rows"], states["period"]) == ("failed", "failed")
    assert (states["totals"], states["connected"], states["number_free"]) == ("later", "later", "later")


def test_without_a_set_up_nothing_else_can_be_checked() -> None:
    states = {c.name: c.state for c in ordered([problem("set_up_missing")])}
    assert (states["visible"], states["set_up"], states["stage"], states["other"]) == (
        "fulfilled", "failed", "later", "later",
    )  # fmt: skip


def test_a_problem_that_no_condition_knows_is_never_left_out() -> None:
    last = ordered([problem("xero_says", message="No.")])[-1]
    assert (last.state, [p.code for p in last.problems]) == ("failed", ["xero_says"])


def test_without_problems_everything_is_fulfilled() -> None:
    assert {c.state for c in ordered([])} == {"fulfilled"}


def test_no_problem_stands_under_two_conditions() -> None:
    codes = [code for _name, codes in CONDITIONS for code in codes]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"stageId": "DT31_7:N"}, "Its stage is sent Invoices in stage “New” are not sent"),
        ({"rows": []}, "It has products The invoice has no"),
        ({"begindate": "2020-01-15"}, "The date is in an open period"),
        ({"rows": BELOW_ZERO}, "The total is below zero (NZD -100.00), and Xero takes no such invoice"),
    ],
)
def test_the_first_condition_that_fails_is_said_with_its_way_on(
    ready: Person, vendors: Vendors, values: dict[str, object], said: str
) -> None:
    invoice_id = vendors.new_invoice(**values)
    vendors.forget_requests()
    page = ready.client.get(f"/invoices/{invoice_id}/why")
    assert page.status_code == 200
    assert said in text(page.text)
    assert vendors.calls("xero") == []
    assert len(vendors.calls("bitrix24")) == 1


def test_a_number_that_another_invoice_has_is_found_in_xero(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(accountNumber="INV-0041")
    assert "The number is free in Xero" in text(ready.client.get(f"/invoices/{invoice_id}/why").text)
    assert "Not fulfilled: The number is free in Xero" in text(ready.client.get(f"/invoices/{invoice_id}/why").text)


def test_a_number_that_xero_keeps_otherwise_is_found_among_the_customers_invoices(
    ready: Person, vendors: Vendors
) -> None:
    first = vendors.new_invoice()
    ready.press(first)  # so that the customer's contact is known
    item = vendors.invoice(first)["item"]
    second = vendors.new_invoice(accountNumber="INV 🌷 7", companyId=item["companyId"])
    assert "The number is free in Xero" in text(ready.client.get(f"/invoices/{second}/why").text)
    assert "Not fulfilled" not in text(ready.client.get(f"/invoices/{second}/why").text)
    by_hand(vendors, second, InvoiceNumber="INV ? 7")
    assert "Not fulfilled: The number is free in Xero" in text(ready.client.get(f"/invoices/{second}/why").text)


def test_when_nothing_stands_against_it_the_button_is_there(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.forget_requests()
    page = ready.client.get(f"/invoices/{invoice_id}/why")
    assert "Nothing stands against it" in text(page.text)
    assert "Create on Xero" in page.text
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Invoices"]


def test_an_invoice_that_is_there_needs_no_reasons(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    assert ready.client.get(f"/invoices/{invoice_id}/why").status_code == 302


def test_somebody_elses_invoice_is_not_explained(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(assignedById=1)
    jack = Person(ready.app, "Jack O'Brien").sign_in()
    assert jack.client.get(f"/invoices/{invoice_id}/why").status_code in (403, 404)
