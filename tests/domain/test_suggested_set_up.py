"""The set-up that is suggested at first: from what can be known, by no name, and nothing that could do harm."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import VatRate
from b24xero.domain.set_up import DO_NOT_SEND, LEAVE, STATUSES, gaps
from b24xero.domain.suggested_set_up import suggest, suggested_tax_rate
from tests.domain.test_set_up import BOOKS, NEW, PAID, SENT, STAGES, UNPAID, VAT_RATES, D


def test_what_is_sent_is_approved_and_drafts_paid_and_lost_ones_stay_at_home() -> None:
    """What is paid in Bitrix24 would stand unpaid in Xero."""
    assert suggest(STAGES, VAT_RATES, BOOKS).stages == {
        NEW.id: DO_NOT_SEND, SENT.id: "AUTHORISED", PAID.id: DO_NOT_SEND, UNPAID.id: DO_NOT_SEND,
    }  # fmt: skip


def test_only_a_payment_moves_a_stage_and_it_moves_to_success() -> None:
    suggested = suggest(STAGES, VAT_RATES, BOOKS).statuses
    assert suggested == {status: PAID.id if status == "paid" else LEAVE for status in STATUSES}


def test_without_a_stage_of_success_nothing_moves() -> None:
    assert set(suggest((NEW, SENT), VAT_RATES, BOOKS).statuses.values()) == {LEAVE}


def test_voiding_is_never_suggested() -> None:
    assert "VOIDED" not in suggest(STAGES, VAT_RATES, BOOKS).stages.values()


def test_taxes_are_suggested_by_percentage() -> None:
    assert suggest(STAGES, VAT_RATES, BOOKS).taxes == {"15": "OUTPUT2", "0": "ZERORATED", "none": "NONE"}


def test_a_rate_without_its_equal_is_left_open() -> None:
    assert suggest(STAGES, (VatRate("VAT 20%", D(20)), VatRate("Old", D("12.5"))), BOOKS).taxes == {}


@settings(max_examples=50, deadline=None, database=None)
@given(
    st.permutations(["Paid", "Won", "New", "200 Sales", "No GST", "Zero Rated", "15% GST", "Unpaid", "Draft", "VAT 0%"])
)
def test_no_name_of_anything_changes_what_is_suggested(names: list[str]) -> None:
    stages = [replace(stage, name=name) for stage, name in zip(STAGES, names, strict=False)]
    rates = [replace(rate, name=name) for rate, name in zip(VAT_RATES, names, strict=False)]
    books = replace(
        BOOKS,
        name=names[0],
        accounts=tuple(replace(account, name=name) for account, name in zip(BOOKS.accounts, names, strict=False)),
        tax_rates=tuple(replace(rate, name=name) for rate, name in zip(BOOKS.tax_rates, names, strict=False)),
    )
    assert suggest(stages, rates, books) == suggest(STAGES, VAT_RATES, BOOKS)


def test_nothing_is_suggested_from_nothing() -> None:
    suggested = suggest((), (), Books())
    assert (suggested.stages, suggested.taxes, suggested.sales_account) == ({}, {}, "")


def test_the_only_live_account_is_the_sales_account() -> None:
    books = replace(BOOKS, accounts=(Account("001", "Income"), Account("200", "Sales", live=False)))
    assert suggest(STAGES, VAT_RATES, books).sales_account == "001"


@pytest.mark.parametrize(
    ("kinds", "suggested"),
    [
        ({"001": "SALES", "270": "OTHERINCOME"}, "001"),
        ({"001": "SALES", "260": "REVENUE", "270": "OTHERINCOME"}, "001"),
        ({"001": "SALES", "002": "SALES", "270": "OTHERINCOME"}, ""),
        ({"001": "SALES", "200": "REVENUE"}, "200"),
        ({"270": "OTHERINCOME"}, "270"),
        ({}, ""),
    ],
)
def test_the_only_account_for_sales_is_suggested_whatever_its_code(kinds: dict[str, str], suggested: str) -> None:
    """The chart of the UK has 001, and an account for interest beside it."""
    accounts = tuple(Account(code, f"Account {code}", kind=kind) for code, kind in kinds.items())
    assert suggest(STAGES, VAT_RATES, replace(BOOKS, accounts=accounts)).sales_account == suggested


def test_among_several_accounts_only_a_live_200_is_preselected() -> None:
    accounts = (Account("001", "Income"), Account("260", "Other Revenue"))
    assert suggest(STAGES, VAT_RATES, BOOKS).sales_account == "200"
    assert suggest(STAGES, VAT_RATES, replace(BOOKS, accounts=accounts)).sales_account == ""
    dead = (*accounts, Account("200", "Sales", live=False))
    assert suggest(STAGES, VAT_RATES, replace(BOOKS, accounts=dead)).sales_account == ""


@pytest.mark.parametrize(
    ("rate", "types", "suggested"),
    [
        (None, "NONE ZERORATED", "NONE"),
        (None, "ZERORATED EXEMPTOUTPUT", None),
        (D(0), "NONE EXEMPTOUTPUT ZERORATEDOUTPUT", "ZERORATEDOUTPUT"),
        (D(0), "NONE EXEMPTOUTPUT", "EXEMPTOUTPUT"),
        (D(0), "NONE", "NONE"),
    ],
)
def test_no_vat_is_no_tax_at_all_and_zero_percent_a_zero_rate(
    rate: Decimal | None, types: str, suggested: str | None
) -> None:
    books = Books(tax_rates=tuple(TaxRate(type_, "", D(0)) for type_ in types.split()))
    found = suggested_tax_rate(rate, books)
    assert (found.type if found else None) == suggested


def test_among_equal_percentages_the_ordinary_one_of_sales_comes_first() -> None:
    books = Books(
        tax_rates=(TaxRate("CAPEXOUTPUT2", "", D(20)), TaxRate("TAX001", "", D(20)), TaxRate("OUTPUT2", "", D(20)))
    )
    found = suggested_tax_rate(D("20.00"), books)
    assert found is not None
    assert found.type == "OUTPUT2"


def test_a_rate_out_of_use_is_never_suggested() -> None:
    assert suggested_tax_rate(D("12.5"), BOOKS) is None


def test_what_is_suggested_leaves_no_gap() -> None:
    assert gaps(suggest(STAGES, VAT_RATES, BOOKS), STAGES, VAT_RATES, BOOKS) == ()
