"""Which address is taken from what people write into a field for one."""

from __future__ import annotations

import pytest

from b24xero.domain.email import first_good, is_address

ONE = "ap@acme.example"


@pytest.mark.parametrize(
    "field",
    [
        ONE, f"{ONE}, b@acme.example", f"{ONE};b@acme.example", f"{ONE} b@acme.example", f"{ONE}/b@acme.example",
        f"{ONE} / b@acme.example", f"{ONE}|b@acme.example", f"{ONE}\nb@acme.example", f"{ONE}\u00a0b@acme.example",
        f"{ONE}、b@acme.example", f"{ONE}；b@acme.example", f"none; {ONE}", f"Ann <{ONE}>", f"Ann ({ONE})",
        f"mailto:{ONE}", f"MAILTO:{ONE}", f"'{ONE}'", f"“{ONE}”", f"{ONE}.", f"e-mail: {ONE}", f"ap@localhost, {ONE}",
        f"{ONE} und b@acme.example", f"ap@@acme.example {ONE}", f";{ONE};",
    ],
)  # fmt: skip
def test_the_first_good_address_of_a_field_is_taken(field: str) -> None:
    assert first_good([field]) == ONE
    assert is_address(ONE)


def test_an_address_with_a_slash_or_an_apostrophe_in_it_stays_whole() -> None:
    assert first_good(["sales/nz@acme.example"]) == "sales/nz@acme.example"
    assert first_good(["o'brien@acme.example"]) == "o'brien@acme.example"


def test_a_later_fields_good_one_goes_before_an_earlier_bad_one_and_the_bad_one_is_told_alone() -> None:
    assert first_good(["by phone only", "", ONE]) == ONE
    assert first_good(["", "by phone only", "ap@acme"]) == "by phone only"
    assert first_good(["", " "]) == ""
