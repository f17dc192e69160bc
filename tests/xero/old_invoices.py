"""Old invoices as portals make them, in either precision: the shop's own formulas (source facts §3.5)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24xero.bitrix24 import legacy_parse
from b24xero.domain.invoice import Invoice

D = Decimal
NOTHING = D(0)
PRECISIONS = ("new", "old")
PLACES = {"new": D("0.00000001"), "old": D("0.01")}
# Decimals of the columns in which the shop keeps an invoice's sums.
HEADER = {"new": D("0.0001"), "old": D("0.01")}


def old_row(
    price: Decimal, quantity: Decimal, percent: Decimal | None, included: bool, *, off: Decimal = NOTHING
) -> dict[str, str | None]:
    """A row as crm.invoice.get answers it: ``price`` is after the discount ``off``, all values are texts."""
    return {
        "ID": "3001", "PRODUCT_ID": "0", "PRODUCT_NAME": "Copper pipe, 15 mm", "PRICE": format(price, "f"),
        "DISCOUNT_PRICE": format(off, "f"), "QUANTITY": format(quantity, "f"),
        "VAT_RATE": None if percent is None else format(percent / 100, "f"), "VAT_INCLUDED": "Y" if included else "N",
        "MEASURE_CODE": "796", "MEASURE_NAME": "pcs",
    }  # fmt: skip


def old_sums(rows: list[dict[str, str | None]], precision: str) -> tuple[Decimal, Decimal]:
    """``PRICE`` and ``TAX_VALUE`` of the header, as the shop stores them."""
    total = tax = D(0)
    for row in rows:
        share, amount = D(row["VAT_RATE"] or 0), D(row["PRICE"] or 0) * D(row["QUANTITY"] or 0)
        with_tax = row["VAT_INCLUDED"] == "Y"
        vat = _kept(amount * share / (1 + share) if with_tax else amount * share, precision)
        total += _kept(amount, precision) + (0 if with_tax else vat)
        tax += vat.quantize(D("0.01"), ROUND_HALF_UP)
    return total.quantize(HEADER[precision], ROUND_HALF_UP), tax


def _kept(amount: Decimal, precision: str) -> Decimal:
    return amount.quantize(PLACES[precision], ROUND_HALF_UP)


def old_invoice(rows: list[dict[str, str | None]], precision: str, **changes: Any) -> Invoice:
    """Read as the app reads it."""
    rows = [{**row, "ID": str(3000 + n)} for n, row in enumerate(rows, start=1)]
    total, tax = old_sums(rows, precision)
    answer = {
        "ID": "42", "ACCOUNT_NUMBER": "INV-0042", "ORDER_TOPIC": "Bathroom, upper floor", "STATUS_ID": "S",
        "DATE_BILL": "2026-09-14T03:00:00+03:00", "DATE_PAY_BEFORE": "2026-09-28T03:00:00+03:00", "CURRENCY": "NZD",
        "PRICE": str(total), "TAX_VALUE": str(tax), "PRODUCT_ROWS": rows, **changes,
    }  # fmt: skip
    return legacy_parse.invoice(answer, None)
