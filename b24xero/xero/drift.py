"""What differs between what we last wrote, what Bitrix24 says now and what Xero says now. Pure.

Three bodies of one invoice are compared field by field, as three versions of a text are: what differs from the last
written in Bitrix24 has *changed* there, what differs from it in Xero was *edited* there by hand, and where both differ
it is *both*. Where Bitrix24 and Xero agree nothing differs, however they came to it. Without a last written version
nobody knows which side moved: the field *differs*.

What Xero fills in by itself is no edit: ids of lines, the tax that it computes, a due date or an item that was never
sent. What was edited and kept stays an edit as long as the last written version is what *Bitrix24* said: keep that
one, not the body that was sent with the edits in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from b24xero.domain.books import Books
from b24xero.xero import content, kept_text, tracking
from b24xero.xero.content import Document, Line, Value
from b24xero.xero.pairing import Trio, trios
from b24xero.xero.parse import XeroInvoice

Json = dict[str, Any]

# Beside the body that was written: what Xero made of it.
FILLED = "Filled"
# Beside it, too: the edits by hand that a person left as they are.
KEPT = "KeptByHand"
# Beside it, too: what rules went by, as ``domain.ruled`` keeps it.
TRAITS = "Traits"
# Beside it, too: its days are right. Without it they may be a day early: so the first release read them west of
# Greenwich, where Bitrix24 spells them so.
DAYS = "DaysAreRight"
_A_DAY = timedelta(days=1)

# Of two kinds of discount only one is said; the other one is Xero's to fill in.
_OTHER_DISCOUNT = {"discount_rate": "discount_amount", "discount_amount": "discount_rate"}
# Every invoice has them; an answer that leaves one out says nothing of it.
_ALWAYS_THERE = {"date", "contact", "currency", "prices", "theme"}
# Left out of a body these mean "none"; every other field that is left out is Xero's to fill in.
_NONE_IS_SAID = {"discount_rate", "discount_amount"}
# What people write, and Xero may give back a little changed.
_FREE_TEXT = {"description", "reference"}

DifferenceKind = Literal["changed", "edited", "both", "differs"]


@dataclass(frozen=True)
class Difference:
    """One field that differs. ``line`` counts from 1, 0 is the invoice itself; ``line_id`` is the line's in Xero.

    ``field``: a name of ``documents.HEADER`` or ``documents.LINE``, "tracking" of a ``category``, or "line" for a line
    as a whole, whose values are its descriptions (None: it is not there). ``kind``: changed (in Bitrix24), edited (in
    Xero), both; differs.
    """

    field: str
    kind: DifferenceKind
    written: Value
    now: Value
    current: Value
    line: int = 0
    line_id: str = ""
    category: str = ""

    @property
    def by_hand(self) -> bool:
        return self.kind in ("edited", "both")


def differences(
    written: Json | None, now: Json, current: XeroInvoice, books: Books | None = None
) -> tuple[Difference, ...]:
    """Every field that differs between Bitrix24 and Xero.

    Args:
        written: the body as last written; None: not known.
        now: the body as it would be written, best with the ids of its lines (``Written.to_update``).
        books: for the tax that Xero computes; without them only tax amounts that were sent are compared.
    """
    before = _before(written, books) if written else None
    after, shown = content.sent(now, books), content.shown(current, books)
    early = ("date", "due_date") if written and not written.get(DAYS) else ()
    found = (*_of_header(before, after, shown, early), *_of_lines(before, after, shown))
    return tuple(_without(found, written.get(FILLED, ()))) if written else found


def _before(written: Json, books: Books | None) -> Document:
    """What was last written; where it said nothing of the theme, the invoice has the usual one."""
    before = content.sent(written, books)
    return before if before.theme or not books else replace(before, theme=books.usual_theme or None)


def filled(body: Json, said: XeroInvoice, books: Books | None = None) -> list[list[str]]:
    """What Xero made of a body in its very answer to it, to be kept with the body under ``FILLED``: whatever it put in
    another way there is no edit by hand later, nor is the theme that it gave the invoice by itself."""
    marks = [_mark(difference) for difference in differences(None, body, said, books)]
    return marks if "BrandingThemeID" in body or not said.theme else [*marks, ["theme", "", said.theme]]


def between(written: Json, now: Json, books: Books) -> tuple[Difference, ...]:
    """What a body says otherwise than the one that was last written, as far as that can be told without Xero.

    Args:
        now: best with the ids of its lines, and without a contact that is not known yet.
    """
    before, after = _before(written, books), content.sent(now, books)
    lines = before.lines and tuple(replace(one, tax_amount=_taxed(one)) for one in before.lines)
    shown = replace(before, lines=lines)
    early = () if written.get(DAYS) else ("date", "due_date")
    return (*_of_header(before, after, shown, early), *_of_lines(before, after, shown))


def _taxed(line: Line) -> Decimal | None:
    """As Xero shows it."""
    return line.computed if line.tax_amount is None else line.tax_amount


def _mark(difference: Difference) -> list[str]:
    """By the line's id: where it stands among the others may change."""
    field = f"{difference.field} {difference.category}".strip()
    return [field, difference.line_id, str(difference.current)]


