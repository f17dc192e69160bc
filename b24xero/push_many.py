"""This file knows JOB 1 for many invoices: the steps of ``push``, 50 invoices a call, one outcome each.

A group of invoices is read and its contacts are found or created; then chunks of 50 are claimed, planned, sent as one
update and one create, and recorded. The claim is the run's own: after a kill the next worker takes over the same
invoices, finds what landed by its mark in Xero, and writes nothing twice.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from b24xero import connections, creating, editing, gathering, jobs, links, push, runs
from b24xero.activity import add_to_run
from b24xero.books import Books
from b24xero.database import writing
from b24xero.editing import Edit
from b24xero.errors import NotFound, OutcomeUnknown, Problem, Rejected, problem
from b24xero.invoice import Invoice
from b24xero.mapping import Mapping as SetUp
from b24xero.models import Organisation, SyncRun, User, utc_now
from b24xero.sending import twice
from b24xero.statuses import Step, first_step
from b24xero.work import Outcome, Push, drawn_up, problems_of, written_of
from b24xero.xero.answers import XeroInvoice
from b24xero.xero.client import Xero
from b24xero.xero.payload import Mark

GROUP = 250
CHUNK = 50

Outcomes = dict[int, Outcome]
HIDDEN = Outcome("refused", problems=(problem("bitrix24_not_found"),))


@dataclass(frozen=True)
class Many:
    """What all invoices of one run share."""

    xero: Xero
    organisation: Organisation
    mapping: SetUp
    books: Books


def ask(user: User, ids: Sequence[int]) -> SyncRun:
    """ "Create / Edit on Xero" for many: a run.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing, or such a run is under way already.
    """
    _xero, organisation = connections.xero_for(user)
    if organisation.mapping is None:
        raise Rejected(problem("set_up_missing"))
    if runs.active("push", user, organisation):
        raise Rejected(problem("run_under_way"))
    run = runs.start("push", user, organisation, {"ids": list(dict.fromkeys(ids))})
    runs.announce(run.id)
    return run


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run, to its end or to a pause."""
    with jobs.carrying(run):
        xero, organisation = jobs.reached(run)
        mapping = SetUp.from_json(organisation.mapping or {})
        stopped = _push_all(run, Many(xero, organisation, mapping, Books.from_json(organisation.reference)))
        runs.end(run, "stopped" if stopped else "finished")


def _push_all(run: SyncRun, many: Many) -> bool:
    ids: list[int] = run.asked["ids"]
    with writing():
        runs.hold(run)
        run.total = len(ids)
    bitrix24 = connections.bitrix24_for(run.user)
    contacts = gathering.Contacts(many.organisation, many.xero)
    while run.done < len(ids):
        group = ids[run.done : run.done + GROUP]
        invoices = bitrix24.invoices(group)
        contacts.gather(invoice.customer for invoice in invoices.values() if _may_be_written(invoice, many))
        for first in range(0, len(group), CHUNK):
            if runs.wants_to_stop(run):
                return True
            _chunk(run, many, contacts, group[first : first + CHUNK], invoices)
    return False


def _may_be_written(invoice: Invoice, many: Many) -> bool:
    """No contact is created for an invoice that something of ours stands against."""
    step = first_step(many.mapping.stages.get(invoice.stage), invoice.stage_name)
    return isinstance(step, Step) and not problems_of(invoice, many.mapping, many.books)


def _chunk(
    run: SyncRun, many: Many, contacts: gathering.Contacts, ids: Sequence[int], invoices: Mapping[int, Invoice]
) -> None:
    """One chunk, from the claims to the entries; a kill anywhere in it leaves what the next worker needs."""
    began = time.perf_counter()
    outcomes: Outcomes = {}
    works = _claimed(run, many, [invoices[id] for id in ids if id in invoices], outcomes)
    try:
        _carry_out(works, contacts, outcomes)
    finally:
        for work in works:
            links.release(work.link, _token(run))
    seconds = (time.perf_counter() - began) / len(ids)
    happened = [push.happening(id, invoices.get(id), outcomes.get(id, HIDDEN), seconds) for id in ids]
    with writing():
        runs.hold(run)
        add_to_run(run, happened)
        run.done += len(ids)


def _token(run: SyncRun) -> str:
    return f"run-{run.id}"


def _claimed(run: SyncRun, many: Many, invoices: Sequence[Invoice], outcomes: Outcomes) -> list[Push]:
    works = []
    for invoice in invoices:
        now = utc_now()
        link = links.claim(many.organisation, invoice.id, run.user, now, _token(run))
        if link is None:
            outcomes[invoice.id] = Outcome("busy", problems=(problem("being_written", name=""),))
        elif link.written_claim == _token(run):
            # Written by this very run, whose worker was killed before it could note that.
            outcomes[invoice.id] = Outcome(link.written_kind or "updated", link=link)
            links.release(link, _token(run))
        else:
            works.append(push.gathered(invoice, link, run.user, many.organisation, many.xero, "", now))
    return works


