"""A sample draft in a demo company, which shows what Xero does with lines and numbers, and is deleted again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from b24xero.domain.findings import Finding
from b24xero.errors import Rejected
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroInvoice, XeroLine
from b24xero.xero.probe import TIMEOUT, one_organisation
from b24xero.xero.wire import Json, elements

WORDS = "Second line \N{WRENCH}\r\nand its second row"
# Lines are told apart by their quantities, which Xero never changes: (quantity, price, words).
_LINES = ((1, 10.0, "First line"), (2, 20.0, WORDS), (3, 0.0, "A line of 0.00"))
_NEW = (4, 40.0, "A new line in the middle")


class NoDemoCompany(Exception):
    """Nothing was written: books that somebody keeps are not for trying things out."""


class NothingToUse(Exception):
    """The organisation has no contact, or no account for sales."""


def findings(xero: Xero) -> Iterator[Finding]:
    """Some ten calls, four of which write. Whatever happens on the way, what was made is looked for and deleted.

    Raises:
        NoDemoCompany, NothingToUse: before anything is written. JobError: Xero refused, or cannot be reached.
    """
    if one_organisation(xero).get("IsDemoCompany") is not True:
        raise NoDemoCompany
    contact, account = _contact(xero), _account(xero)
    number = f"B24XERO-PROBE-{secrets.token_hex(4).upper()}"
    yield "number of the sample draft", number
    try:
        yield from _tried(xero, _draft(number, contact, account), account)
    finally:
        _remove(xero, number)
    yield "sample draft", "deleted again"


def _contact(xero: Xero) -> str:
    answer = xero.wire.send(xero.wire.api.get_contacts, page=1, page_size=20, timeout=TIMEOUT)
    active = [row for row in elements(answer, "Contacts") if row.get("ContactStatus", "ACTIVE") == "ACTIVE"]
    if not active:
        raise NothingToUse
    return str(active[0]["ContactID"])


def _account(xero: Xero) -> str:
    live = xero.books().live_accounts
    if not live:
        raise NothingToUse
    return live[0].code


def _draft(number: str, contact: str, account: str) -> Json:
    return {
        "Type": "ACCREC", "Status": "DRAFT", "InvoiceNumber": number, "LineAmountTypes": "Exclusive",
        "Contact": {"ContactID": contact}, "LineItems": [_line(*line, account) for line in _LINES],
    }  # fmt: skip


def _line(quantity: int, price: float, words: str, account: str) -> Json:
    return {"Quantity": quantity, "UnitAmount": price, "Description": words, "AccountCode": account}


def _tried(xero: Xero, draft: Json, account: str) -> Iterator[Finding]:
    made = xero.create_invoice(draft, secrets.token_hex(16), {})
    yield "lines of a create come back", _order(made.lines, [1, 2, 3])
    there = xero.invoice(made.id) or made
    yield "lines of the same, read again", _order(there.lines, [1, 2, 3])
    yield "a line of 0.00", _zero_line(there)
    yield "emoji and line ends", _words(there)
    yield "new line sent in the middle", _with_new_line(xero, there, account)
    xero.update_invoice(made.id, {"Status": "DELETED"}, secrets.token_hex(16), {})
    yield "number of a deleted draft", _number_again(xero, draft)


def _order(lines: Sequence[XeroLine], sent: Sequence[int]) -> str:
    came = [int(line.quantity) for line in lines]
    if came == list(sent):
        return "in the order sent"
    return "reversed" if came == list(sent)[::-1] else f"in another order: {came} of {list(sent)}"


def _zero_line(there: XeroInvoice) -> str:
    return next(("keeps its account" if line.account else "comes back without its account"
                 for line in there.lines if line.quantity == 3), "is gone")  # fmt: skip


def _words(there: XeroInvoice) -> str:
    came = next((line.description for line in there.lines if line.quantity == 2), "")
    if came == WORDS:
        return "as they were sent"
    emoji = "kept" if "\N{WRENCH}" in came else "changed"
    return f"emoji {emoji}, line ends {'kept' if chr(13) in came else 'changed'}"


def _with_new_line(xero: Xero, there: XeroInvoice, account: str) -> str:
    ids = {int(line.quantity): line.id for line in there.lines}
    known: list[dict[str, Any]] = [{**_line(*line, account), "LineItemID": ids[line[0]]} for line in _LINES]
    sent = [known[0], _line(*_NEW, account), *known[1:]]
    xero.update_invoice(there.id, {"LineItems": sent}, secrets.token_hex(16), {})
    after = xero.invoice(there.id)
    came = [int(line.quantity) for line in after.lines] if after else []
    places = {0: "stands first", 1: "stays where it was sent", 3: "stands last"}
    return places.get(came.index(4), f"stands elsewhere: {came}") if 4 in came else "is gone"


def _number_again(xero: Xero, draft: Json) -> str:
    try:
        xero.create_invoice(draft, secrets.token_hex(16), {})
    except Rejected as refused:
        return f"is not free: {refused}"
    return "is free again"


def _remove(xero: Xero, number: str) -> None:
    """Looked for by its number, so that one whose answer was lost is found as well."""
    for left in xero.invoices_numbered([number]):
        if left.status != "DELETED":
            xero.update_invoice(left.id, {"Status": "DELETED"}, secrets.token_hex(16), {})
