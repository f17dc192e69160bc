"""How the newest invoices since a day are read whole: seven calls for 245 of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from b24xero.bitrix24 import invoices as bitrix24_invoices
from b24xero.bitrix24 import parse, templates
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.invoice_list import INVOICE, PAGE
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.templates import Templates
from b24xero.domain.invoice import Invoice
from b24xero.domain.traits import NOTHING, Needs

# Lists of 50 travel in one call, invoices with their rows 49 a call: a whole number of calls wastes none.
MOST = 5 * bitrix24_invoices.IN_A_CALL


@dataclass(frozen=True)
class Recent:
    """``invoices``: the newest first, ``MOST`` at most; ``total``: how many this person sees since that day."""

    invoices: tuple[Invoice, ...]
    total: int


def recent(session: Session, categories: Sequence[int], since: date, met: Templates, needs: Needs = NOTHING) -> Recent:
    """One call for their ids; then as ``many.groups``: one for every 49, and one for the customers of all.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    names = [f"page_{start}" for start in range(0, MOST, PAGE)]
    answer = session.batch({name: _page(since, n * PAGE) for n, name in enumerate(names)})
    items = [item for name in names for item in answer.rows(name, "items")]
    listed = (parse.number(item.get("id")) for item in templates.without(items, met))
    ids = dict.fromkeys(id for id in listed if id)
    found = bitrix24_invoices.invoices(session, list(ids)[:MOST], categories, needs=needs)
    counted = answer.totals.get(names[0], len(items)) - len(templates.ids_of(items))
    return Recent(tuple(found.values()), counted)


def _page(since: date, start: int) -> tuple[str, Params]:
    """The day goes as a bare date, which every portal reads as one. Source: facts §3.1."""
    return "crm.item.list", {
        "entityTypeId": INVOICE,
        "select": ["id", "isRecurring"],
        "filter": {">=begindate": since.isoformat()},
        "order": {"begindate": "DESC", "id": "DESC"},
        "start": start,
    }
