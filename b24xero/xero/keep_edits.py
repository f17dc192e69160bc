"""How a body is written so that edits by hand in Xero stay. Pure."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from b24xero.domain.books import Books
from b24xero.errors import Problem, Rejected, problem
from b24xero.xero import content, tracking
from b24xero.xero.content import Document, Line
from b24xero.xero.drift import Difference, Json
from b24xero.xero.pairing import pairs
from b24xero.xero.parse import Tracking, XeroInvoice


def why_not_kept(
    body: Json, found: Sequence[Difference], current: XeroInvoice, books: Books | None = None
) -> Problem | None:
    """What stands against keeping these edits while ``body`` is written, or None."""
    after, shown = content.sent(body, books), content.shown(current, books)
    if any(d.field == "line" or (d.line and _place(d, after, shown) is None) for d in found):
        return problem("edit_of_lines_not_kept", number=current.number)
    if any(d.field in ("prices", "currency") for d in found):
        return problem("edit_of_total_not_kept", number=current.number)
    kept = content.sent(_kept(body, found, current, books), books)
    if _weights(kept) != _weights(after):
        return problem("edit_of_total_not_kept", number=current.number)
    return None


def keeping(body: Json, found: Sequence[Difference], current: XeroInvoice, books: Books | None = None) -> Json:
    """The body with Xero's values where these edits were made.

    Raises:
        Rejected: lines were added or removed by hand, or the total would no longer be Bitrix24's.
    """
    if against := why_not_kept(body, found, current, books):
        raise Rejected(against)
    return _kept(body, found, current, books)


def renewing(body: Json, current: XeroInvoice, books: Books | None = None, last: Json | None = None) -> Json:
    """The body without the ids of lines that have in Xero what the body does not say: a discount, a tax amount that is
    not the computed one. What is left out of a line that is changed stays (facts §2, §3.4), so such a line is written
    as a new one, with the tracking that the old one has.

    Args:
        last: what was last written; tracking that it says and the body does not is taken off.
    """
    renewed = copy.deepcopy(body)
    shown = {line.id: line for line in content.shown(current, books).lines or ()}
    before = {line.id: line for line in (content.sent(last, books).lines or () if last else ()) if line.id}
    after = content.sent(body, books).lines or ()
    for element, line in zip(renewed.get("LineItems", ()), after, strict=True):
        if known := shown.get(line.id):
            _track(element, line, known, before.get(line.id))
            if _keeps_more(line, known):
                del element["LineItemID"]
                _carry(element, known)
    return renewed


def _track(element: Json, line: Line, known: Line, before: Line | None) -> None:
    """Where we say, or last said, something of a line's tracking, what was set beside in Xero goes along: the list is
    written as a whole."""
    was = before.tracking if before else ()
    if "Tracking" in element or was:
        beside = tracking.beside(known.tracking, line.tracking, was)
        element["Tracking"] = [*element.get("Tracking", ()), *(choice.body() for choice in beside)]


def _carry(element: Json, known: Line) -> None:
    """A new line in place of one that has tracking."""
    if "Tracking" not in element and known.tracking:
        element["Tracking"] = [choice.body() for choice in known.tracking]


def _keeps_more(line: Line, known: Line) -> bool:
    discount = line.discount_rate or line.discount_amount
    given = known.computed is not None and known.tax_amount != known.computed
    return bool((known.discount_rate or known.discount_amount) and not discount) or (given and line.tax_amount is None)


def _place(difference: Difference, after: Document, shown: Document) -> int | None:
    """Where the body has the line that was edited."""
    lines = shown.lines or ()
    place = next((n for n, line in enumerate(lines) if line.id == difference.line_id), None)
    return None if place is None else pairs(after.lines or (), lines).get(place)


def _kept(body: Json, found: Sequence[Difference], current: XeroInvoice, books: Books | None) -> Json:
    after, shown = content.sent(body, books), content.shown(current, books)
    kept = copy.deepcopy(body)
    for difference in found:
        place = _place(difference, after, shown) if difference.line else None
        where = kept if place is None else kept["LineItems"][place]
        if difference.field == "tracking":
            tracking.put(where, difference.category, _shown_option(difference, shown))
        else:
            content.put(where, difference.field, difference.current)
    return kept


def _shown_option(difference: Difference, shown: Document) -> Tracking | None:
    line = next(line for line in shown.lines or () if line.id == difference.line_id)
    return tracking.by_category(line.tracking).get(difference.category)


def _weights(document: Document) -> list[tuple[object, ...]]:
    """What each line adds to the total: its amount and, where prices are without tax, its tax."""
    untaxed = document.prices != "Inclusive"
    return [(line.amount, _tax_of(line) if untaxed else None) for line in document.lines or ()]


def _tax_of(line: Line) -> object:
    if line.tax_amount is not None:
        return line.tax_amount
    return line.tax if line.computed is None else line.computed
