"""A person's ways through an installation: signing in, set-up, presses; each waits until it is done."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, FrameLocator, Locator, Page, Route, expect

from b24xero.web.common.language import COOKIE as LANGUAGE
from gallery.installation import Installation
from tests.people import Person

SMALL, LARGE = "small", "large"
WIDTH = {SMALL: 360, LARGE: 1280}
HEIGHT = {SMALL: 780, LARGE: 800}
MERE, JACK = "Mere Tautahi", "Jack O'Brien"


def browsing(browser: Browser, size: str, **more: Any) -> BrowserContext:
    """A browser on a phone, which is touched, or at a desk."""
    viewport = {"width": WIDTH[size], "height": HEIGHT[size]}
    touch = size == SMALL
    context = browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]
        is_mobile=touch,
        has_touch=touch,
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(15_000)
    return context


def come_in(context: BrowserContext, here: Installation, **choices: str) -> None:
    """Mere, signed in, connected and with this set-up saved, without the dozen pages that it takes a browser: those are
    walked by the chapter "arriving" and by the journeys."""
    mere = Person(here.app, MERE).sign_in().connect().save_set_up(**choices)
    mere.client.get("/setup?saved=1")  # what was to be told once
    cookie = mere.client.get_cookie("b24xero")
    assert cookie
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": here.url, "httpOnly": True}])


class Walk:
    """One browser page in one installation. ``frame`` is the portal's frame once ``in_portal`` was walked."""

    def __init__(self, page: Page, here: Installation, size: str = LARGE) -> None:
        self.page, self.here, self.size = page, here, size
        self.frame: Frame | None = None

    def to(self, address: str) -> None:
        self.page.goto(self.here.url + address)

    def list(self, address: str = "/invoices") -> None:
        """A page whose list loads itself, when the list is there."""
        self.to(address)
        self.listed()

    def listed(self) -> None:
        expect(self.page.locator("#list tbody th, #list .empty, #list[role=alert]").first).to_be_visible()

    def press(self, words: str, exact: bool = False) -> None:
        self.page.get_by_role("main").get_by_role("button", name=words, exact=exact).first.click()

    def says(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=20_000)

    # -- coming in

    def sign_in(self, name: str = MERE) -> None:
        self.to("/login")
        self.page.get_by_role("button", name="Sign in with Bitrix24").click()
        self.page.get_by_role("button", name=f"Sign in as {name}").click()
        expect(self.page.get_by_role("heading", name="Invoices")).to_be_visible()

    def connect(self, answer: str = "allow") -> None:
        self.to("/xero/connect?why=needed")
        self.press("Connect to Xero")
        self.page.locator(f"button[value={answer}]").click()
        expect(self.page).to_have_url(re.compile(re.escape(self.here.url)))

    def set_up(self) -> None:
        self.to("/setup")
        self.checked()
        self.press("Save set-up")
        self.says("Set-up saved")
        self.checked()

    def checked(self) -> None:
        """Set-up's check tells what comes of the form as it is now."""
        expect(self.page.locator("#check .tally")).to_be_visible()
        expect(self.page.locator("#check.htmx-request")).to_have_count(0)

    def ready(self) -> None:
        come_in(self.page.context, self.here)

    def in_portal(self, **opened: str | int) -> FrameLocator:
        """b24xero in the portal's frame; ``placement`` and ``id`` for the tab in an invoice's card."""
        query = "&".join(f"{name}={value}" for name, value in {"user": 1, **opened}.items())
        # "load" would wait for all that the frame loads.
        self.page.goto(f"{self.here.base}/bitrix24/open/?{query}", wait_until="commit")
        app = self.page.frame_locator("iframe")
        expect(app.get_by_role("heading", level=1)).to_be_visible()
        self.frame = self.page.frame(name="app")
        return app

    # -- acting

    def row(self, invoice_id: int) -> Locator:
        return self.page.locator(f"#invoice-{invoice_id}")

    def create(self, *invoice_ids: int) -> None:
        """ "Create on Xero" beside each of them, on the list that is open."""
        for invoice_id in invoice_ids:
            self.row(invoice_id).get_by_role("button", name="Create on Xero").click()
            expect(self.row(invoice_id).locator(".said .note").first).to_be_visible()

    def update(self) -> None:
        """ "Update from Xero" for all, to its end."""
        self.press("Update from Xero", exact=True)
        self.says(re.compile("^Finished$"))

    def number(self, invoice_id: int) -> str:
        return str(self.here.invoice(invoice_id)["item"]["accountNumber"])

    def in_xero(self, control: str, invoice_id: int, **values: Any) -> None:
        """What the bookkeeper does with it there: "pay", "approve", "edit", …"""
        self.here.control(f"xero/{control}", invoice=self.number(invoice_id), **values)

    @contextlib.contextmanager
    def read_in(self, language: str) -> Iterator[Page]:
        """The page that is open, as somebody finds it who speaks ``language`` and comes to its address now."""
        context = self.page.context
        assert context.browser
        own = browsing(context.browser, self.size, storage_state=context.storage_state())
        self.speak(own, language)
        reader = own.new_page()
        reader.goto(self.page.url)
        reader.wait_for_load_state("networkidle")
        yield reader
        own.close()

    def speak(self, context: BrowserContext, language: str) -> None:
        context.add_cookies([{"name": LANGUAGE, "value": language, "url": self.here.url}])

    def hold(self, address: str) -> None:
        """Leaves htmx's requests to ``address`` without an answer, so that what is under way stays in sight."""

        def stall(route: Route) -> None:
            if "hx-request" in route.request.headers:
                return
            route.continue_()

        self.page.route(f"**{address}", stall)

    def let_go(self) -> None:
        self.page.unroute_all(behavior="ignoreErrors")
