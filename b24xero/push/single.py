"""JOB 1: one invoice of Bitrix24 becomes, or stays, one invoice in Xero, in the steps that a button takes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from b24xero import connections, rights
from b24xero.contacts import links as contact_links
from b24xero.contacts.resolve import ContactUnsure
from b24xero.contacts.update import Updates
from b24xero.db.models import InvoiceLink, Organisation, User, utc_now
from b24xero.db.states import Landed
from b24xero.domain.invoice import Invoice
from b24xero.domain.writers import withheld
from b24xero.errors import (
    Disconnected,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Problem,
    Rejected,
    RetryLater,
    problem,
)
from b24xero.extensions import db
from b24xero.products import item_codes, item_links
from b24xero.products.create_items import Shop
from b24xero.push import create as push_create
from b24xero.push import read_again, recover, update
from b24xero.push.activity import happening
from b24xero.push.case import NOT_LINKED
from b24xero.push.choices import Choices
from b24xero.push.context import (
    STANDING,
    Outcome,
    OutcomeKind,
    Push,
    address_notes,
    decided,
    merged,
    settled_on,
    told_of,
)
from b24xero.push.create import Create
from b24xero.push.policy import Decision, number_again
from b24xero.push.recover import Found, Result
from b24xero.push.update import Edit
from b24xero.runs import history
from b24xero.writes import invoice_links
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroInvoice

log = logging.getLogger(__name__)

T = TypeVar("T")


def press(bitrix24_id: int, user: User, choices: Choices = Choices()) -> Outcome:  # noqa: B008 (it is frozen)
    """Do what "Create on Xero" and "Edit on Xero" say, for one invoice, with the person's own token and login.

    Raises:
        Forbidden, NotFound: Bitrix24's own word on this person and this invoice.
        Disconnected: from either system.
    """
    began = time.perf_counter()
    try:
        xero, organisation = connections.ready_for(user)
        invoice = rights.invoice(user, bitrix24_id, organisation.set_up)
    except RetryLater as error:
        return Outcome("later", problems=error.problems, seconds=error.seconds)
    except Rejected as error:
        return Outcome("refused", problems=error.problems)
    told = withheld(invoice.may_change, organisation.set_up)
    outcome = refused(organisation, invoice, told) if told else _claimed(invoice, user, organisation, xero, choices)
    log.info(
        "push invoice=%s organisation=%s outcome=%s codes=%s seconds=%.2f", bitrix24_id, organisation.id, outcome.kind,
        ",".join(p.code for p in outcome.problems), time.perf_counter() - began,
    )  # fmt: skip
    happened = happening(invoice.id, invoice, outcome, time.perf_counter() - began, organisation.books.day(utc_now()))
    history.record_press(happened, "push", organisation.id, user)
    return replace(outcome, row=invoice.as_row())


def refused(organisation: Organisation, invoice: Invoice, told: Problem) -> Outcome:
    """To this person alone, so nothing of it is kept with the invoice, which others may write."""
    link = invoice_links.find(organisation, invoice.id)
    db.session.commit()
    return Outcome("refused", link=link, problems=(told,))


def _claimed(invoice: Invoice, user: User, organisation: Organisation, xero: Xero, choices: Choices) -> Outcome:
    link = invoice_links.claim(organisation, invoice.id, user, utc_now())
    if link is None:
        return _busy(invoice_links.find(organisation, invoice.id), user)
    claimed, kept = link.claim or "", None
    try:
        work = replace(_gathered(invoice, link, user, organisation, xero), choices=choices)
        outcome = outcome_of(work, lambda: _push(work))
        if outcome.kind == "refused" and (again := read_again.worth_another(work, outcome)):
            outcome = outcome_of(again, lambda: _push(again))
        kept = outcome.kept
        return outcome
    finally:
        invoice_links.release(link, claimed, kept)


def _busy(link: InvoiceLink | None, user: User) -> Outcome:
    """Somebody is at it: another person, or this one in another tab, in a run, or a moment ago."""
    holder = link.claimed_by if link else None
    db.session.commit()
    if holder and holder.id == user.id:
        return Outcome("busy", link=link, problems=(problem("being_written_by_you"),))
    return Outcome("busy", link=link, problems=(problem("being_written", name=holder.name if holder else ""),))


def _gathered(invoice: Invoice, link: InvoiceLink, user: User, organisation: Organisation, xero: Xero) -> Push:
    customer = invoice.customer
    contact_id = contact_links.linked(organisation, customer.kind, customer.id) if customer else ""
    return Push(
        invoice, link, user, organisation, xero, organisation.set_up, organisation.books, utc_now(), link.claim or "",
        contact_id or NOT_LINKED,
    )  # fmt: skip


def outcome_of(work: Push, carry_out: Callable[[], T]) -> T | Outcome:
    """Carry it out; what goes wrong becomes an outcome, with what is to be kept of it with the invoice.

    Raises:
        Disconnected: nothing more can be done for this person.
    """
    try:
        return carry_out()
    except ContactUnsure as error:
        return Outcome("unsure", link=work.link, problems=error.problems, candidates=error.choices, kept=error.problems)
    except Rejected as error:
        return Outcome("refused", link=work.link, problems=error.problems, kept=error.problems)
    except OutcomeUnknown as error:
        return Outcome("unclear", link=work.link, problems=error.problems, kept=error.problems)
    except RetryLater as error:
        return Outcome("later", link=work.link, problems=error.problems, seconds=error.seconds)
    except NotFound as error:
        found = tuple(Problem(p.code, {**p.values, "number": work.invoice.number}) for p in error.problems)
        return Outcome("refused", link=work.link, problems=found, kept=found)
    except Forbidden as error:
        return Outcome("refused", link=work.link, problems=error.problems)
    except Disconnected:
        connections.end_xero_login(work.user)
        raise


def _push(work: Push) -> Outcome:
    (invoice,) = item_codes.read(work.organisation, work.xero, [work.invoice], item_codes.PRESS_AGE)
    work, told = _with_items(replace(work, invoice=invoice))
    outcome = _written(work)
    beside = (*item_codes.notes(work.invoice, told), *_customer_notes(work, outcome), *_address_notes(work))
    return replace(outcome, problems=(*outcome.problems, *beside))


def _customer_notes(work: Push, outcome: Outcome) -> tuple[Problem, ...]:
    """What became of its customer's contact, where the customer changed since."""
    customer, said = work.invoice.customer, work.choices.customer
    if customer is None or outcome.kind not in STANDING:
        return ()
    updates = Updates(
        work.organisation, work.user, work.xero, work.claim, said or work.set_up.customers, said=bool(said),
        saw=work.choices.saw,
    )  # fmt: skip
    return tuple(updates.settle([customer]).get(customer.number, ()))


