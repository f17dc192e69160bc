"""Pages stay where they are while they load: what comes later takes the place that was kept for it (CLS)."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DRAFTS, Installation, come_in
from tests.browser.test_journey import DESK, PHONE

MOST = 0.02
# Every shift that no key or press has caused, and which elements it moved.
WATCH = """
window.shifts = [];
const name = ({ node }) => node && node.nodeType === 1
  ? node.tagName.toLowerCase() + (node.id && "#" + node.id) + [...node.classList].map((one) => "." + one).join("")
  : String(node && node.textContent);
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) shifts.push({ by: entry.value, moved: entry.sources.map(name) });
  }
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))"

Loaded = Callable[[Page], None]


def listed(row: str, count: int) -> Loaded:
    return lambda page: expect(page.locator(f"tr[id^={row}-]")).to_have_count(count)


def shown(place: str) -> Loaded:
    return lambda page: expect(page.locator(place).first).to_be_visible()


def late(route: Route) -> None:
    time.sleep(0.1)
    route.continue_()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_while_a_page_loads(page: Page, installation: Installation, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    come_in(page.context, installation, **DRAFTS)
    invoice_id = installation.new_invoice()
    page.goto(f"{installation.url}/invoices")
    row = page.locator(f"#invoice-{invoice_id}")
    row.get_by_role("button", name="Create on Xero").click()
    expect(row).to_contain_text("Created in Xero")
    # Slow enough that what stands there first is painted: before the scripts run, before Bitrix24 answers.
    page.route("**/*.js", late)
    installation.fault("delay", vendor="bitrix24", path="/rest/", seconds=0.4, times=1000)
    page.add_init_script(WATCH)
    pages: tuple[tuple[str, Loaded], ...] = (
        ("/invoices?rows=25", listed("invoice", 25)),
        ("/invoices?rows=50", listed("invoice", 50)),
        ("/invoices?q=Acme", listed("invoice", 1)),
        ("/products", listed("product", 19)),
        ("/activity", shown("#activity details")),
        ("/setup", shown("#check .tally")),
        (f"/invoices/{invoice_id}/preview", shown(".dock")),
    )
    found = {}
    for address, loaded in pages:
        page.goto(f"{installation.url}{address}")
        loaded(page)
        page.evaluate(SETTLED)
        found[address] = page.evaluate("shifts")
    sums = {address: sum(shift["by"] for shift in shifts) for address, shifts in found.items()}
    assert {address: found[address] for address, value in sums.items() if value >= MOST} == {}
