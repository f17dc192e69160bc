"""What a search for invoices asks the portal: number, title, customer, amount or day.

Inside a searched text the portal reads "%" as any letters and "_" as any letter (facts §10.4), and knows no way to say
that they mean themselves. Where they are searched for, what it finds is looked through here, and asked for by its ids.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.bitrix24 import parse, parse_customer
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.item_list import COMPANY, CONTACT, INVOICE, Owner, every, list_command, named_rows
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain import search_words

# By what the first call of a search is made.
Ask = Callable[[Commands], Batch]

_WILDCARDS = "%_"
_LISTS = ("companies", "contacts")
_OF_COMPANIES = ("id", "title")
_OF_CONTACTS = ("id", *parse_customer.CONTACT_NAMES, "companyId")


def needs_a_look(words: str) -> bool:
    """Whether the portal may find more than what is searched for."""
    return any(sign in words for sign in _WILDCARDS)


def holds(words: str, *texts: Any) -> bool:
    """As the portal compares: without regard to case."""
    return any(words.casefold() in parse.text(text).casefold() for text in texts)


@dataclass(frozen=True)
class Named:
    """The customers that are named as it was searched for. ``ids`` by their kinds; ``employers``: the companies of the
    people among them; ``answer``: to what was asked beside, if anything was."""

    ids: Mapping[int, Sequence[int]]
    names: Mapping[Owner, str]
    employers: Sequence[Owner] = ()
    answer: Batch | None = None


def named(session: Session, words: str, beside: Commands | None = None, ask: Ask | None = None) -> Named:
    """One call: customers are looked up first, since an invoice holds only their ids; where "%" or "_" is searched for
    a few more.

    Args:
        beside: what else the call asks. ask: by what it is made.
    """
    ask, beside = ask or session.batch, beside or {}
    if needs_a_look(words):
        answer = ask(beside) if beside else None
        return _named(_every_customer(session, words), answer)
    lookups = _lookups(words)
    answer = ask({**lookups, **beside})
    return _named(_looked_up(answer, words, lookups), answer)


def condition(session: Session, words: str, found: Named) -> dict[str, Any]:
    """For invoices of today; where "%" or "_" is searched for one call for every 1,250 that may be meant."""
    if needs_a_look(words):
        return {"@id": _looked_through(session, words, found.ids) or [0]}
    return ways(words, found.ids)


def _named(rows: Mapping[int, Sequence[Params]], answer: Batch | None) -> Named:
    names = {(COMPANY, parse.number(row["id"])): parse_customer.company_name(row) for row in rows[COMPANY]}
    names |= {(CONTACT, parse.number(row["id"])): parse_customer.contact_name(row) for row in rows[CONTACT]}
    ids = {entity: list(dict.fromkeys(parse.number(row["id"]) for row in rows[entity])) for entity in rows}
    employers = dict.fromkeys((COMPANY, parse.number(row.get("companyId"))) for row in rows[CONTACT])
    return Named(ids, names, tuple(employers), answer)


def _lookups(words: str) -> dict[str, tuple[str, Params]]:
    commands = {}
    for n, spelling in enumerate(search_words.spellings(words)):
        commands[f"companies_{n}"] = list_command(COMPANY, {"%title": spelling}, _OF_COMPANIES)
        commands[f"contacts_{n}"] = list_command(CONTACT, _each_word(spelling), _OF_CONTACTS)
    return commands


def _looked_up(answer: Batch, words: str, lookups: Iterable[str]) -> dict[int, list[Params]]:
    found: dict[int, list[Params]] = {COMPANY: [], CONTACT: []}
    for name in lookups:
        rows = [row for row in named_rows(answer.get(name)) if parse.number(row.get("id"))]
        if name.startswith("companies"):
            found[COMPANY] += [row for row in rows if search_words.is_meant(words, parse.text(row.get("title")))]
        else:
            found[CONTACT] += [row for row in rows if _is_named(row, words)]
    return found


def _looked_through(session: Session, words: str, customers: Mapping[int, Collection[int]]) -> list[int]:
    fields = ("id", "title", "accountNumber", "companyId", "contactId")
    found = every(session, INVOICE, {"0": ways(words, customers)}, fields)
    return [parse.number(item.get("id")) for item in found if _fits(item, words, customers)]


def _every_customer(session: Session, words: str) -> dict[int, list[Params]]:
    lists = Lists(session)
    lists.ask({
        "companies": list_command(COMPANY, {"%title": words}, _OF_COMPANIES),
        "contacts": list_command(CONTACT, _each_word(words), _OF_CONTACTS),
    })  # fmt: skip
    lists.finish()
    companies, contacts = ([row for row in lists.get(name) if parse.number(row.get("id"))] for name in _LISTS)
    return {
        COMPANY: [item for item in companies if holds(words, item.get("title"))],
        CONTACT: [item for item in contacts if _is_named(item, words)],
    }


def _each_word(words: str) -> dict[str, Any]:
    return {
        str(n): {"logic": "OR", **{str(m): {f"%{name}": word} for m, name in enumerate(parse_customer.CONTACT_NAMES)}}
        for n, word in enumerate(words.split())
    }


def _is_named(contact: Params, words: str) -> bool:
    names = [parse.text(contact.get(name)) for name in parse_customer.CONTACT_NAMES]
    return all(search_words.is_meant(word, *names) for word in words.split())


def ways(words: str, customers: Mapping[int, Collection[int]]) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [{"%title": words}, {"%accountNumber": words}]
    ways += [{"=opportunity": str(amount)} for amount in search_words.amounts(words)]
    ways += [{">=begindate": day.isoformat(), "<=begindate": day.isoformat()} for day in search_words.days(words)]
    for field, entity in (("companyId", COMPANY), ("contactId", CONTACT)):
        if ids := customers.get(entity):
            ways.append({f"@{field}": list(dict.fromkeys(ids))})
    return {"logic": "OR", **{str(n): way for n, way in enumerate(ways)}}


def _fits(item: Params, words: str, customers: Mapping[int, Collection[int]]) -> bool:
    of_customer = (
        parse.number(item.get("companyId")) in customers[COMPANY]
        or parse.number(item.get("contactId")) in customers[CONTACT]
    )
    return of_customer or holds(words, item.get("title"), item.get("accountNumber"))
