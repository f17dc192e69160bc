"""What bad input gets: a right status, a clear sentence, nothing lost, nothing written twice, never a 500."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.bitrix24 import wire
from b24xero.db.models import InvoiceLink
from b24xero.extensions import db
from b24xero.xero import one_call
from tests.conftest import ROWS, Vendors, on_both
from tests.people import HTMX, Person, forms, parsed, text
from tests.web.test_runs import post

JOINERY = "Harbour & Hill Joinery"
PUT_INVOICE = {"vendor": "xero", "method": "PUT", "path": "/Invoices"}
HTML = "<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>"


def number_of(vendors: Vendors, invoice_id: int) -> str:
    return str(vendors.invoice(invoice_id)["item"]["accountNumber"])


def of(vendors: Vendors, invoice_id: int) -> list[dict[str, Any]]:
    """What stands in Xero for this Bitrix24 invoice, known by its address back."""
    end = f"/details/{invoice_id}/"
    return vendors.with_address(end)


def company(vendors: Vendors, **values: Any) -> int:
    return int(vendors.control("bitrix24/company", **values)["item"]["id"])


def writes(vendors: Vendors) -> list[str]:
    return [call for call in vendors.calls("xero") if not call.startswith("GET")]


def choices(page: str) -> dict[str, str]:
    """The contacts that a person may choose from: words → value."""
    found = {}
    for label in parsed(page).iter("label"):
        box = label.find("input")
        if box is not None and box.get("name") == "contact":
            found[" ".join("".join(label.itertext()).split())] = box.get("value")
    return found


def refused(person: Person, invoice_id: int, *said: str, status: int = 422, **values: str) -> str:
    answer = person.press(invoice_id, **values)
    words = text(answer.text)
    assert answer.status_code == status, words
    for sentence in said:
        assert sentence in words, words
    return words


def done(person: Person, invoice_id: int, *said: str, **values: str) -> str:
    return refused(person, invoice_id, *said, status=200, **values)


def set_number_from_xero(person: Person) -> None:
    person.save_set_up(number="xero")


# -- the portal fails -----------------------------------------------------------------------------------------------

PORTAL_FAULTS = {
    "down before": ({"do": "drop_before"}, "Bitrix24 does not answer"),
    "down after": ({"do": "drop_after"}, "Bitrix24 does not answer"),
    "html 502": ({"do": "answer", "status": 502, "body": HTML}, "Bitrix24 does not answer"),
    "html 200": ({"do": "answer", "status": 200, "body": HTML}, "Bitrix24 gave an answer that cannot be read"),
    "half a json": ({"do": "truncate"}, "Bitrix24"),
    "empty": ({"do": "answer", "status": 200, "body": ""}, "Bitrix24 gave an answer that cannot be read"),
    "a list": ({"do": "answer", "status": 200, "body": "[1]"}, "Bitrix24 gave an answer that cannot be read"),
    "no result": ({"do": "answer", "status": 200, "body": "{}"}, "Bitrix24 gave an answer that cannot be read"),
    "null result": ({"do": "answer", "status": 200, "body": '{"result": null}'}, "Bitrix24 gave an answer"),
    "empty result": ({"do": "answer", "status": 200, "body": '{"result": {"result": []}}'}, "Bitrix24 gave an answer"),
    "moved": ({"do": "answer", "status": 302, "headers": {"Location": "http://localhost:9/"}}, "Bitrix24"),
    "too fast": (
        {"do": "answer", "status": 503, "body": '{"error": "QUERY_LIMIT_EXCEEDED", "error_description": "slow"}'},
        "Bitrix24 has too much to do right now",
    ),
    "too much": (
        {"do": "answer", "status": 429, "body": '{"error": "OPERATION_TIME_LIMIT", "error_description": "slow"}'},
        "Bitrix24 has too much to do right now",
    ),
    "503 html": ({"do": "answer", "status": 503, "body": HTML}, "Bitrix24 does not answer"),
    "500 json": (
        {"do": "answer", "status": 500, "body": '{"error": "INTERNAL_SERVER_ERROR", "error_description": "oops"}'},
        "Bitrix24 does not answer",
    ),
}


@pytest.mark.parametrize("kind", PORTAL_FAULTS)
def test_a_portal_that_fails_is_said_on_the_list_with_a_way_to_try_again(
    ready: Person, vendors: Vendors, kind: str
) -> None:
    fault, said = PORTAL_FAULTS[kind]
    vendors.fault(vendor="bitrix24", path="/rest/", times=2, **fault)  # type: ignore[arg-type]
    answer = ready.list(page=2, rows=50)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert said in text(answer.text)
    again = next(a for a in parsed(answer.text).iter("a") if a.get("id") == "again")
    assert "Try again" in "".join(again.itertext())
    vendors.control("faults/clear")
    assert ready.client.get(again.get("href")).status_code == 200
    assert "page=2" in again.get("href")


@pytest.mark.parametrize("kind", PORTAL_FAULTS)
def test_a_portal_that_fails_at_a_press_writes_nothing_and_the_next_press_does(
    ready: Person, vendors: Vendors, kind: str
) -> None:
    invoice_id = vendors.new_invoice()
    token = ready.token()
    fault, said = PORTAL_FAULTS[kind]
    vendors.fault(vendor="bitrix24", path="/rest/", times=2, **fault)  # type: ignore[arg-type]
    vendors.forget_requests()
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 503
    assert said in text(answer.text)
    assert int(answer.headers["Retry-After"]) >= 1
    assert vendors.calls("xero") == []
    vendors.control("faults/clear")
    done(ready, invoice_id, "Created in Xero")


def test_one_broken_answer_of_the_portal_is_not_even_noticed(ready: Person, vendors: Vendors) -> None:
    vendors.fault("drop_after", vendor="bitrix24", path="/rest/")
    assert ready.list().status_code == 200


def test_a_slow_portal_is_not_waited_for_forever(
    ready: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "TIMEOUT", (0.2, 0.2))
    vendors.fault("delay", vendor="bitrix24", path="/rest/", seconds=0.5, times=2)
    answer = ready.list()
    assert answer.status_code == 503
    assert "Bitrix24 does not answer" in text(answer.text)


def test_a_portal_that_does_not_speak_english_is_understood(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", language="Токен устарел")
    vendors.control("bitrix24/tokens/expire")
    assert ready.list().status_code == 200


@pytest.mark.parametrize(
    ("code", "status"), [("insufficient_scope", 403), ("PAYMENT_REQUIRED", 402), ("ACCESS_DENIED", 403)]
)
def test_a_portal_whose_plan_forbids_it_is_said(ready: Person, vendors: Vendors, code: str, status: int) -> None:
    body = json.dumps({"error": code, "error_description": "REST is available only on commercial plans"})
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=status, body=body, times=2)
    answer = ready.list()
    assert answer.status_code == 403
    assert "dministrator" in text(answer.text)  # who can put it right


# -- Xero fails -----------------------------------------------------------------------------------------------------

XERO_FAULTS = {
    "down before": {"do": "drop_before"},
    "down after": {"do": "drop_after"},
    "html 502": {"do": "answer", "status": 502, "body": HTML},
    "html 200": {"do": "answer", "status": 200, "body": HTML},
    "half a json": {"do": "truncate"},
    "empty": {"do": "answer", "status": 200, "body": ""},
    "no list": {"do": "answer", "status": 200, "body": "{}"},
    "503": {"do": "answer", "status": 503, "body": "The resource is unavailable"},
    "500": {"do": "answer", "status": 500, "body": ""},
    "504": {"do": "answer", "status": 504, "body": HTML},
}


@pytest.mark.parametrize("kind", XERO_FAULTS)
def test_xero_failing_while_the_contact_is_looked_for_writes_nothing(
    ready: Person, vendors: Vendors, kind: str
) -> None:
    invoice_id = vendors.new_invoice()
    vendors.fault(vendor="xero", method="GET", path="/Contacts", times=2, **XERO_FAULTS[kind])  # type: ignore[arg-type]
    refused(ready, invoice_id, "Nothing was written. Try again in a moment.", status=503)
    assert of(vendors, invoice_id) == []
    done(ready, invoice_id, "Created in Xero")
    assert len(of(vendors, invoice_id)) == 1


@pytest.mark.parametrize("kind", XERO_FAULTS)
def test_xero_failing_at_an_edit_is_said_and_the_next_press_edits(ready: Person, vendors: Vendors, kind: str) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    vendors.fault(vendor="xero", method="POST", path="/Invoices", **XERO_FAULTS[kind])  # type: ignore[arg-type]
    if kind in ("down after", "half a json"):
        done(ready, invoice_id, "Updated in Xero")  # it landed, as a look a moment later shows
    else:
        refused(ready, invoice_id, "it is not sure whether this was written", status=504)
        done(ready, invoice_id, "Updated in Xero")
    (made,) = of(vendors, invoice_id)
    assert Decimal(str(made["Total"])) == Decimal(str(vendors.invoice(invoice_id)["item"]["opportunity"]))
    done(ready, invoice_id, "Already up to date")


def test_a_slow_xero_is_not_waited_for_forever_and_nothing_is_written_twice(
    ready: Person, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoice_id = vendors.new_invoice()
    monkeypatch.setattr(one_call, "WRITE_TIMEOUT", (0.3, 0.3))
    write = vendors.hold(**PUT_INVOICE)
    refused(ready, invoice_id, "it is not sure whether this was written", status=504)
    monkeypatch.undo()
    write.let_go()
    assert len(of(vendors, invoice_id)) == 1
    done(ready, invoice_id)
    assert len(of(vendors, invoice_id)) == 1
    done(ready, invoice_id, "Already up to date")


@pytest.mark.parametrize("path", ["/Contacts", "/Invoices"])
def test_the_minutes_limit_says_for_how_long(ready: Person, vendors: Vendors, path: str) -> None:
    invoice_id = vendors.new_invoice()
    headers = {"Retry-After": "37", "X-Rate-Limit-Problem": "minute"}
    vendors.fault("answer", vendor="xero", method="PUT", path=path, status=429, headers=headers)
    answer = ready.press(invoice_id)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "37"
    assert "no more calls for the next 37 s. Nothing was written" in text(answer.text)
    assert of(vendors, invoice_id) == []
    done(ready, invoice_id)
    assert len(of(vendors, invoice_id)) == 1


@pytest.mark.parametrize("path", ["/Contacts", "/Invoices"])
def test_the_days_limit_says_that_it_is_the_days(ready: Person, vendors: Vendors, path: str) -> None:
    invoice_id = vendors.new_invoice()
    headers = {"Retry-After": "18200", "X-Rate-Limit-Problem": "day"}
    vendors.fault("answer", vendor="xero", method="PUT", path=path, status=429, headers=headers)
    answer = ready.press(invoice_id)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "18200"
    assert "limit of calls for today is used up" in text(answer.text)
    assert "about 5 h." in text(answer.text)
    done(ready, invoice_id)


def test_the_simulators_own_minute_limit_is_respected_word_for_word(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.control("xero/limits", enforced=True, minute=60, minute_used=60)
    refused(ready, invoice_id, "Xero takes no more calls", status=503)
    vendors.control("xero/limits", enforced=False)
    done(ready, invoice_id)


def test_a_lost_create_whose_look_fails_never_says_that_nothing_was_written(ready: Person, vendors: Vendors) -> None:
    """The write landed, its answer was lost, and looking for it failed: what is known is that nothing is known."""
    invoice_id = vendors.new_invoice()
    vendors.fault("drop_after", **PUT_INVOICE)
    vendors.fault("answer", vendor="xero", method="GET", path="/Invoices", status=503, body="down", times=2)
    answer = ready.press(invoice_id)
    assert answer.status_code in (503, 504)
    assert "Nothing was written" not in text(answer.text)
    assert len(of(vendors, invoice_id)) == 1
    done(ready, invoice_id)
    assert len(of(vendors, invoice_id)) == 1


def test_a_lost_create_whose_look_meets_the_limit_never_says_that_nothing_was_written(
    ready: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice()
    vendors.fault("drop_after", **PUT_INVOICE)
    vendors.fault("answer", vendor="xero", method="GET", path="/Invoices", status=429, headers={"Retry-After": "9"})
    answer = ready.press(invoice_id)
    assert answer.status_code in (503, 504)
    assert "Nothing was written" not in text(answer.text)
    done(ready, invoice_id)
    assert len(of(vendors, invoice_id)) == 1


def test_a_lost_answer_is_shown_on_the_list_until_it_is_cleared(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.fault("answer", **PUT_INVOICE, status=500)
    refused(ready, invoice_id, "Press again", status=504)
    assert f'id="invoice-{invoice_id}"' in ready.list(view="refused").text
    done(ready, invoice_id)
    assert f'id="invoice-{invoice_id}"' not in ready.list(view="refused").text
    assert f'id="invoice-{invoice_id}"' in ready.list(view="awaiting").text


def test_a_missing_right_at_xero_is_said(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    headers = {"WWW-Authenticate": 'Bearer error="insufficent_scope"'}
    vendors.fault("answer", **PUT_INVOICE, status=401, headers=headers, body="{}")
    refused(ready, invoice_id, "was not allowed all that is needed")
    done(ready, invoice_id)


# -- the invoice itself ---------------------------------------------------------------------------------------------


def test_an_invoice_without_rows_says_so_and_can_be_mended(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(rows=[], opportunity=100)
    vendors.forget_requests()
    refused(ready, invoice_id, "has no product rows, so there is nothing to write", "Open in Bitrix24")
    assert vendors.calls("xero") == []
    vendors.control("bitrix24/rows", id=invoice_id, rows=ROWS)
    done(ready, invoice_id, "Created in Xero")


def test_an_invoice_without_a_customer_says_so(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(companyId=0)
    vendors.forget_requests()
    refused(ready, invoice_id, "has no customer, and Xero needs one")
    assert vendors.calls("xero") == []


def without_usd(person: Person, vendors: Vendors) -> None:
    """The organisation does not use US dollars, and b24xero knows it."""
    vendors.control("xero/currencies/unsubscribe", code="USD")
    person.client.get("/setup")


def test_several_problems_are_said_at_once(ready: Person, vendors: Vendors) -> None:
    without_usd(ready, vendors)
    long_ago = (date.today() - timedelta(days=400)).isoformat()
    invoice_id = vendors.new_invoice(companyId=0, rows=[], currencyId="USD", begindate=long_ago)
    vendors.forget_requests()
    refused(ready, invoice_id, "has no customer", "has no product rows", "does not use USD", "books in Xero are locked")
    assert writes(vendors) == []


def test_a_customer_that_bitrix24_hides_is_not_billed_under_another_name(ready: Person, vendors: Vendors) -> None:
    who = vendors.control("bitrix24/contact", name="Hana", lastName="Ngata", email="hana@ngata.example")["item"]["id"]
    invoice_id = vendors.new_invoice(companyId=company(vendors, title="Secret Holdings"), contactIds=[who])
    vendors.control("bitrix24/user", id=7, may_read_customers=False)
    tom = Person(ready.app, "Tom Hallam").sign_in().connect()
    vendors.forget_requests()
    refused(tom, invoice_id, "does not show you the customer")
    assert vendors.calls("xero") == []
    assert "Customer hidden from you, or deleted" in text(tom.list().text)


@pytest.mark.parametrize("kind", [4, 3])
def test_a_customer_who_was_deleted_is_called_deleted_and_no_right_is_asked_for(
    ready: Person, vendors: Vendors, kind: int
) -> None:
    who = vendors.control("bitrix24/contact", name="Hana", lastName="Ngata", email="hana@ngata.example")["item"]["id"]
    owner = {"companyId": company(vendors, title="Secret Holdings")} if kind == 4 else {"companyId": 0}
    invoice_id = vendors.new_invoice(contactIds=[who], **owner)
    item = vendors.invoice(invoice_id)["item"]
    del vendors.bitrix24.world.items[kind][item["companyId"] if kind == 4 else who]
    refused(ready, invoice_id, "was deleted in Bitrix24")
    summary = text(post(ready, "/invoices/many", id=[invoice_id]).text)
    assert "was deleted in Bitrix24" in summary
    for page in ("preview", "why"):
        said = text(ready.client.get(f"/invoices/{invoice_id}/{page}").text)
        assert "was deleted in Bitrix24" in said
        assert "Ask for the right" not in said
    assert "Deleted customer" in text(ready.list().text)


def test_an_invoice_that_was_deleted_is_called_deleted_and_a_hidden_one_is_not(ready: Person, vendors: Vendors) -> None:
    hidden, gone = vendors.new_invoice(assignedById=12), vendors.new_invoice(assignedById=15)
    vendors.control("bitrix24/delete", id=gone)
    jack = Person(ready.app, "Jack O'Brien").sign_in().connect()
    for page in ("preview", "card", "why"):
        assert "it was deleted there" in text(jack.client.get(f"/invoices/{gone}/{page}").text)
        assert "does not let you do this" in text(jack.client.get(f"/invoices/{hidden}/{page}").text)
    summary = text(post(jack, "/invoices/many", id=[hidden, gone]).text)
    assert "is gone from Bitrix24" in summary
    assert "is not shown to you by Bitrix24" in summary


def test_an_invoice_in_a_stage_that_is_gone_is_not_called_unmapped(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/stage/add", code="UC_GONE", name="On the way")
    invoice_id = vendors.new_invoice(stageId="DT31_7:UC_GONE")
    refused(ready, invoice_id, "has no Xero status yet")
    vendors.control("bitrix24/stage/delete", code="UC_GONE")
    refused(ready, invoice_id, "in a stage that is gone from Bitrix24")


def test_a_currency_that_the_organisation_lacks_is_said_and_adding_it_in_xero_helps(
    ready: Person, vendors: Vendors
) -> None:
    without_usd(ready, vendors)
    invoice_id = vendors.new_invoice(currencyId="USD")
    refused(ready, invoice_id, f"{JOINERY} does not use USD. Add the currency in Xero")
    assert of(vendors, invoice_id) == []
    vendors.control("xero/currencies/subscribe", code="USD")
    done(ready, invoice_id, "Created in Xero")
    (made,) = of(vendors, invoice_id)
    assert made["CurrencyCode"] == "USD"


def test_a_currency_taken_away_since_is_xeros_word(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(currencyId="AUD")
    vendors.control("xero/currencies/unsubscribe", code="AUD")
    refused(ready, invoice_id, "does not use AUD")
    assert of(vendors, invoice_id) == []


def test_an_account_archived_since_is_said_with_the_way_to_set_up(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/accounts/archive", code="200")
    words = refused(ready, vendors.new_invoice(), "Account 200 in Xero is archived")
    assert "in Set-up" in words


def test_a_tax_rate_deleted_since_is_said_with_the_way_to_set_up(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/tax-rates/delete", tax_type="OUTPUT2")
    words = refused(ready, vendors.new_invoice(), "tax rate")
    assert "in Set-up" in words


def test_a_tax_rate_without_a_match_says_which(ready: Person, vendors: Vendors) -> None:
    rows = [*ROWS, {**ROWS[0], "taxRate": 12.5}]
    refused(ready, vendors.new_invoice(rows=rows), "Tax rate “12.5 %” has no match in Xero", "lines with it: 1")


def test_a_locked_period_is_said_before_anything_is_sent(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/lock", period=date.today().isoformat())
    ready.client.get("/setup")  # reads the books afresh
    invoice_id = vendors.new_invoice(begindate=(date.today() - timedelta(days=3)).isoformat())
    vendors.forget_requests()
    refused(ready, invoice_id, "the books in Xero are locked up to")
    assert writes(vendors) == []


def test_a_period_locked_since_is_xeros_word_and_moving_the_lock_helps(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(begindate=(date.today() - timedelta(days=3)).isoformat())
    vendors.control("xero/lock", period=date.today().isoformat())
    refused(ready, invoice_id, "are locked")
    vendors.control("xero/lock", period="")
    done(ready, invoice_id, "Created in Xero")


def test_an_invoice_locked_in_xero_says_so_when_it_is_edited(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(begindate=(date.today() - timedelta(days=3)).isoformat())
    done(ready, invoice_id)
    before = of(vendors, invoice_id)
    vendors.control("xero/lock", period=date.today().isoformat())
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Another title"})
    refused(ready, invoice_id, "are locked")
    assert of(vendors, invoice_id) == before


@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED"])
def test_a_number_taken_by_another_invoice_is_said_and_that_one_is_never_touched(
    ready: Person, vendors: Vendors, status: str
) -> None:
    invoice_id = vendors.new_invoice()
    number = number_of(vendors, invoice_id)
    line = {"Description": "By hand", "Quantity": 1, "UnitAmount": 10.0, "AccountCode": "200"}
    day = date.today().isoformat()
    values = {"InvoiceNumber": number, "Contact": {"Name": "By Hand Ltd"}, "Date": day, "DueDate": day}
    vendors.control("xero/invoices/add", set={**values, "LineItems": [line], "Status": status})
    before = vendors.in_xero(number)
    refused(ready, invoice_id, f"{number} already belongs to another invoice in Xero")
    refused(ready, invoice_id, f"{number} already belongs to another invoice in Xero")
    assert vendors.in_xero(number) == before
    vendors.control("bitrix24/edit", id=invoice_id, fields={"accountNumber": f"{number}-B"})
    done(ready, invoice_id, "Created in Xero")
    assert len(of(vendors, invoice_id)) == 1


def test_a_total_set_by_hand_shows_both_figures_and_writes_nothing(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(isManualOpportunity="Y", opportunity=2500)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"isManualOpportunity": "Y", "opportunity": 2500})
    words = refused(ready, invoice_id, "so it is not written")
    assert "NZD 2,500.00" in words
    assert "Xero would make NZD" in words
    assert of(vendors, invoice_id) == []


def test_an_invoice_without_a_number_says_so(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    vendors.control("bitrix24/edit", id=invoice_id, fields={"accountNumber": ""})
    refused(ready, invoice_id, "has no number")
    assert of(vendors, invoice_id) == []
    set_number_from_xero(ready)
    done(ready, invoice_id, "Created in Xero")


@pytest.mark.parametrize("number_from", ["bitrix24", "xero"])
@pytest.mark.parametrize("number", ['INV "A"', "INV-1,INV-2", "Ō/2026 & Söhne+1", "INV 100%", "INV\\7", "🌻-1"])
def test_an_odd_number_is_written_and_found_again(
    ready: Person, vendors: Vendors, number: str, number_from: str
) -> None:
    if number_from == "xero":
        set_number_from_xero(ready)
    vendors.control("xero/options", keeps_text=True)  # what it does not keep cannot be found again
    invoice_id = vendors.new_invoice(accountNumber=number)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"accountNumber": number})
    vendors.fault("drop_after", **PUT_INVOICE)
    assert ready.press(invoice_id).status_code == 200
    (made,) = of(vendors, invoice_id)
    assert made["InvoiceNumber" if number_from == "bitrix24" else "Reference"] == number
    done(ready, invoice_id, "Already up to date")


def test_an_invoice_of_more_than_fifty_rows_goes_over_whole(ready: Person, vendors: Vendors) -> None:
    rows = [{**ROWS[0], "productName": f"Plank {n}", "price": 10 + n, "sort": n * 10} for n in range(1, 121)]
    invoice_id = vendors.new_invoice(rows=rows)
    done(ready, invoice_id, "Created in Xero")
    (made,) = of(vendors, invoice_id)
    whole = vendors.control("xero/invoice", invoice=made["InvoiceID"])
    assert [line["Description"] for line in whole["LineItems"]] == [f"Plank {n}" for n in range(1, 121)]
    assert Decimal(str(made["Total"])) == Decimal(str(vendors.invoice(invoice_id)["item"]["opportunity"]))
    done(ready, invoice_id, "Already up to date")


def test_long_and_odd_words_in_rows_and_title_go_over(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/options", keeps_text=True)
    odd = 'Pōhutukawa "A" & <b>Söhne</b> 🌻 ' * 200
    rows = [{**ROWS[0], "productName": odd[:255]}, {**ROWS[1], "productName": ""}]
    invoice_id = vendors.new_invoice(rows=rows, title=odd[:255])
    answer = ready.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    assert "<b>Söhne</b>" not in answer.text
    (made,) = of(vendors, invoice_id)
    assert made["Reference"] == odd[:255]


# -- customers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        'The "Old Mill" Brewery',
        '"""',
        "O'Connell & Sons",
        "Marks + Spencer = 100%",
        "Bright Side Café 🌻",
        "Ngāti Pūkāwa o Ōtaki Trust",
        "株式会社 港木工",
        "Back\\slash Ltd",
        "<script>alert(1)</script>",
        "  Two   spaces  Ltd ",
        'Ends with "quote"',
        "Name==null OR 1==1",
        "A",
        "x" * 255,
    ],
)
def test_odd_names_make_one_contact_that_is_found_again(ready: Person, vendors: Vendors, name: str) -> None:
    first = vendors.new_invoice(companyId=company(vendors, title=name, email="ap@odd.example"))
    answer = ready.press(first)
    assert answer.status_code == 200, text(answer.text)
    assert "<script>alert" not in answer.text
    (made,) = of(vendors, first)
    kept = " ".join(name.split()).replace("🌻", "?")  # Xero may change emoji
    assert made["Contact"]["Name"] == kept
    second = vendors.new_invoice(companyId=vendors.invoice(first)["item"]["companyId"])
    done(ready, second)
    assert len(vendors.contacts_named(kept)) == 1


