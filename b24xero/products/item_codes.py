"""Which items the rows of invoices carry to Xero, and makes missing ones where the set-up wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from b24xero.bitrix24.client import Bitrix24
from b24xero.db.models import ItemLink, Organisation
from b24xero.domain.invoice import Invoice, LineItem
from b24xero.errors import Problem, problem
from b24xero.products import create_items, item_links
from b24xero.products.create_items import Shop
from b24xero.xero.client import Xero

# What ``item_making.make`` takes at a time.
AT_ONCE = 50
# So old may be what an item sells under: a run reads it in one call for many, a press seldom pays for it.
RUN_AGE, PRESS_AGE = timedelta(days=1), timedelta(days=7)
# Whoever asks what would come of a press is told what is so now.
TOLD_AGE = timedelta()


def coded(organisation: Organisation, invoices: Iterable[Invoice]) -> list[Invoice]:
    """The invoices with the items that their products have, as last read; one question to the database."""
    listed = list(invoices)
    links = item_links.links(organisation, product_ids(listed))
    return [_coded(invoice, links) for invoice in listed] if links else listed


def _coded(invoice: Invoice, links: Mapping[int, ItemLink]) -> Invoice:
    rows = (_of_item(row, links.get(row.product_id)) for row in invoice.line_items)
    return replace(invoice, line_items=tuple(rows))


def _of_item(row: LineItem, link: ItemLink | None) -> LineItem:
    if link is None:
        return replace(row, item_code="", item_account="", item_tax_type="", item_read_at=None, item_gone=False)
    return replace(
        row, item_code=link.code, item_account=link.account, item_tax_type=link.tax_type, item_read_at=link.read_at,
        item_gone=link.gone,
    )  # fmt: skip


def read(organisation: Organisation, xero: Xero, invoices: Iterable[Invoice], max_age: timedelta) -> list[Invoice]:
    """As ``coded``, with what the items sell under read from Xero where it is older: one call, seldom.

    Raises:
        Disconnected, RetryLater: Xero's own.
    """
    listed = list(invoices)
    item_links.refresh(organisation, xero, product_ids(listed), max_age)
    return coded(organisation, listed)


def product_ids(invoices: Iterable[Invoice]) -> list[int]:
    """The products of their rows, each once; rows of free text have none."""
    return list(dict.fromkeys(row.product_id for one in invoices for row in one.line_items if row.product_id))


def fill(shop: Shop, bitrix24: Bitrix24, invoices: Sequence[Invoice]) -> dict[int, Problem]:
    """Make the items that the products of these invoices lack, if the set-up wants that; what to tell of the products
    whose item could not be made. Their rows go without one: that is no reason to keep an invoice back.

    Raises:
        Disconnected, Forbidden, RetryLater: nothing was made; what was linked stays linked.
    """
    if not shop.set_up.missing_items:
        return {}
    wanted = item_links.missing(shop.organisation, product_ids(invoices))
    told: dict[int, Problem] = {}
    for first in range(0, len(wanted), AT_ONCE):
        products = bitrix24.products(wanted[first : first + AT_ONCE])
        names = {product.id: product.name for product in products}
        made = create_items.make(shop, products)
        told |= {id: problem("item_not_made", name=names[id]) for id, one in made.items() if one.problems}
    return told


def notes(invoice: Invoice, told: Mapping[int, Problem]) -> tuple[Problem, ...]:
    """What is to be told of this invoice's products."""
    return tuple(told[id] for id in product_ids([invoice]) if id in told)
