"""Which invoices a portal has, where it has none of today's kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from b24xero.bitrix24 import parse
from b24xero.bitrix24.item_list import rows_of
from b24xero.bitrix24.session import Session
from b24xero.errors import NotFound, Rejected, problem


@contextmanager
def expected(session: Session) -> Iterator[None]:
    """Around a list of invoices: it is NOT_FOUND only where their type was never made (source §2.3).

    Raises:
        Rejected: which invoices there are instead; one call more.
    """
    try:
        yield
    except NotFound as error:
        raise none_of_today(session) from error


def none_of_today(session: Session) -> Rejected:
    """The kinds of statuses tell which invoices are switched on (source §2.5). Today's are made when somebody opens
    their list for the first time."""
    kinds = {parse.text(row.get("ID")) for row in rows_of(session.call("crm.status.entity.types", {})["result"])}
    return Rejected(problem("only_old_invoices" if "INVOICE_STATUS" in kinds else "no_invoices_yet"))
