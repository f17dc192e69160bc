"""Companies and contacts of Bitrix24 as customers."""

from __future__ import annotations

from typing import Any

import pytest

from b24xero.bitrix24 import parse_customer
from b24xero.domain.invoice import Address, Person


def test_a_contact_has_its_second_name() -> None:
    contact = {"id": 95, "name": "Ana", "secondName": "Lucía", "lastName": "Ortiz"}
    customer = parse_customer.customer(None, contact, [], [], 0)
    assert customer is not None
    assert (customer.name, customer.person) == ("Ana Lucía Ortiz", Person("Ana Lucía", "Ortiz", id=95))


# -- customers --------------------------------------------------------------------------------------------------------

COMPANY: dict[str, Any] = {"id": 41, "title": "Acme Plumbing", "email": "ap@acme.example", "phone": "+64 9 555 1000"}
ANN: dict[str, Any] = {
    "id": 95,
    "name": "Ann",
    "lastName": "Lee",
    "emailWork": "ann@acme.example",
    "phoneMobile": "021 1",
}
REQUISITE: dict[str, Any] = {
    "ID": "27", "ENTITY_TYPE_ID": "4", "ENTITY_ID": "41", "ACTIVE": "Y", "SORT": "500", "RQ_VAT_ID": "GB123456789",
    "RQ_INN": None,
}  # fmt: skip
ADDRESS: dict[str, Any] = {
    "TYPE_ID": "6", "ENTITY_TYPE_ID": "8", "ENTITY_ID": "27", "ADDRESS_1": "1 High St", "ADDRESS_2": "",
    "CITY": "Leeds", "POSTAL_CODE": "LS1", "REGION": "", "PROVINCE": "West Yorkshire", "COUNTRY": "United Kingdom",
    "ANCHOR_TYPE_ID": "4", "ANCHOR_ID": "41",
}  # fmt: skip


def test_the_company_is_the_customer_and_the_contact_its_person() -> None:
    found = parse_customer.customer(COMPANY, ANN, [REQUISITE], [ADDRESS], 27)
    assert found is not None
    assert (found.kind, found.id, found.name, found.number) == ("company", 41, "Acme Plumbing", "B24-CO-41")
    assert (found.email, found.phone, found.tax_number) == ("ap@acme.example", "+64 9 555 1000", "GB123456789")
    assert found.person == Person("Ann", "Lee", "ann@acme.example", id=95)
    assert found.address == Address(("1 High St",), "Leeds", "West Yorkshire", "LS1", "United Kingdom")


def test_without_a_company_the_contact_is_the_customer() -> None:
    found = parse_customer.customer(None, ANN, [], [], 0)
    assert found is not None
    assert (found.kind, found.name, found.email, found.number) == ("contact", "Ann Lee", "ann@acme.example", "B24-C-95")
    assert found.person == Person("Ann", "Lee", "ann@acme.example", id=95)


def test_without_either_there_is_no_customer() -> None:
    assert parse_customer.customer(None, None, [REQUISITE], [ADDRESS], 27) is None


def test_a_company_without_a_contact_has_no_person() -> None:
    found = parse_customer.customer(COMPANY, None, [], [], 0)
    assert found is not None
    assert found.person == Person()
    assert found.person.name == ""


def test_a_person_may_have_half_a_name() -> None:
    assert parse_customer.contact_name({"name": "Ann", "lastName": None}) == "Ann"
    assert parse_customer.contact_name({"name": " ", "lastName": "Lee"}) == "Lee"


def test_the_list_of_values_outranks_the_flat_fields() -> None:
    fm = [{"typeId": "PHONE", "value": "09 1"}, {"typeId": "EMAIL", "value": "bills@acme.example"}]
    found = parse_customer.customer({**COMPANY, "fm": fm}, None, [], [], 0)
    assert found is not None
    assert (found.email, found.phone) == ("bills@acme.example", "09 1")


def test_the_flat_fields_serve_where_the_list_is_empty() -> None:
    found = parse_customer.customer(
        {"id": 41, "title": "Acme", "fm": [], "email": "", "emailHome": "h@acme.example"}, None, [], [], 0
    )
    assert found is not None
    assert (found.email, found.phone) == ("h@acme.example", "")


def test_rows_of_others_are_passed_over_because_old_lists_ignore_filters() -> None:
    strange = {**REQUISITE, "ENTITY_ID": "42", "RQ_VAT_ID": "GB999"}
    persons = {**REQUISITE, "ENTITY_TYPE_ID": "3", "RQ_VAT_ID": "GB888"}
    elsewhere = {**ADDRESS, "ANCHOR_ID": "42", "CITY": "York"}
    found = parse_customer.customer(COMPANY, None, [strange, persons], [elsewhere], 27)
    assert found is not None
    assert (found.tax_number, found.address) == ("", Address())


def test_the_requisite_that_the_invoice_names_counts_and_else_the_first_active_one() -> None:
    second = {**REQUISITE, "ID": "28", "SORT": "100", "RQ_VAT_ID": "GB28"}
    resting = {**REQUISITE, "ID": "29", "SORT": "50", "ACTIVE": "N", "RQ_VAT_ID": "GB29"}
    rows = [REQUISITE, second, resting]
    numbers = [parse_customer.customer(COMPANY, None, rows, [], named).tax_number for named in (27, 29, 0, 999)]  # type: ignore[union-attr]
    assert numbers == ["GB123456789", "GB29", "GB28", "GB28"]


def test_the_address_of_the_chosen_requisite_outranks_another_one() -> None:
    other = {**ADDRESS, "ENTITY_ID": "28", "TYPE_ID": "8", "CITY": "York"}
    found = parse_customer.customer(COMPANY, None, [REQUISITE], [other, ADDRESS], 27)
    assert found is not None
    assert found.address.city == "Leeds"


@pytest.mark.parametrize(
    ("kinds", "city"),
    [("1 4 6 8", "8"), ("1 4 6", "6"), ("1 4", "4"), ("1 9 11", "1"), ("9 11", "")],
)
def test_mail_goes_to_the_mailing_address_then_the_legal_registered_or_actual_one(kinds: str, city: str) -> None:
    addresses = [{**ADDRESS, "TYPE_ID": kind, "CITY": kind} for kind in kinds.split()]
    found = parse_customer.customer(COMPANY, None, [REQUISITE], addresses, 27)
    assert found is not None
    assert found.address.city == city


def test_the_tax_number_may_stand_in_the_field_of_another_country() -> None:
    found = parse_customer.customer(COMPANY, None, [{**REQUISITE, "RQ_VAT_ID": "", "RQ_SIRET": "732 829 320"}], [], 27)
    assert found is not None
    assert found.tax_number == "732 829 320"
