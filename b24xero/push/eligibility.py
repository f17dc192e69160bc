"""Why an invoice is not in Xero: the conditions in order, the first that fails, what puts it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from b24xero import connections, rights
from b24xero.db.models import Organisation, User, utc_now
from b24xero.domain.invoice import Invoice
from b24xero.errors import Disconnected, Problem, problem
from b24xero.extensions import db
from b24xero.push import remembered
from b24xero.push.context import address_of
from b24xero.writes import invoice_links

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
        frozenset({"no_customer", "customer_hidden", "customer_gone", "customer_without_name", "name_too_long"}),
    ),
    ("rows", frozenset({"no_rows"})),
    ("number", frozenset({"number_missing", "number_too_long"})),
    ("currency", frozenset({"currency_missing"})),
    ("taxes", frozenset({"tax_rate_unmapped", "delivery_unmapped", "tax_rate_dead", "tax_rate_mismatch"})),
    ("account", frozenset({"account_missing", "account_dead"})),
    ("period", frozenset({"date_locked"})),
    (
        "totals",
        frozenset({"total_differs", "total_beyond_tolerance", "total_differs_choose", "rounding_account_missing"}),
    ),
    ("connected", frozenset({"xero_disconnected"})),
    ("number_free", frozenset({"number_taken"})),
)


State = Literal["fulfilled", "failed", "later"]


@dataclass(frozen=True)
class Condition:
    """``later``: not checked while an earlier one fails."""

    name: str
    state: State
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Reasons:
    """The conditions of one invoice. ``in_xero``: it is there already, so there is nothing to explain."""

    invoice: Invoice | None
    conditions: tuple[Condition, ...]
    in_xero: bool = False

    @property
    def first(self) -> Condition | None:
        return next((condition for condition in self.conditions if condition.state == "failed"), None)


def reasons(bitrix24_id: int, user: User) -> Reasons:
    """One call to Bitrix24; one to Xero when everything else is fulfilled. Nothing is written anywhere.

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
    decision = remembered.decisions(organisation, [invoice], organisation.books.day(utc_now()))[invoice.id]
    return Reasons(invoice, ordered(decision.problems or _in_xero(invoice, organisation, user)))


def ordered(found: Sequence[Problem]) -> tuple[Condition, ...]:
    """What stands before the first that fails is fulfilled; what comes after is looked at once it is put right."""
    conditions: list[Condition] = []
    failed = False
    for name, codes in CONDITIONS:
        against = tuple(p for p in found if p.code in codes)
        state: State = "later" if failed else "failed" if against else "fulfilled"
        conditions.append(Condition(name, state, against if not failed else ()))
        failed = failed or bool(against)
    return tuple(conditions)


def _in_xero(invoice: Invoice, organisation: Organisation, user: User) -> Sequence[Problem]:
    try:
        xero, connected = connections.xero_for(user)
    except Disconnected:
        return [problem("xero_disconnected")]
    if connected.id != organisation.id or organisation.set_up.number != "bitrix24":
        return []
    others = [found for found in xero.invoices_numbered([invoice.number]) if found.url != address_of(invoice)]
    return [problem("number_taken", number=invoice.number)] if others else []
