"""Whether a person may change an invoice: asked by an update that Bitrix24 refuses whoever sends it."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.invoice_list import INVOICE
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.wire import NotValid
from b24xero.errors import Forbidden

log = logging.getLogger(__name__)

MOST_COMMANDS = 50  # a batch (facts §7.5)
# No portal can have it: the code of a currency has three characters.
NO_CURRENCY = "no currency"


def command(invoice_id: int) -> tuple[str, Params]:
    """An update that changes nothing. The server looks at the right before the values, and refuses a currency that the
    portal does not have before anything is saved. Source: source facts §2.3 ``crm.item.update``."""
    return "crm.item.update", {"entityTypeId": INVOICE, "id": invoice_id, "fields": {"currencyId": NO_CURRENCY}}


def said(answer: Batch, name: str) -> bool | None:
    """What came of the command. None: Bitrix24 did not say, since something else was in the way of it."""
    error = answer.errors.get(name)
    if isinstance(error, NotValid) or name in answer.results:  # carried out: no portal should, and whoever it lets may
        return True
    if isinstance(error, Forbidden) and [p.code for p in error.problems] == ["bitrix24_forbidden"]:
        return False
    log.warning("right to change not said command=%s error=%s", name, error)
    return None


def may_change(session: Session, ids: Iterable[int]) -> dict[int, bool | None]:
    """By invoice: one call for every 50.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater: of the whole call.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[int, bool | None] = {}
    for first in range(0, len(wanted), MOST_COMMANDS):
        chunk = wanted[first : first + MOST_COMMANDS]
        answer = session.batch({f"right_{id}": command(id) for id in chunk})
        found |= {id: said(answer, f"right_{id}") for id in chunk}
    return found
