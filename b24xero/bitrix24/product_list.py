"""How lists of products are asked for: in the newer way, on an old portal in the older one.

Which catalogue holds the products is known only from the list of catalogues, so products of the first few are asked for
in the same call, through references into its answer (facts §5, §7.5). crm.product.* stands in where ``method.get`` says
that the catalogue's own methods are missing (facts §6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.bitrix24 import parse, product_format
from b24xero.bitrix24.product_format import Json
from b24xero.bitrix24.session import Session
from b24xero.bitrix24.wire import Batch, Params, Ref
from b24xero.domain.product import Catalogue
from b24xero.errors import Forbidden, Rejected, problem

# So many catalogues are looked into within the first call: products, their variations, one more.
FIRST_ONES = 3

_FIELDS = (
    "id", "iblockId", "name", "code", "xmlId", "active", "vatId", "vatIncluded", "detailText",
)  # fmt: skip
_OLD_FIELDS = (
    "ID", "NAME", "CODE", "XML_ID", "ACTIVE", "PRICE", "CURRENCY_ID", "VAT_ID", "VAT_INCLUDED", "DESCRIPTION",
)  # fmt: skip

Command = tuple[str, Params]
# Lists by name: the condition of each, and where its pages of 50 begin.
Wanted = Mapping[str, tuple[Params, Sequence[int]]]


@dataclass(frozen=True)
class Lists:
    """Rows of the lists that were asked for, by name; where the first row of each stands, and how many there are."""

    offered: Catalogue
    found: Mapping[str, list[Json]]
    begins: Mapping[str, int]
    totals: Mapping[str, int]

    def window(self, name: str, first: int, count: int) -> list[Json]:
        """``count`` rows from the position ``first`` (0-based) of the whole list on."""
        skip = max(0, first - self.begins[name])
        return self.found[name][skip : skip + max(0, count)]


def read(session: Session, wanted: Wanted, *, with_choices: bool = False) -> Lists:
    """All lists in one call; on an old portal in two.

    Args:
        with_choices: what a new product may have, too.

    Raises:
        Forbidden: this person may not see the catalogue. Rejected: there is none.
    """
    about = {**_ABOUT, **(_CHOICES if with_choices else {})}
    by_place = {
        _key(name, start, place): _list(Ref(f"$result[catalogues][catalogs][{place}][id]"), condition, start)
        for place in range(FIRST_ONES)
        for name, (condition, starts) in wanted.items()
        for start in starts
    }
    answer = session.batch({**about, **by_place})
    if _is_old(answer):
        return _old_lists(session, wanted, answer)
    found = product_format.rows(answer.result("catalogues"), "catalogs")
    own = product_format.product_catalogue(found)
    if not own:
        raise Rejected(problem("catalogue_missing"))
    return _of_catalogue(session, answer, _offered(answer, own), wanted, product_format.catalogue_ids(found).index(own))


_ABOUT: dict[str, Command] = {
    "exists": ("method.get", {"name": "catalog.product.add"}),
    "catalogues": ("catalog.catalog.list", {}),
    "price_types": ("catalog.priceType.list", {"filter": {"base": "Y"}, "select": ["id", "name", "base"]}),
    "vats": ("catalog.vat.list", {"filter": {"active": "Y"}}),
}
_CHOICES: dict[str, Command] = {
    "measures": ("catalog.measure.list", {}),
    "currencies": ("crm.currency.list", {}),
    "base": ("crm.currency.base.get", {}),
}


def _key(name: str, start: int, place: int) -> str:
    return f"{name}_{start}_{place}"


def _is_old(answer: Batch) -> bool:
    """Whether the catalogue's methods are missing, by the portal's own word; where it says nothing, by a refusal."""
    said = answer.get("exists")
    if isinstance(said, Mapping):
        return not (said.get("isExisting") and said.get("isAvailable", True))
    refusal = answer.errors.get("catalogues")
    return isinstance(refusal, Forbidden) and any(p.code == "bitrix24_no_rest" for p in refusal.problems)


def _offered(answer: Batch, catalogue_id: int) -> Catalogue:
    """A list that this person may not read is empty; the form says what is missing."""
    return Catalogue(
        id=catalogue_id,
        old=False,
        price_type=product_format.price_type(product_format.rows(answer.get("price_types"), "priceTypes")),
        vats=product_format.vats(product_format.rows(answer.get("vats"), "vats")),
        measures=product_format.measures(product_format.rows(answer.get("measures"), "measures")),
        currencies=product_format.currencies(
            product_format.rows(answer.get("currencies"), "currencies"), answer.get("base")
        ),
    )


def _of_catalogue(session: Session, answer: Batch, offered: Catalogue, wanted: Wanted, place: int) -> Lists:
    """The lists of the catalogue of products; each by a call of its own where no reference reached it."""
    found: dict[str, list[Json]] = {}
    totals: dict[str, int] = {}
    for name, (condition, starts) in wanted.items():
        found[name] = []
        for start in starts:
            rows, total = _page(session, answer, _key(name, start, place), _list(offered.id, condition, start))
            found[name] += [row for row in rows if parse.number(row.get("iblockId")) in (0, offered.id)]
            totals[name] = max(totals.get(name, 0), total, start + len(rows) if rows else 0)
    return Lists(offered, found, {name: starts[0] for name, (_condition, starts) in wanted.items()}, totals)


def _page(session: Session, answer: Batch, key: str, command: Command) -> tuple[list[Json], int]:
    if key in answer.results:
        return product_format.rows(answer.results[key], "products"), answer.totals.get(key, 0)
    envelope = session.call(*command)
    return product_format.rows(envelope["result"], "products"), parse.number(envelope.get("total"))


def _list(catalogue: Any, condition: Params, start: int) -> Command:
    """``id`` and ``iblockId`` have to be selected, ``iblockId`` has to be filtered (facts §5)."""
    return "catalog.product.list", {
        "select": list(_FIELDS),
        "filter": {"iblockId": catalogue, **condition},
        "order": {"name": "asc", "id": "asc"},
        "start": start,
    }


# -- the older way ----------------------------------------------------------------------------------------------------

_OLD_NAMES = {"code": "CODE", "%code": "%CODE", "%name": "%NAME", "id": "ID"}


def _old_lists(session: Session, wanted: Wanted, answer: Batch) -> Lists:
    lists = {
        _key(name, start, 0): _old_list(condition, start)
        for name, (condition, starts) in wanted.items()
        for start in starts
    }
    said = session.batch({"vats": ("crm.vat.list", {}), **lists})
    found: dict[str, list[Json]] = {}
    totals: dict[str, int] = {}
    for name, (_condition, starts) in wanted.items():
        found[name] = [
            row for start in starts for row in product_format.rows(said.result(_key(name, start, 0)), "products")
        ]
        counted = (said.totals.get(_key(name, start, 0), 0) for start in starts)
        totals[name] = max([starts[0] + len(found[name]) if found[name] else 0, *counted])
    offered = Catalogue(
        id=0,
        old=True,
        vats=product_format.vats(product_format.rows(said.get("vats"), "vats")),
        currencies=product_format.currencies(
            product_format.rows(answer.get("currencies"), "currencies"), answer.get("base")
        ),
    )
    return Lists(offered, found, {name: starts[0] for name, (_condition, starts) in wanted.items()}, totals)


def _old_list(condition: Params, start: int) -> Command:
    return "crm.product.list", {
        "select": list(_OLD_FIELDS),
        "filter": {_OLD_NAMES[name]: value for name, value in condition.items()},
        "order": {"NAME": "ASC", "ID": "ASC"},
        "start": start,
    }
