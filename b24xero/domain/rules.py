"""Which rule of a set-up decides a line's tracking and account, and an invoice's theme: the first that fits. Pure.

A rule about a line (its words, its product's section) is for that line; one about the invoice is for all of its lines.
The theme is the whole invoice's: there a rule about a line fits as soon as one of them does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Final, Literal, get_args

from b24xero.domain.books import Books
from b24xero.domain.invoice import Kind, LineItem
from b24xero.domain.traits import Needs, Traits
from b24xero.errors import Problem, problem

When = Literal["my_company", "pipeline", "responsible", "department", "industry", "section", "words", "list"]
WHENS: tuple[When, ...] = get_args(When)
Then = Literal["tracking", "theme", "account"]
THENS: tuple[Then, ...] = get_args(Then)
OF_A_LINE: Final = ("section", "words")
# Two lines of a table that nobody reads to its end.
MOST_RULES: Final = 60
LONGEST_WORDS: Final = 100


@dataclass(frozen=True)
class Rule:
    """When something of an invoice *is* so, then something of it in Xero is ``to``.

    ``value``: an id in Bitrix24 (of a company, a pipeline, a person …), or the words that a line has in it; ``field``:
    whose list the value is of, spelt as Bitrix24 does. ``then`` tracking: of the ``category``. The ``…_name`` are the
    words for both at the time of saving, by which what is gone is still told, and of which no decision hangs.
    """

    when: When
    value: str
    then: Then
    to: str
    field: str = ""
    category: str = ""
    value_name: str = attribute(default="", compare=False)
    field_name: str = attribute(default="", compare=False)
    to_name: str = attribute(default="", compare=False)
    category_name: str = attribute(default="", compare=False)

    @property
    def dimension(self) -> tuple[Then, str]:
        """Of what the first rule that fits decides."""
        return self.then, self.category

    @property
    def of_a_line(self) -> bool:
        return self.when in OF_A_LINE

    @property
    def words(self) -> str:
        """In short, by the names at the time of saving."""
        asked = ": ".join(filter(None, (self.field_name, self.value_name or self.value)))
        return f"{asked} → " + ": ".join(filter(None, (self.category_name, self.to_name or self.to)))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Rule | None:
        """None: a kind that this version does not know."""
        texts = {name: str(stored.get(name) or "") for name in cls.__dataclass_fields__}
        known = texts["when"] in WHENS and texts["then"] in THENS and texts["value"] and texts["to"]
        return cls(**texts) if known else None  # type: ignore[arg-type]


def read(stored: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(rule for one in stored if (rule := Rule.from_json(one)))


def needs_of(rules: Iterable[Rule]) -> Needs:
    """What has to be read of invoices so that these rules can be decided."""
    listed = tuple(rules)
    return Needs(
        departments=any(rule.when == "department" for rule in listed),
        sections=any(rule.when == "section" for rule in listed),
        lists=tuple(sorted({rule.field for rule in listed if rule.when == "list"})),
    )


def kind_of_field(field: str) -> Kind:
    """Of which invoices it is a field: those of today spell theirs ``ufCrm…``, old ones ``UF_CRM_…``."""
    return "legacy" if field.startswith("UF_") else "smart"


# -- whether one fits -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What a rule about a line goes by. No product: 0."""

    words: str = ""
    product_id: int = 0

    @classmethod
    def of(cls, item: LineItem) -> Row:
        return cls(item.description, item.product_id)


# Of an invoice without rows, and of a line for which there is no row.
NO_ROW: Final = Row()


def fits(rule: Rule, kind: Kind, traits: Traits | None, row: Row) -> bool | None:
    """None: Bitrix24 does not say what the rule asks for, or it was not kept."""
    if rule.when == "words":
        return _plain(rule.value) in _plain(row.words)
    if traits is None:
        return None
    if rule.when == "list":
        if kind_of_field(rule.field) != kind:
            return False
        values = traits.lists.get(rule.field)
        return None if values is None else rule.value in values
    return _FITS[rule.when](rule, traits, row)


