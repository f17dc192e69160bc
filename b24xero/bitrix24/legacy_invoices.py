"""How whole old invoices (crm.invoice.*), each with its customer, are put together from few calls.

The functions are those of ``client`` and ``invoices`` for the invoices of today; which a portal has, ``kinds`` tells.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from b24xero.bitrix24 import ask_traits, legacy_parse, one_invoice, parse, traits
from b24xero.bitrix24 import invoices as items
from b24xero.bitrix24.batch import Batch, Params, Ref
from b24xero.bitrix24.customers import Customers
from b24xero.bitrix24.invoice_list import COMPANY, CONTACT
from b24xero.bitrix24.invoices import addresses_command, get_command, requisites_command
from b24xero.bitrix24.item_list import rows_of
from b24xero.bitrix24.legacy_statuses import ENTITY, Statuses, statuses
from b24xero.bitrix24.paged_lists import MOST_COMMANDS, Lists
from b24xero.bitrix24.rows import oddness
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.wire import Borrowed
from b24xero.domain.invoice import Invoice, Kind
from b24xero.domain.traits import NOTHING, Needs
from b24xero.errors import Forbidden, NotFound, Rejected, RetryLater, problem

log = logging.getLogger(__name__)

OLD_INVOICE = 5  # in links of requisites
# The customers of so many are read together, with the statuses.
GROUP = 1000
STATUSES: tuple[str, Params] = ("crm.status.list", {"order": {"SORT": "ASC"}, "filter": {"ENTITY_ID": ENTITY}})
_SIDES = {"company": (COMPANY, "UF_COMPANY_ID"), "contact": (CONTACT, "UF_CONTACT_ID")}
# What the older service says in English, whatever the portal's language; its code is empty (source facts §3.2, §3.4).
_HIDDEN, _MISSING, _NOTHING_TO_WRITE = "Access denied.", "Not found.", "Invalid parameters."


def kinds(session: Session) -> frozenset[Kind]:
    """Which invoices the portal has: one call. Source: source facts §2.5 ``crm.status.entity.types``.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    return kinds_of(session.call("crm.status.entity.types", {})["result"])


def kinds_of(answer: Any) -> frozenset[Kind]:
    """The same of the answer, where it is asked beside others."""
    ids = {parse.text(row.get("ID")) for row in rows_of(answer)}
    found: set[Kind] = {"legacy"} if ENTITY in ids else set()
    return frozenset(found | ({"smart"} if any(id.startswith("SMART_INVOICE_STAGE_") for id in ids) else set()))


def invoice(session: Session, invoice_id: int, *, ask_right: bool = False, needs: Needs = NOTHING) -> Invoice:
    """One invoice with its rows and its customer: one call, one more where rules go by the sections of products.

    Args:
        ask_right: whether this person may change it is asked in the same call.
        needs: what is asked for rules alone.

    Raises:
        Forbidden, NotFound: what Bitrix24 says of this person and this invoice. Rejected: it is a recurring template.
        Disconnected, RetryLater.
    """
    right = {"right": right_command(invoice_id)} if ask_right else {}
    people = ask_traits.one(Ref("$result[invoice][RESPONSIBLE_ID]"), needs)
    answer = session.batch({**right, **_commands(invoice_id), **people, "statuses": STATUSES})
    if "invoice" in answer.errors:
        raise own_words(answer.errors["invoice"])
    old = answer.result("invoice")
    if not legacy_parse.is_readable(old, invoice_id):
        raise RetryLater(problem("bitrix24_bad_answer"), 10)
    if legacy_parse.is_template(old):
        raise Rejected(problem("recurring_template"))
    link = answer.get("requisite")
    links = [link] if isinstance(link, Mapping) else []
    found = _assembled(old, _customers(answer, old), links, statuses(rows_of(answer.get("statuses"))), needs)
    found = one_invoice.ruled(session, answer, found, needs)
    return replace(found, may_change=right_said(answer, "right")) if ask_right else found


def invoices(session: Session, ids: Iterable[int], needs: Needs = NOTHING) -> dict[int, Invoice]:
    """Invoices by id, each exactly as ``invoice`` gives it: 24 calls for 1,000; see ``groups``."""
    return {id: found for group in groups(session, ids, needs) for id, found in group.items()}


def groups(session: Session, ids: Iterable[int], needs: Needs = NOTHING) -> Iterator[dict[int, Invoice]]:
    """The same, up to 300 at a time, each group read when it is asked for: one call for every 50 invoices and one for
    the customers and statuses of all. Which requisite an invoice uses is asked for those alone whose customer leaves a
    choice, 50 a call.

    Missing are invoices that this person may not see or that do not exist, and recurring templates: ask for one alone
    to learn why. Source: source facts §3.2 ``crm.invoice.get``, which lists cannot replace: they have no rows.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater.
    """
    wanted = list(dict.fromkeys(ids))
    for first in range(0, len(wanted), GROUP):
        yield _group(session, wanted[first : first + GROUP], needs)


def gone(session: Session, ids: Iterable[int]) -> frozenset[int]:
    """Those that Bitrix24 has no more, of invoices that were left out: one call for every 50. To a person who sees own
    ones alone it says of none that it is gone: the right is looked at before."""
    wanted, found = sorted(set(ids)), set()
    for chunk in items.chunks(wanted, MOST_COMMANDS):
        answer = session.batch({f"invoice_{id}": old_command(id) for id in chunk})
        errors = {id: answer.errors.get(f"invoice_{id}") for id in chunk}
        found |= {id for id, error in errors.items() if error and isinstance(own_words(error), NotFound)}
    return frozenset(found)


