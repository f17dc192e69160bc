"""How what is asked for rules alone travels with the rest: departments in the same call, sections in one more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import parse, traits
from b24xero.bitrix24.item_list import PAGE
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Commands
from b24xero.bitrix24.traits import Command
from b24xero.domain.invoice import Invoice
from b24xero.domain.traits import Needs


def one(responsible: Any, needs: Needs) -> dict[str, Command]:
    """Of the one who is responsible, who may be a reference."""
    return {"people": traits.people_command([responsible])} if needs.departments else {}


def people(responsible: Iterable[Any], needs: Needs) -> dict[str, Command]:
    """Of all who are, 50 a command."""
    ids = sorted({parse.number(one) for one in responsible} - {0}) if needs.departments else []
    return {f"people_{first}": traits.people_command(ids[first : first + PAGE]) for first in range(0, len(ids), PAGE)}


def told(lists: Lists, people: Commands, found: Mapping[int, Invoice], needs: Needs) -> dict[int, Invoice]:
    """The invoices with what was asked for rules alone. ``people``: the commands that were answered in ``lists``."""
    asked = dict(found)
    if needs.departments:
        known = rows(lists, people, traits.departments_in)
        asked = {id: replace(one, traits=traits.with_departments(one.traits, known)) for id, one in asked.items()}
    if needs.sections:
        products = traits.product_commands(asked.values())
        lists.ask(products)
        lists.finish()
        sections = rows(lists, products, traits.sections_in)
        asked = {id: traits.with_sections(one, sections) for id, one in asked.items()}
    return asked


def rows(lists: Lists, commands: Commands, read: Any) -> Any:
    """None: a part was refused."""
    if any(name in lists.errors for name in commands):
        return None
    return read(row for name in commands for row in lists.get(name))
