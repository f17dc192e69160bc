"""What a real portal's answers say of the facts that are open; asked by reading alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b24xero.bitrix24 import parse, placements
from b24xero.bitrix24.batch import Params, Ref, command, refers
from b24xero.bitrix24.flags import is_yes
from b24xero.bitrix24.invoice_list import COMPANY, INVOICE, rows_of
from b24xero.bitrix24.invoices import rows_command
from b24xero.bitrix24.row_sums import NOTHING, share_of, to_cent, to_row
from b24xero.bitrix24.session import Commands, Session
from b24xero.domain.findings import Finding, listed, plural, shape_of_day, shape_of_moment, word, yes_or_no

# Invoices whose rows are looked at.
NEWEST = 40
BEYOND = 1_000_000
_ITEM = {"entityTypeId": INVOICE}
_LOOKED_AT = ("id", "begindate", "closedate", "createdTime", "isRecurring", "isManualOpportunity", "opportunity")

_ABOUT: Commands = {
    "time": ("server.time", {}),
    "app": ("app.info", {}),
    "admin": ("user.admin", {}),
    "kinds": ("crm.status.entity.types", {}),
    "places": ("placement.list", {}),
    "newest": ("crm.item.list", {**_ITEM, "select": list(_LOOKED_AT), "order": {"id": "DESC"}, "start": 0}),
    "templates": ("crm.item.list", {**_ITEM, "select": ["id"], "filter": {"=isRecurring": "Y"}}),
    "odd_filter": ("crm.item.list", {**_ITEM, "select": ["id"], "filter": {"=noSuchField": 1}}),
    "items_beyond": ("crm.item.list", {**_ITEM, "select": ["id"], "start": BEYOND}),
    "old": (
        "crm.invoice.list",
        {"select": ["ID", "PRICE", "CURRENCY"], "order": {"DATE_UPDATE": "DESC", "ID": "DESC"}},
    ),
    "base": ("crm.currency.base.get", {}),
    "products_beyond": ("crm.product.list", {"select": ["ID"], "start": BEYOND}),
}
_CATALOGUE = Ref("$result[crm.catalog.list][0][ID]")
# The lists that we ask, by their own names: whether this person gets them.
_LISTS: dict[str, Params] = {
    "crm.catalog.list": {},
    "catalog.catalog.list": {},
    "catalog.product.list": {"select": ["id", "iblockId"], "filter": {"iblockId": _CATALOGUE}},
    "catalog.price.list": {"select": ["id"]},
    "catalog.priceType.list": {},
    "catalog.vat.list": {},
    "catalog.measure.list": {},
    "crm.product.list": {"select": ["ID"]},
    "crm.vat.list": {},
    "crm.currency.list": {},
    "crm.requisite.list": {"select": ["ID"], "filter": {"ENTITY_TYPE_ID": COMPANY}},
    "crm.address.list": {"select": ["TYPE_ID"], "filter": {"ANCHOR_TYPE_ID": COMPANY}},
}
# What we call besides, most of it to write: whether the portal has it is asked, nothing is written.
_METHODS = (
    "crm.item.get", "crm.item.update", "crm.item.productrow.list", "crm.requisite.link.get", "crm.category.list",
    "crm.status.list", "crm.currency.base.get", "catalog.product.add", "catalog.product.service.add",
    "catalog.price.add", "crm.product.add", "placement.bind", "event.bind", "event.offline.get", "crm.invoice.list",
)  # fmt: skip


@dataclass(frozen=True)
class Answers:
    """Of one batch, as they came: the vendor's own codes, which our errors do not keep."""

    results: Mapping[str, Any]
    errors: Mapping[str, Any]
    totals: Mapping[str, Any]

    def items(self, name: str) -> list[Params]:
        found = self.results.get(name)
        return rows_of(found.get("items")) if isinstance(found, Mapping) else []

    def outcome(self, name: str) -> str:
        """That it answered, or the code and its kind."""
        if name in self.errors:
            return f"refused: {_code(self.errors[name])}"
        return "answers" if name in self.results else "no answer"


