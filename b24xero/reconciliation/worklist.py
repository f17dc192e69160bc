"""What is left to do where the two differ, what is unpaid and how old it is: counted and added up by currency. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.payments import Payment
from b24xero.domain.statuses import QUESTIONS
from b24xero.reconciliation.standing import Standing

Fits = Callable[[Standing], bool]

# What one can look at alone. The first eight are views of the page, the others lines of "To do".
ToDo = Literal["ready", "changed", "asked", "refused", "paid_here", "paid_there", "by_hand"]
Cut = ToDo | Literal["all", "todo", "differs", "awaiting", "overdue", "paid", "not_sent", "aside"]
VIEWS: Mapping[str, Fits] = {
    "all": lambda _: True,
    "todo": lambda s: s.to_do,
    "ready": lambda s: s.kind == "ready",
    "differs": lambda s: s.differs,
    "awaiting": lambda s: s.view == "awaiting",
    "overdue": lambda s: s.view == "overdue",
    "paid": lambda s: s.view == "paid",
    "not_sent": lambda s: s.view == "not_sent",
    "changed": lambda s: s.kind in ("changed_here", "stage_here", "cancelled_here"),
    "asked": lambda s: s.kind == "stopped" and s.problems[0].code in QUESTIONS,
    "refused": lambda s: s.kind == "stopped" and s.problems[0].code not in QUESTIONS,
    "paid_here": lambda s: s.kind == "paid_here",
    "paid_there": lambda s: s.kind == "paid_there",
    "by_hand": lambda s: s.kind in ("changed_there", "ended_there", "apart"),
    "aside": lambda s: s.aside,
}
TO_DO: tuple[ToDo, ...] = get_args(ToDo)
# How many days past due each age ends with; the first is not due yet, the last has no end.
AGES = (0, 30, 60, 90)


@dataclass
class Tally:
    """How many, and how much of each currency."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)

    def add(self, currency: str, amount: Decimal) -> None:
        self.count += 1
        self.sums[currency] = self.sums.get(currency, Decimal(0)) + amount


@dataclass
class Line:
    """One line of "To do". ``cause``: the one question that all of them wait for, else
    empty. ``rows``: the newest of them first."""

    kind: ToDo
    tally: Tally = field(default_factory=Tally)
    rows: list[InvoiceRow] = field(default_factory=list)
    cause: str = ""


@dataclass(frozen=True)
class Worklist:
    """What was counted. ``total``: how many there are of which ``counted`` were looked at. ``exact``: the counts that
    are of all of them, where not all were looked at; ``owed_exact``: so is what is unpaid."""

    total: int
    counted: int
    counts: Mapping[str, int]
    lines: Sequence[Line]
    unpaid: Tally
    ages: Sequence[Tally]
    came_in: Tally
    all: Tally
    exact: frozenset[str] = frozenset()
    owed_exact: bool = False

    @property
    def whole(self) -> bool:
        return self.counted >= self.total

    def at_least(self, view: str) -> bool:
        """Whether there may be more of this view than were counted."""
        return not self.whole and view not in self.exact


def age_of(days: int) -> int:
    """Which of the ages: 0 is not due, 4 is more than 90 days."""
    return sum(days > most for most in AGES)


def worklist(
    rows: Sequence[InvoiceRow],
    standings: Mapping[int, Standing],
    payments: Mapping[int, Sequence[Payment]],
    total: int,
    today: date,
) -> Worklist:
    """Args:
    rows: of one period, the newest first, as this person sees them. total: how many there are.
    payments: what came in, by invoice.
    """
    found = [(row, standings[row.id]) for row in rows]
    counts = _counts(standing for _, standing in found)
    unpaid, ages, everything = Tally(), [Tally() for _ in range(len(AGES) + 1)], Tally()
    for row, standing in found:
        everything.add(row.currency, row.total)
        if standing.is_open:
            unpaid.add(row.currency, standing.due)
            ages[age_of(standing.days)].add(row.currency, standing.due)
    monday = today - timedelta(days=today.weekday())
    came_in = _came_in(rows, payments, monday)
    return Worklist(total, len(rows), counts, _lines(found), unpaid, ages, came_in, everything)


def _alike(standing: Standing) -> Hashable:
    """All that VIEWS look at: of many invoices few differ in it."""
    first = standing.problems[0].code if standing.problems else ""
    return standing.kind, standing.view, standing.differences, first, standing.aside


def _counts(standings: Iterable[Standing]) -> dict[str, int]:
    of_each: dict[Hashable, tuple[Standing, int]] = {}
    for standing in standings:
        alike = _alike(standing)
        of_each[alike] = (standing, of_each[alike][1] + 1 if alike in of_each else 1)
    return {name: sum(count for standing, count in of_each.values() if fits(standing)) for name, fits in VIEWS.items()}


def _came_in(rows: Iterable[InvoiceRow], payments: Mapping[int, Sequence[Payment]], since: date) -> Tally:
    found = Tally()
    for row in rows:
        for payment in payments.get(row.id, ()):
            if payment.day and payment.day >= since:
                found.add(row.currency, payment.amount)
    return found


def _lines(found: Sequence[tuple[InvoiceRow, Standing]]) -> list[Line]:
    """One for each kind that there is, without what was set aside; of questions one for each cause, however many
    invoices wait for it."""
    lines: dict[tuple[ToDo, str], Line] = {}
    kinds: dict[Hashable, ToDo | None] = {}
    for row, standing in found:
        alike = _alike(standing)
        if alike not in kinds:
            kinds[alike] = next((name for name in TO_DO if standing.to_do and VIEWS[name](standing)), None)
        kind = kinds[alike]
        if kind is None:
            continue
        cause = _cause(standing) if kind == "asked" else ""
        line = lines.setdefault((kind, cause), Line(kind, cause=cause))
        line.rows.append(row)
        line.tally.add(row.currency, amount_of(kind, standing))
    return sorted(lines.values(), key=lambda line: (TO_DO.index(line.kind), -line.tally.count))


def _cause(standing: Standing) -> str:
    """A contact is asked about once for all invoices of the customer; every other question is an invoice's own."""
    first = standing.problems[0]
    return first.values.get("name", "") if first.code == "contact_unsure" else ""


def amount_of(kind: ToDo, standing: Standing) -> Decimal:
    """What a line of "To do" adds up: of changes the difference, of payments what they concern, else the total."""
    if kind == "changed":
        return standing.apart
    if kind == "by_hand":
        return -standing.total if standing.kind == "ended_there" else -standing.apart
    return standing.due if kind == "paid_here" else standing.total
