"""JOB 1 for many invoices: the steps of ``push``, 50 invoices a call, one outcome each.

A group of invoices is read and its contacts are found or created; then chunks of 50 are claimed, planned, sent as one
update and one create, and recorded. The claim is the run's own: after a kill the next worker takes over the same
invoices, finds what landed by its mark in Xero, and writes nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from b24xero import connections
from b24xero.contacts import resolve_many
from b24xero.db.models import Organisation, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import SetUp
from b24xero.domain.statuses import Step, first_step
from b24xero.errors import Problem, Rejected, problem
from b24xero.products import item_codes
from b24xero.products.create_items import Shop
from b24xero.push import create as push_create
from b24xero.push import recover, single, update
from b24xero.push.context import Outcome, Push, drawn_up, problems_of, written_of
from b24xero.push.create import Create
from b24xero.push.update import Edit
from b24xero.runs import failures, lifecycle
from b24xero.runs.history import add_to_run
from b24xero.writes import invoice_links
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroInvoice

GROUP = 250
CHUNK = 50

Outcomes = dict[int, Outcome]
HIDDEN = Outcome("refused", problems=(problem("bitrix24_not_found"),))


@dataclass(frozen=True)
class Many:
    """What all invoices of one run share."""

    xero: Xero
    organisation: Organisation
    set_up: SetUp
    books: Books


@dataclass(frozen=True)
class Gathered:
    """One group of invoices with their contacts. ``told``: by product, what is to be said of its item."""

    invoices: Mapping[int, Invoice]
    contacts: resolve_many.Contacts
    told: Mapping[int, Problem]

    def noted(self, id: int, outcome: Outcome) -> Outcome:
        notes = item_codes.notes(self.invoices[id], self.told) if id in self.invoices else ()
        return replace(outcome, problems=(*outcome.problems, *notes))


def ask(user: User, ids: Sequence[int]) -> SyncRun:
    """ "Create / Edit on Xero" for many: a run.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing, or such a run is under way already.
    """
    _xero, organisation = connections.ready_for(user)
    if lifecycle.active("push", user, organisation):
        raise Rejected(problem("run_under_way"))
    run = lifecycle.start("push", user, organisation, {"ids": list(dict.fromkeys(ids))})
    lifecycle.announce(run.id)
    return run


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run, to its end or to a pause."""
    with failures.carrying(run):
        xero, organisation = failures.reached(run)
        set_up = organisation.set_up
        stopped = _push_all(run, Many(xero, organisation, set_up, organisation.books))
        lifecycle.end(run, "stopped" if stopped else "finished")


def _push_all(run: SyncRun, many: Many) -> bool:
    ids: list[int] = run.asked["ids"]
    with writing():
        lifecycle.hold(run)
        run.total = len(ids)
    bitrix24 = connections.bitrix24_for(run.user)
    contacts = resolve_many.Contacts(many.organisation, run.user, many.xero, _token(run))
    while run.done < len(ids):
        group = ids[run.done : run.done + GROUP]
        found = bitrix24.invoices(group)
        writable = [invoice for invoice in found.values() if _may_be_written(invoice, many)]
        contacts.gather(invoice.customer for invoice in writable)
        told = item_codes.fill(Shop(run.user, many.organisation, many.xero, _token(run)), bitrix24, writable)
        invoices = {invoice.id: invoice for invoice in item_codes.coded(many.organisation, found.values())}
        for first in range(0, len(group), CHUNK):
            if lifecycle.wants_to_stop(run):
                return True
            _chunk(run, many, Gathered(invoices, contacts, told), group[first : first + CHUNK])
    return False


def _may_be_written(invoice: Invoice, many: Many) -> bool:
    """No contact is created for an invoice that something of ours stands against."""
    step = first_step(many.set_up.stages.get(invoice.stage), invoice.stage_name)
    return isinstance(step, Step) and not problems_of(invoice, many.set_up, many.books)


def _chunk(run: SyncRun, many: Many, group: Gathered, ids: Sequence[int]) -> None:
    """One chunk, from the claims to the entries; a kill anywhere in it leaves what the next worker needs."""
    began = time.perf_counter()
    outcomes: Outcomes = {}
    works = _claimed(run, many, [group.invoices[id] for id in ids if id in group.invoices], outcomes)
    try:
        _carry_out(works, group.contacts, outcomes)
    finally:
        for work in works:
            invoice_links.release(work.link, _token(run))
    seconds = (time.perf_counter() - began) / len(ids)
    happened = [
        single.happening(id, group.invoices.get(id), group.noted(id, outcomes.get(id, HIDDEN)), seconds) for id in ids
    ]
    with writing():
        lifecycle.hold(run)
        add_to_run(run, happened)
        run.done += len(ids)


