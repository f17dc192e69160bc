"""b24xero inside the portal, in Chromium: the portal is another site, and the browser keeps our cookies away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Frame, FrameLocator, Page, expect

from tests.browser.conftest import Installation

MERE, TOM, JACK = 1, 7, 15
TAB = "CRM_SMART_INVOICE_DETAIL_TAB"


@pytest.fixture
def vendors_host() -> str:
    return "127.0.0.1"


@pytest.fixture(scope="module")
def browser_without(browser_type: BrowserType, browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """A Chromium that blocks third-party cookies."""
    args = [*browser_type_launch_args["args"], "--test-third-party-cookie-phaseout"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield browser
    browser.close()


@pytest.fixture
def context(browser_without: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    context = browser_without.new_context(**browser_context_args)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def open_in_portal(page: Page, installation: Installation, user: int = MERE, **more: str | int) -> FrameLocator:
    query = "&".join(f"{name}={value}" for name, value in {"user": user, **more}.items())
    # "load" would wait for everything in the frame, and for a script there that never comes.
    page.goto(f"{installation.base}/bitrix24/open/?{query}", wait_until="commit")
    return page.frame_locator("iframe")


def inside(page: Page) -> Frame:
    frame = page.frame(name="app")
    assert frame
    return frame


def connect(page: Page, app: FrameLocator) -> None:
    """ "Connect to Xero" opens a tab; when it is done the frame knows."""
    with page.context.expect_page() as opened:
        app.get_by_role("main").get_by_role("button", name="Connect to Xero").click()
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Connect Xero for")
    tab.get_by_role("button", name="Go on to Xero").click()
    tab.get_by_role("button", name="Allow access").click()
    expect(tab.get_by_role("heading", name="Connected to Xero")).to_be_visible()
    tab.close()
    page.bring_to_front()
    expect(app.get_by_text("Not connected")).to_have_count(0, timeout=15_000)


def set_up(app: FrameLocator) -> None:
    app.get_by_role("link", name="Set-up", exact=True).click()
    app.get_by_label("Sent", exact=True).select_option(label="Draft")
    app.get_by_role("button", name="Save set-up").click()
    expect(app.get_by_text("Set-up saved")).to_be_visible()


def test_third_party_cookies_are_blocked_in_this_browser(page: Page, installation: Installation) -> None:
    app = open_in_portal(page, installation)
    expect(app.get_by_role("heading", name="Invoices")).to_be_visible()
    kept = inside(page).evaluate("document.cookie = 'probe=1; SameSite=None; Secure; path=/', document.cookie")
    assert kept == ""
    assert page.context.cookies(installation.url) == []


def test_from_the_menu_to_an_invoice_in_xero_without_leaving_the_portal(page: Page, installation: Installation) -> None:
    invoice_id = installation.new_invoice(title="Bathroom, upper floor")
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    app = open_in_portal(page, installation)
    expect(app.locator("tr[id^=invoice-]").first).to_be_visible()
    connect(page, app)
    set_up(app)
    app.get_by_role("link", name="Invoices", exact=True).click()
    row = app.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero as Draft")
    assert len(installation.in_xero(number)) == 1

    app.get_by_role("searchbox", name="Search").fill(number)
    expect(app.locator("tr[id^=invoice-]")).to_have_count(1)
    app.get_by_role("link", name="Activity", exact=True).click()
    expect(app.get_by_role("heading", name="Activity")).to_be_visible()
    expect(app.locator("#activity")).to_contain_text(number)
    page.evaluate("history.back()")
    expect(app.get_by_role("heading", name="Invoices")).to_be_visible()
    expect(app.locator("tr[id^=invoice-]")).to_have_count(1)
    assert page.url.startswith(installation.base)
    assert page.context.cookies(installation.url) == [] or "_user_id" not in str(page.context.cookies(installation.url))


def test_an_update_from_xero_is_watched_in_the_frame(page: Page, installation: Installation) -> None:
    invoice_id = installation.new_invoice(stageId="DT31_7:UC_DEPOSI")
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    app = open_in_portal(page, installation)
    connect(page, app)
    set_up(app)
    app.get_by_role("link", name="Invoices", exact=True).click()
    row = app.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero")
    (made,) = installation.in_xero(number)
    installation.control("xero/pay", invoice=made["InvoiceID"], amount=str(made["Total"]))
    app.get_by_role("button", name="Update from Xero").click()
    expect(app.locator("#run")).to_contain_text("Finished", timeout=20_000)
    expect(row).to_contain_text("Paid")


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_the_tab_in_the_invoices_card(page: Page, installation: Installation, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    app = open_in_portal(page, installation, install=1)
    app.get_by_role("button", name="Finish the installation").click()
    expect(app.get_by_role("heading", name="Invoices")).to_be_visible()
    assert installation.control("bitrix24/state")["installed"] is True

    invoice_id = installation.new_invoice()
    number = installation.invoice(invoice_id)["item"]["accountNumber"]
    connect(page, app)
    set_up(app)
    app = open_in_portal(page, installation, placement=TAB, id=invoice_id)
    expect(app.get_by_role("heading", name=f"{number} in Xero")).to_be_visible()
    expect(app.get_by_role("navigation")).to_have_count(0)
    app.get_by_role("button", name="Create on Xero").click()
    expect(app.get_by_text("same to the cent")).to_be_visible()
    expect(app.get_by_role("button", name=re.compile("Open in Xero"))).to_have_attribute("target", "_blank")
    expect(app.locator(".story")).to_contain_text("Sent to Xero")
    (made,) = installation.in_xero(number)
    installation.control("xero/approve", invoice=made["InvoiceID"])
    app.get_by_role("button", name="Update from Xero").click()
    expect(app.locator("#run")).to_contain_text("Finished", timeout=20_000)
    expect(app.locator("#standing")).to_contain_text("Awaiting payment")


def test_the_frame_is_as_high_as_its_page(page: Page, installation: Installation) -> None:
    app = open_in_portal(page, installation)
    expect(app.locator("tr[id^=invoice-]").first).to_be_visible()
    fits = "document.documentElement.scrollHeight <= document.documentElement.clientHeight"
    page.wait_for_function("document.querySelector('iframe').clientHeight > 1000")
    assert inside(page).evaluate(fits)
    app.get_by_role("link", name="Activity", exact=True).click()
    page.wait_for_function("document.querySelector('iframe').clientHeight < 900")


def test_without_bitrix24s_script_all_works(page: Page, installation: Installation) -> None:
    page.route("**/bitrix24-api/**", lambda route: route.abort())
    app = open_in_portal(page, installation)
    expect(app.locator("tr[id^=invoice-]").first).to_be_visible()
    app.get_by_role("link", name="Activity", exact=True).click()
    expect(app.get_by_role("heading", name="Activity")).to_be_visible()


def test_a_script_of_bitrix24_that_never_comes_holds_nothing_up(page: Page, installation: Installation) -> None:
    page.route("**/bitrix24-api/**", lambda route: None)
    app = open_in_portal(page, installation)
    expect(app.locator("tr[id^=invoice-]").first).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")


def test_the_activity_is_saved_as_a_file(page: Page, installation: Installation) -> None:
    app = open_in_portal(page, installation)
    app.get_by_role("link", name="Activity", exact=True).click()
    with page.expect_download() as saved:
        app.get_by_role("button", name="Download as CSV").click()
    assert saved.value.suggested_filename.startswith("b24xero-activity-")
    assert "Bitrix24 id" in saved.value.path().read_text(encoding="utf-8-sig")


def test_signed_out_or_over_the_frame_says_how_to_go_on(page: Page, installation: Installation) -> None:
    app = open_in_portal(page, installation)
    expect(app.get_by_role("heading", name="Invoices")).to_be_visible()
    app.get_by_role("button", name="Sign out").click()
    expect(app.get_by_text("Nobody is signed in on this page any more")).to_be_visible()
    expect(app.get_by_role("button", name="Open b24xero")).to_have_attribute("target", "_blank")


def test_no_other_site_frames_it(page: Page, installation: Installation) -> None:
    framing = f"<iframe src='{installation.url}/login'></iframe>"
    page.route("http://evil.test/", lambda route: route.fulfill(body=framing, content_type="text/html"))
    page.goto("http://evil.test/")
    expect(page.frame_locator("iframe").get_by_text("Sign in with Bitrix24")).to_have_count(0)
    page.wait_for_function("window.frames.length === 1")
    assert page.frames[1].url.startswith("chrome-error:")


def test_the_frame_follows_the_portals_dark_look(browser_without: Browser, installation: Installation) -> None:
    """The look that the portal gives its frame is what the browser tells the page there."""
    context = browser_without.new_context(color_scheme="null")
    page = context.new_page()
    grounds = {}
    for dark in ("", "1"):
        app = open_in_portal(page, installation, dark=dark)
        expect(app.get_by_role("heading", name="Invoices")).to_be_visible()
        grounds[dark] = inside(page).evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    assert grounds[""] != grounds["1"]


def test_without_scripts_a_tab_of_its_own_is_offered(browser_without: Browser, installation: Installation) -> None:
    context = browser_without.new_context(java_script_enabled=False)
    page = context.new_page()
    posted = installation.control("bitrix24/frame", user_id=MERE, base=installation.base)
    page.set_content(
        f"<form method=post action='{posted['url']}'>"
        + "".join(
            f"<input name='{name}' value='{value}'>" for name, value in posted["form"].items() if "{" not in value
        )
        + "<button>Open</button></form>"
    )
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text("You are signed in as Mere Tautahi")).to_be_visible()
    expect(page.get_by_role("button", name="Open b24xero in a tab of its own")).to_have_attribute("target", "_blank")
    context.close()
