"""The set-up: what is suggested and from what, what is open, when an invoice is due, how it is kept."""

from __future__ import annotations

import calendar
import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import Stage, VatRate
from b24xero.domain.set_up import (
    DO_NOT_SEND,
    DUE_RULES,
    LEAVE,
    STATUSES,
    SetUp,
    due_date,
    gaps,
    suggest,
    suggested_tax_rate,
    tolerance_of,
)
from b24xero.errors import Problem

D = Decimal
NEW = Stage("DT31_7:N", "New", "#39A8EF", "process", system=True)
SENT = Stage("DT31_7:S", "Sent", "#55D0E0", "process")
PAID = Stage("DT31_7:P", "Paid", "#7BD500", "success", system=True)
UNPAID = Stage("DT31_7:D", "Unpaid", "#FF5752", "failure", system=True)
STAGES = (NEW, SENT, PAID, UNPAID)
VAT_RATES = (VatRate("GST 15%", D(15)), VatRate("Zero rated", D(0)), VatRate("No VAT", None))
BOOKS = Books(
    name="Harbour Trading Ltd",
    base_currency="NZD",
    accounts=(Account("200", "Sales"), Account("260", "Other Revenue"), Account("888", "Old sales", live=False)),
    tax_rates=(
        TaxRate("OUTPUT", "12.5% GST on Income", D("12.5"), live=False),
        TaxRate("NONE", "No GST", D(0)),
        TaxRate("ZERORATED", "Zero Rated", D(0)),
        TaxRate("OUTPUT2", "15% GST on Income", D("15.0")),
    ),
    currencies=("NZD", "USD"),
)
SET_UP = SetUp(
    stages={stage.id: "AUTHORISED" if stage == SENT else DO_NOT_SEND for stage in STAGES},
    statuses={status: PAID.id if status == "paid" else LEAVE for status in STATUSES},
    taxes={"15": "OUTPUT2", "0": "ZERORATED", "none": "NONE"},
    sales_account="200",
)


# -- when an invoice is due -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "day", "due"),
    [
        ("days-0", "2026-09-14", "2026-09-14"),
        ("days-14", "2026-12-25", "2027-01-08"),
        ("days-30", "2028-01-31", "2028-03-01"),
        ("month-20", "2026-09-01", "2026-10-20"),
        ("month-20", "2026-09-30", "2026-10-20"),
        ("month-20", "2026-12-31", "2027-01-20"),
        ("month-20", "2026-01-31", "2026-02-20"),
        ("month-end", "2026-09-14", "2026-10-31"),
        ("month-end", "2026-10-31", "2026-11-30"),
        ("month-end", "2026-12-01", "2027-01-31"),
        ("month-end", "2026-01-31", "2026-02-28"),
        ("month-end", "2028-01-29", "2028-02-29"),
    ],
)
def test_an_invoice_is_due_by_the_rule(rule: str, day: str, due: str) -> None:
    assert due_date(rule, date.fromisoformat(day)) == date.fromisoformat(due)


@settings(deadline=None, database=None)
@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_the_month_rules_are_always_of_the_next_month(day: date) -> None:
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    assert due_date("month-20", day) == date(year, month, 20)
    assert due_date("month-end", day) == date(year, month, calendar.monthrange(year, month)[1])


