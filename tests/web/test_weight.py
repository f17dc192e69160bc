"""What goes over the wire: how heavy pages are, what browsers keep of them, and that nothing comes from elsewhere."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from itertools import islice, product
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from b24xero.extensions import compress
from b24xero.simulator.demo_customers import COMPANIES
from b24xero.simulator.demo_wares import TITLES, WARES
from tests.conftest import Vendors
from tests.people import HTMX, Person, parsed
from tests.web.test_runs import an_entry, stored

KB = 1000
FIRST_VISIT, LATER_PAGE = 90 * KB, 15 * KB
BROWSER = {"Accept-Encoding": "gzip"}  # every browser knows it; what knows more gets less
HASHED = re.compile(r"/static/.+\.([0-9a-f]{12})\.\w+")
PAGES = (
    "/invoices",
    "/invoices?now=1",
    "/products",
    "/activity",
    "/setup",
    "/xero/connect?why=denied",
    "/no-such-page",
)


def weight(answer: TestResponse) -> int:
    """Its bytes on the wire: the head, and the body as it was sent."""
    return len(str(answer.headers)) + len(answer.data)


def spoken(answer: TestResponse) -> str:
    """The body as the browser reads it."""
    sent = answer.data
    return (gzip.decompress(sent) if answer.headers.get("Content-Encoding") == "gzip" else sent).decode()


def linked(page: str) -> set[str]:
    """Every address that a browser fetches for this page or this part of one."""
    tree = parsed(page)
    found = {e.get("src") for e in tree.iter() if isinstance(e.tag, str)}
    return (found | {link.get("href") for link in tree.iter("link")}) - {None}


def fetched(person: Person, address: str, **headers: str) -> TestResponse:
    answer = person.client.get(address, headers={**BROWSER, **headers})
    assert answer.status_code == 200, address
    return answer


def static_addresses(person: Person) -> list[str]:
    return sorted(address for address in linked(person.client.get("/invoices").text) if "/static/" in address)


@pytest.fixture
def fifty(ready: Person, app: Flask, vendors: Vendors) -> Person:
    """Fifty and more of everything, none like the other: text that repeats itself would weigh too little."""
    for n, (ware, title) in enumerate(islice(product(WARES, TITLES), 0, 400, 9)):
        vendors.control("bitrix24/product", name=f"{ware.name} ({title})", code=f"AC-{n:03}", price=ware.price)
    for n, (company, outcome) in enumerate(islice(product(COMPANIES, ("created", "updated", "rejected")), 50)):
        number, total = f"INV-{n:04}", f"{n * 317}.15"
        facts = {
            "customer": company.name, "lines": str(n % 7 + 1), "total": total, "currency": "NZD", "number": number,
            "xero_total": total,
        }  # fmt: skip
        why = [stored("account_dead", code=str(200 + n))] if outcome == "rejected" else []
        an_entry(
            app, bitrix24_id=1400 + n, number=number, outcome=outcome, problems=why, before="none",
            after="awaiting", milliseconds=300 + n, facts=facts,
        )  # fmt: skip
    return ready


# -- weight -----------------------------------------------------------------------------------------------------------


def test_a_first_visit_weighs_90_kb_at_most(fifty: Person, app: Flask) -> None:
    """Signing in, then the invoices, with every file that either page links."""
    stranger = Person(app, "nobody yet")
    login = fetched(stranger, "/login")
    shell = fetched(fifty, "/invoices", **{"Sec-Fetch-Site": "cross-site"})  # led here by the portal
    rows = fetched(fifty, "/invoices?rows=50", **HTMX)
    assert spoken(rows).count('<tr id="invoice-') == 50
    addresses = linked(spoken(login)) | linked(spoken(shell)) | linked(spoken(rows))
    files = [fetched(fifty, address) for address in addresses]
    assert len(files) >= 6, addresses
    assert sum(weight(answer) for answer in (login, shell, rows, *files)) <= FIRST_VISIT


@pytest.mark.parametrize(
    ("address", "row"), [("/invoices?rows=50", '<tr id="invoice-'), ("/products?rows=50", '<tr id="product-')]
)
def test_a_list_of_50_rows_weighs_15_kb_at_most(fifty: Person, address: str, row: str) -> None:
    """The page, the rows that it asks for, and the colours of the stages; the files are kept from the first visit."""
    shell, rows = fetched(fifty, address), fetched(fifty, address, **HTMX)
    assert spoken(rows).count(row) == 50
    fresh = [fetched(fifty, link) for link in linked(spoken(rows)) if not HASHED.fullmatch(link)]
    assert sum(map(weight, (shell, rows, *fresh))) <= LATER_PAGE


def test_50_lines_of_activity_weigh_15_kb_at_most(fifty: Person) -> None:
    page = fetched(fifty, "/activity?rows=50")
    assert spoken(page).count("<details id=") == 50
    assert weight(page) <= LATER_PAGE


def test_the_set_up_and_a_preview_weigh_15_kb_at_most(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    for address in ("/setup", f"/invoices/{invoice_id}/preview"):
        assert weight(fetched(ready, address)) <= LATER_PAGE


# -- nothing from elsewhere -------------------------------------------------------------------------------------------


def test_a_page_fetches_nothing_from_elsewhere(ready: Person, app: Flask, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    pages = [Person(app, "nobody yet").client.get("/login").text]
    pages += [ready.client.get(address).text for address in (*PAGES, f"/invoices/{invoice_id}/preview")]
    pages += [ready.list().text]
    for page in pages:
        for address in linked(page):
            assert re.match(r"/[^/]", address), address


def test_a_stylesheet_fetches_nothing_at_all(ready: Person) -> None:
    sheets = [address for address in static_addresses(ready) if address.endswith(".css")]
    assert len(sheets) >= 2
    for address in sheets:
        style = spoken(fetched(ready, address))
        assert "@import" not in style
        # "#m" is a mask within a drawing that the stylesheet itself holds.
        assert set(re.findall(r"url\(\s*[\"']?([^\"'):]*)", style)) <= {"data", "%23m"}


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_every_linked_file_is_kept_for_a_year_under_the_hash_of_its_content(ready: Person) -> None:
    addresses = static_addresses(ready)
    assert len(addresses) >= 5
    for address in addresses:
        named = HASHED.fullmatch(address)
        assert named, address
        answer = ready.client.get(address)
        assert hashlib.sha256(answer.data).hexdigest().startswith(named[1]), address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_does_not_vary_with_whoever_asks(ready: Person) -> None:
    """Firefox asks anew for what varies with a cookie that has changed since."""
    for address in static_addresses(ready):
        headers = ready.client.get(address).headers
        assert headers["Vary"] == "Accept-Encoding", address
        assert "Set-Cookie" not in headers


def test_a_plain_name_or_an_old_hash_gives_the_file_of_now_and_is_asked_about_each_time(ready: Person) -> None:
    for plain in ("app.css", "app.js", "vendor/htmx@2.0.11/htmx.min.js", "vendor/htmx@2.0.11/LICENSE"):
        stem, dot, suffix = plain.rpartition(".") if "/LICENSE" not in plain else (plain, "", "")
        for name in (plain, f"{stem}.0123456789ab{dot}{suffix}"):
            answer = ready.client.get(f"/static/{name}")
            assert answer.data == (Path(ready.app.static_folder or "") / plain).read_bytes(), name
            assert answer.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_a_file_that_has_not_changed_is_not_sent_again(ready: Person, encoding: str) -> None:
    asked = {"Accept-Encoding": encoding}
    first = ready.client.get("/static/app.css", headers=asked)
    again = ready.client.get("/static/app.css", headers={**asked, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = ready.client.get("/static/app.css", headers={**asked, "If-None-Match": 'W/"another"'})
    assert other.status_code == 200


def test_a_changed_file_has_another_name_at_once(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    style = tmp_path / "app.css"
    client = app.test_client()
    names = []
    for moment, content in ((1, "body { color: black }"), (2, "body { color: green }"), (3, "body { color: black }")):
        style.write_text(content)
        os.utime(style, (moment, moment))
        with app.test_request_context():
            names.append(url_for("static", filename="app.css"))
        assert client.get(names[-1]).text == content
        assert "immutable" in client.get(names[-1]).headers["Cache-Control"]
    assert names[0] == names[2] != names[1]
    outdated = client.get(names[1])
    assert (outdated.text, outdated.headers["Cache-Control"]) == ("body { color: black }", "public, no-cache")


@pytest.mark.parametrize(
    "name", ["../wsgi.py", "vendor/../../wsgi.py", "..%2fwsgi.py", "vendor", "app", "gone.0123456789ab.css"]
)
def test_what_is_no_file_of_ours_is_not_found(ready: Person, name: str) -> None:
    assert ready.client.get(f"/static/{name}").status_code == 404


def test_a_link_to_a_file_that_is_not_there_keeps_its_name(app: Flask) -> None:
    with app.test_request_context():
        assert url_for("static", filename="gone.css") == "/static/gone.css"


def test_no_page_is_kept_for_anybody_else(ready: Person, app: Flask) -> None:
    answers = [Person(app, "nobody yet").client.get("/login"), ready.list()]
    answers += [ready.client.get(address) for address in (*PAGES, "/static/no-such-file", "/activity.csv")]
    for answer in answers:
        kept = answer.headers["Cache-Control"]
        assert "public" not in kept, answer.request.path
        assert "no-store" in kept or kept == "private, no-cache", answer.request.path
        answer.close()  # a file that nobody reads to its end keeps its reader signed in for the next test


# -- compression ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/login", "/static/app.css", "/static/vendor/htmx@2.0.11/htmx.min.js"])
def test_a_text_is_compressed_as_the_browser_can_read_it(app: Flask, address: str) -> None:
    client = app.test_client()
    plain = client.get(address)
    by_gzip = client.get(address, headers={"Accept-Encoding": "gzip, deflate"})
    by_brotli = client.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert [a.headers.get("Content-Encoding") for a in (plain, by_gzip, by_brotli)] == [None, "gzip", "br"]
    assert plain.data == gzip.decompress(by_gzip.data) == brotli.decompress(by_brotli.data)
    for answer in (plain, by_gzip, by_brotli):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_the_file_of_activity_is_compressed_while_it_is_written(fifty: Person) -> None:
    plain = fifty.client.get("/activity.csv")
    asked: Any = fifty.client.get("/activity.csv", headers=BROWSER, buffered=False)
    assert asked.is_streamed
    assert "Content-Length" not in asked.headers
    assert asked.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(asked.data) == plain.data
    assert len(plain.text.splitlines()) == 51


def test_what_another_site_asks_with_words_of_its_own_is_not_compressed(ready: Person) -> None:
    """Its size would tell what else the page says, letter by letter (docs/decisions.md)."""
    for site, address, encoding in (
        ("cross-site", "/invoices?now=1&q=Harbour", None),
        ("same-site", "/invoices?now=1&q=Harbour", None),  # another program of the same company
        ("cross-site", "/invoices", "gzip"),  # how one comes back from signing in
        ("same-origin", "/invoices?now=1&q=Harbour", "gzip"),
        ("none", "/invoices?now=1&q=Harbour", "gzip"),
    ):
        answer = fetched(ready, address, **{"Sec-Fetch-Site": site})
        assert answer.headers.get("Content-Encoding") == encoding, (site, address)


def test_the_time_that_compressing_takes_is_told(ready: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def compressed(response: Any) -> Any:
        told.append(response.headers.get("Server-Timing", ""))
        return response

    monkeypatch.setattr(compress, "after_request", compressed)
    assert "app;dur=" in fetched(ready, "/invoices").headers["Server-Timing"]
    assert told == [""]
