"""This file knows how an invoice comes into Xero once: intent, call, result, and what to do when the answer is lost.

A create is the one write that could make a double, so its very words and their key are committed before they are sent.
After any unclear answer the invoice is looked for in Xero before anything is sent again (Xero facts §6.3).
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from b24xero import links
from b24xero.errors import NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.models import InvoiceLink
from b24xero.work import Push
from b24xero.xero.answers import XeroInvoice
from b24xero.xero.payload import Mark, Written

# Xero keeps a key's first answer for six minutes (facts §6.2); within it the same words may be sent again safely.
KEY_LIFE = timedelta(minutes=5)
# A lost answer may belong to a write that is still landing: look a moment later (facts §6.3).
LOOK_AFTER = 1.0


def intent(written: Written, contact_id: str, status: str | None) -> dict[str, Any]:
    """What is kept of a create before it is sent: its very words, and what to remember when it has landed."""
    return {
        "body": written.to_create(contact_id, status),
        "fingerprint": written.fingerprint(contact_id),
        "row_ids": list(written.row_ids),
    }


def send_create(work: Push, pending: dict[str, Any], key: str) -> None:
    """The one place that creates an invoice: intent, call, result."""
    links.begin_sending(work.link, pending, key, work.now)
    try:
        said = work.xero.create_invoice(pending["body"], key, work.about)
    except OutcomeUnknown:
        links.set_state(work.link, "unclear")
        time.sleep(LOOK_AFTER)
        if not _adopt_pending(work):
            raise
        return
    except Rejected as error:
        refused(work, error)
        return
    except NotFound as error:
        # Xero answers so for an invoice of a contact that it no longer has (facts §5.1).
        links.set_state(work.link, "new", **links.clear_pending())
        raise Rejected(problem("contact_gone", **work.about)) from error
    except BaseException:
        # Not carried out: not connected, no right, over the limit. Nothing is pending.
        links.set_state(work.link, "new", **links.clear_pending())
        raise
    landed(work, said, pending)


def refused(work: Push, error: Rejected) -> None:
    """A number that is taken may be taken by our own lost write: look, adopt or say whose it is."""
    if any(p.code == "number_taken" for p in error.problems):
        links.set_state(work.link, "unclear")
        if _adopt_pending(work):
            return
    links.set_state(work.link, "refused", **links.clear_pending())
    raise error


def is_unclear(link: InvoiceLink) -> bool:
    """A create was sent and nobody knows whether it landed."""
    return link.state in ("sent", "unclear") and link.pending is not None and not link.xero_id


def resolve(work: Push) -> None:
    """A create whose answer was lost: find it, or send the very same words again while Xero still knows their key."""
    pending, sent_at, key = work.link.pending, work.link.sent_at, work.link.idempotency_key
    if _adopt_pending(work):
        return
    if pending and sent_at and key and work.now - sent_at < KEY_LIFE and not Mark.of(pending["body"]).number:
        # Where Xero numbers nothing but the key keeps a late first write and this one apart.
        send_create(work, pending, key)
        return
    # Where the number is ours Xero refuses a second one, so a fresh start is safe at once.
    links.set_state(work.link, "new", **links.clear_pending())


def _adopt_pending(work: Push) -> bool:
    pending = work.link.pending
    if pending is None:
        return False
    try:
        found = find_ours(work, Mark.of(pending["body"]))
    except RetryLater as error:
        # Not looked, so still not known: "try again later, nothing was written" would be a guess.
        raise OutcomeUnknown(problem("xero_unclear")) from error
    if found is None:
        return False
    landed(work, found, pending)
    return True


def find_ours(work: Push, mark: Mark) -> XeroInvoice | None:
    """Our invoice in Xero, known by its address back to Bitrix24: that is ours alone, a number may be anybody's."""
    if mark.number:
        found = work.xero.invoices_numbered(mark.number)
    else:
        found = work.xero.invoices_referring(mark.reference)
    return next((invoice for invoice in found if invoice.url == mark.url), None)


def landed(work: Push, said: XeroInvoice, pending: dict[str, Any]) -> None:
    links.record_written(work.link, said, work.user, work.now, pending["fingerprint"], pending["row_ids"], "created")
