"""What the page asks of Bitrix24 for what its address says, and what it makes of the invoices that are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from b24xero import portal_invoices
from b24xero.bitrix24.client import Bitrix24
from b24xero.db.models import Organisation
from b24xero.domain.invoice import is_old
from b24xero.domain.invoice_key import kind_of
from b24xero.domain.queries import Counted, Group, InvoicePage, InvoiceQuery
from b24xero.reconciliation import links, numbers
from b24xero.reconciliation.links import Found
from b24xero.reconciliation.worklist import VIEWS, Worklist, worklist
from b24xero.setup import consequences
from b24xero.web.common.list_query import Asked
from b24xero.web.invoices.row import Surroundings

# What Bitrix24 can be asked for by ids and stages, however many there are; of the others those are found that were
# counted.
_IN_XERO = ("awaiting", "overdue", "paid", "age-0", "age-1", "age-2", "age-3", "age-4")
_BY_STAGE = ("ready", "not_sent")


class Asking:
    """One question for a page. ``counted``: whether what belongs to the period is counted beside it."""

    def __init__(
        self, wanted: Asked, organisation: Organisation | None, around: Surroundings, *, counted: bool
    ) -> None:
        self.wanted, self.organisation, self.around = wanted, organisation, around
        self.counted = counted or self.chooses
        self._found: Found | None = None

    @property
    def chooses(self) -> bool:
        """Only how both stand tells what belongs to it. What is ready goes by the stage where not all can be looked
        at, and by no other rule than its count where they can."""
        return self.wanted.view not in ("all", "otherwise", "not_sent", *_IN_XERO)

    @property
    def query_of_days(self) -> InvoiceQuery:
        """As far as it says of what time and kind they are."""
        since, until = self.wanted.period.days(self.around.today)
        return InvoiceQuery(since=since, until=until, kinds=self.wanted.kinds_of(portal_invoices.invoice_kinds()))

    @property
    def query(self) -> InvoiceQuery:
        wanted = self.wanted
        query = replace(
            self.query_of_days, page=wanted.page, rows=wanted.rows, sort=wanted.sort, search=wanted.q,
            stages=wanted.stages, counted=self.counted, start=wanted.start,
        )  # fmt: skip
        if self.organisation is None:
            return query
        if wanted.view == "otherwise":
            return replace(query, only_ids=consequences.rewritable(self.organisation))
        if wanted.view in _IN_XERO:
            return replace(query, only_ids=links.ids_standing(self.organisation, wanted.view, self._today))
        return self._by_stage(query, self.organisation) if wanted.view in _BY_STAGE else query

    def _by_stage(self, query: InvoiceQuery, organisation: Organisation) -> InvoiceQuery:
        stages = organisation.set_up.stages.items()
        left_out = self.wanted.view == "not_sent"
        fitting = tuple(stage for stage, target in stages if (target in numbers.NOT_SENT) == left_out)
        both = tuple(stage for stage in fitting if not query.stages or stage in query.stages)
        query = replace(query, stages=both, without_ids=links.ids_in_xero(organisation))
        if not left_out:
            refused = (*query.without_ids, *links.ids_stopped(organisation))
            query = replace(query, without_ids=refused, dated_from=self.around.books.locked_until)
        return query if both else replace(query, only_ids=())

    def choose(self, counted: Counted) -> Sequence[int] | None:
        """Those of the view among the counted; None: the query says it by itself."""
        if self.wanted.view in _BY_STAGE and not counted.whole:
            return None
        standings = self._look(counted).standings
        return [row.id for row in counted.rows if VIEWS[self.wanted.view](standings[row.id])]

    def page(self, bitrix24: Bitrix24) -> InvoicePage:
        return bitrix24.invoice_page(self.query, self.choose if self.chooses else None, self.groups)

    def groups(self, _counted: Counted) -> Mapping[str, Group]:
        """What is told of today's invoices by number alone, since they are too many to be looked at."""
        if self.organisation is None or self.wanted.kind == "old":
            return {}
        standing = {view: self._todays(links.ids_standing(self.organisation, view, self._today)) for view in _IN_XERO}
        set_up = self.organisation.set_up
        set_up = replace(set_up, stages={stage: to for stage, to in set_up.stages.items() if not is_old(stage)})
        in_xero, stopped = links.ids_in_xero(self.organisation), links.ids_stopped(self.organisation)
        return numbers.groups(
            set_up, standing, self._todays(in_xero), self._todays(stopped), self.around.books.locked_until
        )

    @property
    def _today(self) -> date:
        return self.around.today

    @staticmethod
    def _todays(keys: Sequence[int]) -> tuple[int, ...]:
        return tuple(key for key in keys if kind_of(key) == "smart")

    def matching(self, bitrix24: Bitrix24, most: int) -> tuple[int, ...]:
        """The ids of all that the address means, in its order."""
        query = self.query
        if self.chooses and (chosen := self.choose(bitrix24.counted(self.query_of_days))) is not None:
            query = replace(query, only_ids=tuple(chosen))
        return bitrix24.matching_ids(query, most)

    def worklist(self, page: InvoicePage) -> Worklist | None:
        """None where nothing was counted."""
        counted = page.beside
        if counted is None:
            return None
        found = self._look(counted)
        looked = worklist(counted.rows, found.standings, found.payments, counted.total, self._today)
        if counted.whole or self.organisation is None:
            return looked
        return numbers.numbered(looked, page.numbers, links.unpaid(self.organisation, self._today))

    def _look(self, counted: Counted) -> Found:
        if self._found is None:
            stages = {stage.id: stage for stage in counted.stages}
            self._found = links.look(self.organisation, counted.rows, replace(self.around, stages=stages).both)
        return self._found
