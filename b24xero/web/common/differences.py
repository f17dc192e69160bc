"""What a difference between Bitrix24 and Xero is in words: the field's name and its three values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

from b24xero.domain.books import Books
from b24xero.web.common import formats
from b24xero.xero.content import Value
from b24xero.xero.drift import Difference

FIELDS = {
    "date": _("Date"),
    "due_date": _("Due date"),
    "reference": _("Reference"),
    "contact": _("Contact"),
    "currency": _("Currency"),
    "prices": _("Prices"),
    "description": _("description"),
    "quantity": _("quantity"),
    "price": _("price"),
    "discount_rate": _("discount in percent"),
    "discount_amount": _("discount"),
    "tax": _("tax rate"),
    "tax_amount": _("tax amount"),
    "account": lazy_pgettext("in Xero’s books", "account"),
    "item": _("item"),
    "theme": _("Branding theme"),
    "tracking": _("tracking"),
}

PRICES = {"Inclusive": _("with tax in them"), "Exclusive": _("without tax"), "NoTax": _("no tax at all")}
KINDS = {
    "changed": _("changed since"),
    "edited": _("edited by hand"),
    "added": _("added since"),
    "removed": _("removed since"),
}


@dataclass(frozen=True)
class DifferenceView:
    """One line of the comparison. ``changed`` and ``edited`` are what happened on either side, or empty."""

    label: str
    written: str
    now: str
    current: str
    changed: str = ""
    edited: str = ""


@dataclass(frozen=True)
class Names:
    """What stands for ids and codes: ``contacts`` by their ids in Xero."""

    books: Books
    contacts: Mapping[str, str]
    currency: str


def view(difference: Difference, names: Names) -> DifferenceView:
    changed = KINDS["changed"] if difference.kind in ("changed", "both") else ""
    edited = KINDS["edited"] if difference.by_hand else ""
    if difference.field == "line" and changed and difference.written is None:
        changed = KINDS["added"]
    if difference.field == "line" and changed and difference.now is None:
        changed = KINDS["removed"]
    return DifferenceView(
        label=label(difference),
        written=spoken(difference.field, difference.written, names),
        now=spoken(difference.field, difference.now, names),
        current=spoken(difference.field, difference.current, names),
        changed=str(changed),
        edited=str(edited),
    )


def label(difference: Difference) -> str:
    """ "Due date", "Line 4, quantity", "Line 4"."""
    if not difference.line:
        return str(FIELDS[difference.field])
    if difference.field == "line":
        return gettext("Line %(n)s", n=difference.line)
    return gettext("Line %(n)s, %(field)s", n=difference.line, field=FIELDS[difference.field])


def spoken(field: str, value: Value, names: Names) -> str:
    """A value as the reader reads it."""
    if value is None or value == "":
        return _nothing(field)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Decimal):
        return _number(field, value, names.currency)
    if field == "contact":
        return names.contacts.get(value) or gettext("another contact")
    if field == "prices":
        return str(PRICES.get(value, value))
    if field == "tax":
        rate = names.books.tax_rate(value)
        return rate.name if rate else value
    if field == "theme":
        theme = names.books.theme(value)
        return theme.name if theme else value
    if field == "account":
        account = names.books.account(value)
        return f"{value} · {account.name}" if account else value
    return value


def _nothing(field: str) -> str:
    if field == "line":
        return gettext("not there")
    return gettext("as computed") if field == "tax_amount" else "–"


def _number(field: str, value: Decimal, currency: str) -> str:
    if field == "quantity":
        return formats.quantity(value)
    if field == "discount_rate":
        return formats.percent(str(value))
    return formats.money(value, currency)
