"""What one person asks the portal, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from b24xero.bitrix24 import both_kinds, legacy_invoices, may_change, parse, which_invoices
from b24xero.bitrix24 import invoices as bitrix24_invoices
from b24xero.bitrix24 import products as bitrix24_products
from b24xero.bitrix24.all_invoices import Stretch
from b24xero.bitrix24.batch import Batch, Params, Ref
from b24xero.bitrix24.invoice_list import COMPANY, CONTACT, INVOICE, Choose, rows_of, stage_commands, statuses
from b24xero.bitrix24.legacy_statuses import Status
from b24xero.bitrix24.legacy_statuses import statuses as old_statuses
from b24xero.bitrix24.products import Look
from b24xero.bitrix24.reading import Reading
from b24xero.bitrix24.recent_invoices import Recent
from b24xero.bitrix24.rows import oddness
from b24xero.bitrix24.session import Session, Tokens
from b24xero.bitrix24.stages import Item, Move, Moved
from b24xero.bitrix24.templates import MetTemplates, Templates
from b24xero.domain.invoice import Invoice, InvoiceRow, Kind, Stage, VatRate
from b24xero.domain.invoice_key import id_of, kind_of
from b24xero.domain.product import Product
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery, ProductPage, ProductQuery
from b24xero.errors import Dismissed, NotFound, Rejected, RetryLater, problem
from b24xero.ratelimit.deadlines import Pace


@dataclass(frozen=True)
class Identity:
    """Who a token belongs to, and what the sign-in learns beside. ``kinds``: of invoices that the portal has; empty: it
    did not say."""

    user_id: int
    name: str
    is_admin: bool
    category_ids: tuple[int, ...]
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True)
class PortalLists:
    """What set-up needs of the portal. ``stages``: of the invoices of today; ``old_statuses``: of the old ones, in
    their order, which says what each means. ``kinds``: as in ``Identity``."""

    stages: tuple[Stage, ...]
    vat_rates: tuple[VatRate, ...]
    is_admin: bool
    category_ids: tuple[int, ...]
    old_statuses: tuple[Status, ...] = ()
    kinds: frozenset[Kind] = frozenset()

    @property
    def all_stages(self) -> tuple[Stage, ...]:
        return (*self.stages, *(status.stage for status in self.old_statuses))


class Bitrix24(Session):
    """Calls for one person. ``categories`` are the invoice pipelines as last seen: stages need no call before.
    ``templates``: which items are no invoices, as far as that is known. ``kinds``: which invoices the portal has.

    Invoices of both kinds go by their keys here (``domain.invoice_key``); whatever asks the portal has its own ids."""

    def __init__(
        self,
        portal_url: str,
        tokens: Tokens,
        categories: Sequence[int] = (),
        pace: Pace | None = None,
        templates: Templates | None = None,
        kinds: Iterable[Kind] = ("smart",),
    ) -> None:
        super().__init__(portal_url, tokens, pace)
        self._categories = tuple(categories)
        self._templates = templates or MetTemplates()
        self.kinds = tuple(kinds)

    # -- questions ----------------------------------------------------------------------------------------------------

    def identity(self) -> Identity:
        """Who I am; one call. Source: facts §6 ``profile``, ``user.admin``; §3.2 ``crm.category.list``."""
        answer = self.batch(
            {"me": ("profile", {}), "admin": ("user.admin", {}), "categories": _CATEGORIES, "kinds": _KINDS}
        )
        me = answer.result("me")
        if not isinstance(me, Mapping) or not parse.number(me.get("ID")):
            with self._end_told():
                raise Dismissed("bitrix24")  # an inactive user's profile is empty (facts §6)
        name = " ".join(part for part in (parse.text(me.get("NAME")), parse.text(me.get("LAST_NAME"))) if part)
        return Identity(
            user_id=parse.number(me["ID"]),
            name=name or f"#{me['ID']}",
            is_admin=_is_admin(answer, me),
            category_ids=_category_ids(answer),
            kinds=legacy_invoices.kinds_of(answer.get("kinds")),
        )

    def portal_lists(self) -> PortalLists:
        """Stages, tax rates, and whether this person is an admin right now; one call, two when a pipeline is new.

        Raises:
            Rejected: the portal has no invoices.
        """
        answer = self.batch({**_LISTS, **stage_commands(self._categories)})
        kinds = legacy_invoices.kinds_of(answer.get("kinds"))
        if isinstance(answer.errors.get("categories"), NotFound) and "legacy" not in (kinds or self.kinds):
            raise which_invoices.none_of_today(kinds)
        found = _category_ids(answer)
        if set(found) != set(self._categories):
            self._categories = found
            listed = statuses(self.batch(stage_commands(self._categories))) if found else []
        else:
            listed = statuses(answer)
        me = answer.get("me")
        old = old_statuses(rows_of(answer.get("old_statuses"))).ordered
        return PortalLists(
            parse.stages(listed),
            parse.vat_rates(_vat_rows(answer)),
            _is_admin(answer, me if isinstance(me, Mapping) else {}),
            found,
            old if "legacy" in (kinds or self.kinds) else (),
            kinds,
        )

    def invoice(self, key: int, *, ask_right: bool = False) -> Invoice:
        """The invoice with its rows and its customer: one call; of today's one more a further 50 rows.

        Args:
            ask_right: whether this person may change it is asked in the same call.

        Raises:
            Forbidden, NotFound: what Bitrix24 itself says of this person and this invoice. Rejected: it is a recurring
                template.
        """
        if kind_of(key) == "legacy":
            found: Invoice = both_kinds.keyed(legacy_invoices.invoice(self, id_of(key), ask_right=ask_right))
            return found
        return self._invoice_of_today(key, ask_right=ask_right)

    def _invoice_of_today(self, invoice_id: int, *, ask_right: bool) -> Invoice:
        # First, so that no exception of another command speaks for its refusal (source §1 #13).
        right = {"right": may_change.command(invoice_id)} if ask_right else {}
        answer = self.batch({**right, **_invoice_commands(invoice_id), **stage_commands(self._categories)})
        try:
            item = _one(answer.result("item"))
        except NotFound as error:
            raise NotFound(problem("invoice_gone")) from error
        if not item or oddness(item[0]) or not parse.number(item[0].get("id")):
            raise RetryLater(problem("bitrix24_bad_answer"), 10)
        if parse.is_template(item[0]):
            raise Rejected(problem("recurring_template"))
        rows = self._all_rows(invoice_id, answer)
        link = answer.get("requisite")
        links = [link] if isinstance(link, Mapping) else []
        customers = _customers(answer, item[0])
        customers.are_gone(_gone(answer, item[0]))
        invoice = bitrix24_invoices.assembled(
            item[0], rows, customers, links, bitrix24_invoices.stages_by_id(statuses(answer))
        )
        return replace(invoice, may_change=may_change.said(answer, "right")) if ask_right else invoice

    def _all_rows(self, invoice_id: int, answer: Batch) -> list[dict[str, Any]]:
        """The invoice's rows, of which the answer has the first 50."""
        rows = answer.rows("rows", "productRows")
        while len(rows) < answer.totals.get("rows", 0) or "rows" in answer.nexts:
            next_page = self.batch({"rows": bitrix24_invoices.rows_command(invoice_id, len(rows))})
            more = next_page.rows("rows", "productRows")
            rows += more
            if not more or "rows" not in next_page.nexts:
                break
        return rows

    def invoices(self, keys: Iterable[int], reading: Reading | None = None) -> dict[int, Invoice]:
        """Many invoices, each as ``invoice`` gives it, without those that this person may not see; see ``invoices`` and
        ``legacy_invoices``."""
        return both_kinds.by_kind(
            keys,
            lambda ids: bitrix24_invoices.invoices(self, ids, self._categories, reading),
            lambda ids: both_kinds.old_invoices(self, ids),
        )

    def gone(self, keys: Iterable[int]) -> frozenset[int]:
        """Those that Bitrix24 has no more, of invoices that a list left out: one call for every 50, none for none."""
        return both_kinds.gone(keys, lambda ids: bitrix24_invoices.gone(self, ids), self)

    def may_change(self, keys: Iterable[int]) -> dict[int, bool | None]:
        """Which invoices this person may change; see ``may_change``."""
        return both_kinds.by_kind(
            keys, lambda ids: may_change.may_change(self, ids), lambda ids: legacy_invoices.may_change(self, ids)
        )

    def matching_ids(self, query: InvoiceQuery, most: int) -> tuple[int, ...]:
        """The keys of all that a page's filters match; see ``invoice_list`` and ``legacy_list``."""
        with which_invoices.expected(self):
            return both_kinds.matching(self, query, most, self._templates)

    def invoice_page(self, query: InvoiceQuery, choose: Choose | None = None) -> InvoicePage:
        """One page of what this person may see, or of what is chosen among the counted; see ``invoice_list`` and
        ``legacy_list``."""
        with which_invoices.expected(self):
            return both_kinds.page(self, self._categories, query, self._templates, choose)

    def counted(self, query: InvoiceQuery) -> Counted:
        """The newest invoices of a period, to be counted: one call, for more than 50 old ones two."""
        with which_invoices.expected(self):
            return both_kinds.counted(self, self._categories, query, self._templates)

    def invoices_after(self, after: int, expected: int, kind: Kind = "smart") -> Stretch:
        """The next of all invoices of a kind that this person sees, by their ids, as ``after`` is and ``last`` in the
        answer; see ``all_invoices``."""
        with which_invoices.expected(self):
            return both_kinds.stretch(self, after, expected, kind, self._templates)

    def invoices_dated(self, since: date, until: date, after: int, expected: int, kind: Kind = "smart") -> Stretch:
        """The same of those that are dated in a period."""
        with which_invoices.expected(self):
            return both_kinds.stretch(self, after, expected, kind, self._templates, (since, until))

    def invoice_rows(self, keys: Iterable[int]) -> tuple[InvoiceRow, ...]:
        """These invoices as lines of a list; see ``all_invoices``."""
        return both_kinds.rows(self, keys, self._templates)

    def recent_invoices(self, since: date) -> Recent:
        """The newest invoices since a day, whole; see ``recent_invoices``."""
        with which_invoices.expected(self):
            return both_kinds.recent(self, self._categories, since, self.kinds, self._templates)

    def standings(self, keys: Sequence[int], *, whole: bool = False) -> dict[int, Item]:
        """Where invoices stand now; see ``stages``. ``whole``: old ones with all that they say."""
        return both_kinds.standings(self, keys, whole=whole)

    def look(self, code: str = "") -> Look:
        """What a new product may have, and who has this code; see ``catalogue``."""
        return bitrix24_products.look(self, code)

    def product_page(self, query: ProductQuery) -> ProductPage:
        """One page of products; see ``catalogue``."""
        return bitrix24_products.product_page(self, query)

    def products(self, ids: Sequence[int]) -> tuple[Product, ...]:
        """Products by their ids; see ``catalogue``."""
        return bitrix24_products.products(self, ids)

    # -- changes ------------------------------------------------------------------------------------------------------

    def move(
        self, wanted: Sequence[Move], then_look_at: Sequence[int] = (), before: Mapping[int, Item] | None = None
    ) -> Moved:
        """Move invoices of one kind to other stages, ``both_kinds.MOST_MOVES`` at most, and look where the next ones
        stand: one call, for old ones that do not stand in ``before`` with all that they say one more."""
        return both_kinds.move(self, wanted, then_look_at, before or {})


