"""A product as a row of the products page shows it: its item in Xero in words, and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask import url_for
from flask_babel import gettext, pgettext

from b24xero.db.models import ItemLink
from b24xero.domain.books import Books
from b24xero.domain.product import Item, Product
from b24xero.products import rules
from b24xero.products.add_progress import Adding
from b24xero.web.common.look import StatusLook
from b24xero.web.messages import render
from b24xero.web.messages.render import Note


@dataclass(frozen=True)
class Known:
    """What all rows share. ``there``: the items that were asked for, by code in small letters; None: Xero was not
    asked. ``taken``: the products that these items stand for. ``halves``: addings that are not ended, by product."""

    books: Books
    links: Mapping[int, ItemLink] = field(default_factory=dict)
    there: Mapping[str, Item] | None = None
    taken: Mapping[str, int] = field(default_factory=dict)
    halves: Mapping[int, Adding] = field(default_factory=dict)


@dataclass(frozen=True)
class ProductRow:
    """``status`` is the look of ``words``; ``action``: what its button says, empty where there is nothing to press;
    ``press_url`` where it goes."""

    id: int
    name: str
    code: str
    price: Decimal | None
    currency: str
    tax: str
    status: StatusLook
    words: str
    hints: tuple[str, ...] = ()
    action: str = ""
    press_url: str = ""
    notes: Sequence[Note] = ()
    fresh: bool = False
    half: bool = False


def codes_of(products: Sequence[Product], links: Mapping[int, ItemLink]) -> list[str]:
    """The codes under which items of these products may stand in Xero."""
    own = [product.code for product in products if rules.product_code_problem(product) is None]
    return [*own, *(link.code for link in links.values())]


def row(product: Product, known: Known, notes: Sequence[Note] = (), *, fresh: bool = False) -> ProductRow:
    status, words, hints, action = _standing(product, known)
    half = known.halves.get(product.id)
    url = (
        url_for("adding.finish", key=half.key) if half else url_for("products.make_item", product_id=product.id)
    )  # fmt: skip
    return ProductRow(
        id=product.id,
        name=product.name,
        code=product.code,
        price=product.price,
        currency=product.currency,
        tax=product.vat.name if product.vat else gettext("No VAT"),
        status=status,
        words=words,
        hints=hints,
        action=action,
        press_url=url,
        notes=notes,
        fresh=fresh,
        half=half is not None,
    )


_Standing = tuple[StatusLook, str, tuple[str, ...], str]


def _standing(product: Product, known: Known) -> _Standing:
    """The look, the words, what is said beside, and the next step."""
    link = known.links.get(product.id)
    if product.id in known.halves:
        return "differs", gettext("Half done"), (_missing(known.halves[product.id]),), gettext("Finish")
    if known.there is None:
        return _not_asked(link)
    if link is None:
        return _not_linked(product, known)
    item = known.there.get(link.code.casefold())
    if item is None or item.id != link.xero_id:
        hint = gettext("no item %(code)s in Xero any more", code=link.code)
        return "problem", gettext("Item is gone"), (hint,), pgettext("search in Xero", "Look again")
    if found := rules.differences(product, item):
        return "differs", gettext("Differs"), tuple(render.note(one).text for one in found), ""
    return "ok", gettext("Linked"), (), ""


def _missing(half: Adding) -> str:
    if half.states.get("item") != "done":
        return gettext("not in Xero yet")
    return gettext("no price in Bitrix24 yet")


def _not_asked(link: ItemLink | None) -> _Standing:
    if link:
        return "ok", gettext("Linked"), (gettext("as item %(code)s", code=link.code),), ""
    return "none", gettext("Not looked up"), (), ""


def _not_linked(product: Product, known: Known) -> _Standing:
    item = (known.there or {}).get(product.code.casefold()) if product.code else None
    if item and item.id in known.taken:
        return "info", gettext("Same code found"), (gettext("the item stands for another product"),), ""
    if item:
        return "info", gettext("Same code found"), (gettext("not linked yet"),), gettext("Link")
    if hint := _in_the_way(product, known.books):
        return "none", gettext("No item"), (hint,), ""
    return "none", gettext("No item"), (), gettext("Create in Xero")


def _in_the_way(product: Product, books: Books) -> str:
    """Why it cannot become an item as it is, in a few words."""
    if not product.code:
        return gettext("no code in Bitrix24")
    if rules.product_code_problem(product):
        return gettext("the code is longer than Xero’s 30 characters")
    if rules.product_currency_problem(product, books):
        return gettext(
            "in %(currency)s: Xero items are in %(base)s", currency=product.currency, base=books.base_currency
        )
    return ""
