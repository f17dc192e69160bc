"""The simulated Xero, its rules: money, refusals, numbers, lines, statuses, contacts, and what hangs on an invoice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.xero_books import Books, opened


@pytest.fixture(scope="module")
def served() -> Iterator[Books]:
    with opened() as books:
        yield books


@pytest.fixture
def books(served: Books) -> Books:
    """The demo's books, fresh for each test on one server."""
    served.control("reset")
    served.sign_in()
    return served


# -- money ------------------------------------------------------------------------------------------------------


def line(**fields: object) -> dict[str, object]:
    return {"Description": "Work", "Quantity": 1, "AccountCode": "200", "TaxType": "OUTPUT2"} | fields


def test_tax_is_rounded_a_line_and_the_header_only_adds_up(books: Books) -> None:
    lines = [line(UnitAmount=amount) for amount in (25.06, 25.61, 25.63)]
    row = books.put("Invoices", books.invoice(LineItems=lines))
    assert (row["SubTotal"], row["TotalTax"], row["Total"]) == (76.3, 11.44, 87.74)


def test_tax_inside_the_price_is_taken_out_by_the_recorded_figures(books: Books) -> None:
    row = books.put("Invoices", books.invoice(LineAmountTypes="Inclusive", LineItems=[line(UnitAmount=541.25)]))
    assert (row["SubTotal"], row["TotalTax"], row["Total"]) == (470.65, 70.6, 541.25)


def test_unit_prices_lose_their_third_decimal_before_multiplying_unless_unitdp_is_4(books: Books) -> None:
    element = books.invoice(LineItems=[line(Quantity=100, UnitAmount=0.125)])
    assert books.put("Invoices", element)["SubTotal"] == 13.0
    assert books.put("Invoices", element, unitdp="4")["SubTotal"] == 12.5


def test_discounts_come_off_the_line_and_a_line_total_must_agree(books: Books) -> None:
    rate = books.put("Invoices", books.invoice(LineItems=[line(UnitAmount=10, Quantity=3, DiscountRate=10)]))
    assert (rate["SubTotal"], rate["IsDiscounted"], rate["TotalDiscount"]) == (27.0, True, 3.0)
    wrong = line(UnitAmount=100, LineAmount=1, DiscountRate=0)
    assert books.refusals("PUT", "Invoices", books.invoice(LineItems=[wrong])) == [
        "The line total 1.00 does not match the expected line total 100.00"
    ]
    wrong = line(LineAmount=1, DiscountRate=10)
    assert books.refusals("PUT", "Invoices", books.invoice(LineItems=[wrong])) == [
        "The UnitAmount should be used when specifying a discount for a line item."
    ]


def test_a_tax_amount_may_override_the_computed_one(books: Books) -> None:
    row = books.put("Invoices", books.invoice(LineItems=[line(UnitAmount=100, TaxAmount=15.01)]))
    assert (row["TotalTax"], row["Total"]) == (15.01, 115.01)


def test_a_missing_tax_type_comes_from_the_account(books: Books) -> None:
    bare = {"Description": "Work", "Quantity": 1, "UnitAmount": 10, "AccountCode": "200"}
    assert books.put("Invoices", books.invoice(LineItems=[bare]))["LineItems"][0]["TaxType"] == "OUTPUT2"


# -- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"AccountCode": "999"}, "Account code '999' is not a valid code for this document."),
        ({"AccountCode": "610"}, "Account code '610' is not a valid code for this document."),
        (
            {"AccountCode": "888"},
            "Account code '888' has been archived, or deleted. Each line item must reference a valid account.",
        ),
        ({"AccountCode": ""}, "Account code must be specified"),
        ({"TaxType": "INPUT2"}, "The TaxType code 'INPUT2' cannot be used with account code '200'."),
        ({"TaxType": "OUTPUT"}, "The TaxType code 'OUTPUT' cannot be used with account code '200'."),
    ],
)
def test_account_and_tax_codes_are_refused_in_the_vendors_words(
    books: Books, change: dict[str, object], message: str
) -> None:
    assert message in books.refusals("PUT", "Invoices", books.invoice(LineItems=[line(UnitAmount=10, **change)]))


