"""What is said where a portal has none of today's invoices."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from b24xero.bitrix24 import legacy_invoices
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import Kind
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
        raise none_of_today(legacy_invoices.kinds(session)) from error


def none_of_today(kinds: Collection[Kind]) -> Rejected:
    """Today's are made when somebody opens their list for the first time."""
    return Rejected(problem("only_old_invoices" if "legacy" in kinds else "no_invoices_yet"))