def _address_notes(work: Push) -> tuple[Problem, ...]:
    return address_notes(work.invoice, contact_links.lacking(work.organisation, [work.invoice.customer]))


def _with_items(work: Push) -> tuple[Push, dict[int, Problem]]:
    """The same with the items of products that lack one, where the set-up wants them and the invoice is to be written,
    and by product what is to be told of its item."""
    if not work.set_up.missing_items:
        return work, {}
    missing = item_links.missing(work.organisation, item_codes.product_ids([work.invoice]))
    if not missing or not decided(work, new_items=missing).writes_content:
        return work, {}
    shop = Shop(work.user, work.organisation, work.xero, work.claim)
    told = item_codes.fill(shop, connections.bitrix24_for(work.user), [work.invoice])
    (invoice,) = item_codes.coded(work.organisation, [work.invoice])
    return replace(work, invoice=invoice), told


def _written(work: Push) -> Outcome:
    if found := recover.resolve([work]).get(work.invoice.id):
        return after_create(work, found)
    if work.link.xero_id:
        current = work.xero.invoice(work.link.xero_id)
        if current and current.status == "DELETED" and work.choices.again:
            return _created_again(work, current)
        return _edited(work, current)
    create = creating(work)
    if work.set_up.number == "xero" and (found := push_create.find_first([create]).get(work.invoice.id)):
        return after_create(create.work, found)
    (result,) = push_create.send([create])
    return after_create(create.work, result)


def _created_again(work: Push, deleted: XeroInvoice) -> Outcome:
    """In place of a draft that was deleted in Xero: under its own number if Xero frees it, else under the next, as was
    told before.

    Raises:
        Rejected: something stands against it.
    """
    update.hear([(work, deleted)])
    create = creating(replace(work, replaces=deleted.id), deleted)
    (result,) = push_create.send([create])
    if work.set_up.number == "bitrix24" and push_create.is_taken(result):
        create = replace(create, number=number_again(work.invoice.number, deleted.number))
        (result,) = push_create.send([create])
    return after_create(create.work, result)


def creating(work: Push, deleted: XeroInvoice | None = None, decision: Decision | None = None) -> Create:
    """The create, with its contact. ``deleted``: what it follows in Xero; ``decision``: where it is known already.

    Raises:
        Rejected: its stage is not sent, or something of ours stands against it.
    """
    work, decision = settled_on(work, deleted, decision)
    if decision.action != "create" or decision.written is None:
        raise Rejected(decision.problems)
    return Create(work, decision.written, decision.contact_id, decision.status)


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
        outcome = _edited(work, result.said)
        return replace(outcome, kind=_kind_of(result)) if outcome.kind == "unchanged" else outcome
    return Outcome("created", link=work.link, problems=told_of(work, result), xero_tax=result.tax)


def _found_differing(work: Push, found: Found) -> Outcome:
    """Linked again, and left as it is: which of the two is right is for the person to say."""
    differs = problem("found_differs", number=found.said.number, id=work.invoice.id)
    return Outcome(_kind_of(found), link=work.link, problems=(differs,), kept=(differs,))


def _kind_of(found: Found) -> OutcomeKind:
    return "adopted" if found.lost else "found"


def _edited(work: Push, current: XeroInvoice | None) -> Outcome:
    landed = update.hear([(work, current)]) if current else {}
    planned = planned_edit(work, current, landed.get(work.invoice.id))
    return raised(update.send([planned])[0]) if isinstance(planned, Edit) else planned


def planned_edit(work: Push, current: XeroInvoice | None, landed: Landed | None) -> Edit | Outcome:
    """``update.plan`` for the contact that ours was merged into, where it was."""
    return update.plan(merged(work, current) if current else work, current, landed)


def raised(outcome: Outcome | Rejected) -> Outcome:
    if isinstance(outcome, Rejected):
        raise outcome
    return outcome
