"""The demo's two Xero organisations, and what a person in Xero may do to them from outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from b24xero.simulator.demo_customers import COMPANIES
from tests.simulator.xero_books import Books, opened


@pytest.fixture(scope="module")
def served() -> Iterator[Books]:
    with opened() as books:
        yield books


@pytest.fixture
def books(served: Books) -> Books:
    served.control("reset")
    served.sign_in()
    return served


def test_the_first_organisation_is_the_new_zealand_joinery(books: Books) -> None:
    row = books.call("GET", "Organisation").json()["Organisations"][0]
    assert (row["Name"], row["BaseCurrency"], row["Version"]) == ("Harbour & Hill Joinery", "NZD", "NZ")
    assert row["ShortCode"].startswith("!")
    assert row["PeriodLockDate"].endswith("+0000)/")
    revenue = {account.get("Code") for account in books.get("Accounts", where='Class=="REVENUE" AND Status=="ACTIVE"')}
    assert revenue == {"200", "210", "260"}


def test_the_second_organisation_sells_in_pounds_on_account_001(books: Books) -> None:
    books.tenant_id = list(books.xero.organisations)[1]
    assert [row["Code"] for row in books.get("Currencies")] == ["GBP"]
    line = {"Description": "Drawing", "Quantity": 1, "UnitAmount": 100, "AccountCode": "001"}
    row = books.put("Invoices", books.invoice(CurrencyCode="GBP", LineItems=[line]))
    assert (row["TotalTax"], row["LineItems"][0]["TaxType"]) == (20.0, "OUTPUT2")


def test_about_a_third_of_the_bitrix24_companies_are_known_by_name_and_email(books: Books) -> None:
    rows = books.get("Contacts", page="1", pageSize="1000")
    known = {(row["Name"], row["EmailAddress"]) for row in rows}
    both = [company for company in COMPANIES if (company.name, company.email) in known]
    assert len(COMPANIES) / 4 < len(both) < len(COMPANIES) / 2


def test_there_are_tricky_archived_and_merged_contacts(books: Books) -> None:
    rows = books.get("Contacts", includeArchived="true")
    names = "".join(row["Name"] for row in rows)
    assert len(rows) >= 150
    for sign in ('"', "'", "&", "+", "港"):
        assert sign in names
    assert [row["MergedToContactID"] for row in rows if row.get("MergedToContactID")]
    active = {row["Name"] for row in rows if row["ContactStatus"] == "ACTIVE"}
    assert [row for row in rows if row["ContactStatus"] == "ARCHIVED" and row["Name"] in active]


def test_old_invoices_are_in_every_state_and_not_the_apps_own(books: Books) -> None:
    rows = books.get("Invoices")
    assert len(rows) >= 24
    assert {row["Status"] for row in rows} == {"DRAFT", "AUTHORISED", "PAID", "VOIDED"}
    assert books.get("Invoices", createdByMyApp="true") == []
    lately = {"If-Modified-Since": (books.clock.now() - timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%S")}
    assert books.call("GET", "Invoices", headers=lately).json()["Invoices"] == []


def test_the_same_seed_gives_the_same_ids(books: Books) -> None:
    before = {row["ContactID"] for row in books.get("Contacts")}
    books.control("reset")
    books.sign_in()
    assert {row["ContactID"] for row in books.get("Contacts")} == before


def test_state_counts_and_shows_documents(books: Books) -> None:
    state = books.control("state", organisation="Harbour & Hill Joinery")
    assert state["organisations"][0]["contacts"] == len(books.control("contacts"))
    first = books.control("invoices")[0]
    assert books.control("invoice", invoice=first["InvoiceNumber"])["InvoiceID"] == first["InvoiceID"]


def test_a_person_edits_approves_and_deletes_whatever_the_locks(books: Books) -> None:
    number = books.put("Invoices", books.invoice(Status="DRAFT"))["InvoiceNumber"]
    old = {
        "Date": "2020-01-31",
        "LineItems": [{"Description": "By hand", "Quantity": 1, "UnitAmount": 5, "AccountCode": "260"}],
    }
    assert books.control("edit", invoice=number, set=old)["Total"] == 5.75
    assert books.control("approve", invoice=number)["Status"] == "AUTHORISED"
    other = books.put("Invoices", books.invoice(Status="DRAFT"))["InvoiceNumber"]
    assert books.control("delete", invoice=other)["Status"] == "DELETED"


def test_settings_change_from_outside(books: Books) -> None:
    books.control("accounts/add", code="220", name="Sales, repairs", tax_type="OUTPUT2")
    books.control("accounts/archive", code="200")
    books.control("tax-rates/add", tax_type="TAX001", name="Special", rate=8)
    books.control("tax-rates/delete", tax_type="OUTPUT2")
    books.control("currencies/unsubscribe", code="USD")
    books.control("lock", period="", year="2026-03-31")
    books.control("flags", PaysTax=False)
    assert {row["TaxType"]: row["Status"] for row in books.get("TaxRates")}["OUTPUT2"] == "DELETED"
    line = {"Description": "x", "Quantity": 1, "UnitAmount": 50, "AccountCode": "220", "TaxType": "TAX001"}
    assert books.put("Invoices", books.invoice(LineItems=[line]))["TotalTax"] == 4.0
    row = books.call("GET", "Organisation").json()["Organisations"][0]
    assert (row["PaysTax"], "PeriodLockDate" in row, "EndOfYearLockDate" in row) == (False, False, True)


def test_contacts_are_archived_and_restored(books: Books) -> None:
    acme = books.acme()
    books.control("contacts/archive", contact="Acme Plumbing")
    assert books.control("contacts/restore", contact=acme)["ContactStatus"] == "ACTIVE"
    assert books.control("contacts/edit", contact=acme, set={"EmailAddress": "a@b.example"})["EmailAddress"]
    assert books.control("contacts/add", set={"Name": "By hand"})["ContactID"]


def test_a_control_that_makes_no_sense_is_a_400(books: Books) -> None:
    base = books.base.removesuffix("/xero")
    for name, values in (
        ("pay", {}),
        ("pay", {"invoice": "INV-9999"}),
        ("state", {"organisation": "Nobody"}),
        ("edit", {"invoice": "INV-0041", "set": {"Stage": "x"}}),
        ("options", {"gravity": False}),
    ):
        answer = requests.post(f"{base}/_control/xero/{name}", json=values, timeout=60)
        assert answer.status_code == 400, name


def test_undocumented_behaviour_is_a_switch(books: Books) -> None:
    number = books.put("Invoices", books.invoice(Status="DRAFT"))["InvoiceNumber"]
    books.control("delete", invoice=number)
    again = books.invoice(InvoiceNumber=number)
    assert books.refusals("PUT", "Invoices", again) == ["Invoice # must be unique."]
    books.control("options", deleted_frees_number=True)
    assert books.put("Invoices", again)["InvoiceNumber"] == number
