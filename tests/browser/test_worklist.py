"""The main page in a browser: a row opens its record, a choice survives other pages, the hand has compact rows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, come_in
from tests.browser.test_journey import PHONE


@pytest.fixture
def listed(page: Page, installation: Installation) -> Page:
    come_in(page.context, installation)
    page.goto(f"{installation.url}/invoices?rows=10")
    expect(page.locator("tr[id^=invoice-]")).to_have_count(10)
    return page


def test_a_click_on_a_row_and_the_key_open_the_record_and_back_is_back(listed: Page) -> None:
    row = listed.locator("tr[id^=invoice-]").nth(3)
    number = re.findall(r"INV-\d+", row.inner_text())[0]
    row.locator(".at").click()
    expect(listed.get_by_role("heading", level=1)).to_contain_text(number)
    listed.get_by_role("link", name="Invoices").last.click()
    expect(listed.locator("tr[id^=invoice-]")).to_have_count(10)
    listed.keyboard.press("j")
    listed.keyboard.press("Enter")
    expect(listed.get_by_role("heading", level=1)).to_contain_text("INV-")


def test_a_choice_survives_another_page_the_record_and_back_and_is_added_up(listed: Page) -> None:
    listed.get_by_role("checkbox", name=re.compile("^Select INV")).nth(0).check()
    listed.get_by_role("button", name="Next").click()
    expect(listed.locator(".range").first).to_contain_text("11–20")
    listed.get_by_role("checkbox", name=re.compile("^Select INV")).nth(0).check()
    expect(listed.get_by_role("button", name="Create / Edit on Xero (2)")).to_be_visible()
    expect(listed.locator("[data-sums]")).to_contain_text(re.compile(r"[A-Z]{3} [\d,]+\.\d\d"))
    listed.locator("tr[id^=invoice-]").nth(2).locator(".at").click()
    expect(listed.get_by_role("heading", level=1)).to_contain_text("INV-")
    listed.go_back()
    expect(listed.get_by_role("button", name="Create / Edit on Xero (2)")).to_be_visible()
    listed.get_by_role("button", name="Create / Edit on Xero (2)").click()
    expect(listed.get_by_role("heading", level=1)).to_have_text("Review 2 invoices")
    listed.reload()
    expect(listed.get_by_role("heading", level=1)).to_have_text("Review 2 invoices")
    listed.get_by_role("button", name=re.compile("Cancel|Go back")).click()
    expect(listed.get_by_role("button", name="Create / Edit on Xero (2)")).to_be_visible()


def test_one_is_left_out_of_the_review_where_one_stands_and_back_brings_it_again(listed: Page) -> None:
    listed.locator("#view-ready").click()
    expect(listed).to_have_url(re.compile("view=ready"))
    for n in range(3):
        listed.get_by_role("checkbox", name=re.compile("^Select INV")).nth(n).check()
    listed.get_by_role("button", name="Create / Edit on Xero (3)").click()
    heading = listed.get_by_role("heading", level=1)
    expect(heading).to_have_text("Review 3 invoices")
    listed.get_by_role("button", name=re.compile("^Leave out")).last.click()
    expect(heading).to_have_text("Review 2 invoices")
    expect(listed.get_by_role("button", name="Write to Xero (2)")).to_be_visible()
    listed.go_back()
    expect(heading).to_have_text("Review 3 invoices")


def test_a_period_is_kept_in_the_address(listed: Page) -> None:
    listed.get_by_label("Dated").select_option("month")
    expect(listed).to_have_url(re.compile("dated=month"))
    listed.locator("#view-overdue").click()
    expect(listed).to_have_url(re.compile(r"view=overdue.*dated=month|dated=month.*view=overdue"))


def test_a_row_in_the_hand_is_low_and_one_tap_from_its_record(page: Page, installation: Installation) -> None:
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    come_in(page.context, installation)
    page.goto(f"{installation.url}/invoices?rows=25")
    rows = page.locator("tr[id^=invoice-]")
    expect(rows).to_have_count(25)
    page.set_viewport_size({"width": 360, "height": 780})
    heights = rows.evaluate_all("all => all.map((row) => row.getBoundingClientRect().height)")
    assert max(heights) <= 120, heights
    lefts = {page.locator(at).evaluate("e => e.getBoundingClientRect().left") for at in ("#search", ".filters-button")}
    assert len(lefts) == 1, lefts  # something without a width stood before the button, and its gap with it
    bar = page.locator(".bar nav")
    assert bar.evaluate("e => e.scrollWidth <= e.clientWidth")  # the last of its links was cut
    rows.first.locator(".who a").click()
    expect(page.get_by_text("Total in Xero")).to_be_visible()
