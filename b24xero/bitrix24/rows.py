"""Which rows of Bitrix24's answers can be read: each field that is used has a type that it may have. Pure.

A row is a map inside a list. One that cannot be read is taken out of its list, so that it costs itself and not the
page; of an invoice's product rows all are, since an invoice without one of them is another invoice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from b24xero.outbound.json_answer import is_id, is_number

# As the newer and the older methods spell them (facts §3-§5): compared without case and underscores.
_NUMBERS = {
    "opportunity", "taxvalue", "price", "priceexclusive", "pricenetto", "pricebrutto", "quantityfrom", "discountsum",
    "discountrate", "taxrate", "rate", "sort", "discountprice", "vatrate",
}  # fmt: skip
# A quantity is held to what an id may be, too, so that with its price it is an amount that can be reckoned with.
_IDS = {
    "id", "companyid", "contactid", "categoryid", "iblockid", "productiblockid", "productid", "vatid", "requisiteid",
    "entitytypeid", "anchortypeid", "anchorid", "quantity", "ufcompanyid", "ufcontactid",
}  # fmt: skip
_TEXTS = {
    "accountnumber", "title", "name", "lastname", "code", "xmlid", "begindate", "closedate", "createdtime",
    "updatedtime", "stageid", "previousstageid", "currencyid", "currency", "statusid", "semantics", "color",
    "productname", "taxincluded", "vatincluded", "ismanualopportunity", "active", "system", "base", "detailtext",
    "description", "email", "phone", "address1", "address2", "city", "province", "region", "postalcode", "country",
    "rqvatid", "rqinn", "rqedrpou", "rqregon", "rqsiret", "rqcnpj", "rqbin", "measuretitle", "symbol", "symbolintl",
    "symbolrus", "placement", "handler", "event", "typeid", "ordertopic", "datebill", "datepaybefore", "dateinsert",
    "dateupdate", "datestatus", "isrecurring", "payed",
}  # fmt: skip
_WHOLE = ("productRows", "PRODUCT_ROWS")


def readable(result: Any) -> tuple[Any, list[str]]:
    """The same answer without the rows that cannot be read; of each of those, what is odd in it.

    A list of product rows that holds one becomes None, which is no list.
    """
    odd: list[str] = []
    return _cleaned(result, odd), odd


def oddness(row: Mapping[str, Any]) -> str:
    """The fields whose values are not of their type, with the type that they have; "" for a row that can be read."""
    checks = _checks_of(tuple(row))
    for name, check in checks:
        if not check(row[name]):
            break
    else:
        return ""
    return ", ".join(f"{name} is a {type(row[name]).__name__}" for name, check in checks if not check(row[name]))


@lru_cache(maxsize=512)
def _checks_of(names: tuple[str, ...]) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    """What a row of these fields is held to: the same for all rows of a list."""
    spelt = {name: name.lower().replace("_", "") for name in names}
    # A kind of statuses has its name for an id (facts §3.3): SMART_INVOICE_STAGE_7.
    named = {"ID"} if "SEMANTIC_INFO" in names else set()
    return tuple((name, _CHECKS[as_one]) for name, as_one in spelt.items() if as_one in _CHECKS and name not in named)


def _cleaned(value: Any, odd: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _whole_or_none(inside, odd) if name in _WHOLE else _cleaned(inside, odd)
                for name, inside in value.items()}  # fmt: skip
    if not isinstance(value, list):
        return value
    kept = []
    for row in value:
        wrong = oddness(row) if isinstance(row, Mapping) else ""
        if wrong:
            odd.append(_named(row, wrong, odd))
        else:
            kept.append(row)
    return kept


def _named(row: Mapping[str, Any], wrong: str, odd: list[str]) -> str:
    """By its id, since one answer may hold a row twice; what has none is counted by itself."""
    known_by = row.get("id", row.get("ID"))
    return f"{wrong} (row {known_by})" if is_id(known_by) else f"{wrong} (a row without id, {len(odd)})"


def _whole_or_none(rows: Any, odd: list[str]) -> Any:
    """A list that PHP keeps under other keys than 0, 1, 2 comes as a map; one by words tells of the field itself."""
    if isinstance(rows, Mapping) and all(str(key).isdecimal() for key in rows):
        rows = list(rows.values())
    if not isinstance(rows, list):
        return rows
    wrong = [oddness(row) if isinstance(row, Mapping) else f"a row is a {type(row).__name__}" for row in rows]
    odd += filter(None, wrong)
    return None if any(wrong) else rows


def _is_text(value: Any) -> bool:
    """Numbers and yes or no too: which of them stands for what differs from portal to portal."""
    return type(value) is str or value is None or isinstance(value, str | int | Decimal)


def _are_numbers(value: Any) -> bool:
    return value is None or isinstance(value, list) and all(map(is_id, value))


def _are_maps(value: Any) -> bool:
    return value is None or isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _is_map(value: Any) -> bool:
    """PHP's empty map is a list, and may be False or an empty text."""
    return isinstance(value, Mapping) or value in (None, False, "", [])


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_NUMBERS, is_number), **dict.fromkeys(_IDS, is_id), **dict.fromkeys(_TEXTS, _is_text),
    "contactids": _are_numbers, "fm": _are_maps, "extra": _is_map, "invoiceproperties": _is_map,
}  # fmt: skip
