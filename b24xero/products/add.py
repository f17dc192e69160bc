"""JOB 3, top to bottom: a product typed once comes into both catalogues, each half of it exactly once.

Read it in this order: ``press`` (what "Add product" does), ``_checked`` (everything that can be known before anything
is sent), ``product_steps`` (the three writes), ``finish`` (what "Finish" does with a half).

There is no transaction across two systems. So all steps are planned in one commit, each is sent by itself, and what
was sent without an answer is looked for by its code before it is sent again. The product carries the form's key as its
mark.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any

from b24xero import connections
from b24xero.bitrix24 import product_format
from b24xero.bitrix24.products import Look
from b24xero.db.models import User
from b24xero.db.states import IntentKind
from b24xero.domain.product import Draft, Item, NewProduct
from b24xero.errors import Disconnected, NotFound, Problem, problem
from b24xero.products import add_progress, add_steps, item_links, rules
from b24xero.products.add_progress import Adding
from b24xero.products.add_steps import Work
from b24xero.products.rules import NotRight
from b24xero.runs import history
from b24xero.runs.history import Happening
from b24xero.writes import intents
from b24xero.writes.intents import Write
from b24xero.xero import items

log = logging.getLogger(__name__)


def press(user: User, key: str, draft: Draft, *, link: bool = False) -> Adding:
    """Add a product to both catalogues; pressed twice with one key, it is added once and both see the same.

    Returns:
        How far it came: done, or a half that "Finish" carries on.

    Raises:
        NotRight: fields to put right; nothing was sent.
        Rejected, Forbidden, RetryLater: nothing exists of it.
        Disconnected: from either system; what was begun waits for "Finish".
    """
    work = _work(user, key, draft, link=link)
    if before := add_progress.find(work.organisation, user, key):
        return before
    new, look = _checked(work)
    if not _planned(work, new, look):
        return add_steps.found(work)
    return _told(work)


def finish(user: User, key: str, *, account: str = "", link: bool = False) -> Adding:
    """Carry on with what is missing of an adding.

    Args:
        account: another sales account for the item, where Xero refused the first one.
        link: the item that has the code already is the right one.

    Raises:
        as ``press``.
    """
    work = _work(user, key, Draft(), link=link)
    found = add_steps.found(work)
    if not found.is_open:
        return found
    draft = replace(found.draft, account=account) if account else found.draft
    return _told(replace(work, draft=draft))


def leave(user: User, key: str) -> Adding:
    """Leave a half as it is: what exists stays, what is missing is not made any more."""
    organisation = connections.current_organisation(user)
    found = add_progress.find(organisation, user, key) if organisation else None
    if found is None:
        raise NotFound(problem("not_found"))
    if found.free_at is None:
        intents.settle((row for row in found.rows.values() if row.state in intents.OPEN), "refused")
    return found


def _work(user: User, key: str, draft: Draft, *, link: bool) -> Work:
    xero, organisation = connections.ready_for(user)
    return Work(user, organisation, connections.bitrix24_for(user), xero, key, draft, link)


# -- before anything is sent ------------------------------------------------------------------------------------------


def _checked(work: Work) -> tuple[NewProduct, Look]:
    """One call to each system, and every problem at once."""
    organisation, draft = work.organisation, work.draft
    books, set_up = organisation.books, organisation.set_up
    code = draft.code if len(draft.code) <= rules.LONGEST_CODE else ""
    look = work.bitrix24.look(code)
    in_xero = next(iter(work.xero.items_coded([code])), None) if code else None
    wrong: dict[str, Problem] = {}
    try:
        new = rules.checked(draft, look.offered, books, set_up)
    except NotRight as error:
        wrong |= error.by_field
    if taken := _taken(work, look, in_xero):
        wrong["code"] = taken
    if wrong:
        raise NotRight(wrong, look.offered)
    return new, look


def _taken(work: Work, look: Look, in_xero: Item | None) -> Problem | None:
    """Who has the code already."""
    if look.with_code and in_xero:
        return problem("product_code_in_both", code=work.draft.code)
    if look.with_code:
        return problem("product_code_in_bitrix24", name=look.with_code[0].name)
    if in_xero and not work.link:
        return problem("product_code_in_xero", name=in_xero.name or in_xero.code)
    if in_xero and item_links.product_of(work.organisation, in_xero.id):
        return problem("item_linked_elsewhere", code=in_xero.code)
    return None


def _planned(work: Work, new: NewProduct, look: Look) -> bool:
    """Commit all steps; False when another press of the same form was first."""
    keep = {
        "draft": work.draft.as_json(),
        "price_type": look.offered.price_type,
        "tax_key": new.tax_key,
        "link": work.link,
    }
    bodies: dict[IntentKind, dict[str, Any]] = {"product": product_format.product_body(new, look.offered, work.mark)}
    if not look.offered.old:
        bodies["price"] = product_format.price_body(new, look.offered)
    bodies["item"] = items.body(rules.item_of(new))
    writes = [Write(kind, "create", work.key, body, keep) for kind, body in bodies.items()]
    planned = intents.plan(work.organisation, work.user, writes)
    own = [row.id for row in planned if row]
    if len(own) == len(writes) and not add_progress.is_done_elsewhere(work.organisation, work.key, own):
        return True
    intents.settle((row for row in planned if row), "refused")
    return False


# -- what came of it --------------------------------------------------------------------------------------------------


def _told(work: Work) -> Adding:
    """Carry on, and write down what came of it."""
    began = time.perf_counter()
    try:
        return _noted(work, add_steps.carry_on(work), began)
    except Disconnected as error:
        if error.system == "xero":
            connections.end_xero_login(work.user)
        raise


def _noted(work: Work, found: Adding, began: float) -> Adding:
    seconds = time.perf_counter() - began
    log.info(
        "product key=%s organisation=%s states=%s codes=%s seconds=%.2f", work.key, work.organisation.id,
        ",".join(f"{kind}:{state}" for kind, state in found.states.items()),
        ",".join(p.code for p in found.trouble), seconds,
    )  # fmt: skip
    happened = Happening(
        found.product_id, work.draft.code, "created" if found.is_done else "failed", after=work.draft.name,
        problems=found.trouble, milliseconds=round(seconds * 1000),
    )  # fmt: skip
    history.record_press(happened, "product", work.organisation.id, work.user)
    return found
