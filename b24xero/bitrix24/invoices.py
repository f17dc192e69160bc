"""How whole invoices, each with its rows and its customer, are put together from few calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import ask_traits, parse, traits
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.customers import Customers, contact_id, owner_of
from b24xero.bitrix24.invoice_list import COMPANY, CONTACT, INVOICE, PAGE, stage_commands
from b24xero.bitrix24.item_list import Owner
from b24xero.bitrix24.paged_lists import MOST_COMMANDS, Lists
from b24xero.bitrix24.reading import Reading, Said
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain.invoice import Invoice, Stage, is_gone
from b24xero.domain.traits import NOTHING, Needs
from b24xero.errors import NotFound

# Rows can be asked for before it is known what the person sees, so one list of invoices and the rows of each travel in
# one call: an invoice and its rows are of the same moment, as when it is read alone.
IN_A_CALL = MOST_COMMANDS - 1
# The customers of so many are read together: of 200, in one call.
GROUP = 1000
# Ids a command: a list has 50 rows a page, and a second page is another call. Who has a requisite too many, or three
# addresses, is not to cost one.
_OWNERS_OF_REQUISITES, _OWNERS_OF_ADDRESSES = 40, 16

_FIELDS = (
    "id", "title", "accountNumber", "begindate", "closedate", "createdTime", "stageId", "opportunity",
    "taxValue", "isManualOpportunity", "currencyId", "companyId", "contactId", "contactIds", "isRecurring",
    "updatedTime", *traits.FIELDS,
)  # fmt: skip


def invoices(
    session: Session, ids: Iterable[int], categories: Sequence[int], reading: Reading | None = None,
    needs: Needs = NOTHING,
) -> dict[int, Invoice]:  # fmt: skip
    """Invoices by id, each exactly as ``Bitrix24.invoice`` gives it: 22 calls for 1,000; see ``groups``."""
    return {id: invoice for group in groups(session, ids, categories, reading, needs) for id, invoice in group.items()}


def gone(session: Session, ids: Iterable[int]) -> frozenset[int]:
    """Those of the invoices that Bitrix24 has no more: a list leaves out what is hidden as well."""
    wanted, found = sorted(set(ids)), set()
    for first in range(0, len(wanted), MOST_COMMANDS):
        chunk = wanted[first : first + MOST_COMMANDS]
        answer = session.batch({f"item_{id}": get_command(INVOICE, id) for id in chunk})
        found |= {id for id in chunk if isinstance(answer.errors.get(f"item_{id}"), NotFound)}
    return frozenset(found)


def groups(
    session: Session, ids: Iterable[int], categories: Sequence[int], reading: Reading | None = None,
    needs: Needs = NOTHING,
) -> Iterator[dict[int, Invoice]]:  # fmt: skip
    """The same, up to 1,000 at a time, each group read when it is asked for: one call for every 49 invoices and few for
    the customers and stages of all, which bring what is left of long invoices too.

    Which requisite an invoice uses cannot be listed, only asked for invoice by invoice. It is asked for those invoices
    alone whose customer leaves a choice (several requisites, or one that is not active): a call for every 50.

    Missing are invoices that this person may not see or that do not exist, recurring templates, and those whose rows
    Bitrix24 refuses: ask for one alone to learn why. Source: facts §3.1, §3.4, §4 (rows that one may not read are left
    out of lists).

    Args:
        reading: what was said before; what it has is asked for its time alone, 2,500 a call, and what was read is
            noted in it.
        needs: what is asked for rules alone: departments come with the customers, sections take one call more.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    wanted, reading = list(dict.fromkeys(ids)), reading or Reading()
    for first in range(0, len(wanted), GROUP):
        yield _group(session, wanted[first : first + GROUP], categories, reading, needs)


