"""Whether an invoice would be written otherwise under another set-up, told by what was written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from b24xero.domain.set_up import SetUp
from b24xero.xero.other_set_up import Change, Known, differs

BEFORE = SetUp(taxes={"15": "OUTPUT2", "0": "ZERO", "none": "NONE"}, sales_account="200")
SEEN = {"title": "Bathroom", "due_date": ""}


def body(**line: str) -> dict[str, Any]:
    return {"Date": "2026-11-20", "LineItems": [{"AccountCode": "200", "TaxType": "OUTPUT2", **line}]}


def change(**now: Any) -> Change:
    return Change(BEFORE, replace(BEFORE, **now), own_accounts={"DESK"}, own_taxes={"DESK"})


@pytest.mark.parametrize(
    ("line", "now", "otherwise"),
    [
        ({}, {"sales_account": "201"}, True),
        ({"AccountCode": "260"}, {"sales_account": "201"}, False),
        ({"ItemCode": "DESK"}, {"sales_account": "201"}, False),
        ({"ItemCode": "CHAIR"}, {"sales_account": "201"}, True),
        ({}, {"taxes": {**BEFORE.taxes, "15": "OUTPUT3"}}, True),
        ({"TaxType": "ZERO"}, {"taxes": {**BEFORE.taxes, "15": "OUTPUT3"}}, False),
        ({"ItemCode": "DESK"}, {"taxes": {**BEFORE.taxes, "15": "OUTPUT3"}}, False),
        ({}, {"taxes": {"0": "ZERO", "none": "NONE"}}, False),
        ({}, {"stages": {"DT31_7:S": "DRAFT"}, "drift": "leave", "tolerance": "0.10"}, False),
        ({}, {"reference": "empty"}, True),
        ({}, {"number": "xero"}, False),
        ({}, {"due_rule": "days-30"}, True),
    ],
)
def test_a_change_concerns_what_was_written_by_the_rule_that_it_changes(
    line: dict[str, str], now: dict[str, Any], otherwise: bool
) -> None:
    assert differs(body(**line), Known(seen=SEEN), change(**now)) == otherwise


def test_a_tax_type_that_another_rate_kept_tells_nothing() -> None:
    before = replace(BEFORE, taxes={**BEFORE.taxes, "0": "OUTPUT2"})
    now = replace(before, taxes={**before.taxes, "15": "OUTPUT3"})
    assert not differs(body(), Known(seen=SEEN), Change(before, now))


def test_a_due_date_of_bitrix24_stays_and_one_that_is_not_known_is_left() -> None:
    assert not differs(body(), Known(seen={**SEEN, "due_date": "2026-12-24"}), change(due_rule="days-30"))
    assert not differs(body(), Known(), change(due_rule="days-30", reference="empty"))
    assert not differs(
        {**body(), "Date": "2026-11-06"}, Known(seen=SEEN), Change(BEFORE, replace(BEFORE, due_rule="days-14"))
    )


def test_rules_that_show_in_nothing_do_not_matter() -> None:
    assert not change(stages={"DT31_7:S": "DRAFT"}, rounding="line").matters
    assert change(due_rule="days-30").matters
