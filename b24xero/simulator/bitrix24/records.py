"""How items change, whoever changes them: defaults, stage moves, links, totals, update times.

The REST methods and the simulator's controls both come through here, so that a person in Bitrix24 and a client of
the API leave the same traces (facts §3.1).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from b24xero.simulator.bitrix24 import happenings, sums
from b24xero.simulator.bitrix24.fields import FIELDS, ROW_FIELDS
from b24xero.simulator.bitrix24.state import COMPANY, CONTACT, INVOICE, Fields, Portal


def add_item(portal: Portal, entity_type: int, fields: Fields, by: int, at: datetime | None = None) -> Fields:
    """A new item with the vendor's defaults; ``at`` dates it back (demo worlds)."""
    now = at or portal.now()
    item: Fields = dict.fromkeys(FIELDS[entity_type])
    for field in FIELDS[entity_type].values():
        if field.multiple:
            item[field.name] = []
        elif field.is_link:
            item[field.name] = 0
    item |= {"id": portal.number(f"item {entity_type}"), "createdBy": by, "updatedBy": by, "assignedById": by}
    item |= {"createdTime": now, "updatedTime": now, "opened": "Y"}
    item |= _defaults(portal, entity_type, item["id"], by, now)
    portal.items[entity_type][item["id"]] = item
    item |= _linked(entity_type, item, fields)
    if entity_type == INVOICE and not item["title"]:
        item["title"] = f"Invoice #{item['id']}"
    if entity_type == INVOICE:
        happenings.item(portal, "ADD", item["id"], by)
    return item


def _defaults(portal: Portal, entity_type: int, item_id: int, by: int, now: datetime) -> Fields:
    if entity_type == CONTACT:
        return {"fm": [], "typeId": "CLIENT"}
    if entity_type == COMPANY:
        return {"fm": [], "typeId": "CUSTOMER", "isMyCompany": "N", "currencyId": portal.base_currency().code}
    return {
        "movedBy": by, "movedTime": now, "lastActivityBy": by, "lastActivityTime": now,
        "categoryId": portal.category_id, "stageId": portal.invoice_stages()[0].status_id,
        "begindate": now.date(), "closedate": now.date() + timedelta(days=7),
        "opportunity": Decimal(0), "taxValue": Decimal(0), "isManualOpportunity": "N", "isRecurring": "N",
        "webformId": 0,
        "currencyId": portal.base_currency().code, "comments": "",
        "accountNumber": f"INV-{portal.number('invoice number'):04}",
    }  # fmt: skip


def change_item(
    portal: Portal, entity_type: int, item: Fields, fields: Fields, by: int, at: datetime | None = None
) -> bool:
    """Writes what differs. Nothing differs: nothing is saved and ``updatedTime`` stays."""
    wanted = _linked(entity_type, item, fields)
    if entity_type == INVOICE and not _own_changes(portal, item, wanted):
        return False
    if entity_type == INVOICE:
        _price_again(portal, item["id"])
        wanted |= computed(portal, item | wanted)
    changed = {name: value for name, value in wanted.items() if item.get(name) != value}
    if not changed:
        return False
    now = at or portal.now()
    if "stageId" in changed:
        portal.moves.append({"id": item["id"], "from": item["stageId"], "to": changed["stageId"], "by": by, "at": now})
        changed |= {"previousStageId": item["stageId"], "movedTime": now, "movedBy": by}
    _touch(portal, entity_type, item, changed, by, now)
    if "stageId" in changed and (onward := portal.robots.get(item["stageId"])):
        # Automation runs after the save in the same request, and the answer shows what it did (source §1 #19).
        change_item(portal, entity_type, item, {"stageId": onward}, by, at)
    return True


def _touch(portal: Portal, entity_type: int, item: Fields, changed: Fields, by: int, now: datetime) -> None:
    stamp: Fields = {"updatedTime": now, "updatedBy": by}
    if entity_type == INVOICE:
        stamp |= {"lastActivityTime": now, "lastActivityBy": by}
        happenings.item(portal, "UPDATE", item["id"], by)
    item |= stamp | changed


def _linked(entity_type: int, item: Fields, fields: Fields) -> Fields:
    """``contactId`` is the first of ``contactIds``; a contact's ``companyId`` the first of ``companyIds``."""
    one, many = ("contactId", "contactIds") if entity_type == INVOICE else ("companyId", "companyIds")
    if many not in FIELDS[entity_type]:
        return dict(fields)
    if many in fields:
        return fields | {one: next(iter(fields[many]), 0)}
    if one in fields and fields[one] != item[one]:
        first = fields[one]
        rest = [other for other in item[many][1:] if other != first]
        return fields | {many: [first, *rest] if first else []}
    return dict(fields)


def _own_changes(portal: Portal, item: Fields, wanted: Fields) -> bool:
    """Whether anything differs beside the sums, which the rows make whatever is written."""
    made = computed(portal, item | wanted)
    return any(item.get(name) != value for name, value in wanted.items() if name not in made)


