"""JOB 1 for many invoices: the steps of ``single``, 50 invoices a call, one outcome each."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from b24xero import connections, rights
from b24xero.contacts import links as contact_links
from b24xero.contacts import resolve_many
from b24xero.contacts.update import Updates
from b24xero.db.models import InvoiceLink, Organisation, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import SetUp
from b24xero.domain.writers import withheld
from b24xero.errors import Problem, problem
from b24xero.products import item_codes
from b24xero.products.create_items import Shop
from b24xero.push import activity, read_again, recover, remembered, single, update
from b24xero.push import create as push_create
from b24xero.push.case import NOT_LINKED
from b24xero.push.context import STANDING, Outcome, Push, address_notes, decided
from b24xero.push.create import Create
from b24xero.push.recover import Result
from b24xero.push.update import Edit
from b24xero.runs import asked, failures, lifecycle
from b24xero.runs.history import add_to_run
from b24xero.runs.pieces import Pieces
from b24xero.writes import claims, invoice_links
from b24xero.xero.client import Xero

GROUP = 250
CHUNK = 50

Outcomes = Mapping[int, Outcome]
HIDDEN = Outcome("refused", problems=(problem("bitrix24_not_found"),))
GONE = Outcome("refused", problems=(problem("invoice_gone"),))


@dataclass(frozen=True)
class Many:
    """What all invoices of one run share."""

    xero: Xero
    organisation: Organisation
    set_up: SetUp

    @property
    def books(self) -> Books:
        """As last read: a refusal may have had them read again."""
        return self.organisation.books


@dataclass(frozen=True)
class Beside:
    """What is to be said of the customers of one chunk: of their contacts, by their numbers, where they changed, and
    whose contacts lack an address."""

    changed: Mapping[str, Sequence[Problem]]
    lacking: Collection[str]


@dataclass(frozen=True)
class Gathered:
    """One group of invoices with their contacts. ``told``: by product, what is to be said of its item. ``refused``: by
    invoice, why this person writes nothing of it. ``gone``: what Bitrix24 has no more."""

    invoices: Mapping[int, Invoice]
    contacts: resolve_many.Contacts
    told: Mapping[int, Problem]
    refused: Mapping[int, Problem]
    gone: frozenset[int] = frozenset()

    def noted(self, beside: Beside, id: int, outcome: Outcome) -> Outcome:
        if id not in self.invoices:
            return outcome
        invoice = self.invoices[id]
        changed = beside.changed.get(invoice.customer.number, ()) if invoice.customer else ()
        changed = changed if outcome.kind in STANDING else ()
        notes = (*item_codes.notes(invoice, self.told), *changed, *address_notes(invoice, beside.lacking))
        return replace(outcome, problems=(*outcome.problems, *notes))


def ask(user: User, ids: Sequence[int], back: str = "") -> SyncRun:
    """ "Create / Edit on Xero" for many: a run.

    Args:
        back: the page of ours on which they were chosen.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing, or such a run is under way already.
    """
    _xero, organisation = connections.ready_for(user)
    return lifecycle.ask(user, organisation, asked.Push(tuple(dict.fromkeys(ids)), back), unless="push")


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run, to its end or to a pause."""
    xero, organisation = failures.reached(run)
    stopped = _push_all(run, Many(xero, organisation, organisation.set_up))
    lifecycle.end(run, "stopped" if stopped else "finished")


def _push_all(run: SyncRun, many: Many) -> bool:
    contacts = resolve_many.Contacts(many.organisation, run.user, many.xero, claims.of_run(run))
    pieces = Pieces(run)
    return pieces.all_of(asked.of(run, asked.Push).ids, GROUP, partial(_group, run, many, contacts, pieces))