_CATEGORIES: tuple[str, Params] = ("crm.category.list", {"entityTypeId": INVOICE})
_KINDS: tuple[str, Params] = ("crm.status.entity.types", {})
_LISTS: Mapping[str, tuple[str, Params]] = {
    "me": ("profile", {}),
    "admin": ("user.admin", {}),
    "categories": _CATEGORIES,
    "vat": ("catalog.vat.list", {}),
    "old_vat": ("crm.vat.list", {}),
    "kinds": _KINDS,
    "old_statuses": legacy_invoices.STATUSES,
}
_SIDES = {"company": COMPANY, "contact": CONTACT}


def _invoice_commands(invoice_id: int) -> dict[str, tuple[str, Params]]:
    """Everything of one invoice in one call; the customer through references into the first answer."""
    commands: dict[str, tuple[str, Params]] = {
        "item": ("crm.item.get", {"entityTypeId": INVOICE, "id": invoice_id}),
        "rows": bitrix24_invoices.rows_command(invoice_id),
        "requisite": bitrix24_invoices.link_command(invoice_id),
    }
    for name, entity in _SIDES.items():
        ref = Ref(f"$result[item][item][{name}Id]")
        commands[name] = bitrix24_invoices.get_command(entity, ref)
        commands[f"{name}_requisites"] = bitrix24_invoices.requisites_command(entity, ref)
        commands[f"{name}_addresses"] = bitrix24_invoices.addresses_command(entity, ref)
    return commands


