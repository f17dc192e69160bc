"""How invoices that stand in Xero are changed: what is to be sent, if anything, and what came of it.

Planning writes nothing and asks nothing, so that one press and fifty of a run plan alike.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from b24xero.db.models import Intent
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.statuses import Step, content_problem, next_step
from b24xero.errors import NotFound, OutcomeUnknown, Problem, Rejected, RetryLater, problem
from b24xero.push.context import Outcome, Push, difference, written_of
from b24xero.writes import intents, invoice_links
from b24xero.writes.intents import Write
from b24xero.writes.resend import twice
from b24xero.xero import drift
from b24xero.xero.drift import Difference
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Json, to_end

# A lost answer may belong to a write that is still landing: look a moment later (facts §6.3).
LOOK_AFTER = 1.0


@dataclass(frozen=True)
class Edit:
    """One change on its way. ``kind`` is what it will have come to: updated, voided or deleted."""

    work: Push
    xero_id: str
    body: Json
    kind: str
    keep: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    @property
    def write(self) -> Write:
        return Write("invoice", "update", str(self.work.invoice.id), self.body, {**self.keep, "kind": self.kind})


# -- planning ---------------------------------------------------------------------------------------------------------


def plan(work: Push, current: XeroInvoice | None) -> Edit | Outcome:
    """What to send, or that nothing is to be sent; what Xero says now is kept on the link.

    Raises:
        Rejected: Xero would not take it, or something of ours stands against it.
    """
    if current is None:
        raise Rejected(problem("gone_in_xero", number=work.link.xero_number or work.invoice.number))
    landed = _settle_lost(work, current)
    invoice_links.record_standing(work.link, current)
    step = next_step(work.target, work.stage, current.status, current.settled > 0, current.number)
    if isinstance(step, Problem):
        raise Rejected(step)
    if step.action == "none":
        return _unchanged(work, step, landed)
    if step.action in ("void", "delete"):
        kind = "voided" if step.action == "void" else "deleted"
        return Edit(work, current.id, to_end(step.status), kind)
    return _update(work, step, current, landed)


def _settle_lost(work: Push, current: XeroInvoice) -> str:
    """A change whose answer nobody heard: whether it landed is seen at what Xero says now, and what it came to is
    returned; "" when there is none or it did not land, and then it may be planned anew."""
    intent = intents.open_of(work.organisation, "invoice", str(work.invoice.id))
    if intent is None or not intents.take(intent, work.claim, alone=True):
        return ""
    keep = dict(intent.keep)
    kind = keep.pop("kind", "updated")
    landed = _shows(intent.body or {}, kind, current, work.books)
    with writing():
        if landed:
            _keep(work, current, keep, intent.body, kind)
        intents.end(intent, "done" if landed else "refused", current.id)
    return kind if landed else ""


def _update(work: Push, step: Step, current: XeroInvoice, landed: str) -> Edit | Outcome:
    written, contact_id = written_of(work)
    keep = invoice_links.to_keep(written, contact_id, work.cents)
    if _was_found(work):
        _settle_found(work, current, keep)
    kept = {int(row): line for row, line in work.link.line_ids.items() if line in current.line_ids}
    body = written.to_update(contact_id, step.status, kept)
    edits = drift.edits(work.link.written, current, work.books, body)
    same = step.status is None and keep["fingerprint"] == work.link.fingerprint
    if same and not (edits and work.drift == "bitrix24"):
        return _unchanged(work, step, landed, edits)
    if against := content_problem(current.status, current.settled > 0, current.number):
        raise Rejected(against)
    body = drift.renewing(_beside(edits, body, work, current), current, work.books)
    return Edit(work, current.id, body, "updated", keep, _notes(step))


def _was_found(work: Push) -> bool:
    """It was linked with an invoice that was in Xero already, so what we last wrote is not known."""
    return work.link.written is None and work.link.fingerprint is None


def _settle_found(work: Push, current: XeroInvoice, keep: dict[str, Any]) -> None:
    """One that says exactly what we would write counts as written by us.

    Raises:
        Rejected: it says something else, and nobody has chosen yet which of the two is right.
    """
    if drift.is_written(keep["written"], current, work.books):
        with writing():
            invoice_links.take_content(work.link, current, keep, work.books)
    elif work.drift != "bitrix24":
        raise Rejected(problem("found_differs", number=current.number, id=work.invoice.id))


def _beside(edits: Sequence[Difference], body: Json, work: Push, current: XeroInvoice) -> Json:
    """The change beside what somebody edited by hand in Xero since our last write: that is kept, or overwritten, as the
    person or else the set-up chose, and never without a choice.

    Raises:
        Rejected: nobody has chosen yet, or the edits cannot be kept beside what Bitrix24 says.
    """
    if not edits or work.drift == "bitrix24":
        return body
    if work.drift == "leave":
        return drift.keeping(body, edits, current, work.books)
    raise Rejected(problem("edited_by_hand", number=current.number, count=len(edits), id=work.invoice.id))


def _unchanged(work: Push, step: Step, landed: str, edits: Sequence[Difference] = ()) -> Outcome:
    """``landed``: it is so because of a change of ours whose answer was lost."""
    invoice_links.record_unchanged(work.link)
    told = (problem("kept_by_hand", count=len(edits), id=work.invoice.id),) if edits else ()
    return Outcome(landed or "unchanged", link=work.link, problems=(*told, *_notes(step)))


def _notes(step: Step) -> tuple[Problem, ...]:
    return (step.note,) if step.note else ()


# -- sending ----------------------------------------------------------------------------------------------------------


def send(edits: Sequence[Edit]) -> list[Outcome | Rejected]:
    """What came of each, in the order given.

    Raises:
        OutcomeUnknown: nobody knows; planning again tells by what Xero says then.
        RetryLater, Disconnected, Forbidden: nothing was written.
    """
    key = intents.new_key()
    begun = _begin(edits, key)
    ours = [(edit, intent) for edit, intent in zip(edits, begun, strict=True) if intent]
    told = dict(zip((edit.work.invoice.id for edit, _ in ours), _send(ours, key), strict=True))
    busy = Rejected(problem("being_written", name=""))
    return [told.get(edit.work.invoice.id, busy) for edit in edits]


def _begin(edits: Sequence[Edit], key: str) -> list[Intent | None]:
    with writing():
        return [
            intents.add(edit.work.organisation, edit.work.user, edit.write, edit.work.claim, key)
            if invoice_links.hold(edit.work.link, edit.work.claim)
            else None
            for edit in edits
        ]


Sent = Sequence[tuple[Edit, Intent]]


def _send(sent: Sent, key: str) -> list[Outcome | Rejected]:
    if not sent:
        return []
    pending = [intent for _, intent in sent]
    try:
        answers = _call(sent, key)
    except OutcomeUnknown:
        intents.settle(pending, "unclear")
        if len(sent) > 1:
            raise
        answers = [_looked_at(*sent[0])]
    except (NotFound, Rejected) as error:
        intents.settle(pending, "refused")
        if len(sent) > 1:
            # One of them spoils the call (a contact that is gone): each by itself, so that it harms nobody else.
            return [outcome for edit, _ in sent for outcome in send([edit])]
        # The invoice was there a moment ago, so it is its contact that Xero no longer has (facts §5.1).
        gone = Rejected(problem("contact_gone", **sent[0][0].work.about))
        return [gone if isinstance(error, NotFound) else error]
    except BaseException:
        intents.settle(pending, "refused")
        raise
    _record(sent, answers)
    return [said if isinstance(said, Rejected) else _told(e) for (e, _), said in zip(sent, answers, strict=True)]


def _call(sent: Sent, key: str) -> Sequence[XeroInvoice | Rejected]:
    first = sent[0][0]
    if len(sent) == 1:
        # To its own address, which can never be taken for a create.
        return [first.work.xero.update_invoice(first.xero_id, first.body, key, first.work.about)]
    changes = [(edit.xero_id, edit.body) for edit, _ in sent]
    abouts = [edit.work.about for edit, _ in sent]
    return twice(lambda: first.work.xero.update_invoices(changes, key, abouts))


def _looked_at(edit: Edit, intent: Intent) -> XeroInvoice:
    """A moment after a lost answer: the invoice, if it shows the change.

    Raises:
        OutcomeUnknown: it does not, or could not be read; planning again tells.
    """
    time.sleep(LOOK_AFTER)
    try:
        said = edit.work.xero.invoice(edit.xero_id)
    except RetryLater as error:
        raise OutcomeUnknown(problem("xero_unclear")) from error
    if said is None or not _shows(edit.body, edit.kind, said, edit.work.books):
        raise OutcomeUnknown(problem("xero_unclear"))
    return said


def _shows(body: Json, kind: str, said: XeroInvoice, books: Books) -> bool:
    """Whether Xero says what was sent."""
    return said.status == body["Status"] if kind != "updated" else drift.is_written(body, said, books)


def _record(sent: Sent, answers: Sequence[XeroInvoice | Rejected]) -> None:
    with writing():
        for (edit, intent), said in zip(sent, answers, strict=True):
            if isinstance(said, Rejected):
                intents.end(intent, "refused")
            else:
                _keep(edit.work, said, edit.keep, edit.body, edit.kind)
                intents.end(intent, "done", said.id)


def _keep(work: Push, said: XeroInvoice, keep: dict[str, Any], sent: Json | None, kind: str) -> None:
    """Into the transaction that is open."""
    kept = {**keep, "sent": sent or {}} if keep else {}
    invoice_links.take_written(work.link, said, work.user, work.now, kept, kind, work.books)


def _told(edit: Edit) -> Outcome:
    told = difference(edit.work) if edit.kind == "updated" else ()
    return Outcome(edit.kind, link=edit.work.link, problems=(*told, *edit.notes))