def _carry_out(works: Sequence[Push], contacts: gathering.Contacts, outcomes: Outcomes) -> None:
    for work in works:
        if creating.is_unclear(work.link):
            _one(work, outcomes, partial(_resolved, work))
    open_works = [work for work in works if work.invoice.id not in outcomes]
    _edit_all([work for work in open_works if work.link.xero_id], outcomes)
    _create_all([work for work in open_works if not work.link.xero_id], contacts, outcomes)


def _one(work: Push, outcomes: Outcomes, carry_out: Callable[[], Outcome | None]) -> None:
    """One outcome for one invoice; none yet when it is only planned."""
    outcome = push.told(work, carry_out)
    if outcome is not None:
        outcomes[work.invoice.id] = outcome


def _resolved(work: Push) -> Outcome | None:
    """A create of an earlier worker whose answer nobody heard: landed, or open again."""
    creating.resolve(work)
    return push.created(work) if work.link.xero_id else None


# -- editing ----------------------------------------------------------------------------------------------------------


def _edit_all(works: Sequence[Push], outcomes: Outcomes) -> None:
    if not works:
        return
    xero = works[0].xero
    found = {i.id: i for part in xero.invoices_by_ids([w.link.xero_id or "" for w in works]) for i in part}
    edits: list[Edit] = []
    for work in works:
        _one(work, outcomes, partial(_plan_edit, work, found.get(work.link.xero_id or ""), edits))
    if edits:
        _send_edits(xero, edits, outcomes)


def _plan_edit(work: Push, current: XeroInvoice | None, edits: list[Edit]) -> Outcome | None:
    planned = editing.plan(work, current)
    if isinstance(planned, Outcome):
        return planned
    edits.append(planned)
    return None


def _send_edits(xero: Xero, edits: Sequence[Edit], outcomes: Outcomes) -> None:
    key = f"b24xero-{uuid.uuid4()}"
    changes = [(edit.xero_id, edit.body) for edit in edits]
    abouts = [edit.work.about for edit in edits]
    try:
        answers = twice(lambda: xero.update_invoices(changes, key, abouts))
    except (NotFound, Rejected):
        # One of them spoils the call (a contact that is gone): each by itself, so that it harms nobody else.
        for edit in edits:
            _one(edit.work, outcomes, partial(editing.send, edit))
        return
    for edit, said in zip(edits, answers, strict=True):
        _one(edit.work, outcomes, partial(_edited, edit, said))


def _edited(edit: Edit, said: XeroInvoice | Rejected) -> Outcome:
    if isinstance(said, Rejected):
        raise said
    return editing.finish(edit, said)


# -- creating ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Create:
    """One create on its way."""

    work: Push
    pending: dict[str, Any]


def _create_all(works: Sequence[Push], contacts: gathering.Contacts, outcomes: Outcomes) -> None:
    creates: list[Create] = []
    for work in works:
        _one(work, outcomes, partial(_plan_create, work, contacts, creates))
    if creates:
        _send_creates(works[0].xero, creates, outcomes)


def _plan_create(work: Push, contacts: gathering.Contacts, creates: list[Create]) -> Outcome | None:
    step = first_step(work.target, work.stage)
    if isinstance(step, Problem):
        raise Rejected(step)
    drawn_up(work.invoice, work.mapping, work.books)
    contacts.check(work.invoice.customer)
    written, contact_id = written_of(work)
    if work.mapping.number == "xero" and (found := creating.find_ours(work, Mark.of(written.body))):
        links.record_standing(work.link, found)
        planned = editing.plan(work, found)
        return planned if isinstance(planned, Outcome) else editing.send(planned)
    creates.append(Create(work, creating.intent(written, contact_id, step.status)))
    return None


def _send_creates(xero: Xero, creates: Sequence[Create], outcomes: Outcomes) -> None:
    key = f"b24xero-{uuid.uuid4()}"
    for create in creates:
        links.begin_sending(create.work.link, create.pending, key, create.work.now)
    bodies = [create.pending["body"] for create in creates]
    abouts = [create.work.about for create in creates]
    try:
        answers = twice(lambda: xero.create_invoices(bodies, key, abouts))
    except OutcomeUnknown:
        _leave(creates, "unclear")
        raise
    except (NotFound, Rejected):
        # As with edits: one of them spoils the call, and nothing of it was written.
        for create in creates:
            _leave([create], "new")
            _one(create.work, outcomes, partial(_created_alone, create))
        return
    except BaseException:
        _leave(creates, "new")
        raise
    for create, said in zip(creates, answers, strict=True):
        _one(create.work, outcomes, partial(_created, create, said))


def _leave(creates: Sequence[Create], state: str) -> None:
    for create in creates:
        links.set_state(create.work.link, state, **({} if state == "unclear" else links.clear_pending()))


def _created(create: Create, said: XeroInvoice | Rejected) -> Outcome:
    if isinstance(said, Rejected):
        creating.refused(create.work, said)
    else:
        creating.landed(create.work, said, create.pending)
    return push.created(create.work)


def _created_alone(create: Create) -> Outcome:
    creating.send_create(create.work, create.pending, f"b24xero-{uuid.uuid4()}")
    return push.created(create.work)
