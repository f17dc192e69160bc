"""How the two systems stand on one invoice, and the one thing to do about it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

from b24xero.domain import statuses
from b24xero.domain.books import Books
from b24xero.domain.credits import named
from b24xero.domain.invoice import InvoiceRow, Stage, is_gone
from b24xero.domain.set_up import LEAVE, SetUp, Stands
from b24xero.errors import Problem, problem
from b24xero.push import outright, stage_steps

# What makes the two say different things. ended_there: voided or deleted in Xero alone; paid_here: paid in Bitrix24 and
# not in Xero, paid_there: the other way round; cancelled_here: Bitrix24 wants it voided; changed_here, changed_there:
# since it was last written; stage_here: its stage asks for another status in Xero than it has; apart: the totals
# differ, and nothing tells who changed; rounding: they differed when it was written, and somebody had chosen that.
Difference = Literal[
    "ended_there", "paid_here", "paid_there", "cancelled_here", "changed_here", "changed_there", "stage_here", "apart",
    "rounding",
]  # fmt: skip
# Where it stands when nothing differs. absent: not in Xero, and no set-up says whether it should be. stopped: something
# that a person puts right or answers stands against it. same: open and not overdue. paid, credited: in full.
Agreement = Literal[
    "absent", "not_sent", "ready", "stopped", "same", "part", "overdue", "paid", "credited", "ended",
]  # fmt: skip
Kind = Difference | Agreement
Action = Literal["", "create", "edit", "compare", "answer"]
# Each invoice is in one of these; to do and differs are cuts across them.
View = Literal["ready", "stopped", "not_sent", "awaiting", "overdue", "paid", "ended"]

_VIEWS: Mapping[str, View] = {
    "absent": "ready", "ready": "ready", "stopped": "stopped", "not_sent": "not_sent", "overdue": "overdue",
    "void": "ended", "deleted": "ended", "paid": "paid", "credited": "paid", "prepaid": "paid", "overpaid": "paid",
}  # fmt: skip
_PAID = frozenset({"paid", "credited", "prepaid", "overpaid"})
_PART = frozenset({"part", "part_credited", "part_prepaid", "part_overpaid"})
_ENDED = frozenset({"void", "deleted"})
# A difference that a person had chosen is told, and is nothing to do.
_EXPLAINED = frozenset({"rounding"})


class Known(statuses.Standing, Protocol):
    """What is remembered of an invoice and its one in Xero; an InvoiceLink is one.

    ``seen``: what Bitrix24 said when it was last written, as ``InvoiceRow.facts``; ``xero_written_total``: what Xero
    answered then; None of each: not known. ``xero_edits``: how many fields were edited there by hand since.
    """

    @property
    def xero_id(self) -> str | None: ...
    @property
    def xero_number(self) -> str | None: ...
    @property
    def xero_total(self) -> Decimal | None: ...
    @property
    def xero_written_total(self) -> Decimal | None: ...
    @property
    def xero_edits(self) -> int: ...
    @property
    def xero_paid_on(self) -> str | None: ...
    @property
    def seen(self) -> Mapping[str, str] | None: ...
    @property
    def problems(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True)
class Around:
    """What all invoices share. ``set_up`` None: there is none yet. ``stages`` of the portal by id; ``today``: the
    organisation's; ``books`` as last read."""

    today: date
    set_up: SetUp | None = None
    stages: Mapping[str, Stage] | None = None
    books: Books = Books()  # noqa: RUF009 (it is frozen)