def test_an_odd_name_whose_answer_was_lost_makes_no_second_contact(ready: Person, vendors: Vendors) -> None:
    name = 'The "Old" Mill & Söhne\\Co 🌻'
    invoice_id = vendors.new_invoice(companyId=company(vendors, title=name))
    vendors.fault("drop_after", vendor="xero", method="PUT", path="/Contacts")
    done(ready, invoice_id, "Created in Xero")
    assert len(vendors.contacts_named(name.replace("🌻", "?"))) == 1


def test_a_name_of_more_than_255_characters_is_refused_with_both_figures(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(companyId=company(vendors, title="Trustees " * 29))
    vendors.forget_requests()
    refused(ready, invoice_id, "has 260 characters, and Xero takes 255 at most", "Open in Bitrix24")
    assert vendors.calls("xero") == []


def test_a_customer_without_a_name_is_refused(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(companyId=company(vendors, title="  "))
    refused(ready, invoice_id, "The customer has no name")


def test_an_email_that_xero_refuses_is_said_and_mended(ready: Person, vendors: Vendors) -> None:
    who = company(vendors, title="Typo Ltd", email="office(at)typo.example")
    invoice_id = vendors.new_invoice(companyId=who)
    refused(ready, invoice_id, "Xero does not accept the e-mail address “office(at)typo.example”")
    assert vendors.contacts_named("Typo Ltd") == []
    vendors.control("bitrix24/company", id=who, email="office@typo.example")
    done(ready, invoice_id)
    assert len(vendors.contacts_named("Typo Ltd")) == 1


def test_a_contact_of_the_same_name_and_email_is_taken(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/contacts/add", set={"Name": "acme  plumbing", "EmailAddress": "AP@acme.example"})
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id, "Created in Xero")
    (made,) = of(vendors, invoice_id)
    assert made["Contact"]["Name"].lower() == "acme plumbing"
    assert len([c for c in vendors.control("xero/contacts") if c["Name"].lower() == "acme plumbing"]) == 1


def test_a_contact_with_our_number_is_taken_whatever_its_name(ready: Person, vendors: Vendors) -> None:
    who = company(vendors, title="Acme Plumbing", email="ap@acme.example")
    vendors.control("xero/contacts/add", set={"Name": "Renamed in Xero Ltd", "ContactNumber": f"B24-CO-{who}"})
    invoice_id = vendors.new_invoice(companyId=who)
    done(ready, invoice_id, "Created in Xero")
    (made,) = of(vendors, invoice_id)
    assert made["Contact"]["Name"] == "Renamed in Xero Ltd"


def test_two_customers_of_one_name_are_for_the_person_to_tell_apart(ready: Person, vendors: Vendors) -> None:
    one = vendors.new_invoice(companyId=company(vendors, title="Coastline", email="nelson@coastline.example"))
    other = vendors.new_invoice(companyId=company(vendors, title="Coastline", email="kaikoura@coastline.example"))
    done(ready, one)
    answer = ready.press(other)
    assert answer.status_code == 422
    assert "It is not sure which contact in Xero is “Coastline”" in text(answer.text)
    assert of(vendors, other) == []
    offered = choices(answer.text)
    assert "new" in offered.values()
    assert any("nelson@coastline.example" in words for words in offered)
    done(ready, other, "Created in Xero", contact="new")
    (first,), (second,) = of(vendors, one), of(vendors, other)
    assert first["Contact"]["ContactID"] != second["Contact"]["ContactID"]
    mailed = [c for c in vendors.control("xero/contacts") if c.get("EmailAddress") == "kaikoura@coastline.example"]
    assert len(mailed) == 1
    third = vendors.new_invoice(companyId=vendors.invoice(other)["item"]["companyId"])
    done(ready, third, "Created in Xero")
    assert of(vendors, third)[0]["Contact"]["ContactID"] == second["Contact"]["ContactID"]


def test_the_contact_that_a_person_chose_is_taken_and_remembered(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "old@acme.example"})
    invoice_id = vendors.new_invoice()
    answer = ready.press(invoice_id)
    assert answer.status_code == 422
    chosen = next(value for words, value in choices(answer.text).items() if "old@acme.example" in words)
    done(ready, invoice_id, "Created in Xero", contact=chosen)
    (made,) = of(vendors, invoice_id)
    assert made["Contact"]["ContactID"] == chosen
    again = vendors.new_invoice(companyId=vendors.invoice(invoice_id)["item"]["companyId"])
    done(ready, again, "Created in Xero")
    assert len(vendors.contacts_named("Acme Plumbing")) == 1


def test_the_choice_works_without_scripts_and_leads_back(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "old@acme.example"})
    invoice_id = vendors.new_invoice()
    sent = {"csrf_token": ready.token(), "back": "/invoices?page=2"}
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data=sent)
    assert answer.status_code == 422
    form = next(f for f in forms(answer.text, "/") if f.says("Use this contact"))
    landed = ready.client.post(form.action, data={**form.values, "contact": "new"})
    assert landed.status_code == 303
    assert landed.headers["Location"] == "/invoices?page=2"
    assert "Created in Xero" in text(ready.client.get(landed.headers["Location"]).text)


