"""The command that takes a picture of every scene: ``python3 run.py screenshots``."""

from __future__ import annotations

import argparse
import base64
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from flask_migrate import upgrade
from playwright.sync_api import Browser, Page, sync_playwright

from b24xero import create_app
from b24xero.extensions import db
from b24xero.simulator import world
from gallery.installation import installed, lacking, launch_options
from gallery.scenes import CHAPTERS, Scene
from gallery.walk import HEIGHT, LARGE, SMALL, WIDTH, Walk, browsing
from tests.conftest import KEYS

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A picture is as high as its page, up to here: what comes after shows nothing new.
HIGHEST = {SMALL: 1800, LARGE: 1300}
QUALITY = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py screenshots", description=__doc__)
    parser.add_argument("chapters", nargs="*", metavar="chapter", help=f"of {', '.join(CHAPTERS)}; default: all")
    parser.add_argument("--language", default="en", help="as in the foot of each page: en, de, es, fr, pl, pt_BR, ru")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    wanted = parser.parse_args()
    if unknown := set(wanted.chapters) - set(CHAPTERS):
        parser.error(f"no such chapter: {', '.join(sorted(unknown))}")
    if lacking():
        print(lacking(), file=sys.stderr)
        return 1
    wanted.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        database = _migrated(Path(folder))
        for name in wanted.chapters or CHAPTERS:
            _take(browser, name, database, wanted)
    return 0


def _migrated(folder: Path) -> Path:
    database = folder / "empty.db"
    app = create_app({**world.settings("http://localhost:9"), **KEYS, "DATABASE_URL": f"sqlite:///{database}"}, folder)
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return database


def _take(browser: Browser, chapter: str, database: Path, wanted: argparse.Namespace) -> None:
    """Walks the chapter once a size."""
    for size in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as place:
            copy = Path(shutil.copy(database, Path(place) / "app.db"))
            with installed(copy) as here:
                context = browsing(browser, size)
                walk = Walk(context.new_page(), here, size)
                for scene in CHAPTERS[chapter](walk):
                    if scene.only in ("", size):
                        _look(walk, scene, wanted)
                context.close()


def _look(walk: Walk, scene: Scene, wanted: argparse.Namespace) -> None:
    """People walk in English; in another language their pages are shown as they stand when one comes to them anew."""
    if wanted.language == "en":
        _shoot(walk.page, scene, walk.size, wanted.folder)
    elif not scene.covers and walk.frame is None:
        with walk.read_in(wanted.language) as page:
            _shoot(page, scene, walk.size, wanted.folder)


def _shoot(page: Page, scene: Scene, size: str, folder: Path) -> None:
    """Both themes."""
    height = page.evaluate("document.documentElement.scrollHeight")
    # A window as high as the page: what sticks to the window's edge is then at the page's edge.
    if not scene.covers:
        page.set_viewport_size({"width": WIDTH[size], "height": max(min(height, HIGHEST[size]), HEIGHT[size])})
        page.evaluate("scrollTo(0, 0)")
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        path = folder / f"{scene.name}-{WIDTH[size]}-{theme}.webp"
        path.write_bytes(_picture(page))
        print(path.name, flush=True)
    page.set_viewport_size({"width": WIDTH[size], "height": HEIGHT[size]})


def _picture(page: Page) -> bytes:
    """What the window shows, as WebP: a tenth of a PNG's size, so that all of them can live with the sources."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    session = page.context.new_cdp_session(page)
    taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    session.detach()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    sys.exit(main())
