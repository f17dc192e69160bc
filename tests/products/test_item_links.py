"""Products that are there already: the page that shows their items, "Create in Xero", "Link", and many as a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import connections, worker
from b24xero.db.models import Intent, Organisation, SyncRun, User, XeroLogin, utc_now
from b24xero.domain import product as domain_product
from b24xero.domain.books import Books
from b24xero.domain.product import Draft, Item, Product, Vat
from b24xero.errors import Rejected
from b24xero.extensions import db
from b24xero.products import create_items, item_links, items_job, rules
from b24xero.runs import lifecycle
from b24xero.xero import items
from tests.catalogue import in_xero, links, listed, make
from tests.conftest import Vendors, on_both
from tests.people import HTMX, Person, parsed, text
from tests.web.test_pages import check

pytestmark = pytest.mark.slow

KC_600, SHELF, LABOUR, DOOR = 1201, 1213, 1221, 1207


def row_of(page: str, product_id: int) -> str:
    """What a row says."""
    (found,) = [e for e in parsed(f"<table>{page}</table>" if page.startswith("<tr") else page).iter("tr")
                if e.get("id") == f"product-{product_id}"]  # fmt: skip
    return " ".join(" ".join(found.itertext()).split())


def codes_of(organisation: Organisation, product_ids: list[int]) -> dict[int, str]:
    return {id: link.code for id, link in item_links.links(organisation, product_ids).items()}


@pytest.fixture
def inside(app: Flask, ready: Person) -> Iterator[tuple[Organisation, User]]:
    """In the app, the organisation and the person that are connected."""
    with app.app_context():
        yield db.session.scalars(select(Organisation)).one(), db.session.scalars(select(User)).one()


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_page_comes_at_once_and_the_list_after_it(ready: Person, vendors: Vendors) -> None:
    vendors.forget_requests()
    page = ready.client.get("/products")
    check(page.text)
    assert vendors.calls("bitrix24") + vendors.calls("xero") == []
    whole = ready.client.get("/products?now=1")
    check(whole.text)
    assert "Bag shelf, birch ply" in text(whole.text)


def test_each_product_shows_its_item(ready: Person, app: Flask, vendors: Vendors) -> None:
    make(ready, SHELF)
    make(ready, LABOUR)
    vendors.control("xero/items/edit", item="HH-111", set={"SalesDetails": {"UnitPrice": 95}})
    dear = vendors.control(
        "bitrix24/product", name="Design licence, per year", code="LIC", price="2100", currency="USD"
    )
    plain = vendors.control("bitrix24/product", name="Extra work", price="60")
    long = vendors.control("bitrix24/product", name="Long", code="L" * 31, price="60")
    vendors.forget_requests()
    page = listed(ready).text
    assert vendors.calls("bitrix24") == ["POST /rest/batch", "POST /rest/batch"]
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Items"]
    assert "Linked" in row_of(page, SHELF)
    assert "Differs Xero has NZD\xa095.00." in row_of(page, LABOUR).replace(
        "NZD 95", "NZD\xa095"
    ) or "Differs" in row_of(page, LABOUR)
    assert "Same code found" in row_of(page, KC_600)
    assert "Link KC-600" in row_of(page, KC_600)
    assert "No item" in row_of(page, 1203 + 2)
    assert "Create in Xero HH-103" in row_of(page, 1205)
    assert "in USD: Xero items are in NZD" in row_of(page, dear["id"])
    assert "no code in Bitrix24" in row_of(page, plain["id"])
    assert "longer than Xero’s 30 characters" in row_of(page, long["id"])
    assert "Create in Xero" not in row_of(page, dear["id"]) + row_of(page, plain["id"]) + row_of(page, long["id"])


def test_a_product_is_found_by_name_and_by_code(ready: Person) -> None:
    assert "Bag shelf" in text(listed(ready, q="birch").text)
    by_code = text(listed(ready, q="hh-107").text)
    assert "Bag shelf" in by_code
    assert "1–1 of 1" in by_code
    assert "No product matches “zebra”" in text(listed(ready, q="zebra").text)


def test_found_by_code_and_by_name_are_one_list_in_pages(ready: Person, vendors: Vendors) -> None:
    for n in range(60):
        vendors.control("bitrix24/product", name=f"Oak board {n:02}", code=f"BOARD-{n:02}", price="10")
    for n in range(7):
        vendors.control("bitrix24/product", name=f"Hinge {n}", code=f"OAK-{n}", price="10")
    seen: list[str] = []
    for page in range(1, 8):
        found = listed(ready, q="oak", rows=10, page=page)
        assert "of 68" in text(found.text)  # stair treads of white oak among them
        seen += [e.get("id") for e in parsed(found.text).iter("tr") if e.get("id")]
    assert len(seen) == len(set(seen)) == 68
    beyond = listed(ready, q="oak", rows=10, page=99)
    assert "61–68 of 68" in text(beyond.text)


@pytest.mark.parametrize(
    ("rows", "page", "said"),
    [(10, 2, "11–20 of 120"), (50, 3, "101–120"), (100, 2, "101–120"), (25, 4, "76–100"), (25, 99, "101–120")],
)
def test_pages_of_the_whole_catalogue(rows: int, page: int, said: str, ready: Person, vendors: Vendors) -> None:
    for n in range(101):
        vendors.control("bitrix24/product", name=f"Board {n:03}", code=f"B-{n:03}", price="10")
    assert said in text(listed(ready, rows=rows, page=page).text)


def test_without_a_xero_login_the_list_stands_and_says_so(mere: Person, app: Flask, vendors: Vendors) -> None:
    page = listed(mere)
    assert page.status_code == 200
    assert "Bag shelf" in text(page.text)
    assert "Not looked up" in text(page.text)
    assert "Connect to Xero" in text(page.text)


@pytest.mark.parametrize("status", [429, 503, 401])
def test_when_xero_is_away_the_list_stands_and_says_so(status: int, ready: Person, vendors: Vendors) -> None:
    make(ready, SHELF)
    vendors.fault("answer", vendor="xero", path="/Items", status=status, body="", times=5)
    page = listed(ready)
    assert page.status_code == 200
    assert "Linked as item HH-107" in row_of(page.text, SHELF)
    assert "Not looked up" in row_of(page.text, KC_600)
    assert "Xero" in text(page.text)


def test_when_bitrix24_is_away_there_is_a_way_on(ready: Person, vendors: Vendors) -> None:
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=20)
    page = ready.client.get("/products?now=1&q=oak")
    assert page.status_code == 503
    check(page.text)
    assert "There is no list to show right now" in text(page.text)
    assert 'value="oak"' in page.text
    assert listed(ready).status_code == 503


def test_whoever_may_not_see_the_catalogue_reads_why(app: Flask) -> None:
    anahera = Person(app, "Anahera Pōtiki").sign_in()
    page = listed(anahera)
    assert page.status_code == 403
    assert "Your rights in Bitrix24’s catalogue do not allow this" in text(page.text)


def test_an_old_portal_is_listed_too(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", catalog_methods=False)
    page = listed(ready, q="hh-1")
    assert "GST 15 %" in row_of(page.text, SHELF)
    assert "214.20" in row_of(page.text, SHELF)
    make(ready, SHELF)
    assert in_xero(vendors, "HH-107")[0]["SalesDetails"]["UnitPrice"] == 214.2


# -- one ------------------------------------------------------------------------------------------------------------


def test_an_item_is_created_from_a_product(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.forget_requests()
    answer = make(ready, SHELF)
    assert answer.status_code == 200
    assert "Linked" in row_of(answer.text, SHELF)
    assert "Created in Xero as item HH-107." in row_of(answer.text, SHELF)
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Items", "PUT /api.xro/2.0/Items"]
    (item,) = in_xero(vendors, "HH-107")
    assert item["SalesDetails"] == {"UnitPrice": 214.2, "AccountCode": "200", "TaxType": "OUTPUT2"}
    assert (item["Name"], item["IsPurchased"]) == ("Bag shelf, birch ply", False)
    assert links(app) == {SHELF: "HH-107"}
    vendors.forget_requests()
    again = make(ready, SHELF)
    assert "The product has its item HH-107 in Xero already." in text(again.text)
    assert [call for call in vendors.calls("xero") if call.startswith("PUT")] == []
    assert "Created in Xero as item HH-107." in text(ready.client.get("/activity").text)


def test_a_price_with_tax_in_it_comes_without(ready: Person, vendors: Vendors) -> None:
    made = vendors.control("bitrix24/product", name="Stool", code="STOOL", vatId=5, vatIncluded="Y", price="99.99")
    make(ready, made["id"])
    books = next(iter(vendors.xero.organisations.values()))
    stool = books.item_at("STOOL")
    assert stool
    assert stool.sales["UnitPrice"] == Decimal("86.9478")
    assert "Linked" in row_of(listed(ready, q="stool").text, made["id"])


def test_an_item_that_has_the_code_is_linked_and_not_touched(ready: Person, app: Flask, vendors: Vendors) -> None:
    before = in_xero(vendors, "DOOR-INT")
    vendors.forget_requests()
    answer = make(ready, DOOR)
    assert "Linked with the item DOOR-INT in Xero." in text(answer.text)
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Items"]
    assert in_xero(vendors, "DOOR-INT") == before
    assert links(app) == {DOOR: "DOOR-INT"}
    assert "Differs" in row_of(listed(ready).text, DOOR)


def test_without_scripts_the_press_leads_back(ready: Person, app: Flask) -> None:
    data = {"csrf_token": ready.token(), "back": "/products?q=HH-107"}
    answer = ready.client.post(f"/products/{SHELF}/item", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products?q=HH-107")
    assert "Created in Xero as item HH-107." in text(ready.client.get("/products").text)


def test_nobody_is_led_elsewhere(ready: Person) -> None:
    data = {"csrf_token": ready.token(), "back": "https://evil.example/"}
    assert ready.client.post(f"/products/{SHELF}/item", data=data).headers["Location"].startswith("/")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "No code", "price": "5"}, "has no code in Bitrix24"),
        ({"name": "Long", "code": "L" * 31, "price": "5"}, "31 characters"),
        ({"name": "Dear", "code": "USD-1", "price": "5", "currency": "USD"}, "priced in USD"),
    ],
)
def test_what_cannot_become_an_item_says_why(
    fields: dict[str, str], said: str, ready: Person, vendors: Vendors
) -> None:
    made = vendors.control("bitrix24/product", **fields)
    vendors.forget_requests()
    answer = make(ready, made["id"])
    assert answer.status_code == 422
    assert said in text(answer.text)
    assert [call for call in vendors.calls("xero") if call.startswith("PUT")] == []


def test_a_product_that_is_not_there(ready: Person) -> None:
    assert make(ready, 999_999).status_code == 404
    assert make(ready, 0).status_code == 404
    assert make(ready, 2**31).status_code == 404


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate"])
def test_a_lost_answer_is_looked_for_by_code(fault: str, ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.fault(fault, vendor="xero", method="PUT", path="/Items")
    answer = make(ready, SHELF)
    if answer.status_code == 504:
        assert "Xero did not answer" in text(answer.text)
        answer = make(ready, SHELF)
    assert "Created in Xero as item HH-107." in text(answer.text)
    assert len(in_xero(vendors, "HH-107")) == 1
    assert links(app) == {SHELF: "HH-107"}


@pytest.mark.parametrize(("status", "headers", "code"), [(429, {"Retry-After": "40"}, 503), (400, {}, 422)])
def test_a_refusal_leaves_nothing_open(
    status: int, headers: dict[str, str], code: int, ready: Person, app: Flask, vendors: Vendors
) -> None:
    vendors.fault("answer", vendor="xero", method="PUT", path="/Items", status=status, headers=headers, body="{}")
    assert make(ready, SHELF).status_code == code
    with app.app_context():
        assert [intent.state for intent in db.session.scalars(select(Intent))] == ["refused"]
    assert make(ready, SHELF).status_code == 200
    assert len(in_xero(vendors, "HH-107")) == 1


def test_a_dead_account_is_said(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/accounts/archive", code="200")
    answer = make(ready, SHELF)
    assert answer.status_code == 422
    assert "Account 200 in Xero is archived" in text(answer.text)


def test_an_item_that_is_gone_is_made_anew_and_one_that_was_renamed_is_kept(
    ready: Person, app: Flask, vendors: Vendors
) -> None:
    make(ready, SHELF)
    vendors.control("xero/items/edit", item="HH-107", set={"Code": "SHELF"})
    assert "Item is gone no item HH-107 in Xero any more" in row_of(listed(ready).text, SHELF)
    make(ready, SHELF)
    assert links(app) == {SHELF: "SHELF"}
    assert in_xero(vendors, "HH-107") == []
    vendors.control("xero/items/delete", item="SHELF")
    answer = make(ready, SHELF)
    assert "Created in Xero as item HH-107." in text(answer.text)
    assert links(app) == {SHELF: "HH-107"}


# -- many -----------------------------------------------------------------------------------------------------------


def run_of(app: Flask, person: Person, ids: list[int]) -> dict[str, Any]:
    """Press "Create in Xero (n)", let a worker carry it on, and read what it counted."""
    answer = person.client.post("/products/many", data={"csrf_token": person.token(), "id": [str(id) for id in ids]})
    assert answer.status_code == 303, text(answer.text)
    run_id = int(answer.headers["Location"].rpartition("/")[2])
    with app.app_context():
        worker.take(run_id)
        run = db.session.get_one(SyncRun, run_id, populate_existing=True)
        return {"state": run.state, "counts": run.counts, "id": run_id}


@on_both
def test_many_are_created_and_linked_as_a_run(ready: Person, app: Flask, vendors: Vendors) -> None:
    plain = vendors.control("bitrix24/product", name="Extra work", price="60")
    many = [vendors.control("bitrix24/product", name=f"Board {n}", code=f"B-{n}", price="10")["id"] for n in range(60)]
    make(ready, SHELF)
    vendors.forget_requests()
    run = run_of(app, ready, [SHELF, KC_600, plain["id"], 999_999, *many, KC_600])
    assert run["state"] == "finished"
    assert run["counts"] == {"unchanged": 1, "linked": 1, "rejected": 2, "created": 60}
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Items", "PUT /api.xro/2.0/Items"] * 2
    assert len(links(app)) == 62
    page = text(ready.client.get(f"/runs/{run['id']}").text)
    assert "Create in Xero" in page
    activity = text(ready.client.get("/activity?rows=100").text)
    assert "Linked with the item KC-600, which Xero had already." in activity
    assert "Bitrix24 has no such product" in activity


def test_one_that_is_refused_does_not_harm_the_others(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.control("bitrix24/vat/add", name="GST 12.5 %", rate="12.5")
    odd = vendors.control("bitrix24/product", name="Odd", code="ODD", vatId=7, price="10")
    run = run_of(app, ready, [SHELF, odd["id"], LABOUR])
    assert run["counts"] == {"created": 2, "rejected": 1}


def test_what_a_run_of_products_tells_is_not_asked_of_invoices(ready: Person, app: Flask, vendors: Vendors) -> None:
    """Its entries have the ids of products, which are nobody's invoices."""
    seller = Person(app, "Tom Hallam").sign_in().connect()
    made = vendors.control("bitrix24/product", name="No code", price="5")
    run = run_of(app, seller, [made["id"]])
    vendors.forget_requests()
    said = text(seller.client.get(f"/runs/{run['id']}").text)
    assert "has no code in Bitrix24" in said
    assert vendors.calls("bitrix24") == []


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "truncate"])
def test_a_run_whose_answer_was_lost_rests_and_makes_each_once(
    fault: str, ready: Person, app: Flask, vendors: Vendors
) -> None:
    vendors.fault(fault, vendor="xero", method="PUT", path="/Items")
    run = run_of(app, ready, [SHELF, LABOUR])
    with app.app_context():
        waiting = db.session.get_one(SyncRun, run["id"])
        if waiting.state == "waiting":
            waiting.resume_at = utc_now() - timedelta(seconds=1)
            db.session.commit()
            worker.take(run["id"])
        db.session.refresh(waiting)
        assert (waiting.state, waiting.counts) == ("finished", {"created": 2})
    assert (len(in_xero(vendors, "HH-107")), len(in_xero(vendors, "HH-111"))) == (1, 1)