def _old_mark(difference: Difference) -> list[str]:
    """As earlier versions kept it: by the line's place."""
    return [difference.field, str(difference.line), str(difference.current)]


def _without(found: Sequence[Difference], own: Sequence[list[str]]) -> Iterator[Difference]:
    """Without the edits that are Xero's own doing."""
    for difference in found:
        known = _mark(difference) in own or _old_mark(difference) in own
        if not known or not difference.by_hand:
            yield difference
        elif difference.kind == "both":
            yield replace(difference, kind="changed")


def edits(
    written: Json | None, current: XeroInvoice, books: Books | None = None, now: Json | None = None
) -> tuple[Difference, ...]:
    """What was edited by hand in Xero since. With ``now`` an edit that Bitrix24 has come to agree with is none."""
    if not written:
        return ()
    return tuple(d for d in differences(written, now or written, current, books) if d.by_hand)


def kept(written: Json, said: XeroInvoice, books: Books | None = None) -> list[list[str]]:
    """Edits by hand that stand in Xero once it was written: they were left there, to be kept under ``KEPT``."""
    return [_mark(edit) for edit in edits(written, said, books)]


def were_left(written: Json | None, edits: Sequence[Difference]) -> bool:
    """Whether somebody said of each of these that it stays, and Bitrix24 says nothing else of it since."""
    left = (written or {}).get(KEPT, ())
    return all(edit.kind == "edited" and _mark(edit) in left for edit in edits)


def new_edits(written: Json, current: XeroInvoice, books: Books | None = None) -> int:
    """How many fields were edited by hand in Xero since the last write, without those that were left as they are."""
    return sum(_mark(edit) not in written.get(KEPT, ()) for edit in edits(written, current, books))


def is_written(body: Json, current: XeroInvoice, books: Books | None = None) -> bool:
    """Whether Xero shows exactly what a body says: whether a write whose answer was lost has landed."""
    # An authorised invoice that has been paid since is still the one that was written (facts §3.3).
    if body.get("Status", current.status) not in (current.status, "AUTHORISED" if current.status == "PAID" else ""):
        return False
    if str(body.get("Url", current.url)) != current.url:
        return False
    number = str(body.get("InvoiceNumber", current.number)).casefold()
    if not kept_text.same_words(number, current.number.casefold()):
        return False
    return not differences(None, body, current, books)


# -- fields -----------------------------------------------------------------------------------------------------------


def _of_header(
    before: Document | None, after: Document, shown: Document, early: Collection[str]
) -> Iterator[Difference]:
    """``early``: fields whose written day may be the day before the one that was meant: that it is another now tells
    nothing of who changed it."""
    for name in content.HEADER:
        now, current = getattr(after, name), getattr(shown, name)
        if now is None or _same(name, now, current) or (name in _ALWAYS_THERE and not current):
            continue
        written = getattr(before, name) if before else None
        edited = written is not None and not _same(name, written, current)
        known = before is not None and (edited or name not in early or not _is_day_before(written, now))
        yield Difference(name, _kind(known, written != now, edited), written, now, current)


