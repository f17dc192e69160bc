"""Invoices as portals make them, in each precision there is: the server's own formulas (source facts §2.4; facts §3.4).

"new": a box since May 2026. "april": one of weeks before, which adds up the taxes first. "old": every price and every
row to the cent.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24xero.bitrix24 import parse
from b24xero.domain.invoice import Invoice

D = Decimal
PRECISIONS = ("new", "old", "april")
PLACES = {"new": D("0.00000001"), "april": D("0.00000001"), "old": D("0.01")}
RATE_PLACES = {"new": D("0.0001"), "april": D("0.0001"), "old": D("0.01")}


def cents(amount: Decimal) -> Decimal:
    """Half away from zero."""
    return amount.quantize(D("0.01"), ROUND_HALF_UP)


def portal_row(
    price: Decimal,
    quantity: Decimal,
    tax: Decimal | None,
    included: bool,
    *,
    rate: Decimal | None = None,
    less: Decimal | None = None,
    precision: str = "old",
) -> dict[str, Any]:
    """A product row as the portal answers it: ``rate`` is a discount in percent, ``less`` an amount a unit."""

    def kept(amount: Decimal) -> Decimal:
        return amount.quantize(PLACES[precision], ROUND_HALF_UP)

    factor, fine = 1 + (tax or D(0)) / 100, RATE_PLACES[precision]
    price = kept(price) if precision != "old" else price
    net = kept(price / factor)
    kind, discount_rate, discount_sum = 2, D(0), D(0)
    if rate == 100:  # nothing is left to reckon from: the portal keeps the sum it was given
        discount_rate, discount_sum = rate, less or D(0)
    elif rate is not None:
        discount_rate, discount_sum = rate, kept(100 * net / (100 - rate) - net)
    elif less is not None and net + less:
        kind, discount_sum, discount_rate = 1, less, (less / (net + less) * 100).quantize(fine, ROUND_HALF_UP)
    return {
        "id": 901, "productId": 0, "productName": "Copper pipe, 15 mm", "price": price, "priceExclusive": net,
        "priceNetto": net + discount_sum, "priceBrutto": kept((net + discount_sum) * factor), "quantity": quantity,
        "discountTypeId": kind, "discountRate": discount_rate, "discountSum": discount_sum, "taxRate": tax,
        "taxIncluded": "Y" if included else "N", "sort": 10,
    }  # fmt: skip


def row_sums(row: dict[str, Any], precision: str) -> tuple[Decimal, Decimal]:
    """A row's total and its tax."""

    def kept(amount: Decimal) -> Decimal:
        return amount.quantize(PLACES[precision], ROUND_HALF_UP)

    share = (row["taxRate"] or D(0)) / 100
    if row["taxIncluded"] == "Y":
        total = row["price"] * row["quantity"]
        return kept(total), kept(total * share / (1 + share))
    net = row["priceExclusive"] * row["quantity"]
    if precision == "old":
        return cents(net * (1 + share)), cents(net * share)
    return kept(net) + kept(net * share), kept(net * share)


def portal_sums(rows: list[dict[str, Any]], precision: str = "old") -> tuple[Decimal, Decimal]:
    """``opportunity`` and ``taxValue``."""
    sums = [row_sums(row, precision) for row in rows]
    total, taxes = sum((total for total, _ in sums), D(0)), [tax for _, tax in sums]
    return cents(total), cents(sum(taxes, D(0))) if precision == "april" else sum(map(cents, taxes), D(0))


def portal_invoice(rows: list[dict[str, Any]], precision: str = "old", **changes: Any) -> Invoice:
    """Read as the app reads it."""
    rows = [{**row, "id": 900 + n, "sort": 10 * n} for n, row in enumerate(rows, start=1)]
    total, tax = portal_sums(rows, precision)
    item = {
        "id": 42, "accountNumber": "INV-0042", "title": "Bathroom, upper floor", "stageId": "DT31_7:S",
        "begindate": "2026-09-14T03:00:00+03:00", "closedate": "2026-09-28T03:00:00+03:00", "currencyId": "NZD",
        "opportunity": total, "taxValue": tax, "isManualOpportunity": "N", **changes,
    }  # fmt: skip
    return parse.invoice(item, rows, None)
