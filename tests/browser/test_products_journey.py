"""A product typed once, in both catalogues and used at once, as a person walks it, at the desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DRAFTS, Installation, come_in
from tests.browser.test_journey import DESK, PHONE

CODE = "SHELF-OAK-1200"


def type_the_shelf(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/products")
    page.get_by_role("link", name="Add product").click()
    expect(page.get_by_role("heading", name="Add product")).to_be_visible()
    page.get_by_label("Name").fill("Floating shelf, oak, 1200 mm")
    page.get_by_label("Code").fill(CODE)
    page.get_by_label("Description").fill("Oiled, with bracket and four screws.")
    page.get_by_label("Price").fill("189.00")
    page.get_by_label("Currency").select_option("NZD")
    page.get_by_label("Tax rate").select_option(label="GST 15 %")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_added_in_both_and_used_on_an_invoice_at_once(
    page: Page, installation: Installation, size: dict[str, int]
) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    come_in(page.context, installation, **DRAFTS)
    type_the_shelf(page, installation)
    page.get_by_role("button", name="Add product").click()
    expect(page.get_by_text("is in Bitrix24 and in Xero, ready for the next invoice")).to_be_visible()
    (product,) = [one for one in installation.control("bitrix24/products") if one["code"] == CODE]
    assert [one["Code"] for one in installation.control("xero/items") if one["Code"] == CODE] == [CODE]
    row = page.locator(f"#product-{product['id']}")
    expect(row).to_contain_text("Linked")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    shelf = {"productId": product["id"], "productName": product["name"], "price": 217.35, "quantity": 2, "taxRate": 15}
    invoice_id = installation.new_invoice(title="Shelves", rows=[{**shelf, "taxIncluded": "N", "sort": 10}])
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    page.goto(f"{installation.url}/invoices")
    page.locator(f"#invoice-{invoice_id}").get_by_role("button", name="Create on Xero").click()
    expect(page.locator(f"#invoice-{invoice_id}")).to_contain_text("Created in Xero")
    (made,) = installation.in_xero(number)
    assert [line.get("ItemCode") for line in made["LineItems"]] == [CODE]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    type_the_shelf(page, installation)
    page.get_by_label("Price").fill("-189")
    page.get_by_label("Code").fill("")
    page.get_by_role("button", name="Add product").click()
    expect(page.get_by_text("Not added yet: 2 things to put right")).to_be_visible()
    expect(page.get_by_label("Price")).to_have_value("-189")
    expect(page.get_by_label("Price")).to_have_accessible_description("A price cannot be negative.")
    expect(page.get_by_label("Name")).to_have_value("Floating shelf, oak, 1200 mm")
    page.get_by_label("Price").fill("189")
    page.get_by_label("Code").fill(CODE)
    page.get_by_role("button", name="Add product").click()
    expect(page.get_by_text("is in Bitrix24 and in Xero, ready for the next invoice")).to_be_visible()


def test_a_half_is_finished(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    type_the_shelf(page, installation)
    installation.fault("answer", vendor="xero", method="PUT", path="/Items", status=429, headers={"Retry-After": "40"})
    page.get_by_role("button", name="Add product").click()
    expect(page.get_by_role("heading", name="“Floating shelf, oak, 1200 mm”")).to_be_visible()
    expect(page.get_by_text("Not in Xero", exact=True)).to_be_visible()
    page.goto(f"{installation.url}/products")
    page.get_by_role("link", name="See what is missing").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("is in Bitrix24 and in Xero, ready for the next invoice")).to_be_visible()
    assert len([one for one in installation.control("xero/items") if one["Code"] == CODE]) == 1


def test_rows_are_linked_and_created_one_by_one_and_together(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    page.goto(f"{installation.url}/products")
    door = page.locator("#product-1207")
    door.get_by_role("button", name="Link DOOR-INT").click()
    expect(door).to_contain_text("Linked with the item DOOR-INT in Xero.")
    page.get_by_role("searchbox", name="Search").fill("labour")
    expect(page.locator("tr[id^=product-]")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/products\?q=labour"))
    for box in page.locator("tr[id^=product-]").get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Create in Xero (2)").click()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=20_000)
    page.goto(f"{installation.url}/products?q=labour")
    expect(page.get_by_text("Linked", exact=True)).to_have_count(2)
