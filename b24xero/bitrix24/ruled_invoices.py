"""Invoices since a day as far as rules go by them: 50 a command, their rows only where rules go by lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from b24xero.bitrix24 import ask_traits, legacy_parse, parse, traits
from b24xero.bitrix24.invoices import chunks, rows_command
from b24xero.bitrix24.item_list import COMPANY, INVOICE, PAGE
from b24xero.bitrix24.legacy_invoices import old_command
from b24xero.bitrix24.legacy_pages import NO_TEMPLATES
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import key_of
from b24xero.domain.ruled import Ruled
from b24xero.domain.rules import Row
from b24xero.domain.traits import Needs, Traits

Item = Mapping[str, Any]

# Rows are asked for invoice by invoice (source §1 #9): of so many, the newest.
MOST_WITH_ROWS = 245


@dataclass(frozen=True)
class Wanted:
    """What is read: ``needs`` of rules, whether they go by lines, and by industries."""

    needs: Needs = Needs()
    lines: bool = False
    industries: bool = False

    def covers(self, other: Wanted) -> bool:
        mine, others = self.needs, other.needs
        enough = (not others.departments or mine.departments) and (not others.sections or mine.sections)
        enough = enough and set(others.lists) <= set(mine.lists)
        return enough and (self.lines or not other.lines) and (self.industries or not other.industries)


@dataclass(frozen=True)
class Found:
    """The newest first. ``with_rows``: how many of them were read with their rows."""

    invoices: tuple[Ruled, ...]
    with_rows: int


def since(session: Session, day: date, kinds: Iterable[Kind], wanted: Wanted) -> Found:
    """A call for 2,500 of them, one for people, companies and sections, five for the rows of 245.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    lists = Lists(session)
    lists.ask({kind: _LISTS[kind](day, wanted.needs) for kind in kinds})
    lists.finish()
    listed = [(kind, item) for kind in kinds for item in lists.result(kind) if _counts(kind, item, day)]
    listed.sort(key=lambda one: _day(*one), reverse=True)
    industries = _industries(lists, listed) if wanted.industries else {}
    people = ask_traits.people((_responsible(*one) for one in listed), wanted.needs)
    lists.ask(people)
    lists.finish()
    departments = ask_traits.rows(lists, people, traits.departments_in) if wanted.needs.departments else None
    found = [Ruled(_key(kind, item), _traits(kind, item, wanted.needs, industries)) for kind, item in listed]
    found = [replace(one, traits=traits.with_departments(one.traits, departments)) for one in found]
    if not wanted.lines:
        return Found(tuple(found), 0)
    return _with_rows(lists, found, listed, wanted.needs)


def _new(day: date, needs: Needs) -> tuple[str, dict[str, Any]]:
    return "crm.item.list", {
        "entityTypeId": INVOICE,
        "select": ["id", "begindate", "companyId", "isRecurring", *traits.FIELDS, *needs.lists],
        "filter": {">=begindate": day.isoformat()},
        "order": {"id": "DESC"},
    }


def _old(day: date, needs: Needs) -> tuple[str, dict[str, Any]]:
    names = ("ID", "DATE_BILL", "DATE_INSERT", "UF_COMPANY_ID", "UF_MYCOMPANY_ID", "RESPONSIBLE_ID", "IS_RECURRING")
    lists = [name for name in needs.lists if name.startswith("UF_")]
    return "crm.invoice.list", {
        "select": [*names, *lists],
        "filter": {**NO_TEMPLATES, ">=DATE_BILL": day.isoformat()},
        "order": {"ID": "DESC"},
    }


_LISTS = {"smart": _new, "legacy": _old}


def _counts(kind: str, item: Item, day: date) -> bool:
    """A condition that the portal left out is held here."""
    is_template = parse.is_template(item) if kind == "smart" else legacy_parse.is_template(item)
    return not is_template and _day(kind, item) >= day


def _day(kind: str, item: Item) -> date:
    return (parse.day(item.get("begindate")) or date.max) if kind == "smart" else legacy_parse.invoice_day(item)


def _key(kind: Kind, item: Item) -> int:
    return key_of(kind, parse.number(item.get("id") or item.get("ID")))


def _responsible(kind: str, item: Item) -> Any:
    return item.get("assignedById" if kind == "smart" else "RESPONSIBLE_ID")


def _company(kind: str, item: Item) -> int:
    return parse.number(item.get("companyId" if kind == "smart" else "UF_COMPANY_ID"))


def _traits(kind: str, item: Item, needs: Needs, industries: Mapping[int, str]) -> Traits:
    of = traits.of_item if kind == "smart" else traits.of_old
    return of(item, needs, industries.get(_company(kind, item), ""))


def _industries(lists: Lists, listed: Sequence[tuple[Kind, Item]]) -> dict[int, str]:
    """By company."""
    parts = chunks((_company(*one) for one in listed), PAGE)
    asked = {
        f"industries_{part[0]}": (
            "crm.item.list", {"entityTypeId": COMPANY, "select": ["id", "industry"], "filter": {"@id": part}},
        )
        for part in parts
    }  # fmt: skip
    lists.ask(asked)
    lists.finish()
    rows = (row for name in asked for row in lists.get(name))
    return {parse.number(row.get("id")): parse.text(row.get("industry")) for row in rows}


# -- rows -------------------------------------------------------------------------------------------------------------


def _with_rows(lists: Lists, found: Sequence[Ruled], listed: Sequence[tuple[Kind, Item]], needs: Needs) -> Found:
    newest = {one.id: (kind, parse.number(item.get("id") or item.get("ID"))) for one, (kind, item) in
              zip(found[:MOST_WITH_ROWS], listed, strict=False)}  # fmt: skip
    commands = {
        f"rows_{key}": rows_command(id) if kind == "smart" else old_command(id) for key, (kind, id) in newest.items()
    }
    lists.ask(commands)
    lists.finish()
    rows = {key: _rows(kind, lists.get(f"rows_{key}")) for key, (kind, _) in newest.items()}
    sections = _sections(lists, rows.values()) if needs.sections else None
    whole = tuple(_complete(one, rows.get(one.id), sections) for one in found)
    return Found(whole, len(newest))


def _rows(kind: str, answer: Sequence[Item]) -> dict[int, Row]:
    listed = answer if kind == "smart" else [row for old in answer for row in old.get("PRODUCT_ROWS") or ()]
    names = ("id", "productName", "productId") if kind == "smart" else ("ID", "PRODUCT_NAME", "PRODUCT_ID")
    return {
        parse.number(row.get(names[0])): Row(parse.text(row.get(names[1])), parse.number(row.get(names[2])))
        for row in listed
    }


def _sections(lists: Lists, rows: Iterable[Mapping[int, Row]]) -> dict[int, int] | None:
    ids = sorted({row.product_id for of in rows for row in of.values()} - {0})
    commands = {f"products_{part[0]}": traits.products_command(part) for part in chunks(ids, PAGE)}
    lists.ask(commands)
    lists.finish()
    found: dict[int, int] | None = ask_traits.rows(lists, commands, traits.sections_in)
    return found


def _complete(one: Ruled, rows: Mapping[int, Row] | None, sections: Mapping[int, int] | None) -> Ruled:
    if rows is None or sections is None:
        return replace(one, rows=rows)
    own = {row.product_id: sections.get(row.product_id, 0) for row in rows.values() if row.product_id}
    return replace(one, rows=rows, traits=replace(one.traits, sections=own))
