"""The acts of a person in Xero by their control names, and what each takes from the JSON.

``invoice`` is a number or an id; ``bump`` false leaves UpdatedDateUTC alone; fields in Xero's names stand in ``set``.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from b24xero.simulator.xero import dates, people, profiles, shapes
from b24xero.simulator.xero.answers import Call
from b24xero.simulator.xero.items import save_item
from b24xero.simulator.xero.records import Item, Json
from b24xero.simulator.xero.state import named

InvoiceAct = Callable[[Call, str, Json], Json]
BooksAct = Callable[[Call, Json], Any]
_FLAGS = ("PaysTax", "Class", "Edition", "OrganisationStatus", "IsDemoCompany", "Name", "SalesTaxBasis", "ShortCode",
          "Timezone")  # fmt: skip


def add_account(call: Call, values: Json) -> Json:
    """``code``, ``name``; ``type`` REVENUE and ``tax_type`` NONE unless given."""
    kind, tax_type = values.get("type", "REVENUE"), values.get("tax_type", "NONE")
    if call.organisation.account(values["code"]) is not None:
        raise ValueError(f"Account {values['code']} exists")
    row = profiles.account(call.ids, call.now, values["code"], values["name"], kind, tax_type)
    call.organisation.accounts.append(row)
    return row


def archive_account(call: Call, values: Json) -> Json:
    row = call.organisation.account(values["code"])
    if row is None:
        raise KeyError(f"No account {values['code']!r}")
    row |= {"Status": "ARCHIVED", "UpdatedDateUTC": dates.stamp(call.now)}
    return row


def add_tax_rate(call: Call, values: Json) -> Json:
    """``tax_type``, ``name``, ``rate``; ``applies_to`` such as "Revenue Expenses"."""
    if call.organisation.tax_rate(values["tax_type"]) is not None:
        raise ValueError(f"Tax rate {values['tax_type']} exists")
    applies_to = values.get("applies_to", "Assets Equity Liabilities Revenue")
    row = profiles.tax_rate(values["tax_type"], values["name"], float(values["rate"]), applies_to)
    call.organisation.tax_rates.append(row)
    return row


def delete_tax_rate(call: Call, values: Json) -> Json:
    """A deleted rate stays in the list as DELETED."""
    row = call.organisation.tax_rate(values["tax_type"])
    if row is None:
        raise KeyError(f"No tax rate {values['tax_type']!r}")
    row["Status"] = "DELETED"
    return row


def subscribe(call: Call, values: Json) -> list[Json]:
    if not call.organisation.subscribes_to(values["code"]):
        call.organisation.currencies += profiles.currencies(values["code"])
    return call.organisation.currencies


def unsubscribe(call: Call, values: Json) -> list[Json]:
    row = named(call.organisation.currencies, "Code", values["code"])
    if row is None:
        raise KeyError(f"Not subscribed to {values['code']!r}")
    call.organisation.currencies.remove(row)
    return call.organisation.currencies


def archive_tracking(call: Call, values: Json) -> Json:
    """A ``category`` by its name, or its ``option`` alone; ``back`` true: in use again."""
    rows = call.organisation.tracking
    category = next(row for row in rows if row["Name"] == values["category"])
    row = category
    if "option" in values:
        row = next(option for option in category["Options"] if option["Name"] == values["option"])
    row |= {"Status": "ACTIVE" if truth(values.get("back", False)) else "ARCHIVED"}
    return row


def add_tracking(call: Call, values: Json) -> Json:
    """A category with a ``name`` and its ``options``; two are active at most (facts §4)."""
    if sum(row["Status"] == "ACTIVE" for row in call.organisation.tracking) > 1:
        raise ValueError("An organisation has two active tracking categories at most")
    row = profiles.tracking(call.ids, values["name"], values["options"])
    call.organisation.tracking.append(row)
    return row


def delete_theme(call: Call, values: Json) -> Json:
    """By its ``name``."""
    themes = call.organisation.themes
    row = next(theme for theme in themes if theme["Name"] == values["name"])
    themes.remove(row)
    return row


def lock(call: Call, values: Json) -> Json:
    """``period`` and ``year``: days such as 2026-03-31, or empty to unlock."""
    if "period" in values:
        call.organisation.period_lock = people.read_day(values["period"])
    if "year" in values:
        call.organisation.year_lock = people.read_day(values["year"])
    return {"period": str(call.organisation.period_lock), "year": str(call.organisation.year_lock)}


def set_flags(call: Call, values: Json) -> Json:
    """Fields of GET /Organisation: PaysTax, Class, Name …"""
    given = {key: value for key, value in values.items() if key != "organisation"}
    unknown = set(given) - set(_FLAGS)
    if unknown:
        raise KeyError(f"No flag {sorted(unknown)}")
    call.organisation.info |= given
    call.organisation.name = str(call.organisation.info["Name"])
    return call.organisation.info


def put_item(call: Call, values: Json, key: str | None) -> Json:
    """A new item, or with ``key`` (a code or an id) a change."""
    element = people.element(values, shapes.ITEM, "Item")
    outcome = save_item(call, element, item_of(call, key) if key else None)
    if outcome.errors:
        raise ValueError("; ".join(outcome.errors))
    return outcome.row


def item_of(call: Call, key: str) -> Item:
    found = call.organisation.item_at(key)
    if found is None:
        raise KeyError(f"No item {key!r}")
    return found


def truth(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "yes")


def _bump(values: Json) -> bool:
    return truth(values.get("bump", True))


def _amount(values: Json) -> Decimal | None:
    """None: all that is due."""
    text = str(values.get("amount", "all"))
    return None if text == "all" else Decimal(text)


def _pay(call: Call, key: str, values: Json) -> Json:
    day, reference = people.read_day(values.get("date")), str(values.get("reference", ""))
    return people.pay(call, key, _amount(values), day, _bump(values), reference)


ON_INVOICE: dict[str, InvoiceAct] = {
    "invoice": lambda call, key, values: people.show(call, key),
    "pay": _pay,
    "unpay": lambda call, key, values: people.unpay(call, key, values.get("payment", ""), _bump(values)),
    "credit": lambda call, key, values: people.credit(call, key, _amount(values), _bump(values)),
    "prepay": lambda call, key, values: people.settle_by(call, key, "Prepayment", _amount(values), _bump(values)),
    "overpay": lambda call, key, values: people.settle_by(call, key, "Overpayment", _amount(values), _bump(values)),
    "void": lambda call, key, values: people.edit(call, key, {"Status": "VOIDED"}, _bump(values)),
    "delete": lambda call, key, values: people.edit(call, key, {"Status": "DELETED"}, _bump(values)),
    "edit": lambda call, key, values: people.edit(call, key, values["set"], _bump(values)),
    "approve": lambda call, key, values: people.approve(call, key, _bump(values)),
}
IN_BOOKS: dict[str, BooksAct] = {
    "invoices/add": lambda call, values: people.add_invoice(call, values["set"]),
    "contacts/add": lambda call, values: people.add_contact(call, values["set"]),
    "contacts/edit": lambda call, values: people.edit_contact(call, values["contact"], values["set"]),
    "contacts/archive": lambda call, values: people.archive_contact(call, values["contact"]),
    "contacts/restore": lambda call, values: people.restore_contact(call, values["contact"]),
    "contacts/forget": lambda call, values: people.forget_contact(call, values["contact"]),
    "contacts/merge": lambda call, values: people.merge_contacts(call, values["contact"], values["into"]),
    "items/add": lambda call, values: put_item(call, values["set"], None),
    "items/edit": lambda call, values: put_item(call, values["set"], values["item"]),
    "items/delete": lambda call, values: call.organisation.items.pop(item_of(call, values["item"]).item_id).code,
    "accounts/add": add_account,
    "accounts/archive": archive_account,
    "tracking/archive": archive_tracking,
    "tracking/add": add_tracking,
    "themes/delete": delete_theme,
    "tax-rates/add": add_tax_rate,
    "tax-rates/delete": delete_tax_rate,
    "currencies/subscribe": subscribe,
    "currencies/unsubscribe": unsubscribe,
    "lock": lock,
    "flags": set_flags,
}
