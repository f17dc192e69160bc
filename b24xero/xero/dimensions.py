"""What the rules of a set-up say of an invoice's lines and theme, and what of it Xero has no more. Pure.

Where an account comes from, the surest first: a rule about the line itself (its words, its product's section), the
account of its product's item, a rule about the whole invoice, the set-up's sales account. The rounding line keeps the
organisation's rounding account. Tracking is said of every line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from b24xero.domain import rules
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.domain.rules import Decided, Row
from b24xero.domain.set_up import SetUp
from b24xero.errors import Problem, problem
from b24xero.xero.item_defaults import own_account
from b24xero.xero.lines import DELIVERY_ROW, NO_ROW, WrittenLine

Json = dict[str, Any]

_NOTHING = Decided({})
# What Bitrix24 does not say, where a rule asks for it.
_UNKNOWN = {"department": "rule_department_unknown", "section": "rule_section_unknown", "list": "rule_list_unknown"}


@dataclass(frozen=True)
class Dimensions:
    """``lines``: by the row's id, NO_ROW and DELIVERY_ROW for lines without one; ``whole``: the theme; ``rounding``:
    of the line on which cents may stand."""

    lines: Mapping[int, Decided]
    whole: Decided
    rounding: Decided = _NOTHING

    def of(self, row_id: int) -> Decided:
        return self.lines.get(row_id, _NOTHING)

    @property
    def all(self) -> tuple[Decided, ...]:
        return (*self.lines.values(), self.whole)


def of(invoice: Invoice, set_up: SetUp, books: Books) -> Dimensions:
    """By the first rule that fits, each line and the whole."""
    if not set_up.rules:
        return Dimensions({}, _NOTHING)
    kind, traits, rows = invoice.kind, invoice.traits, invoice.line_items
    lines = {
        item.id: rules.of_line(
            set_up.rules, kind, traits, Row.of(item), own_account=own_account(item, set_up, books) is not None
        )
        for item in rows
    }
    beside = rules.of_line(set_up.rules, kind, traits, rules.NO_ROW)
    if not rows:
        lines[NO_ROW] = rules.of_line(set_up.rules, kind, traits, Row(invoice.title))
    elif invoice.delivery:
        lines[DELIVERY_ROW] = beside
    words = tuple(map(Row.of, rows)) or (Row(invoice.title),)
    return Dimensions(lines, rules.of_invoice(set_up.rules, kind, traits, words), beside)


def need_sales_account(invoice: Invoice, set_up: SetUp, books: Books, found: Dimensions) -> bool:
    """Whether a line goes to the set-up's sales account."""
    rows = invoice.line_items
    if not rows:
        return not found.of(NO_ROW).account
    if invoice.delivery and not found.of(DELIVERY_ROW).account:
        return True
    return not all(found.of(item.id).account or own_account(item, set_up, books) for item in rows)


def problems(found: Dimensions, books: Books) -> tuple[Problem, ...]:
    """What cannot be said, because Bitrix24 does not tell or Xero has it no more; each once."""
    told: list[Problem] = []
    for decided in found.all:
        told += [one for one in _of_decided(decided, books) if one not in told]
    return tuple(told)


def _of_decided(decided: Decided, books: Books) -> Iterator[Problem]:
    for rule in decided.unknown:
        yield problem(_UNKNOWN[rule.when], field=rule.field_name or rule.field)
    for rule in decided.by.values():
        if against := rules.gone(rule, books):
            yield against


def applied(lines: Iterable[WrittenLine], found: Dimensions) -> tuple[WrittenLine, ...]:
    """The lines with what the rules say of them."""
    return tuple(_applied(line, found) for line in lines)


def _applied(line: WrittenLine, found: Dimensions) -> WrittenLine:
    is_rounding = line.form == "rounding"
    decided = found.rounding if is_rounding else found.of(line.row_id)
    account = decided.account.to if decided.account and not is_rounding else line.account
    tracking = tuple(sorted((rule.category, rule.to) for rule in decided.tracking))
    return replace(line, account=account, tracking=tracking)
