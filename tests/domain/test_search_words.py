"""What the words of a search may mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from b24xero.domain import search_words
from b24xero.domain.period import Period


@pytest.mark.parametrize(
    ("typed", "amounts"),
    [
        ("1234.50", ["1234.50"]),
        ("1,234.50", ["1234.50"]),
        ("1.234,50", ["1234.50"]),
        ("1 234,5", ["1234.5"]),
        ("1’234.50", ["1234.50"]),
        ("NZD 1,234.50", ["1234.50"]),
        ("$1,234.50", ["1234.50"]),
        ("1234,50 €", ["1234.50"]),
        ("1,234", ["1234"]),
        ("12,5", ["12.5"]),
        ("1,234,567", ["1234567"]),
        ("780", ["780"]),
        ("12", []),
        ("INV-0412", []),
        ("Kitchen 12.50 m", []),
        ("27.11.2026", []),
    ],
)
def test_an_amount_in_any_spelling(typed: str, amounts: list[str]) -> None:
    assert search_words.amounts(typed) == tuple(map(Decimal, amounts))


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2026-11-27", [(2026, 11, 27)]),
        ("27.11.2026", [(2026, 11, 27)]),
        ("27/11/26", [(2026, 11, 27)]),
        ("11/27/2026", [(2026, 11, 27)]),
        ("3/4/2026", [(2026, 4, 3), (2026, 3, 4)]),
        ("31.2.2026", []),
        ("412", []),
    ],
)
def test_a_day(typed: str, days: list[tuple[int, int, int]]) -> None:
    assert search_words.days(typed) == tuple(date(*day) for day in days)


@pytest.mark.parametrize(
    ("typed", "name", "meant"),
    [
        ("potae", "Wiremu Pōtae", True),
        ("Pōtae", "Wiremu Potae", True),
        ("o'connell", "O’Connell & Sons Builders", True),
        ("oconnell", "O’Connell & Sons Builders", True),
        ("founders old", "Founders' Old Mill", True),
        ("cafe", "Sunny Side Café", True),
        ("connolly", "O’Connell & Sons Builders", False),
    ],
)
def test_a_name_is_known_whatever_its_accents_and_apostrophes(typed: str, name: str, meant: bool) -> None:
    assert search_words.is_meant(typed, name) is meant


def test_a_name_is_asked_for_as_it_may_be_spelt() -> None:
    assert search_words.spellings("O'Connell")[0] == "O_Connell"
    assert any(one.startswith("___") for one in search_words.spellings("oconnell"))


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("", None, None),
        ("month", (2026, 11, 1), (2026, 11, 30)),
        ("last-month", (2026, 10, 1), (2026, 10, 31)),
        ("quarter", (2026, 10, 1), (2026, 12, 31)),
        ("last-quarter", (2026, 7, 1), (2026, 9, 30)),
        ("year", (2026, 1, 1), (2026, 12, 31)),
    ],
)
def test_a_period_has_its_first_and_its_last_day(
    name: str, since: tuple[int, int, int] | None, until: tuple[int, int, int] | None
) -> None:
    found = Period(name).days(date(2026, 11, 28))
    assert found == (date(*since) if since else None, date(*until) if until else None)


def test_periods_over_the_turn_of_a_year() -> None:
    assert Period("last-month").days(date(2027, 1, 5)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert Period("last-quarter").days(date(2027, 2, 5)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert Period("quarter").days(date(2026, 12, 31)) == (date(2026, 10, 1), date(2026, 12, 31))


def test_chosen_days_are_those_days() -> None:
    assert Period("days", date(2026, 8, 1)).days(date(2026, 11, 28)) == (date(2026, 8, 1), None)
