"""How a neutral invoice is written for Xero: which form a line takes, what is refused, what stands around the lines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from b24xero.domain.books import Account, Books, TaxRate
from b24xero.domain.invoice import Address, Customer, Invoice, LineItem, Person
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, Rejected
from b24xero.xero.payload import (
    Written,
    cent_choices,
    contact_body,
    contact_name,
    contact_problems,
    foresee,
)
from tests.xero.bodies import invoice_body

D = Decimal
URL = "https://acme.bitrix24.example/crm/type/31/details/42/"
BOOKS = Books(
    name="Harbour Trading Ltd",
    base_currency="NZD",
    locked_until=date(2026, 6, 30),
    accounts=(Account("200", "Sales"), Account("888", "Old sales", live=False)),
    tax_rates=(
        TaxRate("OUTPUT2", "15% GST on Income", D(15)),
        TaxRate("OUTPUT", "12.5% GST on Income", D("12.5"), live=False),
        TaxRate("NONE", "No GST", D(0)),
        TaxRate("ZERORATED", "Zero Rated", D(0)),
    ),
    currencies=("NZD", "USD"),
    rounding_account="860",
)
SET_UP = SetUp(taxes={"15": "OUTPUT2", "none": "NONE", "0": "ZERORATED"}, sales_account="200")


def row(
    net: str,
    quantity: str = "1",
    *,
    tax: str | None = "15",
    included: bool = False,
    list_net: str = "",
    rate: str = "",
    **changes: Any,
) -> LineItem:
    """A row by its price without tax; ``list_net`` and ``rate`` are the price before a discount and its percentage."""
    factor = 1 + D(tax or 0) / 100
    unit, listed = D(net), D(list_net or net)
    whole = (round(unit * factor, 2) if included else unit * factor) * D(quantity)
    item = LineItem(
        id=901, description="Consulting hour", quantity=D(quantity), list_net=listed,
        list_gross=round(listed * factor, 2), unit_net=unit, unit_gross=round(unit * factor, 2),
        tax_rate=None if tax is None else D(tax), tax_included=included,
        total=round(whole, 2), net=whole / factor, tax=whole - whole / factor,
        discount_rate=D(rate) if rate else None, discount_sum=listed - unit if list_net else None,
    )  # fmt: skip
    return replace(item, **changes)


def bill(*rows: LineItem, **changes: Any) -> Invoice:
    invoice = Invoice(
        id=42, number="INV-0042", title="Bathroom, upper floor", date=date(2026, 9, 14), due_date=date(2026, 9, 28),
        currency="NZD", total=sum((item.total for item in rows), D(0)),
        tax=sum((round(item.tax, 2) for item in rows), D(0)), stage="DT31_7:S", customer=None,
        line_items=rows,
    )  # fmt: skip
    return replace(invoice, **changes)


def write(invoice: Invoice, set_up: SetUp = SET_UP, books: Books = BOOKS) -> Written:
    return invoice_body(invoice, set_up, books, URL)


def only_line(item: LineItem) -> dict[str, Any]:
    (line,) = write(bill(item)).body["LineItems"]
    return dict(line)


def refusals(invoice: Invoice, set_up: SetUp = SET_UP, books: Books = BOOKS) -> tuple[Problem, ...]:
    with pytest.raises(Rejected) as refused:
        write(invoice, set_up, books)
    return refused.value.problems


def codes(invoice: Invoice, set_up: SetUp = SET_UP, books: Books = BOOKS) -> list[str]:
    return [problem.code for problem in refusals(invoice, set_up, books)]


# -- around the lines -------------------------------------------------------------------------------------------------


def test_an_everyday_invoice_is_written_as_it_reads() -> None:
    result = write(bill(row("100", "2")))
    assert result.body == {
        "Type": "ACCREC", "Date": "2026-09-14", "DueDate": "2026-09-28", "LineAmountTypes": "Exclusive",
        "CurrencyCode": "NZD", "InvoiceNumber": "INV-0042", "Reference": "Bathroom, upper floor", "Url": URL,
        "LineItems": [
            {"Description": "Consulting hour", "Quantity": 2.0, "UnitAmount": 100.0, "AccountCode": "200",
             "TaxType": "OUTPUT2"},
        ],
    }  # fmt: skip
    assert result.total == D("230.00")
    assert result.row_ids == (901,)


def test_a_line_amount_is_never_sent_because_xero_would_argue_with_it() -> None:
    assert "LineAmount" not in only_line(row("9.99", "0.3333"))


def test_an_invoice_without_a_due_date_gets_the_set_ups() -> None:
    invoice = bill(row("100"), due_date=None)
    assert write(invoice, replace(SET_UP, due_rule="month-20")).body["DueDate"] == "2026-10-20"


def test_an_invoices_own_due_date_outranks_the_set_ups() -> None:
    assert write(bill(row("100")), replace(SET_UP, due_rule="month-20")).body["DueDate"] == "2026-09-28"


def test_where_xero_numbers_our_number_is_the_reference_by_which_it_is_found() -> None:
    body = write(bill(row("100")), replace(SET_UP, number="xero", reference="empty")).body
    assert "InvoiceNumber" not in body
    assert body["Reference"] == "INV-0042"


def test_the_reference_may_stay_empty() -> None:
    assert write(bill(row("100")), replace(SET_UP, reference="empty")).body["Reference"] == ""


def test_a_long_title_is_cut_to_what_a_reference_holds() -> None:
    assert write(bill(row("100"), title="Bathroom " * 60)).body["Reference"] == ("Bathroom " * 60)[:255]


def test_the_fingerprint_is_the_same_for_the_same_content_and_another_for_another() -> None:
    once = write(bill(row("100"))).fingerprint("acme")
    assert write(bill(row("100"))).fingerprint("acme") == once
    assert write(bill(row("100"))).fingerprint("nord") != once
    assert write(bill(row("100.01"))).fingerprint("acme") != once
    assert write(bill(row("100"), title="Bathroom, ground floor")).fingerprint("acme") != once


def test_the_fingerprint_does_not_hang_on_how_a_number_is_spelt() -> None:
    assert write(bill(row("100.00", "2.0"))).fingerprint("acme") == write(bill(row("100", "2"))).fingerprint("acme")


def test_the_body_travels_as_json() -> None:
    body = write(bill(row("83333.34", "0.0001", tax=None), row("0", "3"))).body
    assert json.loads(json.dumps(body, allow_nan=False)) == body


# -- the form of a line -----------------------------------------------------------------------------------------------


def test_a_discount_of_two_decimals_is_written_as_a_rate_on_the_price_before_it() -> None:
    line = only_line(row("90", "4", list_net="100", rate="10"))
    assert (line["UnitAmount"], line["Quantity"], line["DiscountRate"]) == (100.0, 4.0, 10.0)
    assert "DiscountAmount" not in line


def test_a_discount_rate_finer_than_two_decimals_is_written_as_an_amount() -> None:
    line = only_line(row("66.67", "3", list_net="100", rate="33.333"))
    assert line["DiscountAmount"] == 99.99
    assert "DiscountRate" not in line


def test_a_rate_that_would_lose_a_cent_is_written_as_an_amount() -> None:
    # 33.33 % of 0.30 leaves 0.20001 a piece; 1,000 of them would be 200.01 where Bitrix24 has 200.00.
    line = only_line(row("0.20", "1000", list_net="0.30", rate="33.33"))
    assert (line["UnitAmount"], line["DiscountAmount"]) == (0.3, 100.0)


def test_a_row_given_away_is_written_with_its_whole_discount() -> None:
    line = only_line(row("0", "2", list_net="50", rate="100"))
    assert (line["UnitAmount"], line["DiscountRate"]) == (50.0, 100.0)


def test_a_surcharge_is_written_as_the_price_after_it() -> None:
    line = only_line(row("110", "2", list_net="100", rate="-10"))
    assert line["UnitAmount"] == 110.0
    assert not {"DiscountRate", "DiscountAmount"} & line.keys()


def test_a_quantity_finer_than_xero_keeps_becomes_one_with_the_sum_in_words() -> None:
    line = only_line(row("9.99", "0.33333"))
    assert (line["Quantity"], line["UnitAmount"]) == (1.0, 3.33)
    assert line["Description"] == "Consulting hour (0.33333 × 9.99)"


def test_the_words_of_a_gathered_row_name_the_price_that_its_amount_is_made_of() -> None:
    """Among rows with tax a row without is written with tax: "(0.33333 × 100)" beside 38.33 would read as a mistake."""
    fine = row("100", "0.33333", tax="15")
    body = write(bill(fine, row("100", included=True))).body
    assert body["LineAmountTypes"] == "Inclusive"
    assert body["LineItems"][0]["UnitAmount"] == 38.33
    assert body["LineItems"][0]["Description"] == "Consulting hour (0.33333 × 115)"


def test_a_round_quantity_is_written_in_full_and_not_as_a_power() -> None:
    line = only_line(row("0.07", "1000.00001"))
    assert line["Description"].endswith("(1000.00001 × 0.07)")
    assert only_line(row("200", "0.00005"))["Description"].endswith("(0.00005 × 200)")


def test_a_row_without_words_gets_a_dash_since_xero_wants_a_description() -> None:
    assert only_line(row("100", description=""))["Description"] == "–"


def test_a_long_description_is_cut_but_keeps_the_sum_in_words() -> None:
    line = only_line(row("9.99", "0.33333", description="Copper " * 900))
    assert len(line["Description"]) <= 4000
    assert line["Description"].endswith("(0.33333 × 9.99)")


def test_rows_all_with_tax_are_written_with_tax() -> None:
    body = write(bill(row("100", included=True))).body
    assert (body["LineAmountTypes"], body["LineItems"][0]["UnitAmount"]) == ("Inclusive", 115.0)


def test_mixed_rows_are_written_with_tax() -> None:
    result = write(bill(row("100", included=True), row("50", "2"), row("7", tax=None)))
    assert result.body["LineAmountTypes"] == "Inclusive"
    assert [line["UnitAmount"] for line in result.body["LineItems"]] == [115.0, 57.5, 7.0]
    assert result.total == D("237.00")


def test_no_vat_and_zero_percent_are_two_different_taxes() -> None:
    body = write(bill(row("10", tax=None), row("10", tax="0"))).body
    assert [line["TaxType"] for line in body["LineItems"]] == ["NONE", "ZERORATED"]


def test_row_ids_stand_in_the_order_of_the_lines() -> None:
    assert write(bill(row("1", id=7), row("2", id=3), row("3", id=5))).row_ids == (7, 3, 5)


# -- cents that rounding leaves ---------------------------------------------------------------------------------------


def test_a_cent_that_no_rounding_of_bitrix24s_explains_goes_to_the_tax_that_it_brings_least_off() -> None:
    result = write(bill(row("25.06"), row("25.63"), row("25.61"), total=D("87.75")))
    assert [line.get("TaxAmount") for line in result.body["LineItems"]] == [None, 3.85, None]
    assert result.total == D("87.75")


def test_five_cents_are_taken_up_and_six_are_not() -> None:
    assert write(bill(row("100"), total=D("115.05"))).total == D("115.05")
    assert write(bill(row("100"), total=D("114.95"))).total == D("114.95")
    assert codes(bill(row("100"), total=D("115.06"))) == ["total_differs"]


def test_a_difference_is_told_with_both_figures_and_their_currency() -> None:
    (why,) = refusals(bill(row("100"), total=D("120.00")))
    assert why == Problem("total_differs", {"bitrix24": "120.00", "xero": "115.00", "currency": "NZD"})


def test_a_total_typed_by_hand_is_never_approached_by_bending_the_tax() -> None:
    assert codes(bill(row("100"), total=D("115.01"), total_is_manual=True)) == ["total_differs"]


def test_a_total_typed_by_hand_that_agrees_is_written() -> None:
    assert write(bill(row("100"), total=D("115.00"), total_is_manual=True)).total == D("115.00")


def test_without_a_taxed_line_a_cent_has_nowhere_to_go() -> None:
    assert codes(bill(row("100", tax=None), total=D("100.01"))) == ["total_differs"]


def test_with_tax_in_its_prices_a_cent_has_nowhere_to_go() -> None:
    assert codes(bill(row("100", included=True), total=D("115.01"))) == ["total_differs"]


@pytest.mark.parametrize("included", [False, True])
def test_a_rate_mapped_to_another_percentage_is_refused_also_where_the_totals_would_agree(included: bool) -> None:
    set_up = replace(SET_UP, taxes={"15": "ZERORATED"})
    assert codes(bill(row("100", included=included)), set_up) == ["tax_rate_mismatch"]


def off_by(cents: str, **changes: Any) -> Invoice:
    """Prices without tax; Bitrix24 has so much more than Xero adds up."""
    return bill(row("100"), row("50", tax=None, id=902), total=D("165.00") + D(cents), **changes)


def test_the_set_up_may_give_the_cents_a_line_of_their_own() -> None:
    result = write(off_by("0.02"), replace(SET_UP, rounding="line"))
    assert result.body["LineItems"][2] == {
        "Description": "Rounding", "Quantity": 1.0, "UnitAmount": 0.02, "AccountCode": "860", "TaxType": "NONE",
    }  # fmt: skip
    assert (result.total, result.cents, result.row_ids) == (D("165.02"), "line", (901, 902, 0))
    assert [line.form for line in result.lines] == ["net_price", "net_price", "rounding"]


def test_cents_too_many_in_xero_are_a_line_below_zero() -> None:
    result = write(off_by("-0.02"), replace(SET_UP, rounding="line"))
    assert (result.body["LineItems"][2]["UnitAmount"], result.total) == (-0.02, D("164.98"))


def test_an_update_keeps_the_line_of_rounding_by_its_own_id() -> None:
    result = write(off_by("0.02"), replace(SET_UP, rounding="line"))
    lines = result.to_update("acme", None, ["line-1", "line-2", "line-9"])["LineItems"]
    assert [line.get("LineItemID") for line in lines] == ["line-1", "line-2", "line-9"]


def test_without_a_rounding_account_a_line_cannot_be_written_and_nobody_else_is_asked() -> None:
    set_up, books = replace(SET_UP, rounding="line"), replace(BOOKS, rounding_account="")
    assert codes(off_by("0.02"), set_up, books) == ["rounding_account_missing"]
    assert write(off_by("0.00"), set_up, books).cents == ""


@pytest.mark.parametrize(("none", "told"), [("", "tax_rate_unmapped"), ("OUTPUT", "tax_rate_dead")])
def test_a_line_of_rounding_needs_the_tax_type_of_no_vat(none: str, told: str) -> None:
    set_up = replace(SET_UP, rounding="line", taxes={"15": "OUTPUT2", "none": none})
    assert codes(bill(row("100"), total=D("115.01")), set_up) == [told]


def test_the_set_up_may_stop_and_ask() -> None:
    (why,) = refusals(off_by("0.02"), replace(SET_UP, rounding="ask"))
    assert why == Problem("total_differs_choose", {"bitrix24": "165.02", "xero": "165.00", "currency": "NZD"})


@pytest.mark.parametrize("rounding", ["tax", "line", "ask"])
@pytest.mark.parametrize(("cents", "total"), [("tax", "165.02"), ("line", "165.02"), ("as_is", "165.00")])
def test_what_is_chosen_for_one_invoice_outranks_the_set_up(rounding: str, cents: str, total: str) -> None:
    result = invoice_body(off_by("0.02"), replace(SET_UP, rounding=rounding), BOOKS, URL, cents=cents)
    assert (result.cents, result.total, result.plain.total) == (cents, D(total), D("165.00"))


@pytest.mark.parametrize("cents", ["", "tax", "line", "as_is"])
def test_no_choice_reaches_beyond_the_tolerance_nor_to_a_total_typed_by_hand(cents: str) -> None:
    for invoice in (off_by("0.06"), off_by("0.02", total_is_manual=True)):
        found = foresee(invoice, SET_UP, BOOKS, URL, cents=cents)
        assert [problem.code for problem in found.problems] == ["total_differs"]
        assert cent_choices(invoice, SET_UP, BOOKS, URL) == ()


def test_the_tolerance_is_the_set_ups() -> None:
    assert codes(off_by("0.02"), replace(SET_UP, tolerance="0.01")) == ["total_differs"]
    assert codes(off_by("0.01"), replace(SET_UP, tolerance="0")) == ["total_differs"]
    assert write(off_by("1.00"), replace(SET_UP, tolerance="1.00")).total == D("166.00")


def test_beyond_the_tolerance_what_rounding_leaves_is_told_with_the_limit() -> None:
    invoice = bill(row("100"), total=D("115.06"), rows_total=D("115.06"))
    (why,) = refusals(invoice)
    assert why == Problem(
        "total_beyond_tolerance", {"bitrix24": "115.06", "xero": "115.00", "amount": "0.05", "currency": "NZD"}
    )


@pytest.mark.parametrize("rounding", ["tax", "line"])
def test_a_tax_that_is_no_rounding_of_the_rows_is_never_approached_and_told(rounding: str) -> None:
    written = write(off_by("0.02", tax=D("5.00")), replace(SET_UP, rounding=rounding))
    assert written.total == D("165.02")
    assert abs(written.predicted.tax - D("15.00")) <= D("0.02")
    assert [(note.code, note.values["bitrix24"]) for note in written.notes] == [("tax_differs", "5.00")]


def test_a_paid_delivery_needs_a_tax_rate_for_no_vat_and_is_named() -> None:
    invoice = bill(row("100"), total=D("127.50"), rows_total=D("115.00"), delivery=D("12.50"))
    written = write(invoice)
    assert [line.form for line in written.lines] == ["net_price", "delivery"]
    assert [note.code for note in written.notes] == ["delivery_written"]
    (why,) = refusals(invoice, replace(SET_UP, taxes={"15": "OUTPUT2"}))
    assert why == Problem("delivery_unmapped", {"amount": "12.50", "currency": "NZD"})


def test_where_nothing_differs_nothing_is_to_choose() -> None:
    invoice = bill(row("100"))
    assert cent_choices(invoice, SET_UP, BOOKS, URL) == ()
    assert invoice_body(invoice, SET_UP, BOOKS, URL, cents="line").body == write(invoice).body


def test_the_choices_are_told_with_the_totals_they_lead_to() -> None:
    assert cent_choices(off_by("0.02"), SET_UP, BOOKS, URL) == (
        ("tax", D("165.02")), ("line", D("165.02")), ("as_is", D("165.00")),
    )  # fmt: skip


def test_only_what_can_be_done_is_to_choose() -> None:
    untaxed = bill(row("100", tax=None), total=D("100.01"))
    assert [choice for choice, _total in cent_choices(untaxed, SET_UP, BOOKS, URL)] == ["line", "as_is"]
    without = replace(BOOKS, rounding_account="")
    assert [choice for choice, _total in cent_choices(off_by("0.02"), SET_UP, without, URL)] == ["tax", "as_is"]


def test_more_than_the_tolerance_is_written_with_tax_in_the_prices_where_that_agrees() -> None:
    """Twelve benchtops of 2.125 × 412.50 are 1,008.05 each in Bitrix24; Xero makes 1,008.04 of each without tax."""
    result = write(bill(*[row("412.50", "2.125", unit_gross=D("474.38"), total=D("1008.05"))] * 12))
    assert (result.inclusive, result.body["LineAmountTypes"], result.cents) == (True, "Inclusive", "")
    assert (result.total, result.plain.total) == (D("12096.60"), D("12096.48"))
    assert {(line.form, line.total) for line in result.lines} == {("near_price", D("1008.05"))}


# -- rebates, gifts, items --------------------------------------------------------------------------------------------


def test_a_rebate_is_written_below_zero_with_its_tax() -> None:
    result = write(bill(row("100"), row("-10")))
    assert [(line.amount, line.tax) for line in result.lines] == [(D(100), D(15)), (D(-10), D("-1.50"))]
    assert result.total == D("103.50")


def test_a_discount_on_a_rebate_is_written_as_the_price_after_it() -> None:
    line = only_line(row("-10", "2", list_net="-8", rate="-25"))
    assert line["UnitAmount"] == -10.0
    assert not {"DiscountRate", "DiscountAmount"} & line.keys()


def test_nothing_of_something_and_something_for_nothing_are_written_as_they_are() -> None:
    lines = write(bill(row("100", "0"), row("0", "3"), row("10"))).body["LineItems"]
    assert [(line["Quantity"], line["UnitAmount"]) for line in lines] == [(0.0, 100.0), (3.0, 0.0), (1.0, 10.0)]


def test_a_product_with_an_item_carries_its_code_and_says_everything_itself() -> None:
    pipe, words = row("8", "2", product_id=77, item_code="PIPE-15"), row("5", description="Delivery")
    lines = invoice_body(bill(pipe, words), SET_UP, BOOKS, URL).body["LineItems"]
    assert lines[0] == {
        "Description": "Consulting hour", "Quantity": 2.0, "UnitAmount": 8.0, "AccountCode": "200",
        "TaxType": "OUTPUT2", "ItemCode": "PIPE-15",
    }  # fmt: skip
    assert "ItemCode" not in lines[1]


def test_a_written_line_tells_what_xero_will_show_and_what_bitrix24_has() -> None:
    line = write(off_by("0.02")).lines[0]
    assert (line.row_id, line.form, line.account, line.tax_type) == (901, "net_price", "200", "OUTPUT2")
    assert (line.amount, line.tax, line.total, line.wanted) == (D(100), D("15.02"), D("115.02"), D("115.00"))
    assert line.line.tax_amount == D("15.02")


# -- invoices without rows --------------------------------------------------------------------------------------------


def test_an_invoice_without_rows_is_one_line_of_its_title_where_the_set_up_says_so() -> None:
    result = write(bill(total=D("50.00"), total_is_manual=True), replace(SET_UP, no_rows="15"))
    assert result.body["LineAmountTypes"] == "Inclusive"
    assert result.body["LineItems"] == [
        {"Description": "Bathroom, upper floor", "Quantity": 1.0, "UnitAmount": 50.0, "AccountCode": "200",
         "TaxType": "OUTPUT2"},
    ]  # fmt: skip
    assert (result.total, result.predicted.tax, result.row_ids) == (D("50.00"), D("6.52"), (0,))
    assert result.lines[0].form == "no_rows"


def test_an_invoice_without_rows_needs_its_rate_mapped() -> None:
    (why,) = refusals(bill(total=D("50.00")), replace(SET_UP, no_rows="20"))
    assert why == Problem("tax_rate_unmapped", {"rate": "20", "lines": "1"})


def test_a_total_finer_than_cents_is_never_rounded_in_silence() -> None:
    assert codes(bill(total=D("50.005")), replace(SET_UP, no_rows="15")) == ["total_differs"]


# -- what is foreseen -------------------------------------------------------------------------------------------------


def test_both_figures_can_be_shown_row_by_row_where_totals_differ() -> None:
    found = foresee(bill(row("100"), row("10"), total=D("130.00")), SET_UP, BOOKS, URL)
    assert [problem.code for problem in found.problems] == ["total_differs"]
    assert found.written is not None
    assert [(line.wanted, line.total) for line in found.written.lines] == [(D(115), D(115)), (D("11.5"), D("11.5"))]
    assert found.written.total == found.written.plain.total == D("126.50")


def test_lines_are_foreseen_whatever_else_stands_against_the_invoice() -> None:
    found = foresee(off_by("0.09", number="", currency="EUR"), SET_UP, BOOKS, URL)
    assert [problem.code for problem in found.problems] == ["number_missing", "currency_missing", "total_differs"]
    assert found.written is not None


def test_a_rate_of_another_percentage_is_told_alone_because_the_totals_differ_for_it() -> None:
    found = foresee(bill(row("100")), replace(SET_UP, taxes={"15": "ZERORATED"}), BOOKS, URL)
    assert [problem.code for problem in found.problems] == ["tax_rate_mismatch"]
    assert found.written is not None
    assert (found.written.plain.total, found.written.predicted.tax) == (D("100.00"), D("0.00"))


@pytest.mark.parametrize("invoice", [bill(total=D("50.00")), bill(row("100", tax="20"))], ids=["no rows", "no tax"])
def test_where_no_lines_can_be_made_none_are_foreseen(invoice: Invoice) -> None:
    found = foresee(invoice, SET_UP, BOOKS, URL)
    assert found.written is None
    assert len(found.problems) == 1
    assert cent_choices(invoice, SET_UP, BOOKS, URL) == ()


# -- what stands against it -------------------------------------------------------------------------------------------


def test_every_problem_is_told_at_once() -> None:
    invoice = bill(row("10", tax="20"), row("10", tax="12.5"), number="", currency="EUR", date=date(2026, 6, 29))
    set_up = SetUp(taxes={"12.5": "OUTPUT"}, sales_account="888")
    assert codes(invoice, set_up) == [
        "number_missing", "currency_missing", "date_locked", "account_dead", "tax_rate_unmapped", "tax_rate_dead",
    ]  # fmt: skip


def test_an_invoice_without_rows_is_refused() -> None:
    assert codes(bill(total=D("50.00"))) == ["no_rows"]


def test_an_unmapped_rate_is_told_once_with_the_number_of_its_lines() -> None:
    (why,) = refusals(bill(row("10", tax="20.00"), row("20", tax="20"), row("30")))
    assert why == Problem("tax_rate_unmapped", {"rate": "20", "lines": "2"})


def test_no_vat_without_a_match_is_not_taken_for_zero_percent() -> None:
    (why,) = refusals(bill(row("10", tax=None)), replace(SET_UP, taxes={"0": "ZERORATED"}))
    assert why == Problem("tax_rate_unmapped", {"rate": "none", "lines": "1"})


def test_a_dead_tax_rate_is_told_by_its_name() -> None:
    (why,) = refusals(bill(row("10", tax="12.5")), replace(SET_UP, taxes={"12.5": "OUTPUT"}))
    assert why == Problem("tax_rate_dead", {"rate": "12.5% GST on Income"})


def test_a_tax_rate_that_xero_no_longer_lists_is_told_by_its_code() -> None:
    (why,) = refusals(bill(row("10")), replace(SET_UP, taxes={"15": "TAX009"}))
    assert why == Problem("tax_rate_dead", {"rate": "TAX009"})


@pytest.mark.parametrize(("code", "told"), [("", "account_missing"), ("888", "account_dead"), ("999", "account_dead")])
def test_a_sales_account_must_be_chosen_and_live(code: str, told: str) -> None:
    assert codes(bill(row("10")), replace(SET_UP, sales_account=code)) == [told]


def test_before_the_lock_date_is_refused_and_on_it_xero_decides() -> None:
    assert codes(bill(row("10"), date=date(2026, 6, 29))) == ["date_locked"]
    assert write(bill(row("10"), date=date(2026, 6, 30))).total == D("11.50")


def test_a_number_may_have_255_characters() -> None:
    assert write(bill(row("10"), number="I" * 255)).total == D("11.50")
    assert codes(bill(row("10"), number="I" * 256)) == ["number_too_long"]


def test_what_the_books_did_not_say_is_left_to_xero() -> None:
    body = write(bill(row("10"), currency="EUR"), books=Books(name="Harbour Trading Ltd")).body
    assert (body["CurrencyCode"], body["LineItems"][0]["TaxType"]) == ("EUR", "OUTPUT2")


# -- contacts ---------------------------------------------------------------------------------------------------------

ACME = Customer(
    kind="company", id=41, name="Acme Plumbing", email="ap@acme.example", phone="+64 9 555 1000",
    tax_number="101-2-303",
    address=Address(("1 High St", "Level 2"), "Auckland", "", "1010", "New Zealand"),
    person=Person("Ann", "Lee", "ann@acme.example"),
)  # fmt: skip


def test_a_company_becomes_a_contact_with_our_number_and_its_billing_address() -> None:
    assert contact_body(ACME) == {
        "Name": "Acme Plumbing", "ContactNumber": "B24-CO-41", "EmailAddress": "ap@acme.example", "FirstName": "Ann",
        "LastName": "Lee", "TaxNumber": "101-2-303",
        "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "+64 9 555 1000"}],
        "Addresses": [
            {"AddressType": "POBOX", "AddressLine1": "1 High St", "AddressLine2": "Level 2", "City": "Auckland",
             "PostalCode": "1010", "Country": "New Zealand"},
        ],
    }  # fmt: skip


def test_what_is_empty_is_left_out() -> None:
    assert contact_body(Customer("contact", 95, "Ann Lee")) == {"Name": "Ann Lee", "ContactNumber": "B24-C-95"}


def test_company_and_person_of_the_same_id_have_different_numbers() -> None:
    assert Customer("company", 7, "Acme").number != Customer("contact", 7, "Acme").number


def test_another_name_may_replace_one_that_is_taken() -> None:
    assert contact_body(ACME, "Acme Plumbing (41)")["Name"] == "Acme Plumbing (41)"


def test_a_name_has_no_double_leading_or_trailing_spaces() -> None:
    assert contact_name(replace(ACME, name="  Acme \t Plumbing\u00a0 Ltd ")) == "Acme Plumbing Ltd"


def test_a_country_has_letters_only() -> None:
    address = replace(ACME.address, country="Côte d'Ivoire (225)")
    assert contact_body(replace(ACME, address=address))["Addresses"][0]["Country"] == "Côte d Ivoire"


def test_an_address_line_too_many_is_left_out() -> None:
    address = replace(ACME.address, lines=("1", "2", "3", "4", "5"))
    assert "AddressLine5" not in contact_body(replace(ACME, address=address))["Addresses"][0]


def test_a_customer_needs_a_name_that_xero_can_hold() -> None:
    assert contact_problems(ACME) == ()
    assert [p.code for p in contact_problems(replace(ACME, name=" "))] == ["customer_without_name"]
    assert contact_problems(replace(ACME, name="A" * 256)) == (
        Problem("name_too_long", {"length": "256", "limit": "255"}),
    )
