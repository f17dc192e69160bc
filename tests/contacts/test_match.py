"""Which contact in Xero stands for a customer, and when a person must say so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from b24xero.contacts.match import ContactChoice, Index, Match, match, same
from b24xero.domain.invoice import Customer
from b24xero.xero.parse import XeroContact

ACME = Customer("company", 41, "Acme Plumbing", email="ap@acme.example")
NOBODY = Match()


def contact(id_: str = "c-1", **changes: object) -> XeroContact:
    return replace(XeroContact(id_, "Acme Plumbing", "ap@acme.example"), **changes)  # type: ignore[arg-type]


def chosen_among(found: Match) -> list[str]:
    assert found.contact_id == ""
    return [choice.id for choice in found.choices]


# -- our own number ---------------------------------------------------------------------------------------------------


def test_our_number_is_enough_whatever_name_and_mail_have_become() -> None:
    ours = contact(number="B24-CO-41", name="Acme Plumbing & Gas", email="office@acme.example")
    assert match(ACME, [ours], ()) == Match("c-1")


def test_our_number_comes_before_a_namesake() -> None:
    ours = contact("c-2", number="B24-CO-41", name="Acme Plumbing (2019)")
    assert match(ACME, [contact("c-1"), ours], ()) == Match("c-2")


def test_the_number_of_a_person_is_not_the_number_of_a_company() -> None:
    assert match(ACME, [contact(number="B24-C-41")], ()).contact_id == ""


def test_our_contact_that_was_merged_leads_to_the_one_it_was_merged_into() -> None:
    assert match(ACME, [contact(number="B24-CO-41", archived=True, merged_into="c-9")], ()) == Match("c-9")


def test_our_contact_that_was_archived_is_for_a_person_to_decide() -> None:
    found = match(ACME, [contact(number="B24-CO-41", archived=True)], ())
    assert found.choices == (ContactChoice("c-1", "Acme Plumbing", "ap@acme.example", "B24-CO-41", True),)
    assert found.contact_id == ""


# -- name and e-mail --------------------------------------------------------------------------------------------------


def test_the_same_name_with_the_same_mail_is_enough() -> None:
    assert match(ACME, [contact()], ()) == Match("c-1")


@pytest.mark.parametrize(
    ("name", "mail"), [("ACME PLUMBING", "AP@Acme.Example"), ("Acme  Plumbing ", " ap@acme.example")]
)
def test_case_and_spaces_make_no_difference(name: str, mail: str) -> None:
    assert match(ACME, [contact(name=name, email=mail)], ()) == Match("c-1")


def test_a_name_alone_is_not_enough_when_the_mails_differ() -> None:
    assert chosen_among(match(ACME, [contact(email="bills@acme.example")], ())) == ["c-1"]


@pytest.mark.parametrize(("ours", "theirs"), [("", "ap@acme.example"), ("ap@acme.example", ""), ("", "")])
def test_a_name_alone_is_enough_where_a_mail_is_missing(ours: str, theirs: str) -> None:
    assert match(replace(ACME, email=ours), [contact(email=theirs)], ()) == Match("c-1")


def test_a_longer_name_is_another_name() -> None:
    assert match(ACME, [contact(name="Acme Plumbing Supplies", email="")], ()) == NOBODY


def test_nobody_found_means_a_new_contact() -> None:
    assert match(ACME, [], ()) == NOBODY


# -- e-mail alone -----------------------------------------------------------------------------------------------------


def test_a_mail_alone_is_never_sure() -> None:
    assert chosen_among(match(ACME, [contact(name="Acme Holdings")], ())) == ["c-1"]


def test_a_mail_alone_is_never_sure_even_when_it_is_the_only_one() -> None:
    found = match(replace(ACME, name="Acme Plumbing Ltd"), [contact()], ())
    assert chosen_among(found) == ["c-1"]


def test_two_without_a_mail_do_not_share_one() -> None:
    assert match(replace(ACME, email=""), [contact(name="Nord Works", email="")], ()) == NOBODY


def test_a_namesake_without_a_mail_beside_somebody_with_the_mail_is_for_a_person_to_decide() -> None:
    named, mailed = contact("c-1", email=""), contact("c-2", name="Acme Holdings")
    assert chosen_among(match(ACME, [named, mailed], ())) == ["c-1", "c-2"]


def test_who_has_name_and_mail_is_sure_though_others_share_the_mail() -> None:
    assert match(ACME, [contact("c-1"), contact("c-2", name="Acme Holdings")], ()) == Match("c-1")


# -- namesakes --------------------------------------------------------------------------------------------------------


def test_a_contact_that_stands_for_another_customer_is_not_taken_from_it() -> None:
    assert chosen_among(match(ACME, [contact()], {"c-1"})) == ["c-1"]


def test_a_contact_that_carries_another_customers_number_is_not_taken_from_it() -> None:
    assert chosen_among(match(ACME, [contact(number="B24-CO-99")], ())) == ["c-1"]


def test_a_contact_code_of_the_accountants_own_is_no_obstacle() -> None:
    assert match(ACME, [contact(number="KUNDE-7")], ()) == Match("c-1")


def test_two_namesakes_are_for_a_person_to_decide() -> None:
    assert chosen_among(match(ACME, [contact("c-1"), contact("c-2")], ())) == ["c-1", "c-2"]


def test_of_two_namesakes_the_one_whose_mail_differs_is_not_meant() -> None:
    assert match(ACME, [contact("c-1", email="x@other.example"), contact("c-2")], ()) == Match("c-2")


def test_a_namesake_that_is_archived_is_passed_over() -> None:
    assert match(ACME, [contact(archived=True)], ()) == NOBODY
    assert match(ACME, [contact("c-1", archived=True), contact("c-2")], ()) == Match("c-2")


def test_a_mail_of_somebody_archived_is_passed_over() -> None:
    assert match(ACME, [contact(name="Acme Holdings", archived=True)], ()) == NOBODY


def test_nobody_is_offered_twice() -> None:
    assert chosen_among(match(ACME, [contact()], {"c-1"})) == ["c-1"]


def test_what_is_found_may_come_as_a_stream() -> None:
    assert match(ACME, (c for c in [contact("c-2", name="Acme Holdings"), contact("c-1")]), ()) == Match("c-1")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Straße", "STRASSE", True), ("Acme  Ltd", "acme ltd", True), ("Acme", "Acme Ltd", False), ("", " ", True)],
)
def test_names_are_compared_as_xero_compares_them(one: str, other: str, alike: bool) -> None:
    assert same(one, other) is alike


# -- among all contacts of the books ----------------------------------------------------------------------------------


class Counted:
    """A contact that counts how often it is looked at."""

    looked = 0

    def __init__(self, n: int) -> None:
        self.id, self.archived, self.merged_into, self._n = str(n), False, "", n

    @property
    def name(self) -> str:
        Counted.looked += 1
        return f"Nord  Works {self._n}"

    @property
    def email(self) -> str:
        Counted.looked += 1
        return f"AP{self._n}@nord.example"

    @property
    def number(self) -> str:
        Counted.looked += 1
        return f"B24-C{self._n}" if self._n % 2 else ""


def test_all_contacts_are_gone_through_once_however_many_customers_are_looked_for() -> None:
    Counted.looked = 0
    books = Index([Counted(n) for n in range(10_000)])
    once = Counted.looked
    found = [books.like(f"B24-C{n}", f"Acme {n}", f"ap{n}@acme.example") for n in range(20_000, 20_250)]
    assert found == [[]] * 250
    assert Counted.looked == once


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (("B24-C7", "", ""), ["7"]),
        (("", "nord works 8", ""), ["8"]),
        (("", "", "ap9@NORD.example"), ["9"]),
        (("B24-C7", "Nord Works 3", "ap5@nord.example"), ["3", "5", "7"]),
        (("", "Nord Works", ""), []),
        (("", "", ""), []),
    ],
)
def test_a_contact_is_found_by_number_name_or_mail_as_xero_compares_them(
    asked: tuple[str, str, str], ids: list[str]
) -> None:
    assert [contact.id for contact in Index([Counted(n) for n in range(10)]).like(*asked)] == ids


def test_a_contact_that_was_made_since_is_found_too() -> None:
    books = Index([Counted(1)])
    books.add(Counted(2))
    assert [contact.id for contact in books.like("", "Nord Works 2", "")] == ["2"]