def test_a_killed_worker_counts_what_it_had_created(
    inside: tuple[Organisation, User], app: Flask, vendors: Vendors
) -> None:
    """The items were made and kept; the entries were not written yet."""
    organisation, user = inside
    run = items_job.ask(user, [SHELF, LABOUR])
    xero, _organisation = connections.xero_for(user)
    products = connections.bitrix24_for(user).products([SHELF, LABOUR])
    create_items.make(create_items.Shop(user, organisation, xero, f"run-{run.id}"), products)
    worker.take(run.id)
    db.session.refresh(run)
    assert run.counts == {"created": 2}
    assert len(in_xero(vendors, "HH-107")) == 1


def test_a_run_waits_for_a_login_that_ended(ready: Person, app: Flask, vendors: Vendors) -> None:
    answer = ready.client.post("/products/many", data={"csrf_token": ready.token(), "id": [str(SHELF)]})
    run_id = int(answer.headers["Location"].rpartition("/")[2])
    with app.app_context():
        db.session.delete(db.session.scalars(select(XeroLogin)).one())
        db.session.commit()
        worker.take(run_id)
        assert db.session.get_one(SyncRun, run_id, populate_existing=True).waits_for == "xero"
    ready.connect()
    with app.app_context():
        for claimable in lifecycle.claimable(utc_now()):
            worker.take(claimable)
        assert db.session.get_one(SyncRun, run_id, populate_existing=True).counts == {"created": 1}


