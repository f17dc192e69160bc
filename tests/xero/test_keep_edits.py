"""Edits by hand in Xero stay when the invoice is written, or it is said why they cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from b24xero.errors import Rejected
from b24xero.xero import drift, keep_edits
from b24xero.xero.parse import XeroInvoice, XeroLine
from tests.xero.test_drift import (
    BOOKS,
    DELIVERY,
    DELIVERY_LINE,
    LABOUR,
    LABOUR_LINE,
    PIPE,
    PIPE_LINE,
    SHOWN,
    WRITTEN,
    Body,
    D,
    body,
    found,
    shown,
    update,
)

# -- keeping what was edited ------------------------------------------------------------------------------------------


def kept(now: Body, current: XeroInvoice) -> Body:
    return keep_edits.keeping(now, drift.edits(WRITTEN, current, BOOKS, now), current, BOOKS)


def why_not(now: Body, current: XeroInvoice) -> str:
    edits = drift.edits(WRITTEN, current, BOOKS, now)
    assert edits
    found = keep_edits.why_not_kept(now, edits, current, BOOKS)
    return found.code if found else ""


def test_fields_of_the_invoice_are_kept_beside_bitrix24s_changes() -> None:
    current = shown(
        reference="PO 7781-B", due_date=date(2026, 12, 24), date=date(2026, 11, 19), contact_id="c-42"
    )  # fmt: skip
    now = update([{**LABOUR, "Quantity": 3.0}, PIPE], Reference="Bathroom")
    sent = kept(now, current)
    assert (sent["Reference"], sent["DueDate"], sent["Date"]) == ("PO 7781-B", "2026-12-24", "2026-11-19")
    assert sent["Contact"] == {"ContactID": "c-42"}
    assert sent["LineItems"] == now["LineItems"]
    assert now["Reference"] == "Bathroom"  # the body that was given stays as it is


def test_words_and_account_of_a_line_are_kept() -> None:
    current = shown(replace(LABOUR_LINE, description="Two hours of advice", account="260"), PIPE_LINE)
    line = kept(update(DueDate="2026-12-20"), current)["LineItems"][0]
    assert line == {**LABOUR, "LineItemID": "l-1", "Description": "Two hours of advice", "AccountCode": "260"}


def test_a_line_is_kept_where_bitrix24_put_another_one_before_it() -> None:
    current = shown(replace(LABOUR_LINE, account="260"), PIPE_LINE)
    sent = kept(update([DELIVERY, LABOUR, PIPE]), current)
    assert [line["AccountCode"] for line in sent["LineItems"]] == ["200", "260", "200"]


def test_quantity_and_price_are_kept_where_they_make_the_same_amount() -> None:
    current = shown(replace(LABOUR_LINE, quantity=D(1), unit_price=D(230)), PIPE_LINE)
    line = kept(update(DueDate="2026-12-20"), current)["LineItems"][0]
    assert (line["Quantity"], line["UnitAmount"]) == (1.0, 230.0)


@pytest.mark.parametrize(
    "line",
    [
        replace(LABOUR_LINE, quantity=D(3), amount=D("345.00"), tax=D("51.75")),
        replace(LABOUR_LINE, unit_price=D(110), amount=D("220.00"), tax=D("33.00")),
        replace(LABOUR_LINE, discount_rate=D(5), amount=D("218.50"), tax=D("32.78")),
        replace(LABOUR_LINE, discount_amount=D(5), amount=D("225.00"), tax=D("33.75")),
        replace(LABOUR_LINE, tax_type="ZERORATED", tax=D("0.00")),
        replace(LABOUR_LINE, tax=D("34.51")),
    ],
)
def test_what_would_make_another_total_cannot_be_kept(line: XeroLine) -> None:
    current = shown(line, PIPE_LINE)
    assert why_not(update(), current) == "edit_of_total_not_kept"
    with pytest.raises(Rejected):
        kept(update(), current)


@pytest.mark.parametrize("edited", [{"currency": "EUR"}, {"line_amount_types": "Inclusive"}])
def test_another_currency_or_basis_cannot_be_kept(edited: dict[str, str]) -> None:
    assert why_not(update(), shown(**edited)) == "edit_of_total_not_kept"


def test_lines_that_were_added_or_removed_by_hand_cannot_be_kept() -> None:
    assert why_not(update(), shown(LABOUR_LINE, PIPE_LINE, DELIVERY_LINE)) == "edit_of_lines_not_kept"
    assert why_not(update(), shown(LABOUR_LINE)) == "edit_of_lines_not_kept"


def test_an_edited_line_that_bitrix24_no_longer_has_cannot_be_kept() -> None:
    assert why_not(update([PIPE]), shown(replace(LABOUR_LINE, account="260"), PIPE_LINE)) == "edit_of_lines_not_kept"


def test_a_kept_edit_is_still_one_the_next_time() -> None:
    """What is kept as last written is what Bitrix24 said, so the next change does not overwrite the edit unasked."""
    current = shown(reference="PO 7781-B")
    kept(update(DueDate="2026-12-20"), current)
    now, after = update(DueDate="2026-12-21"), replace(current, due_date=date(2026, 12, 20))
    assert found(now, after, body(DueDate="2026-12-20")) == [
        ("due_date", 0, "changed"), ("reference", 0, "edited"),
    ]  # fmt: skip


# -- overwriting what was edited --------------------------------------------------------------------------------------


def ids(renewed: Body) -> list[str]:
    return [line.get("LineItemID", "") for line in renewed["LineItems"]]


def test_a_line_with_a_discount_or_tax_of_its_own_is_written_as_a_new_one() -> None:
    """What is left out of a line that is changed would stay."""
    assert ids(keep_edits.renewing(update(), SHOWN, BOOKS)) == ["l-1", "l-2"]
    for line in (replace(LABOUR_LINE, discount_rate=D(5)), replace(LABOUR_LINE, tax=D("34.51"))):
        assert ids(keep_edits.renewing(update(), shown(line, PIPE_LINE), BOOKS)) == ["", "l-2"]
    assert keep_edits.renewing({"Status": "VOIDED"}, SHOWN, BOOKS) == {"Status": "VOIDED"}


def test_a_discount_that_bitrix24_took_off_is_not_left_behind() -> None:
    plain = {key: value for key, value in PIPE.items() if key != "DiscountRate"}
    assert ids(keep_edits.renewing(update([LABOUR, plain]), SHOWN, BOOKS)) == ["l-1", ""]
