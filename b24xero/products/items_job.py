"""Create in Xero for products of the catalogue: one in a press, many as a run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from b24xero import connections
from b24xero.db.models import SyncRun, User
from b24xero.db.states import Outcome
from b24xero.db.transactions import writing
from b24xero.domain.product import Product
from b24xero.errors import Disconnected, NotFound, OutcomeUnknown, Problem, problem
from b24xero.products import create_items, item_links
from b24xero.products.create_items import Made, MadeKind, Shop
from b24xero.runs import asked, failures, history, lifecycle
from b24xero.runs.history import Happening, add_to_run
from b24xero.runs.pieces import Pieces
from b24xero.writes import claims

CHUNK = 50
# create_items.Made.kind: what Activity counts it as
_OUTCOMES: dict[MadeKind, Outcome] = {
    "created": "created", "linked": "linked", "unchanged": "unchanged", "refused": "rejected", "busy": "skipped",
    "unclear": "failed",
}  # fmt: skip


def press(user: User, product_id: int) -> tuple[Product, Made]:
    """An item for one product, in this request.

    Raises:
        NotFound: this person does not see such a product. Rejected: the set-up is missing.
        Disconnected, Forbidden, RetryLater.
    """
    began = time.perf_counter()
    xero, organisation = connections.ready_for(user)
    product = next(iter(connections.bitrix24_for(user).products([product_id])), None)
    if product is None:
        raise NotFound(_not_shown(user))
    made = _made(Shop(user, organisation, xero), product)
    happened = _happening(product.id, product, made, time.perf_counter() - began)
    history.record_press(happened, "items", organisation.id, user)
    return product, made


def _made(shop: Shop, product: Product) -> Made:
    try:
        _put_right(shop, product)
        return create_items.make(shop, [product])[product.id]
    except Disconnected as error:
        if error.system == "xero":
            connections.end_xero_login(shop.user)
        raise


def _put_right(shop: Shop, product: Product) -> None:
    """Our link, where the item was given another code in Xero, or was deleted there."""
    link = item_links.links(shop.organisation, [product.id]).get(product.id)
    if link is None:
        return
    item = shop.xero.item(link.xero_id)
    if item is None:
        item_links.forget(shop.organisation, product.id)
    elif item.code != link.code:
        item_links.link(shop.organisation, product.id, item)


def ask(user: User, ids: Sequence[int]) -> SyncRun:
    """The same for many: a run.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing, or such a run is under way already.
    """
    _xero, organisation = connections.ready_for(user)
    return lifecycle.ask(user, organisation, asked.Items(tuple(dict.fromkeys(ids))), unless="items")


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run, to its end or to a pause."""
    xero, organisation = failures.reached(run)
    shop = Shop(run.user, organisation, xero, claims.of_run(run))
    stopped = Pieces(run).all_of(asked.of(run, asked.Items).ids, CHUNK, partial(_chunk, run, shop))
    lifecycle.end(run, "stopped" if stopped else "finished")


def _chunk(run: SyncRun, shop: Shop, ids: Sequence[int]) -> None:
    """One look at the catalogue, one at Xero, one write; then the entries. What is unclear is looked for again.

    Raises:
        OutcomeUnknown: the run rests, and does this chunk once more.
    """
    began = time.perf_counter()
    products = {product.id: product for product in connections.bitrix24_for(run.user).products(ids)}
    made = create_items.make(shop, list(products.values()))
    if unclear := [one for one in made.values() if one.kind == "unclear"]:
        raise OutcomeUnknown(unclear[0].problems)
    seconds = (time.perf_counter() - began) / len(ids)
    hidden = Made("refused", problems=(_not_shown(run.user),))
    happened = [_happening(id, products.get(id), made.get(id, hidden), seconds) for id in ids]
    with writing():
        lifecycle.advance(run, len(ids))
        add_to_run(run, happened)


def _not_shown(user: User) -> Problem:
    """To an administrator Bitrix24 shows every product that it has, so what is missing is gone."""
    return problem("product_gone" if user.is_admin else "product_not_found")


def _happening(product_id: int, product: Product | None, made: Made, seconds: float) -> Happening:
    number = (product.code or product.name) if product else f"#{product_id}"
    return Happening(
        product_id, number, _OUTCOMES[made.kind], after=made.code, problems=made.problems,
        milliseconds=round(seconds * 1000),
    )  # fmt: skip
