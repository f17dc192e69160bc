"""How Xero spells items, and how they are asked for by their codes. Pure. Source: facts §5.2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from b24xero.domain.product import Item, NewItem
from b24xero.xero import parse
from b24xero.xero.kept_text import same_words

# Characters of a condition in an address, which stays under 2 kB with what stands around it (facts §2.3).
LONGEST_CONDITION = 1700


def item(element: Mapping[str, Any]) -> Item:
    details = element.get("SalesDetails")
    sales: Mapping[str, Any] = details if isinstance(details, Mapping) else {}
    return Item(
        id=str(element.get("ItemID") or ""),
        code=str(element.get("Code") or ""),
        name=str(element.get("Name") or ""),
        description=str(element.get("Description") or ""),
        price=None if sales.get("UnitPrice") in (None, "") else parse.money(sales["UnitPrice"]),
        account=str(sales.get("AccountCode") or ""),
        tax_type=str(sales.get("TaxType") or ""),
    )


def body(new: NewItem) -> dict[str, Any]:
    """The item to create, sold and not bought. A price that the product does not have is left out."""
    sales: dict[str, Any] = {"AccountCode": new.account, "TaxType": new.tax_type}
    if new.price is not None:
        sales["UnitPrice"] = float(new.price)
    return {
        "Code": new.code, "Name": new.name, "Description": new.description, "IsSold": True, "IsPurchased": False,
        "SalesDetails": sales,
    }  # fmt: skip


def adjusted(known: Mapping[str, Any], account: str, tax_type: str) -> dict[str, Any]:
    """The same item for another account or tax rate; what is empty stays as it is."""
    changes = {"AccountCode": account, "TaxType": tax_type}
    sales = {**known["SalesDetails"], **{name: value for name, value in changes.items() if value}}
    return {**known, "SalesDetails": sales}


def is_of(there: Item, known: Mapping[str, Any]) -> bool:
    """Whether an item is what a body of ours would have made: nobody changed it since, or made another in its place."""
    made = item(known)
    return same_words(made.name, there.name) and there.price == made.price


def condition(codes: Iterable[str]) -> str:
    """All of these codes in one ``where``; empty when they do not fit into an address, or when one cannot be written
    (a double quote cannot be escaped, facts §2.3): then all items are read, which is one call too."""
    wanted = list(dict.fromkeys(codes))
    if any('"' in code or "\\" in code for code in wanted):
        return ""
    said = " OR ".join(f'Code=="{code}"' for code in wanted)
    return said if len(quote(said)) <= LONGEST_CONDITION else ""
