"""A run as a worklist: what it left, grouped by cause, each cause once with all its invoices and one way on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import url_for
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user

from b24xero import connections, rights
from b24xero.db.models import SetAside, SyncRun
from b24xero.domain import invoice_key
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.statuses import QUESTIONS
from b24xero.errors import Forbidden, Problem, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.runs import set_aside, worklist
from b24xero.runs.worklist import Item
from b24xero.web.activity import outcomes
from b24xero.web.common import formats, labels, urls
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Fix, Note

# Values of a problem that are one invoice's and not the cause's.
_OF_ONE = {
    "number", "own", "other", "id", "count", "by", "amount", "bitrix24", "xero", "total", "date", "until", "seconds",
    "currency", "reference", "moment", "left",
}  # fmt: skip
# What a cause is called whose invoices each have a sentence of their own.
_TITLES: Mapping[str, LazyString] = {
    "date_locked": _("Dated in a period that is locked in Xero"),
    "date_locked_in_xero": _("Dated in a period that is locked in Xero"),
    "number_taken": _("The number is taken in Xero"),
    "total_differs": _("The rows do not make the total"),
    "total_beyond_tolerance": _("Totals are further apart than rounding explains"),
    "total_differs_choose": _("Cents of rounding: what becomes of them?"),
    "total_negative": _("The total is below zero"),
    "edited_by_hand": _("Edited in Xero by hand: which of the two counts?"),
    "found_differs": _("Found in Xero with other content"),
    "deleted_may_come_again": _("Deleted in Xero"),
    "deleted_may_come_again_numbered": _("Deleted in Xero"),
    "paid_not_editable": _("Paid in Xero"),
    "part_paid_not_editable": _("Part paid in Xero"),
    "credited_not_editable": _("Credited in Xero"),
    "part_credited_not_editable": _("Part credited in Xero"),
    "cannot_void_paid": _("Paid in Xero, so it cannot be voided"),
    "cannot_void_credited": _("Credited in Xero, so it cannot be voided"),
    "voided_not_editable": _("Voided in Xero"),
    "xero_unclear": _("Xero gave no clear answer"),
    "piece_broke": _("Something broke in b24xero"),
}
CONTACT_UNSURE = "contact_unsure"


@dataclass(frozen=True)
class Left:
    """One invoice of a cause. ``row`` None: Bitrix24 does not show it to this reader, so nothing is told of it."""

    item: Item
    row: InvoiceRow | None
    note: Note
    aside: SetAside | None = None

    @property
    def id(self) -> int:
        return self.item.id

    @property
    def number(self) -> str:
        return (self.row.number if self.row else "") or self.item.entry.number

    @property
    def customer(self) -> str:
        if self.row is None:
            return gettext("An invoice you may not see")
        return self.row.customer_name or labels.unseen_customer(is_admin=current_user.is_admin)

    @property
    def url(self) -> str:
        return url_for("record.page", bitrix24_id=self.id)


@dataclass(frozen=True)
class Cause:
    """``title`` is told once; ``said`` False: each invoice has its own sentence. ``fix``: where all are put right;
    ``asks``: one answer serves them all."""

    key: str
    code: str
    title: str
    look: StatusLook
    left: Sequence[Left]
    said: bool
    fix: Fix | None
    again: bool

    @property
    def asks(self) -> bool:
        return self.code == CONTACT_UNSURE

    @property
    def ids(self) -> str:
        return ",".join(invoice_key.written(one.id) for one in self.left)

    @property
    def sums(self) -> list[str]:
        return sums(self.left)


@dataclass(frozen=True)
class Worklist:
    """``causes`` are still to be put right. ``right`` was put right since, ``stays`` stays as it is, ``aside`` was set
    aside. ``silent``: why Bitrix24 does not say which invoices may be named."""

    causes: Sequence[Cause] = ()
    right: Sequence[Left] = ()
    stays: Sequence[Cause] = ()
    aside: Sequence[Left] = ()
    silent: tuple[Note, ...] = ()
    ids: Sequence[int] = field(default=())

    @property
    def open(self) -> int:
        return sum(len(cause.left) for cause in self.causes)

    @property
    def total(self) -> int:
        return self.open + len(self.right)

    @property
    def progress(self) -> str:
        return gettext("%(right)d of %(total)d put right", right=len(self.right), total=self.total)

    @property
    def again(self) -> str:
        """The ids of what may be tried again at once, with commas."""
        return ",".join(invoice_key.written(one.id) for cause in self.causes if cause.again for one in cause.left)

    @property
    def again_count(self) -> int:
        return sum(len(cause.left) for cause in self.causes if cause.again)

    @property
    def sums(self) -> list[str]:
        return sums(one for cause in self.causes for one in cause.left)

    @property
    def is_empty(self) -> bool:
        return not (self.total or self.stays or self.aside)


def sums(left: Iterable[Left]) -> list[str]:
    """Currency by currency, of those that are shown."""
    found: dict[str, Decimal] = {}
    for row in (one.row for one in left if one.row):
        found[row.currency] = found.get(row.currency, Decimal(0)) + row.total
    return [formats.money(amount, currency) for currency, amount in found.items()]


def shown(run: SyncRun) -> Worklist:
    """The worklist of a run that has ended, with what Bitrix24 says of its invoices now: two calls, none where nothing
    was left."""
    items = worklist.items(run)
    if not items:
        return Worklist()
    rows, silent = _rows([item.id for item in items])
    aside = set_aside.of(run.organisation, rows)
    left = [_left(item, rows.get(item.id), aside.get(item.id)) for item in items]
    open_ones = [one for one in left if not (one.item.right or one.item.stays or one.aside)]
    mine = run.user_id == current_user.id and run.organisation_id == _connected()
    db.session.commit()
    return Worklist(
        causes=_causes(open_ones, mine),
        right=[one for one in left if one.item.right],
        stays=_causes([one for one in left if one.item.stays], again=False),
        aside=[one for one in left if one.aside and not (one.item.right or one.item.stays)],
        silent=silent,
        ids=[one.id for one in open_ones],
    )


def _connected() -> int:
    organisation = connections.current_organisation(current_user)
    return organisation.id if organisation else 0


def _rows(ids: Sequence[int]) -> tuple[dict[int, InvoiceRow], tuple[Note, ...]]:
    db.session.commit()
    try:
        found = {row.id: row for row in connections.bitrix24_for(current_user).invoice_rows(ids)}
    except (RetryLater, Forbidden, Rejected) as error:
        return {}, render.notes(error.problems or (problem("bitrix24_forbidden"),))
    rights.note_visible(current_user, found)
    return found, ()


def _left(item: Item, row: InvoiceRow | None, aside: SetAside | None) -> Left:
    if row is None:
        return Left(item, None, Note(gettext("Bitrix24 does not show it to you any more, so nothing is told of it.")))
    places = urls.Places(
        urls.bitrix24_invoice(item.id), "", urls.portal_url(), preview=url_for("preview.page", bitrix24_id=item.id)
    )
    first = item.problems[0] if item.problems else None
    note = render.note(first, places) if first else Note(outcomes.of_entry(item.entry)[0])
    return Left(item, row, note, aside)


# -- causes -----------------------------------------------------------------------------------------------------------


def _causes(left: Sequence[Left], again: bool) -> list[Cause]:
    """The one with most invoices first."""
    groups: dict[tuple[str, ...], list[Left]] = {}
    for one in left:
        groups.setdefault(_key(one), []).append(one)
    causes = [_cause(key[0], group, again) for key, group in groups.items()]
    return sorted(causes, key=lambda cause: -len(cause.left))


def _key(one: Left) -> tuple[str, ...]:
    first = _problem(one)
    if first is None or one.row is None:
        return (first.code if first and one.row else "", one.item.entry.outcome)
    shared = {name: value for name, value in first.values.items() if name not in _OF_ONE}
    return (first.code, *(f"{name}={value}" for name, value in sorted(shared.items())))


def _problem(one: Left) -> Problem | None:
    return one.item.problems[0] if one.item.problems else None


def _cause(code: str, left: Sequence[Left], again: bool) -> Cause:
    texts = {one.note.text for one in left}
    first = left[0].note
    alone = len(texts) == 1
    title = (
        _asked(left[0])
        if code == CONTACT_UNSURE
        else first.text
        if alone
        else str(_TITLES.get(code, gettext("Something is to be put right in each of them")))
    )
    inside = first.fix if first.fix and not first.fix.outside and not _of_one(first.fix.url) else None
    return Cause(
        key=f"cause-{left[0].id}",
        code=code,
        title=title,
        look="problem" if first.tone == "bad" and code not in QUESTIONS else "differs",
        left=left,
        said=alone,
        fix=inside,
        again=again and left[0].item.entry.kind in ("push", "pull"),
    )


def _of_one(address: str) -> bool:
    """Whether it leads to a page of one invoice."""
    return address.startswith(url_for("invoices.index") + "/")


def _asked(one: Left) -> str:
    found = _problem(one)
    return gettext("Which contact in Xero is %(customer)s?", customer=found.values.get("name", "…") if found else "…")


# -- what is pressed --------------------------------------------------------------------------------------------------


def chosen(run: SyncRun, spelt: str) -> list[int]:
    """Of the ids of a form those that this run has left, so that no form asks for other invoices."""
    wanted = set(map(invoice_key.read, spelt.split(",")))
    return [item.id for item in worklist.items(run) if item.id in wanted and not item.right]


def rows_of(ids: Sequence[int]) -> list[InvoiceRow]:
    """As Bitrix24 shows them to this person now.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    return list(connections.bitrix24_for(current_user).invoice_rows(ids)) if ids else []
