"""How many invoices of a group this person sees: asked of the portal as totals, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from b24xero.bitrix24 import id_filters, invoice_count
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.item_list import INVOICE, list_command
from b24xero.bitrix24.templates import Templates
from b24xero.domain.queries import Counted, Group, InvoiceQuery

# What a batch of 50 (facts §7.5) has left beside the names of a page of 100 and the stages.
MOST_COMMANDS = 40

Commands = Mapping[str, tuple[str, Params]]
# Which groups are wanted beside what was counted, the most important first.
Groups = Callable[[Counted], Mapping[str, Group]]


def commands(query: InvoiceQuery, groups: Mapping[str, Group], met: Templates) -> Commands:
    """As many for each group as its ids take, within the days of the query. A group that does not fit whole into what
    is left of a batch is left out: half of it would tell nothing."""
    asked: dict[str, tuple[str, Params]] = {}
    for name, group in groups.items():
        wanted = {
            f"number_{name}_{n}": _total(query.from_day(group.since), condition)
            for n, condition in enumerate(_conditions(group, met))
        }
        if len(asked) + len(wanted) <= MOST_COMMANDS:
            asked |= wanted
    return asked


def _conditions(group: Group, met: Templates) -> list[dict[str, Any]]:
    stages: dict[str, Any] = {} if group.stages is None else {"@stageId": list(group.stages)}
    if group.stages == ():
        return []
    if group.ids is None:
        return [{**stages, **({"!@id": known} if (known := list(met.known())) else {})}]
    return [{**stages, **part} for part in id_filters.parts(group.ids)]


def _total(query: InvoiceQuery, condition: Params) -> tuple[str, Params]:
    return list_command(INVOICE, {**invoice_count.days(query), **condition}, ("id",), {"id": "ASC"}, 0)


def read(answer: Batch, groups: Mapping[str, Group], asked: Commands) -> dict[str, int]:
    """Of those that were asked for whole; one that has no invoices need not be."""
    found: dict[str, int] = {}
    for name, group in groups.items():
        mine = [command for command in asked if command.rpartition("_")[0] == f"number_{name}"]
        if all(command in answer.totals for command in mine) and (mine or () in (group.ids, group.stages)):
            found[name] = sum(answer.totals[command] for command in mine)
    return found
