"""How an invoice of ours is found in Xero by its mark, and how it is kept that it stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from b24xero.db.models import Intent
from b24xero.domain.books import Books
from b24xero.errors import Rejected, problem
from b24xero.push.context import Push
from b24xero.writes import intents, invoice_links
from b24xero.xero import drift
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Json, Mark


@dataclass(frozen=True)
class Found:
    """It was in Xero already, by its mark. ``same``: with the very content that was to be created."""

    said: XeroInvoice
    same: bool


Result = XeroInvoice | Found | Rejected


def find(
    wanted: Sequence[tuple[Push, Json]], totals: Mapping[int, str] = MappingProxyType({})
) -> dict[int, Found | Rejected]:
    """By the address back to Bitrix24: that is ours alone, a number may be anybody's.

    Args:
        totals: of those that were sent in these very words and whose answer was lost: one with that total counts as
            the same, however Xero spells the rest.
    """
    if not wanted:
        return {}
    marks = [Mark.of(body) for _, body in wanted]
    xero = wanted[0][0].xero
    candidates = (
        *xero.invoices_numbered([mark.number for mark in marks if mark.number]),
        *xero.invoices_referring([mark.reference for mark in marks if not mark.number]),
    )
    # A deleted one gives way to one that lives.
    there = {said.url: said for said in sorted(candidates, key=lambda said: said.status != "DELETED")}
    return {
        work.invoice.id: _judged(there[mark.url], body, work.books, totals.get(work.invoice.id, ""))
        for (work, body), mark in zip(wanted, marks, strict=True)
        if mark.url in there
    }


def _judged(said: XeroInvoice, body: Json, books: Books, total: str) -> Found | Rejected:
    """One that is ours and stands for another contact was changed by somebody, who must say what it is now."""
    if said.contact_id and said.contact_id != body["Contact"]["ContactID"]:
        return Rejected(problem("found_for_another", number=said.number, name=said.contact_name))
    # Whatever became of its status since, the content tells whether it is what was to be written.
    content = {name: value for name, value in body.items() if name != "Status"}
    same = bool(total and said.total == Decimal(total)) or drift.is_written(content, said, books)
    return Found(said, same)


def record(work: Push, intent: Intent, result: Result) -> None:
    """Into the transaction that is open."""
    if isinstance(result, Rejected):
        intents.end(intent, "refused")
    else:
        intents.end(intent, "done", take(work, result, intent.keep))


def take(work: Push, result: XeroInvoice | Found, keep: Mapping[str, Any]) -> str:
    """Into the transaction that is open: it stands in Xero, and we wrote it, or cannot know what was written last."""
    said, same = (result.said, result.same) if isinstance(result, Found) else (result, True)
    if same:
        invoice_links.take_written(work.link, said, work.user, work.now, keep, "created", work.books)
    else:
        invoice_links.take(work.link, said, work.now.date())
    return said.id
