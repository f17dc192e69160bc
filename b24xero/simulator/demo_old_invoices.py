"""The demo company's invoices as a portal of old ones has them; one that has both has some of each.

On a portal of old ones alone each invoice of the demo is an old one, with its number, rows, customer and seller. An old
invoice always has rows and no total of its own, so those whose total was typed are what their rows make.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from b24xero.simulator.bitrix24 import legacy_records
from b24xero.simulator.bitrix24.state import INVOICE, INVOICE_STATUS, Fields, Portal, Stage

# Of a portal that has both: so many of the newest are there a second time as old ones.
BESIDE = 40
_OWN = {"UC_DEPOSI": ("E", "Deposit received", 120), "UC_ONHOLD": ("H", "On hold, site not ready", 125)}


def seed(portal: Portal) -> None:
    """After the new ones, which leave a portal of old ones again."""
    for code, name, sort in _OWN.values():
        portal.stages.append(Stage(portal.number("stage"), INVOICE_STATUS, code, name, sort, False, ""))
    items = list(portal.items[INVOICE].values())
    both = portal.settings.has_new_invoices
    for item in items[-BESIDE:] if both else items:
        _write(portal, item, f"OLD-{item['accountNumber']}" if both else str(item["accountNumber"]))
    if not both:
        portal.items[INVOICE].clear()
        portal.rows.clear()
        portal.row_ids.clear()
        portal.requisite_links.clear()
        portal.moves.clear()


def _write(portal: Portal, item: Fields, number: str) -> None:
    code = str(item["stageId"]).rpartition(":")[2]
    fields: Fields = {
        "ACCOUNT_NUMBER": number, "ORDER_TOPIC": item["title"], "STATUS_ID": _OWN[code][0] if code in _OWN else code,
        "DATE_BILL": item["begindate"], "DATE_PAY_BEFORE": item["closedate"], "RESPONSIBLE_ID": item["assignedById"],
        "UF_COMPANY_ID": item["companyId"], "UF_CONTACT_ID": item["contactId"],
    }  # fmt: skip
    rows = [_row(row) for row in portal.rows_of(item["id"])] or [_free_row(item)]
    invoice = legacy_records.add(portal, fields, rows, {}, item["createdBy"])
    # One in another currency was made, and never saved since, when the shop had that one.
    ago = timedelta(days=0 if item["currencyId"] == portal.invoice_currency() else 730)
    for name, own in (("DATE_INSERT", "createdTime"), ("DATE_UPDATE", "updatedTime"), ("DATE_STATUS", "movedTime")):
        invoice[name] = item[own] - ago
    invoice["CURRENCY"] = item["currencyId"]


def _row(row: Fields) -> Fields:
    share, with_tax = (row["taxRate"] or Decimal(0)) / 100, row["taxIncluded"] == "Y"
    return {
        "PRODUCT_ID": row["productId"], "PRODUCT_NAME": row["productName"], "QUANTITY": row["quantity"],
        "PRICE": row["price"] if with_tax else row["priceExclusive"],
        "DISCOUNT_PRICE": row["discountSum"] * (1 + share if with_tax else 1),
        "VAT_RATE": None if row["taxRate"] is None else share, "VAT_INCLUDED": row["taxIncluded"],
        "MEASURE_CODE": row["measureCode"], "MEASURE_NAME": row["measureName"],
    }  # fmt: skip


def _free_row(item: Fields) -> Fields:
    return {"PRODUCT_NAME": item["title"], "PRICE": item["opportunity"], "QUANTITY": Decimal(1)}
