"""What of a customer changed since its contact was settled, and what becomes of each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from b24xero.contacts.changes import Known, changes, compared, plan, said_by, settled_with
from b24xero.domain.invoice import Address, Customer, Person
from b24xero.xero import contact_content
from b24xero.xero.parse import XeroContact

ACME = Customer(
    "company", 41, "Acme Plumbing", email="ap@acme.example", phone="+64 3 555 0100", tax_number="12-345-678",
    address=Address(("4 Mill Lane",), "Nelson"), requisite_id=7,
)  # fmt: skip
MOVED = replace(ACME, email="office@acme.example")


def known(customer: Customer = ACME, **changed: object) -> Known:
    said = said_by(customer)
    return replace(Known("c-1", settled=said, written=said), **changed)  # type: ignore[arg-type]


def in_xero(content: Mapping[str, str] | None = None, **changed: str) -> XeroContact:
    return XeroContact("c-1", "Acme Plumbing", content={**(content or said_by(ACME)), **changed})


def fields(customer: Customer, remembered: Known) -> list[str]:
    return [change.field for change in changes(customer, remembered)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "Acme Plumbing & Gas"}, "name"),
        ({"email": "office@acme.example"}, "email"),
        ({"phone": "+64 3 555 0199"}, "phone"),
        ({"tax_number": "87-654-321"}, "tax_number"),
        ({"address": Address(("9 Quay",), "Picton")}, "address"),
    ],
)
def test_each_field_that_changes_is_found_with_its_old_value(changed: dict[str, object], field: str) -> None:
    (found,) = changes(replace(ACME, **changed), known())  # type: ignore[arg-type]
    assert (found.field, found.before) == (field, said_by(ACME)[field])
    assert changes(ACME, known()) == ()


def test_nothing_is_compared_with_what_is_not_remembered() -> None:
    assert changes(MOVED, Known("c-1")) == ()


def test_what_is_empty_now_may_be_hidden_and_changes_nothing() -> None:
    bare = replace(ACME, email="", phone="", tax_number="", address=Address())
    assert changes(bare, known()) == ()
    assert changes(replace(ACME, address=Address(), address_hidden=True), known()) == ()


def test_an_address_that_was_hidden_when_the_contact_was_found_is_no_change_later() -> None:
    hidden = replace(ACME, address=Address(), address_hidden=True)
    first = known(hidden)
    assert changes(ACME, first) == ()
    learnt = replace(first, settled=settled_with(first, ACME, ()))
    assert fields(replace(ACME, address=Address(("9 Quay",))), learnt) == ["address"]


def test_an_email_in_other_capitals_and_a_name_with_other_spaces_are_the_same() -> None:
    assert changes(replace(ACME, email="AP@Acme.example", name="Acme  Plumbing "), known()) == ()


# -- a company without an e-mail --------------------------------------------------------------------------------------

MAILED = replace(ACME, email="", person=Person("Ann", "Lee", "ann@acme.example", id=5))


def test_a_company_without_an_email_takes_its_contact_persons() -> None:
    assert contact_content.content_of(MAILED)["email"] == "ann@acme.example"
    assert fields(MAILED, known(replace(ACME, email=""))) == ["email"]


def test_another_invoices_contact_person_is_no_change_and_the_same_ones_new_email_is() -> None:
    another = replace(MAILED, person=Person("Bob", "Ray", "bob@acme.example", id=6))
    assert changes(another, known(MAILED)) == ()
    assert fields(replace(MAILED, person=replace(MAILED.person, email="ann.lee@acme.example")), known(MAILED)) == [
        "email"
    ]


def test_an_email_of_the_companys_own_replaces_a_persons() -> None:
    assert fields(ACME, known(MAILED)) == ["email"]


def test_another_invoices_requisite_is_no_change_and_the_same_ones_new_number_is() -> None:
    other = replace(ACME, tax_number="99-999-999", address=Address(("9 Quay",)), requisite_id=8)
    assert changes(other, known()) == ()
    assert fields(replace(other, requisite_id=7), known()) == ["tax_number", "address"]


def test_a_companys_people_are_never_written_with_its_name_and_a_persons_own_names_are() -> None:
    assert contact_content.change(MAILED, ["name"]) == {"Name": "Acme Plumbing"}
    ann = Customer("contact", 5, "Ann Lee", person=Person("Ann", "Lee"))
    assert contact_content.change(ann, ["name"]) == {"Name": "Ann Lee", "FirstName": "Ann", "LastName": "Lee"}


# -- what becomes of it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "said", "xero_has", "write", "settle", "asks", "by_hand"),
    [
        ("ask", False, "ap@acme.example", (), (), ("email",), ()),
        ("bitrix24", False, "ap@acme.example", ("email",), ("email",), (), ()),
        ("bitrix24", False, "theirs@acme.example", (), (), (), ("email",)),
        ("bitrix24", False, "", (), (), (), ("email",)),
        ("bitrix24", True, "theirs@acme.example", ("email",), ("email",), (), ()),
        ("leave", False, "ap@acme.example", (), (), (), ()),
        ("leave", True, "ap@acme.example", (), ("email",), (), ()),
        ("ask", False, "office@acme.example", (), ("email",), (), ()),
    ],
)
def test_what_becomes_of_a_change(
    choice: str, said: bool, xero_has: str, write: object, settle: object, asks: object, by_hand: object
) -> None:
    contact = in_xero(email=xero_has)
    found = plan(compared(changes(MOVED, known()), contact, known().written), contact, choice, said=said)
    assert (found.write, found.settle, found.asks, found.by_hand) == (write, settle, asks, by_hand)


def test_a_contact_that_somebody_else_made_is_not_overwritten_by_the_set_up() -> None:
    contact = in_xero()
    found = plan(compared(changes(MOVED, known()), contact, None), contact, "bitrix24", said=False)
    assert (found.write, found.by_hand) == ((), ("email",))


def test_the_address_that_lacks_because_of_us_is_completed_whatever_the_set_up_says() -> None:
    lacking = known(replace(ACME, address=Address(), address_hidden=True), lacks_address=True)
    found = changes(ACME, lacking)
    contact = in_xero(address="")
    assert plan(compared(found, contact, lacking.written), contact, "leave", said=False).write == ("address",)
    theirs = replace(in_xero(address="PO Box 9, Picton"), has_address=True)
    left = plan(compared(found, theirs, lacking.written), theirs, "bitrix24", said=True)
    assert (left.write, left.settle) == ((), ("address",))


def test_words_that_xero_keeps_otherwise_are_nobodys_edit() -> None:
    tulips = replace(ACME, name="Tulips 🌷 Ltd")
    (found,) = compared(changes(replace(ACME, name="Tulips 🌷🌷 Ltd"), known(tulips)), in_xero(name="Tulips ? Ltd"),
                        said_by(tulips))  # fmt: skip
    assert not found.by_hand
    (found,) = compared(changes(tulips, known()), in_xero(name="Tulips ? Ltd"), said_by(ACME))
    assert found.is_same
