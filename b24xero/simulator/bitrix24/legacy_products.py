"""Crm.product.*: the older way to the same products, one flat row with its price (facts §5)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from b24xero.simulator.bitrix24.access import need_settings
from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.catalog import PRODUCTS, new_product, price_of
from b24xero.simulator.bitrix24.filters import Filter, ordered, page_of
from b24xero.simulator.bitrix24.state import Fields, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()

_KINDS = {
    "ID": "integer", "NAME": "string", "CODE": "string", "ACTIVE": "boolean", "PRICE": "double",
    "CURRENCY_ID": "string", "VAT_ID": "integer", "VAT_INCLUDED": "boolean", "DESCRIPTION": "string",
    "DESCRIPTION_TYPE": "string", "MEASURE": "integer", "XML_ID": "string", "SORT": "integer", "SECTION_ID": "integer",
}  # fmt: skip
_SPELT = {
    "ID": "id", "NAME": "name", "CODE": "code", "ACTIVE": "active", "VAT_ID": "vatId", "VAT_INCLUDED": "vatIncluded",
    "DESCRIPTION": "detailText", "DESCRIPTION_TYPE": "detailTextType", "MEASURE": "measure", "XML_ID": "xmlId",
    "SORT": "sort", "SECTION_ID": "iblockSectionId",
}  # fmt: skip


def _row(portal: Portal, product: Fields) -> Fields:
    """All values are strings, what is not set is null."""
    price = price_of(portal, product["id"])
    row: Fields = {name: product[own] for name, own in _SPELT.items()}
    row |= {"PRICE": f"{price['price']:.2f}" if price else None, "CURRENCY_ID": price["currency"] if price else None}
    return {name: None if value is None else str(value) for name, value in row.items()}


@METHODS.add("crm.product.list", legacy=True)
def product_list(call: Call) -> Answer:
    """An unknown filter field is ignored, as in all legacy lists."""
    rows = [_row(call.portal, product) for product in call.portal.products.values()]
    chosen = Filter(call.params.get("filter"), _KINDS, call.portal.zone, strict=False)
    found = ordered([row for row in rows if chosen.matches(row)], call.params.get("order"), _KINDS, False)
    page, total, following = page_of(found, call.params.get("start"), wraps=True)
    names = {str(name) for name in values_of(call.params.get("select") or ["*"])}
    shown = [{k: v for k, v in row.items() if "*" in names or k in names or k == "ID"} for row in page]
    return Answer(shown, total, following)


_SECTION = {"ID": "integer", "CATALOG_ID": "integer", "SECTION_ID": "integer", "NAME": "string"}


@METHODS.add("crm.productsection.list", legacy=True)
def section_list(call: Call) -> Answer:
    """Of the catalogue of products, unless another is named; what has no parent has null (facts §5)."""
    rows: list[Fields] = [
        {"ID": str(id), "CATALOG_ID": str(PRODUCTS), "SECTION_ID": None, "NAME": "", "XML_ID": None, **section}
        for id, section in call.portal.sections.items()
    ]
    chosen = Filter(call.params.get("filter"), _SECTION, call.portal.zone, strict=False)
    found = ordered([row for row in rows if chosen.matches(row)], call.params.get("order"), _SECTION, False)
    page, total, following = page_of(found, call.params.get("start"), wraps=True)
    names = {str(name) for name in values_of(call.params.get("select") or ["*"])}
    shown = [{k: v for k, v in row.items() if "*" in names or k in names or k == "ID"} for row in page]
    return Answer(shown, total, following)


@METHODS.add("crm.product.get", legacy=True)
def product_get(call: Call) -> Answer:
    number = call.need_int("id")
    if number not in call.portal.products:
        raise RestError("", "Not found")
    return Answer(_row(call.portal, call.portal.products[number]))


@METHODS.add("crm.product.add", legacy=True)
def product_add(call: Call) -> Answer:
    """One call makes product and price; the answer is its id alone. A code that is taken is not refused here: nothing
    is documented of it, and this is the less comfortable answer."""
    need_settings(call.user)
    raw = call.need_map("fields")
    if not raw.get("NAME"):
        raise RestError("", "The product name is missing.")
    fields: Fields = {own: raw[name] for name, own in _SPELT.items() if name in raw and name != "ID"}
    for name in ("vatId", "measure", "sort"):
        if fields.get(name) not in (None, ""):
            fields[name] = _whole(fields[name])
    known = [currency.code for currency in call.portal.currencies]
    if raw.get("CURRENCY_ID") and raw["CURRENCY_ID"] not in known:
        raise RestError("", "Invalid currency.")
    price = _amount(raw["PRICE"]) if raw.get("PRICE") not in (None, "") else None
    made = new_product(
        call.portal, {"iblockId": PRODUCTS} | fields, call.user.id, price=price, currency=raw.get("CURRENCY_ID") or ""
    )
    return Answer(made["id"])


def _whole(value: Json) -> int:
    if not str(value).isdigit():
        raise RestError("", "Invalid number.")
    return int(value)


def _amount(value: Json) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise RestError("", "Invalid price.") from error
