"""What differs between what was last written, Bitrix24 and Xero: three versions of one invoice, compared as such."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from b24xero.domain.books import Books, TaxRate
from b24xero.xero import drift
from b24xero.xero.drift import Difference
from b24xero.xero.parse import XeroInvoice, XeroLine

D = Decimal
BOOKS = Books(tax_rates=(TaxRate("OUTPUT2", "15% GST on Income", D(15)), TaxRate("ZERORATED", "Zero Rated", D(0))))
Body = dict[str, Any]

LABOUR: Body = {
    "Description": "Consulting hour", "Quantity": 2.0, "UnitAmount": 115.0, "AccountCode": "200", "TaxType": "OUTPUT2",
}  # fmt: skip
PIPE: Body = {
    "Description": "Copper pipe, 15 mm", "Quantity": 7.5, "UnitAmount": 9.2, "AccountCode": "200", "TaxType": "OUTPUT2",
    "DiscountRate": 10.0,
}  # fmt: skip
WRITTEN: Body = {
    "Type": "ACCREC", "Date": "2026-11-18", "DueDate": "2026-12-02", "LineAmountTypes": "Exclusive",
    "CurrencyCode": "NZD", "Reference": "Bathroom, upper floor", "InvoiceNumber": "INV-0042",
    "Url": "https://acme.bitrix24.example/crm/type/31/details/42/", "Contact": {"ContactID": "c-41"},
    "LineItems": [LABOUR, PIPE], drift.DAYS: True,
}  # fmt: skip
# As Xero shows it after that write: with ids, amounts, computed taxes, and what it fills in by itself.
LABOUR_LINE = XeroLine(
    "l-1", "Consulting hour", D("2.0000"), D("115.0000"), D("230.00"), D("34.50"), "200", "OUTPUT2"
)  # fmt: skip
PIPE_LINE = XeroLine(
    "l-2", "Copper pipe, 15 mm", D("7.5"), D("9.2"), D("62.10"), D("9.32"), "200", "OUTPUT2", "PIPE-15", D("10.00")
)  # fmt: skip
SHOWN = XeroInvoice(
    id="x-1", number="INV-0042", status="AUTHORISED", currency="NZD", total=D("335.92"), due=D("335.92"), settled=D(0),
    due_date=date(2026, 12, 2), url="https://acme.bitrix24.example/crm/type/31/details/42/",
    reference="Bathroom, upper floor", contact_id="c-41", line_ids=("l-1", "l-2"), date=date(2026, 11, 18),
    line_amount_types="Exclusive", contact_name="Acme Plumbing", lines=(LABOUR_LINE, PIPE_LINE),
)  # fmt: skip


def body(lines: list[Body] | None = None, **header: Any) -> Body:
    """What Bitrix24 says now: as written but for this."""
    return {**copy.deepcopy(WRITTEN), **({"LineItems": lines} if lines is not None else {}), **header}


def update(lines: list[Body] | None = None, **header: Any) -> Body:
    """The same as a change that is sent: with the ids of the lines that have them."""
    changed = body(lines, **header)
    ids = {"Consulting hour": "l-1", "Copper pipe, 15 mm": "l-2"}
    changed["LineItems"] = [
        {**line, "LineItemID": ids[line["Description"]]} if line["Description"] in ids else line
        for line in changed["LineItems"]
    ]
    return changed


def shown(*lines: XeroLine, **header: Any) -> XeroInvoice:
    """What Xero says now."""
    return replace(SHOWN, **({"lines": lines} if lines else {}), **header)


def found(now: Body, current: XeroInvoice, written: Body | None = WRITTEN) -> list[tuple[str, int, str]]:
    return [(d.field, d.line, d.kind) for d in drift.differences(written, now, current, BOOKS)]


# -- nothing differs --------------------------------------------------------------------------------------------------


def test_what_xero_fills_in_by_itself_is_no_difference() -> None:
    assert found(body(), SHOWN) == []
    assert drift.edits(WRITTEN, SHOWN, BOOKS) == ()


def test_a_body_that_was_kept_as_json_is_the_same_body() -> None:
    assert found(body(), SHOWN, json.loads(json.dumps(WRITTEN))) == []


@pytest.mark.parametrize(
    "line",
    [
        replace(LABOUR_LINE, quantity=D("2.00000")),
        replace(LABOUR_LINE, unit_price=D("115.00004")),
        replace(LABOUR_LINE, description="Consulting hour \r\n"),
        replace(LABOUR_LINE, item_code="HOUR"),
    ],
)
def test_a_value_at_xeros_precision_is_no_difference(line: XeroLine) -> None:
    assert found(body(), shown(line, PIPE_LINE)) == []


def test_a_line_discount_that_xero_also_shows_as_an_amount_is_no_difference() -> None:
    assert found(body(), shown(LABOUR_LINE, replace(PIPE_LINE, discount_amount=D("6.90")))) == []


def test_both_sides_that_came_to_the_same_do_not_differ() -> None:
    assert found(body(DueDate="2026-12-20"), shown(due_date=date(2026, 12, 20))) == []
    assert drift.edits(WRITTEN, shown(due_date=date(2026, 12, 20)), BOOKS, body(DueDate="2026-12-20")) == ()


def test_a_due_date_that_was_never_sent_is_xeros() -> None:
    without = {key: value for key, value in WRITTEN.items() if key != "DueDate"}
    assert found(without, SHOWN, without) == []


# -- who moved --------------------------------------------------------------------------------------------------------


def test_a_change_in_bitrix24_is_changed() -> None:
    (difference,) = drift.differences(WRITTEN, body(DueDate="2026-12-20"), SHOWN, BOOKS)
    assert difference == Difference(
        "due_date", "changed", date(2026, 12, 2), date(2026, 12, 20), date(2026, 12, 2)
    )  # fmt: skip


def test_an_edit_by_hand_in_xero_is_edited() -> None:
    (difference,) = drift.differences(WRITTEN, body(), shown(reference="PO 7781-B"), BOOKS)
    assert (difference.field, difference.kind, difference.by_hand) == ("reference", "edited", True)
    assert (difference.written, difference.now, difference.current) == (
        "Bathroom, upper floor", "Bathroom, upper floor", "PO 7781-B",
    )  # fmt: skip


def test_the_same_field_moved_on_both_sides_is_both() -> None:
    assert found(body(Reference="Bathroom"), shown(reference="PO 7781-B")) == [("reference", 0, "both")]


def test_without_a_last_written_version_a_field_only_differs() -> None:
    now, current = body(Reference="Bathroom"), shown(due_date=date(2026, 12, 24))
    assert found(now, current, None) == [("due_date", 0, "differs"), ("reference", 0, "differs")]
    assert drift.edits(None, current, BOOKS) == ()


@pytest.mark.parametrize(
    ("field", "edited"),
    [
        ("date", {"date": date(2026, 11, 19)}),
        ("due_date", {"due_date": None}),
        ("reference", {"reference": ""}),
        ("contact", {"contact_id": "c-42"}),
        ("currency", {"currency": "EUR"}),
        ("prices", {"line_amount_types": "NoTax"}),
    ],
)
def test_every_field_of_the_invoice_is_compared(field: str, edited: dict[str, Any]) -> None:
    assert (field, 0, "edited") in found(body(), shown(**edited))


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("description", replace(LABOUR_LINE, description="Consulting, two hours")),
        ("quantity", replace(LABOUR_LINE, quantity=D("2.5"), amount=D("287.50"), tax=D("43.13"))),
        ("price", replace(LABOUR_LINE, unit_price=D("115.0001"))),
        ("discount_rate", replace(LABOUR_LINE, discount_rate=D(5), amount=D("218.50"), tax=D("32.78"))),
        ("discount_amount", replace(LABOUR_LINE, discount_amount=D(5), amount=D("225.00"), tax=D("33.75"))),
        ("tax", replace(LABOUR_LINE, tax_type="ZERORATED", tax=D("0.00"))),
        ("tax_amount", replace(LABOUR_LINE, tax=D("34.51"))),
        ("account", replace(LABOUR_LINE, account="260")),
    ],
)
def test_every_field_of_a_line_is_compared(field: str, line: XeroLine) -> None:
    assert found(body(), shown(line, PIPE_LINE)) == [(field, 1, "edited")]


def test_an_item_is_compared_where_one_was_sent() -> None:
    written = body([{**LABOUR, "ItemCode": "HOUR"}, PIPE])
    assert found(written, shown(replace(LABOUR_LINE, item_code="HOUR"), PIPE_LINE), written) == []
    assert found(written, SHOWN, written) == [("item", 1, "edited")]


def test_a_line_that_changed_in_bitrix24_is_told_field_by_field() -> None:
    now = body([{**LABOUR, "Quantity": 2.5, "UnitAmount": 120.0}, PIPE])
    assert found(now, SHOWN) == [("quantity", 1, "changed"), ("price", 1, "changed")]


# -- taxes ------------------------------------------------------------------------------------------------------------


def test_a_tax_amount_that_was_sent_is_compared_with_what_stands_there() -> None:
    written = body([{**LABOUR, "TaxAmount": 34.51}, PIPE])
    assert found(written, shown(replace(LABOUR_LINE, tax=D("34.51")), PIPE_LINE), written) == []
    assert found(written, SHOWN, written) == [("tax_amount", 1, "edited")]


def test_another_choice_about_the_cents_is_a_change() -> None:
    written = body([{**LABOUR, "TaxAmount": 34.51}, PIPE])
    current = shown(replace(LABOUR_LINE, tax=D("34.51")), PIPE_LINE)
    assert found(body(), current, written) == [("tax_amount", 1, "changed")]


def test_without_the_books_no_tax_is_called_edited() -> None:
    assert drift.edits(WRITTEN, shown(replace(LABOUR_LINE, tax=D("34.51")), PIPE_LINE)) == ()


def test_tax_inside_the_prices_is_computed_as_such() -> None:
    written = body([{**LABOUR, "UnitAmount": 132.25}], LineAmountTypes="Inclusive")
    line = replace(LABOUR_LINE, unit_price=D("132.25"), amount=D("264.50"), tax=D("34.50"))
    current = shown(line, line_amount_types="Inclusive")
    assert found(written, current, written) == []
    assert found(written, replace(current, lines=(replace(line, tax=D("34.49")),)), written) == [
        ("tax_amount", 1, "edited")
    ]


# -- lines that come and go -------------------------------------------------------------------------------------------

DELIVERY = {"Description": "Delivery", "Quantity": 1.0, "UnitAmount": 50.0, "AccountCode": "200", "TaxType": "OUTPUT2"}
DELIVERY_LINE = XeroLine("l-3", "Delivery", D(1), D(50), D("50.00"), D("7.50"), "200", "OUTPUT2")


def test_a_line_added_in_bitrix24_is_a_change() -> None:
    (difference,) = drift.differences(WRITTEN, update([LABOUR, PIPE, DELIVERY]), SHOWN, BOOKS)
    assert (difference.field, difference.line, difference.kind) == ("line", 3, "changed")
    assert (difference.written, difference.now, difference.current) == (None, "Delivery", None)


def test_a_line_put_first_in_bitrix24_makes_no_others_differ() -> None:
    assert found(update([DELIVERY, LABOUR, PIPE]), SHOWN) == [("line", 1, "changed")]
    assert found(body([DELIVERY, LABOUR, PIPE]), SHOWN) == [("line", 1, "changed")]


def test_a_line_removed_in_bitrix24_is_a_change() -> None:
    assert found(update([PIPE]), SHOWN) == [("line", 1, "changed")]


def test_a_line_added_by_hand_is_an_edit() -> None:
    (difference,) = drift.edits(WRITTEN, shown(LABOUR_LINE, PIPE_LINE, DELIVERY_LINE), BOOKS)
    assert (difference.field, difference.line, difference.kind, difference.line_id) == ("line", 3, "edited", "l-3")
    assert (difference.written, difference.now, difference.current) == (None, None, "Delivery")


def test_a_line_removed_by_hand_is_an_edit() -> None:
    assert found(update(), shown(PIPE_LINE)) == [("line", 1, "edited")]


def test_a_line_removed_by_hand_that_changed_in_bitrix24_is_both() -> None:
    assert found(update([{**LABOUR, "Quantity": 3.0}, PIPE]), shown(PIPE_LINE)) == [("line", 1, "both")]


def test_a_line_removed_in_bitrix24_that_was_edited_by_hand_is_both() -> None:
    assert found(update([PIPE]), shown(replace(LABOUR_LINE, account="260"), PIPE_LINE)) == [("line", 1, "both")]


def test_a_line_removed_on_both_sides_does_not_differ() -> None:
    assert found(update([PIPE]), shown(PIPE_LINE)) == []


def test_a_line_whose_words_were_edited_is_still_that_line() -> None:
    edited = shown(replace(LABOUR_LINE, description="Two hours of advice"), PIPE_LINE)
    assert found(update(), edited) == [("description", 1, "edited")]
    assert found(body(), edited) == [("description", 1, "edited")]


def test_lines_with_equal_words_are_told_apart_by_their_order() -> None:
    written = body([LABOUR, {**LABOUR, "Quantity": 3.0}])
    second = replace(LABOUR_LINE, id="l-2", quantity=D(3), amount=D("345.00"), tax=D("51.75"))
    assert found(written, shown(LABOUR_LINE, second), written) == []
    assert found(written, shown(LABOUR_LINE, replace(second, account="260")), written) == [("account", 2, "edited")]


# -- whether a lost write landed --------------------------------------------------------------------------------------


def test_a_change_that_landed_is_seen() -> None:
    sent = update(DueDate="2026-12-20", Status="AUTHORISED")
    assert not drift.is_written(sent, SHOWN, BOOKS)
    assert drift.is_written(sent, shown(due_date=date(2026, 12, 20)), BOOKS)


def test_one_line_that_is_another_is_a_write_that_did_not_land() -> None:
    assert not drift.is_written(update([{**LABOUR, "Quantity": 3.0}, PIPE]), SHOWN, BOOKS)
    assert not drift.is_written(update([LABOUR]), SHOWN, BOOKS)
    assert not drift.is_written(update([LABOUR, PIPE, DELIVERY]), SHOWN, BOOKS)


def test_another_status_number_or_mark_is_a_write_that_did_not_land() -> None:
    assert not drift.is_written(update(Status="AUTHORISED"), shown(status="DRAFT"), BOOKS)
    assert not drift.is_written(body(), shown(number="INV-0043"), BOOKS)
    assert not drift.is_written(body(), shown(url="https://other.example/"), BOOKS)


def test_an_invoice_that_was_paid_since_is_still_the_one_that_was_written() -> None:
    assert drift.is_written(update(Status="AUTHORISED"), shown(status="PAID"), BOOKS)
    assert not drift.is_written(update(Status="DRAFT"), shown(status="PAID"), BOOKS)


def test_voiding_is_seen_by_the_status_alone() -> None:
    assert drift.is_written({"Status": "VOIDED"}, shown(status="VOIDED", reference="whatever"))
    assert not drift.is_written({"Status": "VOIDED"}, SHOWN)