def _group(
    run: SyncRun, many: Many, contacts: resolve_many.Contacts, pieces: Pieces, ids: Sequence[int]
) -> None:  # fmt: skip
    """Read and settled together, written chunk by chunk, unless the person stops it."""
    gathered = _gathered(run, many, contacts, ids)
    for first in range(0, len(ids), CHUNK):
        if lifecycle.wants_to_stop(run):
            return
        pieces.each(ids[first : first + CHUNK], partial(_chunk, run, many, gathered))


def _gathered(run: SyncRun, many: Many, contacts: resolve_many.Contacts, ids: Sequence[int]) -> Gathered:
    """The invoices with their contacts and items. None is created for an invoice that is not to be written."""
    bitrix24 = connections.bitrix24_for(run.user)
    seen = rights.invoices(run.user, ids, many.set_up)
    invoices = item_codes.read(many.organisation, many.xero, seen, item_codes.RUN_AGE)
    decisions = remembered.decisions(many.organisation, invoices, many.books.day(utc_now()))
    writable = [invoice for invoice in invoices if decisions[invoice.id].writes_content]
    contacts.gather(invoice.customer for invoice in writable)
    told = item_codes.fill(Shop(run.user, many.organisation, many.xero, claims.of_run(run)), bitrix24, writable)
    coded = item_codes.coded(many.organisation, invoices)
    refused = {invoice.id: why for invoice in coded if (why := withheld(invoice.may_change, many.set_up))}
    gone = bitrix24.gone(set(ids) - {invoice.id for invoice in coded})
    return Gathered({invoice.id: invoice for invoice in coded}, contacts, told, refused, gone)


def _chunk(run: SyncRun, many: Many, group: Gathered, ids: Sequence[int]) -> None:
    """One chunk, from the claims to the entries; a kill anywhere in it leaves what the next worker needs: the claim is
    the run's own, so that the next one takes over the same invoices and finds what landed by its mark in Xero."""
    began = time.perf_counter()
    ours = [group.invoices[id] for id in ids if id in group.invoices and id not in group.refused]
    claimed = _claimed(run, many, ours)
    refused = {id: Outcome("refused", problems=(group.refused[id],)) for id in ids if id in group.refused}
    outcomes: Outcomes = {**claimed.outcomes, **refused, **dict.fromkeys(group.gone & set(ids), GONE)}
    try:
        outcomes = {**outcomes, **_carried_out(claimed.works, group.contacts)}
        again = read_again.worth_another_of_many(claimed.works, outcomes)
        outcomes = {**outcomes, **_carried_out(again, group.contacts)}
    finally:
        kept = [(link, outcomes[id].kept if id in outcomes else None) for id, link in claimed.links.items()]
        invoice_links.give_back(kept, claims.of_run(run))
    seconds, today = (time.perf_counter() - began) / len(ids), many.books.day(utc_now())
    beside = _beside(run, many, [group.invoices[id] for id in ids if id in group.invoices], outcomes)
    happened = [
        activity.happening(
            id, group.invoices.get(id), group.noted(beside, id, outcomes.get(id, HIDDEN)), seconds, today
        )
        for id in ids
    ]
    with writing():
        lifecycle.advance(run, len(ids))
        add_to_run(run, happened)


def _beside(run: SyncRun, many: Many, invoices: Sequence[Invoice], outcomes: Outcomes) -> Beside:
    """The contacts of customers that changed are updated as the set-up says, all of a chunk together."""
    standing = [i.customer for i in invoices if i.id in outcomes and outcomes[i.id].kind in STANDING]
    updates = Updates(many.organisation, run.user, many.xero, claims.of_run(run), many.set_up.customers)
    changed = updates.settle(standing)
    return Beside(changed, contact_links.lacking(many.organisation, [invoice.customer for invoice in invoices]))


@dataclass(frozen=True)
class Claimed:
    """What of a chunk is this run's to write, and the outcomes of what is somebody else's, or done already."""

    links: Mapping[int, InvoiceLink]
    works: tuple[Push, ...]
    outcomes: Mapping[int, Outcome]


