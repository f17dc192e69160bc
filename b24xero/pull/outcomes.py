"""What becomes of each invoice that has news: it moves, it stays, it was refused; and the words for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.legacy_content import Change
from b24xero.bitrix24.stages import Item, Move
from b24xero.db.models import Intent, InvoiceLink, SyncRun, utc_now
from b24xero.db.states import Outcome
from b24xero.domain.books import Books
from b24xero.domain.invoice_key import kind_of, numberless, written
from b24xero.domain.set_up import LEAVE, SetUp
from b24xero.domain.statuses import standing
from b24xero.errors import JobError, OutcomeUnknown, Problem, Rejected, RetryLater, problem
from b24xero.pull import old_moves
from b24xero.runs.history import Happening

log = logging.getLogger(__name__)


@dataclass
class Applying:
    """What all chunks of one run share. ``looked``: where invoices stood when last looked at."""

    run: SyncRun
    bitrix24: Bitrix24
    set_up: SetUp
    books: Books
    stages: dict[str, str]
    looked: dict[int, Item]

    @property
    def today(self) -> date:
        """The organisation's."""
        return self.books.day(utc_now())

    def name(self, stage: str) -> str:
        return self.stages.get(stage, stage)


@dataclass
class Piece:
    """One chunk on its way. ``lost``: moves of earlier workers whose answer nobody heard; ``begun``: ours."""

    links: dict[int, InvoiceLink]
    lost: dict[int, Intent]
    begun: dict[int, Intent] = field(default_factory=dict)
    results: dict[int, Item | JobError] = field(default_factory=dict)
    changed: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Told(Happening):
    """``arrived``: the stage to which our move brought it."""

    arrived: str = ""


def decide(applying: Applying, link: InvoiceLink, piece: Piece) -> str | Happening | None:
    """The stage to move to; or what there is to say instead; or None: this person does not see the invoice, so it waits
    for somebody who does, without a word."""
    if (lost := piece.lost.get(link.bitrix24_id)) and (arrived := _lost_arrived(applying, link, lost)):
        return arrived
    now = standing(link, applying.today)
    target = applying.set_up.stage_for(now, kind_of(link.bitrix24_id))
    item = applying.looked.get(link.bitrix24_id)
    if item is None:
        return None
    here = applying.name(item.stage)
    if target == LEAVE or target == item.stage:
        return _happening(applying, link, "unchanged", here, here)
    if target not in applying.stages:
        return _happening(applying, link, "skipped", here, "", problem("stage_vanished_now", stage=target, status=now))
    return target


def _lost_arrived(applying: Applying, link: InvoiceLink, lost: Intent) -> Happening | None:
    """A move whose answer was lost, and which the look shows to have arrived: it is ours, and nothing is sent."""
    item, sent = applying.looked.get(link.bitrix24_id), lost.body or {}
    if item is None or item.stage == sent["from"] or not item.came_to(sent["stage"], Item(item.id, sent["from"])):
        return None
    changes = old_moves.changed_by(old_moves.move_of(link, sent["stage"]), sent.get("said"), item)
    return _arrived(applying, link, sent["stage"], item, sent["from"], changes)


def told(applying: Applying, piece: Piece, move: Move) -> Happening | JobError:
    """What came of one move; an error that says "later" is handed on."""
    link, result = piece.links[move.id], piece.results.get(move.id)
    here = applying.name(applying.looked[move.id].stage) if move.id in applying.looked else ""
    if isinstance(result, Item):
        before = "" if result.stage != move.stage else result.previous_stage
        return _arrived(applying, link, move.stage, result, before, piece.changed.get(move.id, ()))
    if isinstance(result, RetryLater | OutcomeUnknown):
        return result
    if isinstance(result, JobError):
        outcome: Outcome = "rejected" if isinstance(result, Rejected) else "skipped"
        return _happening(
            applying, link, outcome, here, "", *(result.problems or (problem("pull_forbidden", stage=here),))
        )
    return _happening(applying, link, "failed", here, "", problem("pull_not_moved", stage=applying.name(move.stage)))


def _arrived(
    applying: Applying, link: InvoiceLink, stage: str, item: Item, previous: str, changes: Sequence[Change] = ()
) -> Happening:
    """``stage``: where it was moved to; automation may have moved it on, and ``item`` tells where it stands.
    ``changes``: what else the move changed."""
    looked = applying.looked.get(link.bitrix24_id)
    before = previous or (looked.stage if looked and looked.stage != stage else "")
    notes = list(old_moves.told(changes))
    if changes:
        log.error("moved, but changed otherwise: invoice=%s parts=%s", written(link.bitrix24_id), len(changes))
    if link.moved_to and before and before != link.moved_to:
        notes.append(problem("replaced_by_hand", stage=applying.name(before)))
    if item.stage != stage:
        notes.append(problem("moved_on", stage=applying.name(item.stage)))
    return _happening(applying, link, "moved", applying.name(before), applying.name(stage), *notes, arrived=item.stage)


def unreadable(applying: Applying, link: InvoiceLink) -> Happening:
    return _happening(applying, link, "failed", "", "", problem("old_invoice_unreadable"))


def _happening(
    applying: Applying, link: InvoiceLink, outcome: Outcome, before: str, after: str, *problems: Problem,
    arrived: str = "",
) -> Told:  # fmt: skip
    return Told(
        link.bitrix24_id, link.xero_number or numberless(link.bitrix24_id), outcome, before, after, problems,
        facts=_facts(link, applying.today), arrived=arrived,
    )  # fmt: skip


def _facts(link: InvoiceLink, today: date) -> dict[str, str]:
    """What Xero said of it: where it stands, what came in or was credited, what is due still."""
    currency = str((link.written or {}).get("CurrencyCode", ""))
    return {
        "status": standing(link, today), "currency": currency, "xero_total": str(link.xero_total or 0),
        "settled": str(link.xero_settled or 0), "due": str(link.xero_due or 0), "paid_on": link.xero_paid_on or "",
    }  # fmt: skip
