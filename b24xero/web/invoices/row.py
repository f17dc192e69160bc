"""What one line of the invoices page shows: an invoice of the portal, what Xero says, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from b24xero.contacts.match import ContactChoice
from b24xero.db.models import InvoiceLink
from b24xero.domain.books import Books
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.invoice_key import numberless, written
from b24xero.domain.set_up import SetUp
from b24xero.errors import problem
from b24xero.push.context import Outcome
from b24xero.reconciliation.standing import Action, Around, Standing, standing_of
from b24xero.web.common import formats, labels, standings, urls
from b24xero.web.common.look import StatusLook
from b24xero.web.invoices.addresses import Addresses
from b24xero.web.messages import render
from b24xero.web.messages.render import Note

_DONE = {
    "created": lazy_gettext("Created in Xero as %(status)s."),
    "updated": lazy_gettext("Updated in Xero: %(status)s."),
    "unchanged": lazy_gettext("Already up to date: Xero has exactly this, so nothing was sent."),
    "voided": lazy_gettext("Voided in Xero."),
    "deleted": lazy_gettext("Deleted in Xero: it was not approved yet."),
    "found": lazy_gettext(
        "Found in Xero, where it stood already as %(status)s. It is linked again, nothing was written."
    ),
    "adopted": lazy_gettext("Found in Xero from the press before, as %(status)s. Nothing was written twice."),
}


@dataclass(frozen=True)
class Surroundings:
    """What all rows of an answer share. ``set_up`` None: there is no set-up yet. ``books``: the organisation's as last
    read. ``withheld``: the invoices that this person does not
    write, as far as that is remembered."""

    now: datetime
    back: str
    set_up: SetUp | None = None
    stages: Mapping[str, Stage] = field(default_factory=dict)
    books: Books = Books()  # noqa: RUF009 (it is frozen)
    withheld: frozenset[int] = frozenset()
    is_admin: bool = False

    @cached_property
    def addresses(self) -> Addresses:
        return Addresses(self.back)

    @cached_property
    def today(self) -> date:
        """The organisation's."""
        return self.books.day(self.now)

    @cached_property
    def both(self) -> Around:
        """What ``standing_of`` asks for."""
        return Around(self.today, self.set_up, self.stages, self.books)


@dataclass(frozen=True)
class RowView:
    """``status`` is the kind that the look knows: of set_up.STATUSES, "none", "differs" or "problem". ``action``: the
    one thing to do. ``pressed``: it is the answer to a press. ``whole`` False: only the notes
    are known, the rest of the row stays as it stands on the screen. ``no_press``: why this person writes nothing of
    it, in words."""

    id: int
    number: str
    push_url: str
    preview_url: str
    bitrix24_url: str
    record_url: str = ""
    why_url: str = ""
    history_url: str = ""
    pull_url: str = ""
    customer: str = ""
    date: date = date.min
    title: str = ""
    total: Decimal = Decimal(0)
    currency: str = ""
    standing: Standing | None = None
    action: Action = ""
    stage: Stage | None = None
    status: StatusLook = "none"
    status_words: str = ""
    hint: str = ""
    xero_url: str = ""
    in_xero: bool = False
    busy: bool = False
    fresh: bool = False
    pressed: bool = False
    whole: bool = True
    no_press: str = ""
    notes: tuple[Note, ...] = ()
    choices: Sequence[ContactChoice] = ()

    @property
    def key(self) -> str:
        """As its place on the page is called."""
        return written(self.id)

    @property
    def due(self) -> Decimal | None:
        """What is still to be paid; None where it is not worth a word."""
        return self.standing.due if self.standing and self.standing.is_open and not self.other_total else None

    @property
    def due_is_all(self) -> bool:
        return self.due is not None and self.due == self.total

    @property
    def other_total(self) -> Decimal | None:
        """Xero's, where it is another one."""
        return self.standing.xero_total if self.standing and self.standing.apart else None

    @property
    def asks(self) -> bool:
        """A press puts the question that it waits for into the row; every other one is put by the preview."""
        codes = [problem.code for problem in self.standing.problems] if self.standing else []
        return codes == ["contact_unsure"]

    @property
    def answer_url(self) -> str:
        """Where what stops it is told with what puts it right."""
        return self.preview_url if self.in_xero else self.why_url

    @property
    def press(self) -> Action:
        """The press that is the one thing to do, "create" or "edit", where this person may; else empty."""
        return self.action if self.action in ("create", "edit") and not self.no_press else ""

    @property
    def can_press(self) -> bool:
        """A press could do something: it is neither left out on purpose, nor settled, nor ended in both."""
        never = ("not_sent", "paid", "credited", "ended")
        return not self.no_press and (self.standing is None or self.standing.kind not in never)


