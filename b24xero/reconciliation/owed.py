"""What customers owe: by Bitrix24's stages, by Xero's amounts due, and what lies between. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date as Day
from decimal import Decimal
from typing import TYPE_CHECKING

from b24xero.reconciliation.sheet import NOTHING, Line, OwedKind, Sum, total

if TYPE_CHECKING:
    from b24xero.reconciliation.compare import Ours, Theirs

    Pairs = Iterable[tuple[Ours, Theirs | None]]
    IsHere = Callable[[Day | None], bool]

# Lines of the first bridge whose invoice is in Xero's period and in none of Bitrix24's.
_STRANGERS = ("only_there", "dated_here", "deleted_here")


def by_amounts(there: Iterable[Theirs]) -> Sum:
    """What is due by Xero: of approved invoices alone, since nobody owes a draft."""
    return total(Sum(1, {one.currency: one.due}) for one in there if one.status == "AUTHORISED")


def by_stages(pairs: Pairs, is_here: IsHere) -> Sum:
    """What is due by Bitrix24: what was sent and stands in no stage of success or failure."""
    return total(Sum(1, {one.currency: one.total}) for one, there in pairs if _is_owed(one, there, is_here))


def _is_owed(one: Ours, there: Theirs | None, is_here: IsHere) -> bool:
    return there is not None and is_here(there.day) and not one.is_paid and not _is_cancelled(one)


def _is_cancelled(one: Ours) -> bool:
    return one.is_lost or one.target == "VOIDED"


def of_pairs(pairs: Pairs, is_here: IsHere) -> Iterator[Line]:
    """What lies between the two of each invoice that both have in the period."""
    for one, there in pairs:
        if there is not None and is_here(there.day):
            yield from _of_pair(one, there)


def _of_pair(one: Ours, there: Theirs) -> Iterator[Line]:
    approved = there.status == "AUTHORISED"
    if one.is_paid or _is_cancelled(one):
        if approved:
            yield _line("paid_here" if one.is_paid else "cancelled_here", one, there, _due(there))
    elif not there.counts:
        yield _line("voided_there", one, there, _gone(one))
    elif there.currency != one.currency:
        yield _line("other_currency", one, there, _gone(one) + (_due(there) if approved else Sum()))
    elif there.status not in ("AUTHORISED", "PAID"):
        yield _line("draft_there", one, there, _gone(one))
    else:
        yield from _settled(one, there)


def _settled(one: Ours, there: Theirs) -> Iterator[Line]:
    """Unpaid here: what came in there, or was credited."""
    is_paid = there.status == "PAID"
    ends_by: OwedKind = "paid_there" if there.paid or not there.credited else "credited"
    if apart := there.total - one.total:
        yield _line("total_differs", one, there, _money(0, one.currency, apart))
    if there.paid or (is_paid and ends_by == "paid_there"):
        kind: OwedKind = "paid_there" if is_paid else "part_paid"
        yield _line(kind, one, there, _money(-1 if is_paid else 0, one.currency, -there.paid))
    if there.credited:
        count = -1 if is_paid and ends_by == "credited" else 0
        yield _line("credited", one, there, _money(count, one.currency, -there.credited))


def of_strangers(lines: Iterable[Line], theirs: Mapping[str, Theirs]) -> Iterator[Line]:
    """What is due of invoices that Bitrix24 does not have in the period."""
    for line in lines:
        if line.kind in _STRANGERS and line.status == "AUTHORISED":
            there = theirs[line.xero_id]
            yield Line(
                line.kind, line.number, line.customer, line.day, line.currency, None, there.due, _due(there),
                bitrix24_id=line.bitrix24_id, xero_id=line.xero_id, status=line.status,
            )  # fmt: skip


def _money(count: int, currency: str, amount: Decimal) -> Sum:
    return Sum(count, {currency: amount})


def _gone(one: Ours) -> Sum:
    return _money(-1, one.currency, -one.total)


def _due(there: Theirs) -> Sum:
    return _money(1, there.currency, there.due)


def _line(kind: OwedKind, one: Ours, there: Theirs, effect: Sum) -> Line:
    here = NOTHING if one.is_paid or _is_cancelled(one) else one.total
    due = there.due if there.status == "AUTHORISED" else NOTHING
    return Line(
        kind, one.number, one.customer, one.day, one.currency, here, due, effect, bitrix24_id=one.id,
        xero_id=there.id, status=there.status,
    )  # fmt: skip
