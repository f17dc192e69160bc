"""Portals with old invoices, alone and beside the new ones, as a person works with them in Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from b24xero.domain.invoice_key import written
from tests.browser.conftest import Installation, come_in
from tests.browser.test_journey import DESK, PHONE
from tests.conftest import on_old_and_both


def made(installation: Installation, which: str) -> list[tuple[int, str]]:
    """Three that stand on top, one of today among them where the portal has both: their keys and numbers."""
    acme = installation.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")
    company = int(acme["item"]["id"])
    old = [
        installation.new_old_invoice(UF_COMPANY_ID=company, ACCOUNT_NUMBER=f"2026/{n}", DATE_BILL="2026-12-24")
        for n in range(41, 43 if which == "both" else 44)
    ]
    found = [(key, str(installation.old_invoice(key)["ACCOUNT_NUMBER"])) for key in old]
    if which == "both":
        new = installation.new_invoice(companyId=company, begindate="2026-12-24")
        found.append((new, str(installation.invoice(new)["item"]["accountNumber"])))
    return found


@on_old_and_both
def test_one_press_many_an_update_and_the_record(page: Page, installation: Installation, which_invoices: str) -> None:
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    come_in(page.context, installation)
    invoices = made(installation, which_invoices)
    (first, number), *others = invoices
    page.goto(f"{installation.url}/invoices?rows=25")
    row = page.locator(f"#invoice-{written(first)}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero as Awaiting payment")

    for key, _number in others:
        page.locator(f"#invoice-{written(key)}").get_by_role("checkbox").check()
    page.get_by_role("button", name="Create / Edit on Xero (2)").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Review", timeout=20_000)
    page.get_by_role("button", name="Write to Xero").click()
    expect(page.locator(".run")).to_contain_text(re.compile(r"created\s*2"), timeout=20_000)
    assert len(installation.in_xero(number)) == 1

    for _key, paid in invoices:
        installation.control("xero/pay", invoice=paid, reference="BANK 4711")
    page.goto(f"{installation.url}/invoices?rows=25")
    page.get_by_role("button", name="Update from Xero").first.click()
    expect(page.locator("#run")).to_contain_text(re.compile("3 (invoices )?(were )?(moved|paid)"), timeout=20_000)
    expect(row).to_contain_text("Paid")
    assert installation.old_invoice(first)["PAY_VOUCHER_NUM"] == "BANK 4711"
    row.locator(".who a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.get_by_text("Total in Xero")).to_be_visible()


@pytest.mark.parametrize("which_invoices", ["both"])
def test_both_kinds_in_one_list_by_pages_and_by_kind_on_a_phone(page: Page, installation: Installation) -> None:
    come_in(page.context, installation)
    made(installation, "both")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(f"{installation.url}/invoices?rows=25")
    rows = page.locator("tr[id^=invoice-]")
    expect(rows).to_have_count(25)
    assert set(page.locator("#list .kind").all_inner_texts()) == {"New", "Old"}
    first = rows.evaluate_all("all => all.map((row) => row.id)")
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".range").first).to_contain_text("26–50")
    assert not {*first} & {*rows.evaluate_all("all => all.map((row) => row.id)")}
    page.get_by_role("button", name="Previous").click()
    expect(page.locator(".range").first).to_contain_text("1–25")
    assert rows.evaluate_all("all => all.map((row) => row.id)") == first
    page.get_by_role("button", name=re.compile("^Filter")).click()
    page.get_by_label("Kind").select_option("old")
    expect(page).to_have_url(re.compile("kind=old"))
    expect(page.locator("tr[id^=invoice-]:not([id^=invoice-old])")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