def test_a_second_run_is_not_begun(ready: Person, app: Flask) -> None:
    data = {"csrf_token": ready.token(), "id": [str(SHELF)]}
    assert ready.client.post("/products/many", data=data).status_code == 303
    again = ready.client.post("/products/many", data=data, headers=HTMX)
    assert again.status_code == 422
    assert "under way already" in text(again.text)


def test_a_run_of_nothing_leads_back(ready: Person) -> None:
    data = {"csrf_token": ready.token(), "id": ["x", "-1", "99999999999"]}
    assert ready.client.post("/products/many", data=data).headers["Location"] == "/products"


def test_the_history_of_an_invoice_does_not_tell_of_a_product(ready: Person) -> None:
    make(ready, SHELF)
    assert "HH-107" not in text(ready.client.get(f"/invoices/{SHELF}/history").text)


# -- what the push asks -----------------------------------------------------------------------------------------------


@on_both
def test_codes_of_products_and_those_that_lack_one(inside: tuple[Organisation, User]) -> None:
    organisation, _user = inside
    item_links.link(organisation, SHELF, Item("i-1", "HH-107"))
    item_links.link(organisation, SHELF, Item("i-1", "SHELF"))
    item_links.link(organisation, LABOUR, Item("i-2", "HH-111"))
    assert codes_of(organisation, [SHELF, LABOUR, DOOR, 0]) == {SHELF: "SHELF", LABOUR: "HH-111"}
    assert item_links.missing(organisation, [0, DOOR, SHELF, DOOR]) == (DOOR,)
    assert (codes_of(organisation, []), item_links.missing(organisation, [])) == ({}, ())
    with pytest.raises(Rejected):
        item_links.link(organisation, DOOR, Item("i-1", "SHELF"))
    item_links.forget(organisation, SHELF)
    assert codes_of(organisation, [SHELF]) == {}


