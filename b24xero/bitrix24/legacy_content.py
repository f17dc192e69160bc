"""What an old invoice says, what is sent so that a save leaves it so, and what changed nevertheless. Pure.

``crm.invoice.update`` saves the whole invoice again from what was sent and, for the rest, from what was stored: days
are then read with American eyes, and what is printed of the payer is filled anew (source facts §3.4). So the days and
the printed details are always sent as they stand. Rows are not: those that are stored are taken with their ids, and a
query string that PHP cuts off after 1,000 values would lose the last of them without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from b24xero.bitrix24.parse import day, decimal, moment, money, number, text
from b24xero.bitrix24.row_sums import to_row

Old = Mapping[str, Any]

LONGEST_VOUCHER = 20
DAYS = ("DATE_BILL", "DATE_PAY_BEFORE", "PAY_VOUCHER_DATE")


@dataclass(frozen=True)
class Payment:
    """What is kept of the payment with a status that pays."""

    on: date
    voucher: str = ""


@dataclass(frozen=True)
class Change:
    """Something that is another than before. ``what`` in neutral words: "date", "total", "row 2", "printed EMAIL" …"""

    what: str
    before: str
    after: str


def to_send(old: Old, status: str, payment: Payment | None) -> dict[str, Any]:
    """The fields of an update that is to change the status alone.

    A moment is sent as it was read, with its offset, which is one moment to every reader; a bare day would lose its
    time. One that has none is sent as the day that it is.
    """
    sent: dict[str, Any] = {"STATUS_ID": status}
    for name in DAYS:
        if (known := day(old.get(name))) is not None:
            sent[name] = known.isoformat()
    if moment(old.get("DATE_MARKED")):
        sent["DATE_MARKED"] = _without_midnight(text(old["DATE_MARKED"]))
    if payment:
        sent["PAY_VOUCHER_DATE"] = payment.on.isoformat()
        if payment.voucher.strip():
            sent["PAY_VOUCHER_NUM"] = payment.voucher.strip()[:LONGEST_VOUCHER].rstrip()
    if details := {code: value for code, value in _details(old).items() if value}:
        sent["INVOICE_PROPERTIES"] = details
    return sent


def _without_midnight(moment: str) -> str:
    day, _, time = moment.partition("T")
    return day if time.startswith("00:00:00") else moment


def changes(before: Old, after: Old, sent: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs beside the status and what was sent of the payment; amounts to the cent, as they are read."""
    return tuple(_changes(before, after, sent))


def _changes(before: Old, after: Old, sent: Mapping[str, Any]) -> Iterator[Change]:
    for name, (what, read) in _HEADER.items():
        was = read(sent[name] if name in sent and name != "DATE_MARKED" else before.get(name))
        now = read(after.get(name))
        if was != now:
            yield Change(what, was, now)
    for name in sorted(name for name in {*before, *after} if name.startswith("UF_") and name not in _HEADER):
        was, now = _any(before.get(name)), _any(after.get(name))
        if was != now:
            yield Change(f"field {name}", was, now)
    details, printed = _details(before), _details(after)
    for code in dict.fromkeys((*details, *printed)):
        if details.get(code, "") != printed.get(code, ""):
            yield Change(f"printed {code}", details.get(code, ""), printed.get(code, ""))
    yield from _changed_rows(_rows(before), _rows(after))


def _any(value: Any) -> str:
    """A field of the portal's own, of whatever type; PHP's empty ones are alike."""
    return "" if value in (None, False, "", [], {}) else str(value)


def _changed_rows(before: list[str], after: list[str]) -> Iterator[Change]:
    for n in range(max(len(before), len(after))):
        was, now = (rows[n] if n < len(rows) else "" for rows in (before, after))
        if was != now:
            yield Change(f"row {n + 1}", was, now)


def _details(old: Old) -> dict[str, str]:
    details = old.get("INVOICE_PROPERTIES")
    return {code: text(value) for code, value in details.items()} if isinstance(details, Mapping) else {}


def _rows(old: Old) -> list[str]:
    """Each as one text: its id and all that it says. A free row's stand-in is another each time, and says nothing."""
    rows = old.get("PRODUCT_ROWS")
    return [_row(row) for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _row(row: Old) -> str:
    ids = f"#{number(row.get('ID'))}, product {number(row.get('PRODUCT_ID'))}"
    amounts = " ".join(f"{name} {_amount(row.get(name))}" for name in ("QUANTITY", "PRICE", "DISCOUNT_PRICE"))
    tax = f"VAT {_amount(row.get('VAT_RATE'))} {text(row.get('VAT_INCLUDED'))}"
    return f"{ids}: {text(row.get('PRODUCT_NAME'))}, {amounts}, {tax}, {text(row.get('MEASURE_NAME'))}"


def _amount(value: Any) -> str:
    return "none" if value in (None, "") else format(to_row(decimal(value)).normalize(), "f")


def _day(value: Any) -> str:
    known = day(value)
    return known.isoformat() if known else ""


def _moment(value: Any) -> str:
    known = moment(value)
    return known.astimezone(UTC).isoformat() if known else ""


def _cents(value: Any) -> str:
    return str(money(value))


def _id(value: Any) -> str:
    return str(number(value))


_HEADER: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "ACCOUNT_NUMBER": ("number", text), "ORDER_TOPIC": ("title", text), "DATE_BILL": ("date", _day),
    "DATE_PAY_BEFORE": ("due date", _day), "PRICE": ("total", _cents), "TAX_VALUE": ("tax", _cents),
    "CURRENCY": ("currency", text), "PAY_VOUCHER_DATE": ("payment date", _day),
    "PAY_VOUCHER_NUM": ("payment number", text), "DATE_MARKED": ("date of the reason", _moment),
    "REASON_MARKED": ("reason", text), "UF_COMPANY_ID": ("company", _id), "UF_CONTACT_ID": ("contact", _id),
    "UF_MYCOMPANY_ID": ("own company", _id), "UF_DEAL_ID": ("deal", _id), "UF_QUOTE_ID": ("quote", _id),
    "RESPONSIBLE_ID": ("responsible person", _id), "PERSON_TYPE_ID": ("kind of payer", _id),
    "PAY_SYSTEM_ID": ("payment system", _id), "COMMENTS": ("comments", text),
    "USER_DESCRIPTION": ("comment for the customer", text), "XML_ID": ("external id", text),
    "IS_RECURRING": ("recurring", text), "DATE_INSERT": ("date of making", _moment), "PR_LOCATION": ("place", _id),
}  # fmt: skip
