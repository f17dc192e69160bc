"""Every page in every state that a person meets, as walks of one person each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import expect

from gallery.walk import JACK, LARGE, SMALL, Walk

# What stands in the demo's world: invoices of NZD, the newest first, and some that are odd.
NEWEST, SENT, DEPOSIT = 240, (239, 237, 235, 229), (232, 225)
NEW, IN_DOLLARS, TWO_OF_A_NAME = 238, 230, 227
NO_ROWS, LONGEST_NAME, FREE_TEXT = 32, 181, 152
# 2.125 × 412.50 and 15 %: Bitrix24 makes 1,008.05 of it, Xero 876.56 + 131.48.
BENCHTOP = {"productName": "Benchtop, oak", "price": 474.375, "quantity": 2.125, "taxRate": 15, "taxIncluded": "N"}


@dataclass(frozen=True)
class Scene:
    """What is in sight now. ``only`` names the one size at which it exists: "small" (phone) or "large" (desk);
    ``covers``: something floats over the page, so that what is below can be hit in part only."""

    name: str
    only: str = ""
    covers: bool = False


Chapter = Callable[[Walk], Iterator[Scene]]


def arriving(walk: Walk) -> Iterator[Scene]:
    page = walk.page
    walk.to("/login")
    yield Scene("sign-in")
    walk.sign_in()
    walk.listed()
    yield Scene("welcome")
    walk.to("/setup")
    yield Scene("setup-not-connected")
    walk.to("/xero/connect?why=needed")
    yield Scene("connect")
    walk.connect("cancel")
    yield Scene("connect-denied")
    walk.connect()
    walk.list()
    yield Scene("welcome-second-step")
    walk.to("/setup")
    walk.checked()
    yield Scene("setup")
    page.get_by_label("Sent", exact=True).select_option(label="Draft")
    page.locator("[name=tolerance]").fill("a little")
    page.get_by_role("button", name="Save set-up").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    walk.checked()
    yield Scene("setup-errors")
    walk.set_up()
    yield Scene("setup-saved")
    walk.to("/no-such-page")
    yield Scene("not-found")
    walk.to("/access")
    yield Scene("access")
    walk.to("/health")
    page.get_by_role("button", name="Check all now").click()
    expect(page.get_by_text("App at Xero")).to_be_visible()
    yield Scene("health")
    walk.to("/automatic")
    yield Scene("automatic-off")
    page.get_by_role("button", name="Give it a login at Xero").click()
    page.locator("button[value=allow]").click()
    expect(page.get_by_role("heading", name="What goes by itself")).to_be_visible()
    page.get_by_label("Move stages in Bitrix24").check()
    page.get_by_label("Sent", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="How it goes")).to_be_visible()
    yield Scene("automatic")


def invoices(walk: Walk) -> Iterator[Scene]:
    page, here = walk.page, walk.here
    walk.ready()
    walk.hold("/invoices*")
    walk.to("/invoices")
    yield Scene("invoices-loading")
    walk.let_go()
    _some_history(walk)
    walk.list("/invoices?rows=25")
    yield Scene("invoices")
    walk.create(IN_DOLLARS)
    yield Scene("invoices-written")
    walk.row(TWO_OF_A_NAME).get_by_role("button", name="Create on Xero").click()
    expect(walk.row(TWO_OF_A_NAME).get_by_role("radio").first).to_be_visible()
    yield Scene("invoices-which-contact")
    if walk.size == LARGE:  # in the hand all of it stands on the record, a tap away
        page.get_by_label(f"More for {walk.number(NEWEST)}").click()
        yield Scene("invoices-menu", LARGE, covers=True)
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    yield Scene("keys", LARGE, covers=True)
    page.keyboard.press("Escape")
    for invoice_id in (NEWEST, *SENT[:2]):
        walk.row(invoice_id).get_by_role("checkbox").check()
    yield Scene("invoices-chosen")
    page.get_by_role("button", name="Create / Edit on Xero (3)").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Review")
    yield Scene("many")
    walk.list("/invoices?rows=10")
    page.locator(".account-button").click() if page.locator(".account-button").is_visible() else None
    yield Scene("account", SMALL, covers=True)
    walk.list("/invoices?rows=10")
    if page.locator(".filters-button").is_visible():
        page.locator(".filters-button").click()
        yield Scene("filters", SMALL, covers=True)
    walk.list("/invoices?q=Nobody+is+called+so")
    yield Scene("invoices-none")
    here.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=9)
    walk.list("/invoices?rows=10")
    yield Scene("invoices-down")
    here.control("faults/clear")
    here.control("xero/tokens/expire")
    page.context.clear_cookies()
    walk.sign_in(JACK)
    walk.listed()
    yield Scene("invoices-of-a-seller")
    walk.to("/setup")
    yield Scene("setup-of-a-seller")
    walk.to("/access")
    yield Scene("access-of-a-seller")


def _some_history(walk: Walk) -> None:
    """A week's work: invoices in every status of Xero, one refused, one that a bookkeeper changed."""
    walk.list("/invoices?rows=25")
    walk.create(*SENT, *DEPOSIT)
    walk.in_xero("approve", SENT[1])
    walk.in_xero("approve", SENT[2])
    walk.in_xero("pay", DEPOSIT[0])
    walk.in_xero("pay", DEPOSIT[1], amount=400)
    walk.in_xero("void", SENT[2])
    walk.update()
    walk.in_xero("edit", SENT[1], set={"Reference": "PO 4711"})
    rows = walk.here.invoice(SENT[0])["rows"]
    walk.here.control("bitrix24/rows", id=SENT[0], rows=[{**rows[0], "quantity": 3}, *rows[1:]])


