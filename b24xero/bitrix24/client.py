"""What one person asks the portal, in as few calls as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from b24xero.bitrix24 import (
    both_kinds,
    legacy_invoices,
    may_change,
    one_invoice,
    parse,
    rule_lists,
    ruled_invoices,
    which_invoices,
)
from b24xero.bitrix24 import invoices as bitrix24_invoices
from b24xero.bitrix24 import products as bitrix24_products
from b24xero.bitrix24.all_invoices import Stretch
from b24xero.bitrix24.batch import Batch, Params
from b24xero.bitrix24.invoice_list import INVOICE, Choose, rows_of, stage_commands, statuses
from b24xero.bitrix24.invoice_numbers import Groups
from b24xero.bitrix24.legacy_statuses import Status
from b24xero.bitrix24.legacy_statuses import statuses as old_statuses
from b24xero.bitrix24.products import Look
from b24xero.bitrix24.reading import Reading
from b24xero.bitrix24.recent_invoices import Recent
from b24xero.bitrix24.ruled_invoices import Found, Wanted
from b24xero.bitrix24.session import Session, Tokens
from b24xero.bitrix24.stages import Item, Move, Moved
from b24xero.bitrix24.templates import MetTemplates, Templates
from b24xero.domain.invoice import Invoice, InvoiceRow, Kind, Stage, VatRate
from b24xero.domain.invoice_key import id_of, kind_of
from b24xero.domain.product import Product
from b24xero.domain.queries import Counted, InvoicePage, InvoiceQuery, ProductPage, ProductQuery
from b24xero.domain.rule_choices import NOT_TOLD, RuleChoices
from b24xero.domain.traits import NOTHING, Needs
from b24xero.errors import Dismissed, NotFound
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
    their order, which says what each means. ``kinds``: as in ``Identity``; ``choices``: for rules, where asked for."""

    stages: tuple[Stage, ...]
    vat_rates: tuple[VatRate, ...]
    is_admin: bool
    category_ids: tuple[int, ...]
    old_statuses: tuple[Status, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    choices: RuleChoices = NOT_TOLD

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

    def portal_lists(self, *, for_rules: bool = False) -> PortalLists:
        """Stages, tax rates, and whether this person is an admin right now; one call, two when a pipeline is new.

        Args:
            for_rules: what rules may go by as well: one call more where one of its lists is longer than a page.

        Raises:
            Rejected: the portal has no invoices.
        """
        more = rule_lists.ALL if for_rules else {}
        answer = self.batch({**_LISTS, **more, **stage_commands(self._categories)})
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
        with_old = "legacy" in (kinds or self.kinds)
        return PortalLists(
            parse.stages(listed),
            parse.vat_rates(_vat_rows(answer)),
            _is_admin(answer, me if isinstance(me, Mapping) else {}),
            found,
            old if with_old else (),
            kinds,
            rule_lists.read(self, answer, with_old=with_old) if for_rules else NOT_TOLD,
        )

    def invoice(self, key: int, *, ask_right: bool = False, needs: Needs = NOTHING) -> Invoice:
        """The invoice with its rows and its customer: one call; of today's one more a further 50 rows.

        Args:
            ask_right: whether this person may change it is asked in the same call.
            needs: what is asked for rules alone.

        Raises:
            Forbidden, NotFound: what Bitrix24 itself says of this person and this invoice. Rejected: it is a recurring
                template.
        """
        if kind_of(key) == "legacy":
            found: Invoice = both_kinds.keyed(
                legacy_invoices.invoice(self, id_of(key), ask_right=ask_right, needs=needs)
            )
            return found
        return one_invoice.invoice(self, key, self._categories, ask_right=ask_right, needs=needs)

    def invoices(
        self, keys: Iterable[int], reading: Reading | None = None, needs: Needs = NOTHING
    ) -> dict[int, Invoice]:
        """Many invoices, each as ``invoice`` gives it, without those that this person may not see; see ``invoices`` and
        ``legacy_invoices``."""
        return both_kinds.by_kind(
            keys,
            lambda ids: bitrix24_invoices.invoices(self, ids, self._categories, reading, needs),
            lambda ids: both_kinds.old_invoices(self, ids, needs),
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

    def invoice_page(
        self, query: InvoiceQuery, choose: Choose | None = None, groups: Groups | None = None
    ) -> InvoicePage:
        """One page of what this person may see, or of what is chosen among the counted; see ``invoice_list``,
        ``legacy_list`` and ``invoice_numbers``."""
        with which_invoices.expected(self):
            return both_kinds.page(self, self._categories, query, self._templates, choose, groups)

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

    def recent_invoices(self, since: date, needs: Needs = NOTHING) -> Recent:
        """The newest invoices since a day, whole; see ``recent_invoices``."""
        with which_invoices.expected(self):
            return both_kinds.recent(self, self._categories, since, self.kinds, self._templates, needs)

    def ruled_invoices(self, since: date, wanted: Wanted) -> Found:
        """What rules go by, of the invoices since a day; see ``ruled_invoices``."""
        with which_invoices.expected(self):
            return ruled_invoices.since(self, since, self.kinds, wanted)

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