def findings(session: Session) -> Iterator[Finding]:
    """Four calls.

    Raises:
        Disconnected, Forbidden, RetryLater, Rejected: the portal does not let this person in at all.
    """
    about = _asked(session, _ABOUT)
    yield from _portal(about)
    yield from _invoices(session, about)
    yield from _old_invoices(about)
    yield from _paging(about)
    yield from _rights(_asked(session, {name: (name, params) for name, params in _LISTS.items()}))
    exists = {name: ("method.get", {"name": name.lower()}) for name in (*_LISTS, *_METHODS)}
    yield from _methods(_asked(session, exists))


def _asked(session: Session, commands: Commands) -> Answers:
    answers = _once(session, commands)
    first = next(iter(answers.errors), "")
    for name, error in list(answers.errors.items()):
        # In a batch an exception of old code speaks for every refusal after it (source §1 #13).
        if name != first and _code(error) == "ERROR_CORE" and not refers(commands[name][1]):
            alone = _once(session, {name: commands[name]})
            errors = {other: said for other, said in answers.errors.items() if other != name}
            answers = Answers({**answers.results, **alone.results}, {**errors, **alone.errors}, answers.totals)
    return answers


def _once(session: Session, commands: Commands) -> Answers:
    body = {"halt": 0, "cmd": {name: command(method, params) for name, (method, params) in commands.items()}}
    whole = session.call("batch", body)["result"]
    return Answers(_part(whole, "result"), _part(whole, "result_error"), _part(whole, "result_total"))


def _part(whole: Any, name: str) -> dict[str, Any]:
    """An empty one comes as a list (facts §0)."""
    part = whole.get(name) if isinstance(whole, Mapping) else None
    return dict(part) if isinstance(part, Mapping) else {}


def _code(error: Any) -> str:
    code = error.get("error") if isinstance(error, Mapping) else None
    if code == "":
        return '"" (no code)'
    return word(code) + ("" if isinstance(code, str) else f" (a JSON {type(code).__name__})")


# -- the portal -------------------------------------------------------------------------------------------------------


def _portal(about: Answers) -> Iterator[Finding]:
    yield "administrator", yes_or_no(about.results.get("admin"))
    now = parse.moment(about.results.get("time"))
    yield "server's offset now", now.strftime("%z") if now else about.outcome("time")
    app = about.results.get("app")
    said = app if isinstance(app, Mapping) else {}
    yield "language of the portal", word(said.get("LANGUAGE_ID"))
    yield "licence", word(said.get("LICENSE"))
    kinds = about.results.get("kinds")
    ids = [str(row.get("ID")) for row in rows_of(kinds)] if isinstance(kinds, list) else []
    new = sum(each.startswith("SMART_INVOICE_STAGE_") for each in ids)
    yield "invoices of today", plural(new, "pipeline") if "kinds" in about.results else about.outcome("kinds")
    yield "old invoices", "switched on" if "INVOICE_STATUS" in ids else "not listed"
    offered = about.results.get("places")
    here = offered if isinstance(offered, list) else []
    yield "placement.list", about.outcome("places")
    for code in placements.CODES.values():
        yield f"placement {code}", "offered" if code in here else "not offered"


def _old_invoices(about: Answers) -> Iterator[Finding]:
    """What no method tells: the decimals that the shop keeps of a sum, and its currency (source §3.4, §3.5)."""
    rows = rows_of(about.results.get("old"))
    yield "old invoices looked at", str(len(rows)) if rows else about.outcome("old")
    sums = [text for row in rows if (text := parse.text(row.get("PRICE")))]
    yield "decimals of old sums", listed(str(len(text.partition(".")[2])) for text in sums)
    base, last = (parse.text(said) for said in (about.results.get("base"), rows[0].get("CURRENCY") if rows else ""))
    yield (
        "currency of the old invoice saved last",
        "the base currency" if last == base else "another" if last else "none",
    )


