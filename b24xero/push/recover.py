"""Creates whose answer nobody heard: looked for, adopted, or sent again in the very same words.

Source: Xero facts §6.2 (keys), §6.3 (the safe way to create).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from b24xero.db.models import Intent
from b24xero.db.transactions import writing
from b24xero.errors import NotFound, OutcomeUnknown, Rejected, RetryLater, problem
from b24xero.push import landing
from b24xero.push.context import Push
from b24xero.push.landing import Found, Result
from b24xero.writes import intents
from b24xero.xero.payload import Mark

# Xero keeps a key's first answer for six minutes (facts §6.2); within it the same words may be sent again safely.
KEY_LIFE = timedelta(minutes=5)

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
    found = _look(pending)
    results: dict[int, Result] = {}
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
        if (intent := open_ones.get(str(work.invoice.id))) and intent.action == "create" and not work.link.xero_id
    ]
    # Whoever holds the invoice's claim is alone with it, so what is open was left by somebody who is gone.
    taken = [(work, intent) for work, intent in creates if intents.take(intent, work.claim, alone=True)]
    return sorted(taken, key=lambda pair: pair[1].id)


def _look(pending: Pending) -> dict[int, Found | Rejected]:
    """Which of these stand in Xero; nothing is recorded yet."""
    try:
        totals = {work.invoice.id: str(intent.keep.get("total", "")) for work, intent in pending}
        return landing.find([(work, intent.body or {}) for work, intent in pending], totals)
    except (RetryLater, OutcomeUnknown) as error:
        # Not looked, so still not known: "try again later, nothing was written" would be a guess.
        intents.settle([intent for _, intent in pending], "unclear")
        raise OutcomeUnknown(problem("xero_unclear")) from error


def _record_pending(pending: Pending, results: Mapping[int, Result], otherwise: str) -> None:
    with writing():
        for work, intent in pending:
            if result := results.get(work.invoice.id):
                landing.record(work, intent, result)
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
    except BaseException:
        # Even where this try was not carried out, the first one may have been.
        _record_pending(group, found, "unclear")
        raise
    told = {work.invoice.id: said for (work, _), said in zip(group, answers, strict=True)}
    _record_pending(group, {**told, **found}, "refused")
    return {**told, **found}


def look_for(work: Push, intent: Intent) -> Result:
    """One whose answer was lost a moment ago.

    Raises:
        OutcomeUnknown: it is not there, or could not be looked for, so it is still not known.
    """
    pending = [(work, intent)]
    found = _look(pending)
    _record_pending(pending, found, "unclear")
    if not found:
        raise OutcomeUnknown(problem("xero_unclear"))
    return found[work.invoice.id]
