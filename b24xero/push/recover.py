"""How an invoice of ours is found in Xero by its mark: creates whose answer nobody heard are adopted or sent again.

Source: Xero facts §6.2 (keys), §6.3 (the safe way to create).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from b24xero.db.models import Intent
from b24xero.db.states import IntentState
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.errors import NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.push.context import Push
from b24xero.writes import intents, invoice_links, sending
from b24xero.xero import drift, kept_text
from b24xero.xero.client import Xero
from b24xero.xero.parse import XeroInvoice
from b24xero.xero.payload import Json, Mark

# Xero keeps a key's first answer for six minutes (facts §6.2); within it the same words may be sent again safely.
KEY_LIFE = timedelta(minutes=5)


# -- finding by the mark ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """It was in Xero already, by its mark. ``same``: with the very content that was to be created; ``lost``: by a write
    of ours whose answer nobody heard, and not from a time of which nothing is remembered."""

    said: XeroInvoice
    same: bool
    lost: bool = False


Result = XeroInvoice | Found | Rejected


def find(
    wanted: Sequence[tuple[Push, Json]], totals: Mapping[int, str] = MappingProxyType({})
) -> dict[int, Found | Rejected]:
    """By the address back to Bitrix24: that is ours alone, a number may be anybody's.

    Args:
        totals: of those that were sent in these very words and whose answer was lost: one with that total counts as
            the same, however Xero spells the rest.
    """
    if not wanted:
        return {}
    marks = [Mark.of(body) for _, body in wanted]
    candidates = _candidates(wanted[0][0].xero, [body for _, body in wanted])
    # A deleted one gives way to one that lives, and counts for nothing where it is to be replaced.
    there = {said.url: said for said in sorted(candidates, key=lambda said: said.status != "DELETED")}
    return {
        work.invoice.id: _judged(there[mark.url], body, work.books, totals.get(work.invoice.id, ""))
        for (work, body), mark in zip(wanted, marks, strict=True)
        if mark.url in there and not (work.replaces and there[mark.url].status == "DELETED")
    }


def _candidates(xero: Xero, bodies: Sequence[Json]) -> tuple[XeroInvoice, ...]:
    """By number, where Xero numbers by reference; where Xero may have kept other words of these, among all invoices of
    its contact."""
    marks = [(Mark.of(body), body["Contact"]["ContactID"]) for body in bodies]
    kept = [mark for mark, _ in marks if not kept_text.may_change(mark.number or mark.reference)]
    others = [contact_id for mark, contact_id in marks if kept_text.may_change(mark.number or mark.reference)]
    return (
        *xero.invoices_numbered([mark.number for mark in kept if mark.number]),
        *xero.invoices_referring([mark.reference for mark in kept if not mark.number]),
        *xero.invoices_of(others),
    )


def _judged(said: XeroInvoice, body: Json, books: Books, total: str) -> Found | Rejected:
    """One that is ours and stands for another contact was changed by somebody, who must say what it is now."""
    if said.contact_id and said.contact_id != body["Contact"]["ContactID"]:
        return Rejected(problem("found_for_another", number=said.number, name=said.contact_name))
    # Whatever became of its status since, the content tells whether it is what was to be written.
    said_of_it = {name: value for name, value in body.items() if name != "Status"}
    same = bool(total and said.total == Decimal(total)) or drift.is_written(said_of_it, said, books)
    return Found(said, same)


def record(work: Push, intent: Intent, result: Result) -> None:
    """Into the transaction that is open."""
    if isinstance(result, Rejected):
        intents.end(intent, "refused")
    else:
        intents.end(intent, "done", take(work, result, intent.keep))


def take(work: Push, result: XeroInvoice | Found, keep: Mapping[str, Any]) -> str:
    """Into the transaction that is open: it stands in Xero, and we wrote it, or cannot know what was written last."""
    said, same = (result.said, result.same) if isinstance(result, Found) else (result, True)
    if same:
        invoice_links.take_written(work.link, said, work.user, work.now, keep, "created", work.books)
    else:
        invoice_links.take(work.link, said, work.books, work.now)
    return said.id


# -- creates of earlier presses and workers ---------------------------------------------------------------------------

Pending = Sequence[tuple[Push, Intent]]


def resolve(works: Sequence[Push]) -> dict[int, Result]:
    """Creates of earlier presses or workers whose answer nobody heard, by invoice: those that landed are adopted; the
    others are open again, or sent again in the very same words while Xero still knows their key.

    Raises:
        OutcomeUnknown, RetryLater, Disconnected, Forbidden: still not known; what is known is recorded.
    """
    pending = _take_over(works)
    if not pending:
        return {}
    results: dict[int, Result] = {}
    # Even where a look or another try is not carried out, the first try may have been.
    with sending.sending([intent for _, intent in pending], undone="unclear"):
        found = _look(pending)
        for key in dict.fromkeys(intent.key for _, intent in pending):
            results |= _resolved([(work, intent) for work, intent in pending if intent.key == key], found)
    return results


def _take_over(works: Sequence[Push]) -> list[tuple[Push, Intent]]:
    if not works:
        return []
    open_ones = intents.open_among(works[0].organisation, "invoice", [str(work.invoice.id) for work in works])
    creates = [
        (work, intent)
        for work in works
        if (intent := open_ones.get(str(work.invoice.id))) and intent.action == "create" and _is_open(work, intent)
    ]
    # Whoever holds the invoice's claim is alone with it, so what is open was left by somebody who is gone.
    taken = [(work, intent) for work, intent in creates if intents.take(intent, work.claim, alone=True)]
    return sorted(taken, key=lambda pair: pair[1].id)


def _is_open(work: Push, intent: Intent) -> bool:
    """Nothing stands in its place: no invoice, or the deleted one that it was to follow."""
    return not work.link.xero_id or work.link.xero_id == intent.keep.get("replaces")


def _look(pending: Pending) -> dict[int, Found | Rejected]:
    """Which of these stand in Xero; nothing is recorded yet."""
    try:
        totals = {work.invoice.id: str(intent.keep.get("total", "")) for work, intent in pending}
        wanted = [
            (replace(work, replaces=intent.keep.get("replaces", "")), intent.body or {}) for work, intent in pending
        ]
        found = find(wanted, totals)
        return {id: replace(one, lost=True) if isinstance(one, Found) else one for id, one in found.items()}
    except (RetryLater, OutcomeUnknown) as error:
        # Not looked, so still not known: "try again later, nothing was written" would be a guess.
        raise OutcomeUnknown(problem("xero_unclear")) from error


def _record_pending(pending: Pending, results: Mapping[int, Result], otherwise: IntentState) -> None:
    with writing():
        for work, intent in pending:
            if result := results.get(work.invoice.id):
                record(work, intent, result)
            else:
                intents.end(intent, otherwise)


def _resolved(group: Pending, found: Mapping[int, Found | Rejected]) -> dict[int, Result]:
    """The writes of one call. Where the number is ours Xero refuses a second one, so what is not there may begin anew
    at once; where Xero numbers, nothing but the key keeps a late first write and a second one apart."""
    ours: dict[int, Result] = {work.invoice.id: found[work.invoice.id] for work, _ in group if work.invoice.id in found}
    if len(ours) == len(group) or not _key_matters(group):
        _record_pending(group, ours, "refused")
        return ours
    if len(group) < intents.count_of(group[0][1].key):
        _record_pending(group, ours, "unclear")  # the call had more in it, and only the whole of it is the same request
        raise OutcomeUnknown(problem("xero_unclear"))
    return _again(group, ours)


def _key_matters(group: Pending) -> bool:
    work, intent = group[0]
    return not Mark.of(intent.body or {}).number and work.now - intent.planned_at < KEY_LIFE


def _again(group: Pending, found: dict[int, Result]) -> dict[int, Result]:
    """The very same words under the very same key: Xero answers them from its memory, or carries them out now."""
    bodies, abouts = [intent.body or {} for _, intent in group], [work.about for work, _ in group]
    try:
        answers = group[0][0].xero.create_invoices(bodies, group[0][1].key, abouts)
    except (NotFound, Rejected):
        _record_pending(group, found, "refused")  # as a whole: each begins anew and is told why
        return found
    told = {work.invoice.id: said for (work, _), said in zip(group, answers, strict=True)}
    _record_pending(group, {**told, **found}, "refused")
    return {**told, **found}


def look_for(work: Push, intent: Intent) -> Result:
    """One whose answer was lost a moment ago.

    Raises:
        OutcomeUnknown: it is not there, or could not be looked for, so it is still not known.
    """
    pending = [(work, intent)]
    with sending.sending([intent], undone="unclear"):
        found = _look(pending)
        _record_pending(pending, found, "unclear")
    if not found:
        raise OutcomeUnknown(problem("xero_unclear"))
    return found[work.invoice.id]