def _paging(about: Answers) -> Iterator[Finding]:
    yield "unknown filter field in crm.item.list", about.outcome("odd_filter")
    yield "crm.item.list past its end", _beyond(about, "items_beyond", len(about.items("items_beyond")))
    products = about.results.get("products_beyond")
    yield "crm.product.list past its end", _beyond(about, "products_beyond", len(rows_of(products)))


def _beyond(about: Answers, name: str, rows: int) -> str:
    if name not in about.results:
        return about.outcome(name)
    if not parse.number(about.totals.get(name)):
        return "undecided: the list is empty"
    return "page 1 again" if rows else "an empty page"


def _rights(lists: Answers) -> Iterator[Finding]:
    return ((name, lists.outcome(name)) for name in _LISTS)


def _methods(exists: Answers) -> Iterator[Finding]:
    missing = [name for name in (*_LISTS, *_METHODS) if not _is_there(exists.results.get(name))]
    yield "methods that this portal does not have, or not for this app", listed(missing)


def _is_there(said: Any) -> bool:
    return isinstance(said, Mapping) and said.get("isExisting") is True and said.get("isAvailable") is True


# -- its invoices -----------------------------------------------------------------------------------------------------


def _invoices(session: Session, about: Answers) -> Iterator[Finding]:
    items = about.items("newest")
    yield "invoices looked at", str(min(len(items), NEWEST)) if items else about.outcome("newest")
    days = [item[name] for item in items for name in ("begindate", "closedate") if item.get(name)]
    yield "a date is spelt", listed(map(shape_of_day, days))
    yield "a moment is spelt", listed(shape_of_moment(item["createdTime"]) for item in items if item.get("createdTime"))
    yield "field isRecurring", "there" if any("isRecurring" in item for item in items) else "not there"
    yield "filter =isRecurring", about.outcome("templates")
    by_rows = {parse.number(item.get("id")): item for item in items[:NEWEST] if parse.number(item.get("id"))}
    answers = _asked(session, {str(id): rows_command(id) for id in by_rows}) if by_rows else Answers({}, {}, {})
    rows = {id: _rows(answers.results.get(str(id))) for id in by_rows}
    yield from _precision([row for of_one in rows.values() for row in of_one])
    counted = Counter(_total(by_rows[id], of_one) for id, of_one in rows.items() if of_one)
    yield "totals rounded", ", ".join(f"{how}: {count}" for how, count in sorted(counted.items())) or "undecided"


def _rows(answer: Any) -> list[Params]:
    return rows_of(answer.get("productRows")) if isinstance(answer, Mapping) else []


def _precision(rows: Sequence[Params]) -> Iterator[Finding]:
    """A price without tax tells, where the division leaves more than two decimals (source §1 #2)."""
    kept = Counter(_decimals_kept(row) for row in rows)
    yield "rows looked at", str(len(rows))
    yield "prices of rows", f"8 decimals: {kept[8]}, cut to 2: {kept[2]}, do not tell: {kept[0]}"
    numbers = [parse.decimal(row[name]) for row in rows for name in ("price", "quantity") if row.get(name) is not None]
    long = sum(number != to_row(number) for number in numbers)
    yield "numbers spelt in 17 digits", str(long)


def _decimals_kept(row: Params) -> int:
    if row.get("priceExclusive") is None or not row.get("taxRate"):
        return 0
    exact = to_row(parse.price(row.get("price")) / (1 + share_of(parse.rate(row["taxRate"]))))
    if exact == to_cent(exact):
        return 0
    kept = parse.price(row["priceExclusive"])
    return 8 if kept != to_cent(kept) else 2


def _total(item: Params, rows: Sequence[Params]) -> str:
    if is_yes(item.get("isManualOpportunity")):
        return "typed by hand"
    lines = [parse.line_item(row) for row in rows]
    once = to_cent(sum((line.net + line.tax for line in lines), NOTHING))
    each = sum((line.total for line in lines), Decimal(0))
    total = parse.money(item.get("opportunity"))
    if once == each:
        return "alike either way" if total == once else "as neither makes it"
    return {once: "once at the end", each: "each row"}.get(total, "as neither makes it")
