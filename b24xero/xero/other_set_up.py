"""Whether what was written under one set-up would be written otherwise under another, told by its body. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from b24xero.domain import rules
from b24xero.domain.due_date import due_date
from b24xero.domain.invoice import Kind
from b24xero.domain.rules import Decided, Row
from b24xero.domain.set_up import SetUp
from b24xero.domain.traits import Traits
from b24xero.xero import content, drift, tracking

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """From one set-up to another, as far as it shows in what is written.

    ``own_accounts`` and ``own_taxes``: codes of items that sell under an account or a tax rate of their own, which go
    before the set-up's.
    """

    before: SetUp
    now: SetUp
    own_accounts: Collection[str] = field(default_factory=frozenset)
    own_taxes: Collection[str] = field(default_factory=frozenset)

    @property
    def of_rules(self) -> bool:
        return self.before.rules != self.now.rules

    @property
    def of_accounts(self) -> bool:
        return self.before.sales_account != self.now.sales_account or self.of_rules

    @property
    def taxes(self) -> frozenset[str]:
        """The tax types that stand for another rate now. One that a rate kept as well tells nothing: the lines of both
        look alike."""
        moved = {tax for key, tax in self.before.taxes.items() if self.now.taxes.get(key, tax) != tax}
        kept = {tax for key, tax in self.before.taxes.items() if self.now.taxes.get(key) == tax}
        return frozenset(moved - kept)

    @property
    def matters(self) -> bool:
        """Whether anything that is written could be another."""
        settings = (self.before.reference, self.before.due_rule, self.before.number) != (
            self.now.reference, self.now.due_rule, self.now.number,
        )  # fmt: skip
        return bool(self.of_accounts or self.taxes or settings)


@dataclass(frozen=True)
class Known:
    """What is known of an invoice beside its body. ``seen``: what Bitrix24's list said when it was written; ``traits``:
    what rules go by; ``products``: by the id of its line in Xero. None: not known, and nothing that hangs on it is
    concluded."""

    kind: Kind = "smart"
    seen: Mapping[str, str] | None = None
    traits: Traits | None = None
    products: Mapping[str, int] = field(default_factory=dict)

    def row(self, line: Json) -> Row:
        return Row(str(line.get("Description", "")), self.products.get(str(line.get("LineItemID", "")), 0))


def differs(written: Json, known: Known, change: Change) -> bool:
    """Whether an invoice would be written otherwise by now, though nothing of it changed in Bitrix24.

    Args:
        written: its body, as last written under ``change.before``.
    """
    lines = written.get("LineItems", ())
    if any(_line_differs(line, known, change) for line in lines) or _theme_differs(written, known, change):
        return True
    seen = known.seen
    return seen is not None and (_reference_differs(written, seen, change) or _due_date_differs(written, seen, change))


def _line_differs(line: Json, known: Known, change: Change) -> bool:
    item = line.get("ItemCode", "")
    if line.get("TaxType") in change.taxes and item not in change.own_taxes:
        return True
    if not change.of_accounts:
        return False
    before, now = (_decided(line, known, change, set_up) for set_up in (change.before, change.now))
    if ("account", "") not in _unknown(before, now):
        was, would = (_account(one, item, change, of) for one, of in ((before, change.before), (now, change.now)))
        if was != would and line.get("AccountCode") == was:
            return True
    return change.of_rules and _tracking_differs(line, before, now)


def _decided(line: Json, known: Known, change: Change, set_up: SetUp) -> Decided:
    own = line.get("ItemCode", "") in change.own_accounts
    return rules.of_line(set_up.rules, known.kind, known.traits, known.row(line), own_account=own)


def _unknown(*decided: Decided) -> set[tuple[str, str]]:
    return {rule.dimension for one in decided for rule in one.unknown}


def _account(decided: Decided, item: str, change: Change, set_up: SetUp) -> str:
    """ "" stands for the account of the line's item."""
    if decided.account:
        return decided.account.to
    return "" if item in change.own_accounts else set_up.sales_account


def _tracking_differs(line: Json, before: Decided, now: Decided) -> bool:
    """Of the categories of which either set-up says something for sure."""
    said = {tracking.key_of(one): tracking.option_of(one) for one in content.sent_tracking(line)}
    was, would = ({rule.category: rule.to for rule in one.tracking} for one in (before, now))
    unknown = {category for _, category in _unknown(before, now)}
    return any(would.get(category) != said.get(category) for category in {*was, *would} - unknown)


def _theme_differs(written: Json, known: Known, change: Change) -> bool:
    if not change.of_rules:
        return False
    rows = [known.row(line) for line in written.get("LineItems", ())]
    decided = [rules.of_invoice(one.rules, known.kind, known.traits, rows) for one in (change.before, change.now)]
    if _unknown(*decided):
        return False
    was, would = (one.theme.to if one.theme else None for one in decided)
    return was != would and would != written.get("BrandingThemeID")


def _reference_differs(written: Json, seen: Mapping[str, str], change: Change) -> bool:
    choices = [(one.number, one.reference) for one in (change.before, change.now)]
    if choices[0] == choices[1] or "xero" in (change.before.number, change.now.number):
        return False  # where Xero numbers, the number stands there, and no number is ever changed
    return bool(seen.get("title"))


def _due_date_differs(written: Json, seen: Mapping[str, str], change: Change) -> bool:
    """Only where Bitrix24 says none."""
    if seen.get("due_date") or change.before.due_rule == change.now.due_rule or not written.get("Date"):
        return False
    day = date.fromisoformat(written["Date"])
    return due_date(change.before.due_rule, day) != due_date(change.now.due_rule, day)


def kept_of(written: Json) -> tuple[Traits | None, dict[str, int]]:
    """What is kept of rules with a body: what they went by, and by row its product."""
    stored = written.get(drift.TRAITS)
    if not isinstance(stored, Mapping):
        return None, {}
    return Traits.from_json(stored), {str(row): int(id) for row, id in (stored.get("products") or {}).items()}