def _is_day_before(one: Value, other: Value) -> bool:
    return isinstance(one, date) and isinstance(other, date) and other - one == _A_DAY


def _same(name: str, said: Value, shown: Value) -> bool:
    if name in _FREE_TEXT and isinstance(said, str) and isinstance(shown, str):
        return kept_text.same_words(said, shown)
    return said == shown


def _kind(known: bool, changed: bool, edited: bool) -> DifferenceKind:
    if not known:
        return "differs"
    if edited:
        return "both" if changed else "edited"
    return "changed"


def _of_lines(before: Document | None, after: Document, shown: Document) -> Iterator[Difference]:
    if after.lines is None or not shown.lines:
        return  # an invoice has lines; an answer may leave them out
    old = before.lines if before else None
    for trio in trios(old or (), after.lines, shown.lines or ()):
        yield from _of_trio(trio, known=old is not None)


def _of_trio(trio: Trio, *, known: bool) -> Iterator[Difference]:
    if trio.now is None or trio.current is None:
        yield from _of_whole(trio, known=known)
        return
    for name in content.LINE:
        if _agree(name, trio.now, trio.current):
            continue
        changed = trio.written is None or getattr(trio.written, name) != getattr(trio.now, name)
        edited = trio.written is None or not _agree(name, trio.written, trio.current)
        was, now, current = (getattr(line, name) if line else None for line in (trio.written, trio.now, trio.current))
        yield Difference(name, _kind(known, changed, edited), was, now, current, trio.number, trio.current.id)
    yield from _of_tracking(trio, known=known)


def _of_tracking(trio: Trio, *, known: bool) -> Iterator[Difference]:
    """Each category by itself, so that one that was set by hand is kept beside another that changed."""
    assert trio.now
    assert trio.current
    written = trio.written.tracking if trio.written else None
    for one in tracking.compared(written, trio.now.tracking, trio.current.tracking):
        changed, edited = (trio.written is None or said for said in (one.changed, one.edited))
        was, now, current = (said.words if said else None for said in (one.written, one.now, one.current))
        kind = _kind(known, changed, edited)
        yield Difference("tracking", kind, was, now, current, trio.number, trio.current.id, one.category)


def _of_whole(trio: Trio, *, known: bool) -> Iterator[Difference]:
    """A line that one side does not have."""
    was, now, current = trio.written, trio.now, trio.current
    if now is None and current is None:
        return  # removed on both sides
    if current is None:
        changed, edited = was is None or bool(_unlike(was, now)), was is not None
    else:
        # With the line would go what was put on it in Xero alone: that is said first.
        by_hand = was is None or _is_tracked(was, current) or not all(_agree(n, was, current) for n in content.LINE)
        changed, edited = was is not None, by_hand
    words, told = (line.description if line else None for line in (was, now))
    shown = None if current is None else " · ".join(filter(None, (current.description, current.tracked)))
    line_id = current.id if current else ""
    yield Difference("line", _kind(known, changed, edited), words, told, shown, trio.number, line_id)


def _is_tracked(was: Line, current: Line) -> bool:
    """Whether it has options that somebody put on it in Xero."""
    edited = any(one.edited for one in tracking.compared(was.tracking, was.tracking, current.tracking))
    return edited or bool(tracking.beside(current.tracking, was.tracking))


def _unlike(one: Line, other: Line | None) -> list[str]:
    return [name for name in content.LINE if getattr(one, name) != getattr(other, name)]


def _agree(name: str, said: Line, current: Line) -> bool:
    """Whether Xero's line has what was said of this field."""
    value, shown = getattr(said, name), getattr(current, name)
    if name == "tax_amount" and value is None:
        return current.computed is None or current.computed == shown
    if value is None and name in _NONE_IS_SAID:
        other = _OTHER_DISCOUNT[name]
        return shown is None or None not in (getattr(said, other), getattr(current, other))
    if name == "account" and not shown and not current.amount:
        return True  # lines of 0.00 may come back without it (facts, more §0b)
    return value is None or _same(name, value, shown)
