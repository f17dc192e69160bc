"""How Bitrix24 spells products, prices and what belongs to them, in its newer and its older way. Pure.

Sources: facts §5. The newer answers stand inside a map under the list's name, in some documented samples without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from b24xero.bitrix24 import parse
from b24xero.bitrix24.flags import is_no, is_yes
from b24xero.domain.product import Catalogue, Measure, NewProduct, Product, Vat

Json = Mapping[str, Any]


def rows(answer: Any, name: str) -> list[Json]:
    """The rows of a list, wrapped or not."""
    inside = answer.get(name, answer.get("result")) if isinstance(answer, Mapping) else answer
    if isinstance(inside, Mapping):
        inside = inside.get(name)
    return [row for row in inside if isinstance(row, Mapping)] if isinstance(inside, list) else []


# -- what a portal offers ---------------------------------------------------------------------------------------------


def product_catalogue(found: Sequence[Json]) -> int:
    """The catalogue of products: the other one, of their variations, names it. 0: there is none."""
    own = (row for row in found if not parse.number(row.get("productIblockId")))
    return next((parse.number(row.get("iblockId") or row.get("id")) for row in own), 0)


def price_type(found: Sequence[Json]) -> int:
    """The base price's; usually 1, which also stands in where this person may not read them."""
    base = (row for row in found if row.get("base") is None or is_yes(row["base"]))
    return next((parse.number(row.get("id")) for row in base), 0) or 1


def vats(found: Iterable[Json]) -> tuple[Vat, ...]:
    """Both spellings; a rate of null is "no VAT", which is offered in any case, then as no rate at all (0)."""
    read = []
    for row in found:
        lower = {key.lower(): value for key, value in row.items()}
        rate = None if lower.get("rate") in (None, "") else parse.rate(lower["rate"])
        if not is_no(lower.get("active")) and parse.number(lower.get("id")):
            read.append(Vat(parse.number(lower["id"]), parse.text(lower.get("name")), rate))
    none = [] if any(vat.rate is None for vat in read) else [Vat(0, "No VAT", None)]
    return (*read, *none)


def measures(found: Iterable[Json]) -> tuple[Measure, ...]:
    """Named by the first of its names that is filled in."""
    names = ("measureTitle", "symbol", "symbolIntl", "symbolRus", "code")
    return tuple(
        Measure(parse.number(row.get("id")), next((parse.text(row[n]) for n in names if parse.text(row.get(n))), ""))
        for row in found
    )


def currencies(found: Iterable[Json], base: Any) -> tuple[str, ...]:
    """The base currency first; it alone where the list is not shown."""
    listed = sorted(found, key=lambda row: not is_yes(row.get("BASE")))
    codes = [parse.text(base) if isinstance(base, str) else "", *(parse.text(row.get("CURRENCY")) for row in listed)]
    return tuple(dict.fromkeys(code for code in codes if code))


# -- products ---------------------------------------------------------------------------------------------------------


def product(row: Json, offered: Catalogue, price: Json | None = None) -> Product:
    vat_id = parse.number(row.get("vatId"))
    return Product(
        id=parse.number(row.get("id")),
        name=parse.text(row.get("name")),
        code=parse.text(row.get("code")),
        description=parse.text(row.get("detailText")),
        price=parse.price(price.get("price")) if price else None,
        currency=parse.text(price.get("currency")) if price else "",
        vat=offered.vat(vat_id),
        tax_included=is_yes(row.get("vatIncluded")),
        mark=parse.text(row.get("xmlId")),
    )


def old_product(row: Json, offered: Catalogue) -> Product:
    priced = row.get("PRICE") not in (None, "")
    return Product(
        id=parse.number(row.get("ID")),
        name=parse.text(row.get("NAME")),
        code=parse.text(row.get("CODE")),
        description=parse.text(row.get("DESCRIPTION")),
        price=parse.price(row.get("PRICE")) if priced else None,
        currency=parse.text(row.get("CURRENCY_ID")) if priced else "",
        vat=offered.vat(parse.number(row.get("VAT_ID"))),
        tax_included=is_yes(row.get("VAT_INCLUDED")),
        mark=parse.text(row.get("XML_ID")),
    )


def prices(found: Iterable[Json]) -> dict[int, Json]:
    """By product; of several for growing quantities the one for the smallest."""
    ordered = sorted(found, key=lambda row: -parse.number(row.get("quantityFrom")))
    return {parse.number(row.get("productId")): row for row in ordered}


# -- what is written --------------------------------------------------------------------------------------------------


def number(amount: Decimal) -> int | float:
    """As JSON has it; ten digits and four decimals come through a float unharmed."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def product_body(new: NewProduct, offered: Catalogue, mark: str) -> dict[str, Any]:
    """The call that makes it. ``xmlId`` is ours to fill: by it a product whose answer was lost is known again. The
    older way makes the price at once."""
    if offered.old:
        return {"method": "crm.product.add", "fields": _old_fields(new, mark)}
    fields = {
        "iblockId": offered.id, "name": new.name, "code": new.code, "xmlId": mark, "active": "Y", "vatId": new.vat_id,
        "vatIncluded": "N", "detailText": new.description, "detailTextType": "text", "measure": new.measure_id,
    }  # fmt: skip
    method = "catalog.product.service.add" if new.kind == "service" else "catalog.product.add"
    return {"method": method, "fields": {name: value for name, value in fields.items() if value not in ("", 0)}}


def _old_fields(new: NewProduct, mark: str) -> dict[str, Any]:
    fields = {
        "NAME": new.name, "CODE": new.code, "XML_ID": mark, "ACTIVE": "Y", "VAT_ID": new.vat_id, "VAT_INCLUDED": "N",
        "DESCRIPTION": new.description, "DESCRIPTION_TYPE": "text", "PRICE": number(new.price),
        "CURRENCY_ID": new.currency,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value != ""}


def price_body(new: NewProduct, offered: Catalogue) -> dict[str, Any]:
    """The call that prices it, but for the product's id, which is not known yet."""
    fields = {"catalogGroupId": offered.price_type, "price": number(new.price), "currency": new.currency}
    return {"method": "catalog.price.add", "fields": fields}


def made_id(result: Any) -> int:
    """The id in the answer to any of these calls, whose names differ: element, service, price; or the id alone."""
    inside = next((v for v in result.values() if isinstance(v, Mapping)), result) if isinstance(result, Mapping) else 0
    return parse.number(inside.get("id")) if isinstance(inside, Mapping) else parse.number(result)