def row_view(invoice: InvoiceRow, link: InvoiceLink | None, around: Surroundings) -> RowView:
    """A row as it stands, without anything having been pressed."""
    busy = bool(link and link.claimed_until and link.claimed_until > around.now)
    stage = _stage(invoice, around)
    standing = standing_of(invoice, link, around.both)
    said = standings.told(standing, stage.name)
    view = RowView(
        id=invoice.id,
        number=invoice.number or numberless(invoice.id),
        **around.addresses.of(invoice.id),
        customer=_customer(invoice, around),
        date=invoice.date,
        title=invoice.title,
        total=invoice.total,
        currency=invoice.currency,
        standing=standing,
        action=standing.action,
        stage=stage,
        status=said.look,
        status_words=said.words,
        hint=" · ".join(part for part in (_xero_number(invoice, link), said.hint) if part),
        xero_url=_xero_url(link, around),
        in_xero=bool(link and link.xero_id),
        busy=busy,
        no_press=render.note(problem("may_not_change")).text if invoice.id in around.withheld else "",
    )
    return _with_problems(view, link, around)


def _customer(invoice: InvoiceRow, around: Surroundings) -> str:
    if invoice.customer_name:
        return invoice.customer_name
    if invoice.company_id or invoice.contact_id:
        return labels.unseen_customer(is_admin=around.is_admin)
    return gettext("No customer")


def _stage(invoice: InvoiceRow, around: Surroundings) -> Stage:
    known = around.stages.get(invoice.stage)
    return known or Stage(invoice.stage, invoice.stage_name or invoice.stage, "", "process")


def _xero_url(link: InvoiceLink | None, around: Surroundings) -> str:
    return urls.xero_invoice(around.books.short_code, link.xero_id) if link and link.xero_id else ""


def _writer(link: InvoiceLink) -> str:
    if link.claimed_by is None:
        return ""
    return gettext("by you") if link.claimed_by == current_user else gettext("by %(name)s", name=link.claimed_by.name)


def _xero_number(invoice: InvoiceRow, link: InvoiceLink | None) -> str:
    """Its number there, where it is another one."""
    other = link and link.xero_id and link.xero_number and link.xero_number != invoice.number
    return link.xero_number or "" if link and other else ""


def _with_problems(view: RowView, link: InvoiceLink | None, around: Surroundings) -> RowView:
    if view.busy and link:
        return replace(view, status="", status_words=gettext("Writing…"), hint=_writer(link), action="")
    if view.standing is None or view.standing.kind != "stopped":
        return view
    told = (one for one in view.standing.problems if one.code not in ("stage_unmapped", "stage_gone"))
    return replace(view, notes=render.notes(told, places_of(view, around)))


def places_of(view: RowView, around: Surroundings) -> urls.Places:
    return urls.Places(view.bitrix24_url, view.xero_url, urls.portal_url(), around.back, view.preview_url)


def outcome_view(bitrix24_id: int, outcome: Outcome, around: Surroundings) -> RowView:
    """The row after a press: fresh with what was done, or with what stopped it and the choice that is left."""
    if outcome.row:
        view = row_view(outcome.row, outcome.link, around)
    else:
        view = RowView(
            id=bitrix24_id,
            number=numberless(bitrix24_id),
            **around.addresses.of(bitrix24_id),
            xero_url=_xero_url(outcome.link, around),
            whole=False,
        )
    view = replace(view, pressed=True)
    said = render.notes(outcome.problems, places_of(view, around))
    if outcome.kind in _DONE:
        return replace(view, fresh=outcome.kind != "unchanged", notes=(Note(_done(outcome, view), "good"), *said))
    return replace(view, notes=said or view.notes, choices=outcome.candidates)


def _done(outcome: Outcome, view: RowView) -> str:
    where = view.standing.where if view.standing else "none"
    words = str(_DONE[outcome.kind]) % {"status": str(labels.STATUSES[where])}
    if outcome.kind in ("created", "updated") and outcome.link and outcome.link.xero_total == view.total:
        words += " " + gettext("Both totals are %(total)s.", total=formats.money(view.total, view.currency))
    return words
