"""One invoice, one answer: the summary of many, Set-up's check and the press say the same of it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.conftest import Vendors
from tests.people import Person, text
from tests.pull.test_job import update_from_xero
from tests.setup.test_dry_run import check, tally
from tests.web.test_invoices_bulk import look


def summary(person: Person, ids: list[int]) -> dict[str, int]:
    """What the summary of many says would be done, as counts."""
    said = text(look(person, ids))
    found = {}
    for words in ("created", "updated", "up to date", "cannot be sent"):
        count = re.search(rf"(\d+) ?(?:is |are )?{words}", said)
        found[words] = int(count[1]) if count else 0
    return found


@pytest.mark.parametrize("amount", [100, 299])
def test_what_is_paid_in_xero_is_updated_by_nobody(ready: Person, vendors: Vendors, app: Flask, amount: int) -> None:
    kept_before = tally(check(ready).text).get("Stays as it is in Xero", 0)
    invoice_id = vendors.new_invoice()
    ready.press(invoice_id)
    number = vendors.invoice(invoice_id)["item"]["accountNumber"]
    vendors.control("xero/pay", invoice=vendors.in_xero(number)[0]["InvoiceID"], amount=amount)
    update_from_xero(app)
    vendors.control("bitrix24/edit", id=invoice_id, fields={"title": "Bathroom, ground floor"})
    assert summary(ready, [invoice_id]) == {"created": 0, "updated": 0, "up to date": 0, "cannot be sent": 1}
    told = tally(check(ready, afresh="1").text)
    assert told["Stays as it is in Xero"] == kept_before + 1
    pressed = ready.press(invoice_id)
    assert pressed.status_code == 422
    assert "can no longer be changed" in text(pressed.text)
