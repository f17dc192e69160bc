"""How many invoices of a group there are: asked as totals, within one batch, all of a group or none of it."""

from __future__ import annotations

import json

from b24xero.bitrix24 import invoice_numbers
from b24xero.bitrix24.batch import Batch
from b24xero.bitrix24.templates import MetTemplates
from b24xero.domain.queries import Group, InvoiceQuery

SENT = ("DT31_7:S",)


def test_ids_are_asked_about_so_few_at_once_that_php_takes_them_all() -> None:
    scattered = {"many": Group(tuple(range(1, 1001, 2)), SENT)}
    asked = invoice_numbers.commands(InvoiceQuery(), scattered, MetTemplates())
    conditions = [params["filter"] for _method, params in asked.values()]
    assert [len(condition["@id"]) for condition in conditions] == [200, 200, 100]
    assert {tuple(condition["@stageId"]) for condition in conditions} == {SENT}


def test_ids_that_follow_one_another_go_as_ranges_however_many_there_are() -> None:
    linked = {"linked": Group(tuple(id for id in range(1, 18_201) if id % 1000 > 10), SENT)}
    asked = invoice_numbers.commands(InvoiceQuery(), linked, MetTemplates())
    assert len(asked) == 1
    assert len(json.dumps(asked)) < 2000, "each page sends it"


def test_a_group_that_does_not_fit_into_the_batch_is_not_told_by_half() -> None:
    groups = {"huge": Group(tuple(range(1, 40_000, 2))), "few": Group((1, 2)), "none": Group(())}
    asked = invoice_numbers.commands(InvoiceQuery(), groups, MetTemplates())
    answer = Batch({}, {}, dict.fromkeys(asked, 2), {})
    assert invoice_numbers.read(answer, groups, asked) == {"few": 2, "none": 0}


def test_two_groups_of_like_names_are_told_apart() -> None:
    groups = {"sent": Group(stages=("S",)), "sent_known": Group((1,), ("S",))}
    asked = invoice_numbers.commands(InvoiceQuery(), groups, MetTemplates())
    answer = Batch({}, {}, {"number_sent_0": 95, "number_sent_known_0": 4}, {})
    assert invoice_numbers.read(answer, groups, asked) == {"sent": 95, "sent_known": 4}
