"""How the newest invoices of both kinds are read to be counted, beside whatever else the calls ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from b24xero.bitrix24 import invoice_count, invoice_list, legacy_count, parse
from b24xero.bitrix24.batch import Batch
from b24xero.bitrix24.invoice_list import stage_commands
from b24xero.bitrix24.item_list import rows_of
from b24xero.bitrix24.legacy_invoices import STATUSES
from b24xero.bitrix24.legacy_pages import count_command, rows_in
from b24xero.bitrix24.legacy_statuses import statuses
from b24xero.bitrix24.session import Commands
from b24xero.bitrix24.templates import Templates
from b24xero.domain.invoice import InvoiceRow, Stage
from b24xero.domain.invoice_key import key_of
from b24xero.domain.queries import Counted, InvoiceQuery


class Counting:
    """``first`` travels with the stages (``stages_of_both``); beyond fifty old ones the ``rest`` travels later."""

    def __init__(self, query: InvoiceQuery, met: Templates) -> None:
        self._query, self._met = query, met
        self.first: Commands = {**invoice_count.commands(query, met), "old_count": count_command(query)}

    def rest(self, answer: Batch) -> Commands:
        return legacy_count.count_rest(self._query, answer.totals.get("old_count", 0))

    def read(self, answer: Batch, later: Batch) -> Counted:
        """The newest of both, as many as of one."""
        new_stages, old_stages = read_stages(answer)
        new = invoice_count.read(answer, self._met, new_stages)
        pages = (answer.result("old_count"), *(later.result(name) for name in self.rest(answer)))
        listed = [row for page in pages for row in rows_in(page)]
        old = legacy_count.read_count(self._query, listed, answer.totals.get("old_count", 0), old_stages)
        both = sorted((*new.rows, *map(keyed, old.rows)), key=lambda row: row.date, reverse=True)
        return Counted(tuple(both[: invoice_count.MOST]), new.total + old.total, (*new_stages, *old_stages))


def stages_of_both(categories: Sequence[int]) -> Commands:
    return {**stage_commands(categories), "statuses": STATUSES}


def read_stages(answer: Batch) -> tuple[tuple[Stage, ...], tuple[Stage, ...]]:
    """Of today's invoices, and of old ones."""
    return parse.stages(invoice_list.statuses(answer)), statuses(rows_of(answer.get("statuses"))).stages


def keyed(row: InvoiceRow) -> InvoiceRow:
    return replace(row, id=key_of("legacy", row.id))
