"""JOB 1, top to bottom: one invoice of Bitrix24 becomes, or stays, one invoice in Xero.

Read it in this order: ``press`` (what a button does), ``_push`` and ``_written`` (the steps), ``creating`` (the write
that must happen once), ``customers`` (whom it is for), ``stock`` (what its rows are of), ``editing``. One remote write
at a time: intent committed, call with no open transaction, result committed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from b24xero import connections
from b24xero.contacts.resolve import ContactUnsure
from b24xero.db.models import InvoiceLink, Organisation, User, utc_now
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.statuses import first_step, standing
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
from b24xero.products import item_codes
from b24xero.products.create_items import Shop
from b24xero.push import create as push_create
from b24xero.push import recover, update
from b24xero.push.context import Choices, Outcome, Push, difference, problems_of, written_of
from b24xero.push.create import Create
from b24xero.push.landing import Found, Result
from b24xero.push.update import Edit
from b24xero.runs import history
from b24xero.runs.history import Happening
from b24xero.writes import invoice_links
from b24xero.xero.client import Xero

log = logging.getLogger(__name__)

T = TypeVar("T")

_OUTCOMES = {
    "created": "created", "adopted": "created", "updated": "updated", "voided": "updated", "deleted": "updated",
    "unchanged": "unchanged", "refused": "rejected", "unsure": "rejected", "busy": "skipped", "later": "failed",
    "unclear": "failed",
}  # fmt: skip
_OLD_BOOKS = {
    "account_dead", "tax_rate_dead", "tax_rate_mismatch", "currency_missing", "date_locked", "rounding_account_missing",
}  # fmt: skip
_OLD_CONTACT = {"contact_archived", "contact_gone"}


def press(bitrix24_id: int, user: User, choices: Choices = Choices()) -> Outcome:  # noqa: B008 (it is frozen)
    """Do what "Create on Xero" and "Edit on Xero" say, for one invoice, with the person's own token and login.

    Raises:
        Forbidden, NotFound: Bitrix24's own word on this person and this invoice.
        Disconnected: from either system.
    """
    began = time.perf_counter()
    try:
        xero, organisation = connections.ready_for(user)
        invoice = connections.bitrix24_for(user).invoice(bitrix24_id)
    except RetryLater as error:
        return Outcome("later", problems=error.problems, seconds=error.seconds)
    except Rejected as error:
        return Outcome("refused", problems=error.problems)
    outcome = _claimed(invoice, user, organisation, xero, choices)
    log.info(
        "push invoice=%s organisation=%s outcome=%s codes=%s seconds=%.2f", bitrix24_id, organisation.id, outcome.kind,
        ",".join(p.code for p in outcome.problems), time.perf_counter() - began,
    )  # fmt: skip
    happened = happening(invoice.id, invoice, outcome, time.perf_counter() - began)
    history.record_press(happened, "push", organisation.id, user)
    return replace(outcome, row=invoice.as_row())


def happening(bitrix24_id: int, invoice: Invoice | None, outcome: Outcome, seconds: float) -> Happening:
    """One line of Activity; ``after`` is what Xero says now, as one of ``set_up.STATUSES``. ``invoice`` None: this
    person does not see it."""
    number = invoice.number if invoice else f"#{bitrix24_id}"
    now = standing(outcome.link, utc_now().date()) if outcome.link and outcome.link.xero_id else ""
    kind, told = _OUTCOMES[outcome.kind], outcome.problems
    facts = _written_facts(invoice, outcome.link) if invoice and outcome.link and kind in ("created", "updated") else {}
    return Happening(
        bitrix24_id, number, kind, after=now, problems=told, milliseconds=round(seconds * 1000), facts=facts
    )


def _written_facts(invoice: Invoice, link: InvoiceLink) -> dict[str, str]:
    return {
        "customer": invoice.customer.name if invoice.customer else "",
        "lines": str(len(invoice.line_items)),
        "total": str(invoice.total),
        "currency": invoice.currency,
        "number": link.xero_number or "",
        "xero_total": str(link.xero_total or 0),
    }


def _claimed(invoice: Invoice, user: User, organisation: Organisation, xero: Xero, choices: Choices) -> Outcome:
    now = utc_now()
    link = invoice_links.claim(organisation, invoice.id, user, now)
    if link is None:
        link = invoice_links.find(organisation, invoice.id)
        name = link.claimed_by.name if link and link.claimed_by else ""
        db.session.commit()
        return Outcome("busy", link=link, problems=(problem("being_written", name=name),))
    claimed = link.claim or ""
    try:
        work = replace(gathered(invoice, link, user, organisation, xero, now, claimed), choices=choices)
        outcome = told(work, lambda: _push(work))
        if outcome.kind == "refused" and (again := _worth_another(work, outcome)):
            outcome = told(again, lambda: _push(again))
        return outcome
    finally:
        invoice_links.release(link, claimed)


def gathered(
    invoice: Invoice, link: InvoiceLink, user: User, organisation: Organisation, xero: Xero, now: datetime, claim: str
) -> Push:
    books = organisation.books
    set_up = organisation.set_up
    return Push(invoice, link, user, organisation, xero, set_up, books, now, claim)


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


def told(work: Push, carry_out: Callable[[], T]) -> T | Outcome:
    """Carry it out; what goes wrong becomes an outcome that is kept with the invoice.

    Raises:
        Disconnected: nothing more can be done for this person.
    """
    try:
        return carry_out()
    except ContactUnsure as error:
        return Outcome("unsure", link=work.link, problems=error.problems, candidates=error.choices)
    except Rejected as error:
        invoice_links.record_problems(work.link, error.problems)
        return Outcome("refused", link=work.link, problems=error.problems)
    except OutcomeUnknown as error:
        invoice_links.record_problems(work.link, error.problems)
        return Outcome("unclear", link=work.link, problems=error.problems)
    except RetryLater as error:
        return Outcome("later", link=work.link, problems=error.problems, seconds=error.seconds)
    except NotFound as error:
        found = tuple(Problem(p.code, {**p.values, "number": work.invoice.number}) for p in error.problems)
        invoice_links.record_problems(work.link, found)
        return Outcome("refused", link=work.link, problems=found)
    except Forbidden as error:
        return Outcome("refused", link=work.link, problems=error.problems)
    except Disconnected:
        connections.end_xero_login(work.user)
        raise


def _push(work: Push) -> Outcome:
    told: dict[int, Problem] = {}
    if work.set_up.missing_items and not problems_of(work.invoice, work.set_up, work.books, work.cents):
        shop = Shop(work.user, work.organisation, work.xero, work.claim)
        told = item_codes.fill(shop, connections.bitrix24_for(work.user), [work.invoice])
    (invoice,) = item_codes.coded(work.organisation, [work.invoice])
    outcome = _written(replace(work, invoice=invoice))
    return replace(outcome, problems=(*outcome.problems, *item_codes.notes(invoice, told)))


def _written(work: Push) -> Outcome:
    if found := recover.resolve([work]).get(work.invoice.id):
        return after_create(work, found)
    if work.link.xero_id:
        current = work.xero.invoice(work.link.xero_id)
        if current:
            work.customers.follow_merge(work.invoice.customer, current.contact_id)
        return _sent(update.plan(work, current))
    step = first_step(work.target, work.stage)
    if isinstance(step, Problem):
        raise Rejected(step)
    written, contact_id = written_of(work)
    create = Create(work, written, contact_id, step.status)
    if work.set_up.number == "xero" and (found := push_create.find_first([create]).get(work.invoice.id)):
        return after_create(work, found)
    (result,) = push_create.send([create])
    return after_create(work, result)


def after_create(work: Push, result: Result) -> Outcome:
    """It stands in Xero now; one that was there already may have another status to get.

    Raises:
        Rejected: it was not created.
    """
    if isinstance(result, Rejected):
        raise result
    if isinstance(result, Found):
        if not result.same and work.drift != "bitrix24":
            return _found_differing(work, result)
        outcome = _sent(update.plan(work, result.said))
        return replace(outcome, kind="adopted") if outcome.kind == "unchanged" else outcome
    return Outcome("created", link=work.link, problems=difference(work))


def _found_differing(work: Push, found: Found) -> Outcome:
    """Linked again, and left as it is: which of the two is right is for the person to say."""
    differs = problem("found_differs", number=found.said.number, id=work.invoice.id)
    invoice_links.record_problems(work.link, [differs])
    return Outcome("adopted", link=work.link, problems=(differs,))


def _sent(planned: Edit | Outcome) -> Outcome:
    if isinstance(planned, Outcome):
        return planned
    (outcome,) = update.send([planned])
    if isinstance(outcome, Rejected):
        raise outcome
    return outcome
