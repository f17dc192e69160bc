"""The writes of an adding, one after the other: a product, its price, its item, each sent once.

A step is taken, sent and ended, each in a commit of its own. One that was sent before without an answer is looked for
first. What goes wrong with one half keeps nobody from the other; it stays open with its reason, for "Finish".
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import IntegrityError

from b24xero.bitrix24 import products
from b24xero.bitrix24.client import Bitrix24
from b24xero.db.models import Intent, Organisation, User
from b24xero.db.states import IntentKind, IntentState
from b24xero.db.transactions import writing
from b24xero.domain.product import Draft, Item
from b24xero.errors import Disconnected, JobError, NotFound, OutcomeUnknown, Rejected, problem
from b24xero.extensions import db
from b24xero.products import add_progress, item_links, rules
from b24xero.products.add_progress import STEPS, Adding
from b24xero.writes import intents, sending
from b24xero.xero import items
from b24xero.xero.client import Xero

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Work:
    """One adding on its way. ``link``: an item that has the code already is to be this product's."""

    user: User
    organisation: Organisation
    bitrix24: Bitrix24
    xero: Xero
    key: str
    draft: Draft
    link: bool = False

    @property
    def mark(self) -> str:
        """What the product carries, so that it is known again without a doubt."""
        return f"b24xero:{self.key}"


def found(work: Work) -> Adding:
    """How far it is.

    Raises:
        NotFound: nothing is known of it.
    """
    far = add_progress.find(work.organisation, work.user, work.key)
    if far is None:
        raise NotFound(problem("not_found"))
    return far


def carry_on(work: Work) -> Adding:
    """Each step that is open, in order, as far as it goes.

    Raises:
        Rejected, Forbidden, NotFound, RetryLater: nothing exists of it, and nothing is left open.
        Disconnected: from either system, after what could be done without it.
    """
    ended: Disconnected | None = None
    for kind in STEPS:
        far = found(work)
        row = far.rows.get(kind)
        if row is None or row.state not in intents.OPEN:
            continue
        try:
            if not _WAYS[kind](work, far, row):
                break  # somebody else is at it
        except JobError as error:
            log.warning("product key=%s step=%s error=%s", work.key, kind, error)
            ended = error if isinstance(error, Disconnected) else ended
            if kind == "product":
                _leave_no_trace(work, error)
                break
    if ended:
        raise ended
    return found(work)


def _leave_no_trace(work: Work, error: JobError) -> None:
    """Nothing exists of it: then no half is left behind. Whoever typed it still has the form."""
    far = found(work)
    if not far.has_something:
        intents.settle((row for row in far.rows.values() if row.state in intents.OPEN), "refused")
        raise error


# -- the three writes -------------------------------------------------------------------------------------------------


def _product(work: Work, far: Adding, row: Intent) -> bool:
    def look() -> str:
        there = work.bitrix24.look(work.draft.code).with_code
        ours = (one for one in there if one.mark == work.mark or (not one.mark and one.name == work.draft.name))
        if there and not (made := next(ours, None)):
            # Old portals take a second product with the code without a word.
            raise Rejected(problem("product_code_in_bitrix24", name=there[0].name))
        return str(made.id) if there and made else ""

    def done(made: str) -> None:
        intents.settle([row], "done", made)

    return _step(row, look, lambda: str(products.send(work.bitrix24, row.body or {})), done)


def _price(work: Work, far: Adding, row: Intent) -> bool:
    wanted: dict[str, Any] = (row.body or {})["fields"]

    def look() -> str:
        there = products.price_of(work.bitrix24, far.product_id, row.keep["price_type"])
        same = there and there[1:] == (Decimal(str(wanted["price"])), wanted["currency"])
        return str(there[0]) if there and same else ""

    def send() -> str:
        fields = {"productId": far.product_id, **wanted}
        return str(products.send(work.bitrix24, {**(row.body or {}), "fields": fields}))

    return _step(row, look, send, lambda made: intents.settle([row], "done", made))


