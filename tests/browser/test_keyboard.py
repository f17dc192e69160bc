"""Everything by keyboard, in Chromium: rows, the search, "?", presses that answer at once and are made once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.browser.conftest import DRAFTS, Installation, come_in
from tests.browser.test_frame import inside, open_in_portal
from tests.matching.test_find_in_xero import by_hand

ROWS = "tr[id^=invoice-]"


@pytest.fixture
def ready(page: Page, installation: Installation) -> Page:
    """The list, connected and set up."""
    come_in(page.context, installation, **DRAFTS)
    show(page, installation)
    return page


def show(page: Page, installation: Installation, address: str = "/invoices") -> None:
    page.goto(installation.url + address)
    expect(page.locator(ROWS).first).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.tagName"))


def posts(page: Page) -> list[str]:
    """The addresses that are posted to from now on, in their order."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    return sent


def works(button: Locator) -> None:
    """It shows that it works, and keeps the focus."""
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_focused()


# -- rows -------------------------------------------------------------------------------------------------------------


def test_arrows_walk_the_rows_and_space_ticks_them_where_they_stand(ready: Page) -> None:
    ids = ready.locator(ROWS).evaluate_all("rows => rows.map(row => row.id)")
    press(ready, "ArrowDown")
    assert focused(ready) == ids[0]
    press(ready, "ArrowDown", "j", "ArrowUp", "k", "j")
    assert focused(ready) == ids[1]
    height = ready.evaluate("scrollY")
    press(ready, "Space")
    expect(ready.locator(f"#{ids[1]}").get_by_role("checkbox")).to_be_checked()
    expect(ready.locator("#live")).to_have_text("Selected")
    assert ready.evaluate("scrollY") == height
    press(ready, "ArrowDown", "Space")
    expect(ready.get_by_role("button", name="Create / Edit on Xero (2)")).to_be_visible()
    press(ready, "ArrowUp", "Space")
    expect(ready.get_by_role("button", name="Create / Edit on Xero (1)")).to_be_visible()
    press(ready, "End")
    assert focused(ready) == ids[-1]
    press(ready, "Home")
    assert focused(ready) == ids[0]


def test_a_row_that_has_the_focus_is_said_as_a_whole(ready: Page) -> None:
    press(ready, "ArrowDown")
    row = ready.locator(ROWS).first
    customer = row.locator(".who strong").inner_text()
    expect(row).to_have_accessible_name(re.compile(re.escape(customer)))
    expect(row).to_have_css("outline-style", "solid")


def test_from_the_search_to_a_row_to_its_preview_and_back_by_tab(ready: Page, installation: Installation) -> None:
    invoice_id = installation.new_invoice(title="Bathroom, upper floor")
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    press(ready, "/")
    assert focused(ready) == "search"
    ready.keyboard.type(number)
    expect(ready.locator(ROWS)).to_have_count(1)
    press(ready, "Escape")
    assert focused(ready) == f"invoice-{invoice_id}"
    press(ready, "Escape")
    assert focused(ready) == "search"
    press(ready, "Escape", "Enter")
    expect(ready.get_by_role("heading", level=1, name=f"{number}, ")).to_be_visible()


def test_the_cursor_stays_on_its_row_when_the_list_comes_anew(ready: Page) -> None:
    press(ready, "ArrowDown", "ArrowDown", "ArrowDown")
    row = focused(ready)
    ready.locator(f"#{row}").evaluate("row => { row.dataset.old = '' }")
    ready.evaluate("document.body.dispatchEvent(new Event('run-ended'))")
    expect(ready.locator("[data-old]")).to_have_count(0)
    expect(ready.locator(f"#{row}")).to_be_focused()
    press(ready, "Escape", "Escape")
    assert focused(ready) == row
    press(ready, "ArrowDown")
    assert focused(ready) != row


def test_what_one_types_or_chooses_is_not_taken(ready: Page) -> None:
    press(ready, "/")
    ready.keyboard.type("j/k?")
    expect(ready.get_by_role("searchbox")).to_have_value("j/k?")
    expect(ready.get_by_role("dialog")).to_have_count(0)
    ready.get_by_label("Sort by").focus()
    press(ready, "ArrowDown")
    assert focused(ready) == "sort"
    press(ready, "Control+k", "Alt+j", "Meta+j")
    assert focused(ready) == "sort"


def test_a_rows_menu_is_walked_with_the_arrows(ready: Page) -> None:
    row = ready.locator(ROWS).first
    row.locator("summary").focus()
    press(ready, "Enter", "ArrowDown")
    entries = row.locator(".menu li").locator("a, button")
    expect(entries.first).to_be_focused()
    press(ready, "ArrowUp")
    expect(entries.last).to_be_focused()
    press(ready, "Escape")
    expect(row.locator("summary")).to_be_focused()
    expect(row.locator("details")).not_to_have_attribute("open", "")


