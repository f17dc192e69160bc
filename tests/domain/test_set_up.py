"""The set-up: what is open, how it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import Stage, VatRate
from b24xero.domain.set_up import (
    DO_NOT_SEND,
    LEAVE,
    STATUSES,
    SetUp,
    gaps,
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
