"""Invoices that go to Xero in one call: their intents begun together, each answered in the order given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from b24xero.db.models import Intent
from b24xero.db.transactions import writing
from b24xero.errors import Rejected, problem
from b24xero.push.context import Push
from b24xero.writes import intents, invoice_links
from b24xero.writes.intents import Write


class Planned(Protocol):
    """A create or an edit on its way."""

    @property
    def work(self) -> Push: ...

    @property
    def write(self) -> Write: ...


P = TypeVar("P", bound=Planned)
R = TypeVar("R")


def send_together(
    planned: Sequence[P], carry_out: Callable[[Sequence[tuple[P, Intent]], str], Sequence[R]]
) -> list[R | Rejected]:
    """What came of each.

    Args:
        carry_out: makes the call for those that are ours to write, under the key that it is given.
    """
    key = intents.new_key()
    begun = _begin(planned, key)
    ours = [(one, intent) for one, intent in zip(planned, begun, strict=True) if intent]
    told = dict(zip((one.work.invoice.id for one, _ in ours), carry_out(ours, key) if ours else (), strict=True))
    busy = Rejected(problem("being_written", name=""))
    return [told.get(one.work.invoice.id, busy) for one in planned]


def _begin(planned: Sequence[Planned], key: str) -> list[Intent | None]:
    """Commit the intents of those that are still ours to write: a process that was away for longer than its claim must
    not send beside the one that took over."""
    with writing():
        return [
            intents.add(one.work.organisation, one.work.user, one.write, one.work.claim, key)
            if invoice_links.hold(one.work.link, one.work.claim)
            else None
            for one in planned
        ]
