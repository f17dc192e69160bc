"""This file knows JOB 1, top to bottom: one invoice of Bitrix24 becomes, or stays, one invoice in Xero.

Read it in this order: ``press`` (what a button does), ``_push`` (the steps), ``creating`` (the write that must happen
once), ``customers`` (whom it is for), then editing. One remote write at a time: intent committed, call with no open
transaction, result committed.
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from b24xero import connections, creating, links
from b24xero.books import Books
from b24xero.contacts import ContactChoice
from b24xero.customers import ContactUnsure
from b24xero.errors import (
    Disconnected,
    Forbidden,
    JobError,
    NotFound,
    OutcomeUnknown,
    Problem,
    Rejected,
    RetryLater,
    problem,
)
from b24xero.extensions import db
from b24xero.invoice import Invoice, InvoiceRow
from b24xero.mapping import Mapping
from b24xero.models import InvoiceLink, Organisation, User, utc_now
from b24xero.statuses import Step, first_step, next_step
from b24xero.work import Push, written_of
from b24xero.xero.answers import XeroInvoice
from b24xero.xero.client import Xero
from b24xero.xero.payload import Mark, to_end

log = logging.getLogger(__name__)

_OLD_BOOKS = {"account_dead", "tax_rate_dead", "tax_rate_mismatch", "currency_missing", "date_locked"}
_OLD_CONTACT = {"contact_archived", "contact_gone"}


@dataclass(frozen=True)
class Outcome:
    """What a press came to. ``kind``: created, updated, unchanged, voided, deleted, adopted; refused, unsure, busy,
    later, unclear. ``problems`` say why not, or what to know beside; ``seconds`` when to try again."""

    kind: str
    row: InvoiceRow | None = None
    link: InvoiceLink | None = None
    problems: tuple[Problem, ...] = ()
    candidates: tuple[ContactChoice, ...] = ()
    seconds: float = 0.0


def press(bitrix24_id: int, user: User, choice: str = "") -> Outcome:
    """Do what "Create on Xero" and "Edit on Xero" say, for one invoice, with the person's own token and login.

    Args:
        choice: the contact that the person chose (a ContactID, or "new"), empty when none was asked for.

    Raises:
        Forbidden, NotFound: Bitrix24's own word on this person and this invoice.
        Disconnected: from either system.
    """
    began = time.perf_counter()
    xero, organisation = connections.xero_for(user)
    if organisation.mapping is None:
        return Outcome("refused", problems=(problem("set_up_missing"),))
    try:
        invoice = connections.bitrix24_for(user).invoice(bitrix24_id)
    except RetryLater as error:
        return Outcome("later", problems=error.problems, seconds=error.seconds)
    except Rejected as error:
        return Outcome("refused", problems=error.problems)
    outcome = _claimed(invoice, user, organisation, xero, choice)
    log.info(
        "push invoice=%s organisation=%s outcome=%s codes=%s seconds=%.2f", bitrix24_id, organisation.id, outcome.kind,
        ",".join(p.code for p in outcome.problems), time.perf_counter() - began,
    )  # fmt: skip
    return replace(outcome, row=invoice.as_row())


def _claimed(invoice: Invoice, user: User, organisation: Organisation, xero: Xero, choice: str) -> Outcome:
    now = utc_now()
    link = links.claim(organisation, invoice.id, user, now)
    if link is None:
        link = links.find(organisation, invoice.id)
        name = link.claimed_by.name if link and link.claimed_by else ""
        db.session.commit()
        return Outcome("busy", link=link, problems=(problem("being_written", name=name),))
    claimed = link.claim
    try:
        work = _work(invoice, link, user, organisation, xero, choice, now)
        outcome = _told(work)
        if outcome.kind == "refused" and (again := _worth_another(work, outcome)):
            outcome = _told(again)
        return outcome
    finally:
        links.release(link, claimed)


def _work(
    invoice: Invoice, link: InvoiceLink, user: User, organisation: Organisation, xero: Xero, choice: str, now: datetime
) -> Push:
    books = Books.from_json(organisation.reference)
    mapping = Mapping.from_json(organisation.mapping or {})
    return Push(invoice, link, user, organisation, xero, mapping, books, choice, now)


def _worth_another(work: Push, outcome: Outcome) -> Push | None:
    """The same push under what is known better now, when the refusal rested on something that we remembered: the
    account, tax rate, currency or lock date as last read, or a contact that was merged or archived since."""
    codes = {p.code for p in outcome.problems}
    if codes & _OLD_CONTACT and work.customers.forget(work.invoice.customer):
        return work
    newer = _newer_books(work) if codes & _OLD_BOOKS else None
    return replace(work, books=newer) if newer else None


def _newer_books(work: Push) -> Books | None:
    try:
        newer = connections.refreshed_books(work.user, work.organisation)
    except JobError as error:
        log.warning("books not read organisation=%s error=%s", work.organisation.id, error)
        return None
    return newer if newer != work.books else None


def _told(work: Push) -> Outcome:
    """Carry it out; what goes wrong becomes an outcome that is kept with the invoice."""
    try:
        return _push(work)
    except ContactUnsure as error:
        return Outcome("unsure", link=work.link, problems=error.problems, candidates=error.choices)
    except Rejected as error:
        links.record_problems(work.link, error.problems)
        return Outcome("refused", link=work.link, problems=error.problems)
    except OutcomeUnknown as error:
        links.record_problems(work.link, error.problems)
        return Outcome("unclear", link=work.link, problems=error.problems)
    except RetryLater as error:
        return Outcome("later", link=work.link, problems=error.problems, seconds=error.seconds)
    except NotFound as error:
        found = tuple(Problem(p.code, {**p.values, "number": work.invoice.number}) for p in error.problems)
        links.record_problems(work.link, found)
        return Outcome("refused", link=work.link, problems=found)
    except Forbidden as error:
        return Outcome("refused", link=work.link, problems=error.problems)
    except Disconnected:
        connections.end_xero_login(work.user)
        raise


def _push(work: Push) -> Outcome:
    link = work.link
    was_unclear = link.state in ("sent", "unclear") and link.pending is not None
    if was_unclear and not link.xero_id:
        creating.resolve(work)
    if link.xero_id:
        outcome = _edit(work, link.xero_id)
        return replace(outcome, kind="adopted") if was_unclear and outcome.kind == "unchanged" else outcome
    step = first_step(work.target, work.stage)
    if isinstance(step, Problem):
        raise Rejected(step)
    return _create(work, step)


# -- creating ---------------------------------------------------------------------------------------------------------


def _create(work: Push, step: Step) -> Outcome:
    written, contact_id = written_of(work)
    if work.mapping.number == "xero" and (found := creating.find_ours(work, Mark.of(written.body))):
        links.record_standing(work.link, found)
        return _edit(work, found.id)
    pending = {
        "body": written.to_create(contact_id, step.status),
        "fingerprint": written.fingerprint(contact_id),
        "row_ids": list(written.row_ids),
    }
    creating.send_create(work, pending, f"b24xero-{uuid.uuid4()}")
    return Outcome("created", link=work.link, problems=_difference(work))


# -- editing ----------------------------------------------------------------------------------------------------------


def _edit(work: Push, xero_id: str) -> Outcome:
    current = work.xero.invoice(xero_id)
    if current is None:
        raise Rejected(problem("gone_in_xero", number=work.link.xero_number or work.invoice.number))
    links.record_standing(work.link, current)
    step = next_step(work.target, work.stage, current.status, current.settled > 0, current.number)
    if isinstance(step, Problem):
        raise Rejected(step)
    if step.action == "none":
        return _unchanged(work, step)
    if step.action in ("void", "delete"):
        return _end(work, step, current)
    return _update(work, step, current)


def _end(work: Push, step: Step, current: XeroInvoice) -> Outcome:
    said = work.xero.update_invoice(current.id, to_end(step.status), f"b24xero-{uuid.uuid4()}", work.about)
    links.record_written(work.link, said, work.user, work.now, work.link.fingerprint or "", ())
    return Outcome("voided" if step.action == "void" else "deleted", link=work.link)


def _update(work: Push, step: Step, current: XeroInvoice) -> Outcome:
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
    try:
        said = work.xero.update_invoice(current.id, body, f"b24xero-{uuid.uuid4()}", work.about)
    except NotFound as error:
        # The invoice was there a moment ago, so it is its contact that Xero no longer has (facts §5.1).
        raise Rejected(problem("contact_gone", **work.about)) from error
    links.record_written(work.link, said, work.user, work.now, fingerprint, written.row_ids)
    return Outcome("updated", link=work.link, problems=(*_difference(work), *_notes(step)))


def _unchanged(work: Push, step: Step) -> Outcome:
    links.set_state(work.link, "done", problems=[], has_problem=False, **links.clear_pending())
    return Outcome("unchanged", link=work.link, problems=_notes(step))


def _notes(step: Step) -> tuple[Problem, ...]:
    return (step.note,) if step.note else ()


# -- what both need ---------------------------------------------------------------------------------------------------


def _difference(work: Push) -> tuple[Problem, ...]:
    """Xero's answer against Bitrix24's total: a difference is kept with the invoice and told, never silent."""
    total, wanted = work.link.xero_total, work.invoice.total
    if total is None or total == wanted:
        return ()
    differs = problem("written_but_differs", bitrix24=wanted, xero=total, currency=work.invoice.currency)
    links.record_problems(work.link, [differs])
    return (differs,)
