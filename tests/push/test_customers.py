"""Customers that changed in Bitrix24 after their contact was made: asked about, updated or left, and never twice."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import ContactLink, Intent, SyncEntry
from b24xero.db.transactions import writing
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import Person, forms, text
from tests.ratelimit.test_shared_pace import chosen

NAME = "Blind Bay Brewing"


def company(vendors: Vendors, **values: Any) -> int:
    return with_requisite(vendors, **values)[0]


def with_requisite(vendors: Vendors, **values: Any) -> tuple[int, int]:
    """A company and where its tax number and address stand."""
    values = {"title": NAME, "email": "ap@blindbay.example", "phone": "+64 3 555 0100"} | values
    made = int(vendors.control("bitrix24/company", **values)["item"]["id"])
    requisite = vendors.control("bitrix24/requisite", entity_id=made, RQ_VAT_ID="12-345-678")["ID"]
    vendors.control("bitrix24/address", requisite_id=requisite, ADDRESS_1="4 Mill Lane", CITY="Nelson", TYPE_ID="6")
    return made, int(requisite)


def pressed(person: Person, vendors: Vendors, **values: Any) -> tuple[int, int]:
    """A customer whose contact we made, and its invoice."""
    made = company(vendors, **values)
    invoice_id = vendors.new_invoice(companyId=made)
    assert person.press(invoice_id).status_code == 200
    vendors.forget_requests()
    return made, invoice_id


def in_xero(vendors: Vendors, name: str = NAME) -> dict[str, Any]:
    (found,) = vendors.contacts_named(name)
    return dict(found)


def email(vendors: Vendors) -> str:
    return str(in_xero(vendors)["EmailAddress"])


def contact_calls(vendors: Vendors) -> list[str]:
    return [call.partition(" ")[0] for call in vendors.calls("xero") if "/Contacts" in call]


def notes(app: Flask) -> list[str]:
    """Of the last entry."""
    with app.app_context():
        entry = db.session.scalars(select(SyncEntry).order_by(SyncEntry.id.desc())).first()
        assert entry is not None
        return [p["code"] for p in entry.problems]


def preview(person: Person, invoice_id: int, **query: str) -> str:
    return text(person.client.get(f"/invoices/{invoice_id}/preview", query_string=query).text)


def saw(person: Person, invoice_id: int) -> str:
    """The mark of what the preview shows of the contact."""
    page = person.client.get(f"/invoices/{invoice_id}/preview").text
    return str(next(form for form in forms(page, "/") if form.action.endswith("/push")).values["saw"])


# -- a press ----------------------------------------------------------------------------------------------------------


def test_a_press_without_a_preview_leaves_the_contact_and_says_so_with_the_way_there(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    said = ready.press(invoice_id).text
    assert "changed in Bitrix24 since its contact in Xero was written" in text(said)
    assert f"/invoices/{invoice_id}/preview" in said
    assert (email(vendors), notes(app), contact_calls(vendors)) == ("ap@blindbay.example", ["customer_changed"], [])


def test_the_preview_shows_old_and_new_and_its_press_updates_every_field_with_one_write(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, title="Blind Bay Cider", email="office@blindbay.example", phone="+1 2")
    page = preview(ready, invoice_id)
    assert "The customer changed in Bitrix24" in page
    for words in (NAME, "Blind Bay Cider", "ap@blindbay.example", "office@blindbay.example", "+64 3 555 0100", "+1 2"):
        assert words in page
    assert "The invoice stays as it is." in page
    vendors.forget_requests()
    assert "was updated" in text(ready.press(invoice_id, customer="bitrix24").text)
    found = in_xero(vendors, "Blind Bay Cider")
    assert found["EmailAddress"] == "office@blindbay.example"
    assert "+1 2" in str(found["Phones"])
    assert (contact_calls(vendors), notes(app)) == (["GET", "POST"], ["customer_updated"])
    vendors.forget_requests()
    assert "The customer changed" not in preview(ready, invoice_id)
    ready.press(invoice_id)
    assert (contact_calls(vendors), notes(app)) == ([], [])


def test_tax_number_and_address_are_updated_too(ready: Person, vendors: Vendors) -> None:
    made, requisite = with_requisite(vendors)
    invoice_id = vendors.new_invoice(companyId=made)
    ready.press(invoice_id)
    vendors.control("bitrix24/requisite", id=requisite, RQ_VAT_ID="87-654-321")
    vendors.control("bitrix24/address", requisite_id=requisite, ADDRESS_1="9 Quay", CITY="Picton", TYPE_ID="6")
    ready.press(invoice_id, customer="bitrix24")
    found = in_xero(vendors)
    assert found["TaxNumber"] == "87-654-321"
    assert [a["City"] for a in found["Addresses"] if a.get("City")] == ["Picton"]


def test_a_word_to_leave_it_is_not_asked_for_again_until_the_next_change(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    ready.press(invoice_id, customer="leave")
    ready.press(invoice_id)
    assert (email(vendors), notes(app), contact_calls(vendors)) == ("ap@blindbay.example", [], [])
    vendors.control("bitrix24/company", id=made, email="third@blindbay.example")
    ready.press(invoice_id)
    assert notes(app) == ["customer_changed"]


def test_set_up_may_let_bitrix24_win_and_never_over_what_was_edited_in_xero(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(customers="bitrix24")
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example", phone="+64 3 555 0199")
    theirs = {"EmailAddress": "accounts@blindbay.example"}
    vendors.control("xero/contacts/edit", contact=in_xero(vendors)["ContactID"], set=theirs)
    ready.press(invoice_id)
    assert email(vendors) == "accounts@blindbay.example"
    assert "+64 3 555 0199" in str(in_xero(vendors)["Phones"])
    assert notes(app) == ["customer_edited_by_hand", "customer_updated"]
    page = preview(ready, invoice_id)
    assert "accounts@blindbay.example" in page
    assert "edited by hand" in page
    ready.press(invoice_id, customer="bitrix24", saw=saw(ready, invoice_id))
    assert (email(vendors), notes(app)) == ("office@blindbay.example", ["customer_updated"])


def test_what_was_edited_in_xero_after_the_preview_was_opened_is_not_overwritten(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    seen = saw(ready, invoice_id)
    theirs = {"EmailAddress": "accounts@blindbay.example"}
    vendors.control("xero/contacts/edit", contact=in_xero(vendors)["ContactID"], set=theirs)
    ready.press(invoice_id, customer="bitrix24", saw=seen)
    assert (email(vendors), notes(app)) == ("accounts@blindbay.example", ["customer_edited_by_hand"])


def test_set_up_may_leave_contacts_alone_and_then_nothing_is_asked(ready: Person, vendors: Vendors, app: Flask) -> None:
    ready.save_set_up(customers="leave")
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    ready.press(invoice_id)
    assert (email(vendors), notes(app), contact_calls(vendors)) == ("ap@blindbay.example", [], [])


def test_a_link_of_before_is_compared_from_the_next_press_on_and_its_contact_counts_as_edited(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(customers="bitrix24")
    made, invoice_id = pressed(ready, vendors)
    with app.app_context(), writing():
        link = db.session.scalars(select(ContactLink).filter_by(bitrix24_id=made)).one()
        link.settled = link.written = None
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    ready.press(invoice_id)
    assert (notes(app), contact_calls(vendors)) == ([], [])
    vendors.control("bitrix24/company", id=made, email="third@blindbay.example")
    ready.press(invoice_id)
    assert (email(vendors), notes(app)) == ("ap@blindbay.example", ["customer_edited_by_hand"])


def test_a_name_that_another_contact_has_is_told_and_the_invoice_is_written(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Blind Bay Cider"})
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, title="Blind Bay Cider")
    vendors.control("bitrix24/edit", id=invoice_id, fields={"closedate": "2027-01-31"})
    answer = ready.press(invoice_id, customer="bitrix24")
    assert answer.status_code == 200
    assert "another contact there is named “Blind Bay Cider” already" in text(answer.text)
    assert notes(app) == ["customer_name_taken"]
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    assert vendors.in_xero(number)[0]["DueDateString"][:10] == "2027-01-31"
    ready.press(invoice_id)
    assert notes(app) == ["customer_changed"]  # it is not forgotten


def test_a_company_without_an_email_is_written_with_its_contact_persons(ready: Person, vendors: Vendors) -> None:
    made = company(vendors, email="")
    ann = vendors.control("bitrix24/contact", name="Ann", lastName="Lee", companyId=made, email="ann@blindbay.example")
    ready.press(vendors.new_invoice(companyId=made, contactId=ann["item"]["id"]))
    assert email(vendors) == "ann@blindbay.example"


# -- a lost answer ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("do", ["drop_after", "drop_before"])
def test_after_a_lost_answer_the_next_press_looks_before_anything_is_written(
    ready: Person, vendors: Vendors, app: Flask, do: str
) -> None:
    made, invoice_id = pressed(ready, vendors)
    vendors.control("bitrix24/company", id=made, email="office@blindbay.example")
    vendors.fault(do, vendor="xero", method="POST", path="/Contacts")
    assert ready.press(invoice_id, customer="bitrix24").status_code == 200
    assert notes(app) == ["customer_unclear"]
    vendors.forget_requests()
    ready.press(invoice_id)
    landed = do == "drop_after"
    assert (contact_calls(vendors), notes(app)) == (["GET"], [] if landed else ["customer_changed"])
    ready.press(invoice_id, customer="bitrix24")
    assert email(vendors) == "office@blindbay.example"
    assert contact_calls(vendors).count("POST") == (0 if landed else 1)
    with app.app_context():
        open_ = db.session.scalars(select(Intent).where(Intent.kind == "contact", Intent.ended_at.is_(None))).all()
        assert list(open_) == []


# -- many -------------------------------------------------------------------------------------------------------------


def test_a_run_updates_all_that_changed_with_one_look_and_one_write_and_asks_nothing_where_nothing_did(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(customers="bitrix24")
    made = [company(vendors, title=f"Customer {n}", email=f"ap{n}@one.example") for n in range(6)]
    ids = [vendors.new_invoice(companyId=one) for one in (*made, made[0])]
    assert chosen(app, ids).counts == {"created": 7}
    vendors.forget_requests()
    chosen(app, ids)
    assert contact_calls(vendors) == []
    for n, one in enumerate(made[:4]):
        vendors.control("bitrix24/company", id=one, email=f"office{n}@one.example")
    run = chosen(app, ids)
    assert contact_calls(vendors) == ["GET", "POST"]
    assert [in_xero(vendors, f"Customer {n}")["EmailAddress"] for n in range(6)] == [
        *(f"office{n}@one.example" for n in range(4)), "ap4@one.example", "ap5@one.example",
    ]  # fmt: skip
    with app.app_context():
        entries = db.session.scalars(select(SyncEntry).filter_by(run_id=run.id)).all()
        assert [p["code"] for e in entries for p in e.problems] == ["customer_updated"] * 5  # one has two invoices


def test_a_run_leaves_and_tells_where_one_is_to_be_asked_and_one_bad_name_harms_no_other(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.control("xero/contacts/add", set={"Name": "Taken"})
    made = [company(vendors, title=f"Customer {n}", email=f"ap{n}@one.example") for n in range(2)]
    ids = [vendors.new_invoice(companyId=one) for one in made]
    chosen(app, ids)
    vendors.control("bitrix24/company", id=made[0], title="Taken")
    vendors.control("bitrix24/company", id=made[1], email="office@one.example")
    vendors.forget_requests()
    vendors.control("bitrix24/edit", id=ids[0], fields={"closedate": "2027-01-31"})
    summary = ready.client.post("/invoices/many", data={"csrf_token": ready.token(), "id": [str(id) for id in ids]})
    assert "“Taken” changed in Bitrix24" in text(summary.text)
    chosen(app, ids)
    assert (contact_calls(vendors), notes(app)) == ([], ["customer_changed"])
    ready.save_set_up(customers="bitrix24")
    run = chosen(app, ids)
    with app.app_context():
        entries = db.session.scalars(select(SyncEntry).filter_by(run_id=run.id).order_by(SyncEntry.id)).all()
        assert [p["code"] for e in entries for p in e.problems] == ["customer_name_taken", "customer_updated"]
    assert in_xero(vendors, "Customer 1")["EmailAddress"] == "office@one.example"