# -- pure -----------------------------------------------------------------------------------------------------------


def test_many_codes_are_one_condition_or_the_whole_list() -> None:
    assert items.condition(["A", "B", "A"]) == 'Code=="A" OR Code=="B"'
    assert items.condition(['12" OAK']) == ""
    assert items.condition(["C\\D"]) == ""
    assert items.condition([f"CODE-{n}" for n in range(100)]) == ""


@pytest.mark.parametrize(
    ("name", "description", "wanted"),
    [
        ("Shelf", "", ("Shelf", "Shelf")),
        ("Shelf", "Oiled", ("Shelf", "Oiled")),
        ("N" * 50, "Oiled", ("N" * 50, "Oiled")),
        ("N" * 51, "Oiled", ("N" * 50, "N" * 51 + "\nOiled")),
        ("N" * 49 + " more", "", ("N" * 49, "N" * 49 + " more")),
    ],
)
def test_names_and_descriptions_fit_into_xero(name: str, description: str, wanted: tuple[str, str]) -> None:
    assert rules.xero_words(name, description) == wanted


def test_a_draft_is_put_in_order() -> None:
    draft = Draft.from_json({"name": "  Oak\x00 \t shelf ", "description": "One\r\ntwo \n", "csrf_token": "x"})
    assert (draft.name, draft.description) == ("Oak shelf", "One\ntwo")
    assert Draft.from_json(draft.as_json()) == draft


def test_prices_and_names_that_differ_are_said() -> None:
    gst = Vat(5, "GST 15 %", Decimal(15))
    product = Product(1, "Oak shelf", "OAK", price=Decimal("115"), currency="NZD", vat=gst, tax_included=True)
    same = Item("i", "oak", "oak shelf", price=Decimal("100.0000"))
    assert rules.differences(product, same) == ()
    other = Item("i", "OAK-2", "Shelf", price=Decimal("99"))
    codes = [found.code for found in rules.differences(product, other)]
    assert codes == ["item_price_differs", "item_name_differs", "item_code_differs"]
    assert rules.differences(product, Item("i", "OAK")) == (), "what Xero does not say cannot differ"


def test_a_product_without_a_price_becomes_an_item_without_one() -> None:
    item = domain_product.NewItem("OAK", "Oak", "Oak", None, "200", "OUTPUT2")
    assert "UnitPrice" not in items.body(item)["SalesDetails"]


def test_books_that_know_nothing_stand_against_nothing_but_the_account() -> None:
    product = Product(1, "Oak", "OAK", price=Decimal(5), currency="NZD")
    assert rules.product_currency_problem(product, Books()) is None
