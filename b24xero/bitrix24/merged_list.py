"""How a page of both kinds of invoices is asked for: two lists of one order, read side by side in the same calls.

Neither list can be asked for "from the 51st of both", so a page tells where the next one and the one before begin in
each (``queries.Start``), and is read from there. What is said of a beginning is held against the rows around it; where
it is not so, or nothing is said, both lists are read from the top.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from b24xero.bitrix24 import invoice_list, invoice_search, legacy_parse, legacy_search, parse, templates
from b24xero.bitrix24.batch import Batch, Params, one_of
from b24xero.bitrix24.customer_names import MOST_COMMANDS, CustomerNames, owner_of_row
from b24xero.bitrix24.invoice_list import MOST_LOOKS, Choose, likely_owners
from b24xero.bitrix24.item_list import MOST_PAGES
from b24xero.bitrix24.legacy_pages import holds, probe_of, rows_in
from b24xero.bitrix24.legacy_search import Search
from b24xero.bitrix24.merged_count import Counting, keyed, read_stages, stages_of_both
from b24xero.bitrix24.merged_side import Side, new_side, old_side
from b24xero.bitrix24.session import Commands, Session
from b24xero.bitrix24.templates import Templates
from b24xero.domain.invoice import InvoiceRow
from b24xero.domain.invoice_order import Place, TwoLists
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery, Start, Starts

# Pages of the lists in a call that counts as well: with twenty to count they stay within a batch.
MOST_BESIDE = 16
_NOTHING = Batch({}, {}, {}, {})


def invoice_page(
    session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates, choose: Choose | None = None
) -> InvoicePage:
    """One page of what this person may see: two calls (both lists with the stages, and what is counted; the customers'
    names). With a search the first is what that begins with, and the names travel with the lists as far as it is known
    whose they are: a third is for a customer who comes as a surprise, or has more than fifty old invoices. One more for
    a choice, and for the second fifty of old invoices on a first page, for a page of which it is not said where it
    begins (one for every 625 of each kind before it), and where a condition has so many ids that it leaves the batch.
    A page beyond the end gives the last one.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    names = CustomerNames()
    begun = _before(session, categories, query, met, names, choosing=choose is not None)
    beside = begun.counted
    if choose and beside and (chosen := choose(beside)) is not None:
        query = replace(query, only_ids=tuple(chosen))
        names.expect(likely_owners(beside.rows, query))
    for _ in range(MOST_LOOKS):
        known = len(met.known())
        asked = replace(query, counted=query.counted and not (beside or begun.counting))
        page = _Reading(session, asked, met, begun, names).page(categories)
        beside = beside or page.beside
        if len(met.known()) == known:
            break
    return replace(page, beside=beside)


def matching_ids(session: Session, query: InvoiceQuery, most: int, met: Templates) -> tuple[int, ...]:
    """The keys of everything that a page's filters match, in its order, at most ``most``: three calls for 1,000."""
    names = CustomerNames()
    begun = _before(session, (), replace(query, counted=False), met, names, choosing=False)
    return _Reading(session, query, met, begun, names).keys(most)


def counted(session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates) -> Counted:
    """The newest invoices of a period: one call, and one more above 50 old ones."""
    counting = Counting(query, met)
    return _count(session, counting, session.batch({**counting.first, **stages_of_both(categories)}))


@dataclass(frozen=True)
class _Begun:
    """What is known before the lists are asked for: what a search means for invoices of today, and the search for old
    ones; what is counted, where something is chosen of it, and ``counting`` of which the ``answer`` has the beginning.
    """

    condition: Params = field(default_factory=dict)
    search: Search | None = None
    counted: Counted | None = None
    counting: Counting | None = None
    answer: Batch = _NOTHING


