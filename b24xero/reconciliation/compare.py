"""Two lists of invoices and what links them become the month-end sheet. Pure.

Each invoice of the period, on either side, is in exactly one class, and what its class does to the total is reckoned by
a rule of its own: from what was last written, not from what is left over. So a sum that does not come out shows as
"unexplained", and is a fault of ours or of what was read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from decimal import Decimal
from functools import cached_property
from typing import Any

from b24xero.domain.set_up import DO_NOT_SEND
from b24xero.reconciliation import owed
from b24xero.reconciliation.sheet import Kind, Line, Part, Sheet, Side, Sum, total
from b24xero.xero import kept_text

NOT_COUNTED = ("VOIDED", "DELETED")


@dataclass(frozen=True)
class Ours:
    """An invoice of Bitrix24. ``target``: what the set-up makes of its stage (``set_up.TARGETS``), None where it says
    nothing; ``is_paid``: the stage is one of success; ``is_lost``: of failure."""

    id: int
    number: str
    customer: str
    day: Day
    currency: str
    total: Decimal
    stage: str
    target: str | None = "AUTHORISED"
    is_paid: bool = False
    is_lost: bool = False


@dataclass(frozen=True)
class Theirs:
    """A sales invoice of Xero."""

    id: str
    number: str
    customer: str
    day: Day | None
    currency: str
    total: Decimal
    status: str = "AUTHORISED"
    due: Decimal = Decimal("0.00")
    paid: Decimal = Decimal("0.00")
    credited: Decimal = Decimal("0.00")

    @property
    def counts(self) -> bool:
        """It is a document of the books."""
        return self.status not in NOT_COUNTED


@dataclass(frozen=True)
class Known:
    """What is remembered of an invoice that was dealt with. ``written``: the total that Xero had of the last write,
    ``seen``: the one that Bitrix24 had then; None where it was not written, or is not known; ``why``: what stood
    against it last, as JSON."""

    bitrix24_id: int
    xero_id: str = ""
    written: Decimal | None = None
    seen: Decimal | None = None
    why: Mapping[str, Any] = field(default_factory=dict)


def sheet(
    since: Day, until: Day, ours: Iterable[Ours], theirs: Iterable[Theirs], known: Iterable[Known], *,
    tolerance: Decimal, whole: bool = True,
) -> Sheet:  # fmt: skip
    """The sheet of the invoices that are dated in a period.

    Args:
        ours: all of the period, and beside them those of other periods that links lead to.
        theirs: likewise.
        tolerance: the cents that count as rounding, the set-up's.
        whole: Bitrix24 shows all invoices to this person. Otherwise what is linked to one that it does not show is left
            out on both sides.
    """
    return _Comparison(
        since, until, {one.id: one for one in ours}, {one.id: one for one in theirs},
        {one.bitrix24_id: one for one in known}, tolerance, whole,
    ).made()  # fmt: skip


@dataclass(frozen=True)
class _Comparison:
    since: Day
    until: Day
    ours: Mapping[int, Ours]
    theirs: Mapping[str, Theirs]
    known: Mapping[int, Known]
    tolerance: Decimal
    whole: bool

    def made(self) -> Sheet:
        here, there = self.here, self.there
        lines = [*(line for one in here for line in self._of_ours(one)), *map(self._of_theirs, self.strangers)]
        pairs = [(one, self._partner(one)) for one in here]
        owed_lines = [*owed.of_pairs(pairs, self._is_here), *owed.of_strangers(lines, self.theirs)]
        return Sheet(
            since=self.since,
            until=self.until,
            here=total(Sum(1, {one.currency: one.total}) for one in here),
            there=total(Sum(1, {one.currency: one.total}) for one in there),
            lines=tuple(lines),
            owed_here=owed.by_stages(pairs, self._is_here),
            owed_there=owed.by_amounts(there),
            owed=tuple(owed_lines),
            parts=(*_parts("here", here), *_parts("there", self.read_there)),
            whole=self.whole,
        )

    # -- what the period holds ----------------------------------------------------------------------------------------

    def _is_here(self, day: Day | None) -> bool:
        return day is not None and self.since <= day <= self.until

    @cached_property
    def here(self) -> list[Ours]:
        found = [one for one in self.ours.values() if self._is_here(one.day)]
        return sorted(found, key=lambda one: (one.day, one.number, one.id))

    @cached_property
    def owners(self) -> dict[str, int]:
        """By Xero's id, the invoice of Bitrix24 that it stands for."""
        return {one.xero_id: id for id, one in self.known.items() if one.xero_id}

    @cached_property
    def read_there(self) -> list[Theirs]:
        """Of Xero's, the period's, without what stands for an invoice that this person does not see."""
        found = [one for one in self.theirs.values() if self._is_here(one.day) and not self._is_hidden(one)]
        return sorted(found, key=lambda one: (one.day or Day.min, one.number, one.id))

    def _is_hidden(self, one: Theirs) -> bool:
        owner = self.owners.get(one.id)
        return not self.whole and owner is not None and owner not in self.ours

    @cached_property
    def there(self) -> list[Theirs]:
        return [one for one in self.read_there if one.counts]

    @cached_property
    def strangers(self) -> list[Theirs]:
        """What counts in Xero and stands for no invoice of the period."""
        paired = {partner.id for one in self.here if (partner := self._partner(one))}
        return [one for one in self.there if one.id not in paired]

    def _partner(self, one: Ours) -> Theirs | None:
        known = self.known.get(one.id)
        linked = self.theirs.get(known.xero_id) if known and known.xero_id else None
        return linked or self._namesakes.get(one.id)

    @cached_property
    def _namesakes(self) -> dict[int, Theirs]:
        """In both under one number, unlinked, and the only ones of it: probably the same."""
        mine = [one for one in self.here if not (self.known.get(one.id) or Known(0)).xero_id and one.number.strip()]
        free = [one for one in self.there if one.id not in self.owners]
        same: dict[int, Theirs] = {}
        for key in (_spelt, kept_text.number_key):  # as it is spelt, then as Xero may have kept it
            taken = {one.id for one in same.values()}
            here = _by_number((one for one in mine if one.id not in same), key)
            there = _by_number((one for one in free if one.id not in taken), key)
            same |= {
                one.id: there[number]
                for number, one in here.items()
                if number in there
                and there[number].currency == one.currency
                and kept_text.same_number(one.number, there[number].number)
            }
        return same

    # -- what is apart ------------------------------------------------------------------------------------------------

    def _of_ours(self, one: Ours) -> Iterator[Line]:
        known, partner = self.known.get(one.id) or Known(one.id), self._partner(one)
        if not known.xero_id and partner is None:
            yield self._unsent(one, known)
        elif not known.xero_id and partner:
            yield _line("not_linked", one, partner, _money(0, one.currency, partner.total - one.total))
        elif partner is None:
            yield _line("gone_there", one, None, _without(one))
        elif not partner.counts:
            yield self._ended(one, partner)
        elif one.target == "VOIDED" or one.is_lost:
            yield _line("not_sent", one, partner, _without(one))
            if self._is_here(partner.day):
                yield _line("cancelled_here", one, partner, _with(partner))
        elif not self._is_here(partner.day):
            yield _line("dated_there", one, partner, _without(one))
        elif partner.currency != one.currency:
            yield _line("other_currency", one, partner, _without(one) + _with(partner))
        else:
            yield from self._of_totals(one, partner, known)

    def _unsent(self, one: Ours, known: Known) -> Line:
        if one.target in (DO_NOT_SEND, "VOIDED"):
            return _line("not_sent", one, None, _without(one))
        kind: Kind = "stopped" if known.why or one.target is None else "ready"
        return _line(kind, one, None, _without(one), known.why)

    def _ended(self, one: Ours, partner: Theirs) -> Line:
        """Voided or deleted in Xero. Cancelled here as well, or a draft again: both agree that it does not count."""
        agreed = one.target == "VOIDED" or one.is_lost or (one.target == DO_NOT_SEND and not one.is_paid)
        if agreed:
            return _line("not_sent", one, partner, _without(one))
        kind: Kind = "voided_there" if partner.status == "VOIDED" else "deleted_there"
        return _line(kind, one, partner, _without(one))

    def _of_totals(self, one: Ours, partner: Theirs, known: Known) -> Iterator[Line]:
        """Both have it: by how much each of the two left what was last written."""
        for kind, amount in self._moves(one.total, partner.total, known):
            if amount:
                yield _line(kind, one, partner, _money(0, one.currency, amount))

    def _moves(self, here: Decimal, there: Decimal, known: Known) -> list[tuple[Kind, Decimal]]:
        if known.written is None:
            return [("apart", there - here)]
        changed_there: tuple[Kind, Decimal] = ("changed_there", there - known.written)
        if known.seen is not None:
            return [("changed_here", known.seen - here), ("rounding", known.written - known.seen), changed_there]
        # Of what was written by an older version only the one total is known: cents are rounding's.
        moved = known.written - here
        return [("rounding" if abs(moved) <= self.tolerance else "changed_here", moved), changed_there]

    def _of_theirs(self, one: Theirs) -> Line:
        owner = self.owners.get(one.id)
        mine = self.ours.get(owner) if owner is not None else None
        kind: Kind = "only_there" if owner is None else "dated_here" if mine else "deleted_here"
        return Line(
            kind, one.number, one.customer or (mine.customer if mine else ""), one.day, one.currency, None, one.total,
            _with(one), bitrix24_id=owner or 0, xero_id=one.id, status=one.status,
        )  # fmt: skip


