"""What a bookkeeper comes for, in Chromium: paid or not, changed in both, mapped wrongly, one cause, a period."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, come_in
from tests.browser.test_journey import PHONE
from tests.conftest import ROWS

KNOWN = 9  # a company that Xero knows


def sent(page: Page, here: Installation, title: str, count: int = 1, **values: object) -> list[int]:
    """Invoices of one customer that stand in Xero, sent by the review."""
    ids = [
        here.new_invoice(title=f"{title} {n}", rows=ROWS[:1], **{"companyId": KNOWN, **values}) for n in range(count)
    ]
    review(page, here, title, count)
    page.get_by_role("button", name="Write to Xero").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=30_000)
    return ids


def review(page: Page, here: Installation, title: str, count: int) -> None:
    """The way there: looked for, all chosen, one press."""
    page.goto(f"{here.url}/invoices?q={title.replace(' ', '+')}")
    expect(page.locator("tr[id^=invoice-]")).to_have_count(count)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name=f"Create / Edit on Xero ({count})").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(f"Review {count} invoice"))


def update(page: Page, here: Installation, title: str) -> None:
    page.goto(f"{here.url}/invoices?q={title.replace(' ', '+')}")
    page.get_by_role("button", name="Update from Xero", exact=True).click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=30_000)


def test_has_my_invoice_been_paid_takes_two_taps_on_a_phone_and_tells_the_day(
    page: Page, installation: Installation
) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    come_in(page.context, installation)
    (mine,) = sent(page, installation, "Quay seven")
    installation.control("xero/pay", invoice=installation.invoice(mine)["item"]["accountNumber"])
    update(page, installation, "Quay seven")
    page.goto(f"{installation.url}/invoices")
    page.locator("#view-paid").click()
    page.locator(f"#invoice-{mine} .who a").click()
    expect(page.locator(".totals")).to_contain_text("Paid")
    expect(page.locator(".story")).to_contain_text(
        re.compile(r"Paid.*\d{1,2} [A-Z][a-z]{2}|\d{1,2} [A-Z][a-z]{2}.*Paid", re.S)
    )


def test_changed_in_both_is_told_with_both_sides_and_ends_the_same(page: Page, installation: Installation) -> None:
    come_in(page.context, installation)
    (mine,) = sent(page, installation, "Quay seven")
    number = installation.invoice(mine)["item"]["accountNumber"]
    rows = installation.invoice(mine)["rows"]
    installation.control("bitrix24/rows", id=mine, rows=[{**rows[0], "quantity": 5}])
    installation.control("xero/edit", invoice=number, set={"DueDate": "2030-01-31"})
    update(page, installation, "Quay seven")
    row = page.locator(f"#invoice-{mine}")
    expect(row).to_contain_text(re.compile("Changed in"))
    row.get_by_role("button", name="Compare").click()
    expect(page.get_by_text("Changed in Bitrix24 since it was sent")).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    page.get_by_text(re.compile("^Keep ")).click()
    expect(page.locator(".dock")).to_contain_text(re.compile("keep", re.I))
    page.get_by_role("button", name="Write to Xero").click()
    page.goto(f"{installation.url}/invoices/{mine}")
    expect(page.locator(".totals")).to_contain_text("same to the cent")
    there = installation.in_xero(number)[0]
    assert there["DueDateString"].startswith("2030-01-31")


def test_a_wrong_mapping_noticed_later_is_rewritten_by_one_way(page: Page, installation: Installation) -> None:
    come_in(page.context, installation)
    ids = sent(page, installation, "Quay seven", 3)
    paid = installation.invoice(ids[0])["item"]["accountNumber"]
    installation.control("xero/pay", invoice=paid)
    update(page, installation, "Quay seven")
    page.goto(f"{installation.url}/setup")
    page.get_by_label("Sales account", exact=True).select_option("260")
    before = page.locator(".consequence")
    expect(before).to_contain_text("3 invoices in Xero were written otherwise", timeout=15_000)
    page.get_by_role("button", name="Save set-up").click()
    page.get_by_role("button", name="Review them").click(timeout=15_000)
    expect(page.locator("tr[id^=invoice-]")).to_have_count(2)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Create / Edit on Xero (2)").click()
    expect(page.get_by_text(re.compile("Line 1, account: 200 .*→ 260"))).to_have_count(2)
    page.get_by_role("button", name="Write to Xero").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=30_000)
    page.goto(f"{installation.url}/invoices?view=otherwise")
    expect(page.get_by_role("heading", name="No invoice matches")).to_be_visible()


def test_one_cause_of_five_is_answered_once(page: Page, installation: Installation) -> None:
    come_in(page.context, installation)
    made = [
        installation.control("bitrix24/company", title="Lowtide Builders Ltd", email=f"{name}@lowtide.example")
        for name in ("other", "a")
    ]
    sent(page, installation, "First for Lowtide", companyId=made[0]["item"]["id"])
    for n in range(5):
        installation.new_invoice(title=f"Lowtide lot {n}", companyId=made[1]["item"]["id"], rows=ROWS[:1])
    review(page, installation, "Lowtide lot", 5)
    page.get_by_role("button", name="Write to Xero").click()
    expect(page.get_by_text("0 of 5 put right")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Answer").first.click()
    page.locator(".choice").first.click()
    page.get_by_role("button", name="Use it and send the 5").click()
    expect(page.get_by_text("5 of 5 put right")).to_be_visible(timeout=30_000)


def test_a_period_is_kept_through_a_language_the_record_and_back_and_a_sign_in(
    page: Page, installation: Installation
) -> None:
    come_in(page.context, installation)
    page.goto(f"{installation.url}/invoices?rows=10")
    expect(page.locator("tr[id^=invoice-]")).to_have_count(10)
    page.get_by_label("Dated").select_option("last-month")
    expect(page).to_have_url(re.compile("dated=last-month"))
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_url(re.compile("dated=last-month"))
    page.locator("tr[id^=invoice-] .who a").first.click()
    expect(page.locator(".totals")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("dated=last-month"))
    page.context.clear_cookies(name="b24xero")
    page.reload()
    page.locator("a.primary").click()
    page.get_by_role("button", name=re.compile("Mere Tautahi")).click()
    expect(page).to_have_url(re.compile("dated=last-month"))
    expect(page.locator("#dated")).to_have_value("last-month")
