"""Products: catalog.* of the portal (facts §5). Everything here wants the right to the catalogue."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from b24xero.simulator.bitrix24.access import need_catalog, need_catalog_settings, need_new_products, need_prices
from b24xero.simulator.bitrix24.call import Answer, Call, Methods
from b24xero.simulator.bitrix24.filters import Filter, ordered, page_of
from b24xero.simulator.bitrix24.state import Fields, Portal
from b24xero.simulator.bitrix24.wire import Json, RestError, values_of

METHODS = Methods()
PRODUCTS, VARIATIONS, BASE_PRICE = 23, 24, 1

_PRODUCT = {
    "id": "integer", "iblockId": "integer", "name": "string", "code": "string", "xmlId": "string",
    "active": "boolean", "vatId": "integer", "vatIncluded": "boolean", "detailText": "string",
    "detailTextType": "string", "measure": "integer", "type": "integer", "sort": "integer", "createdBy": "integer",
    "dateCreate": "datetime", "timestampX": "datetime", "quantity": "double", "purchasingPrice": "double",
    "iblockSectionId": "integer",
}  # fmt: skip
_WRITABLE = (
    "iblockId", "name", "code", "xmlId", "active", "vatId", "vatIncluded", "detailText", "detailTextType", "measure",
    "sort", "purchasingPrice", "iblockSectionId",
)  # fmt: skip
_PRICE = {
    "id": "integer", "productId": "integer", "catalogGroupId": "integer", "price": "double", "currency": "string",
    "extraId": "integer", "quantityFrom": "integer", "quantityTo": "integer", "timestampX": "datetime",
}  # fmt: skip


def _listed(
    call: Call, rows: list[Fields], kinds: dict[str, str], *, wraps: bool = False
) -> tuple[list[Fields], int | None, int | None]:
    """Catalog lists answer a bad filter or order with error 0."""
    need_catalog(call.user)
    try:
        chosen = Filter(call.params.get("filter"), kinds, call.portal.zone)
        found = ordered([row for row in rows if chosen.matches(row)], call.params.get("order"), kinds)
    except RestError as error:
        raise RestError("0", error.description) from error
    page, total, following = page_of(found, call.params.get("start"), wraps=wraps)
    names = {str(name) for name in values_of(call.params.get("select") or ["*"])}
    return [{k: v for k, v in row.items() if "*" in names or k in names} for row in page], total, following


@METHODS.add("catalog.catalog.list", "catalog")
def catalog_list(call: Call) -> Answer:
    """Two catalogues: of products (productIblockId null) and of their variations."""
    need_catalog_settings(call.user)
    rows: list[Fields] = [
        {"id": PRODUCTS, "name": "CRM product catalog", "productIblockId": None, "skuPropertyId": None},
        {"id": VARIATIONS, "name": "CRM product variations", "productIblockId": PRODUCTS, "skuPropertyId": 97},
    ]
    rows = [
        row
        | {"iblockId": row["id"], "iblockTypeId": "CRM_PRODUCT_CATALOG", "lid": "s1", "subscription": "N", "vatId": 1}
        for row in rows
    ]
    kinds = {
        name: "string" if name in ("name", "lid", "iblockTypeId", "subscription") else "integer" for name in rows[0]
    }
    found, total, following = _listed(call, rows, kinds)
    return Answer({"catalogs": found}, total, following)


@METHODS.add("crm.catalog.list", legacy=True)
def crm_catalog_list(call: Call) -> Answer:
    """The catalogue of products alone, never of their variations; for whoever reads something of the CRM."""
    row = {"ID": str(PRODUCTS), "NAME": "CRM product catalog", "ORIGINATOR_ID": None, "ORIGIN_ID": None, "XML_ID": None}
    return Answer([row], total=1)


# -- products -----------------------------------------------------------------------------------------------------


@METHODS.add("catalog.product.list", "catalog")
def product_list(call: Call) -> Answer:
    """``id`` and ``iblockId`` must be selected and ``iblockId`` filtered, else error 0."""
    need_catalog(call.user)
    select = {str(name) for name in values_of(call.params.get("select") or [])}
    if "*" not in select and not {"id", "iblockId"} <= select:
        raise RestError("0", "Required select fields: id, iblockId")
    raw = call.params.get("filter")
    if not isinstance(raw, dict) or not {"iblockId", "=iblockId", "@iblockId"} & set(raw):
        raise RestError("0", "Required filter fields: iblockId")
    found, total, following = _listed(call, list(call.portal.products.values()), _PRODUCT, wraps=True)
    return Answer({"products": found}, total, following)


@METHODS.add("catalog.product.get", "catalog")
def product_get(call: Call) -> Answer:
    need_catalog(call.user)
    return Answer({"product": _product(call)})


@METHODS.add("catalog.product.add", "catalog")
def product_add(call: Call) -> Answer:
    need_new_products(call.user)
    written = _written(call, new=True)
    return Answer({"element": new_product(call.portal, written, call.user.id)})


@METHODS.add("catalog.product.service.add", "catalog")
def service_add(call: Call) -> Answer:
    """The same, of type 7, under a name of its own in the answer."""
    need_new_products(call.user)
    written = _written(call, new=True)
    return Answer({"service": new_product(call.portal, written | {"type": 7}, call.user.id)})


def new_product(
    portal: Portal, fields: Fields, by: int, *, number: int | None = None, price: Decimal | None = None,
    currency: str = "",
) -> Fields:  # fmt: skip
    """Keeps a product; with ``price`` also its base price, in the base currency unless told (demo worlds)."""
    now, number = portal.now(), number or portal.number("product", 1267)
    product: Fields = dict.fromkeys(_PRODUCT)
    product |= {"active": "Y", "vatIncluded": "N", "detailTextType": "text", "type": 1, "sort": 500}
    product |= {"id": number, "createdBy": by, "dateCreate": now, "timestampX": now} | fields
    portal.products[number] = product
    if price is not None:
        code = currency or portal.base_currency().code
        base = {"productId": number, "catalogGroupId": BASE_PRICE, "price": price, "currency": code}
        _keep_price(portal, base)
    return product


@METHODS.add("catalog.product.update", "catalog")
def product_update(call: Call) -> Answer:
    need_catalog(call.user)
    product = _product(call)
    product |= _written(call, known=product) | {"timestampX": call.portal.now()}
    return Answer({"element": product})


def _product(call: Call) -> Fields:
    number = call.need_int("id")
    if number not in call.portal.products:
        raise RestError("200040300010", "Product does not exist")
    return call.portal.products[number]


def _written(call: Call, *, new: bool = False, known: Fields | None = None) -> Fields:
    """The writable fields, checked; unknown keys are ignored."""
    raw = call.need_map("fields")
    fields: Fields = {name: raw[name] for name in _WRITABLE if name in raw}
    missing = [name for name in ("iblockId", "name") if new and not fields.get(name)]
    if missing:
        raise RestError("0", f"Required fields: {', '.join(missing)}")
    for name in ("iblockId", "vatId", "measure", "sort"):
        if fields.get(name) not in (None, ""):
            fields[name] = _int(fields[name])
    if new and fields["iblockId"] not in (PRODUCTS, VARIATIONS):
        raise RestError("200040300000", "Iblock is not found")
    if fields.get("vatId") and fields["vatId"] not in [vat.id for vat in call.portal.vat]:
        raise RestError("0", "Unknown VAT rate")
    own = known["id"] if known else None
    others = [product for product in call.portal.products.values() if product["id"] != own]
    if fields.get("code") and fields["code"] in [product["code"] for product in others]:
        raise RestError("0", "Product with the specified symbolic code already exists")
    return fields


def _int(value: Json) -> int:
    if not str(value).isdigit():
        raise RestError("0", "Invalid number")
    return int(value)


# -- prices, measures ---------------------------------------------------------------------------------------------


@METHODS.add("catalog.pricetype.list", "catalog")
def price_type_list(call: Call) -> Answer:
    rows: list[Fields] = [{"id": BASE_PRICE, "name": "BASE", "base": "Y", "xmlId": "BASE"}]
    kinds = {"id": "integer", "name": "string", "base": "boolean", "xmlId": "string"}
    found, total, following = _listed(call, rows, kinds)
    return Answer({"priceTypes": found}, total, following)


@METHODS.add("catalog.price.list", "catalog")
def price_list(call: Call) -> Answer:
    found, total, following = _listed(call, list(call.portal.prices.values()), _PRICE)
    return Answer({"prices": found}, total, following)


@METHODS.add("catalog.price.add", "catalog")
def price_add(call: Call) -> Answer:
    """A second price of the same type for one product is error 0."""
    need_prices(call.user)
    price = _checked_price(call, call.need_map("fields"))
    taken = [(one["productId"], one["catalogGroupId"]) for one in call.portal.prices.values()]
    if (price["productId"], price["catalogGroupId"]) in taken:
        raise RestError("0", "A price of this type already exists for the product")
    return Answer({"price": _keep_price(call.portal, price)})


@METHODS.add("catalog.price.update", "catalog")
def price_update(call: Call) -> Answer:
    need_catalog(call.user)
    number = call.need_int("id")
    if number not in call.portal.prices:
        raise RestError("0", "Price does not exist")
    known = call.portal.prices[number]
    known |= _checked_price(call, known | call.need_map("fields")) | {"timestampX": call.portal.now()}
    return Answer({"price": known})


@METHODS.add("catalog.price.modify", "catalog")
def price_modify(call: Call) -> Answer:
    """Sets all prices of a product at once and deletes those not listed."""
    need_catalog(call.user)
    product: Any = call.need_map("fields").get("product")
    if not isinstance(product, dict) or not isinstance(product.get("prices"), list):
        raise RestError("0", "Required fields: product")
    wanted = [_checked_price(call, one | {"productId": product.get("id")}) for one in product["prices"]]
    for old in [one for one in call.portal.prices.values() if one["productId"] == _int(product.get("id"))]:
        del call.portal.prices[old["id"]]
    return Answer({"prices": [_keep_price(call.portal, price) for price in wanted]})


def _checked_price(call: Call, raw: dict[str, Json]) -> Fields:
    missing = [name for name in ("productId", "catalogGroupId", "price", "currency") if raw.get(name) in (None, "")]
    if missing:
        raise RestError("0", f"Required fields: {', '.join(missing)}")
    try:
        amount = Decimal(str(raw["price"]))
    except InvalidOperation as error:
        raise RestError("0", "Invalid price") from error
    product, group = _int(raw["productId"]), _int(raw["catalogGroupId"])
    if product not in call.portal.products or group != BASE_PRICE:
        raise RestError("0", "Product or price type does not exist")
    if raw["currency"] not in [currency.code for currency in call.portal.currencies]:
        raise RestError("0", "Unknown currency")
    return {"productId": product, "catalogGroupId": group, "price": amount, "currency": raw["currency"]}


def price_of(portal: Portal, product_id: int) -> Fields | None:
    """The base price of a product, if it has one."""
    own = (one for one in portal.prices.values() if one["productId"] == product_id)
    return next((one for one in own if one["catalogGroupId"] == BASE_PRICE), None)


def _keep_price(portal: Portal, price: Fields) -> Fields:
    whole: Fields = dict.fromkeys(_PRICE)
    whole |= price | {"id": portal.number("price", 788), "timestampX": portal.now()}
    portal.prices[whole["id"]] = whole
    return whole


@METHODS.add("catalog.measure.list", "catalog")
def measure_list(call: Call) -> Answer:
    rows: list[Fields] = [
        {"id": 5, "code": 796, "measureTitle": "Piece", "symbolIntl": "pcs"},
        {"id": 7, "code": 356, "measureTitle": "Hour", "symbolIntl": "h"},
        {"id": 9, "code": 6, "measureTitle": "Metre", "symbolIntl": "m"},
    ]
    kinds = {"id": "integer", "code": "integer", "measureTitle": "string", "symbolIntl": "string"}
    found, total, following = _listed(call, rows, kinds)
    return Answer({"measures": found}, total, following)
