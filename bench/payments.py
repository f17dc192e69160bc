"""What happens in Xero before a pull: invoices are paid, paid in part, voided."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bench.place import Place

PAID, DEPOSIT, UNPAID = "DT31_7:P", "DT31_7:UC_DEPOSI", "DT31_7:D"
OLD_STATUSES = {PAID: "P", DEPOSIT: "E", UNPAID: "D"}
# What the set-up makes of it: fields of its form.
SET_UP = {"status:paid": PAID, "status:part": DEPOSIT, "status:void": UNPAID}
OLD_SET_UP = {f"old_{field}": OLD_STATUSES[stage] for field, stage in SET_UP.items()}


def receive(here: Place, ids: Sequence[int], seed: int = 1) -> dict[int, str]:
    """Six in ten are paid, two in ten paid in part, two in ten voided; the stage where each belongs then."""
    chosen = random.Random(seed)
    known = {here.key_at(str(i.get("Url", ""))): i for i in here.control("xero/invoices")}
    stages = {id: _happens(here, known[id]["InvoiceID"], chosen.random()) for id in ids if id in known}
    return {id: OLD_STATUSES[stage] if here.old else stage for id, stage in stages.items()}


def _happens(here: Place, xero_id: str, chance: float) -> str:
    if chance < 0.6:
        here.control("xero/pay", invoice=xero_id)
        return PAID
    if chance < 0.8:
        here.control("xero/pay", invoice=xero_id, amount=1)
        return DEPOSIT
    here.control("xero/void", invoice=xero_id)
    return UNPAID
