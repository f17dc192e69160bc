"""What a status means: where an invoice stands in Xero. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol


class Standing(Protocol):
    """What Xero last said of an invoice; an InvoiceLink is one."""

    @property
    def xero_status(self) -> str | None: ...
    @property
    def xero_due(self) -> Decimal | None: ...
    @property
    def xero_settled(self) -> Decimal | None: ...
    @property
    def xero_due_date(self) -> str | None: ...


_PLAIN = {"DRAFT": "draft", "SUBMITTED": "approval", "PAID": "paid", "VOIDED": "void", "DELETED": "deleted"}


def standing(link: Standing, today: date) -> str:
    """One of ``set_up.STATUSES``, or "none" for an invoice that is not in Xero.

    "Part paid" and "overdue" are no statuses of Xero: both are AUTHORISED, told apart by what is settled and by the due
    date (Xero facts §3.3). Overdue outranks part paid, since it asks for action. A voided invoice keeps its amount due,
    so the status is looked at before the amounts.
    """
    if not link.xero_status:
        return "none"
    if link.xero_status in _PLAIN:
        return _PLAIN[link.xero_status]
    if (link.xero_due or 0) > 0 and link.xero_due_date and date.fromisoformat(link.xero_due_date) < today:
        return "overdue"
    return "part" if link.xero_settled else "awaiting"
