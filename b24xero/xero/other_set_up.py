"""Whether what was written under one set-up would be written otherwise under another, told by its body. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from b24xero.domain.due_date import due_date
from b24xero.domain.set_up import SetUp

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
    def account(self) -> str:
        """The sales account that is another now; "" where it is the same."""
        same = self.before.sales_account == self.now.sales_account
        return "" if same else self.before.sales_account

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
        rules = (self.before.reference, self.before.due_rule, self.before.number) != (
            self.now.reference, self.now.due_rule, self.now.number,
        )  # fmt: skip
        return bool(self.account or self.taxes or rules)


def differs(written: Json, seen: Mapping[str, str] | None, change: Change) -> bool:
    """Whether an invoice would be written otherwise by now, though nothing of it changed in Bitrix24.

    Args:
        written: its body, as last written under ``change.before``.
        seen: what Bitrix24's list said then; None: not known, and nothing that hangs on it is concluded.
    """
    lines = written.get("LineItems", ())
    if any(_line_differs(line, change) for line in lines):
        return True
    return seen is not None and (_reference_differs(written, seen, change) or _due_date_differs(written, seen, change))


def _line_differs(line: Json, change: Change) -> bool:
    item = line.get("ItemCode", "")
    account = change.account and line.get("AccountCode") == change.account and item not in change.own_accounts
    return bool(account) or (line.get("TaxType") in change.taxes and item not in change.own_taxes)


def _reference_differs(written: Json, seen: Mapping[str, str], change: Change) -> bool:
    rules = [(one.number, one.reference) for one in (change.before, change.now)]
    if rules[0] == rules[1] or "xero" in (change.before.number, change.now.number):
        return False  # where Xero numbers, the number stands there, and no number is ever changed
    return bool(seen.get("title"))


def _due_date_differs(written: Json, seen: Mapping[str, str], change: Change) -> bool:
    """Only where Bitrix24 says none."""
    if seen.get("due_date") or change.before.due_rule == change.now.due_rule or not written.get("Date"):
        return False
    day = date.fromisoformat(written["Date"])
    return due_date(change.before.due_rule, day) != due_date(change.now.due_rule, day)