def test_heads_are_refused_in_the_vendors_words(books: Books) -> None:
    lock = books.xero.organisations[books.tenant_id].period_lock
    assert lock is not None
    nobody = (
        "The Contact must contain at least 1 of the following elements to identify the contact: "
        "Name, ContactID, ContactNumber"
    )
    for change, message in (
        ({"Date": lock.isoformat()}, "The document date cannot be before the period lock date"),
        ({"Url": "crm/deal/1"}, "Url must be a valid absolute url"),
        ({"Contact": {"EmailAddress": "a@b.example"}}, nobody),
    ):
        assert books.refusals("PUT", "Invoices", books.invoice(**change)) == [message]
    without_due = books.invoice()
    del without_due["DueDate"]
    assert books.refusals("PUT", "Invoices", without_due)
    books.put("Invoices", without_due | {"Status": "DRAFT"})


def test_one_bad_element_undoes_the_batch_unless_errors_are_not_summarized(books: Books) -> None:
    good, bad = books.invoice(InvoiceNumber="B24-1"), books.invoice(CurrencyCode="EUR")
    assert books.call("PUT", "Invoices", {"Invoices": [good, bad]}).status_code == 400
    assert books.get("Invoices", InvoiceNumbers="B24-1") == []
    answer = books.call("PUT", "Invoices", {"Invoices": [good, bad]}, summarizeErrors="False")
    assert [row["StatusAttributeString"] for row in answer.json()["Invoices"]] == ["OK", "ERROR"]
    assert len(books.get("Invoices", InvoiceNumbers="B24-1")) == 1


# -- numbers, lines, statuses -----------------------------------------------------------------------------------


def test_a_number_is_unique_for_put_but_post_by_number_changes_the_other_invoice(books: Books) -> None:
    first = books.put("Invoices", books.invoice(InvoiceNumber="B24-1", Reference="First"))
    again = books.invoice(InvoiceNumber="b24-1", Reference="Second")
    assert books.refusals("PUT", "Invoices", again) == ["Invoice # must be unique."]
    changed = books.post("Invoices", again)
    assert (changed["InvoiceID"], changed["Reference"]) == (first["InvoiceID"], "Second")
    books.control("void", invoice="B24-1")
    assert books.refusals("PUT", "Invoices", again) == ["Invoice # must be unique."]
    assert books.refusals("POST", "Invoices", again) == ["Invoice not of valid status for modification"]


def test_automatic_numbers_go_on_with_the_sequence(books: Books) -> None:
    numbers = [books.put("Invoices", books.invoice())["InvoiceNumber"] for _ in range(2)]
    assert int(numbers[1][4:]) == int(numbers[0][4:]) + 1


def test_lines_sent_are_the_whole_new_set_and_foreign_line_ids_are_refused(books: Books) -> None:
    row = books.put("Invoices", books.invoice(LineItems=[line(UnitAmount=10), line(UnitAmount=20)]))
    kept = row["LineItems"][1]["LineItemID"]
    path = f"Invoices/{row['InvoiceID']}"
    changed = books.post(path, {"LineItems": [{"LineItemID": kept, "Quantity": 3}, line(UnitAmount=1)]})
    assert changed["LineItems"][1]["LineItemID"] == kept
    assert [each["LineAmount"] for each in changed["LineItems"]] == [1.0, 60.0]
    assert len(books.post(path, {"Reference": "Only the head"})["LineItems"]) == 2
    foreign = {"LineItemID": "11111111-2222-4333-8444-555555555555", "Quantity": 1}
    assert books.refusals("POST", path, {"LineItems": [foreign]})


@pytest.mark.parametrize(("order", "words"), [("first", ["New", "A", "B"]), ("as_sent", ["A", "New", "B"])])
def test_a_new_line_beside_known_ones_stands_first_or_where_it_was_sent(
    books: Books, order: str, words: list[str]
) -> None:
    books.control("options", new_lines=order)
    row = books.put("Invoices", books.invoice(LineItems=[line(Description=w, UnitAmount=1) for w in "AB"]))
    a, b = ({"LineItemID": each["LineItemID"]} for each in row["LineItems"])
    changed = books.post(f"Invoices/{row['InvoiceID']}", {"LineItems": [a, line(Description="New", UnitAmount=1), b]})
    assert [each["Description"] for each in changed["LineItems"]] == words


