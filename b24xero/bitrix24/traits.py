"""How Bitrix24 spells what rules go by, and what is asked for it alone: departments of people, sections of products."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.item_list import PAGE
from b24xero.domain.invoice import Invoice
from b24xero.domain.traits import Needs, Traits

Item = Mapping[str, Any]
Command = tuple[str, Params]

# Of an invoice of today, whatever the rules ask.
FIELDS = ("mycompanyId", "categoryId", "assignedById")


def of_item(item: Item, needs: Needs, industry: str) -> Traits:
    """Of an invoice of today; its own fields alone (facts §3.1)."""
    return Traits(
        my_company=parse.number(item.get("mycompanyId")),
        pipeline=parse.number(item.get("categoryId")),
        responsible=parse.number(item.get("assignedById")),
        industry=industry,
        lists=_lists(item, needs),
    )


def of_old(old: Item, needs: Needs, industry: str) -> Traits:
    """Of an old one, which has no pipeline (source facts §3.1)."""
    return Traits(
        my_company=parse.number(old.get("UF_MYCOMPANY_ID")),
        responsible=parse.number(old.get("RESPONSIBLE_ID")),
        industry=industry,
        lists=_lists(old, needs),
    )


def _lists(item: Item, needs: Needs) -> dict[str, tuple[str, ...]]:
    return {name: chosen(item[name]) for name in needs.lists if name in item}


def chosen(value: Any) -> tuple[str, ...]:
    """The ids of the values of a list; nothing is null, an empty text, 0 or no."""
    several = value if isinstance(value, list) else [value]
    return tuple(str(id) for one in several if (id := 0 if isinstance(one, bool) else parse.number(one)))


# -- departments ------------------------------------------------------------------------------------------------------


def people_command(ids: Sequence[Any]) -> Command:
    """Ids, or references; whoever is dismissed is among them. Source: facts §6 ``user.get``."""
    return "user.get", {"FILTER": {"ID": list(ids)}}


def departments_in(rows: Iterable[Item]) -> dict[int, tuple[int, ...]]:
    """By person."""
    return {parse.number(row.get("ID")): tuple(map(int, chosen(row.get("UF_DEPARTMENT")))) for row in rows}


def with_departments(traits: Traits, known: Mapping[int, tuple[int, ...]] | None) -> Traits:
    """``known`` None: Bitrix24 did not say. Of somebody who is not told, an integrator, it says that there is none."""
    return traits if known is None else replace(traits, departments=known.get(traits.responsible, ()))


# -- sections ---------------------------------------------------------------------------------------------------------


def products_command(ids: Sequence[int]) -> Command:
    """The older list shows them to whoever reads anything in the CRM, on every box (source §1 #15; facts §5)."""
    return "crm.product.list", {
        "select": ["ID", "SECTION_ID"], "filter": {"ID": list(ids)}, "order": {"ID": "ASC"},
    }  # fmt: skip


def product_commands(invoices: Iterable[Invoice]) -> dict[str, Command]:
    """For the sections of all products of their rows, a command for every 50."""
    ids = sorted({row.product_id for invoice in invoices for row in invoice.line_items if row.product_id})
    return {f"sections_{first}": products_command(ids[first : first + PAGE]) for first in range(0, len(ids), PAGE)}


def sections_in(rows: Iterable[Item]) -> dict[int, int]:
    """By product."""
    return {parse.number(row.get("ID")): parse.number(row.get("SECTION_ID")) for row in rows}


def with_sections(invoice: Invoice, known: Mapping[int, int] | None) -> Invoice:
    """``known`` None: Bitrix24 did not say. A product that is not told of has no section."""
    if known is None:
        return invoice
    own = {row.product_id: known.get(row.product_id, 0) for row in invoice.line_items if row.product_id}
    return replace(invoice, traits=replace(invoice.traits, sections=own))
