"""What a search for invoices asks the portal: number, title, customer, amount or day.

Inside a searched text the portal reads "%" as any letters and "_" as any letter (facts §10.4), and knows no way to say
that they mean themselves. Where they are searched for, what it finds is looked through here, and asked for by its ids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.bitrix24 import parse, parse_customer
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.item_list import COMPANY, CONTACT, INVOICE, every, list_command, named_rows
from b24xero.bitrix24.session import Session
from b24xero.domain import search_words

_WILDCARDS = "%_"


def needs_a_look(words: str) -> bool:
    """Whether the portal may find more than what is searched for."""
    return any(sign in words for sign in _WILDCARDS)


def holds(words: str, *texts: Any) -> bool:
    """As the portal compares: without regard to case."""
    return any(words.casefold() in parse.text(text).casefold() for text in texts)


@dataclass(frozen=True)
class Searched:
    """``condition``: for invoices of today, nothing where nothing is searched for. ``customers``: those that are named
    so, by their kinds. ``answer``: to what was asked beside."""

    condition: dict[str, Any]
    customers: Mapping[int, Sequence[int]]
    answer: Batch | None = None


def searched(session: Session, words: str, beside: Mapping[str, tuple[str, Params]] | None = None) -> Searched:
    """One call: customers are looked up first, since an invoice holds only their ids; where "%" or "_" is searched for
    a few more. ``beside``: what else the call asks."""
    beside = beside or {}
    if needs_a_look(words):
        answer = session.batch(beside) if beside else None
        customers = _named_customers(session, words)
        return Searched({"@id": _looked_through(session, words, customers) or [0]}, customers, answer)
    lookups = _lookups(words) if words else {}
    answer = session.batch({**lookups, **beside})
    found = _found(answer, words, lookups)
    return Searched(_ways(words, found) if words else {}, found, answer)


def customers(session: Session, words: str) -> dict[int, list[int]]:
    """Companies and contacts that are named so, by their kinds: one call; where "%" or "_" is searched for a few."""
    if needs_a_look(words):
        return _named_customers(session, words)
    lookups = _lookups(words)
    return _found(session.batch(lookups), words, lookups)


def _lookups(words: str) -> dict[str, tuple[str, Params]]:
    commands = {}
    for n, spelling in enumerate(search_words.spellings(words)):
        commands[f"companies_{n}"] = list_command(COMPANY, {"%title": spelling}, ("id", "title"))
        commands[f"contacts_{n}"] = list_command(CONTACT, _each_word(spelling), ("id", *parse_customer.CONTACT_NAMES))
    return commands


def _found(answer: Batch, words: str, lookups: Iterable[str]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {COMPANY: [], CONTACT: []}
    for name in lookups:
        rows = named_rows(answer.get(name))
        if name.startswith("companies"):
            found[COMPANY] += _ids(row for row in rows if search_words.is_meant(words, parse.text(row.get("title"))))
        else:
            found[CONTACT] += _ids(row for row in rows if _is_named(row, words))
    return {entity: list(dict.fromkeys(ids)) for entity, ids in found.items()}


def _looked_through(session: Session, words: str, customers: Mapping[int, Collection[int]]) -> list[int]:
    fields = ("id", "title", "accountNumber", "companyId", "contactId")
    found = every(session, INVOICE, {"0": _ways(words, customers)}, fields)
    return _ids(item for item in found if _fits(item, words, customers))


def _named_customers(session: Session, words: str) -> dict[int, list[int]]:
    companies = every(session, COMPANY, {"%title": words}, ("id", "title"))
    contacts = every(session, CONTACT, _each_word(words), ("id", *parse_customer.CONTACT_NAMES))
    return {
        COMPANY: _ids(item for item in companies if holds(words, item.get("title"))),
        CONTACT: _ids(item for item in contacts if _is_named(item, words)),
    }


def _each_word(words: str) -> dict[str, Any]:
    return {
        str(n): {"logic": "OR", **{str(m): {f"%{name}": word} for m, name in enumerate(parse_customer.CONTACT_NAMES)}}
        for n, word in enumerate(words.split())
    }


def _is_named(contact: Params, words: str) -> bool:
    names = [parse.text(contact.get(name)) for name in parse_customer.CONTACT_NAMES]
    return all(search_words.is_meant(word, *names) for word in words.split())


def _ways(words: str, customers: Mapping[int, Collection[int]]) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [{"%title": words}, {"%accountNumber": words}]
    ways += [{"=opportunity": str(amount)} for amount in search_words.amounts(words)]
    ways += [{">=begindate": day.isoformat(), "<=begindate": day.isoformat()} for day in search_words.days(words)]
    for field, entity in (("companyId", COMPANY), ("contactId", CONTACT)):
        if ids := customers[entity]:
            ways.append({f"@{field}": list(dict.fromkeys(ids))})
    return {"logic": "OR", **{str(n): way for n, way in enumerate(ways)}}


def _fits(item: Params, words: str, customers: Mapping[int, Collection[int]]) -> bool:
    of_customer = (
        parse.number(item.get("companyId")) in customers[COMPANY]
        or parse.number(item.get("contactId")) in customers[CONTACT]
    )
    return of_customer or holds(words, item.get("title"), item.get("accountNumber"))


def _ids(items: Iterable[Params]) -> list[int]:
    return [id for item in items if (id := parse.number(item.get("id")))]
