"""An invoice as far as rules go by it, without its amounts: for counting, and for what was written before. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.domain import rules
from b24xero.domain.invoice import Invoice
from b24xero.domain.invoice_key import kind_of
from b24xero.domain.rules import Row, Rule
from b24xero.domain.traits import Traits


@dataclass(frozen=True)
class Ruled:
    """``id`` is its key; ``rows``: by their ids, None where they were not read."""

    id: int
    traits: Traits
    rows: Mapping[int, Row] | None = None

    @classmethod
    def of(cls, invoice: Invoice) -> Ruled:
        return cls(invoice.id, invoice.traits, {item.id: Row.of(item) for item in invoice.line_items})

    def fits(self, rule: Rule) -> bool:
        """Whether the rule fits it, or one of its lines, as far as that is known."""
        rows = tuple((self.rows or {}).values()) or (rules.NO_ROW,)
        return any(rules.fits(rule, kind_of(self.id), self.traits, row) for row in rows)

    def as_json(self) -> dict[str, Any]:
        """As it is kept with what was written: words stand in the lines themselves."""
        products = {str(id): row.product_id for id, row in (self.rows or {}).items() if row.product_id}
        return {**self.traits.as_json(), "products": products}


def first_fitting(ruled: Ruled, listed: Sequence[Rule]) -> set[int]:
    """The places of the rules that decide something of it."""
    rows = tuple((ruled.rows or {}).values()) or (rules.NO_ROW,)
    kind = kind_of(ruled.id)
    decided = [rules.of_line(listed, kind, ruled.traits, row) for row in rows]
    decided.append(rules.of_invoice(listed, kind, ruled.traits, rows))
    chosen = [rule for one in decided for rule in one.by.values()]
    return {place for place, rule in enumerate(listed) if any(rule is one for one in chosen)}
