"""What a refusal rested on though it was only remembered: the books, items, a contact. Read again before it is told."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from b24xero import connections
from b24xero.db.models import Organisation, User, utc_now
from b24xero.domain.books import Books
from b24xero.domain.invoice import Invoice
from b24xero.errors import JobError, Problem
from b24xero.products import item_codes
from b24xero.push import remembered
from b24xero.push.case import NOT_LINKED
from b24xero.push.context import Outcome, Push
from b24xero.push.policy import Decision

log = logging.getLogger(__name__)

_OLD_BOOKS = {
    "account_dead", "tax_rate_dead", "tax_rate_mismatch", "currency_missing", "date_locked", "date_locked_in_xero",
    "rounding_account_missing", "rule_account_gone", "rule_theme_gone", "rule_option_gone",
}  # fmt: skip
_OLD_ITEMS = {"item_gone"}
_OLD_CONTACT = {"contact_archived", "contact_gone"}
# What was read so lately is told as it is, so that many refusals cost no call each.
YOUNG = timedelta(minutes=1)


def rests_on_books(problems: Iterable[Problem]) -> bool:
    return any(one.code in _OLD_BOOKS for one in problems)


def decisions(user: User, organisation: Organisation, invoices: Sequence[Invoice]) -> dict[int, Decision]:
    """As ``remembered.decisions``, and anew where one of them rests on books that say something else by now."""
    books = organisation.books
    found = remembered.decisions(organisation, invoices, books.day(utc_now()))
    if not any(rests_on_books((*one.problems, *one.against)) for one in found.values()):
        return found
    newer = newer_books(user, organisation, books)
    return remembered.decisions(organisation, invoices, newer.day(utc_now())) if newer else found


def newer_books(user: User, organisation: Organisation, known: Books, max_age: timedelta = YOUNG) -> Books | None:
    """The books as Xero has them now; None where they say what we know, or cannot be read."""
    try:
        newer = connections.refreshed_books(user, organisation, max_age)
    except JobError as error:
        log.warning("books not read organisation=%s error=%s", organisation.id, error)
        return None
    return newer if newer != known else None


def worth_another(work: Push, outcome: Outcome) -> Push | None:
    """The same push under what is known better now, when its refusal rested on something that we remembered."""
    codes = {p.code for p in outcome.problems}
    if codes & _OLD_CONTACT and work.customers.forget(work.invoice.customer):
        return replace(work, contact_id=NOT_LINKED)
    newer = newer_books(work.user, work.organisation, work.books, timedelta()) if codes & _OLD_BOOKS else None
    if not codes & _OLD_ITEMS:
        return replace(work, books=newer) if newer else None
    return next((replace(again, books=newer or work.books) for again in _with_items_of_now([work])), None)


def worth_another_of_many(works: Sequence[Push], outcomes: Mapping[int, Outcome]) -> list[Push]:
    """The same for the works of one chunk, whatever it costs for each at one price for all."""
    codes = {
        work.invoice.id: {p.code for p in outcomes[work.invoice.id].problems}
        for work in works
        if work.invoice.id in outcomes and outcomes[work.invoice.id].kind == "refused"
    }
    refused = [work for work in works if work.invoice.id in codes]
    by_books = [work for work in refused if codes[work.invoice.id] & _OLD_BOOKS]
    newer = newer_books(by_books[0].user, by_books[0].organisation, by_books[0].books) if by_books else None
    by_items = [work for work in refused if codes[work.invoice.id] & _OLD_ITEMS]
    renewed = [replace(work, books=newer) for work in by_books if newer and work not in by_items]
    return renewed + [replace(one, books=newer or one.books) for one in _with_items_of_now(by_items)]


def _with_items_of_now(works: Sequence[Push]) -> list[Push]:
    """With what Xero says of their items now: another code, or that it has them no more."""
    if not works:
        return []
    invoices = [work.invoice for work in works]
    try:
        read = item_codes.read(works[0].organisation, works[0].xero, invoices, item_codes.TOLD_AGE)
    except JobError as error:
        log.warning("items not read organisation=%s error=%s", works[0].organisation.id, error)
        return []
    return [replace(work, invoice=invoice) for work, invoice in zip(works, read, strict=True)]