def test_lines_sent_without_any_id_keep_the_order_sent(books: Books) -> None:
    row = books.put("Invoices", books.invoice(LineItems=[line(Description=w, UnitAmount=1) for w in "AB"]))
    anew = [line(Description=w, UnitAmount=1) for w in "BCA"]
    changed = books.post(f"Invoices/{row['InvoiceID']}", {"LineItems": anew})
    assert [each["Description"] for each in changed["LineItems"]] == ["B", "C", "A"]
    assert {each["LineItemID"] for each in changed["LineItems"]}.isdisjoint(
        each["LineItemID"] for each in row["LineItems"]
    )


def test_a_create_may_answer_in_another_order(books: Books) -> None:
    books.control("options", created_order="reversed")
    row = books.put("Invoices", books.invoice(LineItems=[line(Description=w, UnitAmount=1) for w in "AB"]))
    assert [each["Description"] for each in row["LineItems"]] == ["B", "A"]


def test_a_line_of_nothing_comes_back_without_its_account_and_emoji_and_crlf_changed(books: Books) -> None:
    element = books.invoice(
        Reference="Spring 🌷", LineItems=[line(UnitAmount=0, Description="Gift 🎁\r\nfree"), line(UnitAmount=1)]
    )
    row = books.put("Invoices", element)
    gift, work = row["LineItems"]
    assert ("AccountCode" in gift, work["AccountCode"]) == (False, "200")
    assert (row["Reference"], gift["Description"]) == ("Spring ?", "Gift ?\nfree")
    books.control("options", zero_lines_keep_account=True, keeps_text=True)
    (gift, _work) = books.put("Invoices", element)["LineItems"]
    assert (gift["AccountCode"], gift["Description"]) == ("200", "Gift 🎁\r\nfree")


@pytest.mark.parametrize(("act", "name"), [("prepay", "Prepayments"), ("overpay", "Overpayments")])
def test_a_prepayment_or_an_overpayment_settles_without_a_payment(books: Books, act: str, name: str) -> None:
    number = books.put("Invoices", books.invoice())["InvoiceNumber"]
    books.control(act, invoice=number, amount=10)
    part = books.get(f"Invoices/{number}")[0]
    assert (part["Status"], part["AmountPaid"], part["AmountCredited"], part["AmountDue"]) == (
        "AUTHORISED", 0.0, 10.0, 14.15,
    )  # fmt: skip
    assert [each["AppliedAmount"] for each in part[name]] == [10.0]
    assert (part["Payments"], part["CreditNotes"]) == ([], [])
    books.control(act, invoice=number)
    assert books.get(f"Invoices/{number}")[0]["Status"] == "PAID"


def test_paid_is_derived_and_locks_amounts_but_not_words(books: Books) -> None:
    row = books.put("Invoices", books.invoice())
    path = f"Invoices/{row['InvoiceID']}"
    books.control("pay", invoice=row["InvoiceNumber"], amount=10)
    part = books.get(path)[0]
    assert (part["Status"], part["AmountPaid"], part["AmountDue"]) == ("AUTHORISED", 10.0, 14.15)
    books.control("pay", invoice=row["InvoiceNumber"])
    assert books.get(path)[0]["Status"] == "PAID"
    kept = {"LineItemID": row["LineItems"][0]["LineItemID"]}
    assert books.post(path, {"Reference": "Still editable", "LineItems": [kept | {"Description": "New words"}]})
    assert books.refusals("POST", path, {"LineItems": [kept | {"UnitAmount": 11}]}) == [
        "This document cannot be edited as it has a payment or credit note allocated to it."
    ]
    assert books.refusals("POST", path, {"Status": "VOIDED"}) == [
        "The status VOIDED cannot be applied to the invoice because it has payments or credit notes allocated to it."
    ]
    books.control("unpay", invoice=row["InvoiceNumber"])
    again = books.get(path)[0]
    assert (again["Status"], again["AmountDue"], "FullyPaidOnDate" in again) == ("AUTHORISED", 24.15, False)


def test_a_credit_note_settles_without_a_payment(books: Books) -> None:
    row = books.put("Invoices", books.invoice())
    books.control("credit", invoice=row["InvoiceNumber"])
    single = books.get(f"Invoices/{row['InvoiceID']}")[0]
    assert (single["Status"], single["AmountPaid"], single["AmountCredited"]) == ("PAID", 0.0, 24.15)
    assert single["CreditNotes"][0]["AppliedAmount"] == 24.15