@dataclass(frozen=True)
class Standing:
    """How the two stand on one invoice.

    ``kind`` is the one word for it, ``where`` the status in Xero (of ``set_up.STATUSES``, or "none"). ``differences``
    are all that hold, the most pressing first. ``changed``: the names of ``InvoiceRow.facts`` that Bitrix24 says
    otherwise than when it was written. ``total`` is Bitrix24's, ``xero_total`` Xero's; amounts are of the ``currency``,
    ``settled`` and ``due`` as Xero last said. ``days``: past due, where ``where`` is overdue. ``problems``: why it is
    stopped. ``aside``: somebody set it aside as it is, with a reason, and it says still what it said then.
    """

    kind: Kind
    view: View
    action: Action
    where: Stands
    currency: str
    total: Decimal
    xero_total: Decimal | None = None
    due: Decimal = Decimal(0)
    settled: Decimal = Decimal(0)
    days: int = 0
    due_date: date | None = None
    paid_on: date | None = None
    differences: tuple[Difference, ...] = ()
    changed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    aside: bool = False

    @property
    def in_xero(self) -> bool:
        return self.where != "none"

    @property
    def apart(self) -> Decimal:
        """How much more Bitrix24 says than Xero; 0 where Xero has none."""
        return self.total - self.xero_total if self.xero_total is not None else Decimal(0)

    @property
    def differs(self) -> bool:
        """They say different things of an invoice that both have, or had; what somebody chose is none."""
        return bool(set(self.differences) - _EXPLAINED)

    @property
    def to_do(self) -> bool:
        return (self.kind in ("ready", "stopped") or self.differs) and not self.aside

    @property
    def is_open(self) -> bool:
        """It asks for money in Xero: approved, and something is due."""
        return self.where in ("awaiting", "overdue", *_PART) and self.due > 0


def standing_of(invoice: InvoiceRow, known: Known | None, around: Around) -> Standing:
    """How the two stand, by what Bitrix24 says now and what Xero last said."""
    if known is None or not known.xero_id:
        return _of_new(invoice, known, around)
    where = statuses.standing(known, around.today)
    due_date = date.fromisoformat(known.xero_due_date) if known.xero_due_date else None
    standing = Standing(
        "same", _VIEWS.get(where, "awaiting"), "", where, invoice.currency, invoice.total, known.xero_total,
        known.xero_due or Decimal(0), known.xero_settled or Decimal(0),
        days=(around.today - due_date).days if due_date and where == "overdue" else 0,
        due_date=due_date,
        paid_on=date.fromisoformat(known.xero_paid_on) if known.xero_paid_on and where in _PAID else None,
        changed=_changed(invoice, known, around),
    )  # fmt: skip
    return _named(standing, _differences(invoice, known, standing, around), known)


# -- not in Xero ------------------------------------------------------------------------------------------------------


def _of_new(invoice: InvoiceRow, known: Known | None, around: Around) -> Standing:
    kept = tuple(map(Problem.from_json, known.problems)) if known else ()
    if around.set_up is None:
        return _stopped(invoice, kept) if kept else _new(invoice, "absent")
    step = stage_steps.first_step(around.set_up.stages.get(invoice.stage), invoice.stage_name or invoice.stage)
    if isinstance(step, stage_steps.Step):
        against = kept or outright.against(invoice, around.set_up, around.books)
        return _stopped(invoice, against) if against else _new(invoice, "ready")
    if step.code in ("stage_not_sent", "nothing_to_void"):
        return _new(invoice, "not_sent", "not_sent", "", (step,))
    if is_gone(invoice.stage, around.stages or ()):
        step = problem("stage_gone", stage=invoice.stage_name or invoice.stage)
    return _stopped(invoice, (step, *kept))


def _stopped(invoice: InvoiceRow, why: tuple[Problem, ...]) -> Standing:
    return _new(invoice, "stopped", "stopped", "answer", why)


def _new(
    invoice: InvoiceRow, kind: Kind, view: View = "ready", action: Action = "create", why: tuple[Problem, ...] = ()
) -> Standing:
    return Standing(kind, view, action, "none", invoice.currency, invoice.total, problems=why)


# -- in Xero ----------------------------------------------------------------------------------------------------------


def _changed(invoice: InvoiceRow, known: Known, around: Around) -> tuple[str, ...]:
    """What never goes to Xero under this set-up is no change."""
    if known.seen is None or known.seen == (facts := invoice.facts):
        return ()
    stays = {
        "title": around.set_up is not None and around.set_up.reference != "title",
        "number": around.set_up is not None and around.set_up.number != "bitrix24",
    }
    found = (name for name, value in facts.items() if known.seen.get(name, value) != value)
    return tuple(name for name in found if not stays.get(name))


