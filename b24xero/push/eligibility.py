"""Why an invoice is not in Xero: the conditions in order, the first that fails, what puts it right."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from b24xero import connections, rights
from b24xero.db.models import Organisation, SyncEntry, User
from b24xero.domain.invoice import Invoice
from b24xero.domain.statuses import ON_PURPOSE
from b24xero.errors import Disconnected, Problem, RetryLater, problem
from b24xero.extensions import db
from b24xero.products import item_codes, item_links
from b24xero.push import read_again
from b24xero.push.case import NOT_LINKED
from b24xero.push.context import address_of
from b24xero.writes import invoice_links
from b24xero.xero import kept_text
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroInvoice

log = logging.getLogger(__name__)

# Each condition with the problems that stand against it, in the order in which they are put right.
CONDITIONS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "visible",
        frozenset(
            {"bitrix24_forbidden", "bitrix24_not_found", "invoice_gone", "bitrix24_no_rest", "recurring_template"}
        ),
    ),
    ("set_up", frozenset({"set_up_missing"})),
    ("may_change", frozenset({"may_not_change", "right_not_said"})),
    ("stage", frozenset({"stage_unmapped", "stage_gone", "stage_not_sent", "nothing_to_void"})),
    (
        "customer",
        frozenset(
            {
                "no_customer",
                "customer_hidden",
                "customer_gone",
                "customer_without_name",
                "name_too_long",
                "email_invalid",
            }
        ),
    ),
    ("rows", frozenset({"no_rows"})),
    ("items", frozenset({"item_gone"})),
    ("number", frozenset({"number_missing", "number_too_long"})),
    ("currency", frozenset({"currency_missing"})),
    (
        "taxes",
        frozenset({"tax_rate_unmapped", "delivery_unmapped", "tax_rate_dead", "tax_rate_mismatch", "document_tax"}),
    ),
    ("account", frozenset({"account_missing", "account_dead", "rule_account_gone"})),
    (
        "rules",
        frozenset(
            {
                "rule_theme_gone",
                "rule_option_gone",
                "rule_department_unknown",
                "rule_section_unknown",
                "rule_list_unknown",
            }
        ),
    ),
    ("period", frozenset({"date_locked"})),
    (
        "totals",
        frozenset(
            {
                "total_negative",
                "total_differs",
                "total_beyond_tolerance",
                "total_differs_choose",
                "rounding_account_missing",
            }
        ),
    ),
    ("connected", frozenset({"xero_disconnected", "xero_never_connected"})),
    ("number_free", frozenset({"number_taken"})),
    # Whatever else a decision may say: nothing that stands against an invoice goes unsaid.
    ("other", frozenset()),
)
# What can only be said once these are fulfilled.
_NEEDS: Mapping[str, frozenset[str]] = {
    "totals": frozenset({"rows", "taxes"}),
    "connected": frozenset(name for name, _ in CONDITIONS) - {"connected", "number_free", "other"},
    "number_free": frozenset(name for name, _ in CONDITIONS) - {"number_free", "other"},
}
_FIRST = frozenset({"visible", "set_up"})
_KNOWN = frozenset(code for _, codes in CONDITIONS for code in codes)
OF_STAGES = dict(CONDITIONS)["stage"]
# What a decision tells of an invoice, whoever asks: neither Xero, nor the rights of one person.
FORESEEN = frozenset(
    code
    for name, codes in CONDITIONS
    if name not in ("visible", "may_change", "connected", "number_free")
    for code in codes - {"customer_hidden"}
)


State = Literal["fulfilled", "failed", "later"]


@dataclass(frozen=True)
class Condition:
    """``later``: cannot be checked while one that it rests on fails."""

    name: str
    state: State
    problems: tuple[Problem, ...] = ()

    @property
    def on_purpose(self) -> bool:
        """It is no fault: the set-up says so."""
        return bool(self.problems) and all(one.code in ON_PURPOSE for one in self.problems)


@dataclass(frozen=True)
class Refusal:
    """The last press that came to nothing, whoever pressed."""

    at: datetime
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Reasons:
    """The conditions of one invoice. ``in_xero``: it is there already, so there is nothing to explain; ``refused``: the
    last press on it, which may have met what cannot be known before."""

    invoice: Invoice | None
    conditions: tuple[Condition, ...]
    in_xero: bool = False
    refused: Refusal | None = None

    @property
    def first(self) -> Condition | None:
        return next((condition for condition in self.conditions if condition.state == "failed"), None)


def reasons(bitrix24_id: int, user: User) -> Reasons:
    """One call to Bitrix24; one to Xero for the items of its products, and one when everything else is fulfilled, two
    where Xero may keep its number otherwise. Nothing is written anywhere.

    Raises:
        Forbidden, NotFound, Disconnected("bitrix24"), RetryLater: Bitrix24's own.
    """
    organisation = connections.current_organisation(user)
    db.session.commit()
    invoice = rights.invoice(user, bitrix24_id, organisation.set_up if organisation else None)
    if organisation is None or not organisation.is_set_up:
        return Reasons(invoice, ordered([problem("set_up_missing")]))
    link = invoice_links.find(organisation, bitrix24_id)
    db.session.commit()
    if link and link.xero_id:
        return Reasons(invoice, (), in_xero=True)
    invoice = _with_items(invoice, organisation, user)
    decision = read_again.decisions(user, organisation, [invoice])[invoice.id]
    against = (*decision.problems, *(p for p in decision.against if p not in decision.problems))
    found = against or _in_xero(invoice, decision.contact_id, organisation, user)
    return Reasons(invoice, ordered(found), refused=_last_refusal(organisation, bitrix24_id))


def ordered(found: Sequence[Problem]) -> tuple[Condition, ...]:
    """All that is not fulfilled at once; what rests on one of them is looked at once that is put right."""
    failed = {name for name, codes in CONDITIONS if any(p.code in codes for p in found)}
    return tuple(_condition(name, codes, found, failed) for name, codes in CONDITIONS)


def _condition(name: str, codes: frozenset[str], found: Sequence[Problem], failed: Collection[str]) -> Condition:
    against = tuple(p for p in found if (p.code not in _KNOWN if name == "other" else p.code in codes))
    if against:
        return Condition(name, "failed", against)
    waits = (_NEEDS.get(name, frozenset()) | (_FIRST - {name})) & frozenset(failed)
    return Condition(name, "later" if waits and name not in _FIRST else "fulfilled")


def _with_items(invoice: Invoice, organisation: Organisation, user: User) -> Invoice:
    """As Xero has them now, where it is connected and answers."""
    try:
        xero, connected = connections.xero_for(user)
        if connected.id == organisation.id:
            item_links.refresh(organisation, xero, item_codes.product_ids([invoice]), item_codes.TOLD_AGE)
    except (Disconnected, RetryLater) as error:
        log.info("items not read organisation=%s error=%s", organisation.id, error)
    (coded,) = item_codes.coded(organisation, [invoice])
    return coded


def _last_refusal(organisation: Organisation, bitrix24_id: int) -> Refusal | None:
    """Of the newest press, where nothing came of it."""
    query = (
        select(SyncEntry)
        .where(SyncEntry.organisation_id == organisation.id, SyncEntry.bitrix24_id == bitrix24_id)
        .where(SyncEntry.kind == "push")
        .order_by(SyncEntry.id.desc())
        .limit(1)
    )
    last = db.session.scalar(query)
    db.session.commit()
    if last is None or last.outcome not in ("rejected", "failed") or not last.problems:
        return None
    return Refusal(last.at, tuple(map(Problem.from_json, last.problems)))


def _in_xero(invoice: Invoice, contact_id: str, organisation: Organisation, user: User) -> Sequence[Problem]:
    try:
        xero, connected = connections.xero_for(user)
    except Disconnected:
        return [connections.not_connected(user)]
    if connected.id != organisation.id or organisation.set_up.number != "bitrix24":
        return []
    others = [found for found in _numbered(xero, invoice.number, contact_id) if found.url != address_of(invoice)]
    return [problem("number_taken", number=invoice.number)] if others else []


def _numbered(xero: Xero, number: str, contact_id: str) -> Sequence[XeroInvoice]:
    """Where Xero may have kept other words than these, also among the invoices of its contact, where that is known."""
    found = xero.invoices_numbered([number])
    if not kept_text.may_change(number) or contact_id == NOT_LINKED:
        return found
    return [*found, *(one for one in xero.invoices_of([contact_id]) if kept_text.same_number(number, one.number))]
