"""What a status means: where an invoice stands in Xero. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from b24xero.domain import credits
from b24xero.domain.credits import CREDIT_NOTE, OVERPAYMENT, PREPAYMENT, Credit, Kind
from b24xero.domain.set_up import Stands, Status


class Standing(Protocol):
    """What Xero last said of an invoice; an InvoiceLink is one."""

    @property
    def xero_status(self) -> str | None: ...
    @property
    def xero_due(self) -> Decimal | None: ...
    @property
    def xero_settled(self) -> Decimal | None: ...
    @property
    def xero_credits(self) -> Sequence[Mapping[str, str]] | None: ...
    @property
    def xero_due_date(self) -> str | None: ...


_PLAIN: Mapping[str, Status] = {"DRAFT": "draft", "SUBMITTED": "approval", "VOIDED": "void", "DELETED": "deleted"}
# Where an invoice stands that has the status a stage asks for and nothing else to it.
ASKED_FOR = frozenset({*_PLAIN.values(), "awaiting"})


# Problems that nobody puts right: what is settled, ended or locked in Xero stays as it is, whatever is done.
STAYS = frozenset(
    {
        "paid_not_editable", "part_paid_not_editable", "credited_not_editable", "part_credited_not_editable",
        "cannot_void_paid", "cannot_void_credited", "voided_not_editable", "date_locked_in_xero",
    }
)  # fmt: skip

# Nothing is in Xero because the set-up says so.
ON_PURPOSE = frozenset({"stage_not_sent", "nothing_to_void"})
# What only somebody's answer is wanting for: nothing is wrong, and nothing was refused.
QUESTIONS = frozenset(
    {
        "contact_unsure", "total_differs_choose", "edited_by_hand", "found_differs", "edit_of_lines_not_kept",
        "edit_of_total_not_kept", "deleted_may_come_again", "deleted_may_come_again_numbered",
    }
)  # fmt: skip

# What settled it, beside money: in full, in part.
_CREDITED: Mapping[Kind, Status] = {CREDIT_NOTE: "credited", PREPAYMENT: "prepaid", OVERPAYMENT: "overpaid"}
_PART_CREDITED: Mapping[Kind, Status] = {
    CREDIT_NOTE: "part_credited",
    PREPAYMENT: "part_prepaid",
    OVERPAYMENT: "part_overpaid",
}


def standing(link: Standing, today: date) -> Stands:
    """One of ``set_up.STATUSES``, or "none" for an invoice that is not in Xero.

    "Part paid" and "overdue" are no statuses of Xero: both are AUTHORISED, told apart by what is settled and by the due
    date (Xero facts §3.3). Overdue outranks part paid, since it asks for action. A voided invoice keeps its amount due,
    so the status is looked at before the amounts. Where no money came in for the invoice itself, what took most off it
    says what it is: credited, or settled by a prepayment or an overpayment.
    """
    if not link.xero_status:
        return "none"
    if link.xero_status in _PLAIN:
        return _PLAIN[link.xero_status]
    if (
        link.xero_status != "PAID"
        and (link.xero_due or 0) > 0
        and link.xero_due_date
        and date.fromisoformat(link.xero_due_date) < today
    ):
        return "overdue"
    if link.xero_status == "PAID":
        return _by(link, "paid", _CREDITED)
    return _by(link, "part", _PART_CREDITED) if link.xero_settled else "awaiting"


def credits_of(link: Standing) -> tuple[Credit, ...]:
    """What settled it beside money; nothing where that was not read yet."""
    return tuple(map(Credit.from_json, link.xero_credits or ()))


def _by(link: Standing, money: Status, kinds: Mapping[Kind, Status]) -> Status:
    found = credits_of(link)
    if not found or credits.received(link.xero_settled or Decimal(0), found) > 0:
        return money
    return kinds[credits.largest(found)]
