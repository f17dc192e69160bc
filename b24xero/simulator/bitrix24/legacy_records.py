"""How old invoices change: each change is a save of the whole invoice through the shop (source §3.3, §3.4)."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from b24xero.simulator.bitrix24 import happenings, legacy_payers, legacy_sums
from b24xero.simulator.bitrix24.legacy_fields import DATES, FIELDS
from b24xero.simulator.bitrix24.state import Fields, Portal
from b24xero.simulator.bitrix24.sums import QUANTITY, rounded


def add(portal: Portal, fields: Fields, rows: list[Fields], properties: dict[str, Any], by: int) -> Fields:
    """A new old invoice; what is not given is the shop's default. It always has the shop's currency."""
    now, number = portal.now(), portal.number("old invoice", 501)
    invoice: Fields = dict.fromkeys(FIELDS)
    invoice |= {
        "ID": number, "ACCOUNT_NUMBER": str(number), "ORDER_TOPIC": f"Invoice {number}", "STATUS_ID": "",
        "PAYED": "N", "CREATED_BY": by, "RESPONSIBLE_ID": by, "EMP_STATUS_ID": by, "LID": "s1", "PAY_SYSTEM_ID": 1,
        "DATE_INSERT": now, "DATE_STATUS": now, "DATE_UPDATE": now, "DATE_BILL": now.date(),
        "DATE_PAY_BEFORE": now.date() + timedelta(days=14), "IS_RECURRING": "N", "COMMENTS": "",
        "USER_DESCRIPTION": "", "XML_ID": "",
    }  # fmt: skip
    invoice |= {name: value for name, value in fields.items() if name != "STATUS_ID"}
    invoice |= {"rows": [], "properties": {}}
    portal.old_invoices[number] = invoice
    _save(portal, invoice, rows, properties)
    set_status(portal, invoice, str(fields.get("STATUS_ID") or "N"), by)
    happenings.old(portal, "ADD", number, by)
    return invoice


def update(
    portal: Portal, invoice: Fields, sent: Fields, rows: list[Fields] | None, properties: dict[str, Any], by: int
) -> None:
    """A save of everything, whatever was sent of it.

    Args:
        sent: header fields, typed.
        rows: as sent, an ``ID`` keeps one; None: the stored ones.
        properties: as sent.
    """
    before, pays = invoice["STATUS_ID"], invoice["PAYED"] == "Y"
    unsent = {name: misread(invoice[name], portal.settings.date_format) for name in DATES if name not in sent}
    unsent.pop("DATE_INSERT", None)
    invoice |= unsent | {name: value for name, value in sent.items() if name != "STATUS_ID"}
    _save(portal, invoice, invoice["rows"] if rows is None else rows, properties)
    status = str(sent.get("STATUS_ID", before))
    if pays and status == "P":  # it is un-paid, saved, and gets its status anew
        invoice |= {"PAYED": "N", "DATE_PAYED": None, "EMP_PAYED_ID": None}
    set_status(portal, invoice, status, by)
    invoice["DATE_UPDATE"] = portal.now()
    for what in ("UPDATE", "SETSTATUS"):  # a status is always carried, also unchanged (source §3.4)
        happenings.old(portal, what, invoice["ID"], by)


def _save(portal: Portal, invoice: Fields, rows: list[Fields], properties: dict[str, Any]) -> None:
    invoice["PERSON_TYPE_ID"] = legacy_payers.person_type(invoice)
    legacy_payers.link(portal, invoice)
    invoice["properties"] = legacy_payers.properties(portal, invoice, invoice["properties"], properties)
    invoice["CURRENCY"] = portal.invoice_currency()
    invoice["rows"] = _rows(portal, invoice["rows"], rows)
    invoice |= legacy_sums.totals(invoice["rows"], shop(portal, invoice["CURRENCY"]))


def shop(portal: Portal, currency: str) -> legacy_sums.Shop:
    settings = portal.settings
    location = Decimal(str(settings.location_tax)) if settings.in_tax_mode else None
    return legacy_sums.Shop(portal.precision, portal.decimals_of(currency), location)


def _rows(portal: Portal, stored: list[Fields], given: list[Fields]) -> list[Fields]:
    """The rows after a save. A row that names no stored one is new; those that are not given are gone."""
    by_id = {row["ID"]: row for row in stored}
    return [_row(portal, by_id.get(int(row.get("ID") or 0)), row, n) for n, row in enumerate(given, start=1)]


def _row(portal: Portal, stored: Fields | None, given: Fields, position: int) -> Fields:
    defaults: Fields = {
        "PRODUCT_ID": 0, "PRODUCT_NAME": "", "PRICE": Decimal(0), "DISCOUNT_PRICE": Decimal(0),
        "QUANTITY": Decimal(1), "VAT_RATE": None, "VAT_INCLUDED": "N", "MEASURE_CODE": 796, "MEASURE_NAME": "pcs",
    }  # fmt: skip
    row = defaults | (stored or {"ID": portal.number("old row", 3001)})
    row |= {name: value for name, value in given.items() if name != "ID"}
    known = portal.products.get(int(row["PRODUCT_ID"] or 0))
    if known and not row["PRODUCT_NAME"]:
        row["PRODUCT_NAME"] = known["name"]
    row |= {name: rounded(row[name], portal.precision.price) for name in ("PRICE", "DISCOUNT_PRICE")}
    row |= {"QUANTITY": rounded(row["QUANTITY"], QUANTITY), "SORT": 100 * position}
    # Nobody's product gets another stand-in each time, which REST shows as 0 with a new XML_ID.
    free = not row["PRODUCT_ID"]
    row |= {"PRODUCT_XML_ID": f"CRM-{secrets.token_hex(5)}" if free else str(row["PRODUCT_ID"])}
    return row | {"MODULE": "" if free else "catalog", "CATALOG_XML_ID": "" if free else "FUTURE-1C-CATALOG"}


def misread(value: date | None, spelt: str) -> date | None:
    """What becomes of a day that is not sent: its text in the site's format, read as an American would."""
    if value is None or spelt != "DD/MM/YYYY":
        return value
    if value.day > 12:
        return None
    return value.replace(month=value.day, day=value.month)


def set_status(portal: Portal, invoice: Fields, wanted: str, by: int) -> None:
    """By its place in the order alone, and nothing where that order is no good (source §3.3)."""
    sorts = {status.status_id: status.sort for status in portal.old_statuses()}
    if not ("P" in sorts and "D" in sorts and sorts["P"] < sorts["D"] and len(sorts) > 2) or wanted not in sorts:
        return
    now: datetime = portal.now()
    pays, cancels = sorts["P"] <= sorts[wanted] < sorts["D"], sorts[wanted] >= sorts["D"]
    if pays and invoice["PAYED"] != "Y":
        invoice |= {"PAYED": "Y", "DATE_PAYED": now, "EMP_PAYED_ID": by}
    if cancels and invoice["PAYED"] == "Y":
        invoice |= {"PAYED": "N", "DATE_PAYED": None, "EMP_PAYED_ID": None}
    if invoice["STATUS_ID"] == wanted:
        return
    if invoice["STATUS_ID"]:
        portal.moves.append(
            {"id": invoice["ID"], "from": invoice["STATUS_ID"], "to": wanted, "by": by, "at": now, "kind": "old"}
        )
    invoice |= {"STATUS_ID": wanted, "DATE_STATUS": now, "EMP_STATUS_ID": by}


def delete(portal: Portal, invoice_id: int) -> None:
    del portal.old_invoices[invoice_id]
    happenings.old(portal, "DELETE", invoice_id, 1)
    portal.old_requisite_links.pop(invoice_id, None)
