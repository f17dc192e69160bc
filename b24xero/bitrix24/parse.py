"""How Bitrix24 spells invoices, rows, companies and contacts, and makes neutral objects of them. Pure.

``price`` of a row is a unit's price after the discount with tax, always, whatever ``taxIncluded`` says; that only tells
from which price a row's total is reckoned (Bitrix24 facts §3.4; what rows come to: ``row_sums``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Literal

from b24xero.bitrix24.flags import is_no, is_yes
from b24xero.bitrix24.row_sums import net_and_tax, share_of, sums, tax_of, to_cent, to_rate, to_row
from b24xero.domain.days import is_of_business
from b24xero.domain.invoice import Customer, Invoice, InvoiceRow, LineItem, Stage, VatRate

Item = Mapping[str, Any]

_HALF_A_DAY = timedelta(hours=12)


def decimal(value: Any) -> Decimal:
    """A number however it is spelt: 5, 5.5, "432.50"; nothing and rubbish are 0."""
    try:
        read = Decimal(str(value)) if value not in (None, "", False) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return read if read.is_finite() else Decimal(0)


def money(value: Any) -> Decimal:
    """An amount to the cent: a portal whose PHP writes all digits says 432.10000000000002 (source facts §2.1)."""
    return to_cent(decimal(value))


def price(value: Any) -> Decimal:
    """A unit's price, of eight decimals at most."""
    return to_row(decimal(value))


def rate(value: Any) -> Decimal:
    """A percentage, or a quantity: of four decimals at most."""
    return to_rate(decimal(value))


def day(value: Any) -> date | None:
    """The calendar day of a date field. It comes as that day's local midnight plus the server's present offset, which
    is midnight in UTC, an hour or two off across a change of the clocks: its first ten characters are the day before,
    west of Greenwich (source §1 #1). In UTC and half a day later it is the right day in every zone."""
    return _day(str(value))


@lru_cache(maxsize=4096)  # many invoices are of one day
def _day(value: str) -> date | None:
    try:
        spelt = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not is_of_business(spelt.year):
        return None
    return (spelt.astimezone(UTC) + _HALF_A_DAY).date() if spelt.tzinfo else spelt.date()


def day_as_spelt(value: Any) -> date | None:
    """The day of a moment where it happened: the first ten characters, since it comes in the server's zone."""
    try:
        found = date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
    return found if is_of_business(found.year) else None


def moment(value: Any) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return parsed if parsed.tzinfo and is_of_business(parsed.year) else None


def number(value: Any) -> int:
    """An id; an unset link is 0, and legacy answers spell ids as text."""
    if type(value) is int:
        return value
    try:
        return int(str(value or 0).strip())
    except ValueError:
        return 0


def text(value: Any) -> str:
    if type(value) is str:
        return value.strip()
    return str(value).strip() if value not in (None, False) else ""


# -- invoices ---------------------------------------------------------------------------------------------------------


def contact_id(item: Item) -> int:
    """The invoice's first contact; ``contactIds`` replaces the older ``contactId`` (facts §3.1)."""
    several = item.get("contactIds")
    return number(several[0]) if isinstance(several, list) and several else number(item.get("contactId"))


def invoice_row(item: Item, customer_name: str = "") -> InvoiceRow:
    return InvoiceRow(
        id=number(item["id"]),
        number=text(item.get("accountNumber")),
        title=text(item.get("title")),
        date=_invoice_day(item),
        due_date=day(item.get("closedate")),
        currency=text(item.get("currencyId")),
        total=money(item.get("opportunity")),
        stage=text(item.get("stageId")),
        customer_name=customer_name,
        company_id=number(item.get("companyId")),
        contact_id=contact_id(item),
    )


def _invoice_day(item: Item) -> date:
    return day(item.get("begindate")) or day_as_spelt(item.get("createdTime")) or date.min


def is_template(item: Item) -> bool:
    """A recurring template is kept among the invoices and is none. A box of before 2026 does not tell
    (source §1 #7)."""
    return is_yes(item.get("isRecurring"))


