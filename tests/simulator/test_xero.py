"""The simulated Xero, its accounting API: the shapes of answers, strictness, and how rows are found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.xero_books import Books, opened

WRITTEN = [
    "Type", "InvoiceID", "InvoiceNumber", "Reference", "Prepayments", "Overpayments", "AmountDue", "AmountPaid",
    "SentToContact", "CurrencyRate", "IsDiscounted", "HasErrors", "InvoicePaymentServices", "UpdatedDateUTCString",
    "Contact", "DateString", "Date", "DueDateString", "DueDate", "BrandingThemeID", "Status", "LineAmountTypes",
    "LineItems", "SubTotal", "TotalTax", "Total", "UpdatedDateUTC", "CurrencyCode",
]  # fmt: skip
LINE = [
    "Description", "UnitAmount", "TaxType", "TaxAmount", "LineAmount", "AccountCode", "Tracking", "Quantity",
    "LineItemID", "AccountID", "ValidationErrors",
]  # fmt: skip
CONTACT = [
    "ContactID", "ContactStatus", "Name", "EmailAddress", "BankAccountDetails", "Addresses", "Phones",
    "UpdatedDateUTC", "ContactGroups", "IsSupplier", "IsCustomer", "SalesTrackingCategories",
    "PurchasesTrackingCategories", "ContactPersons", "HasValidationErrors",
]  # fmt: skip
STUB = ["ContactID", "Name", "Addresses", "Phones", "ContactGroups", "ContactPersons", "HasValidationErrors"]


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


# -- shapes -----------------------------------------------------------------------------------------------------


def test_a_created_invoice_has_exactly_the_recorded_keys(books: Books) -> None:
    row = books.put("Invoices", books.invoice(Reference="Deal 1042"))
    assert list(row) == WRITTEN
    assert list(row["LineItems"][0]) == LINE
    assert list(row["Contact"]) == CONTACT
    assert (row["SubTotal"], row["TotalTax"], row["Total"], row["AmountDue"]) == (21.0, 3.15, 24.15, 24.15)
    assert row["Contact"]["IsCustomer"] is True


def test_a_status_string_comes_only_with_summarize_errors_false(books: Books) -> None:
    row = books.put("Invoices", books.invoice(), summarizeErrors="false")
    assert list(row) == [*WRITTEN, "StatusAttributeString"]
    assert row["StatusAttributeString"] == "OK"


def test_a_refused_element_is_echoed_with_its_status_and_without_number_or_amounts(books: Books) -> None:
    element = books.invoice(CurrencyCode="EUR", InvoiceNumber="B24-1")
    answer = books.call("PUT", "Invoices", {"Invoices": [element]}, summarizeErrors="false")
    row = answer.json()["Invoices"][0]
    assert answer.status_code == 200
    assert list(row)[-3:] == ["HasErrors", "StatusAttributeString", "ValidationErrors"]
    assert not {"InvoiceNumber", "AmountDue", "AmountPaid"} & set(row)
    assert (row["InvoiceID"][:8], row["Status"], row["StatusAttributeString"]) == ("00000000", "AUTHORISED", "ERROR")
    assert row["ValidationErrors"] == [{"Message": "Organisation is not subscribed to currency EUR"}]
    assert row["LineItems"][0]["AccountID"]


def test_a_list_has_stubs_and_a_page_has_lines_payments_and_a_pagination_block(books: Books) -> None:
    books.control("pay", invoice=books.put("Invoices", books.invoice(InvoiceNumber="B24-1"))["InvoiceNumber"])
    whole = books.call("GET", "Invoices", InvoiceNumbers="B24-1").json()
    paged = books.call("GET", "Invoices", InvoiceNumbers="B24-1", page="1").json()
    assert "pagination" not in whole
    assert whole["Invoices"][0]["LineItems"] == []
    assert paged["pagination"] == {"page": 1, "pageSize": 100, "pageCount": 1, "itemCount": 1}
    row = paged["Invoices"][0]
    assert list(row["Contact"]) == STUB
    assert row["LineItems"][0]["LineAmount"] == 21.0
    assert (row["Status"], row["AmountPaid"], row["AmountDue"]) == ("PAID", 24.15, 0.0)
    assert {"FullyPaidOnDate", "AmountCredited", "HasAttachments", "InvoiceAddresses", "CreditNotes"} <= set(row)
    assert list(row["Payments"][0]) == [
        "PaymentID", "Date", "Amount", "Reference", "CurrencyRate", "HasAccount", "HasValidationErrors",
    ]  # fmt: skip


def test_a_contact_is_answered_with_two_addresses_and_four_phones(books: Books) -> None:
    row = books.put("Contacts", {"Name": "Nord Works Ltd", "ContactNumber": "B24-C-77", "IsCustomer": True})
    assert list(row) == [CONTACT[0], "ContactNumber", *CONTACT[1:]]
    assert [slot["AddressType"] for slot in row["Addresses"]] == ["STREET", "POBOX"]
    assert [slot["PhoneType"] for slot in row["Phones"]] == ["DEFAULT", "DDI", "FAX", "MOBILE"]
    assert row["IsCustomer"] is False
    listed = books.get("Contacts", IDs=row["ContactID"])[0]
    assert listed["Phones"] == [{"PhoneType": kind} for kind in ("DEFAULT", "DDI", "FAX", "MOBILE")]


def test_an_item_write_has_a_stamp_without_offset_and_a_tax_type_from_its_account(books: Books) -> None:
    element = {"Code": "HULL", "Name": "Hull", "SalesDetails": {"UnitPrice": 128.189, "AccountCode": "200"}}
    row = books.put("Items", element)
    assert row["SalesDetails"] == {"UnitPrice": 128.19, "AccountCode": "200", "TaxType": "OUTPUT2"}
    assert "+" not in row["UpdatedDateUTC"]
    assert "+0000" in books.get("Items/HULL")[0]["UpdatedDateUTC"]
    assert books.refusals("PUT", "Items", element) == ["Price List Item with Code 'HULL' already exists"]
    assert books.call("DELETE", f"Items/{row['ItemID']}").status_code == 204
    assert books.call("GET", "Items/HULL").status_code == 404


def test_an_unknown_id_is_404_in_html_and_not_json(books: Books) -> None:
    answer = books.call("GET", "Invoices/11111111-2222-4333-8444-555555555555")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_xml_is_answered_unless_json_is_asked_for(books: Books) -> None:
    answer = books.call("GET", "Organisation", headers={"Accept": "*/*"})
    assert answer.text.startswith("<?xml")
    assert books.call("GET", "Organisation", headers={"Accept": "text/csv"}).status_code == 406


def test_writing_the_organisation_is_not_implemented_and_a_wrong_verb_not_allowed(books: Books) -> None:
    books.sign_in(scope="accounting.settings accounting.invoices")
    assert books.call("POST", "Organisation", {}).status_code == 501
    assert books.call("DELETE", "Invoices").status_code == 405


# -- strictness -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"StageId": "NEW"},
        {"Status": "APPROVED"},
        {"DueDate": "31.12.2026"},
        {"Contact": {"ContactID": "acme"}},
        {"LineItems": [{"Quantity": "2"}]},
        {"CurrencyCode": "euro"},
    ],
)
def test_a_body_with_an_unknown_field_or_a_wrong_kind_is_refused_as_post_data(
    books: Books, change: dict[str, object]
) -> None:
    answer = books.call("PUT", "Invoices", {"Invoices": [books.invoice(**change)]})
    assert answer.status_code == 400
    assert (answer.json()["ErrorNumber"], answer.json()["Type"]) == (17, "PostDataInvalidException")


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ('Stage=="NEW"', "No property or field 'Stage' exists in type 'Invoice'"),
        ('Reference=="a\\"b"', "Unterminated string literal"),
        ('Reference=="open', "Unterminated string literal"),
        ("Status==", "Syntax error"),
        ('InvoiceID=="x"', "Operator '==' incompatible with operand types 'Guid' and 'String'"),
        ("Total", "Expression of type 'Boolean' expected"),
    ],
)
def test_a_where_that_is_no_query_is_refused_with_the_vendors_words(books: Books, where: str, message: str) -> None:
    answer = books.call("GET", "Invoices", where=where)
    assert answer.status_code == 400
    assert answer.json() == {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message}


def test_an_unknown_parameter_or_order_is_refused(books: Books) -> None:
    assert books.call("GET", "Invoices", pagesize="5").status_code == 400
    assert books.call("GET", "Invoices", order="Stage ASC").status_code == 400


# -- finding ----------------------------------------------------------------------------------------------------


def test_where_finds_by_dotted_names_dates_amounts_and_without_regard_to_case(books: Books) -> None:
    row = books.put("Invoices", books.invoice(Reference="Deal CAFÉ", InvoiceNumber="B24-7"))
    acme = row["Contact"]["ContactID"]
    for where in (
        f'Contact.ContactID==guid("{acme}") AND Type=="ACCREC"',
        'Reference=="deal café"',
        'Reference=="DEAL CAFE"',
        'Contact.Name.StartsWith("acme") && AmountDue>24 && AmountDue<=24.15',
        '(Status=="DRAFT" OR Status=="AUTHORISED") AND Reference.ToLower().Contains("deal")',
        "Reference!=null AND Url==null AND Date>=DateTime(2020,1,1) AND Contact.Name==" + '"Acme Plumbing"',
    ):
        assert [each["InvoiceNumber"] for each in books.get("Invoices", where=where)] == ["B24-7"], where


def test_search_term_ids_statuses_and_order_choose_rows(books: Books) -> None:
    first = books.put("Invoices", books.invoice(Reference="Needle one"))
    books.put("Invoices", books.invoice(Reference="needle two", Status="DRAFT"))
    found = books.get("Invoices", searchTerm="NEEDLE", order="Reference DESC")
    assert [row["Reference"] for row in found] == ["needle two", "Needle one"]
    assert [row["Reference"] for row in books.get("Invoices", searchTerm="needle", Statuses="DRAFT")] == ["needle two"]
    assert [row["Reference"] for row in books.get("Invoices", IDs=first["InvoiceID"])] == ["Needle one"]
    assert len(books.get("Invoices", createdByMyApp="true")) == 2


def test_if_modified_since_gives_what_changed_later_and_a_quiet_change_stays_hidden(books: Books) -> None:
    row = books.put("Invoices", books.invoice())
    books.clock.advance(60)
    since = books.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    books.clock.advance(60)
    modified = {"If-Modified-Since": since}
    books.control("pay", invoice=row["InvoiceNumber"], bump=False)
    assert books.call("GET", "Invoices", headers=modified).json()["Invoices"] == []
    books.control("edit", invoice=row["InvoiceNumber"], set={"Reference": "By hand"})
    changed = books.call("GET", "Invoices", headers=modified).json()["Invoices"]
    assert [each["Reference"] for each in changed] == ["By hand"]


def test_a_summary_leaves_out_lines_payments_and_customer_flags(books: Books) -> None:
    assert "LineItems" not in books.get("Invoices", summaryOnly="true")[0]
    assert "IsCustomer" not in books.get("Contacts", summaryOnly="true")[0]


def test_pages_go_on_past_the_last_one_empty(books: Books) -> None:
    answer = books.call("GET", "Contacts", page="9", pageSize="50").json()
    assert answer["Contacts"] == []
    assert answer["pagination"]["pageCount"] >= 3
    assert books.call("GET", "Contacts", page="1", pageSize="1001").status_code == 400
