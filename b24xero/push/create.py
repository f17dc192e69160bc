"""How invoices come into Xero once: intent, call, result.

One press and fifty invoices of a run go the same way. A create is the write that could make a double, so after any
unclear answer the invoice is looked for in Xero before anything is sent again (``recover``; Xero facts §6.3).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from b24xero.db.models import Intent
from b24xero.db.transactions import writing
from b24xero.domain.set_up import Sent
from b24xero.errors import NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.push import recover
from b24xero.push.context import Push
from b24xero.push.recover import Found, Result
from b24xero.push.send_together import send_together
from b24xero.writes import intents, invoice_links, sending
from b24xero.writes.intents import Write
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Written


@dataclass(frozen=True)
class Create:
    """One create on its way; ``number`` instead of the invoice's own, which Xero keeps for a deleted one."""

    work: Push
    written: Written
    contact_id: str
    status: Sent | None
    number: str = ""

    @property
    def write(self) -> Write:
        body = self.written.to_create(self.contact_id, self.status)
        if self.number:
            body["InvoiceNumber"] = self.number
        keep = invoice_links.to_keep(self.written, self.contact_id, self.work.cents, self.work.invoice)
        if self.work.replaces:
            keep["replaces"] = self.work.replaces
        return Write("invoice", "create", str(self.work.invoice.id), body, keep)


def send(creates: Sequence[Create]) -> list[Result]:
    """The one place that creates invoices: as written, as found there already, or why not; in the order given.

    Raises:
        OutcomeUnknown: nobody knows; the intents stay unclear, and ``recover`` looks before anything is sent again.
        RetryLater, Disconnected, Forbidden: nothing was written.
    """
    return send_together(creates, _send)


Begun = Sequence[tuple[Create, Intent]]


def _send(sent: Begun, key: str) -> list[Result]:
    vendor = None
    try:
        with sending.sending([intent for _, intent in sent]) as vendor:
            return _settled(sent, vendor.answers(lambda: _call(sent, key)))
    except OutcomeUnknown as unclear:
        if len(sent) > 1:
            raise
        with sending.told_as(unclear):
            return [_looked_for(*sent[0])]
    except (NotFound, Rejected):
        if vendor is None or vendor.answered:
            raise
        return _one_by_one(sent)


def _call(sent: Begun, key: str) -> Sequence[XeroInvoice | Rejected]:
    xero = sent[0][0].work.xero
    bodies = [intent.body or {} for _, intent in sent]
    abouts = [create.work.about for create, _ in sent]
    if len(sent) > 1:
        return sending.twice(lambda: xero.create_invoices(bodies, key, abouts))
    try:
        # Somebody waits: after a lost answer it is looked for at once instead of being sent again.
        return xero.create_invoices(bodies, key, abouts)
    except (NotFound, Rejected) as error:
        return [_refusal(sent[0][0], error)]


def _looked_for(create: Create, intent: Intent) -> Result:
    time.sleep(sending.LOOK_AFTER)
    return recover.look_for(create.work, intent)


def _one_by_one(sent: Begun) -> list[Result]:
    """One of them spoiled the call (a contact that is gone), and nothing of it was written: each by itself, so that it
    harms nobody else."""
    return [result for create, _ in sent for result in send([create])]


def _refusal(create: Create, error: NotFound | Rejected) -> Rejected:
    if isinstance(error, NotFound):
        # Xero answers so for an invoice of a contact that it no longer has (facts §5.1).
        return Rejected(problem("contact_gone", **create.work.about))
    return error


def _settled(sent: Begun, answers: Sequence[XeroInvoice | Rejected]) -> list[Result]:
    """Each as Xero told it, in one transaction. A number that is taken may be taken by our own write, of a moment ago
    or of the time before a backup was restored: look, adopt or say whose it is.

    Raises:
        OutcomeUnknown: what was written is recorded; whose the taken numbers are could not be asked.
    """
    taken = [create for (create, _), said in zip(sent, answers, strict=True) if is_taken(said)]
    try:
        found = _find(taken)
    except (RetryLater, OutcomeUnknown) as error:
        _record_all(sent, answers, unclear=True)
        raise OutcomeUnknown(problem("xero_unclear")) from error
    results = [found.get(create.work.invoice.id, said) for (create, _), said in zip(sent, answers, strict=True)]
    _record_all(sent, results)
    return results


def _record_all(sent: Begun, results: Sequence[Result], *, unclear: bool = False) -> None:
    """``unclear``: of taken numbers it is not known yet whose they are."""
    with writing():
        for (create, intent), result in zip(sent, results, strict=True):
            if unclear and is_taken(result):
                intents.end(intent, "unclear")
            else:
                recover.record(create.work, intent, result)


def is_taken(said: Result) -> bool:
    """Somebody else's invoice has the number."""
    return isinstance(said, Rejected) and any(p.code == "number_taken" for p in said.problems)


def find_first(creates: Sequence[Create]) -> dict[int, Found | Rejected]:
    """Before a first create where Xero gives the numbers and would refuse nothing: ours may be there, its link lost
    with a restored backup. What is found is recorded."""
    found = _find(creates)
    with writing():
        for create in creates:
            result = found.get(create.work.invoice.id)
            if isinstance(result, Found):
                recover.take(create.work, result, create.write.keep)
    return found


def _find(creates: Sequence[Create]) -> dict[int, Found | Rejected]:
    return recover.find([(create.work, create.write.body) for create in creates])