@pytest.mark.parametrize(
    "forged", ["forged", "00000000-0000-0000-0000-000000000000", "../Invoices", "' OR 1=1", "x" * 5000]
)
def test_a_forged_choice_is_refused_and_writes_nothing(ready: Person, vendors: Vendors, forged: str) -> None:
    invoice_id = vendors.new_invoice()
    vendors.forget_requests()
    answer = ready.press(invoice_id, contact=forged)
    assert answer.status_code == 422, text(answer.text)
    assert writes(vendors) == []
    done(ready, invoice_id, "Created in Xero")


def test_new_pressed_twice_after_a_lost_answer_makes_one_contact(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "old@acme.example"})
    invoice_id = vendors.new_invoice()
    before = len(vendors.control("xero/contacts"))
    vendors.fault("drop_after", vendor="xero", method="PUT", path="/Contacts")
    vendors.fault("answer", vendor="xero", method="GET", path="/Contacts", status=503, skip=1, times=2)
    assert ready.press(invoice_id, contact="new").status_code in (503, 504)
    done(ready, invoice_id, "Created in Xero", contact="new")
    assert len(vendors.control("xero/contacts")) == before + 1
    assert len(of(vendors, invoice_id)) == 1


def test_new_pressed_twice_beside_a_contact_of_that_email_makes_one_contact(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Acme Holdings", "EmailAddress": "ap@acme.example"})
    invoice_id = vendors.new_invoice()
    assert ready.press(invoice_id).status_code == 422
    vendors.fault("drop_after", vendor="xero", method="PUT", path="/Contacts")
    vendors.fault("answer", vendor="xero", method="GET", path="/Contacts", status=503, skip=1, times=2)
    assert ready.press(invoice_id, contact="new").status_code in (503, 504)
    done(ready, invoice_id, "Created in Xero", contact="new")
    ours = [c["Name"] for c in vendors.control("xero/contacts") if c["Name"].startswith("Acme Plumbing")]
    assert len(ours) == 1


def test_an_archived_contact_of_ours_is_for_the_person_to_decide(ready: Person, vendors: Vendors) -> None:
    first = vendors.new_invoice()
    done(ready, first)
    vendors.control("xero/contacts/archive", contact="Acme Plumbing")
    second = vendors.new_invoice(companyId=vendors.invoice(first)["item"]["companyId"])
    answer = ready.press(second)
    assert answer.status_code == 422
    archived = next(value for words, value in choices(answer.text).items() if "archived" in words)
    refused(ready, second, "is archived in Xero", "Restore it in Xero", contact=archived)
    assert of(vendors, second) == []
    vendors.control("xero/contacts/restore", contact="Acme Plumbing")
    done(ready, second, "Created in Xero")
    assert len(vendors.contacts_named("Acme Plumbing")) == 1


def test_beside_an_archived_contact_a_new_one_can_be_made(ready: Person, vendors: Vendors) -> None:
    first = vendors.new_invoice()
    done(ready, first)
    vendors.control("xero/contacts/archive", contact="Acme Plumbing")
    second = vendors.new_invoice(companyId=vendors.invoice(first)["item"]["companyId"])
    ready.press(second)
    ready.press(second)
    done(ready, second, "Created in Xero", contact="new")
    named = vendors.contacts_named("Acme Plumbing")
    assert sorted(contact["ContactStatus"] for contact in named) == ["ACTIVE", "ARCHIVED"]


def test_an_archived_contact_of_that_name_that_is_not_ours_is_no_obstacle(ready: Person, vendors: Vendors) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "ap@acme.example"})
    vendors.control("xero/contacts/archive", contact="Acme Plumbing")
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id, "Created in Xero")


