"""What a real organisation's answers say of the facts that are open; asked by reading alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from b24xero.domain import days
from b24xero.domain.findings import Finding, listed, plural, shape_of_day, word
from b24xero.errors import Forbidden, NotFound, Rejected
from b24xero.xero import parse
from b24xero.xero.client import SALES, Xero
from b24xero.xero.wire import Json, Timeout, elements

TIMEOUT: Timeout = (5, 30)
BEYOND = 100_000
# What is read of an item, and of an invoice to know what settled it.
_OF_AN_ITEM = ("AccountCode", "TaxType", "UnitPrice")
_OF_AN_INVOICE = ("AmountCredited", "AmountPaid", "CreditNotes", "LineItems", "Payments", "UpdatedDateUTCString")


def findings(xero: Xero) -> Iterator[Finding]:
    """Six calls.

    Raises:
        Disconnected, RetryLater, OutcomeUnknown: Xero does not answer this login now.
    """
    yield from _organisation(one_organisation(xero))
    yield from _accounts(xero)
    yield from _items(xero)
    yield from _invoices(xero)


def one_organisation(xero: Xero) -> Json:
    """The organisation as Xero has it now, in its own words."""
    found = elements(xero.wire.send(xero.wire.api.get_organisations, timeout=TIMEOUT), "Organisations")
    return found[0] if found else {}


def _organisation(said: Mapping[str, Any]) -> Iterator[Finding]:
    for name in ("IsDemoCompany", "Class", "Edition", "Version", "CountryCode", "BaseCurrency", "SalesTaxBasis"):
        yield name, word(said[name]) if name in said else "not there"
    zone = str(said.get("Timezone", ""))
    yield "Timezone", f"{word(zone)}, {'known to us' if days.is_known(zone) else 'NOT known to us'}"
    for name in ("PeriodLockDate", "EndOfYearLockDate"):
        yield name, _date_shape(said[name]) if said.get(name) else "not set"


def _date_shape(value: Any) -> str:
    """Spelt as a moment in milliseconds at midnight UTC, or in which other way."""
    day = parse.business_day(value)
    if day is None:
        return shape_of_day(value)
    at_midnight = parse.moment(value) == datetime(day.year, day.month, day.day, tzinfo=UTC)
    return "/Date(…)/ at midnight UTC" if at_midnight else "/Date(…)/ at another time of day"


def _accounts(xero: Xero) -> Iterator[Finding]:
    rows, refused = _asked(lambda: xero.wire.send(xero.wire.api.get_accounts, timeout=TIMEOUT), "Accounts")
    if refused:
        yield "accounts", refused
        return
    live = [row for row in rows if row.get("Status") == "ACTIVE"]
    sales = sum(row.get("Class") == "REVENUE" for row in live)
    yield "accounts", f"{plural(len(live), 'live one')}, {sales} of class REVENUE"
    yield "live accounts without a code", str(sum(not row.get("Code") for row in live))
    yield "system accounts", listed(word(row["SystemAccount"]) for row in rows if row.get("SystemAccount"))


def _items(xero: Xero) -> Iterator[Finding]:
    rows, refused = _asked(lambda: xero.wire.send(xero.wire.api.get_items, timeout=TIMEOUT, unitdp=4), "Items")
    if refused or not rows:
        yield "items", refused or "none"
        return
    yield "items", str(len(rows))
    for name in _OF_AN_ITEM:
        having = sum(name in (row.get("SalesDetails") or {}) for row in rows)
        yield f"items whose SalesDetails have {name}", str(having)


def _invoices(xero: Xero) -> Iterator[Finding]:
    def page(number: int, **options: Any) -> Json | None:
        return xero.wire.send(
            xero.wire.api.get_invoices, where=SALES, order="UpdatedDateUTC DESC", page=number, page_size=20,
            timeout=TIMEOUT, **options,
        )  # fmt: skip

    rows, refused = _asked(lambda: page(1), "Invoices")
    if refused or not rows:
        yield "sales invoices", refused or "none"
        return
    yield "sales invoices", "there are some"
    yield "fields of an invoice in a list that are missing", listed(n for n in _OF_AN_INVOICE if n not in rows[0])
    beyond, refused = _asked(lambda: page(BEYOND), "Invoices")
    yield "a page past the last", refused or (f"{len(beyond)} invoices" if beyond else "an empty page")
    yield "modified since the very second", _very_second(rows[0], page)


def _very_second(newest: Mapping[str, Any], page: Callable[..., Json | None]) -> str:
    moment = parse.moment(newest.get("UpdatedDateUTC"))
    if moment is None:
        return "undecided: UpdatedDateUTC cannot be read"
    second = moment.replace(microsecond=0)
    rows, refused = _asked(lambda: page(1, if_modified_since=f"{second:%Y-%m-%dT%H:%M:%S}"), "Invoices")
    comes = any(row.get("InvoiceID") == newest.get("InvoiceID") for row in rows)
    stamp = "a whole second" if moment == second else "with a fraction"
    return refused or f"{'comes along' if comes else 'is left out'} (its stamp is {stamp})"


def _asked(ask: Callable[[], Json | None], name: str) -> tuple[list[Json], str]:
    """The rows, or what stands against the question."""
    try:
        answer = ask()
    except (Forbidden, NotFound, Rejected) as error:
        return [], f"refused: {error}"
    return ([] if answer is None else elements(answer, name)), ""