def _customers(answer: Batch, item: Params) -> bitrix24_invoices.Customers:
    """The one company and the one contact that the invoice refers to, where this person sees them. Whether the address
    is hidden, the owner's own tells: what is asked of a contact that the invoice does not have may be refused, too."""
    kind, id = bitrix24_invoices.owner_of(item)
    owner = "company" if kind == COMPANY else "contact"
    return bitrix24_invoices.Customers(
        {entity: _one(answer.get(name)) for name, entity in _SIDES.items()},
        [row for name in _SIDES for row in rows_of(answer.get(f"{name}_requisites"))],
        [row for name in _SIDES for row in rows_of(answer.get(f"{name}_addresses"))],
        addresses_hidden=bool(id) and f"{owner}_addresses" in answer.errors,
    )


def _gone(answer: Batch, item: Params) -> list[bitrix24_invoices.Owner]:
    """Who owes the money, where Bitrix24 says that it has them no more."""
    owner = bitrix24_invoices.owner_of(item)
    said = answer.errors.get("company" if owner[0] == COMPANY else "contact")
    return [owner] if owner[1] and isinstance(said, NotFound) else []


def _one(answer: Any) -> list[Params]:
    item = answer.get("item") if isinstance(answer, Mapping) else None
    return [item] if isinstance(item, Mapping) and not oddness(item) else []


def _category_ids(answer: Batch) -> tuple[int, ...]:
    listed = answer.get("categories")
    found = rows_of(listed.get("categories")) if isinstance(listed, Mapping) else []
    return tuple(id for category in found if (id := parse.number(category.get("id"))))


def _is_admin(answer: Batch, me: Params) -> bool:
    said = answer.get("admin")
    return said is True if isinstance(said, bool) else me.get("ADMIN") is True


def _vat_rows(answer: Batch) -> list[Params]:
    """The catalogue's rates; the older list where the catalogue refuses or does not exist (facts §5)."""
    listed = answer.get("vat")
    rows = rows_of(listed.get("vats")) if isinstance(listed, Mapping) else []
    return rows or rows_of(answer.get("old_vat"))
