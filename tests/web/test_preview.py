"""The preview: both totals before anything is written, what differs, and what the person's choices come to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from b24xero.db.models import ContactLink, Intent, InvoiceLink, ItemLink, Organisation
from b24xero.db.transactions import writing
from b24xero.extensions import db
from tests.conftest import ROWS, Vendors
from tests.people import HTMX, Form, Person, forms, parsed, reviewed, text
from tests.web.test_pages import check

# 2.125 × 412.50 and 15 % (474.375 with tax): Bitrix24 makes 1,008.05 of it, Xero 876.56 + 131.48.
BENCHTOP = [{"productName": "Benchtop, oak", "price": 474.375, "quantity": 2.125, "taxRate": 15, "taxIncluded": "N"}]


def preview(person: Person, invoice_id: int, **choices: str) -> TestResponse:
    return person.client.get(f"/invoices/{invoice_id}/preview", query_string=choices)


def page(person: Person, invoice_id: int, **choices: str) -> str:
    answer = preview(person, invoice_id, **choices)
    assert answer.status_code == 200, text(answer.text)
    check(answer.text)
    return answer.text


def said(shown: str) -> str:
    """What a reader reads, with plain spaces."""
    return text(shown).replace("\xa0", " ")


def figures(shown: str) -> dict[str, str]:
    """Both totals and their difference, each with its word below."""
    found = parsed(shown).findall(".//dl[@class='totals']/div")
    return {"".join(div[0].itertext()): " ".join("".join(div[1].itertext()).split()) for div in found}


def sources(shown: str) -> dict[str, str]:
    found = parsed(shown).findall(".//dl[@class='facts']/div")
    return {"".join(div[0].itertext()): " ".join("".join(div[1].itertext()).split()) for div in found}


def form_of(shown: str) -> Form:
    return next(form for form in forms(shown, "/") if form.action.endswith("/push"))


def writes(shown: str) -> bool:
    return form_of(shown).says("Write to Xero")


def radios(shown: str, name: str) -> dict[str, bool]:
    """The choices of this name, and which is made."""
    found = parsed(shown).findall(f".//input[@name='{name}'][@type='radio']")
    return {radio.get("value"): radio.get("checked") is not None for radio in found}


def table(shown: str, heading: str) -> list[list[str]]:
    """The rows of the table below a heading, as a reader reads them."""
    (found,) = parsed(shown).findall(f".//table[@aria-labelledby='{heading}']")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in found.findall("./tbody/tr")]


def press(person: Person, shown: str, **values: str) -> TestResponse:
    """ "Write to Xero", as a browser sends the form."""
    form = form_of(shown)
    return person.client.post(form.action, data={**form.values, **values})


def told(person: Person, answer: TestResponse) -> str:
    """What the page says to which the press leads."""
    assert answer.status_code == 303, text(answer.text)
    return said(person.client.get(answer.headers["Location"]).text)


def written(vendors: Vendors, invoice_id: int) -> dict[str, Any]:
    (found,) = vendors.in_xero(vendors.invoice(invoice_id)["item"]["accountNumber"])
    return dict(found)


def edit_in_xero(vendors: Vendors, invoice_id: int, **fields: Any) -> None:
    vendors.control("xero/edit", invoice=written(vendors, invoice_id)["InvoiceID"], set=fields)


def edit_in_bitrix24(vendors: Vendors, invoice_id: int, **fields: Any) -> None:
    vendors.control("bitrix24/edit", id=invoice_id, fields=fields)


@pytest.fixture
def invoice_id(ready: Person, vendors: Vendors) -> int:
    """An invoice that stands in Xero as it is in Bitrix24."""
    made = vendors.new_invoice()
    assert ready.press(made).status_code == 200
    return made


# -- before anything is there -----------------------------------------------------------------------------------------


def test_both_totals_are_shown_before_anything_is_written(ready: Person, vendors: Vendors, app: Flask) -> None:
    made = vendors.new_invoice()
    vendors.forget_requests()
    shown = page(ready, made)
    assert figures(shown) == {
        "Total in Bitrix24": "NZD 299.00 2 rows, NZD 39.00 tax",
        "Total in Xero": "NZD 299.00 as Xero adds it up",
        "Difference": "NZD 0.00 same to the cent",
    }
    assert "NZD 299.00 in both, to the cent. It is created in Harbour & Hill Joinery: Awaiting payment." in said(shown)
    assert writes(shown)
    assert (len(vendors.calls("bitrix24")), vendors.calls("xero")) == (1, [])
    with app.app_context():
        for rows in (InvoiceLink, Intent, ContactLink):
            assert db.session.scalar(select(func.count()).select_from(rows)) == 0


def test_write_to_xero_does_it_and_leads_back_to_the_list(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice()
    answer = press(ready, page(ready, made, back="/invoices?q=Bathroom"))
    assert answer.headers["Location"] == "/invoices?q=Bathroom"
    assert "Created in Xero as Awaiting payment. Both totals are NZD 299.00." in told(ready, answer)
    assert written(vendors, made)["Total"] == 299


def test_where_each_value_comes_from(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice()
    number = vendors.invoice(made)["item"]["accountNumber"]
    before = sources(page(ready, made))
    assert before["Contact, looked for in Xero when it is written, else created"] == "Acme Plumbing"
    assert before["Status, from stage Sent, Set-up"] == "Authorised (awaiting payment)"
    assert before["Sales account, Set-up"] == "200 · Sales"
    assert before["Tax, from 15 %, Set-up"] == "15% GST on Income"
    assert before["Number, from Bitrix24"] == number
    assert before["Link back, in every invoice"] == "Open in Bitrix24"
    ready.press(made)
    after = sources(page(ready, made))
    assert [after[words] for words in after if words.startswith("Contact, linked on ")] == ["Acme Plumbing"]


def test_a_row_has_its_preview(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice()
    rows = parsed(f"<table>{ready.list(rows=100).text}</table>").findall(".//a")
    (link,) = [a for a in rows if (a.get("href") or "").startswith(f"/invoices/{made}/preview")]
    number = vendors.invoice(made)["item"]["accountNumber"]
    assert " ".join("".join(link.itertext()).split()) == f"Preview {number}"
    back = ready.client.get(link.get("href"))
    assert form_of(back.text).values["back"] == "/invoices?rows=100"


# -- who may ----------------------------------------------------------------------------------------------------------


def test_what_bitrix24_does_not_show_has_no_preview(ready: Person, vendors: Vendors, app: Flask) -> None:
    made = vendors.new_invoice()
    jack = Person(app, "Jack O'Brien").sign_in().connect()
    answer = preview(jack, made)
    assert answer.status_code in (403, 404)
    assert "299.00" not in answer.text
    assert preview(ready, 999_999).status_code == 404
    assert preview(ready, 99_999_999_999).status_code == 404


def test_without_a_xero_login_one_is_asked_to_connect_and_comes_back(mere: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice()
    answer = preview(mere, made)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/xero/connect?why=needed")
    assert (
        f"%2Finvoices%2F{made}%2Fpreview" in answer.headers["Location"]
        or f"/{made}/preview" in answer.headers["Location"]
    )


def test_without_a_set_up_one_is_told_so(mere: Person, vendors: Vendors) -> None:
    mere.connect()
    answer = preview(mere, vendors.new_invoice())
    assert answer.status_code == 422
    assert "Set-up is not done yet" in text(answer.text)


def test_a_login_that_ended_in_xero_leads_to_connect(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    vendors.control("xero/tokens/expire")
    answer = preview(ready, invoice_id)
    assert answer.headers["Location"].startswith("/xero/connect")


# -- cents ------------------------------------------------------------------------------------------------------------


def test_a_cent_of_rounding_is_explained_and_put_where_the_set_up_says(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice(rows=BENCHTOP)
    shown = page(ready, made)
    assert figures(shown)["Total in Bitrix24"] == "NZD 1,008.05 1 row, NZD 131.48 tax"
    assert figures(shown)["Total in Xero"] == (
        "NZD 1,008.05 with the cents settled; Xero alone would make NZD 1,008.04"
    )
    assert "Line 1: Bitrix24 rounds price and tax together to NZD 1,008.05, Xero rounds the line" in said(shown)
    assert "Settle NZD 0.01 on the lines, a cent a line" in said(shown)
    assert radios(shown, "cents")["tax"]
    (row,) = table(shown, "lines")
    assert row[0].startswith("Benchtop, oak412.50 in Bitrix24; with this price the cent is kept")
    assert row[0].endswith("Tax is 131.49 − 0.01, so that total and tax are right")
    assert row[1:] == ["2.125", "412.5035", "131.48", "1,008.05", "1,008.05"]
    assert "Both totals are NZD 1,008.05." in told(ready, press(ready, shown))
    assert written(vendors, made)["Total"] == 1008.05


def test_another_choice_shows_its_own_figures_and_is_what_is_written(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice(rows=BENCHTOP)
    shown = page(ready, made, cents="as_is")
    assert radios(shown, "cents")["as_is"]
    assert figures(shown)["Total in Xero"] == "NZD 1,008.04 as Xero adds it up"
    assert figures(shown)["Difference"] == "NZD 0.01 less in Xero"
    assert "NZD 1,008.05 in Bitrix24, NZD 1,008.04 in Xero." in said(shown)
    assert "Written, but the totals differ" in told(ready, press(ready, shown))
    assert written(vendors, made)["Total"] == 1008.04


def test_the_radios_ask_for_the_form_alone(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice(rows=BENCHTOP)
    answer = ready.client.get(f"/invoices/{made}/preview", query_string={"cents": "as_is"}, headers=HTMX)
    assert answer.text.lstrip().startswith('<form id="preview"')
    assert "<h1" not in answer.text
    assert radios(answer.text, "cents")["as_is"]
    assert re.search(r'<div id="live" hx-swap-oob="innerHTML">[^<]*1,008\.04', answer.text)
    kept = answer.headers["HX-Replace-Url"]  # a login, another language and a reload come back to the choice
    assert radios(ready.client.get(kept).text, "cents")["as_is"]


def test_where_the_set_up_asks_nothing_is_chosen_before_the_person_did(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(rounding="ask")
    made = vendors.new_invoice(rows=BENCHTOP)
    shown = page(ready, made)
    assert not any(radios(shown, "cents").values())
    assert "Choose above what is done about NZD 0.01." in said(shown)
    refused = press(ready, shown)
    assert refused.status_code == 422
    assert "Open the preview" in text(refused.text)
    assert vendors.in_xero(vendors.invoice(made)["item"]["accountNumber"]) == []
    assert told(ready, press(ready, shown, cents="tax"))
    assert written(vendors, made)["Total"] == 1008.05


def test_a_choice_that_is_none_is_left_aside(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice(rows=BENCHTOP)
    assert radios(page(ready, made, cents="gold", drift="sword"), "cents")["tax"]


def test_beyond_the_tolerance_both_figures_stand_row_by_row_and_nothing_can_be_pressed(
    ready: Person, vendors: Vendors
) -> None:
    made = vendors.new_invoice()
    edit_in_bitrix24(vendors, made, opportunity=400, isManualOpportunity="Y")
    shown = page(ready, made)
    assert figures(shown)["Total in Bitrix24"].startswith("NZD 400.00")
    assert figures(shown)["Total in Xero"].startswith("NZD 299.00")
    assert figures(shown)["Difference"] == "NZD 101.00 less in Xero"
    assert "NZD 400.00 was entered by hand as the total; the rows add up to NZD 299.00" in said(shown)
    assert "Correct the rows in Bitrix24" in said(shown)
    assert [row[-2:] for row in table(shown, "lines")] == [["230.00", "230.00"], ["69.00", "69.00"]]
    assert not writes(shown)
    assert radios(shown, "cents") == {}


def test_without_rows_it_says_so_and_shows_no_lines(ready: Person, vendors: Vendors) -> None:
    shown = page(ready, vendors.new_invoice(rows=[]))
    assert "The invoice has no product rows" in text(shown)
    assert "cannot be known yet" in text(shown)
    assert not writes(shown)


def test_the_form_of_a_row_is_told(ready: Person, vendors: Vendors) -> None:
    panel = {"productName": "Wall panel", "price": 0.014951, "quantity": 3000, "taxRate": 15, "taxIncluded": "Y"}
    drawer = {"productName": "Drawer", "price": 103.5, "quantity": 12, "taxRate": 15, "taxIncluded": "N",
              "discountTypeId": 2, "discountRate": 10}  # fmt: skip
    shown = page(ready, vendors.new_invoice(rows=[panel]))
    assert "the only form that keeps the cent" in table(shown, "lines")[0][0]
    assert "(3000 × 0.014951)" in table(shown, "lines")[0][0]
    assert "less 10 %" in table(page(ready, vendors.new_invoice(rows=[drawer])), "lines")[0][0].replace("\xa0", " ")


@pytest.mark.parametrize(("set_up", "note"), [("no", ""), ("yes", "Its item is made in Xero first")])
def test_a_product_is_written_with_the_item_that_it_has(
    ready: Person, vendors: Vendors, app: Flask, set_up: str, note: str
) -> None:
    ready.save_set_up(missing_items=set_up)
    products = [int(product["id"]) for product in vendors.control("bitrix24/state")["products"]]
    known, new = (dict(ROWS[0], productId=id) for id in products[:2])
    with app.app_context(), writing():
        organisation = db.session.scalars(select(Organisation)).one()
        db.session.add(
            ItemLink(organisation_id=organisation.id, bitrix24_id=known["productId"], xero_id="i-1", code="OAK-40")
        )
    shown = table(page(ready, vendors.new_invoice(rows=[known, new])), "lines")
    assert shown[0][0] == "Consulting hourItem OAK-40"
    assert shown[1][0] == f"Consulting hour{note}"


# -- beside what Xero has ---------------------------------------------------------------------------------------------


def test_what_is_up_to_date_is_said_so(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    vendors.forget_requests()
    shown = page(ready, invoice_id)
    assert "There is nothing to write. Xero has it as it is in Bitrix24." in text(shown)
    assert "is in Xero already, and no field differs." in text(shown)
    assert not writes(shown)
    assert (len(vendors.calls("bitrix24")), len(vendors.calls("xero"))) == (1, 1)


def test_what_changed_in_bitrix24_stands_beside_what_was_written(
    ready: Person, vendors: Vendors, invoice_id: int
) -> None:
    edit_in_bitrix24(vendors, invoice_id, title="Bathroom, ground floor")
    shown = page(ready, invoice_id)
    (row,) = table(shown, "diff")
    assert row == [
        "Reference", "Bathroom, upper floor", "Bathroom, ground floorchanged since", "Bathroom, upper floor",
    ]  # fmt: skip
    assert "Changes 1 field in Harbour & Hill Joinery." in text(shown)
    assert radios(shown, "drift") == {}
    told(ready, press(ready, shown))
    assert written(vendors, invoice_id)["Reference"] == "Bathroom, ground floor"


def moved_on_both_sides(vendors: Vendors, invoice_id: int) -> None:
    edit_in_xero(vendors, invoice_id, Reference="PO 7781-B, Aroha")
    edit_in_bitrix24(vendors, invoice_id, closedate="2026-12-24T12:00:00+03:00")


def test_an_edit_by_hand_is_shown_and_asked_about(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    moved_on_both_sides(vendors, invoice_id)
    shown = page(ready, invoice_id)
    fields = {row[0]: row for row in table(shown, "diff")}
    assert fields["Reference"][3] == "PO 7781-B, Arohaedited by hand"
    assert fields["Due date"][2].endswith("changed since")
    assert radios(shown, "drift") == {"leave": False, "bitrix24": False}
    assert "Choose above what happens to what stands in Xero." in text(shown)
    assert "Keep “PO 7781-B, Aroha”" in text(shown)
    assert "Overwrite it with “Bathroom, upper floor”" in text(shown)
    refused = press(ready, shown)
    assert refused.status_code == 422
    assert written(vendors, invoice_id)["Reference"] == "PO 7781-B, Aroha"


def test_kept_the_edit_stays_and_the_rest_is_written(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    moved_on_both_sides(vendors, invoice_id)
    shown = page(ready, invoice_id, drift="leave")
    assert radios(shown, "drift")["leave"]
    assert "Changes 1 field in Harbour & Hill Joinery. Keeps 1 edit made in Xero." in text(shown)
    told(ready, press(ready, shown))
    now = written(vendors, invoice_id)
    assert (now["Reference"], now["DueDateString"][:10]) == ("PO 7781-B, Aroha", "2026-12-24")
    again = table(page(ready, invoice_id), "diff")
    assert [row[0] for row in again] == ["Reference"]
    assert again[0][3].endswith("edited by hand")


def test_an_edit_that_was_kept_is_not_asked_about_again_until_bitrix24_says_something_else_of_it(
    ready: Person, vendors: Vendors, invoice_id: int
) -> None:
    moved_on_both_sides(vendors, invoice_id)
    told(ready, press(ready, page(ready, invoice_id, drift="leave")))
    edit_in_bitrix24(vendors, invoice_id, closedate="2027-01-15")
    assert ready.press(invoice_id).status_code == 200
    now = written(vendors, invoice_id)
    assert (now["Reference"], now["DueDateString"][:10]) == ("PO 7781-B, Aroha", "2027-01-15")
    edit_in_bitrix24(vendors, invoice_id, title="Bathroom, ground floor")
    assert ready.press(invoice_id).status_code == 422
    assert written(vendors, invoice_id)["Reference"] == "PO 7781-B, Aroha"


def test_overwritten_the_edit_is_gone(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    moved_on_both_sides(vendors, invoice_id)
    shown = page(ready, invoice_id, drift="bitrix24")
    assert "Overwrites 1 edit made in Xero." in text(shown)
    told(ready, press(ready, shown))
    now = written(vendors, invoice_id)
    assert (now["Reference"], now["DueDateString"][:10]) == ("Bathroom, upper floor", "2026-12-24")


def test_an_edit_alone_can_be_left_or_overwritten(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    edit_in_xero(vendors, invoice_id, Reference="PO 7781-B")
    left = page(ready, invoice_id, drift="leave")
    assert not writes(left)
    assert "Only what was edited by hand in Xero differs, and that is kept." in text(left)
    told(ready, press(ready, page(ready, invoice_id, drift="bitrix24")))
    assert written(vendors, invoice_id)["Reference"] == "Bathroom, upper floor"


@pytest.mark.parametrize("drift", ["leave", "bitrix24"])
def test_the_set_up_chooses_before_the_person(ready: Person, vendors: Vendors, invoice_id: int, drift: str) -> None:
    ready.save_set_up(drift=drift)
    moved_on_both_sides(vendors, invoice_id)
    assert radios(page(ready, invoice_id), "drift")[drift]


def lines(vendors: Vendors, invoice_id: int, **changes: Any) -> list[dict[str, Any]]:
    """The lines in Xero as a person's edit sends them, the first one changed."""
    first, *rest = written(vendors, invoice_id)["LineItems"]
    return [{"LineItemID": first["LineItemID"], **changes}, *({"LineItemID": line["LineItemID"]} for line in rest)]


