"""What must be true after the chaos, read from both vendors' books and from Activity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24xero.db.models import SyncEntry
from bench.invoices import CUSTOMER
from bench.place import Place

CENT = Decimal("0.01")


@dataclass
class Verdict:
    """Figures in the order in which they are printed, and what is behind each that is not as it must be."""

    figures: dict[str, int] = field(default_factory=dict)
    wanted: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Any]] = field(default_factory=dict)

    def say(self, name: str, found: Collection[Any] | int, wanted: int = 0) -> None:
        self.figures[name] = found if isinstance(found, int) else len(found)
        self.wanted[name] = wanted
        self.examples[name] = [] if isinstance(found, int) else list(found)[:5]

    @property
    def wrong(self) -> dict[str, list[Any]]:
        return {name: self.examples[name] for name, n in self.figures.items() if n != self.wanted[name]}


def of_push(here: Place, ids: Collection[int]) -> Verdict:
    """Each of the invoices once in Xero, right to the cent, its creation told once."""
    made = _in_xero(here, ids)
    verdict = Verdict()
    verdict.say("invoices in Xero", sum(map(len, made.values())), len(ids))
    verdict.say("doubles", [id for id, found in made.items() if len(found) > 1])
    verdict.say("lost", [id for id in ids if id not in made])
    verdict.say("wrong totals", _wrong_totals(here, made))
    verdict.say("doubled contacts", _doubled_contacts(here))
    verdict.say("unexplained entries", _unexplained(here, ids))
    return verdict


def _in_xero(here: Place, ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Known by the address back to Bitrix24."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    wanted = set(ids)
    for invoice in here.control("xero/invoices"):
        if (key := here.key_at(str(invoice.get("Url", "")))) in wanted:
            found[key].append(invoice)
    return dict(found)


def _wrong_totals(here: Place, made: Mapping[int, list[dict[str, Any]]]) -> list[tuple[int, str, str]]:
    wrong = []
    for id, found in made.items():
        total = Decimal(str(found[0]["Total"]))
        # The header of an old one may have more decimals than the cents that people read.
        wanted = Decimal(str(here.invoice(id)["PRICE" if here.old else "opportunity"])).quantize(CENT, ROUND_HALF_UP)
        if total != wanted:
            wrong.append((id, str(wanted), str(total)))
    return wrong


def _doubled_contacts(here: Place) -> list[str]:
    counted = Counter(contact["Name"] for contact in here.control("xero/contacts"))
    return [name for name, n in counted.items() if n > 1 and name.startswith(CUSTOMER)]


def _unexplained(here: Place, ids: Collection[int]) -> list[tuple[int, list[str]]]:
    """Created must be told once; whatever else was told beside must have its reason, or change nothing."""
    told: dict[int, list[SyncEntry]] = defaultdict(list)
    for entry in here.entries("push"):
        told[entry.bitrix24_id].append(entry)
    return [(id, [_brief(e) for e in told[id]]) for id in ids if not _explained(told[id], "created")]


def _explained(entries: Collection[SyncEntry], outcome: str) -> bool:
    silent = [e for e in entries if e.outcome in ("rejected", "failed", "skipped") and not e.problems]
    return not silent and [e.outcome for e in entries].count(outcome) == 1


def _brief(entry: SyncEntry) -> str:
    return f"{entry.outcome} {','.join(p['code'] for p in entry.problems)} (run {entry.run_id})"


def of_pull(here: Place, wanted: Mapping[int, str], before: Mapping[int, Any] | None = None) -> Verdict:
    """``wanted``: the stage where each invoice belongs; each was moved there once, and that is told once. ``before``:
    what old ones said, which but for status and payment they still say."""
    moves = Counter(-move["id"] if here.old else move["id"] for move in here.control("bitrix24/moves"))
    told: dict[int, list[SyncEntry]] = defaultdict(list)
    for entry in here.entries("pull"):
        told[entry.bitrix24_id].append(entry)
    stages = {id: str(here.invoice(id)["STATUS_ID" if here.old else "stageId"]) for id in wanted}
    verdict = Verdict()
    verdict.say("in their stage", sum(stages[id] == stage for id, stage in wanted.items()), len(wanted))
    verdict.say("in another stage", [(id, stages[id], stage) for id, stage in wanted.items() if stages[id] != stage])
    verdict.say("moved twice", [id for id in wanted if moves[id] > 1])
    verdict.say(
        "unexplained entries",
        [(id, [_brief(e) for e in told[id]]) for id in wanted if not _explained(told[id], "moved")],
    )
    if before is not None:
        verdict.say("changed otherwise", [id for id in wanted if said(here, id) != before[id]])
    return verdict


# What a move of an old invoice is to change, and what the portal counts for itself.
_MOVED = {
    "STATUS_ID", "DATE_STATUS", "DATE_UPDATE", "EMP_STATUS_ID", "PAYED", "DATE_PAYED", "EMP_PAYED_ID",
    "PAY_VOUCHER_DATE", "PAY_VOUCHER_NUM",
}  # fmt: skip


def said(here: Place, key: int) -> dict[str, Any]:
    """All that an old invoice says beside that. A free row's stand-in is another with each save."""
    old = here.invoice(key)
    rows = [{k: v for k, v in row.items() if k != "PRODUCT_XML_ID"} for row in old["PRODUCT_ROWS"]]
    return {k: v for k, v in old.items() if k not in _MOVED} | {"PRODUCT_ROWS": rows}
