"""How invoices that stand in Xero are changed: what is to be sent, if anything, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from b24xero.db.models import Intent
from b24xero.db.states import Landed
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.errors import NotFound, OutcomeUnknown, Problem, Rejected, RetryLater, problem
from b24xero.push.context import LANDED, Outcome, Push, difference, settled_on
from b24xero.push.policy import Decision
from b24xero.push.send_together import send_together
from b24xero.writes import intents, invoice_links, sending
from b24xero.writes.intents import Write
from b24xero.xero import drift
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Json


@dataclass(frozen=True)
class Edit:
    """One change on its way. ``kind`` is what it will have come to: updated, voided or deleted."""

    work: Push
    xero_id: str
    body: Json
    kind: Landed
    keep: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    @property
    def write(self) -> Write:
        return Write("invoice", "update", str(self.work.invoice.id), self.body, {**self.keep, "kind": self.kind})


# -- planning ---------------------------------------------------------------------------------------------------------


def hear(heard: Sequence[tuple[Push, XeroInvoice]]) -> dict[int, Landed]:
    """What Xero says now is kept on the links. A change whose answer nobody heard is settled by it: whether it landed
    is seen there, and by invoice what it came to is returned; one that did not land may be planned anew."""
    if not heard:
        return {}
    ids = [str(work.invoice.id) for work, _ in heard]
    lost = intents.open_among(heard[0][0].organisation, "invoice", ids)
    found = {
        work.invoice.id: _settle_lost(work, current, lost[str(work.invoice.id)])
        for work, current in heard
        if str(work.invoice.id) in lost
    }
    with writing():
        for work, current in heard:
            invoice_links.take(work.link, current, work.books, work.now)
    return {id: landed for id, landed in found.items() if landed}


def plan(work: Push, current: XeroInvoice | None, landed: Landed | None = None) -> Edit | Outcome:
    """What to send, or that nothing is to be sent.

    Args:
        landed: it is as it is because of a change of ours whose answer was lost.

    Raises:
        Rejected: Xero would not take it, something of ours stands against it, or a person must choose.
    """
    work, decision = settled_on(work, current or "gone")
    if current and decision.adopts:
        with writing():
            invoice_links.take_content(work.link, current, _keep_of(work, decision), work.books)
    if decision.action == "leave" and not decision.problems:
        return _unchanged(work, decision, landed)
    if current is None or decision.body is None or decision.problems:
        raise Rejected(decision.problems)
    if decision.action == "update":
        return Edit(work, current.id, decision.body, "updated", _keep_of(work, decision), decision.notes)
    return Edit(work, current.id, decision.body, "voided" if decision.action == "void" else "deleted")


def _settle_lost(work: Push, current: XeroInvoice, intent: Intent) -> Landed | None:
    if not intents.take(intent, work.claim, alone=True):
        return None
    keep = dict(intent.keep)
    kind = LANDED[keep.pop("kind", "updated")]
    landed = _shows(intent.body or {}, kind, current, work.books)
    with writing():
        if landed:
            _keep(work, current, keep, intent.body, kind)
        intents.end(intent, "done" if landed else "refused", current.id)
    return kind if landed else None


def _keep_of(work: Push, decision: Decision) -> dict[str, Any]:
    assert decision.written is not None
    return invoice_links.to_keep(decision.written, decision.contact_id, work.cents, work.invoice)


def _unchanged(work: Push, decision: Decision, landed: Landed | None) -> Outcome:
    invoice_links.note_seen(work.link, work.invoice)
    count = len(decision.by_hand)
    told = (problem("kept_by_hand", count=count, id=work.invoice.id),) if count else ()
    return Outcome(landed or "unchanged", link=work.link, problems=(*told, *decision.notes), kept=())


# -- sending ----------------------------------------------------------------------------------------------------------


def send(edits: Sequence[Edit]) -> list[Outcome | Rejected]:
    """What came of each, in the order given.

    Raises:
        OutcomeUnknown: nobody knows; planning again tells by what Xero says then.
        RetryLater, Disconnected, Forbidden: nothing was written.
    """
    return send_together(edits, _send)


Begun = Sequence[tuple[Edit, Intent]]


def _send(sent: Begun, key: str) -> list[Outcome | Rejected]:
    pending = [intent for _, intent in sent]
    try:
        with sending.sending(pending) as vendor:
            answers = vendor.answers(lambda: _call(sent, key))
            _record(sent, answers)
    except OutcomeUnknown as unclear:
        if len(sent) > 1:
            raise
        with sending.told_as(unclear):
            answers = [_looked_at(*sent[0])]
        _record(sent, answers)
    except (NotFound, Rejected):
        # One of them spoils the call (a contact that is gone): each by itself, so that it harms nobody else.
        return [outcome for edit, _ in sent for outcome in send([edit])]
    return [said if isinstance(said, Rejected) else _told(e, said) for (e, _), said in zip(sent, answers, strict=True)]


def _call(sent: Begun, key: str) -> Sequence[XeroInvoice | Rejected]:
    first = sent[0][0]
    if len(sent) > 1:
        changes = [(edit.xero_id, edit.body) for edit, _ in sent]
        abouts = [edit.work.about for edit, _ in sent]
        return sending.twice(lambda: first.work.xero.update_invoices(changes, key, abouts))
    try:
        # To its own address, which can never be taken for a create.
        return [first.work.xero.update_invoice(first.xero_id, first.body, key, first.work.about)]
    except Rejected as error:
        return [error]
    except NotFound:
        # The invoice was there a moment ago, so it is its contact that Xero no longer has (facts §5.1).
        return [Rejected(problem("contact_gone", **first.work.about))]


def _looked_at(edit: Edit, intent: Intent) -> XeroInvoice:
    """A moment after a lost answer: the invoice, if it shows the change.

    Raises:
        OutcomeUnknown: it does not, or could not be read; planning again tells.
    """
    time.sleep(sending.LOOK_AFTER)
    try:
        said = edit.work.xero.invoice(edit.xero_id)
    except RetryLater as error:
        raise OutcomeUnknown(problem("xero_unclear")) from error
    if said is None or not _shows(edit.body, edit.kind, said, edit.work.books):
        raise OutcomeUnknown(problem("xero_unclear"))
    return said


def _shows(body: Json, kind: Landed, said: XeroInvoice, books: Books) -> bool:
    """Whether Xero says what was sent."""
    return said.status == body["Status"] if kind != "updated" else drift.is_written(body, said, books)


def _record(sent: Begun, answers: Sequence[XeroInvoice | Rejected]) -> None:
    with writing():
        for (edit, intent), said in zip(sent, answers, strict=True):
            if isinstance(said, Rejected):
                intents.end(intent, "refused")
            else:
                _keep(edit.work, said, edit.keep, edit.body, edit.kind)
                intents.end(intent, "done", said.id)


def _keep(work: Push, said: XeroInvoice, keep: dict[str, Any], sent: Json | None, kind: Landed) -> None:
    """Into the transaction that is open."""
    kept = {**keep, "sent": sent or {}} if keep else {}
    invoice_links.take_written(work.link, said, work.user, work.now, kept, kind, work.books)


def _told(edit: Edit, said: XeroInvoice) -> Outcome:
    told, tax = (difference(edit.work), said.tax) if edit.kind == "updated" else ((), None)
    return Outcome(edit.kind, link=edit.work.link, problems=(*told, *edit.notes), xero_tax=tax)
