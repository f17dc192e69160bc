"""Crm.item.productrow.*: the rows of an invoice (facts §3.4)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from b24xero.simulator.bitrix24 import records
from b24xero.simulator.bitrix24.access import may_edit, may_read
from b24xero.simulator.bitrix24.call import Answer, Call, Methods, ill_typed
from b24xero.simulator.bitrix24.fields import ROW_FIELDS, described
from b24xero.simulator.bitrix24.filters import Filter, ordered, page_of
from b24xero.simulator.bitrix24.state import INVOICE, Fields, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()
KINDS = {field.name: field.kind for field in ROW_FIELDS.values()}


@METHODS.add("crm.item.productrow.list")
def list_rows(call: Call) -> Answer:
    """Both ``=ownerType`` and ``=ownerId`` are mandatory, 50 rows a page overall. Several owners are allowed, and the
    right is asked for item 1 alone, which is what PHP makes of a list as a number; an owner that is missing is one that
    may not be read (source §1 #9)."""
    raw = call.params.get("filter")
    if not isinstance(raw, dict) or "=ownerType" not in raw or "=ownerId" not in raw:
        raise RestError("INVALID_ARG_VALUE", "Invalid filter: =ownerType and =ownerId are required")
    _check_type(raw["=ownerType"])
    owners = raw["=ownerId"]
    asked_for = call.portal.items[INVOICE].get(1 if isinstance(owners, (list, dict)) else _id(owners))
    if asked_for is None or not may_read(call.user, INVOICE, asked_for):
        raise RestError("ACCESS_DENIED", "Access denied")
    chosen = Filter(raw, KINDS, call.portal.zone)
    rows = {row["id"]: row for owner in values_of(owners) for row in call.portal.rows_of(_id(owner))}
    found = [row for row in rows.values() if chosen.matches(row)]
    page, total, following = page_of(ordered(found, call.params.get("order"), KINDS), call.params.get("start"))
    return Answer({"productRows": [shown(call.portal, row) for row in page]}, total, following)


@METHODS.add("crm.item.productrow.get")
def get(call: Call) -> Answer:
    row = call.portal.rows.get(call.need_int("id"))
    if row is None:
        raise RestError("NOT_FOUND", "Item not found")
    if not may_read(call.user, INVOICE, call.portal.items[INVOICE][row["ownerId"]]):
        raise RestError("ACCESS_DENIED", "Access denied")
    return Answer({"productRow": shown(call.portal, row)})


@METHODS.add("crm.item.productrow.fields")
def fields(_call: Call) -> Answer:
    return Answer({"fields": {field.name: described(field) for field in ROW_FIELDS.values()}})


@METHODS.add("crm.item.productrow.set")
def set_rows(call: Call) -> Answer:
    """Replaces all rows. An empty list, which JSON alone can say, deletes them all (source §1 #10)."""
    item = _editable(call, call.need("ownerType"), call.need("ownerId"))
    raw = call.need("productRows")
    if not isinstance(raw, (list, dict)):
        raise RestError("100", ill_typed(raw, "productRows", "array"))
    rows = [read_row(one) for one in values_of(raw)]
    with records.changing_rows(call.portal, item, call.user.id):
        records.replace_rows(call.portal, item["id"], rows)
    return Answer({"productRows": [shown(call.portal, row) for row in call.portal.rows_of(item["id"])]})


@METHODS.add("crm.item.productrow.add")
def add(call: Call) -> Answer:
    raw = call.need_map("fields")
    for name in ("ownerType", "ownerId"):
        if not raw.get(name):
            raise RestError("100", f"Could not find value for parameter {{{name}}}")
    item = _editable(call, raw["ownerType"], raw["ownerId"])
    with records.changing_rows(call.portal, item, call.user.id):
        row = records.put_row(call.portal, item["id"], read_row(raw))
    return Answer({"productRow": shown(call.portal, row)})


@METHODS.add("crm.item.productrow.update")
def update(call: Call) -> Answer:
    row, item = _editable_row(call)
    with records.changing_rows(call.portal, item, call.user.id):
        records.put_row(call.portal, item["id"], read_row(call.need_map("fields")), row)
    return Answer({"productRow": shown(call.portal, row)})


@METHODS.add("crm.item.productrow.delete")
def delete(call: Call) -> Answer:
    row, item = _editable_row(call)
    with records.changing_rows(call.portal, item, call.user.id):
        del call.portal.rows[row["id"]]
    return Answer([])


def _check_type(owner_type: Json) -> None:
    if owner_type != "SI":
        raise RestError("ENTITY_TYPE_NOT_SUPPORTED", f"Entity type {owner_type} is not supported")


def _id(value: Json) -> int:
    """0, which nothing has, for what is no number."""
    return int(str(value)) if str(value).isdigit() else 0


def _owner(portal: Portal, owner_type: Json, owner_id: Json) -> Fields:
    _check_type(owner_type)
    if _id(owner_id) not in portal.items[INVOICE]:
        raise RestError("OWNER_NOT_FOUND", "Owner was not found")
    return portal.items[INVOICE][_id(owner_id)]


def _editable(call: Call, owner_type: Json, owner_id: Json) -> Fields:
    item = _owner(call.portal, owner_type, owner_id)
    if not may_edit(call.user, INVOICE, item):
        raise RestError("ACCESS_DENIED", "Access denied")
    return item


def _editable_row(call: Call) -> tuple[Fields, Fields]:
    row = call.portal.rows.get(call.need_int("id"))
    if row is None:
        raise RestError("NOT_FOUND", "Item not found")
    return row, _editable(call, row["ownerType"], row["ownerId"])


def shown(portal: Portal, row: Fields) -> dict[str, Json]:
    currency = portal.items[INVOICE][row["ownerId"]]["currencyId"]
    whole = row | {"priceAccount": records.account_value(portal, currency, row["price"])}
    return {name: whole[name] for name in ROW_FIELDS}


def read_row(raw: Json) -> Fields:
    """The writable fields of a row, typed; unknown and read-only keys are ignored. ``taxRate`` null is "no VAT"."""
    if not isinstance(raw, dict):
        raise RestError("100", ill_typed(raw, "productRows", "array"))
    written: Fields = {}
    for name, value in raw.items():
        field = ROW_FIELDS.get(name)
        if field and field.writable:
            written[name] = _read(name, field.kind, value)
    if written.get("discountTypeId", 2) not in (1, 2):
        raise RestError("0", "Unknown discount type")
    return written


def _read(name: str, kind: str, value: Json) -> Any:
    if kind == "boolean":
        return "Y" if value in ("Y", "y", True, 1, "1") else "N"
    if kind == "string":
        return "" if value is None else str(value)
    if value in (None, ""):
        return None if name in ("taxRate", "storeId", "discountRate", "discountSum") else _EMPTY[name]
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise RestError("100", ill_typed(value, name, "float")) from error
    if not number.is_finite():
        raise RestError("100", ill_typed(value, name, "float"))
    return int(number) if kind == "integer" else number


_EMPTY: Fields = {
    "productId": 0, "price": Decimal(0), "quantity": Decimal(1), "discountTypeId": 2, "measureCode": 796, "sort": 0,
}  # fmt: skip