def _group(
    session: Session, ids: Sequence[int], categories: Sequence[int], reading: Reading, needs: Needs
) -> dict[int, Invoice]:
    known = _still_so(session, ids, reading, needs)
    lists = Lists(session)
    read = _items(lists, [id for id in ids if id not in known], needs)
    items = {id: known[id].item if id in known else read[id] for id in ids if id in known or id in read}
    if not items:
        return {}
    stages = stage_commands(categories)
    people = ask_traits.people((item.get("assignedById") for item in items.values()), needs)
    customers = customers_of(lists, list(items.values()), {**stages, **people})
    lists.ask({f"link_{id}": link_command(id) for id, item in items.items() if customers.leave_a_choice(item)})
    # A list leaves out what is hidden and what is gone alike, an item alone says which.
    missing = sorted({owner_of(item) for item in items.values() if customers.lacks(item)})
    lists.ask({_name_of(owner): get_command(*owner) for owner in missing})
    lists.finish()
    customers.are_gone(owner for owner in missing if isinstance(lists.errors.get(_name_of(owner)), NotFound))
    by_id = stages_by_id(status for name in stages for status in lists.get(name))
    whole = {id: Said(item, lists.get(f"rows_{id}")) for id, item in read.items() if f"rows_{id}" not in lists.errors}
    for id, said in whole.items():
        reading.note(id, said, lists.began)
    said_of = {**known, **whole}
    found = {
        id: assembled(items[id], said_of[id].rows, customers, lists.get(f"link_{id}"), by_id, needs)
        for id in items
        if id in said_of
    }
    return ask_traits.told(lists, people, found, needs)


def _still_so(session: Session, ids: Sequence[int], reading: Reading, needs: Needs) -> dict[int, Said]:
    """Those that this person still sees and that have not been changed since they were read."""
    known = [id for id in ids if reading.has(id, (*traits.FIELDS, *needs.lists))]
    if len(known) <= IN_A_CALL:
        return {}  # one call brings them whole
    lists = Lists(session)
    asked = {f"times_{chunk[0]}": _list_command(INVOICE, chunk, ("id", "updatedTime")) for chunk in chunks(known, PAGE)}
    lists.ask(asked)
    lists.finish()
    return reading.still_so(row for name in asked for row in lists.result(name))


def _name_of(owner: Owner) -> str:
    return f"missing_{owner[0]}_{owner[1]}"


def _items(lists: Lists, ids: Sequence[int], needs: Needs) -> dict[int, Params]:
    """Those of the invoices that are visible; their rows are asked for beside."""
    asked = {f"items_{chunk[0]}": chunk for chunk in chunks(ids, IN_A_CALL)}
    for name, chunk in asked.items():
        lists.ask(
            {
                name: _list_command(INVOICE, chunk, (*_FIELDS, *needs.lists)),
                **{f"rows_{id}": rows_command(id) for id in chunk},
            }
        )
    for _ in asked:  # further pages of rows come last, together with the customers
        lists.step()
    items = [item for name in asked for item in lists.result(name) if not parse.is_template(item)]
    found = {parse.number(item.get("id")): item for item in items}
    return {id: found[id] for id in ids if id in found}


def customers_of(lists: Lists, items: Sequence[Params], stages: Commands) -> Customers:
    owners = {owner_of(item) for item in items}
    people = {contact_id(item) for item in items}
    asked: dict[str, dict[str, tuple[str, Params]]] = defaultdict(dict)
    for entity, beside in ((COMPANY, set()), (CONTACT, people)):
        own = {id for kind, id in owners if kind == entity}
        for chunk in chunks(own | beside, PAGE):
            asked[f"items_{entity}"][f"customers_{entity}_{chunk[0]}"] = _list_command(entity, chunk, ("*",))
        for chunk in chunks(own, _OWNERS_OF_REQUISITES):
            asked["requisites"][f"requisites_{entity}_{chunk[0]}"] = requisites_command(entity, chunk)
        for chunk in chunks(own, _OWNERS_OF_ADDRESSES):
            asked["addresses"][f"addresses_{entity}_{chunk[0]}"] = addresses_command(entity, chunk)
    for commands in (*asked.values(), stages):
        lists.ask(commands)
    lists.finish()

    def found(kind: str) -> list[Params]:
        return [row for name in asked[kind] for row in lists.get(name)]

    items_of = {entity: found(f"items_{entity}") for entity in (COMPANY, CONTACT)}
    hidden = any(name in lists.errors for name in asked["addresses"])
    return Customers(items_of, found("requisites"), found("addresses"), addresses_hidden=hidden)