def _before(
    session: Session, categories: Sequence[int], query: InvoiceQuery, met: Templates, names: CustomerNames, *,
    choosing: bool,
) -> _Begun:  # fmt: skip
    if not query.search:
        return _Begun(counted=counted(session, categories, query, met) if choosing else None)
    counting = Counting(query, met) if choosing or query.counted else None
    beside = {**counting.first, **stages_of_both(categories)} if counting else {}
    smart, old = query.of("smart"), query.of("legacy")
    if smart.only_ids != ():
        beside |= invoice_list.otherwise_found(smart, met)
    search = Search(session, old) if old.only_ids != () else None
    found = search.begin(beside) if search else invoice_search.named(session, query.search, beside)
    invoice_list.expect_found(names, found)
    if search:
        names.expect(map(owner_of_row, search.found()[: query.page * query.rows]))
    condition = invoice_search.condition(session, query.search, found) if smart.only_ids != () else {}
    answer = found.answer or _NOTHING
    if counting and choosing:
        return _Begun(condition, search, _count(session, counting, answer))
    return _Begun(condition, search, None, counting, answer)


def _count(session: Session, counting: Counting, answer: Batch) -> Counted:
    rest = counting.rest(answer)
    return counting.read(answer, session.batch(rest) if rest else _NOTHING)


