"""What Activity keeps of one push: its outcome, what was written, where it stands in Xero now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from b24xero.db import states
from b24xero.domain.invoice import Invoice
from b24xero.domain.invoice_key import numberless
from b24xero.domain.statuses import STAYS, standing
from b24xero.push.context import (
    Outcome,
    OutcomeKind,
)
from b24xero.runs.history import Happening

_OUTCOMES: Mapping[OutcomeKind, states.Outcome] = {
    "created": "created", "adopted": "created", "found": "found", "updated": "updated", "voided": "updated",
    "deleted": "updated", "unchanged": "unchanged", "refused": "rejected", "unsure": "rejected", "busy": "skipped",
    "later": "failed", "unclear": "failed",
}  # fmt: skip


def happening(bitrix24_id: int, invoice: Invoice | None, outcome: Outcome, seconds: float, today: date) -> Happening:
    """One line of Activity; ``after`` is what Xero says now, as one of ``set_up.STATUSES``. ``invoice`` None: this
    person does not see it. ``today``: the organisation's."""
    number = invoice.number if invoice else numberless(bitrix24_id)
    now = standing(outcome.link, today) if outcome.link and outcome.link.xero_id else ""
    kind, told = _OUTCOMES[outcome.kind], outcome.problems
    if kind == "rejected" and told and all(problem.code in STAYS for problem in told):
        kind = "skipped"  # it stays as it is, which is no refusal that anybody could put right
    facts = (
        _written_facts(invoice, outcome) if invoice and outcome.link and kind in ("created", "found", "updated") else {}
    )
    return Happening(
        bitrix24_id, number, kind, after=now, problems=told, milliseconds=round(seconds * 1000), facts=facts
    )


def _written_facts(invoice: Invoice, outcome: Outcome) -> dict[str, str]:
    link = outcome.link
    assert link is not None
    taxes = {"tax": str(invoice.tax), "xero_tax": str(outcome.xero_tax)} if outcome.xero_tax is not None else {}
    return {
        "customer": invoice.customer.name if invoice.customer else "",
        "lines": str(len(invoice.line_items)),
        "total": str(invoice.total),
        "currency": invoice.currency,
        "number": link.xero_number or "",
        "xero_total": str(link.xero_total or 0),
        **taxes,
    }
