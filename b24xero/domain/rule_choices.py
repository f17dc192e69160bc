"""What a rule may go by, as the portal lists it: companies of one's own, people, departments, sections. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from b24xero.domain.rules import Rule, When


@dataclass(frozen=True)
class Choice:
    id: str
    name: str


@dataclass(frozen=True)
class ListField:
    """A field of the list kind; ``name`` as Bitrix24 spells it."""

    name: str
    title: str
    values: tuple[Choice, ...]


@dataclass(frozen=True)
class RuleChoices:
    """``of``: by what a rule may go; what is missing the portal did not tell. ``fields``: the lists of invoices; None:
    not told."""

    of: Mapping[When, tuple[Choice, ...]]
    fields: tuple[ListField, ...] | None = None

    def knows(self, rule: Rule) -> bool | None:
        """Whether what the rule goes by is there; None: the portal did not tell."""
        if rule.when == "words":
            return True
        listed = self._listed(rule)
        return None if listed is None else any(one.id == rule.value for one in listed)

    def _listed(self, rule: Rule) -> tuple[Choice, ...] | None:
        if rule.when != "list":
            return self.of.get(rule.when)
        if self.fields is None:
            return None
        return next((one.values for one in self.fields if one.name == rule.field), ())


NOT_TOLD = RuleChoices({})
