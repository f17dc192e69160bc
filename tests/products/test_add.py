"""JOB 3 against both vendors: a product typed once comes into both catalogues, each half exactly once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.bitrix24 import products
from b24xero.db.models import Intent, SyncEntry, User, XeroLogin, utc_now
from b24xero.extensions import db
from b24xero.simulator.faults import Held
from b24xero.writes import claims
from b24xero.xero import one_call
from tests.catalogue import SHELF, add, filled, finish, in_bitrix24, in_xero, links, listed
from tests.conftest import ROOT, Vendors, on_both
from tests.people import HTMX, Person, text
from tests.web.test_pages import check

pytestmark = pytest.mark.slow

CODE = SHELF["code"]


def assert_one_of_each(app: Flask, vendors: Vendors) -> None:
    """One product with one price, one item, and the two kept together; nothing is left to finish."""
    (product,) = in_bitrix24(vendors)
    (item,) = in_xero(vendors)
    assert product["price"]["price"] == 189
    prices = vendors.control("bitrix24/state")["prices"]
    assert len([price for price in prices if price["productId"] == product["id"]]) == 1
    assert (item["Name"], item["SalesDetails"]["UnitPrice"]) == (SHELF["name"], 189)
    assert links(app) == {product["id"]: CODE}
    with app.app_context():
        states = db.session.scalars(select(Intent.state)).all()
    assert set(states) <= {"done", "refused"}


# -- the good way -----------------------------------------------------------------------------------------------------


@on_both
def test_typed_once_it_is_in_both_catalogues(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.forget_requests()
    answer = ready.client.post("/products/add", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/products?q={CODE}")
    assert vendors.calls("bitrix24") == [
        "POST /rest/batch",
        "POST /rest/catalog.product.add",
        "POST /rest/catalog.price.add",
    ]
    assert vendors.calls("xero") == ["GET /api.xro/2.0/Items", "PUT /api.xro/2.0/Items"]
    assert_one_of_each(app, vendors)
    (product,) = in_bitrix24(vendors)
    assert (product["name"], product["detailText"]) == (SHELF["name"], SHELF["description"])
    assert (product["vatId"], product["vatIncluded"], product["measure"], product["type"]) == (5, "N", 5, 1)
    (item,) = in_xero(vendors)
    assert item["SalesDetails"] == {"UnitPrice": 189, "AccountCode": "200", "TaxType": "OUTPUT2"}
    assert (item["Description"], item["IsSold"], item["IsPurchased"]) == (SHELF["description"], True, False)
    assert "is in Bitrix24 and in Xero" in text(ready.client.get("/products").text)


def test_it_is_told_in_activity(ready: Person, app: Flask, vendors: Vendors) -> None:
    add(ready)
    page = text(ready.client.get("/activity").text)
    assert "SHELF-OAK-1200" in page
    assert "“Floating shelf, oak, 1200 mm” is in Bitrix24 and in Xero." in page
    assert "Add product" in page


def test_a_service_is_a_service(ready: Person, app: Flask, vendors: Vendors) -> None:
    assert add(ready, kind="service").status_code == 303
    assert in_bitrix24(vendors)[0]["type"] == 7
    assert_one_of_each(app, vendors)


def test_a_long_name_goes_on_in_the_description_in_xero(ready: Person, vendors: Vendors) -> None:
    name = "Floating shelf with concealed bracket, American oak, 1200 mm"
    assert "a longer name goes on in its description" in text(ready.client.get("/products/add").text)
    wrong = add(ready, name=name, price="")
    assert "60 characters. Xero shows the first 50; the full name goes on in its description." in text(wrong.text)
    assert add(ready, name=name).status_code == 303
    (item,) = in_xero(vendors)
    assert item["Name"] == "Floating shelf with concealed bracket, American oa"
    assert item["Description"] == f"{name}\n{SHELF['description']}"
    assert in_bitrix24(vendors)[0]["name"] == name


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("189", 189),
        ("0", 0),
        ("-0", 0),
        ("12.3456", 12.3456),
        ("12,50", 12.5),
        (" 1 250.00 ", 1250),
        ("1.250,50", 1250.5),
    ],
)
def test_prices_come_as_they_were_typed(typed: str, price: float, ready: Person, vendors: Vendors) -> None:
    assert add(ready, price=typed).status_code == 303
    assert in_bitrix24(vendors)[0]["price"]["price"] == price
    item = next(iter(vendors.xero.organisations.values())).item_at(CODE)
    assert item
    assert float(item.sales["UnitPrice"]) == price


def test_with_scripts_the_answer_leads_on(ready: Person, vendors: Vendors) -> None:
    form = filled(ready)
    answer = ready.client.post("/products/add", data=form, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, f"/products?q={CODE}")
    wrong = ready.client.post("/products/add", data={**form, "price": "", "key": ""}, headers=HTMX)
    assert wrong.status_code == 422
    check(wrong.text)


# -- what is checked before anything is sent --------------------------------------------------------------------------


def nothing_was_written(vendors: Vendors) -> bool:
    calls = vendors.calls("bitrix24") + vendors.calls("xero")
    return not [call for call in calls if call.startswith("PUT") or ".add" in call]


def test_all_problems_are_said_at_once_and_nothing_typed_is_lost(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/vat/add", name="GST 12.5 %", rate="12.5")
    typed = {"name": "", "code": "X" * 31, "price": "-189", "currency": "USD", "vat": "7", "description": "Two weeks."}
    form = filled(ready, **typed)
    vendors.forget_requests()
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 422
    check(answer.text)
    page = text(answer.text)
    assert "Not added yet: 5 things to put right" in page
    for said in (
        "Please give the product a name",
        "The code has 31 characters, and Xero takes 30 at most",
        "A price cannot be negative",
        "Items in Xero are in NZD",
        "“GST 12.5 %” has no match in Xero yet. Choose one in Set-up",
    ):
        assert said in page
    for kept in ('value="-189"', "X" * 31, "Two weeks.", '<option value="USD" selected', '<option value="7" selected'):
        assert kept in answer.text
    assert nothing_was_written(vendors)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("", "Please give the product a price"),
        ("-0.01", "cannot be negative"),
        ("\u2212" + "5", "cannot be negative"),
        ("99999999999", "too large"),
        ("9" * 400, "cannot be read"),
        ("1e5", "cannot be read"),
        ("NaN", "cannot be read"),
        ("Infinity", "cannot be read"),
        ("1 25", "cannot be read"),
        ("1.250.00", "cannot be read"),
        ("1,234", "“1,234” can mean 1234 or 1.2340. Type the one that you mean."),
        ("١٢", "cannot be read"),
        ("0.00001", "at most four decimals"),
    ],
)
def test_a_price_that_is_none_is_said_at_its_field(price: str, said: str, ready: Person, vendors: Vendors) -> None:
    form = filled(ready, price=price)
    vendors.forget_requests()
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 422
    assert said in text(answer.text)
    assert nothing_was_written(vendors)


@pytest.mark.parametrize(
    "forged",
    [{"currency": "XXX"}, {"vat": "999"}, {"vat": ""}, {"vat": "5; DROP"}, {"measure": "999"}, {"kind": "gold"},
     {"account": "610"}, {"account": ""}, {"code": ""}, {"name": "\u200b"}, {"name": "N" * 256},
     {"description": "D" * 4001}],
)  # fmt: skip
def test_what_was_forged_is_refused_before_anything_is_sent(
    forged: dict[str, str], ready: Person, vendors: Vendors
) -> None:
    form = filled(ready, **forged)
    vendors.forget_requests()
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 422
    check(answer.text)
    assert nothing_was_written(vendors)


def test_a_code_of_bitrix24_alone_leads_to_its_product(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/product", name="Oak shelf 1200", code=CODE.lower(), price="100")
    answer = add(ready)
    assert answer.status_code == 422
    assert "Bitrix24 has this code already: “Oak shelf 1200”" in text(answer.text)
    assert f'href="/products?q={CODE}"' in answer.text
    assert in_xero(vendors) == []


def test_a_code_of_xero_alone_is_offered_to_be_linked(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.control("xero/items/add", set={"Code": CODE, "Name": "Oak shelf 1200"})
    form = filled(ready)
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 422
    assert "Xero has this code already: “Oak shelf 1200”" in text(answer.text)
    assert 'name="link"' in answer.text
    vendors.forget_requests()
    assert ready.client.post("/products/add", data={**form, "link": "1"}).status_code == 303
    assert [call for call in vendors.calls("xero") if call.startswith("PUT")] == []
    (product,) = in_bitrix24(vendors)
    assert product["price"]["price"] == 189
    assert links(app) == {product["id"]: CODE}
    assert [item["Name"] for item in in_xero(vendors)] == ["Oak shelf 1200"]


def test_the_wish_to_link_survives_other_problems(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/items/add", set={"Code": CODE, "Name": "Oak shelf 1200"})
    answer = add(ready, link="1", price="")
    assert answer.status_code == 422
    assert 'name="link" value="1" checked' in answer.text


def test_a_code_of_both_is_said(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/product", name="Oak shelf 1200", code=CODE)
    vendors.control("xero/items/add", set={"Code": CODE, "Name": "Oak shelf 1200"})
    answer = add(ready)
    assert answer.status_code == 422
    assert "Both Bitrix24 and Xero have SHELF-OAK-1200 already" in text(answer.text)


def test_an_item_of_another_product_is_not_linked(ready: Person, app: Flask, vendors: Vendors) -> None:
    add(ready)
    (product,) = in_bitrix24(vendors)
    vendors.bitrix24.world.products[product["id"]]["code"] = "RENAMED"
    answer = add(ready, link="1")
    assert answer.status_code == 422
    assert "stands for another product already" in text(answer.text)


@pytest.mark.parametrize("code", ['12" OAK', "A/B", "ÅÄÖ-1", "100%", "C\\D", "A&B+C", "$result[vats]"])
def test_odd_codes_make_one_product_each(code: str, ready: Person, app: Flask, vendors: Vendors) -> None:
    assert add(ready, code=code).status_code == 303
    assert (len(in_bitrix24(vendors, code)), len(in_xero(vendors, code))) == (1, 1)
    assert add(ready, code=code).status_code == 422


# -- twice ------------------------------------------------------------------------------------------------------------


def test_a_second_press_of_the_same_form_shows_the_same(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    first = ready.client.post("/products/add", data=form)
    vendors.forget_requests()
    second = ready.client.post("/products/add", data=form)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert vendors.calls("bitrix24") + vendors.calls("xero") == []
    assert_one_of_each(app, vendors)


@on_both
def test_presses_at_the_same_moment_make_one(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    cookie = ready.client.get_cookie("b24xero")
    assert cookie
    vendors.fault("delay", vendor="bitrix24", path="catalog.product.add", seconds=0.3)
    answers: list[int] = []
    gate = threading.Barrier(4)

    def press() -> None:
        client = app.test_client()
        client.set_cookie("b24xero", cookie.value)
        gate.wait()
        answers.append(client.post("/products/add", data=form).status_code)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {303}
    assert_one_of_each(app, vendors)


# -- the fault matrix -------------------------------------------------------------------------------------------------

STEPS = {
    "product": {"vendor": "bitrix24", "path": "catalog.product.add"},
    "price": {"vendor": "bitrix24", "path": "catalog.price.add"},
    "item": {"vendor": "xero", "method": "PUT", "path": "/Items"},
}
FAULTS: dict[str, dict[str, Any]] = {
    "broken before": {"do": "drop_before"},
    "broken after": {"do": "drop_after"},
    "half an answer": {"do": "truncate"},
    "refused by a gateway": {"do": "answer", "status": 502, "body": "<html>"},
    "applied, then a gateway's error": {"do": "answer_after", "status": 504, "body": "<html>"},
    "broke at work": {"do": "answer", "status": 500, "body": '{"error": "INTERNAL_SERVER_ERROR"}'},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_whatever_goes_wrong_there_is_one_of_each_at_the_end(
    step: str, fault: str, ready: Person, app: Flask, vendors: Vendors
) -> None:
    form = filled(ready)
    vendors.fault(**STEPS[step], **FAULTS[fault])
    brought_to_its_end(ready, form)
    assert_one_of_each(app, vendors)


@pytest.mark.parametrize("fault", ["broken before", "broken after", "half an answer"])
@pytest.mark.parametrize("step", STEPS)
def test_nor_when_it_cannot_be_looked_for_at_once(
    step: str, fault: str, ready: Person, app: Flask, vendors: Vendors
) -> None:
    form = filled(ready)
    vendors.fault(**STEPS[step], **FAULTS[fault])
    where = {"product": "batch", "price": "catalog.price.list", "item": "/Items"}[step]
    # The look before the press passes; those after it break, however often they are repeated.
    skip = 0 if step == "price" else 1
    vendors.fault("answer", vendor=STEPS[step]["vendor"], path=where, status=503, body="", skip=skip, times=3)
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 303
    vendors.control("faults/clear")
    half = answer.headers["Location"]
    page = ready.client.get(half)
    check(page.text)
    assert "Not known whether it was made" in text(page.text)
    assert finish(ready, half).status_code == 303
    assert_one_of_each(app, vendors)


@pytest.mark.parametrize("step", STEPS)
def test_an_answer_that_comes_too_late_is_found(
    step: str, ready: Person, app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We stop waiting, look, find nothing; then it lands after all."""
    monkeypatch.setattr(products, "PRESS_TIMEOUT", (1.0, 0.3))
    monkeypatch.setattr(one_call, "WRITE_TIMEOUT", (1.0, 0.3))
    form = filled(ready)
    write = vendors.hold(**STEPS[step])
    answer = ready.client.post("/products/add", data=form)
    half = answer.headers["Location"]
    assert half.startswith("/products/adding/")
    write.let_go()
    assert finish(ready, half).status_code == 303
    assert_one_of_each(app, vendors)