def _price_again(portal: Portal, invoice_id: int) -> None:
    """Every save that loads the rows reckons them anew from ``price``, a bare move of the stage too: an invoice of
    before the box was updated gets today's decimals by it (source facts §2.4)."""
    for row in portal.rows_of(invoice_id):
        row |= sums.priced(row, portal.precision)


def computed(portal: Portal, item: Fields) -> Fields:
    """What the rows make: the total unless it is manual, the tax always; nothing where there are no rows."""
    rows = portal.rows_of(item["id"])
    if not rows:
        return {}
    delivery = portal.deliveries.get(item["id"], Decimal(0))
    now = [sums.priced(row, portal.precision) for row in rows]
    made = sums.totals(now, portal.precision, delivery, portal.decimals_of(item["currencyId"]))
    return {"taxValue": made["taxValue"]} if item["isManualOpportunity"] == "Y" else dict(made)


def delete_item(portal: Portal, entity_type: int, item_id: int) -> None:
    """The item, its rows and what points to it."""
    del portal.items[entity_type][item_id]
    if entity_type == INVOICE:
        happenings.item(portal, "DELETE", item_id, 1)
        for row in portal.rows_of(item_id):
            del portal.rows[row["id"]]
        portal.deliveries.pop(item_id, None)
        portal.requisite_links.pop(item_id, None)
        return
    for links in portal.items.values():
        for item in links.values():
            _unlink(item, entity_type, item_id)


def _unlink(item: Fields, entity_type: int, gone: int) -> None:
    one, many = ("companyId", "companyIds") if entity_type == COMPANY else ("contactId", "contactIds")
    if gone in item.get(many, ()):
        item[many] = [other for other in item[many] if other != gone]
    if item.get(one) == gone:
        item[one] = next(iter(item.get(many, ())), 0)


# -- rows ---------------------------------------------------------------------------------------------------------


def row_defaults(portal: Portal, owner_id: int) -> Fields:
    """Quantity 1, a discount of nothing in percent, tax not included, no VAT (facts §3.4)."""
    defaults: Fields = dict.fromkeys(ROW_FIELDS)
    return defaults | {
        "ownerId": owner_id, "ownerType": "SI", "productId": 0, "productName": "", "price": Decimal(0),
        "quantity": Decimal(1), "discountTypeId": sums.PERCENT, "taxIncluded": "N", "customized": "Y",
        "discountRate": None, "discountSum": None,
        "measureCode": 796, "measureName": "pcs", "xmlId": "", "type": 1, "sort": 0,
    }  # fmt: skip


def put_row(portal: Portal, owner_id: int, fields: Fields, row: Fields | None = None) -> Fields:
    """Adds a row or changes one, with every derived price; the invoice's totals are the caller's to refresh."""
    if row is None:
        row = row_defaults(portal, owner_id) | {"id": portal.number("row", 901)}
        row["sort"] = 10 * (len(portal.rows_of(owner_id)) + 1)
        portal.row_ids.setdefault(owner_id, []).append(row["id"])
    known = portal.products.get(int(fields.get("productId") or 0))
    if known and not fields.get("productName") and not row["productName"]:
        fields = fields | {"productName": known["name"]}
    merged = row | fields
    if "discountSum" in fields and "discountRate" not in fields:
        merged["discountRate"] = None  # to be derived from the sum
    row |= sums.priced(merged, portal.precision)
    portal.rows[row["id"]] = row
    return row


def replace_rows(portal: Portal, owner_id: int, rows: list[Fields]) -> list[Fields]:
    for old in portal.rows_of(owner_id):
        del portal.rows[old["id"]]
    return [put_row(portal, owner_id, fields) for fields in rows]


@contextlib.contextmanager
def changing_rows(portal: Portal, item: Fields, by: int) -> Iterator[None]:
    """Around a change of rows. The item is saved with them: other rows move its ``updatedTime`` though its totals stay
    (source §2.3), and rows that are what they were do not."""
    before = _rows_say(portal, item)
    yield
    refresh_totals(portal, item, by, rows_changed=_rows_say(portal, item) != before)


def _rows_say(portal: Portal, item: Fields) -> list[Fields]:
    return [{name: value for name, value in row.items() if name != "id"} for row in portal.rows_of(item["id"])]


def refresh_totals(
    portal: Portal, item: Fields, by: int, at: datetime | None = None, *, rows_changed: bool = False
) -> None:
    _price_again(portal, item["id"])
    wanted: Fields = computed(portal, item)
    if item["isManualOpportunity"] != "Y" and not portal.rows_of(item["id"]):
        wanted = {"opportunity": Decimal(0), "taxValue": Decimal(0)}
    changed = {name: value for name, value in wanted.items() if item[name] != value}
    if changed or rows_changed:
        _touch(portal, INVOICE, item, changed, by, at or portal.now())


def account_value(portal: Portal, currency: str, value: Any) -> Decimal | None:
    """The same money in the base currency."""
    if value is None:
        return None
    rate = next((known.amount for known in portal.currencies if known.code == currency), Decimal(1))
    return sums.cents(value * rate)
