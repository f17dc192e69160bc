"""What holds of every page in every state: axe-core finds nothing, nothing sticks out, targets are large on touch."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, TimeoutError

from b24xero.web.common.language import NAMES
from gallery.scenes import CHAPTERS, Chapter, Scene
from gallery.walk import LARGE, SMALL, Walk, browsing
from tests.browser.conftest import Installation

AXE = Path(__file__).parent / "vendor" / "axe-core@4.14.1" / "axe.min.js"
WIDTHS = (360, 768, 1280)
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What depends on colours; the rest is the same page.
RULES_OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
THEMES = {"light": RULES, "dark": RULES_OF_COLOUR}

FIND = """async ([rules, covered]) => {
  const found = await axe.run(document, {
    runOnly: rules, resultTypes: ["violations"], elementRef: false, iframes: false,
    rules: {"target-size": {enabled: !covered}},
  });
  return found.violations.flatMap(({id, nodes}) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}"""

# Nobody should have to scroll sideways, at 320 px neither (WCAG 1.4.10), which is 200 % of zoom on a small tablet.
STICKS_OUT = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.body.querySelectorAll("*")].filter((e) => e.checkVisibility())
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1).slice(-3).map((e) => e.outerHTML.slice(0, 120))
  : []"""

# On touch every control is 44 px high, or a link in running text; no words are smaller than 16 px.
TOO_SMALL = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !e.closest(".hide, :disabled, [hidden]");
  const controls = document.querySelectorAll(`button, [role=button], select, summary, nav a,
    input:not([type=hidden], [type=radio], [type=checkbox]), label:has([type=radio], [type=checkbox])`);
  const WORDLESS = "script, noscript, template, style, option";
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = [];
  for (const e of controls) {
    const box = e.getBoundingClientRect();
    if (seen(e) && box.height && box.height < 43.5)
      small.push(`${Math.round(box.height)} px high: ${e.outerHTML.slice(0, 120)}`);
  }
  while (words.nextNode()) {
    const e = words.currentNode.parentElement;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (words.currentNode.data.trim() && seen(e) && !e.closest(WORDLESS) && size && size < 16)
      small.push(`${size} px: ${e.outerHTML.slice(0, 120)}`);
  }
  return [...new Set(small)];
}"""


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    context = browsing(browser, LARGE, bypass_csp=True)
    context.add_init_script(path=AXE)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browsing(browser, SMALL)
    yield context.new_page()
    context.close()


def scenes(chapter: Chapter, page: Page, here: Installation, size: str) -> Iterator[tuple[Scene, Page | Frame]]:
    walk = Walk(page, here, size)
    for scene in chapter(walk):
        if scene.only in ("", size):
            yield scene, walk.frame if walk.frame and not walk.frame.is_detached() else page


def settle(page: Page) -> None:
    """A list that is asked anew is dimmed, and is waited for once; of some scenes that is what they show."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function("!document.querySelector('.list.htmx-request')", timeout=2000)


def set_window(page: Page, scene: Scene, width: int) -> None:
    """As high as the page, unless something floats over it: what sticks to the window's edge would else lie over one
    target or another, and over which depends on the font. One scrolls on, and the focus is never under it."""
    page.set_viewport_size({"width": width, "height": 800})
    if not scene.covers:
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(height, 800)})


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=CHAPTERS)
def test_axe_finds_nothing_in_light_and_dark_at_three_widths(
    chapter: Chapter, desk: Page, installation: Installation
) -> None:
    found: list[str] = []
    for scene, shown in scenes(chapter, desk, installation, LARGE):
        settle(desk)
        for width in WIDTHS:
            set_window(desk, scene, width)
            for theme, rules in THEMES.items():
                desk.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                found += [
                    f"{scene.name} at {width} px, {theme}: {one}" for one in shown.evaluate(FIND, [rules, scene.covers])
                ]
        desk.set_viewport_size({"width": 1280, "height": 800})
    assert not found, "\n".join(found)


@pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=CHAPTERS)
def test_on_a_phone_nothing_sticks_out_and_all_can_be_hit(
    chapter: Chapter, phone: Page, installation: Installation
) -> None:
    found: list[str] = []
    for scene, shown in scenes(chapter, phone, installation, SMALL):
        for width in (360, 320):
            phone.set_viewport_size({"width": width, "height": 780})
            found += [f"{scene.name} sticks out at {width} px: {one}" for one in shown.evaluate(STICKS_OUT)]
        phone.set_viewport_size({"width": 360, "height": 780})
        found += [f"{scene.name} is small: {one}" for one in shown.evaluate(TOO_SMALL)]
    assert not found, "\n".join(found)


def test_longer_words_push_nothing_out_on_a_phone(phone: Page, installation: Installation) -> None:
    walk = Walk(phone, installation, SMALL)
    walk.ready()
    lists = ("/invoices?now=1", "/products?now=1", "/activity", "/invoices/find")
    addresses = (*lists, "/setup", "/products/add", f"/invoices/{installation.new_invoice()}/preview")
    walk.to("/activity?rows=10")
    found: list[str] = []
    for language in NAMES:
        walk.speak(phone.context, language)
        for address in addresses:
            walk.to(address)
            found += [f"{address} in {language}: {one}" for one in phone.evaluate(STICKS_OUT)]
    assert not found, "\n".join(found)