def _by_number(found: Iterable[Any], key: Callable[[str], str]) -> dict[str, Any]:
    """Those whose number no other has."""
    listed = [(key(one.number), one) for one in found]
    counted = Counter(number for number, _ in listed)
    return {number: one for number, one in listed if counted[number] == 1}


def _spelt(number: str) -> str:
    return number.strip().casefold()


def _money(count: int, currency: str, amount: Decimal) -> Sum:
    return Sum(count, {currency: amount})


def _without(one: Ours) -> Sum:
    return _money(-1, one.currency, -one.total)


def _with(one: Theirs) -> Sum:
    return _money(1, one.currency, one.total)


def _line(kind: Kind, one: Ours, partner: Theirs | None, effect: Sum, why: Mapping[str, Any] | None = None) -> Line:
    there = None if partner is None else partner.total if partner.counts else Decimal("0.00")
    return Line(
        kind, one.number, one.customer, one.day, one.currency, one.total, there, effect, bitrix24_id=one.id,
        xero_id=partner.id if partner else "", status=partner.status if partner else "", why=why or {},
    )  # fmt: skip


def _parts(side: Side, found: Sequence[Any]) -> list[Part]:
    """Count and total by month and by stage or status."""
    sums: dict[tuple[str, str], list[Sum]] = {}
    for one in found:
        key = (one.day.strftime("%Y-%m"), one.stage if side == "here" else one.status)
        sums.setdefault(key, []).append(Sum(1, {one.currency: one.total}))
    return [Part(side, month, status, total(of)) for (month, status), of in sorted(sums.items())]
