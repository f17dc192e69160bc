"""What a status means: where an invoice stands in Xero, and which step a stage asks for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from b24xero.domain.set_up import DO_NOT_SEND
from b24xero.errors import Problem, problem


class Standing(Protocol):
    """What Xero last said of an invoice; an InvoiceLink is one."""

    @property
    def xero_status(self) -> str | None: ...
    @property
    def xero_due(self) -> Decimal | None: ...
    @property
    def xero_settled(self) -> Decimal | None: ...
    @property
    def xero_due_date(self) -> str | None: ...


_PLAIN = {"DRAFT": "draft", "SUBMITTED": "approval", "PAID": "paid", "VOIDED": "void", "DELETED": "deleted"}


def standing(link: Standing, today: date) -> str:
    """One of ``set_up.STATUSES``, or "none" for an invoice that is not in Xero.

    "Part paid" and "overdue" are no statuses of Xero: both are AUTHORISED, told apart by what is settled and by the due
    date (Xero facts §3.3). Overdue outranks part paid, since it asks for action. A voided invoice keeps its amount due,
    so the status is looked at before the amounts.
    """
    if not link.xero_status:
        return "none"
    if link.xero_status in _PLAIN:
        return _PLAIN[link.xero_status]
    if (link.xero_due or 0) > 0 and link.xero_due_date and date.fromisoformat(link.xero_due_date) < today:
        return "overdue"
    return "part" if link.xero_settled else "awaiting"


@dataclass(frozen=True)
class Step:
    """What a push does: ``action`` is create, update, void, delete or none; ``status`` is sent unless None."""

    action: str
    status: str | None = None
    note: Problem | None = None


def first_step(target: str | None, stage: str) -> Step | Problem:
    """The step for an invoice that is not in Xero, or why there is none. ``target`` None: the stage is not mapped."""
    if target is None:
        return problem("stage_unmapped", stage=stage)
    if target == DO_NOT_SEND:
        return problem("stage_not_sent", stage=stage)
    if target == "VOIDED":
        return problem("nothing_to_void", stage=stage)
    return Step("create", target)


def next_step(target: str | None, stage: str, current: str, settled: bool, number: str) -> Step | Problem:
    """The step for an invoice that Xero has as ``current``; ``settled``: something is paid or credited.

    Only what Xero's status machine allows (facts §3.3): nothing goes back to draft, an invoice with payments is not
    voided, a draft is deleted where an approved one is voided.
    """
    if current in ("VOIDED", "DELETED"):
        if target == "VOIDED":
            return Step("none")
        return problem("voided_not_editable" if current == "VOIDED" else "deleted_not_editable", number=number)
    if target is None:
        return problem("stage_unmapped", stage=stage)
    if target == DO_NOT_SEND:
        return problem("stage_not_sent", stage=stage)
    if target == "VOIDED":
        return _voiding(current, settled)
    if current == "AUTHORISED" or current == "PAID":
        note = None if target == "AUTHORISED" else problem("stays_authorised", stage=stage)
        return Step("update", None, note)
    if current == "SUBMITTED" and target == "DRAFT":
        # Whether Xero takes a submitted invoice back to draft is unverified (facts §3.3 [U]), so it is not tried.
        return Step("update", None, problem("stays_submitted", stage=stage))
    return Step("update", None if target == current else target)


def content_problem(current: str, settled: bool, number: str) -> Problem | None:
    """What stands against changing the content of an invoice that Xero has as ``current``: payments (facts §3.3)."""
    if current == "PAID":
        return problem("paid_not_editable", number=number)
    return problem("part_paid_not_editable", number=number) if settled else None


def _voiding(current: str, settled: bool) -> Step | Problem:
    if settled or current == "PAID":
        return problem("cannot_void_paid")
    return Step("void", "VOIDED") if current == "AUTHORISED" else Step("delete", "DELETED")
