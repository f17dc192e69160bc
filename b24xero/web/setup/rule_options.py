"""What may be chosen for a rule in Set-up: when it fits, and what it leads to in Xero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext, pgettext
from flask_babel import lazy_gettext as _

from b24xero.domain.books import Books
from b24xero.domain.rule_choices import Choice, RuleChoices
from b24xero.domain.rules import Rule, When, kind_of_field

WORDS = "words"
# In the order in which they are offered: the words over the choices, and before each of them.
_KINDS: Mapping[When, tuple[object, object]] = {
    "department": (_("Department of the responsible person"), _("Department")),
    "responsible": (_("Responsible person"), _("Responsible")),
    "my_company": (_("My company"), _("My company")),
    "pipeline": (_("Pipeline"), _("Pipeline")),
    "industry": (_("Industry of the company"), _("Industry")),
    "section": (_("Section of the product"), _("Section")),
}


@dataclass(frozen=True)
class Option:
    """``rule``: as much of one as it says."""

    value: str
    words: str
    rule: Mapping[str, str]


@dataclass(frozen=True)
class Group:
    label: str
    options: tuple[Option, ...]


def by_value(groups: Iterable[Group], value: str) -> Option | None:
    return next((option for group in groups for option in group.options if option.value == value), None)


def when_value(rule: Rule) -> str:
    if rule.when == WORDS:
        return WORDS
    return "|".join(filter(None, (rule.when, rule.field, rule.value)))


def then_value(rule: Rule) -> str:
    return "|".join(filter(None, (rule.then, rule.category, rule.to)))


def _option(rule: Mapping[str, str], words: str) -> Option:
    whole = {"when": "words", "value": "-", "then": "theme", "to": "-", **rule}
    of = Rule.from_json(whole)
    assert of
    return Option(when_value(of) if "when" in rule else then_value(of), words, rule)


def whens(choices: RuleChoices) -> tuple[Group, ...]:
    line = Option(WORDS, gettext("A line contains the words…"), {"when": WORDS, "field_name": gettext("Line contains")})
    groups = [Group(gettext("Words of a line"), (line,))]
    for when, (over, short) in _KINDS.items():
        groups.append(_group(when, "", str(over), str(short), choices.of.get(when, ())))
    for field in choices.fields or ():
        old = kind_of_field(field.name) == "legacy"
        title = gettext("%(field)s (old invoices)", field=field.title) if old else field.title
        groups.append(_group("list", field.name, title, title, field.values))
    return tuple(group for group in groups if group.options)


def _group(when: When, field: str, over: str, label: str, choices: Iterable[Choice]) -> Group:
    options = (
        _option(
            {"when": when, "field": field, "value": one.id, "field_name": label, "value_name": one.name},
            f"{label}: {one.name}",
        )
        for one in choices
    )
    return Group(over, tuple(options))


def thens(books: Books) -> tuple[Group, ...]:
    groups = []
    for category in books.tracking or ():
        live = [option for option in category.options if option.live] if category.live else []
        said = {"then": "tracking", "category": category.id, "category_name": category.name}
        options = (_option({**said, "to": o.id, "to_name": o.name}, f"{category.name}: {o.name}") for o in live)
        groups.append(Group(gettext("Tracking: %(category)s", category=category.name), tuple(options)))
    theme, account = gettext("Branding theme"), pgettext("in Xero’s books", "Account")
    themes = (
        _option({"then": "theme", "to": t.id, "to_name": t.name, "category_name": theme}, f"{theme}: {t.name}")
        for t in books.themes or ()
    )
    accounts = (
        _option(
            {"then": "account", "to": a.code, "to_name": f"{a.code} · {a.name}", "category_name": account},
            f"{account}: {a.code} · {a.name}",
        )
        for a in books.live_accounts
    )
    groups += [Group(theme, tuple(themes)), Group(account, tuple(accounts))]
    return tuple(group for group in groups if group.options)


def hints(choices: RuleChoices, books: Books) -> tuple[str, ...]:
    found = []
    if "department" not in choices.of:
        found.append(gettext("To go by departments, tick the scope “department” at the application in Bitrix24."))
    if books.tracking is None or books.themes is None:
        found.append(gettext("Xero did not show its tracking categories or branding themes; open this page again."))
    return tuple(found)