def invoice(item: Item, rows: Iterable[Item], customer: Customer | None) -> Invoice:
    row = invoice_row(item)
    by_hand = is_yes(item.get("isManualOpportunity"))
    line_items = tuple(line_item(r) for r in sorted(rows, key=lambda r: (number(r.get("sort")), number(r.get("id")))))
    tax = money(item["taxValue"]) if item.get("taxValue") is not None else tax_of(line_items)
    made = sums(line_items, row.total, tax, by_hand=by_hand)
    return replace(
        row.whole(tax, customer, line_items),
        total_is_manual=by_hand,
        days_spelt_early=any(
            day(item.get(name)) != day_as_spelt(item.get(name)) for name in ("begindate", "closedate")
        ),
        rows_total=made.total,
        delivery=made.delivery,
        former_totals=made.former,
    )


def line_item(row: Item) -> LineItem:
    """One product row. Net and undiscounted prices are the portal's own where it gives them, else computed."""
    percent = None if row.get("taxRate") in (None, "") else rate(row["taxRate"])
    factor = 1 + share_of(percent)
    gross, discount = price(row.get("price")), price(row.get("discountSum"))
    net = _price(row, "priceExclusive", gross / factor)
    list_net = _price(row, "priceNetto", net + discount)
    quantity, included = rate(row.get("quantity")), is_yes(row.get("taxIncluded"))
    without_tax, tax = net_and_tax(gross, net, quantity, percent, included=included)
    return LineItem(
        id=number(row.get("id")),
        description=text(row.get("productName")),
        quantity=quantity,
        list_net=list_net,
        list_gross=_price(row, "priceBrutto", list_net * factor),
        unit_net=net,
        unit_gross=gross,
        tax_rate=percent,
        tax_included=included,
        total=to_cent(without_tax + tax),
        net=without_tax,
        tax=tax,
        discount_rate=rate(row.get("discountRate")) if discount else None,
        discount_sum=discount or None,
        product_id=number(row.get("productId")),
    )


def _price(row: Item, name: str, computed: Decimal) -> Decimal:
    return to_row(computed) if row.get(name) is None else price(row[name])


# -- customers --------------------------------------------------------------------------------------------------------


# -- stages and rates -------------------------------------------------------------------------------------------------


def stages(statuses: Iterable[Item]) -> tuple[Stage, ...]:
    """In the portal's order. What a stage means is told by its semantics, in either of two forms (facts §3.3)."""
    ordered = sorted(statuses, key=lambda s: (number(s.get("CATEGORY_ID")), number(s.get("SORT")), number(s.get("ID"))))
    return tuple(
        Stage(text(s["STATUS_ID"]), text(s.get("NAME")), _color(s), _meaning(s), is_yes(s.get("SYSTEM")))
        for s in ordered
    )


def _extra(status: Item) -> Mapping[str, Any]:
    extra = status.get("EXTRA")
    return extra if isinstance(extra, Mapping) else {}


def _color(status: Item) -> str:
    return text(status.get("COLOR")) or text(_extra(status).get("COLOR"))


def _meaning(status: Item) -> Literal["process", "success", "failure"]:
    said = (text(status.get("SEMANTICS")) or text(_extra(status).get("SEMANTICS"))).lower()
    if said in ("s", "success"):
        return "success"
    return "failure" if said in ("f", "failure", "apology") else "process"


def vat_rates(rows: Iterable[Item]) -> tuple[VatRate, ...]:
    """One entry a percentage, "No VAT" always among them, since rows may have it without the portal listing it.

    Both spellings: ``catalog.vat.list`` (name, rate) and ``crm.vat.list`` (NAME, RATE as text); facts §5.
    """
    found: dict[str, VatRate] = {}
    for row in rows:
        lower = {key.lower(): value for key, value in row.items()}
        if is_no(lower.get("active")):
            continue
        vat = VatRate(text(lower.get("name")), None if lower.get("rate") in (None, "") else rate(lower["rate"]))
        found.setdefault(vat.key, vat)
    found.setdefault("none", VatRate("No VAT", None))
    return tuple(sorted(found.values(), key=lambda vat: (vat.rate is None, -(vat.rate or 0))))
