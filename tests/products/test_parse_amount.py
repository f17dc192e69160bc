"""Amounts that people type: read as their language writes them, asked again where they have two readings."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from b24xero.products.parse_amount import TwoReadings, read
from b24xero.web.common import formats
from b24xero.web.common.language import NAMES
from tests.catalogue import add, filled, in_bitrix24
from tests.conftest import Vendors
from tests.people import Person, forms, text

ENGLISH, GERMAN, EITHER = ".", ",", ""


@pytest.mark.parametrize("sign", [ENGLISH, GERMAN, EITHER])
@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("189", "189"),
        ("1234.5678", "1234.5678"),
        ("1234,5678", "1234.5678"),
        ("12,50", "12.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1 234,56", "1234.56"),
        ("1 234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
    ],
)
def test_what_has_one_reading_is_read_in_every_language(typed: str, amount: str, sign: str) -> None:
    assert read(typed, sign) == D(amount)


@pytest.mark.parametrize(
    ("typed", "sign", "amount"), [("1.234", ENGLISH, "1.234"), ("1,234", GERMAN, "1.234"), ("12,000", GERMAN, "12")]
)
def test_the_sign_of_the_language_stands_before_decimals(typed: str, sign: str, amount: str) -> None:
    assert read(typed, sign) == D(amount)


@pytest.mark.parametrize(
    ("typed", "sign"), [("1,234", ENGLISH), ("1.234", GERMAN), ("1,234", EITHER), ("1.234", EITHER)]
)
def test_another_sign_before_three_digits_is_never_guessed(typed: str, sign: str) -> None:
    assert read(typed, sign) == TwoReadings(D(1234), D("1.234"))


@pytest.mark.parametrize("sign", [ENGLISH, GERMAN, EITHER])
@pytest.mark.parametrize(
    "typed",
    ["", "five", "1e5", "NaN", "Infinity", "-5", "+5", "1_000", "0x10", "١٢", ".5", "5,", "1 2", "12 34", "1234 567",
     "1,23,456.00", "1,234.567.8", "1,234,56", "1..5", "1 234 5", "NZD 5", "9" * 41],
)  # fmt: skip
def test_what_is_no_amount_is_not_read(typed: str, sign: str) -> None:
    assert read(typed, sign) is None


@given(st.text("0123456789., ", max_size=12), st.sampled_from([ENGLISH, GERMAN, EITHER]))
def test_both_answers_to_two_readings_have_one(typed: str, sign: str) -> None:
    """What is offered in place of a text that has two readings is never asked again."""
    found = read(typed, sign)
    if isinstance(found, TwoReadings):
        for amount in (found.thousands, found.decimals.quantize(D("0.0001"))):
            assert all(read(str(amount).replace(".", point), sign) == amount for point in ".,")


@pytest.mark.parametrize("language", NAMES)
def test_what_the_pages_print_is_read_as_it_was_meant(language: str, app: Flask) -> None:
    """Copied from a page into the field: figures with thousands, and as they are typed."""
    with app.test_request_context(headers={"Accept-Language": language.replace("_", "-")}):
        for amount in (D("1234.50"), D("1234567.89"), D("0.05"), D("12.3456")):
            for printed in (formats.figure(amount, "NZD"), formats.as_typed(amount)):
                spaced = printed.replace("\u00a0", " ").replace("\u202f", " ")
                assert read(spaced, formats.decimal_sign()) == amount, printed


# -- on the page ------------------------------------------------------------------------------------------------------


def in_language(person: Person, language: str) -> Person:
    person.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return person


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "typed", "price"),
    [
        ("de", "1234,5678", 1234.5678),
        ("de", "1.234,56", 1234.56),
        ("fr", "1\u202f234,56", 1234.56),
        ("ru", "1\u00a0234,5", 1234.5),
        ("pl", "1,234", 1.234),
        ("pt-BR", "1.234.567,89", 1234567.89),
        ("es", "1.234,5", 1234.5),
    ],
)
def test_a_price_is_typed_as_the_language_writes_it(
    language: str, typed: str, price: float, ready: Person, vendors: Vendors
) -> None:
    form = filled(ready, price=typed)
    answer = in_language(ready, language).client.post("/products/add", data=form)
    assert answer.status_code == 303, text(answer.text)
    assert in_bitrix24(vendors)[0]["price"]["price"] == price


def test_a_price_with_two_readings_is_asked_again_with_both(ready: Person, vendors: Vendors) -> None:
    form = filled(ready, price="1.234")
    for language in ("de", "es", "fr"):
        asked = in_language(ready, language).client.post("/products/add", data={**form, "key": ""})
        assert asked.status_code == 422
        assert 'value="1.234"' in asked.text
        assert " 1234 " in text(asked.text)
        assert " 1,2340" in text(asked.text)
    assert in_bitrix24(vendors) == []


def test_the_example_of_a_price_is_written_in_the_readers_language(ready: Person) -> None:
    form = filled(ready, price="cheap")
    assert "1234.50" in text(ready.client.post("/products/add", data=form).text)
    assert "1234,50" in text(in_language(ready, "ru").client.post("/products/add", data=form).text)


def test_the_tolerance_is_shown_and_read_as_the_language_writes_it(ready: Person) -> None:
    german = in_language(ready, "de")
    page = german.client.get("/setup").text
    form = next(form for form in forms(page, "/setup") if "tolerance" in form.values)
    assert form.values["tolerance"] == "0,05"
    saved = german.client.post("/setup", data={**form.values, "tolerance": "0,10"})
    assert saved.status_code == 303
    again = german.client.get("/setup").text
    assert next(form for form in forms(again, "/setup") if "tolerance" in form.values).values["tolerance"] == "0,10"
    assert "1,00" in text(german.client.post("/setup", data={**form.values, "tolerance": "1,01"}).text)


def test_a_half_says_its_price_as_an_amount(ready: Person, vendors: Vendors) -> None:
    vendors.control("bitrix24/user", id=1, may_set_prices=False)
    half = add(ready, price="1234,5").headers["Location"]
    assert "NZD 1,234.50" in text(ready.client.get(half).text)
