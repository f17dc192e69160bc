"""Create / Edit on Xero (n): choose, read the summary, write."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import quote

import pytest

from b24xero import worker
from b24xero.db.models import SyncRun
from b24xero.extensions import db
from b24xero.push import eligibility
from b24xero.web.common.selection import spelt
from tests.conftest import Vendors
from tests.people import Person, forms, parsed, reviewed, text
from tests.pull.test_job import update_from_xero


def look(person: Person, ids: list[int], **values: str) -> str:
    answer = person.client.post(
        "/invoices/many", data={"csrf_token": person.token(), "id": [str(id) for id in ids], **values}
    )
    assert answer.status_code == 200, text(answer.text)
    return answer.text


def test_the_summary_tells_what_would_happen_and_writes_nothing(ready: Person, vendors: Vendors) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    new, changed, same = (vendors.new_invoice(companyId=acme) for _ in range(3))
    for invoice_id in (changed, same):
        ready.press(invoice_id)
    vendors.control("bitrix24/edit", id=changed, fields={"title": "Bathroom, ground floor"})
    no_rows = vendors.new_invoice(rows=[])
    vendors.forget_requests()
    page = look(ready, [new, changed, same, no_rows, 999_999])
    assert reviewed(page) == {"changed": 1, "created": 1, "refused": 1, "same": 1}
    assert "1 is gone from Bitrix24" in text(page)
    assert vendors.calls("xero") == []


def test_the_review_has_a_way_on_for_each_group_and_all_of_it_as_a_file(ready: Person, vendors: Vendors) -> None:
    ids = [vendors.new_invoice(), vendors.new_invoice(rows=[]), vendors.new_invoice(stageId="DT31_7:N")]
    page = parsed(look(ready, ids))
    assert [a.get("href") for a in page.findall(".//nav[@class='jump']/a")] == ["#created", "#refused", "#left_out"]
    left_out = page.find(".//*[@aria-labelledby='left_out']")
    assert left_out.find(".//li/span").get("class") == "status none"
    assert [a.get("href") for a in left_out.findall(".//strong/a")] == [f"/invoices/{ids[2]}"]
    (address,) = [a.get("href") for a in page.iter("a") if a.get("id") == "file"]
    file = list(csv.DictReader(io.StringIO(ready.client.get(address).text.removeprefix("\ufeff"))))
    assert [(row["What happens"], row["Bitrix24 id"], row["Then"]) for row in file] == [
        ("To create", str(ids[0]), "299.00"), ("Cannot be sent", str(ids[1]), ""),
        ("Not sent on purpose", str(ids[2]), ""),
    ]  # fmt: skip
    assert "no product rows" in file[1]["Why"]


def test_what_is_left_out_on_purpose_is_no_fault_anywhere(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice(stageId="DT31_7:N")
    assert ready.press(made).status_code == 422
    for address in (f"/invoices/{made}/why", "/activity", f"/invoices/{made}/preview"):
        page = ready.client.get(address).text
        assert "ot sent" in text(page), address
        main = parsed(page).find(".//main")
        assert not [e for e in main.iter() if {"problem", "bad"} & set((e.get("class") or "").split())], address


def test_write_to_xero_starts_a_run_for_what_is_to_be_written(ready: Person, vendors: Vendors) -> None:
    invoice_id, no_rows = vendors.new_invoice(), vendors.new_invoice(rows=[])
    page = look(ready, [invoice_id, no_rows])
    ids = re.search(r'name="id" value="([0-9,]*)"', page)
    assert ids
    assert ids[1] == str(invoice_id)
    written = ready.client.post("/invoices/many/write", data={"csrf_token": ready.token(), "id": ids[1]})
    assert written.status_code == 303
    with ready.app.app_context():
        run = db.session.query(SyncRun).one()
        assert (run.kind, run.asked["ids"]) == ("push", [invoice_id])
        assert written.headers["Location"] == f"/runs/{run.id}"


def test_select_all_that_match_takes_what_the_filters_of_the_page_match(ready: Person, vendors: Vendors) -> None:
    page = look(ready, [], all="1", back="/invoices?q=kitchen")
    assert "What would happen to the invoices that you chose" in text(page)
    assert sum(reviewed(page).values()) == 34


def test_what_the_review_refused_is_no_more_ready_until_it_is_put_right(ready: Person, vendors: Vendors) -> None:
    """The worklist counted it as ready, and the review that its button leads to refused it, again and again."""
    acme = vendors.control("bitrix24/company", title="Acme Plumbing")["item"]["id"]
    fine, no_rows = vendors.new_invoice(companyId=acme), vendors.new_invoice(companyId=acme, rows=[])
    there = "/invoices?q=Acme+Plumbing&view=ready"
    assert reviewed(look(ready, [], all="1", back=there)) == {"created": 1, "refused": 1}
    assert f'id="invoice-{no_rows}"' not in ready.list(view="ready", q="Acme Plumbing").text
    assert f'id="invoice-{no_rows}"' in ready.list(view="refused", q="Acme Plumbing").text
    assert reviewed(look(ready, [], all="1", back=there)) == {"created": 1}
    rows = vendors.invoice(fine)["rows"]
    vendors.control("bitrix24/rows", id=no_rows, rows=rows)
    assert reviewed(look(ready, [no_rows])) == {"created": 1}
    assert f'id="invoice-{no_rows}"' in ready.list(view="ready", q="Acme Plumbing").text


def test_what_rests_on_one_persons_rights_is_not_remembered_for_others() -> None:
    assert not {"may_not_change", "right_not_said", "customer_hidden"} & eligibility.FORESEEN


def test_nothing_chosen_leads_back(ready: Person) -> None:
    answer = ready.client.post("/invoices/many", data={"csrf_token": ready.token(), "back": "/invoices?page=2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/invoices?page=2")


@pytest.mark.parametrize("address", ["/invoices/many", "/invoices/many/write"])
def test_a_forged_form_does_nothing(ready: Person, vendors: Vendors, address: str) -> None:
    assert ready.client.post(address, data={"id": str(vendors.new_invoice())}).status_code == 419
    with ready.app.app_context():
        assert db.session.query(SyncRun).count() == 0


def test_without_a_xero_login_one_is_asked_to_connect(mere: Person, vendors: Vendors) -> None:
    answer = mere.client.post("/invoices/many", data={"csrf_token": mere.token(), "id": "1"})
    assert answer.status_code == 303
    assert "/xero/connect" in answer.headers["Location"]


def test_a_second_run_beside_the_first_is_said(ready: Person, vendors: Vendors) -> None:
    values = {"csrf_token": ready.token(), "id": str(vendors.new_invoice())}
    assert ready.client.post("/invoices/many/write", data=values).status_code == 303
    again = ready.client.post("/invoices/many/write", data=values)
    assert again.status_code == 422


def test_every_row_can_be_chosen(ready: Person) -> None:
    page = ready.list(rows=10).text
    assert page.count('form="many" name="id"') == 10
    assert "Select all on this page" in page
    assert "Select all 240 that match" in page


def test_a_run_lets_what_was_rejected_be_tried_again(ready: Person, vendors: Vendors) -> None:
    """A run can ask nobody which of two contacts a customer is; its page asks, and sends what waited for the answer."""
    for email in ("one@acme.example", "two@acme.example"):
        acme = vendors.control("bitrix24/company", title="Acme Plumbing", email=email)["item"]["id"]
        unsure = vendors.new_invoice(companyId=acme)
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "old@acme.example"})
    begun = ready.client.post("/invoices/many/write", data={"csrf_token": ready.token(), "id": str(unsure)})
    run_id = int(begun.headers["Location"].rsplit("/", 1)[1])
    with ready.app.app_context():
        worker.take(run_id)
    shown = ready.client.get(f"/runs/{run_id}").text
    assert "To put right" in text(shown)
    assert [form for form in forms(shown, "/") if form.says("Try again (1)")]
    asked = ready.client.get(f"/runs/{run_id}/question?ids={unsure}").text
    assert "Which contact in Xero is Acme Plumbing?" in text(asked)


# -- the review has an address


def review(person: Person, ids: list[int], back: str = "/invoices?view=ready") -> str:
    return f"/invoices/many?ids={spelt(ids)}&back={quote(back, safe='')}"


def test_the_review_stands_at_an_address_and_costs_no_press(ready: Person, vendors: Vendors) -> None:
    ids = [vendors.new_invoice() for _ in range(2)]
    answer = ready.client.get(review(ready, ids))
    assert answer.status_code == 200
    assert reviewed(answer.text) == {"created": 2}
    (write,) = [form for form in forms(answer.text, "/") if form.says("Write to Xero")]
    assert sorted(map(int, write.values["id"].split(","))) == ids
    assert 'href="/invoices?view=ready"' in answer.text


def test_another_language_keeps_the_review_and_its_choice(ready: Person, vendors: Vendors) -> None:
    address = review(ready, [vendors.new_invoice()])
    page = ready.client.get(address).text
    (form,) = [form for form in forms(page, "/") if form.says("Deutsch")]
    back = ready.client.post(form.action, data={**form.values, "language": "de"})
    assert back.status_code == 303
    assert back.headers["Location"] == address
    assert ready.client.get(address).status_code == 200


def test_signing_in_on_the_way_keeps_the_review_and_its_choice(ready: Person, vendors: Vendors) -> None:
    address = review(ready, [vendors.new_invoice()])
    ready.client.delete_cookie("b24xero")
    sent = ready.client.get(address)
    assert "/login" in sent.headers["Location"]
    start = ready.client.get(re.sub(r"^/login\b", "/login/bitrix24", sent.headers["Location"]))
    back = ready.at_bitrix24(start.headers["Location"])
    landed = ready.client.get(back[back.index("/bitrix24/app") :])
    assert landed.headers["Location"] == address


def test_all_that_match_are_those_of_the_view_the_period_and_the_search(ready: Person, vendors: Vendors) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    new, sent, left = (vendors.new_invoice(companyId=acme, begindate="2031-05-31") for _ in range(3))
    vendors.control("bitrix24/edit", id=left, fields={"stageId": "DT31_7:N"})
    assert ready.press(sent).status_code == 200
    days = "dated=days&from=2031-05-01"
    for view, expected in (("ready", [new]), ("todo", [new]), ("awaiting", [sent])):
        address = f"/invoices/many?all=1&back={quote(f'/invoices?view={view}&{days}', safe='')}"
        page = ready.client.get(address).text
        listed = [int(id) for id in re.findall(r"\"/invoices/(\d+)(?:/preview[^\"]*)?\"", page)]
        assert listed == expected, view


def read_review(person: Person, ids: list[int]) -> str:
    return str(person.client.get(review(person, ids)).text)


def test_the_review_adds_up_by_currency_and_says_by_how_much_xero_grows(ready: Person, vendors: Vendors) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    new, foreign, changed = (vendors.new_invoice(companyId=acme, currencyId=c) for c in ("NZD", "AUD", "NZD"))
    ready.press(changed)
    rows = vendors.invoice(changed)["rows"]
    vendors.control("bitrix24/rows", id=changed, rows=[{**rows[0], "quantity": 3}, *rows[1:]])
    sums = parsed(read_review(ready, [new, foreign, changed])).find(".//table[@class='figures']")
    told = [" ".join("".join(cell.itertext()).split()) for cell in sums.iter() if cell.tag in ("th", "td")]
    assert told == [
        "What happens", "NZD", "AUD", "2 created, as Awaiting payment", "299.00", "299.00", "1 changed, in all by",
        "+115.00", "–", "What customers owe in Xero grows by", "+414.00", "+299.00",
    ]  # fmt: skip


def test_each_change_says_what_becomes_of_what(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    rows = vendors.invoice(invoice_id)["rows"]
    vendors.control("bitrix24/rows", id=invoice_id, rows=[{**rows[0], "quantity": 3}, *rows[1:]])
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    said = text(read_review(ready, [invoice_id]))
    assert "Reference: Bathroom, upper floor → Bathroom, ground floor" in said
    assert "Line 1, quantity: 2 → 3" in said
    assert re.search(r"NZD 299.00 NZD 414.00\+115.00", said)


def test_what_is_paid_in_bitrix24_and_would_stand_unpaid_is_warned_of_and_left_out_by_one_press(
    ready: Person, vendors: Vendors
) -> None:
    ready.save_set_up(**{"stage:DT31_7:P": "AUTHORISED"})
    paid, open_one = vendors.new_invoice(stageId="DT31_7:P"), vendors.new_invoice()
    page = read_review(ready, [paid, open_one])
    assert "1 is paid in Bitrix24 and will stand unpaid in Xero: NZD 299.00" in text(page).replace("\xa0", " ")
    assert f'name="without" value="{paid}"' in " ".join(page.split())
    (leave,) = [form for form in forms(page, "/invoices/many") if "ids" in form.values]
    left = ready.client.get(leave.action, query_string={**leave.values, "without": str(paid)})
    assert left.status_code == 303
    page = ready.client.get(left.headers["Location"]).text
    assert reviewed(page) == {"created": 1}
    assert "will stand unpaid" not in text(page)


def test_when_the_last_is_left_out_one_is_back_where_one_came_from(ready: Person, vendors: Vendors) -> None:
    (only,) = [vendors.new_invoice()]
    address = f"{review(ready, [only])}&without={only}"
    assert ready.client.get(address).headers["Location"] == "/invoices?view=ready"
    beside = f"{review(ready, [only])}&without=no-number"
    assert ready.client.get(beside).status_code == 200


def test_paid_voided_and_left_out_ones_stay_as_they_are(ready: Person, vendors: Vendors) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    paid, voided, draft = (vendors.new_invoice(companyId=acme) for _ in range(3))
    number = {id: vendors.invoice(id)["item"]["accountNumber"] for id in (paid, voided)}
    for invoice_id in (paid, voided):
        ready.press(invoice_id)
    vendors.control("xero/pay", invoice=number[paid])
    vendors.control("xero/void", invoice=number[voided])
    update_from_xero(ready.app)
    vendors.control("bitrix24/edit", id=draft, fields={"stageId": "DT31_7:N"})
    vendors.control("bitrix24/edit", id=paid, fields={"title": "Bathroom, ground floor"})
    page = read_review(ready, [paid, voided, draft])
    assert reviewed(page) == {"left_out": 1, "stays": 2}
    assert "There is nothing to write" in text(page)
