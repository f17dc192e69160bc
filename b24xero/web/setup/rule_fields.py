"""The rules in the set-up form: what may be chosen, what stands there, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext

from b24xero.domain.books import Books
from b24xero.domain.rule_choices import RuleChoices
from b24xero.domain.rules import LONGEST_WORDS, MOST_RULES, Rule
from b24xero.domain.traits import Needs
from b24xero.web.setup.rule_options import WORDS, Group, by_value, hints, then_value, thens, when_value, whens

_NAME = re.compile(r"rule-(\d{1,3})-(when|words|then)")


@dataclass(frozen=True)
class Row:
    """One rule as it stands in the form; ``kept_when`` and ``kept_then``: what it has and is offered no more, with the
    words that were saved with it, empty where there are none."""

    number: int
    when: str = ""
    words: str = ""
    then: str = ""
    kept_when: tuple[str, str] | None = None
    kept_then: tuple[str, str] | None = None
    error: str = ""

    @property
    def id(self) -> str:
        return f"rule-{self.number}"

    @property
    def empty(self) -> bool:
        return not (self.when or self.then or self.words.strip())


@dataclass(frozen=True)
class RuleFields:
    """``hints``: what the portal or Xero did not tell."""

    rows: tuple[Row, ...]
    when: tuple[Group, ...]
    then: tuple[Group, ...]
    hints: tuple[str, ...] = ()
    saved: tuple[Rule, ...] = ()

    @property
    def wrong(self) -> bool:
        return any(row.error for row in self.rows)

    @property
    def may_add(self) -> bool:
        return len(self.rows) < MOST_RULES

    def rules(self) -> tuple[Rule, ...]:
        """Those that are whole, in their order."""
        made = (self.rule_of(row) for row in self.rows)
        return tuple(rule for rule in made if rule)

    def rule_of(self, row: Row) -> Rule | None:
        """None: it is not whole."""
        when, then = by_value(self.when, row.when), by_value(self.then, row.then)
        known = self._saved(row)
        said = when.rule if when else _when_of(known) if known and row.kept_when else None
        to = then.rule if then else _then_of(known) if known and row.kept_then else None
        if said is None or to is None or row.error:
            return None
        words = {"value": row.words.strip(), "value_name": row.words.strip()} if row.when == WORDS else {}
        return Rule.from_json({**said, **to, **words})

    def _saved(self, row: Row) -> Rule | None:
        return next((one for one in self.saved if row.kept_when and when_value(one) == row.when), None) or next(
            (one for one in self.saved if row.kept_then and then_value(one) == row.then), None
        )


NO_RULES = RuleFields((), (), ())


def _when_of(rule: Rule) -> dict[str, str]:
    return {
        "when": rule.when, "value": rule.value, "field": rule.field, "value_name": rule.value_name,
        "field_name": rule.field_name,
    }  # fmt: skip


def _then_of(rule: Rule) -> dict[str, str]:
    return {
        "then": rule.then, "to": rule.to, "category": rule.category, "to_name": rule.to_name,
        "category_name": rule.category_name,
    }  # fmt: skip


# -- the form ---------------------------------------------------------------------------------------------------------


def shown(rules: Sequence[Rule], choices: RuleChoices, books: Books) -> RuleFields:
    """What was saved, or what a file says."""
    rows = [
        Row(n, when_value(rule), rule.value if rule.when == WORDS else "", then_value(rule))
        for n, rule in enumerate(rules, start=1)
    ]
    return _fields(rows, choices, books, rules)


def read(posted: Mapping[str, str], choices: RuleChoices, books: Books, saved: Sequence[Rule]) -> RuleFields:
    """As it was sent, each row held against what may be chosen now."""
    found = _fields(_posted(posted), choices, books, saved)
    return replace(found, rows=tuple(_checked(row, found) for row in found.rows))


def _posted(posted: Mapping[str, str]) -> list[Row]:
    numbers = sorted({int(match[1]) for name in posted if (match := _NAME.fullmatch(name))})[:MOST_RULES]
    found = []
    for n, old in enumerate(numbers, start=1):
        when, words, then = (posted.get(f"rule-{old}-{part}", "")[:255] for part in ("when", "words", "then"))
        found.append(Row(n, when, words, then))
    return found


def needs(posted: Mapping[str, str]) -> Needs:
    """What has to be read of invoices so that the rules in a form can be tried, before it is known what may be
    chosen."""
    whens = [row.when.split("|") for row in _posted(posted)]
    return Needs(
        departments=any(parts[0] == "department" for parts in whens),
        sections=any(parts[0] == "section" for parts in whens),
        lists=tuple(sorted({parts[1] for parts in whens if parts[0] == "list" and len(parts) == 3})),
    )


def _fields(rows: Sequence[Row], choices: RuleChoices, books: Books, saved: Sequence[Rule]) -> RuleFields:
    offered, leads = whens(choices), thens(books)
    kept = tuple(_with_kept(row, offered, leads, saved) for row in rows)
    return RuleFields(kept, offered, leads, hints(choices, books), tuple(saved))


def _with_kept(row: Row, offered: Sequence[Group], leads: Sequence[Group], saved: Sequence[Rule]) -> Row:
    """What it has and is offered no more is shown by its name at the time of saving, not lost."""
    of_when = next((one for one in saved if when_value(one) == row.when), None)
    of_then = next((one for one in saved if then_value(one) == row.then), None)
    when = _joined(of_when.field_name, of_when.value_name or of_when.value) if of_when else ""
    then = _joined(of_then.category_name, of_then.to_name or of_then.to) if of_then else ""
    return replace(
        row,
        kept_when=(row.when, when) if row.when and not by_value(offered, row.when) else None,
        kept_then=(row.then, then) if row.then and not by_value(leads, row.then) else None,
    )


def _joined(*words: str) -> str:
    return ": ".join(filter(None, words))


def _checked(row: Row, fields: RuleFields) -> Row:
    return row if row.empty else replace(row, error=_error(row, fields))


def _error(row: Row, fields: RuleFields) -> str:
    if not row.when:
        return gettext("Choose when this rule fits, or remove it.")
    if not row.then:
        return gettext("Choose what it leads to in Xero, or remove the rule.")
    if row.when == WORDS and not row.words.strip():
        return gettext("Write the words that a line has in it.")
    if len(row.words.strip()) > LONGEST_WORDS:
        return gettext("The words may have %(most)s characters at most.", most=LONGEST_WORDS)
    if not (by_value(fields.when, row.when) or _may_stay(row.kept_when, row.when, fields)):
        return gettext("What it goes by is gone from Bitrix24. Choose another, or remove the rule.")
    if not by_value(fields.then, row.then):
        return gettext("What it leads to is archived or gone in Xero. Choose another, or remove the rule.")
    return ""


def _may_stay(kept: tuple[str, str] | None, value: str, fields: RuleFields) -> bool:
    """The portal did not tell this time what there is of its kind."""
    kind = value.partition("|")[0]
    told = {option.rule.get("when") for group in fields.when for option in group.options}
    return kept is not None and bool(kept[1]) and kind not in told


# -- adding, moving, removing -----------------------------------------------------------------------------------------


def acted(fields: RuleFields, act: str) -> RuleFields:
    """``act``: "add", "up-2", "remove-2"; of the rows as they stand nothing is lost."""
    rows = list(fields.rows)
    verb, _dash, number = act.partition("-")
    place = int(number) - 1 if number.isdigit() else -1
    if verb == "add" and fields.may_add:
        rows.append(Row(0))
    elif verb == "remove" and 0 <= place < len(rows):
        del rows[place]
    elif verb == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    return replace(fields, rows=tuple(replace(row, number=n) for n, row in enumerate(rows, start=1)))


def unchecked(fields: RuleFields) -> RuleFields:
    """While one is still at it."""
    return replace(fields, rows=tuple(replace(row, error="") for row in fields.rows))