@pytest.mark.parametrize("step", STEPS)
def test_finish_meets_a_first_try_that_lands_in_between(
    step: str, ready: Person, app: Flask, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is found, so it is sent again; the vendor refuses it, since the first try has landed by now."""
    monkeypatch.setattr(products, "PRESS_TIMEOUT", (1.0, 0.3))
    monkeypatch.setattr(one_call, "WRITE_TIMEOUT", (1.0, 0.3))
    form = filled(ready)
    first = vendors.hold(**STEPS[step])
    half = ready.client.post("/products/add", data=form).headers["Location"]
    monkeypatch.setattr(products, "PRESS_TIMEOUT", (30.0, 30.0))
    monkeypatch.setattr(one_call, "WRITE_TIMEOUT", (30.0, 30.0))
    second = vendors.hold(**STEPS[step])
    with ThreadPoolExecutor(1) as pool:
        finished = pool.submit(finish, ready, half)
        second.until_there()
        first.let_go()
        second.let_go()
        assert finished.result().status_code == 303
    assert_one_of_each(app, vendors)


def brought_to_its_end(person: Person, form: dict[str, Any]) -> None:
    """Press; then do what the page offers until it says that all is there."""
    answer = person.client.post("/products/add", data=form)
    for _again in range(3):
        if answer.status_code == 303 and answer.headers["Location"].startswith("/products?"):
            return
        if answer.status_code == 303:
            half = answer.headers["Location"]
            page = person.client.get(half)
            check(page.text)
            answer = finish(person, half)
        else:
            assert answer.status_code in (503, 422), text(answer.text)
            answer = person.client.post("/products/add", data=form)
    raise AssertionError(f"not at its end: {answer.status_code}")


KILLED = """
import json, pathlib, sys
from b24xero import create_app
given = json.load(sys.stdin)
client = create_app(given["environ"], pathlib.Path(given["instance"])).test_client()
client.set_cookie("b24xero", given["cookie"])
client.post("/products/add", data=given["form"])
"""


@pytest.mark.parametrize("lands", [True, False], ids=["and it lands", "and it is lost"])
@pytest.mark.parametrize("step", STEPS)
def test_a_web_process_that_is_killed_leaves_a_half_that_can_be_finished(
    step: str, lands: bool, ready: Person, app: Flask, vendors: Vendors, environ: dict[str, str], tmp_path: Path
) -> None:
    form = filled(ready)
    write = vendors.hold(**STEPS[step])
    killed_at(write, form, ready, environ, tmp_path)
    write.let_go() if lands else write.lose()
    (half,) = halves(ready)
    page = ready.client.get(half)
    check(page.text)
    assert "Being made right now" in text(page.text), "nobody knows yet that its process is gone"
    assert finish(ready, half).headers["Location"] == half
    after_the_lease(app)
    assert "Not known whether it was made" in text(ready.client.get(half).text)
    assert finish(ready, half).headers["Location"].startswith("/products?")
    assert_one_of_each(app, vendors)


def killed_at(write: Held, form: dict[str, Any], person: Person, environ: dict[str, str], instance: Path) -> None:
    cookie = person.client.get_cookie("b24xero")
    assert cookie
    given = {"environ": environ, "instance": str(instance), "cookie": cookie.value, "form": form}
    process = subprocess.Popen([sys.executable, "-c", KILLED], stdin=subprocess.PIPE, cwd=ROOT)
    assert process.stdin
    process.stdin.write(json.dumps(given).encode())
    process.stdin.close()
    write.until_there()
    process.send_signal(signal.SIGKILL)
    process.wait(60)


def halves(person: Person) -> list[str]:
    page = person.client.get("/products").text
    return sorted({part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/products/adding/")})


def after_the_lease(app: Flask) -> None:
    with app.app_context():
        for intent in db.session.scalars(select(Intent).where(Intent.state == "sent")):
            assert intent.sent_at
            intent.sent_at -= claims.PRESS + timedelta(seconds=1)
        db.session.commit()


# -- refusals ---------------------------------------------------------------------------------------------------------


def test_nothing_is_left_behind_when_bitrix24_refuses_the_product(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.fault("answer", **STEPS["product"], status=400, body='{"error": 0, "error_description": "No such section"}')
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 422
    check(answer.text)
    assert "Bitrix24 refuses: “No such section”" in text(answer.text)
    assert SHELF["description"] in answer.text
    assert (in_bitrix24(vendors), in_xero(vendors), halves(ready)) == ([], [], [])
    assert ready.client.post("/products/add", data=form).status_code == 303
    assert_one_of_each(app, vendors)


def test_xero_refuses_the_account_and_finish_takes_another(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.control("xero/accounts/archive", code="200")
    answer = ready.client.post("/products/add", data=form)
    half = answer.headers["Location"]
    page = ready.client.get(half)
    check(page.text)
    said = text(page.text)
    assert "Account 200 in Xero is archived" in said
    assert "Product 1267" in said
    assert "Not in Xero" in said
    assert finish(ready, half).headers["Location"] == half, "the same account is refused again"
    assert finish(ready, half, account="260").headers["Location"].startswith("/products?")
    assert in_xero(vendors)[0]["SalesDetails"]["AccountCode"] == "260"
    assert_one_of_each(app, vendors)


def test_xero_is_busy_with_the_item(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.fault(
        "answer", **STEPS["item"], status=429, headers={"Retry-After": "40", "X-Rate-Limit-Problem": "minute"}
    )
    half = ready.client.post("/products/add", data=form).headers["Location"]
    assert "Xero takes no more calls" in text(ready.client.get(half).text)
    assert "“Floating shelf, oak, 1200 mm” is not in both catalogues yet" in text(ready.client.get("/products").text)
    assert finish(ready, half).status_code == 303
    assert_one_of_each(app, vendors)


@pytest.mark.parametrize(
    ("headers", "said"), [({}, "Xero takes no more calls"), ({"X-Rate-Limit-Problem": "day"}, "day")]
)
def test_xero_is_busy_before_anything_is_sent(
    headers: dict[str, str], said: str, ready: Person, vendors: Vendors
) -> None:
    form = filled(ready)
    busy = {"Retry-After": "40", "X-Rate-Limit-Problem": "minute"} | headers
    vendors.fault("answer", vendor="xero", path="/Items", status=429, headers=busy, times=3)
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert said in text(answer.text)
    assert SHELF["description"] in answer.text
    assert in_bitrix24(vendors) == []


def test_a_code_that_somebody_takes_in_xero_meanwhile_is_offered(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.fault("answer", **STEPS["item"], status=429, headers={"Retry-After": "40"})
    half = ready.client.post("/products/add", data=form).headers["Location"]
    vendors.control("xero/items/add", set={"Code": CODE, "Name": "Oak shelf 1200"})
    assert finish(ready, half).headers["Location"] == half
    page = ready.client.get(half)
    check(page.text)
    assert "Xero has this code already: “Oak shelf 1200”" in text(page.text)
    assert finish(ready, half, link="1").headers["Location"].startswith("/products?")
    (product,) = in_bitrix24(vendors)
    assert links(app) == {product["id"]: CODE}
    assert [item["Name"] for item in in_xero(vendors)] == ["Oak shelf 1200"]


def test_a_login_without_the_right_to_items_is_told_so(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    lacking = {"WWW-Authenticate": 'Bearer error="insufficent_scope"'}
    vendors.fault("answer", **STEPS["item"], status=401, headers=lacking)
    half = ready.client.post("/products/add", data=form).headers["Location"]
    said = text(ready.client.get(half).text)
    assert "The Xero login was not allowed all that is needed" in said
    assert "accounting.settings" in said
    with app.app_context():
        assert db.session.scalars(select(XeroLogin)).all(), "the login is as good as it was"
    assert finish(ready, half).status_code == 303
    assert_one_of_each(app, vendors)


def test_items_may_be_written_where_xero_asks_for_the_right_to_settings(
    ready: Person, app: Flask, vendors: Vendors
) -> None:
    vendors.control("xero/options", items_need_settings=True)
    assert add(ready).status_code == 303
    assert_one_of_each(app, vendors)


def test_a_half_can_be_left_as_it_is(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.fault("answer", **STEPS["item"], status=429, headers={"Retry-After": "40"})
    half = ready.client.post("/products/add", data=form).headers["Location"]
    left = ready.client.post(f"{half}/leave", data={"csrf_token": ready.token()})
    assert (left.status_code, left.headers["Location"]) == (303, "/products")
    assert halves(ready) == []
    assert (len(in_bitrix24(vendors)), in_xero(vendors)) == (1, [])
    assert ready.client.get(half).status_code == 404
    assert finish(ready, half).status_code == 404


def test_somebody_elses_half_is_nobodys_business(ready: Person, app: Flask, vendors: Vendors) -> None:
    tom = Person(app, "Tom Hallam").sign_in().connect()
    form = filled(tom)
    vendors.fault("answer", **STEPS["item"], status=429, headers={"Retry-After": "40"})
    half = tom.client.post("/products/add", data=form).headers["Location"]
    anahera = Person(app, "Anahera Pōtiki").sign_in().connect()
    assert anahera.client.get(half).status_code == 404
    assert finish(anahera, half).status_code == 404
    assert anahera.client.post(f"{half}/leave", data={"csrf_token": anahera.token()}).status_code == 404
    assert ready.client.get(half).status_code == 200, "an administrator may end it"


@pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000", "'; DROP TABLE intent", "é" * 36])
def test_a_half_that_is_none_is_not_found(key: str, ready: Person) -> None:
    assert ready.client.get(f"/products/adding/{key}").status_code == 404
    assert finish(ready, f"/products/adding/{key}").status_code == 404


def test_a_forged_key_is_replaced(ready: Person, app: Flask, vendors: Vendors) -> None:
    assert add(ready, key="../../etc/passwd" * 20).status_code == 303
    assert_one_of_each(app, vendors)


# -- rights -----------------------------------------------------------------------------------------------------------


def test_whoever_may_not_see_the_catalogue_is_told_before_typing(ready: Person, app: Flask) -> None:
    anahera = Person(app, "Anahera Pōtiki").sign_in().connect()
    answer = anahera.client.get("/products/add")
    assert answer.status_code == 403
    check(answer.text)
    assert "Your rights in Bitrix24’s catalogue do not allow this" in text(answer.text)


def test_whoever_may_not_add_products_is_told_and_keeps_the_form(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/user", id=1, may_add_products=False)
    answer = add(ready)
    assert answer.status_code == 403
    check(answer.text)
    assert "Bitrix24 lets you see its catalogue but not add products to it" in text(answer.text)
    assert SHELF["description"] in answer.text
    assert (in_bitrix24(vendors), in_xero(vendors), halves(ready)) == ([], [], [])


def test_without_the_right_to_prices_all_but_the_price_is_made(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.control("bitrix24/user", id=1, may_set_prices=False)
    half = add(ready).headers["Location"]
    said = text(ready.client.get(half).text)
    assert "No price in Bitrix24" in said
    assert "Your rights in Bitrix24’s catalogue" in said
    assert len(in_xero(vendors)) == 1
    vendors.control("bitrix24/user", id=1, may_set_prices=True)
    assert finish(ready, half).status_code == 303
    assert_one_of_each(app, vendors)


# -- logins that end --------------------------------------------------------------------------------------------------


def test_what_was_typed_survives_a_xero_login_that_ends(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready, name="Bench, rimu")
    with app.app_context():
        login = db.session.scalars(select(XeroLogin)).one()
        login.ends_at = utc_now() - timedelta(seconds=1)
        db.session.commit()
    answer = ready.client.post("/products/add", data=form, headers={"Referer": "http://localhost/products/add"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/xero/connect")
    assert "next=/products/add" in answer.headers["Location"] or "next=%2Fproducts%2Fadd" in answer.headers["Location"]
    assert in_bitrix24(vendors) == []
    ready.connect()
    page = ready.client.get("/products/add").text
    assert 'value="Bench, rimu"' in page
    assert SHELF["description"] in page
    assert 'value="Bench, rimu"' not in ready.client.get("/products/add").text, "shown once"


def test_what_was_typed_survives_a_sign_in_that_ends(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready, name="Bench, rimu")
    vendors.control("bitrix24/tokens/revoke")
    answer = ready.client.post("/products/add", data=form)
    assert answer.headers["Location"].startswith("/login")
    ready.sign_in()
    assert 'value="Bench, rimu"' in ready.client.get("/products/add").text


def test_a_xero_login_that_ends_in_the_middle_leaves_a_half(ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.fault("answer", **STEPS["item"], status=401, body='{"Title": "Unauthorized"}')
    answer = ready.client.post("/products/add", data=form)
    assert answer.headers["Location"].startswith("/xero/connect")
    ready.connect()
    (half,) = halves(ready)
    assert finish(ready, half).status_code == 303
    assert_one_of_each(app, vendors)


# -- old portals ------------------------------------------------------------------------------------------------------


@pytest.fixture
def old(vendors: Vendors) -> None:
    """A portal that has crm.product.* alone."""
    vendors.control("bitrix24/settings", catalog_methods=False)


def test_an_old_portal_gets_it_in_the_older_way(old: None, ready: Person, app: Flask, vendors: Vendors) -> None:
    form = filled(ready)
    assert "measure" not in form
    vendors.forget_requests()
    assert ready.client.post("/products/add", data=form).status_code == 303
    assert vendors.calls("bitrix24") == ["POST /rest/batch", "POST /rest/batch", "POST /rest/crm.product.add"]
    assert_one_of_each(app, vendors)
    assert "NZD 189.00" in text(listed(ready, q="shelf").text).replace("\xa0", " ")


@pytest.mark.parametrize("fault", FAULTS)
def test_an_old_portal_gets_it_once_whatever_goes_wrong(
    fault: str, old: None, ready: Person, app: Flask, vendors: Vendors
) -> None:
    form = filled(ready)
    vendors.fault(vendor="bitrix24", path="crm.product.add", **FAULTS[fault])
    brought_to_its_end(ready, form)
    assert_one_of_each(app, vendors)


def test_an_old_portal_gives_no_second_product_a_code(old: None, ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/product", name="Oak shelf 1200", code=CODE)
    answer = add(ready)
    assert answer.status_code == 422
    assert "Bitrix24 has this code already" in text(answer.text)


# -- pages ------------------------------------------------------------------------------------------------------------


def test_nothing_is_added_before_the_set_up(mere: Person) -> None:
    page = mere.client.get("/products/add")
    check(page.text)
    assert "Xero is not connected yet" in text(page.text)
    mere.connect()
    page = mere.client.get("/products/add")
    check(page.text)
    assert "Set-up is not done yet" in text(page.text)


def test_a_portal_that_does_not_answer_keeps_what_was_typed(ready: Person, vendors: Vendors) -> None:
    form = filled(ready)
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=9)
    answer = ready.client.post("/products/add", data=form)
    assert answer.status_code == 503
    check(answer.text)
    assert SHELF["description"] in answer.text
    by_htmx = ready.client.post("/products/add", data=form, headers=HTMX)
    assert by_htmx.status_code == 503
    assert by_htmx.headers["HX-Retarget"] == "#notices"


def test_the_form_is_a_whole_page_and_says_who_is_signed_in(ready: Person, app: Flask) -> None:
    page = ready.client.get("/products/add")
    check(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    with app.app_context():
        assert db.session.scalars(select(User)).one().name in page.text


def test_a_refused_press_is_no_entry_of_activity(ready: Person, app: Flask, vendors: Vendors) -> None:
    add(ready, price="")
    with app.app_context():
        assert db.session.scalars(select(SyncEntry)).all() == []