def test_the_entries_of_the_activity_are_walked_and_opened(ready: Page, installation: Installation) -> None:
    for count in (1, 2):
        ready.get_by_role("button", name="Create on Xero").first.click()
        expect(ready.locator(ROWS).locator(".note")).to_have_count(count)
    ready.goto(f"{installation.url}/activity")
    press(ready, "ArrowDown", "ArrowDown", "Enter")
    opened = ready.locator(".entries details[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("summary")).to_be_focused()


def test_pairs_are_walked_and_the_next_takes_the_place_of_one_that_was_declined(
    ready: Page, installation: Installation
) -> None:
    for _invoice in range(3):
        by_hand(installation, installation.new_invoice())
    ready.goto(f"{installation.url}/invoices/find")
    ready.get_by_role("button", name="Look for them").click()
    expect(ready.locator("tr[id^=pair-]")).to_have_count(3, timeout=20_000)
    pairs = ready.locator("tr[id^=pair-]").evaluate_all("rows => rows.map(row => row.id)")
    press(ready, "ArrowDown", "ArrowDown", "Space")
    expect(ready.get_by_role("button", name="Link 2 invoices")).to_be_visible()
    ready.locator(f"#{pairs[0]}").get_by_role("button", name="Not this one").focus()
    press(ready, "Enter")
    expect(ready.locator("tr[id^=pair-]")).to_have_count(2)
    expect(ready.locator(f"#{pairs[1]}")).to_be_focused()
    expect(ready.get_by_role("button", name="Link 1 invoice")).to_be_visible()
    expect(ready.locator("#live")).to_contain_text("are two invoices")


# -- presses ----------------------------------------------------------------------------------------------------------


def test_a_press_shows_that_it_works_and_the_row_comes_back_with_the_focus(
    ready: Page, installation: Installation
) -> None:
    invoice_id = installation.new_invoice()
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    show(ready, installation, f"/invoices?q={number}")
    row = ready.locator(f"#invoice-{invoice_id}")
    button = row.get_by_role("button", name="Create on Xero")
    installation.fault("delay", vendor="xero", path="/Invoices", method="PUT", seconds=1)
    button.focus()
    press(ready, "Enter")
    works(button)
    press(ready, "Enter", "Space")
    expect(row).to_contain_text("Created in Xero as Draft")
    expect(row.locator("summary")).to_be_focused()
    expect(ready.locator("#live")).to_contain_text(f"{number}: Created in Xero as Draft")
    assert len(installation.in_xero(number)) == 1
    press(ready, "Escape")
    assert focused(ready) == f"invoice-{invoice_id}"


def test_a_press_that_is_under_way_is_not_made_again_after_it(ready: Page) -> None:
    held, sent = list[Route](), posts(ready)
    ready.route("**/runs/pull", lambda route: held.append(route))
    button = ready.get_by_role("button", name="Update from Xero", exact=True)
    button.focus()
    press(ready, "Enter")
    works(button)
    press(ready, "Enter", "Space")
    button.dispatch_event("click")
    held[0].continue_()
    expect(ready.locator("#run section")).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")
    expect(button).to_be_focused()
    assert len(sent) == 1


def test_a_form_without_htmx_is_sent_once_with_the_button_that_was_pressed(
    ready: Page, installation: Installation
) -> None:
    press(ready, "ArrowDown", "Space")
    installation.fault("delay", vendor="bitrix24", path="/rest/", seconds=1)
    sent = list[str]()
    ready.on("request", lambda request: sent.append(request.url) if "/invoices/many" in request.url else None)
    every = ready.get_by_role("button", name=re.compile("Select all .* that match"))
    busy = every.evaluate("""button => new Promise((done) => {
        button.click();
        setTimeout(() => { button.click(); done(button.getAttribute("aria-busy")) }, 300);
    })""")
    assert busy == "true"
    expect(ready.get_by_role("heading", level=1)).to_have_text(re.compile(r"^\s*Review \d{2,} invoices"))
    assert len(sent) == 1
    ready.go_back()
    expect(ready.locator("[aria-busy=true]")).to_have_count(0)


def test_a_press_that_was_not_answered_can_be_made_again(ready: Page) -> None:
    ready.route("**/push", lambda route: route.abort())
    button = ready.locator(ROWS).first.get_by_role("button", name="Create on Xero")
    button.click()
    expect(ready.locator("#notices")).to_contain_text("b24xero did not answer")
    expect(button).not_to_have_attribute("aria-busy", "true")
    ready.unroute("**/push")
    button.click()
    expect(ready.locator(ROWS).first.locator(".note")).to_be_visible()


# -- the list of keys -------------------------------------------------------------------------------------------------


def test_the_keys_are_listed_and_the_single_ones_turned_off(ready: Page, installation: Installation) -> None:
    press(ready, "ArrowDown")
    row = focused(ready)
    press(ready, "?")
    dialog = ready.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_contain_text("Next row")
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    press(ready, "j", "/")
    expect(dialog).to_be_visible()
    dialog.get_by_role("switch", name="Single-key shortcuts").uncheck()
    press(ready, "Escape")
    expect(dialog).to_be_hidden()
    assert focused(ready) == row

    show(ready, installation)
    press(ready, "?", "/", "j")
    expect(dialog).to_be_hidden()
    assert focused(ready) == "BODY"
    press(ready, "ArrowDown")
    assert focused(ready) == row
    ready.get_by_role("button", name="Keyboard").click()
    dialog.get_by_role("switch").check()
    dialog.get_by_role("button", name="Close").click()
    expect(ready.get_by_role("button", name="Keyboard")).to_be_focused()
    press(ready, "/")
    assert focused(ready) == "search"


def test_inside_the_portal_the_keys_stand_where_one_looks(page: Page, installation: Installation) -> None:
    app = open_in_portal(page, installation)
    expect(app.locator(ROWS).first).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').clientHeight > 1000")
    app.get_by_role("searchbox").focus()
    press(page, "Escape", "ArrowDown", "?")
    dialog = app.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_in_viewport(ratio=1)
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    app.get_by_role("link", name="Products", exact=True).click()
    expect(app.get_by_role("heading", name="Products")).to_be_visible()
    expect(app.locator("#live")).to_contain_text("Products")
    assert inside(page).evaluate("document.activeElement.tagName") == "BODY"
