"""This file knows one person's session with the portal: what is asked, in how few calls, with whose token."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from b24xero.bitrix24 import parse
from b24xero.bitrix24.wire import Batch, ExpiredToken, Params, Ref, batch_of, command, post
from b24xero.errors import Disconnected, RetryLater, problem
from b24xero.invoice import Customer, Invoice, Stage, VatRate
from b24xero.listing import InvoicePage, InvoiceQuery
from b24xero.timing import Pace

INVOICE, COMPANY, CONTACT, REQUISITE = 31, 4, 3, 8
PAGE = 50
# Above so many ids a filter leaves the batch for a call of its own: a batch is a PHP query string, and PHP drops what
# exceeds max_input_vars (1,000 by default) without a word.
MANY_IDS = 200
LONGEST_WAIT = 5.0

_ROW_FIELDS = (
    "id", "title", "accountNumber", "begindate", "closedate", "createdTime", "stageId", "opportunity", "currencyId",
    "companyId", "contactId", "contactIds",
)  # fmt: skip
_ORDERS: Mapping[str, Mapping[str, str]] = {
    "newest": {"begindate": "DESC", "id": "DESC"},
    "oldest": {"begindate": "ASC", "id": "ASC"},
    "number": {"accountNumber": "ASC", "id": "ASC"},
    "largest": {"opportunity": "DESC", "id": "DESC"},
}


class Tokens(Protocol):
    """Where a person's access token comes from."""

    def access(self) -> str:
        """The token to call with; renewed already when its time is known to be over."""

    def renew(self, stale: str) -> str:
        """A token newer than ``stale``."""


@dataclass(frozen=True)
class Identity:
    """Who a token belongs to, and what the sign-in learns beside."""

    user_id: int
    name: str
    is_admin: bool
    category_ids: tuple[int, ...]


@dataclass(frozen=True)
class PortalLists:
    """What set-up needs of the portal."""

    stages: tuple[Stage, ...]
    vat_rates: tuple[VatRate, ...]
    is_admin: bool
    category_ids: tuple[int, ...]


