"""What one person asks the portal's catalogue, and how a product is made in it, in few calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from b24xero.bitrix24 import invoice_search, parse, product_format, product_list
from b24xero.bitrix24.batch import Params
from b24xero.bitrix24.product_format import Json
from b24xero.bitrix24.product_list import EVERY, PAGE, Command, Lists, Wanted
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.wire import PRESS_TIMEOUT
from b24xero.domain.product import Catalogue, Product
from b24xero.domain.queries import ProductPage, ProductQuery
from b24xero.errors import OutcomeUnknown, problem
from b24xero.outbound import odd_rows


@dataclass(frozen=True)
class Look:
    """What the portal offers, and its products that have a code; without their prices where these stand apart."""

    offered: Catalogue
    with_code: tuple[Product, ...] = ()


def look(session: Session, code: str = "") -> Look:
    """What a new product may have, and who has this code already: one call, on an old portal two.

    Raises:
        Forbidden: this person may not see the catalogue. Rejected: there is none.
    """
    wanted: Wanted = {"code": ({"code": code}, (0,))} if code else {}
    with odd_rows.none_may_be_missing("bitrix24"):
        lists = product_list.read(session, wanted, with_choices=True)
    found = _products(lists.found.get("code", []), lists.offered, ())
    return Look(lists.offered, tuple(one for one in found if one.code.casefold() == code.casefold()))


def product_page(session: Session, query: ProductQuery) -> ProductPage:
    """One page of products, each with its base price: two calls. A page beyond the end gives the last one.

    The catalogue's filters are not documented to know OR [U], so the products whose code matches a search are a list of
    their own, at most 50, and stand before those whose name does.
    """
    first = (query.page - 1) * query.rows
    lists = product_list.read(session, _wanted(query, first))
    if invoice_search.needs_a_look(query.search):
        lists = _looked_through(lists, query.search)
    before = _only_by_code(lists, query.search) if query.search else []
    total = len(before) + lists.totals["name"]
    if total and first >= total:
        return product_page(session, ProductQuery((total - 1) // query.rows + 1, query.rows, query.search))
    rows = before[first : first + query.rows]
    rows += lists.window("name", max(0, first - len(before)), query.rows - len(rows))
    return ProductPage(_priced(session, rows, lists.offered), total, first + 1 if rows else 0)


def products(session: Session, ids: Sequence[int]) -> tuple[Product, ...]:
    """These products with their prices, without those that this person may not see: two calls for every 250."""
    found: list[Product] = []
    for begin in range(0, len(ids), 5 * PAGE):
        chunk = list(ids[begin : begin + 5 * PAGE])
        parts = {f"part{n}": chunk[n : n + PAGE] for n in range(0, len(chunk), PAGE)}
        lists = product_list.read(session, {name: ({"id": part}, (0,)) for name, part in parts.items()})
        rows = [row for name in parts for row in lists.found[name]]
        found += [one for one in _priced(session, rows, lists.offered) if one.id in chunk]
    return tuple(found)


# -- writing ----------------------------------------------------------------------------------------------------------


def send(session: Session, body: Params) -> int:
    """Make what a body of ``goods`` says; the id that it got.

    Raises:
        Rejected, Forbidden, RetryLater, Disconnected: certainly not made.
        OutcomeUnknown: look for it before sending it again.
    """
    call = session.call(str(body["method"]), {"fields": body["fields"]}, writes=True, timeout=PRESS_TIMEOUT)
    made = product_format.made_id(call["result"])
    if not made:
        raise OutcomeUnknown(problem("bitrix24_unclear"))
    return made


def price_of(session: Session, product_id: int, price_type: int) -> tuple[int, Decimal, str] | None:
    """The product's base price: its id, amount and currency; None where it has none. One call."""
    method, params = _price_list([product_id], price_type)
    with odd_rows.none_may_be_missing("bitrix24"):
        rows = product_format.rows(session.call(method, params)["result"], "prices")
    found = product_format.prices(rows).get(product_id)
    if found is None:
        return None
    return parse.number(found.get("id")), parse.price(found.get("price")), parse.text(found.get("currency"))


# -- pages and prices -------------------------------------------------------------------------------------------------


def _wanted(query: ProductQuery, first: int) -> Wanted:
    """Found by code are at most a page, so those found by name may begin that much earlier than the page itself."""
    if not query.search:
        return {"name": ({}, _starts(first, first + query.rows))}
    if invoice_search.needs_a_look(query.search):
        return {name: ({f"%{name}": query.search}, EVERY) for name in ("code", "name")}
    return {
        "code": ({"%code": query.search}, (0,)),
        "name": ({"%name": query.search}, _starts(first - PAGE, first + query.rows)),
    }


def _starts(first: int, end: int) -> tuple[int, ...]:
    """The pages of 50 that hold these rows: ``start`` is floored to them by the portal (facts §3.1)."""
    return tuple(range(max(0, first) // PAGE * PAGE, end, PAGE))


def _looked_through(lists: Lists, words: str) -> Lists:
    """ "%" and "_" are themselves here, and anything for the portal (facts §10.4)."""
    found = {
        name: [row for row in rows if invoice_search.holds(words, row.get(name) or row.get(name.upper()))]
        for name, rows in lists.found.items()
    }
    return replace(lists, found=found, totals={name: len(rows) for name, rows in found.items()})


def _only_by_code(lists: Lists, words: str) -> list[Json]:
    """Those whose name matches as well come with their name."""
    names = ((row, parse.text(row.get("name") or row.get("NAME"))) for row in lists.found["code"])
    return [row for row, name in names if words.casefold() not in name.casefold()]


def _priced(session: Session, rows: Sequence[Json], offered: Catalogue) -> tuple[Product, ...]:
    if offered.old or not rows:
        return _products(rows, offered, ())
    ids = [parse.number(row.get("id")) for row in rows]
    parts = {f"prices_{n}": _price_list(ids[n : n + PAGE], offered.price_type) for n in range(0, len(ids), PAGE)}
    answer = session.batch(parts)
    return _products(
        rows, offered, [price for name in parts for price in product_format.rows(answer.get(name), "prices")]
    )


def _products(rows: Sequence[Json], offered: Catalogue, prices: Sequence[Json]) -> tuple[Product, ...]:
    if offered.old:
        return tuple(product_format.old_product(row, offered) for row in rows)
    priced = product_format.prices(prices)
    return tuple(product_format.product(row, offered, priced.get(parse.number(row.get("id")))) for row in rows)


def _price_list(ids: Sequence[int], price_type: int) -> Command:
    return "catalog.price.list", {
        "filter": {"@productId": list(ids), "catalogGroupId": price_type},
    }
