"""The set-up of an organisation: what each stage, status and tax rate becomes, what is open. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any, Final, Literal, TypeVar, get_args

from b24xero.domain import days
from b24xero.domain import rules as domain_rules
from b24xero.domain.books import Books
from b24xero.domain.due_date import DUE_RULES, DueRule
from b24xero.domain.invoice import Kind, Stage, VatRate
from b24xero.domain.rule_choices import NOT_TOLD, RuleChoices
from b24xero.domain.rules import Rule
from b24xero.errors import Problem, problem

DO_NOT_SEND: Final = "none"
LEAVE = "leave"

# What a stage may become in Xero; "Paid" is missing because Xero derives it from payments (facts §3.3).
Target = Literal["none", "DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED"]
TARGETS: tuple[Target, ...] = get_args(Target)
# What may be asked of Xero: a target, or that a draft is deleted.
Sent = Literal["DRAFT", "SUBMITTED", "AUTHORISED", "VOIDED", "DELETED"]

# What Xero may say of an invoice: its own statuses and those that follow from amounts, dates and what settled it.
Status = Literal[
    "draft", "approval", "awaiting", "part", "part_credited", "part_prepaid", "part_overpaid", "overdue", "paid",
    "credited", "prepaid", "overpaid", "void", "deleted",
]  # fmt: skip
STATUSES: tuple[Status, ...] = get_args(Status)
# Where an invoice stands; "none": it is not in Xero.
Stands = Status | Literal["none"]

NumberFrom = Literal["bitrix24", "xero"]
NUMBERS: tuple[NumberFrom, ...] = get_args(NumberFrom)
ReferenceFrom = Literal["title", "empty"]
REFERENCES: tuple[ReferenceFrom, ...] = get_args(ReferenceFrom)

# Where cents go that tax rounding leaves, and what happens to what was edited by hand in Xero.
Rounding = Literal["tax", "line", "ask"]
ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)
Drift = Literal["ask", "bitrix24", "leave"]
DRIFTS: tuple[Drift, ...] = get_args(Drift)
# What a person chose about the cents of one invoice; "as_is": as Xero adds it up; "": as the set-up says.
Cents = Literal["", "tax", "line", "as_is"]
# Who writes an invoice to Xero: whoever may change it in Bitrix24, or whoever may see it there.
Writers = Literal["change", "see"]
WRITERS: tuple[Writers, ...] = get_args(Writers)
# What happens to a contact whose customer changed in Bitrix24.
CustomerRule = Literal["ask", "bitrix24", "leave"]
CUSTOMERS: tuple[CustomerRule, ...] = get_args(CustomerRule)
LARGEST_TOLERANCE = Decimal("1.00")
# What may be chosen of each setting that is one of several.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "due_rule": DUE_RULES, "number": NUMBERS, "reference": REFERENCES, "rounding": ROUNDINGS, "drift": DRIFTS,
    "writers": WRITERS, "customers": CUSTOMERS,
}  # fmt: skip

Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True)
class SetUp:
    """The admin's tables. ``stages``: stage id → one of TARGETS; ``statuses``: one of STATUSES → stage id or LEAVE, and
    ``old_statuses`` the same for old invoices, whose statuses stand in ``stages`` beside the stages of today;
    ``taxes``: ``tax_key`` of a portal's rate → Xero tax type. A key that is missing is open.

    ``tolerance`` is an amount of the invoice's currency, as text. ``no_rows`` is the ``tax_key`` under which an invoice
    without rows is written as one line, or empty: such invoices are not written. ``missing_items``: an item that a
    product lacks in Xero is made by the push. ``writers``: one of WRITERS. ``rules``: in their order, of
    tracking, theme and account.
    """

    stages: Mapping[str, Target] = field(default_factory=dict)
    statuses: Mapping[Stands, str] = field(default_factory=dict)
    taxes: Mapping[str, str] = field(default_factory=dict)
    sales_account: str = ""
    due_rule: DueRule = "days-14"
    number: NumberFrom = "bitrix24"
    reference: ReferenceFrom = "title"
    rounding: Rounding = "tax"
    tolerance: str = "0.05"
    drift: Drift = "ask"
    no_rows: str = ""
    missing_items: bool = False
    writers: Writers = "change"
    customers: CustomerRule = "ask"
    old_statuses: Mapping[Stands, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def stage_for(self, status: Stands, kind: Kind) -> str:
        """Where an invoice goes of which Xero says this; LEAVE: it stays where it stands."""
        return (self.old_statuses if kind == "legacy" else self.statuses).get(status, LEAVE)

    @property
    def largest_rest(self) -> Decimal:
        """The tolerance as an amount; nothing where the text names none."""
        return tolerance_of(self.tolerance) or Decimal("0.00")

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "rules": [asdict(rule) for rule in self.rules]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SetUp:
        """Kept by any version: a setting that it lacks, or has a choice for that is none of ours, has its default;
        one that is known no more is left aside."""
        known = {setting.name for setting in fields(cls)}
        others = {name for name, allowed in CHOICES.items() if stored.get(name) not in allowed}
        kept = {name: value for name, value in stored.items() if name in known - others}
        return cls(**{**kept, "rules": domain_rules.read(kept.get("rules") or ())})


def one_of(value: str, choices: Sequence[Choice], usual: Choice) -> Choice:
    """The choice that a text names, else the usual one."""
    return next((choice for choice in choices if choice == value), usual)


def tolerance_of(spelt: str) -> Decimal | None:
    """The amount that a text names, "0.05" or "0,05": from 0 to 1.00 in whole cents, else None."""
    if not re.fullmatch(r"[0-9]{0,2}([.,][0-9]{1,2})?", spelt.strip()) or not spelt.strip():
        return None
    amount = Decimal(spelt.strip().replace(",", ".")).quantize(Decimal("0.01"))
    return amount if amount <= LARGEST_TOLERANCE else None


def gaps(
    set_up: SetUp, stages: Sequence[Stage], vat_rates: Iterable[VatRate], books: Books, old: Sequence[Stage] = (),
    choices: RuleChoices = NOT_TOLD,
) -> tuple[Problem, ...]:  # fmt: skip
    """What of a saved set-up no longer fits the portal or the books, each with what it stops. ``old``: the statuses of
    old invoices; ``choices``: what rules may go by.

    An empty list of stages means missing rights at the portal (facts Bitrix24 §10.9), so nothing is concluded from it.
    """
    found: list[Problem] = []
    if stages:
        found += _stage_gaps(set_up, set_up.statuses, stages)
    if old:
        found += _stage_gaps(set_up, set_up.old_statuses, old)
    found += _tax_gaps(set_up, vat_rates, books)
    if books.accounts and not ((account := books.account(set_up.sales_account)) and account.live):
        found.append(problem("sales_account_gone", code=set_up.sales_account))
    if set_up.rounding == "line" and books.accounts and not books.rounding_account:
        found.append(problem("rounding_account_gone"))
    if books.time_zone and not days.is_known(books.time_zone):
        found.append(problem("time_zone_unknown", zone=books.time_zone))
    return (*found, *_rule_gaps(set_up.rules, books, choices))


def _rule_gaps(rules: Iterable[Rule], books: Books, choices: RuleChoices) -> Iterator[Problem]:
    for rule in rules:
        if domain_rules.gone(rule, books):
            yield problem("rule_leads_nowhere", rule=rule.words)
        if choices.knows(rule) is False:
            yield problem("rule_asks_nothing", rule=rule.words)


def _stage_gaps(set_up: SetUp, moves: Mapping[Stands, str], stages: Sequence[Stage]) -> list[Problem]:
    known = {stage.id for stage in stages}
    new = [problem("stage_without_status", stage=stage.name) for stage in stages if stage.id not in set_up.stages]
    gone = [
        problem("stage_vanished", stage=stage, status=status)
        for status, stage in moves.items()
        if stage != LEAVE and stage not in known
    ]
    return new + gone


def _tax_gaps(set_up: SetUp, vat_rates: Iterable[VatRate], books: Books) -> list[Problem]:
    found = []
    for vat in vat_rates:
        tax_type = set_up.taxes.get(vat.key)
        if not tax_type:
            found.append(problem("tax_rate_without_match", rate=vat.name))
        elif books.tax_rates and not ((rate := books.tax_rate(tax_type)) and rate.live):
            found.append(problem("tax_rate_gone", rate=vat.name, tax=rate.name if rate else tax_type))
    return found