def chunks(ids: Iterable[int], size: int) -> list[list[int]]:
    listed = sorted(set(ids) - {0})
    return [listed[first : first + size] for first in range(0, len(listed), size)]


# -- what one invoice and many are made of ----------------------------------------------------------------------------


def assembled(
    item: Params, rows: Iterable[Params], customers: Customers, link: Sequence[Params], stages: Mapping[str, Stage],
    needs: Needs = NOTHING,
) -> Invoice:  # fmt: skip
    """The neutral invoice. ``link``: its requisite link, if it was asked for and found."""
    requisite_id = parse.number(link[0].get("REQUISITE_ID")) if link else 0
    invoice = parse.invoice(item, rows, customers.of(item, requisite_id))
    gone = is_gone(invoice.stage, stages)
    ruled_by = traits.of_item(item, needs, customers.industry_of(item))
    invoice = replace(invoice, customer_gone=customers.is_gone(item), stage_gone=gone, traits=ruled_by)
    stage = stages.get(invoice.stage)
    if stage is None:
        return invoice
    return replace(invoice, stage_name=stage.name, stage_color=stage.color, stage_meaning=stage.meaning)


def stages_by_id(statuses: Iterable[Params]) -> dict[str, Stage]:
    return {stage.id: stage for stage in parse.stages(statuses)}


# -- commands ---------------------------------------------------------------------------------------------------------


def get_command(entity: int, id: Any) -> tuple[str, Params]:
    """What is missing is NOT_FOUND, what is hidden ACCESS_DENIED (source facts §2.3)."""
    return "crm.item.get", {"entityTypeId": entity, "id": id}


def rows_command(invoice_id: int, start: int = 0) -> tuple[str, Params]:
    """Ordered by id, since pages need an order without ties. Source: facts §3.4."""
    return "crm.item.productrow.list", {
        "filter": {"=ownerType": "SI", "=ownerId": invoice_id},
        "order": {"id": "asc"},
        "start": start,
    }


def requisites_command(entity: int, owner: Any) -> tuple[str, Params]:
    """``owner``: one id, a list of them, or a reference. Source: facts §4."""
    return "crm.requisite.list", {
        "filter": {"ENTITY_TYPE_ID": entity, "ENTITY_ID": owner},
        "order": {"SORT": "ASC", "ID": "ASC"},
    }


def addresses_command(entity: int, owner: Any) -> tuple[str, Params]:
    command = {"filter": {"ANCHOR_TYPE_ID": entity, "ANCHOR_ID": owner}}
    # Only pages need an order; the documented call for one owner has none.
    order = {"order": {"TYPE_ID": "ASC", "ENTITY_ID": "ASC"}} if isinstance(owner, list) else {}
    return "crm.address.list", {**command, **order}


def link_command(invoice_id: int) -> tuple[str, Params]:
    return "crm.requisite.link.get", {"entityTypeId": INVOICE, "entityId": invoice_id}


def _list_command(entity: int, ids: Sequence[int], fields: Sequence[str]) -> tuple[str, Params]:
    """One page, uncounted (facts §3.1). ``*`` alone brings e-mails and phones (``fm``)."""
    return "crm.item.list", {
        "entityTypeId": entity,
        "select": list(fields),
        "filter": {"@id": list(ids)},
        "start": -1,
    }
