"""What happened elsewhere is told on whichever page one is, once, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import DRAFTS, Installation, come_in
from tests.browser.test_frame import open_in_portal
from tests.browser.test_journey import sign_in_and_connect

ROWS = "tr[id^=invoice-]"


@pytest.fixture
def ready(page: Page, installation: Installation) -> Page:
    """The list, connected and set up, with one invoice in Xero that was paid there."""
    come_in(page.context, installation, **DRAFTS)
    invoice_id = installation.new_invoice(stageId="DT31_7:UC_DEPOSI")
    page.goto(f"{installation.url}/invoices")
    row = page.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero")
    installation.control("xero/pay", invoice=installation.invoice(invoice_id)["item"]["accountNumber"])
    return page


def toast(page: Page) -> Locator:
    return page.locator("#toasts .toast")


def begin_slow_update(page: Page, installation: Installation, seconds: int = 2) -> Locator:
    """The panel of an update from Xero that is under way."""
    installation.fault("delay", vendor="xero", path="/Invoices", seconds=seconds)
    page.get_by_role("button", name="Update from Xero", exact=True).click()
    panel = page.locator("#run section")
    expect(panel).to_be_visible()
    return panel


def pass_time(page: Page, address: str, seconds: int) -> None:
    """On this page, by its own clock."""
    page.clock.install()
    page.goto(address)
    page.clock.run_for(seconds * 1000)


# -- runs -------------------------------------------------------------------------------------------------------------


def test_a_run_that_ends_while_one_is_elsewhere_is_told_there_once(ready: Page, installation: Installation) -> None:
    begin_slow_update(ready, installation)
    ready.get_by_role("link", name="Products", exact=True).click()
    ready.get_by_role("searchbox").fill("oak")
    expect(toast(ready)).to_contain_text("Update from Xero finished: 1 paid, NZD 299.00.", timeout=15_000)
    expect(ready.get_by_role("searchbox")).to_be_focused()
    expect(ready.get_by_role("searchbox")).to_have_value("oak")
    link = toast(ready).get_by_role("link", name=re.compile("Show"))
    expect(link).to_have_attribute("href", re.compile(r"/runs/\d+$"))

    pass_time(ready, f"{installation.url}/activity", 10)
    expect(toast(ready)).to_have_count(0)


def test_who_has_seen_the_end_is_not_told_it_again(ready: Page, installation: Installation) -> None:
    expect(begin_slow_update(ready, installation, 0)).to_contain_text("Finished", timeout=15_000)
    pass_time(ready, f"{installation.url}/products", 10)
    expect(toast(ready)).to_have_count(0)


def test_a_run_that_ended_on_the_way_to_the_next_page_is_told(ready: Page, installation: Installation) -> None:
    ready.route(re.compile(r"/runs/\d+$"), lambda route: route.abort())
    run = begin_slow_update(ready, installation, 0).get_attribute("data-run")
    for _second in range(50):
        if "Finished" in ready.request.get(f"{installation.url}/runs/{run}").text():
            break
        ready.wait_for_timeout(200)
    ready.goto(f"{installation.url}/activity")
    expect(toast(ready)).to_contain_text("Update from Xero finished", timeout=10_000)


def test_what_another_tab_tells_first_is_not_told_again(ready: Page, installation: Installation) -> None:
    panel = begin_slow_update(ready, installation, 6)
    other, held = ready.context.new_page(), list[Route]()
    other.route("**/news", lambda route: held.append(route))
    with other.expect_request("**/news"):
        other.goto(f"{installation.url}/products")
    expect(panel).to_contain_text("Finished", timeout=15_000)
    with other.expect_response("**/news") as answered:
        held[0].continue_()
    assert "Update from Xero finished" in answered.value.text()
    expect(toast(other)).to_have_count(0)


def test_what_is_wrong_with_asking_is_not_shown_and_leads_nowhere(ready: Page, installation: Installation) -> None:
    begin_slow_update(ready, installation, 4)
    ready.goto(f"{installation.url}/products/add")
    ready.get_by_label("Name").fill("Floating shelf")
    with ready.expect_response("**/news") as answered:
        ready.context.clear_cookies()
    assert answered.value.status == 401
    expect(ready.get_by_label("Name")).to_have_value("Floating shelf")
    expect(ready.locator("#notices")).to_be_empty()


def test_inside_the_portal_it_is_told_where_one_looks(page: Page, installation: Installation) -> None:
    come_in(page.context, installation, **DRAFTS)
    app = open_in_portal(page, installation)
    expect(app.locator(ROWS).first).to_be_visible()
    installation.fault("delay", vendor="xero", path="/Invoices", seconds=2)
    app.get_by_role("button", name="Update from Xero", exact=True).click()
    expect(app.locator("#run section")).to_be_visible()
    app.get_by_role("link", name="Products", exact=True).click()
    expect(app.locator("#toasts .toast")).to_contain_text("Update from Xero finished", timeout=15_000)
    expect(app.locator("#toasts .toast")).to_be_in_viewport(ratio=1)


# -- the login --------------------------------------------------------------------------------------------------------


def test_the_end_of_the_login_is_told_before_and_when_it_comes(page: Page, installation: Installation) -> None:
    sign_in_and_connect(page, installation)
    page.clock.install()
    page.goto(f"{installation.url}/invoices")
    page.clock.fast_forward("24:00")
    expect(toast(page)).to_have_count(0)
    page.clock.fast_forward("02:00")
    expect(toast(page)).to_contain_text("Your Xero login ends within 5 minutes.")
    page.clock.fast_forward("05:00")
    expect(toast(page)).to_have_count(1)
    expect(toast(page)).to_contain_text("Your Xero login has ended.")
    toast(page).get_by_role("button", name="Close").click()
    page.clock.fast_forward("01:00")
    expect(toast(page)).to_have_count(0)


# -- how long it stays ------------------------------------------------------------------------------------------------


@pytest.fixture
def told(ready: Page, installation: Installation) -> Callable[[], Locator]:
    """A toast, on a page whose clock the test turns."""

    def tell() -> Locator:
        ready.clock.install()
        begin_slow_update(ready, installation)
        ready.goto(f"{installation.url}/products")
        for _second in range(20):
            ready.wait_for_timeout(250)
            ready.clock.run_for(3000)
            if toast(ready).count():
                return toast(ready)
        raise AssertionError("nothing was told")

    return tell


def test_it_goes_by_itself_but_not_from_under_a_hand(ready: Page, told: Callable[[], Locator]) -> None:
    shown = told()
    shown.hover()
    ready.clock.run_for(30_000)
    expect(shown).to_be_visible()
    ready.mouse.move(0, 0)
    ready.clock.run_for(5_000)
    expect(shown).to_have_count(0)


def test_it_is_reached_and_closed_by_keyboard(ready: Page, told: Callable[[], Locator]) -> None:
    shown = told()
    ready.get_by_role("searchbox").focus()
    shown.get_by_role("link", name=re.compile("Show")).focus()
    ready.clock.run_for(30_000)
    ready.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(ready.get_by_role("searchbox")).to_be_focused()