@settings(deadline=None, database=None)
@given(st.sampled_from(DUE_RULES), st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_no_rule_is_due_before_the_invoice(rule: str, day: date) -> None:
    assert day <= due_date(rule, day) <= day + timedelta(days=62)


# -- what is suggested ------------------------------------------------------------------------------------------------


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


# -- what is open -----------------------------------------------------------------------------------------------------


def test_a_set_up_that_fits_has_no_gaps() -> None:
    assert gaps(SET_UP, STAGES, VAT_RATES, BOOKS) == ()


def test_a_new_stage_is_told_by_its_name() -> None:
    reminded = Stage("DT31_7:UC_A1B2C3", "Reminded", "#FFA900", "process")
    assert gaps(SET_UP, (*STAGES, reminded), VAT_RATES, BOOKS) == (
        Problem("stage_without_status", {"stage": "Reminded"}),
    )


def test_a_status_that_moves_to_a_vanished_stage_is_told() -> None:
    found = gaps(SET_UP, (NEW, SENT, UNPAID), VAT_RATES, BOOKS)
    assert found == (Problem("stage_vanished", {"stage": PAID.id, "status": "paid"}),)


def test_no_stages_at_all_mean_missing_rights_and_nothing_is_concluded() -> None:
    assert gaps(SET_UP, (), VAT_RATES, BOOKS) == ()


def test_a_portals_rate_without_a_match_is_told() -> None:
    found = gaps(SET_UP, STAGES, (*VAT_RATES, VatRate("VAT 20%", D(20))), BOOKS)
    assert found == (Problem("tax_rate_without_match", {"rate": "VAT 20%"}),)


def test_a_match_that_xero_no_longer_uses_is_told_with_both_names() -> None:
    dead = replace(SET_UP, taxes={**SET_UP.taxes, "15": "OUTPUT"})
    assert gaps(dead, STAGES, VAT_RATES, BOOKS) == (
        Problem("tax_rate_gone", {"rate": "GST 15%", "tax": "12.5% GST on Income"}),
    )
    gone = replace(SET_UP, taxes={**SET_UP.taxes, "15": "TAX009"})
    assert gaps(gone, STAGES, VAT_RATES, BOOKS)[0].values["tax"] == "TAX009"


@pytest.mark.parametrize("code", ["888", "999"])
def test_a_sales_account_that_is_archived_or_gone_is_told(code: str) -> None:
    assert gaps(replace(SET_UP, sales_account=code), STAGES, VAT_RATES, BOOKS) == (
        Problem("sales_account_gone", {"code": code}),
    )


def test_a_rounding_account_that_is_gone_is_told_to_whoever_chose_a_line_there() -> None:
    chosen = replace(SET_UP, rounding="line")
    assert gaps(chosen, STAGES, VAT_RATES, BOOKS) == (Problem("rounding_account_gone"),)
    assert gaps(chosen, STAGES, VAT_RATES, replace(BOOKS, rounding_account="860")) == ()


def test_books_that_were_never_read_hide_no_gap_and_invent_none() -> None:
    assert gaps(SET_UP, STAGES, VAT_RATES, Books()) == ()


def test_every_gap_is_told_at_once() -> None:
    found = gaps(SetUp(statuses={"paid": "DT31_7:X"}), (NEW,), VAT_RATES[:1], BOOKS)
    assert [gap.code for gap in found] == [
        "stage_without_status", "stage_vanished", "tax_rate_without_match", "sales_account_gone",
    ]  # fmt: skip


# -- how both are kept ------------------------------------------------------------------------------------------------


def test_a_set_up_is_the_same_after_it_was_kept() -> None:
    set_up = replace(
        SET_UP, due_rule="month-end", number="xero", reference="empty", rounding="line", tolerance="0.10",
        drift="leave", no_rows="15", missing_items=True, writers="see",
    )  # fmt: skip
    assert SetUp.from_json(json.loads(json.dumps(set_up.as_json()))) == set_up
    assert SetUp.from_json(json.loads(json.dumps(SetUp().as_json()))) == SetUp()


def test_a_set_up_kept_before_a_setting_was_added_is_read() -> None:
    kept = SetUp.from_json({"sales_account": "200"})
    assert kept == SetUp(sales_account="200")
    assert (kept.rounding, kept.tolerance, kept.drift, kept.no_rows, kept.missing_items, kept.writers) == (
        "tax", "0.05", "ask", "", False, "change",
    )  # fmt: skip


def test_a_set_up_kept_by_a_newer_version_is_read_without_what_it_adds() -> None:
    assert SetUp.from_json({"sales_account": "200", "branding_theme": "Special"}) == SetUp(sales_account="200")


@pytest.mark.parametrize(
    ("spelt", "amount"),
    [("0.05", "0.05"), (" 0,05 ", "0.05"), ("0", "0.00"), ("1", "1.00"), (".1", "0.10"), ("1,00", "1.00"),
     ("1.01", None), ("-0.01", None), ("0.005", None), ("", None), ("five", None), ("NaN", None), ("Infinity", None),
     ("1e99999", None), ("1e-2", None), ("-0", None), ("1.000", None), ("0_5", None), ("٠", None), (".", None),
     ("0.05.1", None)],
)  # fmt: skip
def test_a_tolerance_is_an_amount_of_whole_cents_up_to_one(spelt: str, amount: str | None) -> None:
    found = tolerance_of(spelt)
    assert (None if found is None else str(found)) == amount


def test_a_tolerance_that_names_no_amount_tolerates_nothing() -> None:
    assert SetUp(tolerance="a little").largest_rest == 0
    assert SetUp().largest_rest == D("0.05")


def test_books_are_the_same_after_they_were_kept() -> None:
    books = replace(
        BOOKS, locked_until=date(2026, 6, 30), short_code="!Ab1cD", time_zone="NEWZEALANDSTANDARDTIME",
        rounding_account="860",
    )  # fmt: skip
    assert Books.from_json(json.loads(json.dumps(books.as_json()))) == books
    assert Books.from_json(json.loads(json.dumps(Books().as_json()))) == Books()


def test_books_kept_before_the_rounding_account_was_read_have_none() -> None:
    kept = json.loads(json.dumps(BOOKS.as_json()))
    del kept["rounding_account"]
    assert Books.from_json(kept).rounding_account == ""


def test_a_rate_is_kept_exactly() -> None:
    books = Books(tax_rates=(TaxRate("TAX001", "8.875 % city", D("8.875")),))
    kept = json.loads(json.dumps(books.as_json()))
    assert Books.from_json(kept).tax_rates[0].rate == D("8.875")


def test_books_that_were_never_kept_are_empty() -> None:
    assert Books.from_json({}) == Books()


def test_a_choice_that_this_version_does_not_know_has_its_default() -> None:
    kept = SetUp.from_json({"drift": "bitrix24", "rounding": "nobody knows", "writers": "", "sales_account": "200"})
    assert (kept.drift, kept.rounding, kept.writers) == ("bitrix24", "tax", "change")