def records(walk: Walk) -> Iterator[Scene]:
    """Views of the list, and one invoice in each way in which the two may stand."""
    page = walk.page
    walk.ready()
    _some_history(walk)
    walk.list("/invoices?view=todo&rows=10")
    yield Scene("invoices-to-do")
    walk.list("/invoices?view=differs&dated=year")
    yield Scene("invoices-differ")
    walk.list("/invoices?view=age-0&dated=days&from=2020-01-01")
    yield Scene("invoices-of-an-age")
    walk.list("/invoices?dated=days&from=2040-01-01")
    yield Scene("invoices-calm")
    for invoice_id, name in (
        (SENT[0], "record-changed"), (SENT[2], "record-voided"), (DEPOSIT[0], "record-paid"),
        (DEPOSIT[1], "record-part"), (NEWEST, "record-ready"), (NEW, "record-on-purpose"),
    ):  # fmt: skip
        walk.to(f"/invoices/{invoice_id}")
        expect(page.get_by_text("What happened")).to_be_visible()
        yield Scene(name)


def previews(walk: Walk) -> Iterator[Scene]:
    page, here = walk.page, walk.here
    walk.ready()
    plain = here.new_invoice()
    walk.to(f"/invoices/{plain}/preview")
    yield Scene("preview")
    cents = here.new_invoice(title="Kitchen, stage 2", rows=[BENCHTOP])
    walk.to(f"/invoices/{cents}/preview")
    yield Scene("preview-cents")
    walk.list()
    walk.create(plain)
    rows = here.invoice(plain)["rows"]
    here.control("bitrix24/rows", id=plain, rows=[{**rows[0], "quantity": 3}, rows[1]])
    walk.in_xero("edit", plain, set={"Reference": "PO 4711", "DueDate": "2030-01-31"})
    walk.to(f"/invoices/{plain}/preview")
    yield Scene("preview-changes")
    walk.to(f"/invoices/{NO_ROWS}/preview")
    yield Scene("preview-refused")
    walk.to(f"/invoices/{LONGEST_NAME}/why")
    yield Scene("why")
    here.control("xero/tokens/expire")
    walk.to(f"/invoices/{plain}/preview")
    yield Scene("connect-ended")
    page.context.clear_cookies()
    walk.to("/invoices")
    yield Scene("sign-in-again")