def test_an_edit_that_makes_another_total_can_only_be_overwritten(
    ready: Person, vendors: Vendors, invoice_id: int
) -> None:
    ready.save_set_up(drift="leave")
    edit_in_xero(vendors, invoice_id, LineItems=lines(vendors, invoice_id, Quantity=3))
    edit_in_bitrix24(vendors, invoice_id, title="Bathroom, ground floor")
    shown = page(ready, invoice_id)
    assert radios(shown, "drift") == {"bitrix24": False}
    assert "makes another total than Bitrix24’s" in text(shown)
    assert ["Line 1, quantity", "2", "2", "3edited by hand"] in table(shown, "diff")
    told(ready, press(ready, page(ready, invoice_id, drift="bitrix24")))
    assert written(vendors, invoice_id)["Total"] == 299


def test_words_and_account_of_a_line_edited_by_hand_can_be_kept(
    ready: Person, vendors: Vendors, invoice_id: int
) -> None:
    edit_in_xero(vendors, invoice_id, LineItems=lines(vendors, invoice_id, Description="Two hours of advice"))
    edit_in_bitrix24(vendors, invoice_id, title="Bathroom, ground floor")
    told(ready, press(ready, page(ready, invoice_id, drift="leave")))
    now = written(vendors, invoice_id)
    assert now["LineItems"][0]["Description"] == "Two hours of advice"
    assert now["Reference"] == "Bathroom, ground floor"


