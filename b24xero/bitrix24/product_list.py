"""How lists of products are asked for: in the newer way, on an old portal in the older one.

Which catalogue holds the products is known only from the portal's answer, so the first pages are asked for in the same
call through a reference into it (facts §5, §7.5). crm.product.* stands in where ``method.get`` says that the
catalogue's own methods are missing (facts §6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from b24xero.bitrix24 import parse, product_format
from b24xero.bitrix24.batch import Batch, Params, Ref, reads_as_reference
from b24xero.bitrix24.product_format import Json
from b24xero.bitrix24.session import Session
from b24xero.domain.product import Catalogue
from b24xero.errors import Forbidden, Rejected, problem

PAGE = 50
MOST_COMMANDS = 50  # a batch
# In place of where the pages of a list begin: all of them.
EVERY = (0, -1)

_FIELDS = (
    "id", "iblockId", "name", "code", "xmlId", "active", "vatId", "vatIncluded", "detailText",
)  # fmt: skip
_OLD_FIELDS = (
    "ID", "NAME", "CODE", "XML_ID", "ACTIVE", "PRICE", "CURRENCY_ID", "VAT_ID", "VAT_INCLUDED", "DESCRIPTION",
)  # fmt: skip

Command = tuple[str, Params]
# Lists by name: the condition of each, and where its pages of 50 begin (or ``EVERY``).
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
    """All lists: one call for the first page of each, one for all that follow; on an old portal one more.

    Args:
        with_choices: what a new product may have, too.

    Raises:
        Forbidden: this person may not see the catalogue. Rejected: there is none.
    """
    about = {**_ABOUT, **(_CHOICES if with_choices else {})}
    ahead = {_key(name, starts[0]): _list(_OWN, condition, starts[0]) for name, (condition, starts) in wanted.items()}
    if any(reads_as_reference(condition) for condition, _ in wanted.values()):
        ahead = {}  # asked for alone, when the catalogue is known
    answer = session.batch({**about, **ahead})
    if _is_old(answer):
        return _old_lists(session, wanted, answer)
    own, is_known = _own_catalogue(answer)
    if not own:
        raise Rejected(problem("catalogue_missing"))
    if not wanted and {"vats", "catalogues"} <= set(answer.errors):
        raise answer.errors["vats"]  # no list of products says so
    pages = _Pages(session, lambda condition, start: _list(own, condition, start))
    pages.read(wanted, answer if is_known else None)
    found = {
        name: [row for row in pages.rows[name] if parse.number(row.get("iblockId")) in (0, own)] for name in wanted
    }
    return Lists(_offered(answer, own), found, _begins(wanted), pages.totals)


def _own_catalogue(answer: Batch) -> tuple[int, bool]:
    """The catalogue of products, 0: there is none; and whether the first pages were asked of it. The list of all
    catalogues is for administrators alone, the CRM's own for everybody (source §1 #15)."""
    of_crm = next((parse.number(row.get("ID")) for row in product_format.rows(answer.get("own"), "catalogs")), 0)
    listed = product_format.product_catalogue(product_format.rows(answer.get("catalogues"), "catalogs"))
    if not (listed or of_crm):
        answer.result("catalogues")  # refused: it raises why
    return listed or of_crm, bool(of_crm) and listed in (0, of_crm)


_OWN = Ref("$result[own][0][ID]")
_ABOUT: dict[str, Command] = {
    "exists": ("method.get", {"name": "catalog.product.add"}),
    "catalogues": ("catalog.catalog.list", {}),
    "own": ("crm.catalog.list", {}),
    "price_types": ("catalog.priceType.list", {"filter": {"base": "Y"}, "select": ["id", "name", "base"]}),
    "vats": ("catalog.vat.list", {"filter": {"active": "Y"}}),
}
_CHOICES: dict[str, Command] = {
    "measures": ("catalog.measure.list", {}),
    "currencies": ("crm.currency.list", {}),
    "base": ("crm.currency.base.get", {}),
}


def _key(name: str, start: int) -> str:
    return f"{name}_{start}"


def _begins(wanted: Wanted) -> dict[str, int]:
    return {name: starts[0] for name, (_condition, starts) in wanted.items()}


class _Pages:
    """Lists read page by page. Beyond its end a list of products begins anew (source §1 #16): no page is asked for that
    cannot be there, and a row that was seen is dropped."""

    def __init__(self, session: Session, command: Callable[[Params, int], Command]) -> None:
        self._session = session
        self._command = command
        self.rows: dict[str, list[Json]] = {}
        self.totals: dict[str, int] = {}

    def read(self, wanted: Wanted, first: Batch | None = None) -> None:
        """``first``: the first page of each, if it has come already."""
        commands = {_key(name, starts[0]): self._of(wanted, name, starts[0]) for name, (_, starts) in wanted.items()}
        if commands and (first is None or not set(commands) <= {*first.results, *first.errors}):
            first = self._session.batch(commands)
        for name, (_condition, starts) in wanted.items():
            assert first is not None
            self._take(name, starts[0], first)
        rest = [(name, start) for name in wanted for start in self._following(wanted, name)]
        for begin in range(0, len(rest), MOST_COMMANDS):
            part = rest[begin : begin + MOST_COMMANDS]
            answer = self._session.batch({_key(name, start): self._of(wanted, name, start) for name, start in part})
            for name, start in part:
                self._take(name, start, answer)

    def _of(self, wanted: Wanted, name: str, start: int) -> Command:
        return self._command(wanted[name][0], start)

    def _following(self, wanted: Wanted, name: str) -> Sequence[int]:
        starts = wanted[name][1]
        every = range(starts[0] + PAGE, self.totals[name], PAGE) if starts == EVERY else starts[1:]
        return [start for start in every if start < self.totals[name]]

    def _take(self, name: str, start: int, answer: Batch) -> None:
        key = _key(name, start)
        rows = product_format.rows(answer.result(key), "products")
        total = int(answer.totals.get(key) or 0)
        known = self.rows.setdefault(name, [])
        seen = {_id(row) for row in known}
        if start < total or not total:
            known += [row for row in rows if _id(row) not in seen]
        self.totals[name] = max(self.totals.get(name, 0), total, start + len(rows) if rows and not total else 0)


def _id(row: Json) -> int:
    return parse.number(row.get("id") or row.get("ID"))


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
    pages = _Pages(session, _old_list)
    firsts = {_key(name, starts[0]): _old_list(condition, starts[0]) for name, (condition, starts) in wanted.items()}
    said = session.batch({"vats": ("crm.vat.list", {}), **firsts})
    pages.read(wanted, said)
    offered = Catalogue(
        id=0,
        old=True,
        vats=product_format.vats(product_format.rows(said.get("vats"), "vats")),
        currencies=product_format.currencies(
            product_format.rows(answer.get("currencies"), "currencies"), answer.get("base")
        ),
    )
    return Lists(offered, pages.rows, _begins(wanted), pages.totals)


def _old_list(condition: Params, start: int) -> Command:
    return "crm.product.list", {
        "select": list(_OLD_FIELDS),
        "filter": {_OLD_NAMES[name]: value for name, value in condition.items()},
        "order": {"NAME": "ASC", "ID": "ASC"},
        "start": start,
    }
