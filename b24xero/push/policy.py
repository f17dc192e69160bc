"""What becomes of an invoice when it is pushed, and why: the one decision that everybody asks for. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.set_up import Sent, SetUp, Stands
from b24xero.domain.writers import withheld
from b24xero.errors import Problem, problem
from b24xero.push.case import NOT_LINKED, Case, XeroNow
from b24xero.push.choices import Choices
from b24xero.push.known import Current, Link
from b24xero.push.stage_steps import Step, content_problem, first_step, next_step
from b24xero.xero import keep_edits, kept_text
from b24xero.xero.drift import Difference
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Json, Written, to_end

Action = Literal["create", "update", "void", "delete", "leave", "refuse", "ask"]
Reason = Literal["", "not_sent", "up_to_date", "settled", "ended"]
# What only a choice of the person is wanting for.
_TO_CHOOSE = {"total_differs_choose"}
# Answers of the status machine that are no faults.
_LEFT: Mapping[str, Reason] = {
    "stage_not_sent": "not_sent",
    "nothing_to_void": "not_sent",
    "voided_not_editable": "ended",
}


@dataclass(frozen=True)
class Decision:
    """What becomes of one invoice.

    ``action``: create, update, void and delete are written. *leave* writes nothing, for a ``reason``: not_sent (its
    stage says so), up_to_date, settled (paid, at least in part) or ended (voided or deleted); where it leaves something
    undone that Bitrix24 says, ``problems`` tell so. *refuse*: ``problems`` stand against it. *ask*: a person chooses
    first, ``choice`` says about what, ``wanted`` what is done then; they stand beside *leave*, too, where edits by hand
    are all that differs, and where one that was deleted in Xero may be created again.

    ``against`` is what stands against its content, whatever its stage says. ``status`` is sent unless None, ``becomes``
    is where it stands afterwards (of ``set_up.STATUSES``; "none" when it is not in Xero). ``written`` is there whenever
    lines can be made; ``kept_total`` is what Xero has instead, where Bitrix24 only rounds otherwise by now. Once Xero
    was asked: ``body`` is what is sent to an invoice that is there, ``differences`` what differs from it and
    ``not_kept`` why edits by hand cannot be kept; ``adopts``: it says, as it was found, exactly what would be written.
    ``contact_id`` is the contact that it was decided for; ``needs_contact``: that one is not known and may change it.
    """

    action: Action
    reason: Reason = ""
    problems: tuple[Problem, ...] = ()
    choice: Literal["", "cents", "drift", "again"] = ""
    wanted: Literal["", "create", "update"] = ""
    against: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    status: Sent | None = None
    becomes: Stands = "none"
    written: Written | None = None
    kept_total: Decimal | None = None
    contact_id: str = NOT_LINKED
    body: Json | None = None
    differences: tuple[Difference, ...] = ()
    not_kept: Problem | None = None
    adopts: bool = False
    needs_contact: bool = False

    @property
    def writes_content(self) -> bool:
        return self.action in ("create", "update")

    @property
    def by_hand(self) -> tuple[Difference, ...]:
        """What was edited in Xero since our last write."""
        return tuple(difference for difference in self.differences if difference.by_hand)


def decide(
    invoice: Invoice,
    link: Link | None,
    xero_now: XeroNow,
    set_up: SetUp,
    books: Books,
    today: date,
    *,
    url: str,
    contact_id: str = NOT_LINKED,
    choices: Choices = Choices(),  # noqa: B008 (it is frozen)
    new_items: Collection[int] = (),
) -> Decision:
    """What becomes of an invoice of Bitrix24.

    Args:
        xero_now: what Xero says of it now, "gone" when it has it no more. None: Xero was not asked, and what the link
            remembers counts; edits made by hand there are not seen then.
        url: the invoice's address in Bitrix24, its mark in Xero.
        contact_id: its customer's contact in Xero, NOT_LINKED while none is known.
        new_items: products whose items the push makes first, so that they stand on the lines then.
    """
    case = Case(invoice, link, xero_now, set_up, books, today, url, contact_id, choices, new_items)
    found = _of_new(case) if case.current is None else _of_known(case, case.current)
    found = replace(found, notes=(*found.notes, *_notes_on_cents(case, found), *_note_on_number(case, found)))
    told = withheld(invoice.may_change, set_up)
    return _withheld(found, told) if told else found


def _withheld(found: Decision, told: Problem) -> Decision:
    """The same, written by somebody else; what stands against it beside is told beside."""
    kept = replace(found, choice="", wanted="", needs_contact=False)
    if found.action != "leave":
        return replace(kept, action="refuse", status=None, body=None, problems=(told, *found.problems))
    return replace(kept, problems=(told,)) if found.choice == "again" else kept


def _notes_on_cents(case: Case, found: Decision) -> tuple[Problem, ...]:
    """What is to be known of its total and tax, before it is written and after."""
    if found.action in ("create", "update", "ask") or found.action == "refuse" and case.against:
        return case.notes_on_cents
    return case.notes_on_kept_cents if found.reason in ("up_to_date", "settled") and not found.problems else ()


def _note_on_number(case: Case, found: Decision) -> tuple[Problem, ...]:
    """A number may be changed in Bitrix24 (source facts §1 #6), and none in Xero ever is: both are said where they are
    not the same, unless it was created again under the next one."""
    current, own = case.current, case.invoice.number
    if current is None or case.set_up.number != "bitrix24" or found.reason == "ended":
        return ()
    same = kept_text.same_words(own.casefold(), current.number.casefold())
    if same or found.action not in ("update", "ask", "leave") or number_again(own, current.number) != f"{own}-2":
        return ()
    return (problem("number_stays", own=own, number=current.number),)


# -- which step a stage asks for --------------------------------------------------------------------------------------


# -- the decision -----------------------------------------------------------------------------------------------------


def _of_new(case: Case) -> Decision:
    """It is not in Xero."""
    step = first_step(case.target, case.stage)
    if isinstance(step, Problem):
        return _stopped(case, step)
    if case.against:
        return _refused(case, "create")
    needs = case.contact_id == NOT_LINKED
    found = _known(case, "create")
    return replace(found, status=step.status, becomes=_after(case, step.status), needs_contact=needs)


def _of_known(case: Case, current: Current) -> Decision:
    """It is in Xero, or was."""
    if case.xero_now == "gone":
        return replace(_known(case, "refuse"), problems=(problem("gone_in_xero", number=current.number),))
    step = next_step(case.target, case.stage, current.xero_status or "", current.settled_by, current.number)
    if isinstance(step, Problem):
        return _stopped(case, step)
    if step.action == "none":
        return replace(_known(case, "leave"), reason="ended")
    if step.action == "create":
        return _of_deleted(case, current)
    if step.action == "void" and case.locked_in_xero:
        return replace(_known(case, "refuse"), problems=(case.locked_in_xero,))
    if step.action in ("void", "delete"):
        found = _known(case, "void" if step.action == "void" else "delete")
        return replace(found, status=step.status, becomes=_after(case, step.status), body=to_end(step.status))
    decision = _of_content(case, current, step)
    return replace(decision, notes=(step.note,) if step.note else ())


def _of_deleted(case: Case, current: Current) -> Decision:
    """A draft that was deleted in Xero: created again where a person said so, after it was told under which number."""
    if case.choices.again:
        return _of_new(case)
    numbered = case.set_up.number == "bitrix24"
    code = "deleted_may_come_again" if numbered else "deleted_may_come_again_numbered"
    other = number_again(case.invoice.number, current.number)
    told = problem(code, number=current.number, own=case.invoice.number, other=other)
    left = replace(_known(case, "leave"), reason="ended", problems=(told,))
    if against := tuple(p for p in case.against if p.code not in _TO_CHOOSE):
        return replace(left, problems=(told, *against))
    return replace(left, choice="again", wanted="create")


def number_again(own: str, deleted: str) -> str:
    """The number of one that is created again where Xero keeps the deleted one's: INV-1-2, then INV-1-3."""
    match = re.fullmatch(re.escape(own) + r"-([0-9]{1,3})", deleted)
    return f"{own}-{int(match[1]) + 1 if match else 2}"


def _stopped(case: Case, why: Problem) -> Decision:
    """Its stage asks for nothing, or for what cannot be."""
    if why.code == "stage_unmapped" and case.invoice.stage_gone:
        why = problem("stage_gone", stage=case.stage)
    reason = _LEFT.get(why.code, "")
    return replace(_known(case, "leave" if reason else "refuse"), reason=reason, problems=(why,))


def _refused(case: Case, wanted: Literal["create", "update"]) -> Decision:
    if all(p.code in _TO_CHOOSE for p in case.against):
        return replace(_known(case, "ask"), problems=case.against, choice="cents", wanted=wanted)
    return replace(_known(case, "refuse"), problems=case.against)


def _of_content(case: Case, current: Current, step: Step) -> Decision:
    """Whether what Bitrix24 says is to be written over what Xero has. What is paid stays, whatever else is wrong."""
    if fixed := content_problem(current.xero_status or "", current.settled_by, current.number):
        return _of_fixed(case, fixed, step)
    if case.against:
        return _refused(case, "update")
    found = replace(_known(case, "update"), adopts=case.adopts, needs_contact=case.contact_id == NOT_LINKED)
    if case.was_found and case.xero_now and not case.adopts and case.drift != "bitrix24":
        return _asked(found, problem("found_differs", number=current.number, id=case.invoice.id))
    if step.status is None and case.is_same and not _overwrites(case):
        left = replace(found, action="leave", reason="up_to_date")
        still_open = case.by_hand and (not case.keeps or case.not_kept)
        return replace(left, choice="drift", wanted="update") if still_open else left
    if case.locked_in_xero:
        return replace(_known(case, "refuse"), problems=(case.locked_in_xero,))
    return _changed(case, current, replace(found, status=step.status, becomes=_after(case, step.status)))


def _of_fixed(case: Case, why: Problem, step: Step) -> Decision:
    """Paid for, at least in part: it stays as it is, and where Bitrix24 says something else, that is told; a day that
    we had read wrong is nothing that Bitrix24 says. No contact is looked for or created any more, so the one that it
    has in Xero stands."""
    if case.contact_id == NOT_LINKED:
        case = replace(case, contact_id=case.last_contact)
    left = replace(_known(case, "leave"), reason="settled", adopts=case.adopts)
    same = step.status is None and (case.is_same or case.is_same_but_early) and not _overwrites(case)
    return left if same else replace(left, problems=(why,))


def _overwrites(case: Case) -> bool:
    return bool(case.by_hand) and case.drift == "bitrix24"


def _changed(case: Case, current: Current, found: Decision) -> Decision:
    """The change beside what somebody edited by hand in Xero since our last write: that is kept, or overwritten, as the
    person or else the set-up chose, and never without a choice."""
    if case.body is None or not isinstance(case.xero_now, XeroInvoice):
        return found
    body = {**case.body, "Status": found.status} if found.status else case.body
    if case.by_hand and case.keeps:
        if case.not_kept:
            return _asked(found, case.not_kept)
        body = keep_edits.keeping(body, case.by_hand, case.xero_now, case.books)
    elif case.by_hand and case.drift != "bitrix24":
        count = len(case.by_hand)
        return _asked(found, problem("edited_by_hand", number=current.number, count=count, id=case.invoice.id))
    last = case.link.written if case.link else None
    return replace(found, body=keep_edits.renewing(body, case.xero_now, case.books, last))


def _asked(found: Decision, why: Problem) -> Decision:
    """A person says which of the two is right."""
    return replace(found, action="ask", problems=(why,), choice="drift", wanted="update")


# -- what can be said whatever is decided -----------------------------------------------------------------------------


def _known(case: Case, action: Action) -> Decision:
    return Decision(
        action,
        against=case.against,
        becomes=_after(case, None),
        written=case.foreseen.written,
        kept_total=case.kept_total,
        contact_id=case.contact_id,
        differences=case.differences,
        not_kept=case.not_kept,
    )


def _after(case: Case, status: Sent | None) -> Stands:
    """Where it stands once it was written; one that changes its status is neither paid nor due yet."""
    if status:
        return Current("", status).where(case.today)
    return case.current.where(case.today) if case.current else "none"