class _Reading:
    """Both lists of one question, as far as they were read."""

    def __init__(
        self, session: Session, query: InvoiceQuery, met: Templates, begun: _Begun, names: CustomerNames
    ) -> None:
        self._session, self._query, self._met, self._names = session, query, met, names
        self._old_query = query.of("legacy")
        self._new = new_side(invoice_list.without(query.of("smart"), met), begun.condition)
        self._old = old_side(self._old_query)
        self._search = begun.search if not self._old.whole else None
        self._counting = Counting(query, met) if query.counted else None
        self._begun = begun

    def page(self, categories: Sequence[int]) -> InvoicePage:
        begun, counting = self._begun.counting, self._counting
        counted = counting.first if counting else begun.rest(self._begun.answer) if begun else {}
        answer = self._first_call({**stages_of_both(categories), **counted, **self._names.likely()})
        self._names.take(answer)
        place = self._place()
        self._read(self._around(place))
        rows, end = self._both.after(place, self._query.rows)
        shown = self._invoices(rows)
        more = {**self._names.missing(shown), **(counting.rest(answer) if counting else {})}
        later = self._session.batch(more) if more else _NOTHING
        self._names.take(later)
        new_stages, old_stages = read_stages(answer)
        return InvoicePage(
            self._names.named(shown),
            self._both.end.all,
            place.all + 1 if shown else 0,
            (*new_stages, *old_stages),
            counting.read(answer, later) if counting else begun.read(self._begun.answer, answer) if begun else None,
            self._starts(place, end),
        )

    def keys(self, most: int) -> tuple[int, ...]:
        self._first_call({}, top=most)
        self._read((range(most), range(most)))
        rows, _end = self._both.after(Place(), most)
        return tuple(dict.fromkeys(row.id for row in self._invoices(rows)))

    def _invoices(self, rows: Iterable[InvoiceRow]) -> list[InvoiceRow]:
        templates = frozenset(self._met.known())
        return [row for row in rows if row.id not in templates]

    @property
    def _both(self) -> TwoLists:
        return TwoLists(self._new.listed, self._old.listed, self._query.sort)

    # -- where the page begins ----------------------------------------------------------------------------------------

    @property
    def _first(self) -> int:
        return (self._query.page - 1) * self._query.rows

    def _said(self) -> Place | None:
        """Where it begins, as the page beside it told."""
        if not self._first:
            return Place()
        start = self._query.start
        return Place(start.new, self._first - start.new) if start and start.new <= self._first else None

    def _place(self) -> Place:
        total, count, said = self._both.end.all, self._query.rows, self._said()
        if total and self._first >= total:
            return self._from_the_end(total - (total - 1) // count * count)
        if said is not None:
            self._read(self._around(said))
            if self._both.fits(said):
                return said
        self._read((range(self._first), range(self._first)))
        return self._both.after(Place(), self._first)[1]

    def _from_the_end(self, count: int) -> Place:
        end = self._both.end
        self._read((range(end.new - count, end.new), range(end.old - count, end.old)))
        return self._both.before(end, count)

    def _around(self, place: Place) -> tuple[range, range]:
        """The page; and the one before it, which tells where that begins, unless its pages are calls of their own."""
        count = self._query.rows
        before = 0 if self._new.alone or self._old.alone else count
        return range(place.new - before, place.new + count), range(place.old - before, place.old + count)

    def _starts(self, place: Place, end: Place) -> Starts:
        old_total, previous = self._both.end.old, None
        if place.all and not (self._new.alone or self._old.alone):
            before = self._both.before(place, self._query.rows)
            # Where the portal sorts otherwise than we compare, the way back need not be the way forth.
            leads_here = self._both.after(before, self._query.rows)[1] == place
            previous = Start(before.new, old_total) if leads_here else None
        following = Start(end.new, old_total) if end.all < self._both.end.all else None
        return Starts(Start(place.new, old_total) if place.all else None, previous, following)

    # -- what is read -------------------------------------------------------------------------------------------------

    def _first_call(self, beside: Commands, top: int = 0) -> Batch:
        """``top``: so many from the top are wanted."""
        probe = None if self._search or self._old.whole else probe_of(self._old_query)
        wanted = self._wanted_first(top)
        answer = self._ask(wanted, {**beside, **({"probe": probe} if probe else {})}, MOST_BESIDE, self._search)
        if self._search:
            self._search.lists.finish()
            self._old.is_all(map(keyed, self._search.found(self._old_query.only_ids)))
        elif answer.totals.get("probe", 0):
            self._look_through()
        return answer

    def _wanted_first(self, top: int) -> tuple[range, range]:
        """Of old ones no more than there were, and where nothing is known of them the page that tells."""
        said, start = self._said(), self._query.start
        if top or said is None:
            new = range(1 if self._new.alone else top or self._first + self._query.rows)
            return new, range(0 if self._search else 1)
        new, old = self._around(said)
        last = max(min(old.stop, start.old_total), 1) if start and said.all else 1
        return new, range(0) if self._search else range(min(max(old.start, 0), last - 1), last)

    def _read(self, wanted: tuple[range, range]) -> None:
        while self._new.starts(wanted[0]) or self._old.starts(wanted[1]):
            self._ask(wanted, {}, MOST_PAGES)

    def _ask(self, wanted: tuple[range, range], beside: Commands, most: int, search: Search | None = None) -> Batch:
        """``search``: whose lists begin in the same call. Old ones come first: how many there are must be known before
        anything is asked for past the first page, and their page is not to be the one that finds no room."""
        sides = ((self._old, wanted[1]), (self._new, wanted[0]))
        pages = {side.name_of(start): (side, start) for side, its in sides for start in side.starts(its)}
        pages = dict(list(pages.items())[: min(most, MOST_COMMANDS - len(beside))])
        together = {name: side.command(start) for name, (side, start) in pages.items() if not side.alone}
        commands = {**together, **beside}
        answer = search.lists.step(commands) if search else self._session.batch(commands) if commands else _NOTHING
        for name, (side, start) in pages.items():
            if side.alone:
                answer = answer.and_more(one_of(name, self._session.call(*side.command(start))))
            self._take(side, start, answer.totals.get(name, 0), answer, name)
        return answer

    def _take(self, side: Side, start: int, total: int, answer: Batch, name: str) -> None:
        if side is self._new:
            items = [item for item in answer.rows(name, "items") if parse.number(item.get("id"))]
            templates.without(items, self._met)
            side.take(start, total, map(parse.invoice_row, items))
        elif not side.whole:
            self._take_old(start, total, rows_in(answer.result(name)))

    def _take_old(self, start: int, total: int, rows: Sequence[Params]) -> None:
        if start >= total or all(holds(row, self._old_query) for row in rows):
            self._old.take(start, total, (keyed(legacy_parse.invoice_row(row)) for row in rows))
        else:
            self._look_through()

    def _look_through(self) -> None:
        """The portal left out a condition: all are read, and chosen from here."""
        rows = legacy_search.everything(self._session)[0]
        self._old.is_all(map(keyed, legacy_search.chosen(rows, self._old_query)))
