"""What must be true after the chaos, read from both vendors' books and from Activity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from b24xero.db.models import SyncEntry
from bench.invoices import CUSTOMER
from bench.place import Place


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
        last = str(invoice.get("Url", "")).rstrip("/").rpartition("/")[2]
        if last.isdigit() and int(last) in wanted:
            found[int(last)].append(invoice)
    return dict(found)


def _wrong_totals(here: Place, made: Mapping[int, list[dict[str, Any]]]) -> list[tuple[int, str, str]]:
    wrong = []
    for id, found in made.items():
        total = Decimal(str(found[0]["Total"]))
        wanted = Decimal(str(here.control("bitrix24/state", id=id)["item"]["opportunity"]))
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


def of_pull(here: Place, wanted: Mapping[int, str]) -> Verdict:
    """``wanted``: the stage where each invoice belongs; each was moved there once, and that is told once."""
    moves = Counter(move["id"] for move in here.control("bitrix24/moves"))
    told: dict[int, list[SyncEntry]] = defaultdict(list)
    for entry in here.entries("pull"):
        told[entry.bitrix24_id].append(entry)
    stages = {id: str(here.control("bitrix24/state", id=id)["item"]["stageId"]) for id in wanted}
    verdict = Verdict()
    verdict.say("in their stage", sum(stages[id] == stage for id, stage in wanted.items()), len(wanted))
    verdict.say("in another stage", [(id, stages[id], stage) for id, stage in wanted.items() if stages[id] != stage])
    verdict.say("moved twice", [id for id in wanted if moves[id] > 1])
    verdict.say(
        "unexplained entries",
        [(id, [_brief(e) for e in told[id]]) for id in wanted if not _explained(told[id], "moved")],
    )
    return verdict