def _department(rule: Rule, traits: Traits, _row: Row) -> bool | None:
    return None if traits.departments is None else rule.value in map(str, traits.departments)


def _section(rule: Rule, traits: Traits, row: Row) -> bool | None:
    if not row.product_id:
        return False
    return None if traits.sections is None else rule.value == str(traits.sections.get(row.product_id, 0))


def _plain(words: str) -> str:
    """Letters large or small, and however many spaces, are one."""
    return " ".join(words.casefold().split())


_FITS: Mapping[str, Callable[[Rule, Traits, Row], bool | None]] = {
    "my_company": lambda rule, traits, _row: rule.value == str(traits.my_company),
    "pipeline": lambda rule, traits, _row: rule.value == str(traits.pipeline),
    "responsible": lambda rule, traits, _row: rule.value == str(traits.responsible),
    "industry": lambda rule, traits, _row: rule.value == traits.industry,
    "department": _department,
    "section": _section,
}


# -- which one decides ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decided:
    """The rules that decide, one a dimension; ``unknown``: the first of a dimension that might, did Bitrix24 say what
    it asks for."""

    by: Mapping[tuple[Then, str], Rule]
    unknown: tuple[Rule, ...] = ()

    @property
    def account(self) -> Rule | None:
        return self.by.get(("account", ""))

    @property
    def theme(self) -> Rule | None:
        return self.by.get(("theme", ""))

    @property
    def tracking(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.by.values() if rule.then == "tracking")


def of_line(
    rules: Sequence[Rule], kind: Kind, traits: Traits | None, row: Row, *, own_account: bool = False
) -> Decided:
    """Tracking and account of one line.

    Args:
        own_account: its product's item sells under an account of its own, which goes before a rule about the whole
            invoice and after one about this very line.
    """
    asked = [
        rule for rule in rules
        if rule.then != "theme" and not (own_account and rule.then == "account" and not rule.of_a_line)
    ]  # fmt: skip
    return _first_of_each(asked, lambda rule: fits(rule, kind, traits, row))


def of_invoice(rules: Sequence[Rule], kind: Kind, traits: Traits | None, rows: Sequence[Row]) -> Decided:
    """The theme."""
    asked = [rule for rule in rules if rule.then == "theme"]
    return _first_of_each(asked, lambda rule: _fits_any(rule, kind, traits, rows or (NO_ROW,)))


def _fits_any(rule: Rule, kind: Kind, traits: Traits | None, rows: Sequence[Row]) -> bool | None:
    said = {fits(rule, kind, traits, row) for row in rows}
    return True if True in said else None if None in said else False


def _first_of_each(rules: Iterable[Rule], test: Callable[[Rule], bool | None]) -> Decided:
    by: dict[tuple[Then, str], Rule] = {}
    unknown: dict[tuple[Then, str], Rule] = {}
    for rule in rules:
        if rule.dimension in by or rule.dimension in unknown:
            continue
        fit = test(rule)
        if fit:
            by[rule.dimension] = rule
        elif fit is None:
            unknown[rule.dimension] = rule
    return Decided(by, tuple(unknown.values()))


# -- what it leads to -------------------------------------------------------------------------------------------------


def gone(rule: Rule, books: Books) -> Problem | None:
    """Why what the rule leads to can be written no more, by the books as far as they were read."""
    name = rule.to_name or rule.to
    if rule.then == "account":
        account = books.account(rule.to)
        return problem("rule_account_gone", code=rule.to) if books.accounts and not (account and account.live) else None
    if rule.then == "theme":
        return problem("rule_theme_gone", name=name) if books.themes is not None and not books.theme(rule.to) else None
    if books.tracking is None:
        return None
    category = books.category(rule.category)
    option = category.option(rule.to) if category else None
    if category and option and category.live and option.live:
        return None
    of_category = category.name if category else rule.category_name or rule.category
    return problem("rule_option_gone", category=of_category, name=option.name if option else name)
