"""The words of a month-end sheet: its lines, and what each kind of difference means."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

# Each with what it means, and what to do where there is something to do.
KINDS: Mapping[str, tuple[LazyString, LazyString]] = {
    "not_sent": (
        _("Not sent on purpose"), _("drafts, on hold, cancelled: the set-up does not send their stage")),
    "cancelled_here": (
        _("Cancelled in Bitrix24, still in Xero"), _("void it in Xero, or move it to another stage in Bitrix24")),
    "ready": (
        _("Ready to send, not sent yet"), _("in a stage that is sent")),
    "stopped": (
        _("Not sent: something is to be put right first"), _("refused by Xero, or waits for an answer")),
    "voided_there": (
        _("Voided in Xero, not in Bitrix24"), _("cancel it in Bitrix24, or send it again")),
    "deleted_there": (
        _("Deleted in Xero, not in Bitrix24"), _("cancel it in Bitrix24, or send it again")),
    "gone_there": (
        _("Gone from Xero"), _("Xero has no invoice any more under the id that this one had")),
    "changed_here": (
        _("Changed in Bitrix24 since it was written"), _("write it to Xero again, or change it back")),
    "changed_there": (
        _("Changed in Xero since it was written"), _("compare both, then keep one")),
    "rounding": (
        _("Cents of rounding"), _("both systems round their own way; nothing is to be done")),
    "other_currency": (
        _("In another currency in Xero"), _("Xero never changes it: void the invoice there and send it again")),
    "apart": (
        _("Linked with another total"), _("it was in Xero before it was linked, so nobody knows whose total changed")),
    "not_linked": (
        _("In both, not linked"), _("the number is the same: confirm it under Find in Xero")),
    "dated_there": (
        _("Dated in another period in Xero"), _("it counts there")),
    "dated_here": (
        _("Dated in another period in Bitrix24"), _("it counts there")),
    "deleted_here": (
        _("Deleted in Bitrix24, still in Xero"), _("void it in Xero if it is no invoice any more")),
    "only_there": (
        _("Only in Xero"), _("made there by hand or by another program")),
    "paid_here": (
        _("Paid in Bitrix24, unpaid in Xero"), _("no payment is recorded in Xero, or the stage was set too early")),
    "paid_there": (
        _("Paid in Xero, unpaid in Bitrix24"), _("an update from Xero moves it, where Set-up says to which stage")),
    "part_paid": (
        _("Part payments received"), _("as Xero has them")),
    "credited": (
        _("Credited in Xero"), _("by credit notes, prepayments or overpayments")),
    "draft_there": (
        _("Not approved in Xero yet"), _("nobody owes a draft")),
    "total_differs": (
        _("Totals that differ, as above"), _("told in the first table")),
}  # fmt: skip

# As Xero calls the statuses of its invoices.
STATUSES: Mapping[str, LazyString] = {
    "DRAFT": _("Draft"),
    "SUBMITTED": _("Awaiting approval"),
    "AUTHORISED": _("Awaiting payment"),
    "PAID": _("Paid"),
    "VOIDED": _("Voided"),
    "DELETED": _("Deleted"),
}


def kind(name: str) -> str:
    return str(KINDS[name][0]) if name in KINDS else name


def meaning(name: str) -> str:
    return str(KINDS[name][1]) if name in KINDS else ""


def status(name: str) -> str:
    return str(STATUSES.get(name, name))