def test_a_merged_contact_leads_to_the_one_that_is_left(ready: Person, vendors: Vendors) -> None:
    first = vendors.new_invoice()
    done(ready, first)
    winner = vendors.control("xero/contacts/add", set={"Name": "Acme Group"})["ContactID"]
    vendors.control("xero/contacts/merge", contact="Acme Plumbing", into="Acme Group")
    second = vendors.new_invoice(companyId=vendors.invoice(first)["item"]["companyId"])
    answer = ready.press(second)
    if answer.status_code != 200:  # the stored contact may have to be found out as gone first
        answer = ready.press(second)
    assert answer.status_code == 200, text(answer.text)
    (made,) = of(vendors, second)
    assert made["Contact"]["ContactID"] == winner


def test_an_invoice_whose_contact_was_merged_can_still_be_edited(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    winner = vendors.control("xero/contacts/add", set={"Name": "Acme Group"})["ContactID"]
    vendors.control("xero/contacts/merge", contact="Acme Plumbing", into="Acme Group")
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    for _ in range(2):  # the stored contact may have to be found out as gone first
        answer = ready.press(invoice_id)
    assert answer.status_code == 200, text(answer.text)
    (made,) = of(vendors, invoice_id)
    assert made["Contact"]["ContactID"] == winner
    assert Decimal(str(made["Total"])) == Decimal(str(vendors.invoice(invoice_id)["item"]["opportunity"]))


def test_an_invoice_whose_contact_was_archived_can_still_be_edited(ready: Person, vendors: Vendors) -> None:
    """Xero lets an invoice keep the archived contact that it has."""
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("xero/contacts/archive", contact="Acme Plumbing")
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    answer = ready.press(invoice_id)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert "Restore it in Xero" in text(answer.text)
        vendors.control("xero/contacts/restore", contact="Acme Plumbing")
        done(ready, invoice_id, "Updated in Xero")


# -- stages ---------------------------------------------------------------------------------------------------------


def test_an_unmapped_stage_says_so(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(**{"stage:DT31_7:UC_ONHOLD": ""})
    invoice_id = vendors.new_invoice(stageId="DT31_7:UC_ONHOLD")
    refused(ready, invoice_id, "Stage “On hold, site not ready” has no Xero status yet")
    assert of(vendors, invoice_id) == []


def test_a_stage_that_is_not_sent_says_so_and_marks_no_problem(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(stageId="DT31_7:N")
    refused(ready, invoice_id, "Invoices in stage “New” are not sent to Xero")
    assert of(vendors, invoice_id) == []
    assert f'id="invoice-{invoice_id}"' not in ready.list(view="refused").text


def test_a_stage_that_is_not_sent_leaves_what_is_in_xero_alone(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    before = of(vendors, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="N")
    refused(ready, invoice_id, "are not sent to Xero")
    assert of(vendors, invoice_id) == before


@pytest.mark.parametrize("target", ["DRAFT", "SUBMITTED", "AUTHORISED"])
def test_the_stage_decides_the_status(ready: Person, vendors: Vendors, target: str) -> None:
    ready.save_set_up(**{"stage:DT31_7:S": target})
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    assert of(vendors, invoice_id)[0]["Status"] == target


def test_a_draft_is_approved_when_its_stage_moves_on(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(**{"stage:DT31_7:S": "DRAFT", "stage:DT31_7:P": "AUTHORISED"})
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="P")
    done(ready, invoice_id, "Updated in Xero")
    assert of(vendors, invoice_id)[0]["Status"] == "AUTHORISED"


def test_an_approved_invoice_does_not_go_back_to_draft_but_is_updated(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(**{"stage:DT31_7:UC_ONHOLD": "DRAFT"})
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="UC_ONHOLD")
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    done(ready, invoice_id, "Updated in Xero", "The invoice stays approved in Xero")
    (made,) = of(vendors, invoice_id)
    assert made["Status"] == "AUTHORISED"
    assert Decimal(str(made["Total"])) == Decimal(str(vendors.invoice(invoice_id)["item"]["opportunity"]))


@pytest.fixture
def voiding(ready: Person) -> Person:
    """Stage "Unpaid" means Voided, "Deposit received" means Draft."""
    return ready.save_set_up(**{"stage:DT31_7:D": "VOIDED", "stage:DT31_7:UC_DEPOSI": "DRAFT"})


def test_voided_never_creates(voiding: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(stageId="DT31_7:D")
    vendors.forget_requests()
    refused(voiding, invoice_id, "this invoice is not in Xero, so there is nothing to void")
    assert vendors.calls("xero") == []


def test_voided_deletes_a_draft(voiding: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(stageId="DT31_7:UC_DEPOSI")
    done(voiding, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="D")
    done(voiding, invoice_id, "Deleted in Xero: it was not approved yet")
    assert [i["Status"] for i in of(vendors, invoice_id)] == ["DELETED"]
    done(voiding, invoice_id, "Already up to date")


def test_voided_voids_an_approved_one_and_stays_so(voiding: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    done(voiding, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="D")
    done(voiding, invoice_id, "Voided in Xero")
    assert [i["Status"] for i in of(vendors, invoice_id)] == ["VOIDED"]
    vendors.forget_requests()
    done(voiding, invoice_id, "Already up to date")
    assert writes(vendors) == []
    vendors.control("bitrix24/move", id=invoice_id, stage="S")
    refused(voiding, invoice_id, "a voided invoice does not come back")
    assert [i["Status"] for i in of(vendors, invoice_id)] == ["VOIDED"]


@pytest.mark.parametrize("amount", ["all", "50"])
def test_voided_says_what_stops_it_when_there_are_payments(voiding: Person, vendors: Vendors, amount: str) -> None:
    invoice_id = vendors.new_invoice()
    done(voiding, invoice_id)
    vendors.control("xero/pay", invoice=number_of(vendors, invoice_id), amount=amount)
    before = of(vendors, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="D")
    refused(voiding, invoice_id, "The invoice has payments or credits in Xero, so it cannot be voided", "Open in Xero")
    assert of(vendors, invoice_id) == before


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "truncate"])
def test_a_void_whose_answer_was_lost_is_voided_once(voiding: Person, vendors: Vendors, fault: str) -> None:
    invoice_id = vendors.new_invoice()
    done(voiding, invoice_id)
    vendors.control("bitrix24/move", id=invoice_id, stage="D")
    vendors.fault(fault, vendor="xero", method="POST", path="/Invoices")
    assert voiding.press(invoice_id).status_code == (504 if fault == "drop_before" else 200)
    done(voiding, invoice_id)
    assert [i["Status"] for i in of(vendors, invoice_id)] == ["VOIDED"]


# -- what Xero no longer lets be edited -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "values", "said"),
    [
        ("pay", {"amount": "all"}, "is paid in Xero, so it can no longer be changed"),
        ("pay", {"amount": "50"}, "is part paid in Xero, so it can no longer be changed"),
        ("credit", {"amount": "50"}, "is settled in part in Xero"),
        ("void", {}, "is voided in Xero, and a voided invoice does not come back"),
    ],
)
def test_an_invoice_that_xero_closed_says_why_it_cannot_be_edited(
    ready: Person, vendors: Vendors, act: str, values: dict[str, str], said: str
) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control(f"xero/{act}", invoice=number_of(vendors, invoice_id), **values)
    before = of(vendors, invoice_id)
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    vendors.forget_requests()
    refused(ready, invoice_id, said, "Open in Xero")
    assert writes(vendors) == []
    assert of(vendors, invoice_id) == before
    assert f'id="invoice-{invoice_id}"' in ready.list(view="differs").text


def test_a_draft_deleted_in_xero_is_not_made_a_second_time(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(**{"stage:DT31_7:S": "DRAFT"})
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("xero/delete", invoice=number_of(vendors, invoice_id))
    refused(ready, invoice_id, "was deleted in Xero")
    assert [i["Status"] for i in of(vendors, invoice_id)] == ["DELETED"]


def test_a_paid_invoice_that_is_unchanged_is_up_to_date(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("xero/pay", invoice=number_of(vendors, invoice_id))
    done(ready, invoice_id, "Already up to date")
    assert "Paid" in text(ready.list(view="paid").text)


def test_a_payment_that_comes_between_look_and_write_is_xeros_word(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**ROWS[0], "quantity": 5}])
    body = {
        "ErrorNumber": 10, "Type": "ValidationException", "Message": "A validation exception occurred",
        "Elements": [{"ValidationErrors": [
            {"Message": "This document cannot be edited as it has a payment or credit note allocated to it."},
            {"Message": "Something that nobody ever heard of"},
        ]}],
    }  # fmt: skip
    vendors.fault("answer", vendor="xero", method="POST", path="/Invoices", status=400, body=json.dumps(body))
    refused(ready, invoice_id, "is part paid in Xero", "Xero refuses: “Something that nobody ever heard of”")


def test_what_was_edited_in_xero_by_hand_is_overwritten_only_when_somebody_says_so(
    ready: Person, vendors: Vendors
) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    (made,) = of(vendors, invoice_id)
    vendors.control("xero/edit", invoice=made["InvoiceID"], set={"Reference": "Changed by hand"})
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Changed in Bitrix24"})
    refused(ready, invoice_id, "Somebody changed INV-0413 in Xero", "Open the preview")
    assert of(vendors, invoice_id)[0]["Reference"] == "Changed by hand"
    done(ready, invoice_id, "Updated in Xero", drift="bitrix24")
    assert of(vendors, invoice_id)[0]["Reference"] == "Changed in Bitrix24"


# -- addresses and forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("invoice_id", ["0", "999999", "2147483647", "2147483648", "99999999999999999999999"])
def test_an_unknown_invoice_is_not_found(ready: Person, vendors: Vendors, app: Flask, invoice_id: str) -> None:
    token = ready.token()
    vendors.forget_requests()
    answer = ready.client.post(f"/invoices/{invoice_id}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 404
    assert text(answer.text)
    assert writes(vendors) == []
    with app.app_context():
        assert db.session.scalars(select(InvoiceLink)).all() == []


@pytest.mark.parametrize(
    "address", ["/invoices/-1/push", "/invoices/abc/push", "/invoices/1.5/push", "/invoices//push"]
)
def test_what_is_no_id_is_not_found(ready: Person, address: str) -> None:
    answer = ready.client.post(address, data={"csrf_token": ready.token()})
    assert answer.status_code in (404, 308)
    assert ready.client.get("/there-is-no-such-page").status_code == 404


@pytest.mark.parametrize(
    "page", ["0", "-1", "abc", "1e3", "10.5", "11", "999999", "99999999999999999999", "", "٣", "%00"]
)
def test_an_odd_page_number_still_shows_a_page(ready: Person, page: str) -> None:
    answer = ready.list(page=page, rows=25)
    assert answer.status_code == 200
    assert 'id="invoice-' in answer.text


@pytest.mark.parametrize("rows", ["0", "7", "-5", "100000", "abc", ""])
def test_an_odd_number_of_rows_falls_back(ready: Person, rows: str) -> None:
    assert ready.list(rows=rows).text.count('id="invoice-') == 25


@pytest.mark.parametrize("query", [
    {"sort": "forged"}, {"xero": "forged"}, {"stage": "DT31_7:GONE"}, {"stage": "'; DROP TABLE"}, {"stage": "%"},
    {"q": "'\"<script>"}, {"q": "%"}, {"q": "\x00"}, {"q": "x" * 3000}, {"q": "[]{}&=?#"}, {"q": "🌻"},
    {"q": "$result[me][ID]"}, {"q": "$total[page_0]"}, {"stage": "$result[me][ID]"},
])  # fmt: skip
def test_an_odd_question_gets_an_answer(ready: Person, query: dict[str, str]) -> None:
    answer = ready.list(**query)
    assert answer.status_code == 200
    assert "<script>'" not in answer.text
    assert ready.client.get("/invoices", query_string={**query, "now": "1"}).status_code == 200


def test_a_portal_without_any_invoices_says_so(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/settings", invoices="none")
    words = "Open the list of invoices there once"
    for page in ("/invoices?now=1", "/setup"):
        answer = ready.client.get(page)
        assert words in text(answer.text), page
        assert answer.status_code in (200, 422), page
    assert words in text(ready.list().text)


def test_a_search_finds_names_with_everything_in_them(ready: Person, vendors: Vendors) -> None:
    name = 'The "Old" Mill & Söhne + 100% 🌻'
    invoice_id = vendors.new_invoice(companyId=company(vendors, title=name))
    for words in ('"Old"', "& Söhne", "+ 100%", "🌻", number_of(vendors, invoice_id)):
        assert f'id="invoice-{invoice_id}"' in ready.list(q=words).text, words


def test_the_pages_beyond_the_end_show_the_last_one(ready: Person) -> None:
    assert "226–240 of 240" in text(ready.list(page=99, rows=25).text)


@pytest.mark.parametrize("token", [None, "", "forged", "x" * 3000])
def test_a_forged_form_does_nothing(ready: Person, vendors: Vendors, token: str | None) -> None:
    invoice_id = vendors.new_invoice()
    vendors.forget_requests()
    values = {} if token is None else {"csrf_token": token}
    for headers in (HTMX, {}):
        answer = ready.client.post(f"/invoices/{invoice_id}/push", data=values, headers=headers)
        assert answer.status_code == 419
        assert "nothing was done" in text(answer.text)
    assert vendors.calls("xero") == []
    assert vendors.calls("bitrix24") == []


def test_another_persons_form_token_does_nothing(ready: Person, vendors: Vendors, app: Flask) -> None:
    token = Person(app, "Tom Hallam").sign_in().token()
    answer = ready.client.post(f"/invoices/{vendors.new_invoice()}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 419


@pytest.mark.parametrize(
    ("verb", "address"),
    [
        ("get", "/invoices/12/push"), ("put", "/invoices/12/push"), ("delete", "/setup"), ("post", "/invoices"),
        ("get", "/logout"), ("get", "/xero/disconnect"), ("get", "/xero/organisation"), ("post", "/healthz"),
    ],
)  # fmt: skip
def test_the_wrong_verb_does_nothing(ready: Person, vendors: Vendors, verb: str, address: str) -> None:
    token = ready.token()
    vendors.forget_requests()
    answer = getattr(ready.client, verb)(address, headers={"X-CSRFToken": token})
    assert answer.status_code == 405
    assert answer.headers["Allow"]
    assert writes(vendors) == []


def test_a_form_that_is_far_too_large_is_refused(ready: Person) -> None:
    answer = ready.client.post("/invoices/12/push", data={"csrf_token": ready.token(), "contact": "x" * 2_000_000})
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "/login", "x" * 3000])
def test_a_forged_way_back_stays_here(ready: Person, vendors: Vendors, back: str) -> None:
    sent = {"csrf_token": ready.token(), "back": back}
    answer = ready.client.post(f"/invoices/{vendors.new_invoice()}/push", data=sent)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/invoices"


# -- yours only -----------------------------------------------------------------------------------------------------


def test_a_seller_sees_only_their_own_invoices(ready: Person, vendors: Vendors, app: Flask) -> None:
    hers = vendors.new_invoice(assignedById=12)
    his = vendors.new_invoice(assignedById=15)
    anahera = Person(app, "Anahera Pōtiki").sign_in()
    shown = anahera.list(rows=100).text
    assert f'id="invoice-{hers}"' in shown
    assert f'id="invoice-{his}"' not in shown
    assert "of 242" not in text(shown)
    assert f'id="invoice-{his}"' not in anahera.list(q=number_of(vendors, his)).text


def test_an_auditor_sees_all(ready: Person, app: Flask) -> None:
    priya = Person(app, "Priya Raman").sign_in()
    assert "of 240" in text(priya.list().text)


def test_what_bitrix24_forbids_cannot_be_pushed_by_its_address(ready: Person, vendors: Vendors, app: Flask) -> None:
    his = vendors.new_invoice(assignedById=15)
    anahera = Person(app, "Anahera Pōtiki").sign_in().connect()
    token = anahera.token()
    vendors.forget_requests()
    for headers in (HTMX, {}):
        answer = anahera.client.post(f"/invoices/{his}/push", data={"csrf_token": token}, headers=headers)
        assert answer.status_code in (403, 404)
        assert number_of(vendors, his) not in answer.text
        assert "Acme Plumbing" not in answer.text
    assert vendors.calls("xero") == []
    assert of(vendors, his) == []


def test_an_invoice_taken_from_a_person_can_no_longer_be_pushed_by_them(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    invoice_id = vendors.new_invoice(assignedById=12)
    anahera = Person(app, "Anahera Pōtiki").sign_in().connect()
    done(anahera, invoice_id)
    vendors.control("bitrix24/reassign", id=invoice_id, user_id=15)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Not hers any more"})
    before = of(vendors, invoice_id)
    assert anahera.press(invoice_id).status_code in (403, 404)
    assert of(vendors, invoice_id) == before


def test_the_problem_filter_shows_nobody_elses_problems(ready: Person, vendors: Vendors, app: Flask) -> None:
    his = vendors.new_invoice(assignedById=15, rows=[])
    ready.press(his)
    anahera = Person(app, "Anahera Pōtiki").sign_in()
    assert f'id="invoice-{his}"' in ready.list(view="refused").text
    assert f'id="invoice-{his}"' not in anahera.list(view="refused").text


def test_a_deleted_invoice_is_not_found_and_stays_in_xero(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    done(ready, invoice_id)
    vendors.control("bitrix24/delete", id=invoice_id)
    assert ready.press(invoice_id).status_code == 404
    assert len(of(vendors, invoice_id)) == 1


@on_both
@pytest.mark.parametrize(
    ("verb", "address", "form"),
    [("GET", "/products/adding/%00", {}), ("POST", "/products/adding/%00/leave", {}), ("GET", "/invoices/%00/card", {}),
     ("POST", "/products/add", {"name": "Pipe\0", "price": "1"}), ("POST", "/language", {"language": "d\0e"}),
     ("POST", "/setup", {"\0": "x"}), ("POST", "/bitrix24/app", {"AUTH_ID": "\0" * 30}),
     ("POST", "/xero/organisation", {"organisation": "\0"})],
)  # fmt: skip
def test_a_sign_that_no_row_can_hold_is_refused_and_no_accident(
    ready: Person, verb: str, address: str, form: dict[str, str]
) -> None:
    sent = {"data": {"csrf_token": ready.token(), **form}} if verb == "POST" else {}
    assert ready.client.open(address, method=verb, **sent).status_code in (400, 404)


@pytest.mark.parametrize(("verb", "address"), [("POST", "/language"), ("HEAD", "/activity"), ("POST", "/bitrix24/app")])
def test_a_part_of_a_form_without_a_name_is_refused(ready: Person, verb: str, address: str) -> None:
    part = b"--x\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n--x--\r\n"
    answer = ready.client.open(address, method=verb, data=part, content_type="multipart/form-data; boundary=x")
    assert answer.status_code in (400, 419)
