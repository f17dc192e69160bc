"""The main job as a person walks it, in Chromium, at the desk and on a phone."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DRAFTS, Installation, come_in

DESK, TABLET, PHONE = {"width": 1280, "height": 900}, {"width": 768, "height": 1024}, {"width": 360, "height": 780}


def sign_in_and_connect(page: Page, installation: Installation) -> None:
    page.goto(installation.url)
    page.get_by_text("Sign in with Bitrix24").click()
    page.get_by_role("button", name="Sign in as Mere Tautahi").click()
    page.get_by_role("main").get_by_text("Connect to Xero", exact=True).last.click()
    page.get_by_role("button", name="Allow access").click()
    expect(page).to_have_url(re.compile(re.escape(installation.url)))


def set_up(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/setup")
    page.get_by_label("Sent", exact=True).select_option(label="Draft")
    page.get_by_role("button", name="Save set-up").click()
    expect(page.get_by_text("Set-up saved")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, TABLET, PHONE], ids=["desk", "tablet", "phone"])
def test_from_signing_in_to_already_up_to_date(page: Page, installation: Installation, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    sign_in_and_connect(page, installation)
    set_up(page, installation)
    invoice_id = installation.new_invoice(title="Bathroom, upper floor")
    number = installation.invoice(invoice_id)["item"]["accountNumber"]

    page.goto(f"{installation.url}/invoices")
    row = page.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero as Draft")
    (made,) = installation.in_xero(number)
    assert (made["Status"], Decimal(str(made["Total"]))) == ("DRAFT", Decimal("299.00"))

    rows = installation.invoice(invoice_id)["rows"]
    installation.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 3}, rows[1]])
    page.reload()
    row.get_by_role("button", name="Edit on Xero").click()
    expect(row).to_contain_text("Updated in Xero")
    expect(row).to_contain_text("414.00")
    (edited,) = installation.in_xero(number)
    assert (edited["InvoiceID"], Decimal(str(edited["Total"]))) == (made["InvoiceID"], Decimal("414.00"))

    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    page.get_by_role("button", name="Edit on Xero").click()
    expect(page.get_by_text("Already up to date")).to_be_visible()
    expect(page.get_by_role("button", name="Open in Xero")).to_have_attribute(
        "href", re.compile(re.escape(made["InvoiceID"]))
    )


def test_a_refusal_is_said_in_the_row_and_the_page_stays(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    invoice_id = installation.new_invoice(rows=[])
    page.goto(f"{installation.url}/invoices")
    row = page.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row.locator(".note")).to_be_visible()
    expect(row).to_contain_text("Problem")
    assert page.locator("tr[id^=invoice-]").count() == 25


def test_paid_in_xero_comes_back_while_one_watches(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    invoice_id = installation.new_invoice(stageId="DT31_7:UC_DEPOSI")
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    page.goto(f"{installation.url}/invoices")
    row = page.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero")
    installation.control("xero/pay", invoice=number)
    page.get_by_role("button", name="Update from Xero", exact=True).click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=15_000)
    expect(row).to_contain_text("Paid", timeout=10_000)
    assert installation.invoice(invoice_id)["item"]["stageId"] == "DT31_7:P"


def test_several_invoices_are_chosen_looked_over_and_written(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    acme = installation.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    values = {"stageId": "DT31_7:UC_DEPOSI", "companyId": acme}
    ids = [installation.new_invoice(title=f"Lot {n}", **values) for n in range(3)]
    page.goto(f"{installation.url}/invoices?q=Lot")
    expect(page.locator("tr[id^=invoice-]").first).to_be_visible()
    for invoice_id in ids:
        page.locator(f"#invoice-{invoice_id}").get_by_role("checkbox").check()
    page.get_by_role("button", name="Create / Edit on Xero (3)").click()
    page.get_by_role("button", name="Write to Xero").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=20_000)
    for invoice_id in ids:
        assert len(installation.in_xero(installation.invoice(invoice_id)["item"]["accountNumber"])) == 1