def _differences(invoice: InvoiceRow, known: Known, found: Standing, around: Around) -> tuple[Difference, ...]:
    if found.where in _ENDED:
        return ("ended_there",) if _wanted(invoice, around) else ()
    return (*_of_payment(invoice, found, around), *_of_stage(invoice, known, around), *_of_content(known, found))


def _wanted(invoice: InvoiceRow, around: Around) -> bool:
    """Bitrix24 still counts on it."""
    target = around.set_up.stages.get(invoice.stage) if around.set_up else None
    return target in ("DRAFT", "SUBMITTED", "AUTHORISED") or _paid_here(invoice, around)


def _paid_here(invoice: InvoiceRow, around: Around) -> bool:
    stage = (around.stages or {}).get(invoice.stage)
    return _stage_of("paid", invoice, around) == invoice.stage or (stage is not None and stage.meaning == "success")


def _stage_of(status: Stands, invoice: InvoiceRow, around: Around) -> str:
    """Where the set-up moves an invoice that has this status; "" where it leaves it."""
    stage = around.set_up.stage_for(status, invoice.kind) if around.set_up else LEAVE
    return "" if stage == LEAVE else stage


def _of_payment(invoice: InvoiceRow, found: Standing, around: Around) -> tuple[Difference, ...]:
    """Paid in one of the two. Where the set-up leaves the stage of what is paid, the stage says nothing of it."""
    here, there = _paid_here(invoice, around), found.where in _PAID
    if here and not there and found.total > 0:
        return ("paid_here",)
    if there and not here and found.total > 0 and _stage_of(found.where, invoice, around) not in ("", invoice.stage):
        return ("paid_there",)
    return ()


def _of_stage(invoice: InvoiceRow, known: Known, around: Around) -> tuple[Difference, ...]:
    """What its stage would have done to it in Xero; a stage that is not sent asks for nothing."""
    if around.set_up is None:
        return ()
    by = named(known.xero_settled or Decimal(0), statuses.credits_of(known))
    target = around.set_up.stages.get(invoice.stage)
    if target == "VOIDED":
        return ("cancelled_here",)
    step = stage_steps.next_step(target, invoice.stage, known.xero_status or "", by, known.xero_number or "")
    return ("stage_here",) if isinstance(step, stage_steps.Step) and step.status else ()


def _of_content(known: Known, found: Standing) -> tuple[Difference, ...]:
    there = known.xero_written_total is not None and known.xero_total != known.xero_written_total
    said: list[Difference] = ["changed_here"] if found.changed else []
    if there or known.xero_edits:
        said.append("changed_there")
    if not said and found.apart:
        said.append("apart" if known.xero_written_total is None or known.seen is None else "rounding")
    return tuple(said)


def _named(found: Standing, differences: tuple[Difference, ...], known: Known) -> Standing:
    """With the one word for it, and the one thing to do."""
    against = tuple(map(Problem.from_json, known.problems)) if found.where not in (*_PAID, *_ENDED) else ()
    if stopped := tuple(one for one in against if one.code not in statuses.STAYS):
        return replace(found, differences=differences, kind="stopped", action="answer", problems=stopped)
    pressing = [one for one in differences if one not in _EXPLAINED]
    if pressing:
        return replace(found, differences=differences, kind=pressing[0], action=_action(found, pressing))
    agreed = _agreed(found, differences)
    return found if agreed == found.kind else replace(found, differences=differences, kind=agreed)


def _action(found: Standing, pressing: Sequence[Difference]) -> Action:
    """An edit only where it could do something: to what is neither settled, nor ended, nor edited by both."""
    editable = found.where not in (*_PAID, *_ENDED) and not found.settled
    only_here = set(pressing) <= {"changed_here", "stage_here", "cancelled_here"}
    return "edit" if editable and only_here else "compare"


def _agreed(found: Standing, differences: tuple[Difference, ...]) -> Kind:
    if found.where in _ENDED:
        return "ended"
    if found.where == "overdue":
        return "overdue"
    if found.where in _PART:
        return "part"
    if found.where in _PAID:
        return "paid" if found.where == "paid" else "credited"
    return "rounding" if "rounding" in differences else "same"