def may_change(session: Session, ids: Iterable[int]) -> dict[int, bool | None]:
    """Whether this person may change each, without saving anything: one call for every 50. None: Bitrix24 did not say.

    Raises:
        Disconnected, Forbidden, Rejected, RetryLater: of the whole call.
    """
    found: dict[int, bool | None] = {}
    for chunk in items.chunks(ids, MOST_COMMANDS):
        answer = session.batch({f"right_{id}": right_command(id) for id in chunk})
        found |= {id: right_said(answer, f"right_{id}") for id in chunk}
    return found


def own_words(error: Exception) -> Exception:
    """The refusal of an old method as one of our errors: it has no code, and these words are in English always. Other
    words are the portal's, in its language, and in HTML. Words that may be another command's are left alone."""
    if not isinstance(error, Rejected) or isinstance(error, Borrowed):
        return error
    said = _said(error)
    if said == _HIDDEN:
        return Forbidden(problem("bitrix24_forbidden"))
    if said == _MISSING:
        return NotFound(problem("invoice_gone"))
    return Rejected(problem("bitrix24_says", message=said))


def _said(error: Rejected) -> str:
    told = error.problems[0].values.get("message", "") if error.problems else ""
    return " ".join(re.sub(r"<br\s*/?>", " ", told).split())


# -- commands ---------------------------------------------------------------------------------------------------------


def old_command(invoice_id: int) -> tuple[str, Params]:
    return "crm.invoice.get", {"id": invoice_id}


def right_command(invoice_id: int) -> tuple[str, Params]:
    """An update without fields: the right is looked at before it is refused for that (source facts §3.4)."""
    return "crm.invoice.update", {"id": invoice_id}


def right_said(answer: Batch, name: str) -> bool | None:
    error = answer.errors.get(name)
    said = _said(error) if isinstance(error, Rejected) and not isinstance(error, Borrowed) else ""
    if said == _NOTHING_TO_WRITE:
        return True
    if said == _HIDDEN:
        return False
    log.warning("right to change not said command=%s error=%s", name, error)
    return None


def _commands(invoice_id: int) -> dict[str, tuple[str, Params]]:
    """The customer through references into the first answer."""
    commands: dict[str, tuple[str, Params]] = {
        "invoice": old_command(invoice_id),
        "requisite": _link_command(invoice_id),
    }
    for name, (entity, field) in _SIDES.items():
        ref = Ref(f"$result[invoice][{field}]")
        commands[name] = get_command(entity, ref)
        commands[f"{name}_requisites"] = requisites_command(entity, ref)
        commands[f"{name}_addresses"] = addresses_command(entity, ref)
    return commands


def _link_command(invoice_id: int) -> tuple[str, Params]:
    return "crm.requisite.link.get", {"entityTypeId": OLD_INVOICE, "entityId": invoice_id}


# -- assembling -------------------------------------------------------------------------------------------------------


def _customers(answer: Batch, old: Params) -> Customers:
    """The company and the contact that the invoice names, where this person sees them; a reference to nobody may have
    brought somebody."""
    named = legacy_parse.as_item(old)
    found: dict[int, list[Params]] = {}
    for name, (entity, _) in _SIDES.items():
        said = answer.get(name)
        item = said.get("item") if isinstance(said, Mapping) else None
        its = [item] if isinstance(item, Mapping) and not oddness(item) else []
        found[entity] = [one for one in its if parse.number(one.get("id")) == parse.number(named[f"{name}Id"])]
    return Customers(
        found,
        [row for name in _SIDES for row in rows_of(answer.get(f"{name}_requisites"))],
        [row for name in _SIDES for row in rows_of(answer.get(f"{name}_addresses"))],
        addresses_hidden=any(f"{name}_addresses" in answer.errors for name in _SIDES),
    )


def _group(session: Session, ids: Sequence[int], needs: Needs) -> dict[int, Invoice]:
    lists = Lists(session)
    lists.ask({f"invoice_{id}": old_command(id) for id in ids})
    lists.finish()
    olds = {
        id: old for id in ids for old in lists.get(f"invoice_{id}")
        if legacy_parse.is_readable(old, id) and not legacy_parse.is_template(old)
    }  # fmt: skip
    if not olds:
        return {}
    named = {id: legacy_parse.as_item(old) for id, old in olds.items()}
    people = ask_traits.people((old.get("RESPONSIBLE_ID") for old in olds.values()), needs)
    customers = items.customers_of(lists, list(named.values()), {"statuses": STATUSES, **people})
    lists.ask({f"link_{id}": _link_command(id) for id, item in named.items() if customers.leave_a_choice(item)})
    lists.finish()
    known = statuses(lists.get("statuses"))
    found = {id: _assembled(old, customers, lists.get(f"link_{id}"), known, needs) for id, old in olds.items()}
    return ask_traits.told(lists, people, found, needs)


def _assembled(old: Params, customers: Customers, link: Sequence[Params], known: Statuses, needs: Needs) -> Invoice:
    requisite_id = parse.number(link[0].get("REQUISITE_ID")) if link else 0
    named = legacy_parse.as_item(old)
    ruled_by = traits.of_old(old, needs, customers.industry_of(named))
    found = replace(legacy_parse.invoice(old, customers.of(named, requisite_id)), traits=ruled_by)
    status = known.of(found.stage)
    if status is None:
        return replace(found, stage_gone=bool(known.ordered))
    return replace(found, stage_name=status.stage.name, stage_color=status.stage.color)