def running(walk: Walk) -> Iterator[Scene]:
    page, here = walk.page, walk.here
    walk.ready()
    walk.to("/activity")
    yield Scene("activity-empty")
    for n in range(3):
        here.new_invoice(title=f"Lot {n + 1}")
    walk.list("/invoices?rows=100")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Create / Edit on Xero (").click()
    here.fault("delay", vendor="xero", method="PUT", path="/Invoices", seconds=3, skip=1, times=9)
    page.get_by_role("button", name="Write to Xero").click()
    expect(page.locator(".run progress[value]")).to_be_visible(timeout=20_000)
    expect(page.locator(".run progress[value]")).not_to_have_attribute("value", "0", timeout=20_000)
    walk.hold("/runs/*")
    yield Scene("run")
    walk.let_go()
    here.control("faults/clear")
    page.reload()
    expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=30_000)
    yield Scene("run-finished")
    page.get_by_role("button", name=re.compile("^Answer")).first.click()
    expect(page.get_by_role("radio").first).to_be_visible()
    yield Scene("run-question")
    page.go_back()
    page.locator("details.aside summary").last.click()
    page.get_by_label("Why they stay as they are").last.fill("Billed by hand, with the old terms")
    page.get_by_role("button", name=re.compile("^Set aside \\(")).last.click()
    expect(page.get_by_role("heading", name="Set aside")).to_be_visible()
    yield Scene("run-set-aside")
    walk.in_xero("pay", SENT[1])
    walk.in_xero("pay", SENT[2], amount=400)
    walk.in_xero("void", SENT[3])
    walk.list("/invoices?rows=10")
    page.get_by_role("button", name="Update from Xero", exact=True).click()
    expect(page.locator(".run").get_by_text("Finished", exact=True)).to_be_visible(timeout=30_000)
    page.locator("a[id^=open-run]").first.click()
    expect(page.get_by_role("heading", name=re.compile("^News from Xero"))).to_be_visible()
    yield Scene("run-news")
    walk.to("/activity?rows=10")
    yield Scene("activity")
    page.locator(".entries summary").first.click()
    yield Scene("activity-opened")
    walk.to("/activity?outcome=asked")
    page.locator(".entries summary").first.click()
    yield Scene("activity-asked")
    walk.to(f"/invoices/{NEWEST}/history")
    yield Scene("history")
    here.control("xero/tokens/expire")
    walk.list("/invoices?rows=10")
    page.get_by_role("button", name="Update from Xero", exact=True).click()
    expect(page.locator(".run").get_by_text(re.compile("Waits for your Xero login"))).to_be_visible(timeout=20_000)
    yield Scene("run-waiting")


def month_end(walk: Walk) -> Iterator[Scene]:
    page, here = walk.page, walk.here
    walk.ready()
    walk.to("/month-end")
    yield Scene("month-end-empty")
    _some_history(walk)
    item = here.invoice(SENT[3])["item"]
    here.control("bitrix24/edit", id=SENT[3], fields={"opportunity": float(item["opportunity"]) + 150})
    here.control("bitrix24/move", id=SENT[0], stage="DT31_7:P")
    walk.to("/month-end?since=2020-01-01&until=2020-12-31")
    walk.to("/month-end")
    here.fault("delay", vendor="xero", method="GET", path="/Invoices", seconds=3, times=1)
    walk.press("Read both systems")
    expect(page.locator(".run progress")).to_be_visible(timeout=20_000)
    walk.hold("/runs/*")
    yield Scene("month-end-reading")
    walk.let_go()
    page.reload()
    expect(page.get_by_role("heading", name="The differences by name")).to_be_visible(timeout=30_000)
    yield Scene("month-end")
    walk.press("Read both again")
    walk.says(re.compile("put right"))
    yield Scene("month-end-again")
    walk.list("/invoices?rows=10")
    yield Scene("invoices-month-end")


