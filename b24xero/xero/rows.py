"""Which objects of Xero's answers can be read: each field that is used has a type that it may have. Pure.

One that cannot be read is left out of what was asked for; of one that was written the outcome is unknown then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from b24xero.outbound.json_answer import is_number

_NUMBERS = {
    "Total", "AmountDue", "AmountPaid", "AmountCredited", "SubTotal", "TotalTax", "Quantity", "UnitAmount",
    "LineAmount", "TaxAmount", "DiscountRate", "DiscountAmount", "EffectiveRate", "UnitPrice",
}  # fmt: skip
_TEXTS = {
    "InvoiceID", "InvoiceNumber", "Status", "CurrencyCode", "DueDateString", "DueDate", "Url", "Reference",
    "UpdatedDateUTC", "UpdatedDateUTCString", "DateString", "Date", "LineAmountTypes", "ContactID", "Name",
    "EmailAddress", "ContactNumber", "ContactStatus", "MergedToContactID", "LineItemID", "Description", "AccountCode",
    "TaxType", "ItemCode", "Code", "Class", "SystemAccount", "Type", "ShortCode", "BaseCurrency", "Timezone",
    "PeriodLockDate", "EndOfYearLockDate", "ItemID", "BrandingThemeID", "TrackingCategoryID",
}  # fmt: skip
_MAPS = {"Contact", "SalesDetails"}
_LISTS = {"LineItems"}
# What an object is known by; without it nothing can be done with it.
IDS = {"Invoices": "InvoiceID", "Contacts": "ContactID", "Items": "ItemID"}


def readable(elements: Iterable[Mapping[str, Any]], name: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The objects of the list ``name`` that can be read; of each of the others, what is odd in it."""
    kept, odd = [], []
    for element in elements:
        wrong = oddness(element) or ("" if element.get(IDS.get(name, "")) or name not in IDS else f"no {IDS[name]}")
        if wrong:
            odd.append(wrong)
        else:
            kept.append(element)
    return kept, odd


def oddness(element: Mapping[str, Any]) -> str:
    """The fields whose values are not of their type, with the type that they have; "" for one that can be read."""
    return ", ".join(_odd_fields(element))


def _odd_fields(element: Mapping[str, Any]) -> Iterable[str]:
    for name, value in element.items():
        if not _CHECKS.get(name, _anything)(value):
            yield f"{name} is a {type(value).__name__}"
        elif name in _MAPS and value:
            yield from _odd_fields(value)
        elif name in _LISTS:
            for one in value or ():
                yield from _odd_fields(one)


def _anything(_value: Any) -> bool:
    return True


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str | int | Decimal)


def _is_map(value: Any) -> bool:
    return value is None or isinstance(value, Mapping)


def _are_maps(value: Any) -> bool:
    return value is None or isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(_NUMBERS, is_number), **dict.fromkeys(_TEXTS, _is_text),
    **dict.fromkeys(_MAPS, _is_map), **dict.fromkeys(_LISTS, _are_maps),
}  # fmt: skip
