"""This file knows what one person asks the portal, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from b24xero.bitrix24 import pages, parse
from b24xero.bitrix24.pages import COMPANY, CONTACT, INVOICE, rows_of, stage_commands, statuses
from b24xero.bitrix24.session import Session, Tokens
from b24xero.bitrix24.wire import Batch, Params, Ref
from b24xero.errors import Disconnected
from b24xero.invoice import Customer, Invoice, Stage, VatRate
from b24xero.listing import InvoicePage, InvoiceQuery
from b24xero.timing import Pace


@dataclass(frozen=True)
class Identity:
    """Who a token belongs to, and what the sign-in learns beside."""

    user_id: int
    name: str
    is_admin: bool
    category_ids: tuple[int, ...]


@dataclass(frozen=True)
class PortalLists:
    """What set-up needs of the portal."""

    stages: tuple[Stage, ...]
    vat_rates: tuple[VatRate, ...]
    is_admin: bool
    category_ids: tuple[int, ...]


class Bitrix24(Session):
    """Calls for one person. ``categories`` are the invoice pipelines as last seen: stages need no call before."""

    def __init__(
        self, portal_url: str, tokens: Tokens, categories: Sequence[int] = (), pace: Pace | None = None
    ) -> None:
        super().__init__(portal_url, tokens, pace)
        self._categories = tuple(categories)

    # -- questions ----------------------------------------------------------------------------------------------------

    def identity(self) -> Identity:
        """Who I am; one call. Source: facts §6 ``profile``, ``user.admin``; §3.2 ``crm.category.list``."""
        answer = self.batch({"me": ("profile", {}), "admin": ("user.admin", {}), "categories": _CATEGORIES})
        me = answer.result("me")
        if not isinstance(me, Mapping) or not parse.number(me.get("ID")):
            raise Disconnected("bitrix24")  # an inactive user's profile is empty (facts §6)
        name = " ".join(part for part in (parse.text(me.get("NAME")), parse.text(me.get("LAST_NAME"))) if part)
        return Identity(
            user_id=parse.number(me["ID"]),
            name=name or f"#{me['ID']}",
            is_admin=_is_admin(answer, me),
            category_ids=_category_ids(answer),
        )

    def portal_lists(self) -> PortalLists:
        """Stages, tax rates, and whether this person is an admin right now; one call, two when a pipeline is new."""
        answer = self.batch(
            {
                "me": ("profile", {}),
                "admin": ("user.admin", {}),
                "categories": _CATEGORIES,
                "vat": ("catalog.vat.list", {}),
                "old_vat": ("crm.vat.list", {}),
                **stage_commands(self._categories),
            }
        )
        found = _category_ids(answer)
        if set(found) != set(self._categories):
            self._categories = found
            listed = statuses(self.batch(stage_commands(self._categories))) if found else []
        else:
            listed = statuses(answer)
        me = answer.get("me")
        return PortalLists(
            parse.stages(listed),
            parse.vat_rates(_vat_rows(answer)),
            _is_admin(answer, me if isinstance(me, Mapping) else {}),
            found,
        )

    def invoice(self, invoice_id: int) -> Invoice:
        """The invoice with its rows and its customer: one call, and one more a further 50 rows.

        Raises:
            Forbidden, NotFound: what Bitrix24 itself says of this person and this invoice.
        """
        answer = self.batch({**_invoice_commands(invoice_id), **stage_commands(self._categories)})
        item = answer.result("item")["item"]
        rows = list(answer.result("rows")["productRows"])
        while len(rows) < answer.totals.get("rows", 0) or "rows" in answer.nexts:
            answer_rows = self.batch({"rows": _rows_command(invoice_id, len(rows))})
            more = answer_rows.result("rows")["productRows"]
            rows += more
            if not more or "rows" not in answer_rows.nexts:
                break
        names = {stage.id: stage.name for stage in parse.stages(statuses(answer))}
        return replace(
            parse.invoice(item, rows, _customer(answer, item)), stage_name=names.get(item.get("stageId"), "")
        )

    def invoice_page(self, query: InvoiceQuery) -> InvoicePage:
        """One page of what this person may see; see ``pages``."""
        return pages.invoice_page(self, self._categories, query)


_CATEGORIES: tuple[str, Params] = ("crm.category.list", {"entityTypeId": INVOICE})


def _rows_command(invoice_id: int, start: int) -> tuple[str, Params]:
    return "crm.item.productrow.list", {
        "filter": {"=ownerType": "SI", "=ownerId": invoice_id},
        "order": {"sort": "asc"},
        "start": start,
    }


def _invoice_commands(invoice_id: int) -> dict[str, tuple[str, Params]]:
    """Everything of one invoice in one call; the customer through references into the first answer."""
    company, contact = Ref("$result[item][item][companyId]"), Ref("$result[item][item][contactId]")
    commands: dict[str, tuple[str, Params]] = {
        "item": ("crm.item.get", {"entityTypeId": INVOICE, "id": invoice_id}),
        "rows": _rows_command(invoice_id, 0),
        "requisite": ("crm.requisite.link.get", {"entityTypeId": INVOICE, "entityId": invoice_id}),
    }
    for name, entity, ref in (("company", COMPANY, company), ("contact", CONTACT, contact)):
        commands[name] = ("crm.item.get", {"entityTypeId": entity, "id": ref})
        commands[f"{name}_requisites"] = (
            "crm.requisite.list",
            {"filter": {"ENTITY_TYPE_ID": entity, "ENTITY_ID": ref}, "order": {"SORT": "ASC"}},
        )
        commands[f"{name}_addresses"] = (
            "crm.address.list",
            {"filter": {"ANCHOR_TYPE_ID": entity, "ANCHOR_ID": ref}},
        )
    return commands


def _customer(answer: Batch, item: Params) -> Customer | None:
    company = _one(answer.get("company")) if parse.number(item.get("companyId")) else None
    contact = _one(answer.get("contact")) if parse.contact_id(item) else None
    if parse.number(item.get("companyId")) and not company:
        return None  # the company is hidden from this person: its contact is not who owes the money
    side = "company" if company else "contact"
    link = answer.get("requisite")
    return parse.customer(
        company,
        contact,
        rows_of(answer.get(f"{side}_requisites")),
        rows_of(answer.get(f"{side}_addresses")),
        parse.number(link.get("REQUISITE_ID")) if isinstance(link, Mapping) else 0,
    )


def _one(answer: Any) -> Params | None:
    item = answer.get("item") if isinstance(answer, Mapping) else None
    return item if isinstance(item, Mapping) else None


def _category_ids(answer: Batch) -> tuple[int, ...]:
    listed = answer.get("categories")
    categories = listed.get("categories", ()) if isinstance(listed, Mapping) else ()
    return tuple(parse.number(category["id"]) for category in categories)


def _is_admin(answer: Batch, me: Params) -> bool:
    said = answer.get("admin")
    return said is True if isinstance(said, bool) else me.get("ADMIN") is True


def _vat_rows(answer: Batch) -> list[Params]:
    """The catalogue's rates; the older list where the catalogue refuses or does not exist (facts §5)."""
    listed = answer.get("vat")
    rows = rows_of(listed.get("vats")) if isinstance(listed, Mapping) else []
    return rows or rows_of(answer.get("old_vat"))