def products(walk: Walk) -> Iterator[Scene]:
    page, here = walk.page, walk.here
    walk.ready()
    walk.hold("/products*")
    walk.to("/products")
    yield Scene("products-loading")
    walk.let_go()
    walk.list("/products?rows=10")
    yield Scene("products")
    walk.to("/products/add")
    yield Scene("product-add")
    page.get_by_label("Name").fill("Floating shelf, oak, 1200 mm")
    page.get_by_label("Description").fill("Oiled, with bracket and four screws.")
    page.get_by_label("Price").fill("-189")
    walk.press("Add product")
    walk.says(re.compile("Not added yet"))
    yield Scene("product-errors")
    page.get_by_label("Price").fill("189")
    page.get_by_label("Code").fill("SHELF-OAK-1200")
    here.fault("answer", vendor="xero", method="PUT", path="/Items", status=429, headers={"Retry-After": "40"})
    walk.press("Add product")
    walk.says("Not in Xero")
    yield Scene("product-half")
    walk.list("/products?rows=10")
    yield Scene("products-half")
    page.get_by_role("link", name="See what is missing").click()
    walk.press("Finish")
    walk.says(re.compile("is in Bitrix24 and in Xero"))
    yield Scene("product-added")
    walk.list("/products?q=nothing+is+called+so")
    yield Scene("products-none")


def finding(walk: Walk) -> Iterator[Scene]:
    here = walk.here
    walk.ready()
    walk.to("/invoices/find")
    yield Scene("find")
    for invoice_id in (*SENT[1:3], *DEPOSIT):
        _as_typed_by_hand(walk, invoice_id, total=1 if invoice_id in DEPOSIT else None)
    walk.press("Look for them")
    walk.says(re.compile("^Sure"))
    expect(walk.page.locator("#found")).to_be_visible(timeout=30_000)
    yield Scene("find-sure")
    walk.to("/invoices/find?show=review")
    yield Scene("find-review")
    here.control("faults/clear")


def _as_typed_by_hand(walk: Walk, invoice_id: int, total: int | None) -> None:
    """The same invoice as somebody typed it into Xero before b24xero came."""
    item = walk.here.invoice(invoice_id)["item"]
    name = walk.here.control("bitrix24/state", id=item["companyId"], type=4)["item"]["title"]
    known = [one for one in walk.here.contacts_named(name) if one["ContactStatus"] == "ACTIVE"]
    known = known or [walk.here.control("xero/contacts/add", set={"Name": name})]
    line = {"Description": "As agreed", "Quantity": 1, "UnitAmount": total or item["opportunity"], "AccountCode": "200"}
    invoice = {
        "InvoiceNumber": item["accountNumber"], "Status": "AUTHORISED", "Date": item["begindate"][:10],
        "DueDate": "2030-01-20", "CurrencyCode": item["currencyId"], "LineAmountTypes": "NoTax",
        "Contact": {"ContactID": known[0]["ContactID"]}, "LineItems": [line],
    }  # fmt: skip
    walk.here.control("xero/invoices/add", set=invoice)


def in_the_portal(walk: Walk) -> Iterator[Scene]:
    walk.ready()
    walk.list("/invoices?rows=25")
    walk.create(*SENT[:2])
    app = walk.in_portal(install=1)
    yield Scene("portal-install")
    app = walk.in_portal()
    expect(app.locator("tr[id^=invoice-]").first).to_be_visible()
    yield Scene("portal-invoices")
    tab = "CRM_SMART_INVOICE_DETAIL_TAB"
    app = walk.in_portal(placement=tab, id=SENT[0])
    expect(app.locator("#card")).to_be_visible()
    yield Scene("portal-tab")
    app = walk.in_portal(placement=tab, id=NEWEST)
    expect(app.locator("#card")).to_be_visible()
    yield Scene("portal-tab-not-in-xero")


CHAPTERS: dict[str, Chapter] = {
    "arriving": arriving,
    "invoices": invoices,
    "records": records,
    "previews": previews,
    "running": running,
    "month_end": month_end,
    "products": products,
    "finding": finding,
    "in_the_portal": in_the_portal,
}
