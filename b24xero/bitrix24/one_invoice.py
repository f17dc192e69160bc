"""One invoice of today, with its rows and its customer, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import ask_traits, invoices, may_change, parse
from b24xero.bitrix24.batch import Batch, Params, Ref
from b24xero.bitrix24.customers import Customers, owner_of
from b24xero.bitrix24.invoice_list import stage_commands, statuses
from b24xero.bitrix24.item_list import COMPANY, CONTACT, INVOICE, Owner, rows_of
from b24xero.bitrix24.paged_lists import Lists
from b24xero.bitrix24.rows import oddness
from b24xero.bitrix24.session import Session
from b24xero.domain.invoice import Invoice
from b24xero.domain.traits import NOTHING, Needs
from b24xero.errors import NotFound, Rejected, RetryLater, problem

_SIDES = {"company": COMPANY, "contact": CONTACT}


def invoice(
    session: Session, invoice_id: int, categories: Sequence[int], *, ask_right: bool = False, needs: Needs = NOTHING
) -> Invoice:
    """The invoice with its rows and its customer: one call, one more a further 50 rows, and one where rules go by the
    sections of products.

    Args:
        ask_right: whether this person may change it is asked in the same call.
        needs: what is asked for rules alone.

    Raises:
        Forbidden, NotFound: what Bitrix24 itself says of this person and this invoice. Rejected: it is a recurring
            template.
    """
    # First, so that no exception of another command speaks for its refusal (source §1 #13).
    right = {"right": may_change.command(invoice_id)} if ask_right else {}
    people = ask_traits.one(Ref("$result[item][item][assignedById]"), needs)
    answer = session.batch({**right, **_invoice_commands(invoice_id), **people, **stage_commands(categories)})
    try:
        item = _one(answer.result("item"))
    except NotFound as error:
        raise NotFound(problem("invoice_gone")) from error
    if not item or oddness(item[0]) or not parse.number(item[0].get("id")):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    if parse.is_template(item[0]):
        raise Rejected(problem("recurring_template"))
    rows = _all_rows(session, invoice_id, answer)
    link = answer.get("requisite")
    links = [link] if isinstance(link, Mapping) else []
    customers = _customers(answer, item[0])
    customers.are_gone(_gone(answer, item[0]))
    stages = invoices.stages_by_id(statuses(answer))
    found = invoices.assembled(item[0], rows, customers, links, stages, needs)
    found = ruled(session, answer, found, needs)
    return replace(found, may_change=may_change.said(answer, "right")) if ask_right else found


def ruled(session: Session, answer: Batch, found: Invoice, needs: Needs) -> Invoice:
    """With what was asked for rules alone; the sections of its products take a call of their own."""
    lists = Lists(session)
    lists.take("people", answer)
    return ask_traits.told(lists, {"people": ("", {})}, {found.id: found}, needs)[found.id]


def _all_rows(session: Session, invoice_id: int, answer: Batch) -> list[dict[str, Any]]:
    """The invoice's rows, of which the answer has the first 50."""
    rows = answer.rows("rows", "productRows")
    while len(rows) < answer.totals.get("rows", 0) or "rows" in answer.nexts:
        next_page = session.batch({"rows": invoices.rows_command(invoice_id, len(rows))})
        more = next_page.rows("rows", "productRows")
        rows += more
        if not more or "rows" not in next_page.nexts:
            break
    return rows


def _invoice_commands(invoice_id: int) -> dict[str, tuple[str, Params]]:
    """Everything of one invoice in one call; the customer through references into the first answer."""
    commands: dict[str, tuple[str, Params]] = {
        "item": ("crm.item.get", {"entityTypeId": INVOICE, "id": invoice_id}),
        "rows": invoices.rows_command(invoice_id),
        "requisite": invoices.link_command(invoice_id),
    }
    for name, entity in _SIDES.items():
        ref = Ref(f"$result[item][item][{name}Id]")
        commands[name] = invoices.get_command(entity, ref)
        commands[f"{name}_requisites"] = invoices.requisites_command(entity, ref)
        commands[f"{name}_addresses"] = invoices.addresses_command(entity, ref)
    return commands


def _customers(answer: Batch, item: Params) -> Customers:
    """The one company and the one contact that the invoice refers to, where this person sees them. Whether the address
    is hidden, the owner's own tells: what is asked of a contact that the invoice does not have may be refused, too."""
    kind, id = owner_of(item)
    owner = "company" if kind == COMPANY else "contact"
    return Customers(
        {entity: _one(answer.get(name)) for name, entity in _SIDES.items()},
        [row for name in _SIDES for row in rows_of(answer.get(f"{name}_requisites"))],
        [row for name in _SIDES for row in rows_of(answer.get(f"{name}_addresses"))],
        addresses_hidden=bool(id) and f"{owner}_addresses" in answer.errors,
    )


def _gone(answer: Batch, item: Params) -> list[Owner]:
    """Who owes the money, where Bitrix24 says that it has them no more."""
    owner = owner_of(item)
    said = answer.errors.get("company" if owner[0] == COMPANY else "contact")
    return [owner] if owner[1] and isinstance(said, NotFound) else []


def _one(answer: Any) -> list[Params]:
    item = answer.get("item") if isinstance(answer, Mapping) else None
    return [item] if isinstance(item, Mapping) and not oddness(item) else []
