"""The rules in the file of a set-up, with the names of both their sides, and what of them fits here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from b24xero.domain import rules
from b24xero.domain.books import Books
from b24xero.domain.rule_choices import Choice, RuleChoices
from b24xero.domain.rules import LONGEST_WORDS, MOST_RULES, Rule
from b24xero.errors import Problem, problem


def written(listed: Sequence[Rule]) -> list[dict[str, str]]:
    """Without what says nothing."""
    return [{name: value for name, value in asdict(rule).items() if value} for rule in listed]


def read(listed: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return rules.read(listed)[:MOST_RULES]


def fitted(listed: Iterable[Rule], choices: RuleChoices, books: Books, found: list[Problem]) -> tuple[Rule, ...]:
    """Those whose both sides are here, by their ids, else by their names; each that is not is told."""
    kept = []
    for rule in listed:
        here = _to(_from(rule, choices), books)
        if here:
            kept.append(here)
        else:
            found.append(problem("file_rule_gone", rule=rule.words))
    return tuple(kept)


def _from(rule: Rule, choices: RuleChoices) -> Rule | None:
    if rule.when == "words":
        return rule if len(rule.value) <= LONGEST_WORDS else None
    if rule.when != "list":
        choice = _one(choices.of.get(rule.when, ()), rule.value, rule.value_name)
        return replace(rule, value=choice.id, value_name=choice.name) if choice else None
    fields = [one for one in choices.fields or () if rules.kind_of_field(one.name) == rules.kind_of_field(rule.field)]
    field = next((one for one in fields if (one.name, one.title) == (rule.field, rule.field_name)), None)
    field = field or next((one for one in fields if one.title.casefold() == rule.field_name.casefold()), None)
    choice = _one(field.values, rule.value, rule.value_name) if field else None
    return replace(rule, field=field.name, value=choice.id, value_name=choice.name) if field and choice else None


def _one(choices: Sequence[Choice], id: str, name: str) -> Choice | None:
    """Another portal gives the same id to something else, so the name has to agree."""
    named = [one for one in choices if one.name.casefold() == name.casefold()]
    return next((one for one in named if one.id == id), named[0] if named else None)


def _to(rule: Rule | None, books: Books) -> Rule | None:
    if rule is None or rule.then == "account":
        account = rule and books.account(rule.to)
        return rule if account and account.live else None
    if rule.then == "theme":
        theme = _one([Choice(one.id, one.name) for one in books.themes or ()], rule.to, rule.to_name)
        return replace(rule, to=theme.id, to_name=theme.name) if theme else None
    live = [one for one in books.tracking or () if one.live]
    category = _one([Choice(one.id, one.name) for one in live], rule.category, rule.category_name)
    whole = books.category(category.id) if category else None
    options = [Choice(one.id, one.name) for one in whole.options if one.live] if whole else []
    option = _one(options, rule.to, rule.to_name)
    if category is None or option is None:
        return None
    return replace(rule, category=category.id, category_name=category.name, to=option.id, to_name=option.name)
