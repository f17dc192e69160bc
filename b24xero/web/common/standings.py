"""How the two systems stand on an invoice, in words: what the list, the record and the card say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _

from b24xero.domain.statuses import QUESTIONS
from b24xero.reconciliation.standing import Kind, Standing
from b24xero.web.common import formats, labels
from b24xero.web.common.look import StatusLook

# What the look has a picture for, where it is not where the invoice stands in Xero.
_LOOKS: Mapping[Kind, StatusLook] = {
    "absent": "none", "not_sent": "none", "ready": "none", "stopped": "problem", "ended_there": "differs",
    "paid_here": "differs", "paid_there": "differs", "cancelled_here": "differs", "changed_here": "differs",
    "changed_there": "differs", "stage_here": "differs", "apart": "differs",
}  # fmt: skip
_WORDS: Mapping[Kind, LazyString] = {
    "absent": _("Not in Xero"),
    "not_sent": _("Not sent on purpose"),
    "ready": _("Ready to send"),
    "stopped": _("Problem"),
    "paid_here": _("Unpaid in Xero"),
    "paid_there": _("Paid in Xero"),
    "cancelled_here": _("Cancelled in Bitrix24"),
    "changed_here": _("Changed in Bitrix24"),
    "changed_there": _("Changed in Xero"),
    "stage_here": _("Moved on in Bitrix24"),
    "apart": _("Totals differ"),
}


@dataclass(frozen=True)
class Told:
    """``look``: the class of the picture beside the ``words``; ``hint``: the small line below, or empty."""

    look: StatusLook
    words: str
    hint: str = ""


def told(standing: Standing, stage: str) -> Told:
    """``stage``: the name of its stage in Bitrix24."""
    look = _LOOKS.get(standing.kind, standing.where)
    if standing.kind == "ended_there":
        words = gettext("Voided in Xero") if standing.where == "void" else gettext("Deleted in Xero")
    elif standing.kind == "stopped" and standing.problems[0].code in QUESTIONS:
        words = gettext("Waits for an answer")
    elif standing.kind == "paid" and standing.paid_on:
        words = gettext("Paid %(day)s", day=formats.day(standing.paid_on))
    else:
        words = str(_WORDS.get(standing.kind, labels.STATUSES[standing.where]))
    return Told(look, words, _hint(standing, stage))


def signed(amount: Decimal, currency: str) -> str:
    """ "+172.50", "−86.25" """
    return f"{'+' if amount > 0 else '−'}{formats.figure(abs(amount), currency)}"


def _hint(standing: Standing, stage: str) -> str:
    if hint := _HINTS.get(standing.kind):
        return hint(standing, stage)
    return ""


def _not_sent(standing: Standing, stage: str) -> str:
    return gettext("stage %(stage)s is not sent", stage=stage)


def _stopped(standing: Standing, stage: str) -> str:
    code = standing.problems[0].code
    if code == "stage_unmapped":
        return gettext("stage %(stage)s has no Xero status yet", stage=stage)
    if code == "stage_gone":
        return gettext("stage %(stage)s is gone from Bitrix24", stage=stage)
    return _where(standing, stage) if standing.in_xero else ""


def _changed_here(standing: Standing, _stage: str) -> str:
    if standing.apart:
        return gettext("%(amount)s since it was sent", amount=signed(standing.apart, standing.currency))
    return gettext("the total is the same")


def _changed_there(standing: Standing, _stage: str) -> str:
    if standing.apart:
        return gettext("%(amount)s by hand", amount=signed(-standing.apart, standing.currency))
    return gettext("the total is the same")


def _paid_here(standing: Standing, _stage: str) -> str:
    if standing.days:
        return ngettext(
            "paid in Bitrix24, overdue %(num)d day", "paid in Bitrix24, overdue %(num)d days", standing.days
        )
    return gettext("paid in Bitrix24")


def _paid_there(standing: Standing, stage: str) -> str:
    return gettext("in Bitrix24 still %(stage)s", stage=stage)


def _ended_there(standing: Standing, stage: str) -> str:
    return gettext("in Bitrix24 still %(stage)s", stage=stage)


def _where(standing: Standing, _stage: str) -> str:
    return gettext("in Xero %(status)s", status=str(labels.STATUSES[standing.where]))


def _apart(standing: Standing, _stage: str) -> str:
    return gettext("by %(amount)s", amount=signed(standing.apart, standing.currency))


def _overdue(standing: Standing, _stage: str) -> str:
    return ngettext("for %(num)d day", "for %(num)d days", standing.days)


def _due(standing: Standing, _stage: str) -> str:
    return gettext("due %(day)s", day=formats.day(standing.due_date)) if standing.due_date else ""


def _part(standing: Standing, _stage: str) -> str:
    return gettext("%(amount)s settled", amount=formats.figure(standing.settled, standing.currency))


_HINTS: Mapping[Kind, Callable[[Standing, str], str]] = {
    "not_sent": _not_sent,
    "stopped": _stopped,
    "changed_here": _changed_here,
    "changed_there": _changed_there,
    "paid_here": _paid_here,
    "paid_there": _paid_there,
    "ended_there": _ended_there,
    "cancelled_here": _where,
    "stage_here": _where,
    "apart": _apart,
    "rounding": _apart,
    "overdue": _overdue,
    "same": _due,
    "part": _part,
}
