"""A month's end as a bookkeeper walks it, in Chromium: sixty are sent, three put right, and one line says it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, come_in
from tests.conftest import ROWS

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 780}
MARCH = "since=2031-03-01&until=2031-03-31"


def of_march(here: Installation, count: int, **values: object) -> list[int]:
    """Invoices for a customer that Xero knows."""
    return [
        here.new_invoice(begindate=f"2031-03-{n % 28 + 1:02}", companyId=9, title=f"Quay 7, lot {n}", **values)
        for n in range(count)
    ]


def is_taken(here: Installation, number: str) -> None:
    """Somebody has an invoice of this number in Xero, of another month."""
    contact = next(one for one in here.control("xero/contacts") if one["ContactStatus"] == "ACTIVE")
    line = {"Description": "By hand", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}
    invoice = {
        "InvoiceNumber": number, "Status": "AUTHORISED", "Date": "2030-01-10", "DueDate": "2030-01-20",
        "CurrencyCode": "NZD", "LineAmountTypes": "NoTax", "Contact": {"ContactID": contact["ContactID"]},
        "LineItems": [line],
    }  # fmt: skip
    here.control("xero/invoices/add", set=invoice)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_sixty_invoices_to_one_line_that_says_both_agree(
    page: Page, installation: Installation, size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    come_in(page.context, installation)
    bad = of_march(installation, 60, rows=ROWS[:1])[-3:]
    for one in bad:
        is_taken(installation, str(installation.invoice(one)["item"]["accountNumber"]))
    page.goto(f"{installation.url}/invoices?q=Quay+7&rows=100")
    expect(page.locator("tr[id^=invoice-]")).to_have_count(60)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Create / Edit on Xero (60)").click()
    page.get_by_role("button", name=re.compile("Write to Xero")).click()
    expect(page.get_by_text("0 of 3 put right")).to_be_visible(timeout=60_000)

    for n, one in enumerate(bad):
        installation.control("bitrix24/edit", id=one, fields={"accountNumber": f"Q7-{n}"})
    page.get_by_role("button", name="Try again (3)").first.click()
    expect(page.get_by_text("3 of 3 put right")).to_be_visible(timeout=30_000)

    page.goto(f"{installation.url}/month-end?{MARCH}")
    page.get_by_role("button", name="Read both systems").click()
    expect(page.get_by_text(re.compile("Both systems agree: 60 of 60, NZD.0.00 apart."))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("row", name=re.compile("Unexplained"))).to_have_count(2)
    page.goto(f"{installation.url}/invoices")
    expect(page.get_by_text(re.compile("Month end: .*Both systems agree: 60 of 60"))).to_be_visible()