def _token(run: SyncRun) -> str:
    return f"run-{run.id}"


def _claimed(run: SyncRun, many: Many, invoices: Sequence[Invoice], outcomes: Outcomes) -> list[Push]:
    works = []
    for invoice in invoices:
        now = utc_now()
        link = invoice_links.claim(many.organisation, invoice.id, run.user, now, _token(run))
        if link is None:
            outcomes[invoice.id] = Outcome("busy", problems=(problem("being_written", name=""),))
        elif link.written_claim == _token(run):
            # Written by this very run, whose worker was killed before it could note that.
            outcomes[invoice.id] = Outcome(link.written_kind or "updated", link=link)
            invoice_links.release(link, _token(run))
        else:
            works.append(single.gathered(invoice, link, run.user, many.organisation, many.xero, now, _token(run)))
    return works


def _carry_out(works: Sequence[Push], contacts: resolve_many.Contacts, outcomes: Outcomes) -> None:
    by_id = {work.invoice.id: work for work in works}
    for id, found in recover.resolve(works).items():
        _one(by_id[id], outcomes, partial(single.after_create, by_id[id], found))
    open_works = [work for work in works if work.invoice.id not in outcomes]
    _edit_all([work for work in open_works if work.link.xero_id], outcomes)
    _create_all([work for work in open_works if not work.link.xero_id], contacts, outcomes)


def _one(work: Push, outcomes: Outcomes, carry_out: Callable[[], Outcome | None]) -> None:
    """One outcome for one invoice; none yet when it is only planned."""
    outcome = single.told(work, carry_out)
    if outcome is not None:
        outcomes[work.invoice.id] = outcome


def _raised(outcome: Outcome | Rejected) -> Outcome:
    if isinstance(outcome, Rejected):
        raise outcome
    return outcome


# -- editing ----------------------------------------------------------------------------------------------------------


def _edit_all(works: Sequence[Push], outcomes: Outcomes) -> None:
    if not works:
        return
    found = {i.id: i for part in works[0].xero.invoices_by_ids([w.link.xero_id or "" for w in works]) for i in part}
    edits: list[Edit] = []
    for work in works:
        _one(work, outcomes, partial(_plan_edit, work, found.get(work.link.xero_id or ""), edits))
    for edit, outcome in zip(edits, update.send(edits), strict=True):
        _one(edit.work, outcomes, partial(_raised, outcome))


def _plan_edit(work: Push, current: XeroInvoice | None, edits: list[Edit]) -> Outcome | None:
    if current:
        work.customers.follow_merge(work.invoice.customer, current.contact_id)
    planned = update.plan(work, current)
    if isinstance(planned, Outcome):
        return planned
    edits.append(planned)
    return None


# -- creating ---------------------------------------------------------------------------------------------------------


def _create_all(works: Sequence[Push], contacts: resolve_many.Contacts, outcomes: Outcomes) -> None:
    creates: list[Create] = []
    for work in works:
        _one(work, outcomes, partial(_plan_create, work, contacts, creates))
    if works and works[0].set_up.number == "xero":
        creates = _without_found(creates, outcomes)
    for create, result in zip(creates, push_create.send(creates), strict=True):
        _one(create.work, outcomes, partial(single.after_create, create.work, result))


def _plan_create(work: Push, contacts: resolve_many.Contacts, creates: list[Create]) -> None:
    step = first_step(work.target, work.stage)
    if isinstance(step, Problem):
        raise Rejected(step)
    drawn_up(work.invoice, work.set_up, work.books, work.cents)
    contacts.check(work.invoice.customer)
    written, contact_id = written_of(work)
    creates.append(Create(work, written, contact_id, step.status))


def _without_found(creates: Sequence[Create], outcomes: Outcomes) -> list[Create]:
    """Without those that are in Xero already, their links lost with a restored backup."""
    found = push_create.find_first(creates)
    for create in creates:
        if result := found.get(create.work.invoice.id):
            _one(create.work, outcomes, partial(single.after_create, create.work, result))
    return [create for create in creates if create.work.invoice.id not in found]
