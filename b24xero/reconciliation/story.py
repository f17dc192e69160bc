"""What happened to one invoice in both systems, in the order of its days. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from b24xero.domain.credits import Credit
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.payments import Payment
from b24xero.reconciliation.standing import Standing

# dated: its day in Bitrix24. sent, changed: written to Xero by us, the first time and again. linked: found there.
# moved: to another stage in Bitrix24 for what Xero says. refused: it could not be written. asked: it waited for
# an answer. payment, credit: in Xero; paid: the payment after which nothing is due. due: the day by which it was to be
# paid. differs: how they stand now.
Kind = Literal[
    "dated", "sent", "changed", "linked", "moved", "refused", "asked", "payment", "paid", "credit", "due", "differs",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """``day`` None: not known when. ``at``: the moment, where one is known. ``words``: who paid under which reference,
    which credit note, from which stage to which."""

    kind: Kind
    day: date | None
    at: datetime | None = None
    amount: Decimal | None = None
    who: str = ""
    words: str = ""
    before: str = ""
    after: str = ""


def story(
    invoice: InvoiceRow,
    standing: Standing,
    happened: Iterable[Event],
    payments: Sequence[Payment],
    credits: Sequence[Credit],
    today: date,
) -> list[Event]:
    """The newest first; what is true now stands above all. ``happened``: what b24xero did itself."""
    events = [Event("dated", invoice.date, amount=invoice.total), *happened, *_paid(standing, payments)]
    events += [Event("credit", standing.paid_on, amount=one.amount, words=one.number) for one in credits]
    if standing.due_date and standing.due_date < today and standing.where != "none":
        events.append(Event("due", standing.due_date))
    if standing.differs:
        events.append(Event("differs", None))
    return sorted(events, key=_place, reverse=True)


def _paid(standing: Standing, payments: Sequence[Payment]) -> list[Event]:
    """The last payment of one that is paid is the one after which nothing was due."""
    ordered = sorted(payments, key=lambda payment: payment.day or date.min)
    settled = standing.where == "paid"
    return [
        Event(
            "paid" if settled and payment is ordered[-1] else "payment", payment.day, amount=payment.amount,
            words=payment.reference,
        )
        for payment in ordered
    ]  # fmt: skip


def _place(event: Event) -> tuple[date, int, float]:
    """Of one day first what is dated so, then what has a moment, then what has none."""
    if event.day is None:
        return date.max, 0, 0.0
    group = 0 if event.kind == "dated" else 1 if event.at else 2
    return event.day, group, event.at.timestamp() if event.at else 0.0
