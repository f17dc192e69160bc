"""Which Xero item stands for which product of the portal."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from b24xero.db.models import ItemLink, Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.product import Item
from b24xero.errors import Forbidden, Rejected, problem
from b24xero.extensions import db
from b24xero.xero.client import Xero

log = logging.getLogger(__name__)


def missing(organisation: Organisation, product_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the products that have no item, or none any more, each once; 0, a row without a product, is none."""
    wanted = [id for id in dict.fromkeys(product_ids) if id]
    linked = links(organisation, wanted)
    return tuple(id for id in wanted if id not in linked or linked[id].gone)


def links(organisation: Organisation, product_ids: Iterable[int]) -> dict[int, ItemLink]:
    query = select(ItemLink).where(
        ItemLink.organisation_id == organisation.id, ItemLink.bitrix24_id.in_(sorted(set(product_ids)))
    )
    found = {link.bitrix24_id: link for link in db.session.scalars(query)}
    db.session.commit()
    return found


def link(organisation: Organisation, product_id: int, item: Item) -> None:
    """Keep them together from now on; the same once more changes nothing.

    Raises:
        Rejected: the item stands for another product already.
    """
    try:
        with writing():
            add_link(organisation, product_id, item)
    except IntegrityError as error:
        raise Rejected(problem("item_linked_elsewhere", code=item.code)) from error


def add_link(organisation: Organisation, product_id: int, item: Item) -> None:
    """``link``, into the transaction that is open; an IntegrityError when the item stands for another product."""
    known = db.session.scalar(
        select(ItemLink).where(ItemLink.organisation_id == organisation.id, ItemLink.bitrix24_id == product_id)
    )
    if known is None:
        known = ItemLink(organisation_id=organisation.id, bitrix24_id=product_id)
        db.session.add(known)
    known.xero_id = item.id
    _take(known, item)
    db.session.flush()


def _take(known: ItemLink, item: Item | None) -> None:
    """What the item is called and sells under. One that is no longer there keeps that, so that lines which have it stay
    as they are."""
    known.gone, known.read_at = item is None, utc_now()
    if item:
        known.code, known.account, known.tax_type = item.code, item.account, item.tax_type


def refresh(organisation: Organisation, xero: Xero, product_ids: Iterable[int], max_age: timedelta) -> None:
    """Read again what the items of these products sell under, where that is older: one call for all of them, if any,
    and one for each that has its code no more: it has another one now, or is gone.

    Raises:
        Disconnected, RetryLater: Xero's own.
    """
    oldest = utc_now() - max_age
    found = links(organisation, product_ids).values()
    old = [known for known in found if known.read_at is None or known.read_at < oldest]
    if not old:
        return
    try:
        items = {item.id: item for item in xero.items_coded([known.code for known in old])}
        renamed = [xero.item(known.xero_id) for known in old if known.xero_id not in items]
    except Forbidden:
        # Whoever may not read items can write invoices all the same: with what is known of them.
        log.info("items not readable organisation=%s", organisation.id)
        return
    items |= {item.id: item for item in renamed if item}
    with writing():
        for known in old:
            _take(known, items.get(known.xero_id))


def product_of(organisation: Organisation, xero_id: str) -> int | None:
    """The product that an item stands for."""
    query = select(ItemLink.bitrix24_id).where(ItemLink.organisation_id == organisation.id, ItemLink.xero_id == xero_id)
    found = db.session.scalar(query)
    db.session.commit()
    return found


def forget(organisation: Organisation, product_id: int) -> None:
    """The item is gone, or is another product's: look for it anew from now on."""
    with writing():
        db.session.execute(
            delete(ItemLink).where(ItemLink.organisation_id == organisation.id, ItemLink.bitrix24_id == product_id)
        )
