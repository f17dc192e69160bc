"""The fields of the set-up form, one function each: what may be chosen and what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext

from b24xero.domain.books import Books
from b24xero.domain.invoice import Stage, VatRate
from b24xero.domain.set_up import (
    LARGEST_TOLERANCE,
    LEAVE,
    SetUp,
    Stands,
    tolerance_of,
)
from b24xero.web.common import formats, labels

# An invoice without rows is not written; any other value is the tax key of its one line.
STOP = "stop"


@dataclass(frozen=True)
class Field:
    """``about`` is what is mapped (a stage, a status), ``options`` are (value, words), none where one types. An empty
    value is "Choose…", which stays open; ``wrong`` may not be saved."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, Any]]
    about: Any = None
    hint: str = ""
    error: str = ""
    wrong: bool = False

    @property
    def id(self) -> str:
        return self.name

    @property
    def open(self) -> bool:
        """Nothing is chosen, or something that can no longer be."""
        return bool(self.options) and self.value not in (value for value, _words in self.options if value)


def options(choices: Iterable[tuple[str, Any]], value: str) -> tuple[tuple[str, Any], ...]:
    """With "Choose…" on top where nothing that may be chosen is chosen."""
    found = tuple(choices)
    return found if value in (v for v, _ in found) else (("", gettext("Choose…")), *found)


def choice_field(name: str, label: str, value: str, words: Mapping[str, Any]) -> Field:
    choices = tuple(words.items())
    return Field(name, label, value, choices if name == "number" else options(choices, value))


def stage_field(stage: Stage, value: str) -> Field:
    error = "" if value else gettext("New since the last save")
    return Field(f"stage:{stage.id}", stage.name, value, options(labels.TARGETS.items(), value), stage, "", error)


def status_field(status: Stands, value: str, stages: Sequence[Stage]) -> Field:
    choices = [(LEAVE, gettext("Leave as it is")), *((stage.id, stage.name) for stage in stages)]
    gone = value not in (v for v, _ in choices)
    error = gettext("Its stage is gone from Bitrix24") if gone and value else ""
    label = str(labels.STATUSES[status])
    return Field(f"status:{status}", label, value, options(choices, value), status, "", error)


def tax_field(rate: VatRate, value: str, books: Books, *, suggested: bool) -> Field:
    choices = [(tax.type, tax.name) for tax in books.live_tax_rates]
    hint = error = ""
    if not value and suggested and rate.rate is not None:
        error = gettext("No rate of %(rate)s in Xero", rate=formats.percent(rate.key))
    elif not value:
        error = gettext("No match chosen yet")
    elif value not in (v for v, _ in choices):
        error = gettext("“%(tax)s” can no longer be used on sales", tax=_tax_name(value, books))
    elif suggested:
        hint = gettext("Suggested: no tax at all") if rate.rate is None else gettext("Suggested: the same percentage")
    return Field(f"tax:{rate.key}", rate.name, value, options(choices, value), rate, hint, error)


def _tax_name(tax_type: str, books: Books) -> str:
    found = books.tax_rate(tax_type)
    return found.name if found else tax_type


def account_field(value: str, books: Books) -> Field:
    choices = [(account.code, f"{account.code} · {account.name}") for account in books.live_accounts]
    error = ""
    if value and value not in (v for v, _ in choices):
        error = gettext("Account %(code)s in Xero is archived or no longer takes sales. Choose another.", code=value)
    hint = gettext("The account of every line in Xero.")
    return Field("sales_account", gettext("Sales account"), value, options(choices, value), None, hint, error)


def rounding_field(value: str, largest: str, books: Books) -> Field:
    words = {
        way: str(said) % {"code": books.rounding_account}
        for way, said in labels.ROUNDINGS.items()
        if way != "line" or books.rounding_account
    }
    tolerance = tolerance_of(largest)
    amount = formats.decimals(SetUp().largest_rest if tolerance is None else tolerance)
    field = choice_field("rounding", gettext("Totals differ by %(amount)s or less", amount=amount), value, words)
    if value == "line" and not books.rounding_account:
        return replace(field, error=gettext("Xero has no rounding account in use"))
    hint = gettext("What tax rounding leaves. A larger difference is never written.")
    return replace(field, hint=hint)


def tolerance_field(value: str) -> Field:
    amount = tolerance_of(value)
    shown = value if amount is None else formats.decimals(amount)
    hint = gettext("In the currency of the invoice, from 0 to %(most)s.", most=formats.decimals(LARGEST_TOLERANCE))
    return Field("tolerance", gettext("Largest difference from tax rounding"), shown, (), None, hint)


def kept_amount(spelt: str) -> str:
    """As it is kept, in no language's signs; what names no amount stays as it is."""
    amount = tolerance_of(spelt)
    return spelt if amount is None else str(amount)


def no_rows_field(value: str, rates: Iterable[VatRate]) -> Field:
    one_line = [
        (rate.key, gettext("Write one line at the total, with %(rate)s", rate=rate.name)) for rate in one_a_key(rates)
    ]
    choices = options([(STOP, gettext("Do not write them")), *one_line], value or STOP)
    return Field("no_rows", gettext("Invoices without rows"), value or STOP, choices)


def customers_field(value: str) -> Field:
    field = choice_field("customers", gettext("Customers that changed in Bitrix24"), value, labels.CUSTOMERS)
    return replace(field, hint=gettext("What somebody changed in Xero by hand is never overwritten without a word."))


def missing_items_field(value: str) -> Field:
    return choice_field("missing_items", gettext("Products without an item in Xero"), value, labels.MISSING_ITEMS)


def one_a_key(rates: Iterable[VatRate]) -> tuple[VatRate, ...]:
    """Rates of one percentage become one Xero rate, so they are one field that names them all."""
    names: dict[str, list[str]] = {}
    known: dict[str, VatRate] = {}
    for rate in rates:
        names.setdefault(rate.key, []).append(rate.name)
        known.setdefault(rate.key, rate)
    return tuple(replace(rate, name=" / ".join(dict.fromkeys(names[key]))) for key, rate in known.items())
