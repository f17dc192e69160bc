"""The record of one invoice: both totals, what differs, what happened, what can be pressed, and who may read it."""

from __future__ import annotations

import re

from flask import Flask

from tests.conftest import Vendors
from tests.people import Person, forms, parsed, text
from tests.pull.test_job import pushed, update_from_xero


def record(person: Person, invoice_id: int) -> str:
    answer = person.client.get(f"/invoices/{invoice_id}")
    assert answer.status_code == 200, text(answer.text)
    return answer.text


def buttons(page: str) -> list[str]:
    return [" ".join("".join(b.itertext()).split()) for b in parsed(page).findall(".//main//button")]


def test_it_is_headed_by_number_and_customer_and_tells_both_totals(ready: Person, vendors: Vendors) -> None:
    invoice_id, number = pushed(ready, vendors)
    page = record(ready, invoice_id)
    assert f"{number}, Acme Plumbing" in text(page)
    for words in ("Total in Bitrix24", "Total in Xero", "same to the cent", "What happened", "Sent to Xero as"):
        assert words in text(page), words


def test_has_my_invoice_been_paid_is_answered_with_its_day(ready: Person, vendors: Vendors, app: Flask) -> None:
    invoice_id, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number, amount=100)
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    said = text(record(ready, invoice_id))
    assert re.search(r"Paid \d+ \w+ 20\d\d", said)
    assert re.search(r"Paid in full ?NZD.[\d.]+", said)
    assert re.search(r"Part paid ?NZD.100\.00", said)


def test_what_differs_is_told_with_both_values(ready: Person, vendors: Vendors) -> None:
    invoice_id, _number = pushed(ready, vendors)
    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 3}, rows[1]])
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    said = text(record(ready, invoice_id))
    assert "Bitrix24 has NZD 414.00, Xero NZD 299.00." in said.replace("\u00a0", " ")
    assert re.search(r"Total ?NZD.299\.00 ?NZD.414\.00", said)
    assert "Bathroom, ground floor" in said
    assert "Edit on Xero" in buttons(record(ready, invoice_id))


def test_a_press_comes_back_to_the_record(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    page = record(ready, invoice_id)
    (form,) = [form for form in forms(page, f"/invoices/{invoice_id}") if form.says("Create on Xero")]
    answer = ready.client.post(form.action, data=form.values)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/invoices/{invoice_id}")
    assert "same to the cent" in text(record(ready, invoice_id))


def test_what_no_press_could_change_offers_none(ready: Person, vendors: Vendors, app: Flask) -> None:
    paid, number = pushed(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    update_from_xero(app)
    for invoice_id in (paid, vendors.new_invoice(stageId="DT31_7:N")):
        assert not {"Edit on Xero", "Create on Xero"} & set(buttons(record(ready, invoice_id)))


def test_the_row_leads_there_and_the_way_back_keeps_its_filters(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice(begindate="2031-05-01")
    page = ready.list(view="ready", dated="days", **{"from": "2031-01-01"}).text
    (link,) = [a for a in parsed(page).iter("a") if a.get("data-open") is not None]
    assert link.get("href").startswith(f"/invoices/{invoice_id}?back=")
    crumb = next(a for a in parsed(ready.client.get(link.get("href")).text).iter("a") if a.get("class") == "crumb")
    assert crumb.get("href") == "/invoices?view=ready&dated=days&from=2031-01-01"


def test_it_costs_one_call_to_bitrix24_and_none_to_xero(ready: Person, vendors: Vendors) -> None:
    invoice_id, _number = pushed(ready, vendors)
    vendors.forget_requests()
    record(ready, invoice_id)
    assert (len(vendors.calls("bitrix24")), vendors.calls("xero")) == (1, [])


def test_somebody_elses_invoice_stays_closed(ready: Person, vendors: Vendors, app: Flask) -> None:
    hers = vendors.new_invoice(assignedById=1)
    jack = Person(app, "Jack O'Brien").sign_in()
    assert jack.client.get(f"/invoices/{hers}").status_code == 403
    assert ready.client.get("/invoices/999999").status_code == 404
    assert ready.client.get("/invoices/99999999999").status_code == 404
