"""What a changed set-up means for what was written before: how many invoices in Xero were written otherwise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import select

from b24xero.db.models import InvoiceLink, ItemLink, Organisation, SavedSetUp, User
from b24xero.domain.books import Books
from b24xero.domain.invoice_key import kind_of
from b24xero.domain.ruled import Ruled
from b24xero.domain.set_up import SetUp
from b24xero.extensions import db
from b24xero.xero import drift
from b24xero.xero.other_set_up import Change, Known, differs, kept_of

# Whether it can be written anew: open; what came in for it in part or in full, or the lock date, forbids that.
Fate = Literal["open", "part", "paid", "locked"]
FATES: tuple[Fate, ...] = ("open", "part", "paid", "locked")
# So many rows are asked for at once.
_AT_ONCE = 500
_STANDING = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID")


@dataclass
class Sum:
    """How many, how much of each currency, and which."""

    count: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)

    def add(self, id: int, currency: str, amount: Decimal) -> None:
        self.count += 1
        self.ids.append(id)
        self.amounts[currency] = self.amounts.get(currency, Decimal(0)) + amount


@dataclass(frozen=True)
class Consequences:
    """By what may still be done: the invoices in Xero that a set-up would write otherwise than they were."""

    sums: Mapping[Fate, Sum]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.sums.values())


@dataclass(frozen=True)
class History:
    """The set-ups that were in force, the oldest first, each since its moment."""

    moments: Sequence[datetime]
    set_ups: Sequence[SetUp]

    def at(self, moment: datetime | None) -> int:
        """Which one was in force; what is older than all that are known is taken for the first one's."""
        return max(0, bisect_right(self.moments, moment) - 1) if moment else 0


def save(organisation: Organisation, set_up: SetUp, user: User, now: datetime) -> None:
    """Into the transaction that is open: from now on this one counts, and it is kept which one did before."""
    if organisation.stored_set_up is not None and not _rows(organisation):
        since = organisation.mapping_saved_at or now
        _add(organisation, organisation.stored_set_up, since, organisation.mapping_saved_by or "")
    if organisation.stored_set_up != set_up.as_json():
        _add(organisation, set_up.as_json(), now, user.name)
    organisation.stored_set_up = set_up.as_json()
    organisation.mapping_saved_at, organisation.mapping_saved_by = now, user.name


def _add(organisation: Organisation, values: dict[str, Any], at: datetime, by: str) -> None:
    db.session.add(SavedSetUp(organisation_id=organisation.id, values=values, saved_at=at, saved_by=by))
    db.session.flush()


def of(organisation: Organisation, tried: SetUp, read: Iterable[Ruled] = ()) -> Consequences:
    """What this set-up, saved or not, would write otherwise. Two questions to the database where it would write all
    of it as any one before; else it goes through the invoices that are in Xero.

    Args:
        read: what rules go by, of invoices of which it was read just now; of others it is known as it was kept.
    """
    lately = {one.id: one for one in read}
    history = _history(organisation)
    changes = _changes(organisation, history, tried)
    found: dict[Fate, Sum] = {fate: Sum() for fate in FATES}
    if not any(change.matters for change in changes):
        return Consequences(found)
    books = organisation.books
    for link in _links(organisation):
        change = changes[history.at(link.written_at)]
        if change.matters and differs(link.written, _known(link, lately.get(link.bitrix24_id)), change):
            total = link.xero_total or Decimal(0)
            found[_fate(link, books)].add(link.bitrix24_id, link.written.get("CurrencyCode", ""), total)
    return Consequences(found)


def _known(link: Any, read: Ruled | None) -> Known:
    traits, products = kept_of(link.written)
    if read:
        traits = read.traits
        products = {str(row): one.product_id for row, one in (read.rows or {}).items()} or products
    lines = link.line_ids or {}
    of_lines = {lines[row]: id for row, id in products.items() if row in lines}
    return Known(kind_of(link.bitrix24_id), link.seen, traits, of_lines)


def keep(organisation: Organisation, read: Iterable[Ruled]) -> None:
    """Into the transaction that is open: what rules go by, with what was written before it was known."""
    lately = {one.id: one for one in read}
    for first in range(0, len(lately), _AT_ONCE):
        ids = list(lately)[first : first + _AT_ONCE]
        query = select(InvoiceLink).where(
            InvoiceLink.organisation_id == organisation.id, InvoiceLink.bitrix24_id.in_(ids),
            InvoiceLink.written.is_not(None),
        )  # fmt: skip
        for link in db.session.scalars(query):
            link.written = {**(link.written or {}), drift.TRAITS: _merged(link, lately[link.bitrix24_id])}


def _merged(link: InvoiceLink, read: Ruled) -> dict[str, Any]:
    """What was not read this time stays as it was kept."""
    before = (link.written or {}).get(drift.TRAITS) or {}
    now = read.as_json()
    lists = {**(before.get("lists") or {}), **now["lists"]}
    rest = {name: value for name, value in now.items() if value not in (None, {}, "")}
    return {**before, **rest, "lists": lists}


def rewritable(organisation: Organisation) -> tuple[int, ...]:
    """Those that the saved set-up would write otherwise, and that may still be written anew."""
    return tuple(of(organisation, organisation.set_up).sums["open"].ids)


def _changes(organisation: Organisation, history: History, tried: SetUp) -> list[Change]:
    query = select(ItemLink.code, ItemLink.account, ItemLink.tax_type).where(
        ItemLink.organisation_id == organisation.id
    )
    items = db.session.execute(query).all()
    db.session.commit()
    accounts = frozenset(item.code for item in items if item.account)
    taxes = frozenset(item.code for item in items if item.tax_type)
    return [Change(before, tried, accounts, taxes) for before in history.set_ups]


def _rows(organisation: Organisation) -> Sequence[SavedSetUp]:
    query = select(SavedSetUp).where(SavedSetUp.organisation_id == organisation.id).order_by(SavedSetUp.saved_at)
    return db.session.scalars(query).all()


def _history(organisation: Organisation) -> History:
    rows = _rows(organisation)
    found = History([row.saved_at for row in rows], [SetUp.from_json(row.values) for row in rows])
    db.session.commit()
    return found if rows else History([datetime.min.replace(tzinfo=UTC)], [organisation.set_up])


def _links(organisation: Organisation) -> Iterator[Any]:
    """What is in Xero and not ended there, and was written from here."""
    query = select(
        InvoiceLink.bitrix24_id, InvoiceLink.written, InvoiceLink.seen, InvoiceLink.written_at,
        InvoiceLink.xero_status, InvoiceLink.xero_settled, InvoiceLink.xero_total, InvoiceLink.line_ids,
    ).where(
        InvoiceLink.organisation_id == organisation.id, InvoiceLink.xero_id.is_not(None),
        InvoiceLink.written.is_not(None), InvoiceLink.xero_status.in_(_STANDING),
    )  # fmt: skip
    yield from db.session.execute(query)
    db.session.commit()


def _fate(link: Any, books: Books) -> Fate:
    if link.xero_status == "PAID":
        return "paid"
    if link.xero_settled:
        return "part"
    day = link.written.get("Date")
    return "locked" if day and books.locks(date.fromisoformat(day)) else "open"