class Bitrix24:
    """Calls for one person. ``categories`` are the invoice pipelines as last seen: stages need no call before."""

    def __init__(
        self, portal_url: str, tokens: Tokens, categories: Sequence[int] = (), pace: Pace | None = None
    ) -> None:
        self._rest = f"{portal_url}/rest/"
        self._tokens = tokens
        self._categories = tuple(categories)
        self._pace = pace or Pace(0, 1)

    # -- questions ----------------------------------------------------------------------------------------------------

    def identity(self) -> Identity:
        """Who I am; one call. Source: facts §6 ``profile``, ``user.admin``; §3.2 ``crm.category.list``."""
        answer = self.batch({"me": ("profile", {}), "admin": ("user.admin", {}), "categories": _CATEGORIES})
        me = answer.result("me")
        if not isinstance(me, Mapping) or not parse.number(me.get("ID")):
            raise Disconnected("bitrix24")  # an inactive user's profile is empty (facts §6)
        name = " ".join(part for part in (parse.text(me.get("NAME")), parse.text(me.get("LAST_NAME"))) if part)
        return Identity(
            user_id=parse.number(me["ID"]),
            name=name or f"#{me['ID']}",
            is_admin=_is_admin(answer, me),
            category_ids=_category_ids(answer),
        )

    def portal_lists(self) -> PortalLists:
        """Stages, tax rates, and whether this person is an admin right now; one call, two when a pipeline is new."""
        answer = self.batch(
            {
                "me": ("profile", {}),
                "admin": ("user.admin", {}),
                "categories": _CATEGORIES,
                "vat": ("catalog.vat.list", {}),
                "old_vat": ("crm.vat.list", {}),
                **self._stage_commands(),
            }
        )
        found = _category_ids(answer)
        if set(found) != set(self._categories):
            self._categories = found
            statuses = _statuses(self.batch(self._stage_commands())) if found else ()
        else:
            statuses = _statuses(answer)
        me = answer.get("me")
        return PortalLists(
            parse.stages(statuses),
            parse.vat_rates(_vat_rows(answer)),
            _is_admin(answer, me if isinstance(me, Mapping) else {}),
            found,
        )

    def invoice(self, invoice_id: int) -> Invoice:
        """The invoice with its rows and its customer: one call, and one more a further 50 rows.

        Raises:
            Forbidden, NotFound: what Bitrix24 itself says of this person and this invoice.
        """
        answer = self.batch({**_invoice_commands(invoice_id), **self._stage_commands()})
        item = answer.result("item")["item"]
        rows = list(answer.result("rows")["productRows"])
        while len(rows) < answer.totals.get("rows", 0) or "rows" in answer.nexts:
            answer_rows = self.batch({"rows": _rows_command(invoice_id, len(rows))})
            more = answer_rows.result("rows")["productRows"]
            rows += more
            if not more or "rows" not in answer_rows.nexts:
                break
        names = {stage.id: stage.name for stage in parse.stages(_statuses(answer))}
        return replace(
            parse.invoice(item, rows, _customer(answer, item)), stage_name=names.get(item.get("stageId"), "")
        )

    def invoice_page(self, query: InvoiceQuery) -> InvoicePage:
        """One page of what this person may see: two calls (the list with the stages; the customers' names), with a
        search one more before them. A page beyond the end gives the last one."""
        condition = self._condition(query)
        first = (query.page - 1) * query.rows
        answer = self._list(query, condition, first)
        total, items = _found(answer, first, query.rows)
        if not items and total and first:
            first = (total - 1) // query.rows * query.rows
            answer = self._list(query, condition, first)
            total, items = _found(answer, first, query.rows)
        names, statuses = self._names(items, with_stages="stages" not in answer)
        stages = parse.stages(answer.get("stages", statuses))
        rows = tuple(parse.invoice_row(item, _name(item, names)) for item in items)
        return InvoicePage(rows, total, first + 1 if rows else 0, stages)

    # -- the list, in steps -----------------------------------------------------------------------------------------

    def _condition(self, query: InvoiceQuery) -> dict[str, Any]:
        condition: dict[str, Any] = {}
        if query.stage:
            condition["=stageId"] = query.stage
        if query.only_ids is not None:
            condition["@id"] = list(query.only_ids) or [0]
        if query.without_ids:
            condition["!@id"] = list(query.without_ids)
        if query.search:
            condition["0"] = self._search(query.search)
        return condition

    def _search(self, words: str) -> dict[str, Any]:
        """Number, title or customer. Customers are looked up first: an invoice holds only their ids."""
        each_word = {
            str(n): {"logic": "OR", "0": {"%name": word}, "1": {"%lastName": word}}
            for n, word in enumerate(words.split())
        }
        found = self.batch(
            {
                "companies": _list_command(COMPANY, {"%title": words}, ("id",)),
                "contacts": _list_command(CONTACT, each_word, ("id",)),
            }
        )
        ways: list[dict[str, Any]] = [{"%title": words}, {"%accountNumber": words}]
        for field, name in (("companyId", "companies"), ("contactId", "contacts")):
            if ids := [item["id"] for item in (found.get(name) or {}).get("items", ())]:
                ways.append({f"@{field}": ids})
        return {"logic": "OR", **{str(n): way for n, way in enumerate(ways)}}

    def _list(self, query: InvoiceQuery, condition: Params, first: int) -> dict[str, Any]:
        """The pages of 50 that hold the wanted rows: ``start`` is floored to them by the portal (facts §3.1)."""
        starts = range(first // PAGE * PAGE, first + query.rows, PAGE)
        order = _ORDERS[query.sort]
        lists = {start: _list_command(INVOICE, condition, _ROW_FIELDS, order, start) for start in starts}
        if max(len(query.only_ids or ()), len(query.without_ids)) > MANY_IDS:
            pages = {start: self.call(*lists[start]) for start in starts}
            return {"pages": {start: (e["result"]["items"], e.get("total", 0)) for start, e in pages.items()}}
        answer = self.batch({**{f"page_{start}": lists[start] for start in starts}, **self._stage_commands()})
        pages = {start: answer.result(f"page_{start}") for start in starts}
        totals = {start: answer.totals.get(f"page_{start}", 0) for start in starts}
        return {
            "pages": {start: (pages[start]["items"], totals[start]) for start in starts},
            "stages": _statuses(answer),
        }

    def _names(self, items: Sequence[Params], *, with_stages: bool) -> tuple[dict[tuple[int, int], str], list[Params]]:
        companies = sorted({parse.number(i.get("companyId")) for i in items} - {0})
        contacts = sorted({parse.contact_id(i) for i in items if not parse.number(i.get("companyId"))} - {0})
        commands: dict[str, tuple[str, Params]] = {}
        for entity, ids, fields in (
            (COMPANY, companies, ("id", "title")),
            (CONTACT, contacts, ("id", "name", "lastName")),
        ):
            for n in range(0, len(ids), PAGE):
                commands[f"{entity}_{n}"] = _list_command(entity, {"@id": ids[n : n + PAGE]}, fields)
        if with_stages:
            commands |= self._stage_commands()
        if not commands:
            return {}, []
        answer = self.batch(commands)
        names = {}
        for key in commands:
            entity = int(key.split("_")[0]) if key[0].isdigit() else 0
            for item in (answer.get(key) or {}).get("items", ()) if entity else ():
                spelt = parse.company_name(item) if entity == COMPANY else parse.contact_name(item)
                names[entity, parse.number(item["id"])] = spelt
        return names, _statuses(answer)

    def _stage_commands(self) -> dict[str, tuple[str, Params]]:
        """Stages hang on a pipeline whose id is the portal's own; ``SMART_INVOICE_STAGE_<id>``, facts §3.3."""
        return {
            f"stages_{category}": (
                "crm.status.list",
                {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": f"SMART_INVOICE_STAGE_{category}"}},
            )
            for category in self._categories
        }

    # -- the wire ---------------------------------------------------------------------------------------------------

    def batch(self, commands: Mapping[str, tuple[str, Params]]) -> Batch:
        """Up to 50 commands as one call. Source: facts §7.5."""
        body = {
            "halt": 0,
            "cmd": {name: command(method, params) for name, (method, params) in commands.items()},
        }
        try:
            return batch_of(self.call("batch", body))
        except ExpiredToken:
            # Some portals report it for each command. The next call renews, because the clock says so.
            return batch_of(self._call_renewed("batch", body, self._tokens.access()))

    def call(self, method: str, params: Params) -> dict[str, Any]:
        """One call with this person's token; an expired one is renewed once and the call repeated."""
        token = self._tokens.access()
        try:
            return self._post(method, params, token)
        except ExpiredToken:
            return self._call_renewed(method, params, token)

    def _call_renewed(self, method: str, params: Params, stale: str) -> dict[str, Any]:
        try:
            return self._post(method, params, self._tokens.renew(stale))
        except ExpiredToken as error:
            raise Disconnected("bitrix24") from error

    def _post(self, method: str, params: Params, token: str) -> dict[str, Any]:
        self._wait_for_a_place()
        return post(self._rest + method, {**params, "auth": token})

    def _wait_for_a_place(self) -> None:
        while wait := self._pace.wait_needed(time.monotonic()):
            if wait > LONGEST_WAIT:
                raise RetryLater(problem("bitrix24_busy"), wait)
            time.sleep(wait)


_CATEGORIES: tuple[str, Params] = ("crm.category.list", {"entityTypeId": INVOICE})


def _list_command(
    entity: int, condition: Params, fields: Iterable[str], order: Params | None = None, start: int = 0
) -> tuple[str, Params]:
    return "crm.item.list", {
        "entityTypeId": entity,
        "select": list(fields),
        "filter": condition,
        "order": order or {"id": "ASC"},
        "start": start,
    }


def _rows_command(invoice_id: int, start: int) -> tuple[str, Params]:
    return "crm.item.productrow.list", {
        "filter": {"=ownerType": "SI", "=ownerId": invoice_id},
        "order": {"sort": "asc"},
        "start": start,
    }


def _invoice_commands(invoice_id: int) -> dict[str, tuple[str, Params]]:
    """Everything of one invoice in one call; the customer through references into the first answer."""
    company, contact = Ref("$result[item][item][companyId]"), Ref("$result[item][item][contactId]")
    commands: dict[str, tuple[str, Params]] = {
        "item": ("crm.item.get", {"entityTypeId": INVOICE, "id": invoice_id}),
        "rows": _rows_command(invoice_id, 0),
        "requisite": ("crm.requisite.link.get", {"entityTypeId": INVOICE, "entityId": invoice_id}),
    }
    for name, entity, ref in (("company", COMPANY, company), ("contact", CONTACT, contact)):
        commands[name] = ("crm.item.get", {"entityTypeId": entity, "id": ref})
        commands[f"{name}_requisites"] = (
            "crm.requisite.list",
            {"filter": {"ENTITY_TYPE_ID": entity, "ENTITY_ID": ref}, "order": {"SORT": "ASC"}},
        )
        commands[f"{name}_addresses"] = (
            "crm.address.list",
            {"filter": {"ANCHOR_TYPE_ID": entity, "ANCHOR_ID": ref}},
        )
    return commands


def _customer(answer: Batch, item: Params) -> Customer | None:
    company = _one(answer.get("company")) if parse.number(item.get("companyId")) else None
    contact = _one(answer.get("contact")) if parse.contact_id(item) else None
    if parse.number(item.get("companyId")) and not company:
        return None  # the company is hidden from this person: its contact is not who owes the money
    side = "company" if company else "contact"
    link = answer.get("requisite")
    return parse.customer(
        company,
        contact,
        _rows(answer.get(f"{side}_requisites")),
        _rows(answer.get(f"{side}_addresses")),
        parse.number(link.get("REQUISITE_ID")) if isinstance(link, Mapping) else 0,
    )


def _one(answer: Any) -> Params | None:
    item = answer.get("item") if isinstance(answer, Mapping) else None
    return item if isinstance(item, Mapping) else None


def _rows(answer: Any) -> list[Params]:
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list) else []


def _found(answer: Params, first: int, count: int) -> tuple[int, list[Params]]:
    pages: Mapping[int, tuple[list[Params], int]] = answer["pages"]
    items = [item for start in sorted(pages) for item in pages[start][0]]
    skip = first - min(pages)
    return max(total for _, total in pages.values()), items[skip : skip + count]


def _name(item: Params, names: Mapping[tuple[int, int], str]) -> str:
    company = parse.number(item.get("companyId"))
    return names.get((COMPANY, company) if company else (CONTACT, parse.contact_id(item)), "")


def _statuses(answer: Batch) -> list[Params]:
    return [status for name in answer.results if name.startswith("stages_") for status in _rows(answer.get(name))]


def _category_ids(answer: Batch) -> tuple[int, ...]:
    listed = answer.get("categories")
    categories = listed.get("categories", ()) if isinstance(listed, Mapping) else ()
    return tuple(parse.number(category["id"]) for category in categories)


def _is_admin(answer: Batch, me: Params) -> bool:
    said = answer.get("admin")
    return said is True if isinstance(said, bool) else me.get("ADMIN") is True


def _vat_rows(answer: Batch) -> list[Params]:
    """The catalogue's rates; the older list where the catalogue refuses or does not exist (facts §5)."""
    listed = answer.get("vat")
    rows = _rows(listed.get("vats")) if isinstance(listed, Mapping) else []
    return rows or _rows(answer.get("old_vat"))