def test_a_line_added_by_hand_is_told_and_overwritten(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    more = {"Description": "Freight", "Quantity": 1, "UnitAmount": 20, "AccountCode": "200"}
    edit_in_xero(vendors, invoice_id, LineItems=[*lines(vendors, invoice_id), more])
    shown = page(ready, invoice_id)
    assert table(shown, "diff") == [["Line 3", "not there", "not there", "Freightedited by hand"]]
    assert "added, removed or edited by hand" in text(shown)
    told(ready, press(ready, page(ready, invoice_id, drift="bitrix24")))
    assert [line["Description"] for line in written(vendors, invoice_id)["LineItems"]] == [
        "Consulting hour", "Copper pipe, 15 mm",
    ]  # fmt: skip


@pytest.mark.parametrize("edit", [{"DiscountRate": 10}, {"TaxAmount": 25}])
def test_a_discount_or_tax_given_by_hand_is_overwritten_too(
    ready: Person, vendors: Vendors, invoice_id: int, edit: dict[str, int]
) -> None:
    edit_in_xero(vendors, invoice_id, LineItems=lines(vendors, invoice_id, **edit))
    assert written(vendors, invoice_id)["Total"] != 299
    shown = page(ready, invoice_id, drift="bitrix24")
    assert "Overwrites 1 edit made in Xero." in said(shown)
    told(ready, press(ready, shown))
    assert written(vendors, invoice_id)["Total"] == 299


def test_what_is_paid_cannot_be_pressed(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    vendors.control("xero/pay", invoice=written(vendors, invoice_id)["InvoiceID"], amount=100)
    assert "There is nothing to write." in text(page(ready, invoice_id))
    edit_in_bitrix24(vendors, invoice_id, title="Bathroom, ground floor")
    shown = page(ready, invoice_id)
    assert "is part paid in Xero, so it can no longer be changed" in text(shown)
    assert not writes(shown)


def test_an_edit_by_hand_of_what_is_paid_is_shown_and_not_asked_about(
    ready: Person, vendors: Vendors, invoice_id: int
) -> None:
    edit_in_xero(vendors, invoice_id, Reference="PO 7781-B")
    vendors.control("xero/pay", invoice=written(vendors, invoice_id)["InvoiceID"], amount=299)
    shown = page(ready, invoice_id)
    assert [line[0] for line in table(shown, "diff")] == ["Reference"]
    assert "Only what was edited by hand in Xero differs, and that is kept." in text(shown)
    assert not radios(shown, "drift")
    assert not writes(shown)


def test_a_stage_that_means_voided_is_said_and_done(ready: Person, vendors: Vendors, invoice_id: int) -> None:
    ready.save_set_up(**{"stage:DT31_7:D": "VOIDED"})
    edit_in_bitrix24(vendors, invoice_id, stageId="DT31_7:D")
    shown = page(ready, invoice_id)
    assert "It is voided in Xero." in text(shown)
    told(ready, press(ready, shown))
    assert written(vendors, invoice_id)["Status"] == "VOIDED"
    assert not writes(page(ready, invoice_id))


def test_a_stage_that_is_not_sent_says_why_and_shows_the_figures(ready: Person, vendors: Vendors) -> None:
    shown = page(ready, vendors.new_invoice(stageId="DT31_7:N"))
    assert "are not sent to Xero" in text(shown)
    assert figures(shown)["Total in Xero"] == "NZD 299.00 as Xero adds it up"
    assert not writes(shown)


def test_an_invoice_that_was_in_xero_before_is_not_overwritten_unasked(
    ready: Person, vendors: Vendors, invoice_id: int, app: Flask
) -> None:
    with app.app_context(), writing():
        link = db.session.scalars(select(InvoiceLink)).one()
        link.written = link.fingerprint = None
    edit_in_xero(vendors, invoice_id, Reference="As it was before")
    shown = page(ready, invoice_id)
    assert "The invoice was in Xero before b24xero wrote it" in text(shown)
    assert table(shown, "diff") == [["Reference", "Bathroom, upper floor", "As it was before"]]
    assert radios(shown, "drift") == {"bitrix24": False}
    told(ready, press(ready, page(ready, invoice_id, drift="bitrix24")))
    assert written(vendors, invoice_id)["Reference"] == "Bathroom, upper floor"


def test_what_is_gone_from_xero_is_said(ready: Person, invoice_id: int, app: Flask) -> None:
    with app.app_context(), writing():
        db.session.scalars(select(InvoiceLink)).one().xero_id = "00000000-0000-4000-8000-000000000000"
    shown = page(ready, invoice_id)
    assert "is no longer in Xero" in text(shown)
    assert not writes(shown)


def test_a_choice_goes_along_when_the_contact_must_be_chosen_first(ready: Person, vendors: Vendors) -> None:
    ready.save_set_up(rounding="ask")
    vendors.control("xero/contacts/add", set={"Name": "Acme Plumbing", "EmailAddress": "other@acme.example"})
    made = vendors.new_invoice(rows=BENCHTOP)
    asked = press(ready, page(ready, made, cents="tax"))
    assert asked.status_code == 422
    check(asked.text)
    form = next(form for form in forms(asked.text, "/") if form.says("Use this contact"))
    assert "hx-post" not in asked.text
    done = ready.client.post(form.action, data={**form.values, "contact": "new"})
    assert done.status_code == 303, text(done.text)
    assert written(vendors, made)["Total"] == 1008.05


def test_bitrix24_that_does_not_answer_is_a_page_with_a_way_on(ready: Person, vendors: Vendors) -> None:
    made = vendors.new_invoice()
    vendors.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=9)
    answer = preview(ready, made)
    assert answer.status_code == 503
    assert "Try again" in text(answer.text)


# -- many -------------------------------------------------------------------------------------------------------------


def test_the_summary_of_many_shows_both_totals_of_each(ready: Person, vendors: Vendors, app: Flask) -> None:
    new, cent, same = (vendors.new_invoice(), vendors.new_invoice(rows=BENCHTOP), vendors.new_invoice())
    ready.press(same)
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        assert organisation.stored_set_up
        assert organisation.stored_set_up["rounding"] == "tax"
    vendors.forget_requests()
    answer = ready.client.post(
        "/invoices/many", data={"csrf_token": ready.token(), "id": [str(id) for id in (new, cent, same)]}
    )
    check(answer.text)
    number = {id: vendors.invoice(id)["item"]["accountNumber"] for id in (new, cent, same)}
    rows = [row[3] for row in table(answer.text, "created")]
    assert rows == [f"Preview {number[new]}: NZD 299.00", f"Preview {number[cent]}: NZD 1,008.05"]
    assert reviewed(answer.text) == {"created": 2, "same": 1}
    assert "another than in Bitrix24" not in said(answer.text)
    assert vendors.calls("xero") == []


def test_the_summary_shows_a_hundred_and_counts_the_rest(ready: Person, vendors: Vendors) -> None:
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    ids = [vendors.new_invoice(companyId=acme) for _ in range(102)]
    answer = ready.client.post(
        "/invoices/many", data={"csrf_token": ready.token(), "id": ",".join(map(str, ids))}
    )  # fmt: skip
    assert len(table(answer.text, "created")) == 100
    assert "and 2 more" in text(answer.text)


# -- a customer that changed ------------------------------------------------------------------------------------------


def with_changed_customer(person: Person, vendors: Vendors) -> int:
    made = vendors.control("bitrix24/company", title="Blind Bay Brewing", email="ap@blindbay.example")["item"]["id"]
    invoice_id = vendors.new_invoice(companyId=made)
    told(person, press(person, page(person, invoice_id)))
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    return invoice_id


def test_a_customer_that_changed_is_asked_about_beside_an_invoice_that_did_not(ready: Person, vendors: Vendors) -> None:
    invoice_id = with_changed_customer(ready, vendors)
    shown = page(ready, invoice_id)
    assert radios(shown, "customer") == {"bitrix24": False, "leave": False}
    assert "Choose above what happens to the contact." in said(shown)
    assert writes(shown)
    shown = page(ready, invoice_id, customer="bitrix24")
    assert radios(shown, "customer") == {"bitrix24": True, "leave": False}
    assert "The contact in Xero is updated." in said(shown)
    told(ready, press(ready, shown))
    assert vendors.contacts_named("Blind Bay Brewing")[0]["EmailAddress"] == "office@blindbay.example"
    shown = page(ready, invoice_id)
    assert radios(shown, "customer") == {}
    assert not writes(shown)


@pytest.mark.parametrize("customers", ["bitrix24", "leave"])
def test_the_set_up_chooses_what_happens_to_a_changed_customer_except_over_an_edit_by_hand(
    ready: Person, vendors: Vendors, customers: str
) -> None:
    ready.save_set_up(customers=customers)
    invoice_id = with_changed_customer(ready, vendors)
    assert radios(page(ready, invoice_id), "customer")[customers]
    (contact,) = vendors.contacts_named("Blind Bay Brewing")
    vendors.control("xero/contacts/edit", contact=contact["ContactID"], set={"EmailAddress": "theirs@blindbay.example"})
    shown = page(ready, invoice_id)
    assert "theirs@blindbay.example" in said(shown)
    assert radios(shown, "customer") == {"bitrix24": False, "leave": customers == "leave"}


def test_a_preview_asks_xero_for_the_contact_only_where_the_customer_changed(ready: Person, vendors: Vendors) -> None:
    invoice_id = with_changed_customer(ready, vendors)
    vendors.forget_requests()
    page(ready, invoice_id)
    assert sum("/Contacts" in call for call in vendors.calls("xero")) == 1
    told(ready, press(ready, page(ready, invoice_id, customer="leave")))
    vendors.forget_requests()
    page(ready, invoice_id)
    assert not any("/Contacts" in call for call in vendors.calls("xero"))