def _claimed(run: SyncRun, many: Many, invoices: Sequence[Invoice]) -> Claimed:
    now, token, books = utc_now(), claims.of_run(run), many.books
    links = invoice_links.claim_all(many.organisation, [invoice.id for invoice in invoices], run.user, now, token)
    customers = [invoice.customer for invoice in invoices]
    contacts = contact_links.linked_all(many.organisation, customers)
    # Written by this very run, whose worker was killed before it could note that.
    done = {
        id: Outcome(link.written_kind or "updated", link=link)
        for id, link in links.items()
        if link.written_claim == token
    }
    busy = {i.id: Outcome("busy", problems=(problem("being_written", name=""),)) for i in invoices if i.id not in links}
    works = tuple(
        Push(
            invoice, links[invoice.id], run.user, many.organisation, many.xero, many.set_up, books, now, token,
            contacts.get(invoice.customer.number if invoice.customer else "", NOT_LINKED),
        )
        for invoice in invoices
        if invoice.id in links and invoice.id not in done
    )  # fmt: skip
    return Claimed(links, works, {**done, **busy})


def _carried_out(works: Sequence[Push], contacts: resolve_many.Contacts) -> Outcomes:
    by_id = {work.invoice.id: work for work in works}
    found = {
        id: single.outcome_of(by_id[id], partial(single.after_create, by_id[id], result))
        for id, result in recover.resolve(works).items()
    }
    open_works = [work for work in works if work.invoice.id not in found]
    edited = _edited([work for work in open_works if work.link.xero_id])
    return {**found, **edited, **_created([work for work in open_works if not work.link.xero_id], contacts)}


# -- editing ----------------------------------------------------------------------------------------------------------


def _edited(works: Sequence[Push]) -> Outcomes:
    if not works:
        return {}
    parts = works[0].xero.invoices_by_ids([work.link.xero_id or "" for work in works])
    said = {invoice.id: invoice for part in parts for invoice in part}
    pairs = [(work, said.get(work.link.xero_id or "")) for work in works]
    landed = update.hear([(work, current) for work, current in pairs if current])
    planned = [
        single.outcome_of(work, partial(single.planned_edit, work, current, landed.get(work.invoice.id)))
        for work, current in pairs
    ]
    edits = [plan for plan in planned if isinstance(plan, Edit)]
    sent = [
        single.outcome_of(edit.work, partial(single.raised, outcome))
        for edit, outcome in zip(edits, update.send(edits), strict=True)
    ]
    unsent = {work.invoice.id: plan for work, plan in zip(works, planned, strict=True) if isinstance(plan, Outcome)}
    return {**unsent, **{edit.work.invoice.id: outcome for edit, outcome in zip(edits, sent, strict=True)}}


# -- creating ---------------------------------------------------------------------------------------------------------


def _created(works: Sequence[Push], contacts: resolve_many.Contacts) -> Outcomes:
    planned = [single.outcome_of(work, partial(_creating, work, contacts)) for work in works]
    unsent = {work.invoice.id: plan for work, plan in zip(works, planned, strict=True) if isinstance(plan, Outcome)}
    creates = [plan for plan in planned if isinstance(plan, Create)]
    found: Mapping[int, Result] = {}
    if creates and creates[0].work.set_up.number == "xero":
        # In Xero already, their links lost with a restored backup.
        found = push_create.find_first(creates)
    rest = [create for create in creates if create.work.invoice.id not in found]
    results = {**found, **{c.work.invoice.id: said for c, said in zip(rest, push_create.send(rest), strict=True)}}
    after = {
        create.work.invoice.id: single.outcome_of(
            create.work, partial(single.after_create, create.work, results[create.work.invoice.id])
        )
        for create in creates
    }
    return {**unsent, **after}


def _creating(work: Push, contacts: resolve_many.Contacts) -> Create:
    if decided(work).needs_contact:
        contacts.check(work.invoice.customer)
    return single.creating(work)
