"""The intents of one call, committed together: those of invoices that are still ours to write."""

from __future__ import annotations

from collections.abc import Sequence

from b24xero.db.models import Intent
from b24xero.db.transactions import writing
from b24xero.push.context import Push
from b24xero.writes import intents, invoice_links
from b24xero.writes.intents import Write


def begin(wanted: Sequence[tuple[Push, Write]], key: str) -> list[Intent | None]:
    """An intent for each, in the order given; None where the claim has lapsed to somebody else meanwhile, since a
    process that was away for that long must not send beside the one that took over, and where a write is open."""
    if not wanted:
        return []
    first = wanted[0][0]
    with writing():
        held = invoice_links.hold_all([work.link for work, _ in wanted], first.claim)
        ours = [write for work, write in wanted if work.link.id in held]
        begun = iter(intents.add_all(first.organisation, first.user, ours, first.claim, key))
        return [next(begun) if work.link.id in held else None for work, _ in wanted]