def test_approved_is_voided_not_deleted_and_voided_keeps_its_amount_due(books: Books) -> None:
    row = books.put("Invoices", books.invoice())
    element = {"InvoiceID": row["InvoiceID"]}
    assert books.refusals("POST", "Invoices", element | {"Status": "DELETED"}) == [
        "Invoice not of valid status for modification"
    ]
    voided = books.post("Invoices", element | {"Status": "VOIDED"})
    assert (voided["Status"], voided["AmountDue"]) == ("VOIDED", 24.15)
    assert books.refusals("POST", "Invoices", element | {"Reference": "Late"}) == [
        "Invoice not of valid status for modification"
    ]


def test_an_unknown_invoice_is_refused_in_the_body_and_not_found_in_the_path(books: Books) -> None:
    unknown = "11111111-2222-4333-8444-555555555555"
    assert books.refusals("POST", "Invoices", {"InvoiceID": unknown, "Reference": "x"}) == [
        "An existing Invoice with the specified InvoiceID could not be found"
    ]
    assert books.call("POST", f"Invoices/{unknown}", {"Invoices": [{"Reference": "x"}]}).status_code == 404


# -- contacts ---------------------------------------------------------------------------------------------------


def test_contact_names_are_unique_among_the_active_and_numbers_among_all(books: Books) -> None:
    row = books.put("Contacts", {"Name": "Nord Works Ltd", "ContactNumber": "B24-C-77"})
    message = (
        "The contact name NORD works ltd is already assigned to another contact. "
        "The contact name must be unique across all active contacts."
    )
    assert books.refusals("PUT", "Contacts", {"Name": "NORD works ltd"}) == [message]
    books.control("contacts/archive", contact=row["ContactID"])
    assert books.refusals("PUT", "Contacts", {"Name": "Nord Works Ltd", "ContactNumber": "B24-C-77"}) == [
        "Another contact has this contact number. Please enter a different contact number."
    ]
    assert books.put("Contacts", {"Name": "Nord Works Ltd"})["ContactID"] != row["ContactID"]


def test_archived_contacts_cannot_be_edited_nor_invoiced(books: Books) -> None:
    acme = books.acme()
    books.post("Contacts", {"ContactID": acme, "ContactStatus": "ARCHIVED"})
    message = (
        "The specified contact details matched an archived contact. "
        "Archived contacts cannot currently be edited via the API."
    )
    assert books.refusals("POST", "Contacts", {"ContactID": acme, "ContactStatus": "ARCHIVED"}) == [message]
    assert books.refusals("PUT", "Invoices", books.invoice(Contact={"ContactID": acme})) == [message]
    assert books.get("Contacts", IDs=acme) == []
    assert len(books.get("Contacts", IDs=acme, includeArchived="true")) == 1


def test_posting_a_known_name_edits_that_contact_and_slots_not_sent_stay(books: Books) -> None:
    phone = {"PhoneType": "MOBILE", "PhoneNumber": "021 555"}
    first = books.put("Contacts", {"Name": "Nord Works Ltd", "Phones": [phone]})
    changed = books.post("Contacts", {"Name": "nord works LTD", "Phones": [{"PhoneType": "DDI", "PhoneNumber": "09"}]})
    assert changed["ContactID"] == first["ContactID"]
    assert [slot["PhoneNumber"] for slot in changed["Phones"]] == ["", "09", "", "021 555"]


def test_other_contact_fields_in_an_invoice_change_the_contact(books: Books) -> None:
    contact = {"ContactID": books.acme(), "EmailAddress": "new@acme.example"}
    books.put("Invoices", books.invoice(Contact=contact))
    assert books.get(f"Contacts/{contact['ContactID']}")[0]["EmailAddress"] == "new@acme.example"
    assert books.put("Invoices", books.invoice(Contact={"Name": "Made by an invoice"}))["Contact"]["ContactID"]


