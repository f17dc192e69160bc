"""When an invoice of Bitrix24 and one of Xero are the same: surely, perhaps, or not. Pure.

Sure is what carries our own mark, its address in Bitrix24, or agrees in number, customer, currency and total. What
agrees in less is for a person to say, with what speaks against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day
from decimal import Decimal
from typing import Literal, Protocol

from b24xero.contacts.match import same
from b24xero.errors import Problem, problem
from b24xero.xero import kept_text

# What stands in the books no more: never sure, since a voided invoice does not come back (Xero facts §3.3).
GONE = {"VOIDED": "void", "DELETED": "deleted"}


class Ours(Protocol):
    """An invoice of Bitrix24; ``models.FoundInvoice`` is one."""

    @property
    def bitrix24_id(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def customer_number(self) -> str: ...
    @property
    def day(self) -> Day: ...
    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> Decimal: ...


class Theirs(Protocol):
    """A sales invoice of Xero; ``xero.answers.XeroInvoice`` is one."""

    @property
    def number(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def date(self) -> Day | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> Decimal: ...
    @property
    def contact_name(self) -> str: ...


@dataclass(frozen=True)
class Fit:
    """``kind``: sure; number, when the number agrees; sum, when only customer, total and date do. ``problems`` speak
    against the last two."""

    kind: Literal["sure", "number", "sum"]
    problems: tuple[Problem, ...] = ()


def number_key(number: str) -> str:
    """Equal for numbers that may be the same: Xero may keep emoji and white space otherwise."""
    return kept_text.number_key(number)[:255]


def name_key(name: str) -> str:
    """Equal where ``contacts.same`` says so."""
    return " ".join(name.split()).casefold()[:255]


def sum_key(currency: str, total: Decimal, day: Day | None) -> str:
    return f"{currency}|{total:.2f}|{day.isoformat()}"[:64] if day else ""


def fit(ours: Ours, theirs: Theirs, mark: int = 0, stands_for: frozenset[str] = frozenset()) -> Fit | None:
    """How well two invoices fit, None when nothing says that they belong together.

    Args:
        mark: the invoice of Bitrix24 to whose address Xero's invoice leads, 0 for none.
        stands_for: numbers of the customers for whom Xero's contact stands (``B24-CO-41``).
    """
    against = list(_against(ours, theirs, mark, stands_for))
    if mark == ours.bitrix24_id:
        return Fit("number", _gone(theirs)) if theirs.status in GONE else Fit("sure")
    if kept_text.same_number(ours.number, theirs.number):
        return Fit("number", tuple(against)) if against else Fit("sure")
    if against or sum_key(ours.currency, ours.total, ours.day) != sum_key(theirs.currency, theirs.total, theirs.date):
        return None
    return Fit("sum", (problem("found_other_number", number=theirs.number),))


def _against(ours: Ours, theirs: Theirs, mark: int, stands_for: frozenset[str]) -> tuple[Problem, ...]:
    found = list(_gone(theirs))
    if mark and mark != ours.bitrix24_id:
        found.append(problem("found_marked_otherwise"))
    if ours.currency != theirs.currency:
        found.append(problem("found_other_currency", here=ours.currency, there=theirs.currency))
    elif ours.total != theirs.total:
        apart = abs(ours.total - theirs.total)
        found.append(problem("found_other_total", amount=apart, currency=ours.currency))
    if not _same_customer(ours, theirs, stands_for):
        found.append(problem("found_other_customer"))
    return tuple(found)


def _gone(theirs: Theirs) -> tuple[Problem, ...]:
    return (problem("found_gone", status=GONE[theirs.status]),) if theirs.status in GONE else ()


def _same_customer(ours: Ours, theirs: Theirs, stands_for: frozenset[str]) -> bool:
    """Our link or our number on the contact, else the name as Xero compares names."""
    if ours.customer_number and ours.customer_number in stands_for:
        return True
    return bool(ours.customer) and same(ours.customer, theirs.contact_name)
