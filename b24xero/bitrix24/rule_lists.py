"""What the portal offers for rules: own companies, pipelines, people, departments, industries, sections, lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from b24xero.bitrix24 import parse
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.item_list import COMPANY, INVOICE, PAGE, rows_of
from b24xero.bitrix24.paged_lists import MOST_COMMANDS
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain.rule_choices import Choice, ListField, RuleChoices
from b24xero.domain.rules import When

Row = Mapping[str, Any]

# Nobody looks through more, and one call brings them.
_MOST_PAGES = 40
# Names of the commands begin so, apart from those that travel with them.
_KEY = "rules_"

COMMANDS: Commands = {
    f"{_KEY}my_company": (
        "crm.item.list",
        {"entityTypeId": COMPANY, "select": ["id", "title"], "filter": {"isMyCompany": "Y"}, "order": {"id": "ASC"}},
    ),
    f"{_KEY}responsible": ("user.get", {"FILTER": {"ACTIVE": "true"}}),
    f"{_KEY}department": ("department.get", {}),
    f"{_KEY}industry": ("crm.status.list", {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": "INDUSTRY"}}),
    f"{_KEY}section": ("crm.productsection.list", {"select": ["ID", "NAME"], "order": {"NAME": "ASC"}}),
}
_FIELDS: Commands = {
    f"{_KEY}fields": ("crm.item.fields", {"entityTypeId": INVOICE}),
    f"{_KEY}old_fields": ("crm.invoice.fields", {}),
}
ALL: Commands = {**COMMANDS, **_FIELDS}


def read(session: Session, answer: Batch, *, with_old: bool) -> RuleChoices:
    """Of an answer that has ``ALL`` and the pipelines; one call more where a list has more than 50. What was refused
    is missing.

    Args:
        with_old: the portal has old invoices, too.
    """
    more = {f"{name}_{start}": _from(name, start) for name in COMMANDS for start in _further(answer, name)}
    more = dict(list(more.items())[:MOST_COMMANDS])
    said = session.batch(more) if more else None
    found: dict[When, tuple[Choice, ...]] = {}
    for when, choice in _CHOICES.items():
        name = f"{_KEY}{when}" if when != "pipeline" else "categories"
        if name in answer.results:
            parts = (said.get(key) for key in more if key.startswith(f"{name}_")) if said else ()
            rows = [row for part in (answer.get(name), *parts) for row in _rows(part)]
            found[when] = tuple(one for one in map(choice, rows) if one.id)
    fields = [*_lists(answer.get(f"{_KEY}fields")), *(_lists(answer.get(f"{_KEY}old_fields")) if with_old else ())]
    return RuleChoices(found, tuple(fields) if f"{_KEY}fields" in answer.results or with_old else None)


def _from(name: str, start: int) -> tuple[str, Params]:
    method, params = COMMANDS[name]
    return method, {**params, "start": start}


def _further(answer: Batch, name: str) -> Iterable[int]:
    following = answer.nexts.get(name)
    total = min(answer.totals.get(name, 0), _MOST_PAGES * PAGE)
    return range(following, max(total, following + 1), PAGE) if following else ()


def _rows(part: Any) -> list[Params]:
    """Of an answer in any of the forms: a list, or a map that holds one."""
    inside = next((part[name] for name in ("items", "categories") if name in part), None) if _is_map(part) else part
    return rows_of(inside)


def _is_map(part: Any) -> bool:
    return isinstance(part, Mapping)


def _named(id: str, name: str) -> Callable[[Row], Choice]:
    return lambda row: Choice(parse.text(row.get(id)), parse.text(row.get(name)) or parse.text(row.get(id)))


def _person(row: Row) -> Choice:
    words = (parse.text(row.get("NAME")), parse.text(row.get("LAST_NAME")))
    return Choice(parse.text(row.get("ID")), " ".join(filter(None, words)) or f"#{parse.text(row.get('ID'))}")


_CHOICES: Mapping[When, Callable[[Row], Choice]] = {
    "my_company": _named("id", "title"), "pipeline": _named("id", "name"), "responsible": _person,
    "department": _named("ID", "NAME"), "industry": _named("STATUS_ID", "NAME"), "section": _named("ID", "NAME"),
}  # fmt: skip


def _lists(answer: Any) -> list[ListField]:
    """The portal's own fields of the list kind (facts §3.1: ``crm.item.fields``, and as it the older one)."""
    fields = answer.get("fields", answer) if _is_map(answer) else {}
    return [
        ListField(name, _title(name, one), tuple(value for value in map(_value, rows_of(one.get("items"))) if value.id))
        for name, one in (fields.items() if _is_map(fields) else ())
        if _is_map(one) and one.get("type") == "enumeration" and name.lower().startswith("uf")
    ]


def _title(name: str, field: Row) -> str:
    """An old field has its own name for a title, and its words as labels."""
    words = (parse.text(field.get(label)) for label in ("formLabel", "listLabel", "title"))
    return next((one for one in words if one and one != name), name)


def _value(value: Row) -> Choice:
    return Choice(parse.text(value.get("ID")), parse.text(value.get("VALUE")))