def test_a_merged_contact_points_at_its_winner(books: Books) -> None:
    winner, loser = books.acme(), books.put("Contacts", {"Name": "Acme Plumbing 2"})["ContactID"]
    number = books.put("Invoices", books.invoice(Contact={"ContactID": loser}))["InvoiceNumber"]
    books.control("contacts/merge", contact=loser, into=winner)
    row = books.get(f"Contacts/{loser}")[0]
    assert (row["ContactStatus"], row["MergedToContactID"]) == ("ARCHIVED", winner)
    assert books.get(f"Invoices/{number}")[0]["Contact"]["ContactID"] == winner


def test_an_unknown_contact_refuses_the_whole_request_with_404(books: Books) -> None:
    stranger = {"ContactID": "11111111-2222-4333-8444-555555555555"}
    elements = [books.invoice(InvoiceNumber="B24-1"), books.invoice(Contact=stranger)]
    assert books.call("PUT", "Invoices", {"Invoices": elements}, summarizeErrors="false").status_code == 404
    assert books.get("Invoices", InvoiceNumbers="B24-1") == []


def test_a_bad_email_address_is_refused(books: Books) -> None:
    assert books.refusals("PUT", "Contacts", {"Name": "Typo", "EmailAddress": "office@"}) == [
        "Email address must be valid."
    ]


# -- beside the invoice -----------------------------------------------------------------------------------------


def test_history_email_online_address_pdf_and_attachments_of_an_invoice(books: Books) -> None:
    contact = books.put("Contacts", {"Name": "Nord Works Ltd", "EmailAddress": "ap@nord.example"})
    row = books.put("Invoices", books.invoice(Contact={"ContactID": contact["ContactID"]}))
    path = f"Invoices/{row['InvoiceID']}"
    note = books.call("PUT", f"{path}/History", {"HistoryRecords": [{"Details": "From Bitrix24"}]}).json()
    assert list(note["HistoryRecords"][0]) == ["DateUTCString", "DateUTC", "Details", "ValidationErrors"]
    assert books.call("POST", f"{path}/Email", {}).status_code == 204
    assert books.get(path)[0]["SentToContact"] is True
    online = books.call("GET", f"{path}/OnlineInvoice").json()["OnlineInvoices"][0]["OnlineInvoiceUrl"]
    assert online.startswith("https://in.xero.com/")
    assert books.call("GET", path, headers={"Accept": "application/pdf"}).content.startswith(b"%PDF")


def test_payments_are_made_and_deleted_with_their_own_scope(books: Books) -> None:
    row = books.put("Invoices", books.invoice())
    assert "insufficent_scope" in books.call("GET", "Payments").headers["WWW-Authenticate"]
    books.sign_in(scope="accounting.payments accounting.invoices")
    element = {"Invoice": {"InvoiceID": row["InvoiceID"]}, "Account": {"Code": "090"}, "Amount": 10.0}
    assert books.refusals("PUT", "Payments", element | {"Amount": 99}) == [
        "Payment amount exceeds the amount outstanding on this document"
    ]
    payment = books.put("Payments", element)
    assert (payment["PaymentType"], payment["Invoice"]["AmountDue"]) == ("ACCRECPAYMENT", 14.15)
    assert books.post(f"Payments/{payment['PaymentID']}", {"Status": "DELETED"})["Status"] == "DELETED"
    assert books.get(f"Invoices/{row['InvoiceID']}")[0]["AmountDue"] == 24.15


def test_archived_tracking_is_listed_where_it_is_asked_for(books: Books) -> None:
    books.control("tracking/archive", category="Region", option="South")
    (row,) = books.get("TrackingCategories")
    assert [option["Name"] for option in row["Options"]] == ["North"]
    (row,) = books.get("TrackingCategories", includeArchived="true")
    assert [(option["Name"], option["Status"]) for option in row["Options"]][1] == ("South", "ARCHIVED")


def test_tracking_of_a_wrong_shape_is_dropped_and_the_write_succeeds(books: Books) -> None:
    (category,) = books.get("TrackingCategories")
    wrong, right = {"TrackingCategoryID": category["TrackingCategoryID"]}, {"Name": "Region", "Option": "North"}
    row = books.put("Invoices", books.invoice(LineItems=[line(Tracking=[wrong]), line(Tracking=[right])]))
    assert [len(each["Tracking"]) for each in row["LineItems"]] == [0, 1]
