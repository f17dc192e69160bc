"""How the newest old invoices of a period are read to be counted, beside whatever else the calls ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from b24xero.bitrix24 import legacy_parse, parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.invoice_count import MOST
from b24xero.bitrix24.item_list import PAGE
from b24xero.bitrix24.legacy_pages import (
    ORDERS,
    Pages,
    all_rows,
    ask_pages,
    count_command,
    counting_of,
    is_of_days,
    rows_in,
)
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain.invoice import Stage
from b24xero.domain.queries import Counted, InvoiceQuery


def counted(session: Session, query: InvoiceQuery) -> Counted:
    """The newest invoices of a period: one call, and one more above 50."""
    first = ask_pages(session, counting_of(query), ORDERS["newest"], [0])
    rest = count_rest(query, first.total)
    answer = session.batch(rest) if rest else Batch({}, {}, {}, {})
    return of_pages(query, first, [row for name in rest for row in rows_in(answer.result(name))])


def count_rest(query: InvoiceQuery, total: int) -> Commands:
    """What is counted beyond the first page; nothing past the total, where page 1 would come again."""
    starts = range(PAGE, min(MOST, total), PAGE)
    return {f"old_count_{start}": count_command(query, start) for start in starts}


def of_pages(query: InvoiceQuery, first: Pages, more: Sequence[Params]) -> Counted:
    return read_count(query, (*all_rows(first.rows), *more), first.total, first.stages)


def read_count(query: InvoiceQuery, rows: Iterable[Params], total: int, stages: tuple[Stage, ...]) -> Counted:
    """A condition that the portal left out is held here; then how many there are is known as far as it was read."""
    read = {parse.number(row["ID"]): row for row in rows}
    kept = [row for row in read.values() if not legacy_parse.is_template(row) and is_of_days(row, query)]
    return Counted(tuple(map(legacy_parse.invoice_row, kept)), total if len(kept) == len(read) else len(kept), stages)
