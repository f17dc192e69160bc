"""How products that are there already get their items in Xero: linked by their code, or created.

Many go together, 50 a call. Each create is an intent of its own under the product's id; one whose answer was lost is
looked for by its code, which Xero keeps unique (Xero facts §5.2), before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from b24xero.db.models import Intent, Organisation, User
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.product import Item, NewItem, Product
from b24xero.domain.set_up import SetUp
from b24xero.errors import NotFound, OutcomeUnknown, Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.products import item_links, rules
from b24xero.writes import intents, sending
from b24xero.writes.intents import Write
from b24xero.xero import items
from b24xero.xero.client import Xero
from b24xero.xero.one_call import MOST_WRITTEN

LINKED_ELSEWHERE = "item_linked_elsewhere"


# unchanged: it had its item.
MadeKind = Literal["created", "linked", "unchanged", "refused", "busy", "unclear"]


@dataclass(frozen=True)
class Made:
    """What came of one product."""

    kind: MadeKind
    code: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Shop:
    """What all products of one press or run share. ``claim``: under which what is created is sent."""

    user: User
    organisation: Organisation
    xero: Xero
    claim: str = ""

    @property
    def books(self) -> Books:
        return self.organisation.books

    @property
    def set_up(self) -> SetUp:
        return self.organisation.set_up


def make(shop: Shop, products: Sequence[Product]) -> dict[int, Made]:
    """An item for each, at most 50: one look at Xero, and one write when something is missing.

    Raises:
        Disconnected, Forbidden, RetryLater: nothing was created; what was linked stays linked.
    """
    links = item_links.links(shop.organisation, [product.id for product in products])
    known = {id: link for id, link in links.items() if not link.gone}
    before = _made_before(shop, products)
    made = {id: Made("created" if id in before else "unchanged", link.code) for id, link in known.items()}
    open_ones = [product for product in products if product.id not in made]
    wrong = {one.id: found for one in open_ones if (found := rules.product_code_problem(one))}
    made |= {id: Made("refused", problems=(found,)) for id, found in wrong.items()}
    open_ones = [product for product in open_ones if product.id not in made]
    there = _there(shop, open_ones)
    for product in open_ones:
        if item := there.get(product.code.casefold()):
            made[product.id] = _linked(shop, product, item)
    missing = [product for product in open_ones if product.id not in made]
    return made | _created(shop, missing)


def _there(shop: Shop, products: Sequence[Product]) -> dict[str, Item]:
    """By code, without regard to case; one call for all of them."""
    codes = [product.code for product in products]
    return {item.code.casefold(): item for item in shop.xero.items_coded(codes)} if codes else {}


def _made_before(shop: Shop, products: Sequence[Product]) -> set[int]:
    """What this very run created before its worker was killed."""
    if not shop.claim:
        return set()
    query = select(Intent.subject).where(
        Intent.organisation_id == shop.organisation.id, Intent.kind == "item", Intent.claim == shop.claim,
        Intent.state == "done", Intent.subject.in_([str(product.id) for product in products]),
    )  # fmt: skip
    found = {int(subject) for subject in db.session.scalars(query)}
    db.session.commit()
    return found


def _linked(shop: Shop, product: Product, item: Item) -> Made:
    """The item has the product's code: that is the link. One that an earlier write of ours made counts as created."""
    sent = intents.open_of(shop.organisation, "item", str(product.id))
    owner = item_links.product_of(shop.organisation, item.id)
    if owner not in (None, product.id):
        return Made("refused", item.code, (problem(LINKED_ELSEWHERE, code=item.code),))
    with writing():
        item_links.add_link(shop.organisation, product.id, item)
        if sent:
            intents.end(sent, "done", item.id)
    return Made("created" if sent else "linked", item.code)


# -- creating ---------------------------------------------------------------------------------------------------------


def _created(shop: Shop, products: Sequence[Product]) -> dict[int, Made]:
    made: dict[int, Made] = {}
    new: dict[int, NewItem] = {}
    for product in products:
        try:
            new[product.id] = rules.item_for(product, shop.set_up, shop.books)
        except Rejected as error:
            made[product.id] = Made("refused", problems=error.problems)
    begun = _begun(shop, new)
    made |= {id: Made("busy", problems=(problem("item_being_made"),)) for id in new.keys() - begun.keys()}
    return made | _sent(shop, [product for product in products if product.id in begun], new, begun)


def _begun(shop: Shop, new: Mapping[int, NewItem]) -> dict[int, Intent]:
    """Each create as sent, under one key; one whose answer was lost is taken up: its code is not in Xero."""
    writes = [Write("item", "create", str(id), items.body(item)) for id, item in new.items()]
    key = intents.new_key()
    begun: dict[int, Intent] = {}
    for id, row in zip(new, intents.begin_all(shop.organisation, shop.user, writes, shop.claim, key), strict=True):
        lost = None if row else intents.open_of(shop.organisation, "item", str(id))
        if row:
            begun[id] = row
        elif lost and intents.take(lost, shop.claim, key=key):
            with writing():
                lost.body, lost.body_hash = items.body(new[id]), intents.body_hash(items.body(new[id]))
            begun[id] = lost
    return begun


def _sent(
    shop: Shop, products: Sequence[Product], new: Mapping[int, NewItem], begun: Mapping[int, Intent]
) -> dict[int, Made]:
    if len(products) > MOST_WRITTEN:
        raise ValueError("at most 50 products at a time")
    if not products:
        return {}
    rows = [begun[product.id] for product in products]
    bodies = [items.body(new[product.id]) for product in products]
    abouts = [{"code": new[product.id].account, "rate": ""} for product in products]
    try:
        with sending.sending(rows) as vendor:
            answers = vendor.answers(lambda: shop.xero.create_items(bodies, rows[0].key, abouts))
            told = zip(products, rows, answers, strict=True)
            return {product.id: _told(shop, product, row, answer) for product, row, answer in told}
    except OutcomeUnknown as error:
        return _looked_for(shop, products, error.problems)
    except (NotFound, Rejected) as error:
        return _refused_together(shop, products, error)


def _told(shop: Shop, product: Product, row: Intent, answer: Item | Rejected) -> Made:
    if isinstance(answer, Rejected):
        intents.settle([row], "refused")
        if any(found.code == "item_code_taken" for found in answer.problems):
            # Made by somebody else since we looked: it is found the next time.
            there = _there(shop, [product]).get(product.code.casefold())
            if there:
                return _linked(shop, product, there)
        return Made("refused", problems=rules.of_items(answer.problems))
    with writing():
        intents.end(row, "done", answer.id)
        item_links.add_link(shop.organisation, product.id, answer)
    return Made("created", answer.code)


def _looked_for(shop: Shop, products: Sequence[Product], why: tuple[Problem, ...]) -> dict[int, Made]:
    """After a lost answer: what landed is linked, the rest stays unclear until somebody looks again."""
    there = _there(shop, products)
    return {
        one.id: _linked(shop, one, item) if (item := there.get(one.code.casefold())) else Made("unclear", problems=why)
        for one in products
    }


def _refused_together(shop: Shop, products: Sequence[Product], error: Rejected | NotFound) -> dict[int, Made]:
    """One of them spoils the call: each by itself, so that it harms nobody else."""
    if len(products) == 1:
        return {products[0].id: Made("refused", problems=rules.of_items(error.problems))}
    made: dict[int, Made] = {}
    for product in products:
        made |= _created(shop, [product])
    return made
