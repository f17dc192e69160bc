"""The preview in Chromium: a choice shows its own figures at once, and what is pressed is what was chosen."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DRAFTS, Installation, come_in
from tests.browser.test_journey import DESK, PHONE
from tests.web.test_preview import BENCHTOP


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_choice_is_shown_at_once_and_written(page: Page, installation: Installation, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    come_in(page.context, installation, **DRAFTS)
    invoice_id = installation.new_invoice(rows=BENCHTOP)
    number = installation.invoice(invoice_id)["item"]["accountNumber"]

    page.goto(f"{installation.url}/invoices")
    page.locator("tr[id^=invoice-]").filter(has_text=number).locator(".who a").click()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Preview {number}")
    dock = page.locator(".dock")
    expect(dock).to_contain_text(re.compile(r"1,008\.05 in both, to the cent"))

    page.get_by_label(re.compile("Write it as Xero adds it up")).check()
    expect(dock).to_contain_text(re.compile(r"1,008\.05 in Bitrix24, NZD.1,008\.04 in Xero"))
    expect(page.locator("#cents-as_is")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="Write to Xero").click()
    expect(page.get_by_text(re.compile("Written, but the totals differ")).first).to_be_visible()
    (made,) = installation.in_xero(number)
    assert Decimal(str(made["Total"])) == Decimal("1008.04")


def test_the_press_does_not_stand_over_a_question_that_is_open(page: Page, installation: Installation) -> None:
    """It stuck to the window's foot, over the second of two required choices, at 1280 by 900."""
    page.set_viewport_size({"width": 1280, "height": 900})
    come_in(page.context, installation, rounding="ask")
    page.goto(f"{installation.url}/invoices/{installation.new_invoice(rows=BENCHTOP)}/preview")
    dock = page.locator(".dock")
    expect(dock).to_have_css("position", "static")
    page.locator("#cents-tax").check()
    expect(dock).to_have_css("position", "sticky")
    expect(page).to_have_url(re.compile("cents=tax"))  # so that a reload and a login come back to it