def _item(work: Work, far: Adding, row: Intent) -> bool:
    """The item, and the link that makes it this product's, in one commit."""
    link = work.link or bool(row.keep.get("link"))
    made: list[Item] = []

    def look() -> str:
        there = next(iter(work.xero.items_coded([work.draft.code])), None)
        ours = there and item_links.product_of(work.organisation, there.id) == far.product_id
        if there and not (ours or link or items.is_of(there, row.body or {})):
            raise Rejected(problem("product_code_in_xero", name=there.name or there.code))
        made[:] = [there] if there else []
        return there.id if there else ""

    def send() -> str:
        if link and (there := look()):
            return there
        made[:] = [_created(work, row)]
        return made[0].id

    def done(_id: str) -> None:
        _link(work, far, row, made[0])

    return _step(row, look, send, done)


def _created(work: Work, row: Intent) -> Item:
    """With the account and the tax rate as they are chosen now: the first ones may be what Xero refused."""
    set_up = work.organisation.set_up
    tax_type = set_up.taxes.get(row.keep.get("tax_key", ""), "")
    body = items.adjusted(row.body or {}, work.draft.account, tax_type)
    if body != row.body:
        with writing():
            row.body, row.body_hash = body, intents.body_hash(body)
    try:
        return work.xero.create_item(body, row.key, {"code": work.draft.account, "rate": ""})
    except Rejected as error:
        raise Rejected(rules.of_items(error.problems)) from error


def _link(work: Work, far: Adding, row: Intent, item: Item) -> None:
    try:
        with writing():
            intents.end(row, "done", item.id)
            item_links.add_link(work.organisation, far.product_id, item)
    except IntegrityError as error:
        db.session.refresh(row)
        db.session.commit()
        raise Rejected(problem("item_linked_elsewhere", code=item.code)) from error


_WAYS: dict[IntentKind, Callable[[Work, Adding, Intent], bool]] = {"product": _product, "price": _price, "item": _item}


# -- how a step goes --------------------------------------------------------------------------------------------------


def _step(row: Intent, look: Callable[[], str], send: Callable[[], str], done: Callable[[str], None]) -> bool:
    """One step, once; False when somebody else is at it.

    Args:
        look: finds what was made of it, "" when nothing. send: makes it. Both give its id, for ``done``.

    Raises:
        JobError: what was in the way; the step stays open.
    """
    was_sent = row.state != "planned"
    if not intents.take(row, key=intents.new_key()):
        return False
    try:
        made = _looked(row, look) if was_sent else ""
        with sending.sending([row], undone="planned") as vendor:
            done(made or vendor.answers(send))
    except (OutcomeUnknown, Rejected) as error:
        _look_again(row, error, look, done)
    except JobError as error:
        _leave_open(row, row.state, error)
        raise
    return True


def _looked(row: Intent, look: Callable[[], str]) -> str:
    """What came of an earlier try; where it cannot be seen, that stays unclear."""
    with sending.sending([row], undone="unclear"):
        return look()


def _look_again(row: Intent, error: JobError, look: Callable[[], str], done: Callable[[str], None]) -> None:
    """After a lost answer, and after a refusal: an earlier try of ours may be its reason."""
    lost = isinstance(error, OutcomeUnknown)
    if lost:
        time.sleep(sending.LOOK_AFTER)
    try:
        made = look()
        if made:
            done(made)
            return
    except Rejected as refused:  # what stands there is somebody else's
        error, lost = refused, False
    except JobError as not_seen:
        log.warning("product step=%s not looked for: %s", row.kind, not_seen)
    _leave_open(row, "unclear" if lost else "planned", error)
    raise error


def _leave_open(row: Intent, state: IntentState, error: JobError) -> None:
    with writing():
        row.keep = {**row.keep, "trouble": [p.as_json() for p in error.problems]}
        intents.end(row, state)
