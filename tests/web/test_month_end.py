"""The month end as people meet it: the sheet on the page, its file, its paper, and who may read whose."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from flask import Flask

from tests.conftest import Vendors
from tests.people import HTMX, Person, parsed, text
from tests.reconciliation.test_job import SINCE, dated, make_sheet, sent
from tests.web.test_pages import check
from tests.web.test_runs import counts, form, post

MARCH = "/month-end?month=2031-03"


@pytest.fixture
def made(ready: Person, vendors: Vendors, app: Flask) -> Person:
    """One that agrees, one that is not sent yet."""
    sent(ready, vendors)
    dated(vendors, title="Bathroom, lower floor")
    assert make_sheet(app).state == "finished"
    return ready


def rows(page: str) -> dict[str, list[str]]:
    """The figures of each row that has a head, the first of a name counting."""
    found: dict[str, list[str]] = {}
    for row in parsed(page).iter("tr"):
        head = row.find("th")
        if head is not None:
            said = " ".join("".join(head.itertext()).split())
            found.setdefault(said, ["".join(cell.itertext()).strip() for cell in row.findall("td")])
    return found


def test_the_sheet_leads_from_one_total_to_the_other(made: Person) -> None:
    page = made.client.get(MARCH)
    check(page.text)
    assert "Month end: March 2031" in text(page.text)
    assert "1 of 2 agree, NZD 299.00 apart." in text(page.text).replace("\xa0", " ")
    shown = rows(page.text)
    assert shown["Invoices in Bitrix24"] == ["2", "598.00"]
    assert shown["Belongs in Xero"] == ["2", "598.00"]
    assert shown["Ready to send, not sent yet"] == ["−1", "−299.00"]
    assert shown["Must be in Xero"] == ["1", "299.00"]
    assert shown["Is in Xero"] == ["1", "299.00"]
    assert shown["Unexplained"] == ["0", "0.00"]


def test_before_the_first_sheet_there_is_a_button_that_makes_it(ready: Person, vendors: Vendors, app: Flask) -> None:
    page = ready.client.get(MARCH)
    check(page.text)
    assert form(page.text, "/month-end").says("Read both systems")
    vendors.forget_requests()
    answer = post(ready, "/month-end", month="2031-03")
    assert answer.headers["Location"] == MARCH
    assert vendors.calls("xero") + vendors.calls("bitrix24") == []
    waiting = ready.client.get(MARCH)
    check(waiting.text)
    assert 'hx-trigger="every 1s"' in waiting.text


def test_when_both_agree_one_line_says_it_and_the_main_page_too(ready: Person, vendors: Vendors, app: Flask) -> None:
    sent(ready, vendors)
    make_sheet(app)
    agreed = "Both systems agree: 1 of 1, NZD 0.00 apart."
    assert agreed in text(ready.client.get(MARCH).text).replace("\xa0", " ")
    assert f"Month end: March 2031. {agreed}" in text(ready.client.get("/invoices").text).replace("\xa0", " ")


def test_what_is_put_right_is_compared_with_the_sheet_before(made: Person, vendors: Vendors, app: Flask) -> None:
    (waiting,) = [i["id"] for i in vendors.control("bitrix24/find", title="Bathroom, lower floor")]
    assert made.press(waiting).status_code == 200
    make_sheet(app)
    page = text(made.client.get(MARCH).text)
    assert "1 put right, 0 new, 0 as before" in page
    assert "2 sheets" in page


def test_a_sheet_stays_as_it_was_made(made: Person, app: Flask, vendors: Vendors) -> None:
    first = made.client.get(MARCH)
    dated(vendors)
    make_sheet(app)
    links = [a.get("href") or "" for a in parsed(made.client.get(MARCH).text).iter("a")]
    (link,) = [address for address in links if "sheet=1" in address]
    assert rows(made.client.get(link).text) == rows(first.text)


def test_the_months_before_stand_below(made: Person, app: Flask) -> None:
    page = made.client.get("/month-end?month=2031-04")
    check(page.text)
    assert rows(page.text)["March 2031"] == [
        "NZD", "598.00", "299.00", "299.00", "Ready to send, not sent yet: 1", "0.00",
    ]  # fmt: skip


def file_of(person: Person, sheet: int = 1) -> list[dict[str, str]]:
    answer = person.client.get(f"/month-end/{sheet}.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_the_file_holds_both_tables_and_every_invoice_that_is_apart(made: Person) -> None:
    lines = file_of(made)
    unexplained = [line["Amount"] for line in lines if line["Line"] == "Unexplained"]
    assert [Decimal(amount) for amount in unexplained] == [0, 0]
    (apart,) = [line for line in lines if line["Invoice"]]
    assert (apart["Line"], apart["Amount"], apart["Invoices"]) == ("Ready to send, not sent yet", "-299.00", "-1")


def test_a_customer_that_looks_like_a_formula_is_none_in_the_file(ready: Person, vendors: Vendors, app: Flask) -> None:
    company = vendors.control("bitrix24/company", title='=HYPERLINK("http://evil.example")')["item"]["id"]
    dated(vendors, companyId=company)
    make_sheet(app)
    assert [line["Customer"] for line in file_of(ready) if line["Customer"]] == ['\'=HYPERLINK("http://evil.example")']


def test_paper_has_the_organisation_the_month_and_its_pages_in_the_foot(made: Person) -> None:
    page = made.client.get(MARCH).text
    assert "/month-end/1.css" in page
    sheet = made.client.get("/month-end/1.css")
    assert sheet.mimetype == "text/css"
    assert "Month end: March 2031" in sheet.text
    assert '"Page " counter(page) " of " counter(pages)' in sheet.text


def test_a_sheet_is_its_persons_and_an_administrators(made: Person, app: Flask, vendors: Vendors) -> None:
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    assert "No sheet of this period yet" in text(jack.client.get(MARCH).text)
    for address in ("/month-end/1.csv", "/month-end/1.css"):
        assert jack.client.get(address).status_code == 404
    make_sheet(app, "Jack O'Brien")
    shown = text(jack.client.get(MARCH).text)
    assert "It holds the invoices that Bitrix24 shows to Jack O'Brien" in shown
    assert "by Jack O'Brien" in text(made.client.get(f"{MARCH}&sheet=2").text)


def test_what_is_hidden_since_is_named_no_more(ready: Person, app: Flask, vendors: Vendors) -> None:
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    (me,) = [user["id"] for user in vendors.control("bitrix24/state")["users"] if user["last_name"] == "O'Brien"]
    own = dated(vendors, assignedById=me)
    make_sheet(app, "Jack O'Brien")
    assert "Acme Plumbing" in text(jack.client.get(MARCH).text)
    vendors.control("bitrix24/reassign", id=own, user_id=1)
    app.extensions.pop("b24xero.remembered", None)
    shown = text(jack.client.get(MARCH).text)
    assert "Acme Plumbing" not in shown
    assert "An invoice you may not see" in shown
    assert not any(line["Invoice"] for line in file_of(jack))


def test_any_period_may_be_asked_for(ready: Person, vendors: Vendors, app: Flask) -> None:
    dated(vendors)
    make_sheet(app, since=SINCE.replace(month=1), until=SINCE.replace(month=6, day=30))
    page = ready.client.get("/month-end?since=2031-01-01&until=2031-06-30")
    check(page.text)
    assert "Month end: 1 Jan 2031 to 30 Jun 2031" in text(page.text)
    assert "March 2031 · Sent" in text(page.text)


@pytest.mark.parametrize("query", ["month=2031-13", "month=abc", "since=2031-01-01&until=x", "sheet=99999999999"])
def test_an_address_that_says_nothing_is_the_month_that_is_being_closed(ready: Person, query: str) -> None:
    assert ready.client.get(f"/month-end?{query}").status_code == 200


def test_a_period_of_years_is_refused(ready: Person) -> None:
    answer = post(ready, "/month-end", since="2020-01-01", until="2031-01-01")
    assert answer.status_code == 422
    assert "at most 366 days" in text(answer.text)


def test_without_xero_it_says_what_comes_first(mere: Person) -> None:
    page = mere.client.get("/month-end")
    check(page.text)
    assert "Connect to Xero" in text(page.text)


def test_the_panel_of_a_sheet_counts_what_agrees(made: Person) -> None:
    panel = made.client.get("/runs/1", headers=HTMX)
    assert counts(panel.text) == {"agree": 1, "differ": 1}
