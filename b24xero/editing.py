"""This file knows how an invoice that stands in Xero is changed: what is to be sent, if anything, and what came of it.

Planning writes nothing and asks nothing, so that one press and fifty of a run plan alike.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from b24xero import links
from b24xero.errors import NotFound, Problem, Rejected, problem
from b24xero.statuses import Step, next_step
from b24xero.work import Outcome, Push, difference, written_of
from b24xero.xero.answers import XeroInvoice
from b24xero.xero.payload import to_end


@dataclass(frozen=True)
class Edit:
    """One change on its way. ``kind`` is what it will have come to: updated, voided or deleted."""

    work: Push
    xero_id: str
    body: dict[str, Any]
    kind: str
    fingerprint: str
    row_ids: tuple[int, ...] = ()
    notes: tuple[Problem, ...] = ()


def plan(work: Push, current: XeroInvoice | None) -> Edit | Outcome:
    """What to send, or that nothing is to be sent; what Xero says now is kept on the link.

    Raises:
        Rejected: Xero would not take it, or something of ours stands against it.
    """
    if current is None:
        raise Rejected(problem("gone_in_xero", number=work.link.xero_number or work.invoice.number))
    links.record_standing(work.link, current)
    step = next_step(work.target, work.stage, current.status, current.settled > 0, current.number)
    if isinstance(step, Problem):
        raise Rejected(step)
    if step.action == "none":
        return _unchanged(work, step)
    if step.action in ("void", "delete"):
        kind = "voided" if step.action == "void" else "deleted"
        return Edit(work, current.id, to_end(step.status), kind, work.link.fingerprint or "")
    return _update(work, step, current)


def _update(work: Push, step: Step, current: XeroInvoice) -> Edit | Outcome:
    written, contact_id = written_of(work)
    fingerprint = written.fingerprint(contact_id)
    if fingerprint == work.link.fingerprint and step.status is None:
        return _unchanged(work, step)
    if current.status == "PAID":
        raise Rejected(problem("paid_not_editable", number=current.number))
    if current.settled:
        raise Rejected(problem("part_paid_not_editable", number=current.number))
    kept = {int(row): line for row, line in work.link.line_ids.items() if line in current.line_ids}
    body = written.to_update(contact_id, step.status, kept)
    return Edit(work, current.id, body, "updated", fingerprint, written.row_ids, _notes(step))


def send(edit: Edit) -> Outcome:
    """One change by itself."""
    try:
        said = edit.work.xero.update_invoice(edit.xero_id, edit.body, f"b24xero-{uuid.uuid4()}", edit.work.about)
    except NotFound as error:
        # The invoice was there a moment ago, so it is its contact that Xero no longer has (facts §5.1).
        raise Rejected(problem("contact_gone", **edit.work.about)) from error
    return finish(edit, said)


def finish(edit: Edit, said: XeroInvoice) -> Outcome:
    """Record that it landed."""
    work = edit.work
    links.record_written(work.link, said, work.user, work.now, edit.fingerprint, edit.row_ids, edit.kind)
    told = difference(work) if edit.kind == "updated" else ()
    return Outcome(edit.kind, link=work.link, problems=(*told, *edit.notes))


def _unchanged(work: Push, step: Step) -> Outcome:
    links.set_state(work.link, "done", problems=[], has_problem=False, **links.clear_pending())
    return Outcome("unchanged", link=work.link, problems=_notes(step))


def _notes(step: Step) -> tuple[Problem, ...]:
    return (step.note,) if step.note else ()
