"""What the check beside Set-up says: how many would be sent as what, how many would stop, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext, ngettext, npgettext
from flask_babel import lazy_gettext as _

from b24xero.db.models import Organisation, utc_now
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.invoice_key import numberless
from b24xero.domain.ruled import Ruled
from b24xero.domain.set_up import STATUSES, SetUp
from b24xero.errors import Problem
from b24xero.setup import consequences, dry_run
from b24xero.setup.dry_run import Fate
from b24xero.setup.recent_invoices import Look
from b24xero.web.common import formats, labels, urls
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Note
from b24xero.web.setup import written_before
from b24xero.web.setup.rule_counts import Counted
from b24xero.web.setup.written_before import WrittenBefore

MOST_REASONS = 6
# Where an invoice stands in Xero that nobody has paid.
_UNPAID = ("draft", "approval", "awaiting", "overdue")
MOST_EXAMPLES = 3
_NAMES = re.compile(r"%\((\w+)\)s")

# Why invoices stop, in the words for many of them, and the part of the page that puts it right: empty where that is
# Bitrix24's to do. Problems with the same values in their words are one reason.
REASONS = {
    "stage_unmapped": (_("Stage “%(stage)s” has no Xero status"), "statuses"),
    "cannot_void_paid": (_("Paid in Xero, so it cannot be voided"), "statuses"),
    "cannot_void_credited": (_("Settled in Xero, so it cannot be voided"), "statuses"),
    "no_customer": (_("No customer"), ""),
    "customer_hidden": (_("Bitrix24 does not show you the customer"), ""),
    "customer_gone": (_("The customer was deleted in Bitrix24"), ""),
    "stage_gone": (_("Stage “%(stage)s” is gone from Bitrix24"), ""),
    "customer_without_name": (_("The customer has no name"), ""),
    "name_too_long": (_("The customer’s name is too long for Xero"), ""),
    "no_rows": (_("No product rows"), "no_rows"),
    "number_missing": (_("No invoice number"), "accounts"),
    "number_too_long": (_("The number is too long for Xero"), ""),
    "currency_missing": (_("Xero does not use %(currency)s"), ""),
    "account_missing": (_("No sales account is chosen"), "accounts"),
    "account_dead": (_("Account %(code)s takes no sales in Xero"), "accounts"),
    "tax_rate_unmapped": (_("Tax rate %(rate)s has no match in Xero"), "taxes"),
    "tax_rate_mismatch": (_("Tax rate %(rate)s is matched with another percentage, “%(tax)s”"), "taxes"),
    "tax_rate_dead": (_("Xero does not use tax rate %(rate)s on sales"), "taxes"),
    "document_tax": (_("Bitrix24 taxes the invoice as a whole, by place"), ""),
    "date_locked": (_("Dated in a locked period, up to %(until)s"), ""),
    "date_locked_in_xero": (_("Dated in a locked period in Xero, up to %(until)s"), ""),
    "email_invalid": (_("The customer’s e-mail address is not valid"), ""),
    "total_negative": (_("The total is below zero"), ""),
    "item_gone": (_("Item %(code)s is no longer in Xero"), ""),
    "total_differs": (_("Totals differ"), ""),
    "total_beyond_tolerance": (_("Rounding leaves more than is settled"), "rounding"),
    "delivery_unmapped": (_("A paid delivery has no tax rate in Xero"), "taxes"),
    "total_differs_choose": (_("Cents of tax rounding differ, and each is asked for"), "rounding"),
    "rounding_account_missing": (_("Xero has no rounding account in use"), "rounding"),
    "rule_account_gone": (_("A rule leads to account %(code)s, which takes no sales in Xero"), "rules"),
    "rule_theme_gone": (_("A rule leads to the theme “%(name)s”, which is gone from Xero"), "rules"),
    "rule_option_gone": (_("A rule leads to “%(name)s” of “%(category)s”, which is gone from Xero"), "rules"),
    "rule_department_unknown": (_("Bitrix24 does not tell the department of the responsible person"), "rules"),
    "rule_section_unknown": (_("Bitrix24 does not tell the sections of products"), "rules"),
    "rule_list_unknown": (_("Bitrix24 does not show the field “%(field)s”"), "rules"),
}


@dataclass(frozen=True)
class Line:
    """So many invoices and what becomes of them; ``kind`` is the look of ``words``, which stand after the number."""

    count: int
    kind: StatusLook
    words: str


@dataclass(frozen=True)
class Example:
    number: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Reason:
    """``anchor``: the part of the page that puts it right; else some of the invoices, to be put right in Bitrix24."""

    count: int
    words: str
    anchor: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Check:
    """``lately``: invoices by stage. ``before``: what it means for what was written before. With ``notes`` nothing
    could be tried, and they say why."""

    said: str = ""
    lines: tuple[Line, ...] = ()
    stopped: int = 0
    reasons: tuple[Reason, ...] = ()
    stopped_words: str = ""
    left_out: int = 0
    remarks: tuple[str, ...] = ()
    lately: dict[str, int] | None = None
    before: WrittenBefore | None = None
    notes: Sequence[Note] = ()
    fits: Mapping[int, str] = field(default_factory=dict)
    fits_said: str = ""


def check(
    looked: Look, set_up: SetUp, books: Books, organisation: Organisation, counted: Counted | None = None,
    read: Sequence[Ruled] = (),
) -> Check:  # fmt: skip
    """What stands in the form, tried on the invoices that this person sees.

    Args:
        counted: how many invoices each rule fits; ``read``: what rules go by, as it was read for that.
    """
    today, saved = books.day(utc_now()), organisation.set_up if organisation.is_set_up else None
    fates = dry_run.rehearse(looked.invoices, set_up, books, organisation, today)
    stopped = [fate for fate in fates if fate.kind == "stopped"]
    found = _reasons(stopped)
    return Check(
        said=_said(looked),
        lines=(*_sent(fates), *_not_sent(fates)),
        stopped=len(stopped),
        stopped_words=npgettext("invoices, after their number", "Stopped", "Stopped", len(stopped)),
        reasons=found[:MOST_REASONS],
        left_out=len(found[MOST_REASONS:]),
        remarks=(*_moved(fates, looked, books, organisation, set_up), *_remarks(fates, _success(looked))),
        before=written_before.told(consequences.of(organisation, set_up, read), saved=set_up == saved)
        if saved
        else None,
        lately=dict(Counter(invoice.stage for invoice in looked.invoices)),
        fits=counted.fits if counted else {},
        fits_said=counted.said if counted else "",
    )


def _success(looked: Look) -> set[str]:
    return {stage.id for stage in looked.lists.all_stages if stage.meaning == "success"}


def _moved(
    fates: Sequence[Fate], looked: Look, books: Books, organisation: Organisation, set_up: SetUp
) -> Iterable[str]:
    """How many stand in Xero under a stage that asks for another status now."""
    if not organisation.is_set_up or organisation.set_up.stages == set_up.stages:
        return
    saved = dry_run.rehearse(looked.invoices, organisation.set_up, books, organisation, books.day(utc_now()))
    pairs = zip(fates, saved, strict=True)
    if count := sum(one.linked and (one.kind, one.status) != (was.kind, was.status) for one, was in pairs):
        yield ngettext(
            "%(num)d of them stands in Xero in another status than its stage asks for then. It is shown as different, "
            "and stays as it is until you edit it.",
            "%(num)d of them stand in Xero in another status than their stages ask for then. They are shown as "
            "different, and stay as they are until you edit them.", count,
        )  # fmt: skip


def _said(looked: Look) -> str:
    count, since = len(looked.invoices), formats.day(looked.since)
    if looked.is_cut:
        return ngettext(
            "The newest %(count)s of %(total)s invoice since %(since)s, tried under what stands here. Nothing is "
            "written.",
            "The newest %(count)s of %(total)s invoices since %(since)s, tried under what stands here. Nothing is "
            "written.",
            looked.total, count=count, total=formats.whole(looked.total), since=since,
        )  # fmt: skip
    if not count:
        return gettext("You see no invoices since %(since)s, so there is nothing to try.", since=since)
    return ngettext(
        "%(num)d invoice since %(since)s, tried under what stands here. Nothing is written.",
        "%(num)d invoices since %(since)s, tried under what stands here. Nothing is written.", count, since=since,
    )  # fmt: skip


def _sent(fates: Iterable[Fate]) -> list[Line]:
    counts = Counter(fate.status for fate in fates if fate.kind == "sent")
    return [Line(counts[status], status, str(labels.STATUSES[status])) for status in STATUSES if counts[status]]


def _not_sent(fates: Sequence[Fate]) -> list[Line]:
    """What Xero has done with, then what the set-up does not send, by stage."""
    kept = sum(fate.kind == "kept" for fate in fates)
    lines = [Line(kept, "ok", ngettext("Stays as it is in Xero", "Stay as they are in Xero", kept))] if kept else []
    counts = Counter(
        (fate.problems[0].code, fate.problems[0].values.get("stage", "")) for fate in fates if fate.kind == "not_sent"
    )
    for (code, stage), count in counts.most_common():
        if code == "nothing_to_void":
            words = gettext("Nothing to void: stage %(stage)s", stage=stage)
        else:
            words = ngettext("Not sent: stage %(stage)s", "Not sent: stage %(stage)s", count, stage=stage)
        lines.append(Line(count, "none", words))
    return lines


def _remarks(fates: Sequence[Fate], success: Collection[str]) -> Iterable[str]:
    """What to know of those that would be sent. ``success``: the stages that mean paid in Bitrix24."""
    sent = [fate for fate in fates if fate.kind == "sent"]
    unpaid = [fate for fate in sent if fate.invoice.stage in success and fate.status in _UNPAID and fate.invoice.total]
    if count := len(unpaid):
        yield ngettext(
            "%(num)d invoice is paid in Bitrix24 and would stand unpaid in Xero. Choose “Do not send” for its stage, "
            "or enter the payment in Xero.",
            "%(num)d invoices are paid in Bitrix24 and would stand unpaid in Xero. Choose “Do not send” for their "
            "stage, or enter the payments in Xero.", count,
        )  # fmt: skip
    if linked := sum(fate.linked for fate in sent):
        yield ngettext("%(num)d of them is in Xero already.", "%(num)d of them are in Xero already.", linked)
    if cents := sum(fate.cents in ("tax", "line") for fate in sent):
        yield ngettext(
            "In %(num)d of them tax rounding leaves cents, and they go where the set-up says.",
            "In %(num)d of them tax rounding leaves cents, and they go where the set-up says.", cents,
        )  # fmt: skip
    if differing := sum(bool(fate.difference) for fate in sent):
        yield ngettext(
            "In %(num)d of them the totals differ, as somebody chose.",
            "In %(num)d of them the totals differ, as somebody chose for each.", differing,
        )  # fmt: skip


# -- why they stop ----------------------------------------------------------------------------------------------------


def _reasons(stopped: Iterable[Fate]) -> tuple[Reason, ...]:
    """The most frequent first. An invoice with several problems counts for each."""
    groups: dict[tuple[str, ...], list[tuple[Invoice, Problem]]] = {}
    for fate in stopped:
        for problem in fate.problems:
            groups.setdefault(_key(problem), []).append((fate.invoice, problem))
    return tuple(sorted(map(_reason, groups.values()), key=lambda reason: -reason.count))


def _key(problem: Problem) -> tuple[str, ...]:
    words, _anchor = REASONS.get(problem.code, ("", ""))
    return (problem.code, *(problem.values.get(name, "") for name in _NAMES.findall(str(words))))


def _reason(group: Sequence[tuple[Invoice, Problem]]) -> Reason:
    problem = group[0][1]
    words, anchor = REASONS.get(problem.code, ("", ""))
    said = str(words) % render.Spoken(problem.values) if words else render.note(problem).text
    examples = () if anchor else tuple(_example(invoice, one) for invoice, one in group[:MOST_EXAMPLES])
    return Reason(len(group), said, anchor, examples)


def _example(invoice: Invoice, problem: Problem) -> Example:
    note = ""
    if {"bitrix24", "xero"} <= problem.values.keys():
        spoken = render.Spoken(problem.values)
        note = gettext("Bitrix24 %(bitrix24)s, Xero %(xero)s", bitrix24=spoken["bitrix24"], xero=spoken["xero"])
    return Example(invoice.number or numberless(invoice.id), urls.bitrix24_invoice(invoice.id), note)
