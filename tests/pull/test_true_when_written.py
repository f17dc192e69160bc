"""A status that follows from amounts and dates in the moment an invoice is written reaches Bitrix24, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from b24xero.db.models import utc_now
from tests.conftest import Vendors
from tests.people import Person, text
from tests.pull.test_job import DEPOSIT, PAID, SENT, entries, pushed, stage, update_from_xero
from tests.push.test_recover import push_all

FREE = [{"productName": "First hour, free of charge", "price": 0, "quantity": 1, "taxRate": 15, "sort": 10}]


def overdue() -> dict[str, Any]:
    today = utc_now().date()
    return {"begindate": str(today - timedelta(days=40)), "closedate": str(today - timedelta(days=10))}


@pytest.mark.slow
@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(
    ("values", "status", "to"), [({"rows": FREE}, "paid", PAID), (overdue(), "overdue", DEPOSIT)]
)  # fmt: skip
def test_what_is_true_at_once_moves_the_invoice_with_the_next_update_and_not_again(
    ready: Person, vendors: Vendors, app: Flask, values: dict[str, Any], status: str, to: str, many: bool
) -> None:
    ready.save_set_up(**{f"status:{status}": to})
    if many:
        invoice_id = vendors.new_invoice(**values)
        assert push_all(app, [invoice_id]).counts == {"created": 1}
    else:
        invoice_id, _number = pushed(ready, vendors, **values)
    assert stage(vendors, invoice_id) == SENT
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == to
    assert update_from_xero(app).counts == {}
    assert [entry.outcome for entry in entries(app)] == ["moved"]


def test_one_that_was_moved_for_being_overdue_and_is_written_again_is_left_where_a_person_put_it(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    ready.save_set_up(**{"status:overdue": DEPOSIT})
    invoice_id, _number = pushed(ready, vendors, **overdue())
    update_from_xero(app)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"stageId": SENT, "title": "Bathroom, ground floor"})
    assert "Updated in Xero: Overdue" in text(ready.press(invoice_id).text)
    assert update_from_xero(app).counts == {}
    assert stage(vendors, invoice_id) == SENT


def test_one_that_is_written_while_overdue_for_the_first_time_is_moved(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    """Approved in time, its due date brought forward in Bitrix24: the write itself makes it overdue."""
    ready.save_set_up(**{"status:overdue": DEPOSIT})
    invoice_id, _number = pushed(ready, vendors, begindate=overdue()["begindate"])
    vendors.control("bitrix24/edit", id=invoice_id, fields={"closedate": overdue()["closedate"]})
    assert "Updated in Xero: Overdue" in text(ready.press(invoice_id).text)
    assert update_from_xero(app).counts == {"moved": 1}
    assert stage(vendors, invoice_id) == DEPOSIT
